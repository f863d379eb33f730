/* SPDX-License-Identifier: MIT */
/* neighbour.h - another capture process on rings in overwrite mode: it gives up one dead writer's entry. */
#ifndef MODEL_NEIGHBOUR_H
#define MODEL_NEIGHBOUR_H

#include "state.h"

int neighbour_can_run(const state_t *state);
/* It can be killed at work. */
int neighbour_choices(const state_t *state);
int neighbour_step(state_t *state, int is_dying);
int neighbour_is_at_work(const state_t *state);
/* Whoever gives up an entry holds a lock from its last look to the swap. */
int is_locked_by_neighbour(const state_t *state);

#endif /* MODEL_NEIGHBOUR_H */
