/* SPDX-License-Identifier: MIT */
/* frontier.h - states that wait to be explored, first in first out, packed: only the bytes that are not zero. */
#ifndef MODEL_FRONTIER_H
#define MODEL_FRONTIER_H

#include "state.h"

void frontier_clear(void);
void frontier_put(const state_t *state);
/* Returns 0 when nothing waits. */
int frontier_take(state_t *state);

#endif /* MODEL_FRONTIER_H */
