/* SPDX-License-Identifier: MIT */
/* steps.h - everything that can happen next in a state. */
#ifndef MODEL_STEPS_H
#define MODEL_STEPS_H

#include "state.h"

enum step_kind { STEP_WRITER, STEP_READER, STEP_FLUSH, STEP_KILL, STEP_NEIGHBOUR, STEP_REPLACE_READER, STEP_STORE_ROWS };

typedef struct {
	uint8_t kind, who, choice;
} step_t;

#define STEPS_MAX_NEXT 64

void make_initial(state_t *state);
/* Lists what might happen; some of it has to wait for a store buffer, which do_step tells. */
int list_steps(const state_t *state, step_t steps[STEPS_MAX_NEXT]);
/* Returns 0 when the step cannot be done now; the state is useless then. */
int do_step(state_t *state, step_t step);

#endif /* MODEL_STEPS_H */
