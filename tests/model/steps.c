/* SPDX-License-Identifier: MIT */
/* steps.c - see steps.h. */
#include "steps.h"

#include <string.h>

#include "configurations.h"
#include "memory.h"
#include "neighbour.h"
#include "points.h"
#include "reader.h"
#include "successor.h"
#include "writer.h"

void make_initial(state_t *state)
{
	memset(state, 0, sizeof(*state));
	state->deaths_left = configuration->deaths;
	state->passes_left = configuration->passes;
	state->reader_deaths_left = configuration->reader_deaths;
}

/* Death is of interest in the middle of a write. */
static int is_where_it_dies(const state_t *state, int thread)
{
	for (int n = 0; n < context_count; n++) {
		const planned_context_t *context = &configuration->contexts[n];
		if (context->thread == thread &&
		    (context->dies_at ? writer_is_where_it_dies(state, n) : state->contexts[n].pc != W_IDLE))
			return 1;
	}
	return 0;
}

static int can_die(const state_t *state, int thread)
{
	const unsigned mortal = configuration->mortal;
	return state->deaths_left && state->life[thread] == ALIVE && (!mortal || mortal & 1u << thread) &&
	       is_where_it_dies(state, thread);
}

int list_steps(const state_t *state, step_t steps[STEPS_MAX_NEXT])
{
	int count = 0;

	for (int n = 0; n < context_count; n++)
		for (int choice = 0; writer_can_run(state, n) && choice < writer_choices(state, n); choice++)
			steps[count++] = (step_t){STEP_WRITER, n, choice};
	for (int choice = 0; choice < reader_choices(state); choice++)
		steps[count++] = (step_t){STEP_READER, 0, choice};
	for (int who = 0; who <= THREADS; who++)
		for (int n = 0; n < state->buffers[who].count; n++)
			steps[count++] = (step_t){STEP_FLUSH, who, n};
	for (int thread = 0; thread < thread_count; thread++)
		if (can_die(state, thread))
			steps[count++] = (step_t){STEP_KILL, thread, 0};
	if (state->reader_deaths_left)
		steps[count++] = (step_t){STEP_REPLACE_READER, 0, 0};
	if (can_store(state))
		steps[count++] = (step_t){STEP_STORE_ROWS, 0, 0};
	for (int choice = 0; neighbour_can_run(state) && choice < neighbour_choices(state); choice++)
		steps[count++] = (step_t){STEP_NEIGHBOUR, 0, choice};
	return count;
}

/* All contexts die at once; what their stores have left in the buffer still arrives. */
static void kill(state_t *state, int thread)
{
	state->life[thread] = DEAD;
	state->deaths_left--;
	for (int n = 0; n < context_count; n++)
		if (configuration->contexts[n].thread == thread)
			state->contexts[n] = (context_t){.done = state->contexts[n].done};
}

int do_step(state_t *state, step_t step)
{
	points_passed = 0;
	switch (step.kind) {
	case STEP_WRITER:
		return writer_step(state, step.who, step.choice);
	case STEP_READER:
		return reader_step(state, step.choice);
	case STEP_FLUSH:
		return flush(state, step.who, step.choice);
	case STEP_KILL:
		kill(state, step.who);
		return 1;
	case STEP_REPLACE_READER:
		replace_reader(state);
		return 1;
	case STEP_STORE_ROWS:
		store_rows(state);
		return 1;
	default:
		return neighbour_step(state, step.choice);
	}
}
