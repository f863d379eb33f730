/* SPDX-License-Identifier: MIT */
/* explore.c - see explore.h. */
#include "explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "frontier.h"
#include "invariants.h"
#include "points.h"
#include "visited.h"

/* How each state was reached, in the order of discovery, which is also that of the frontier. */
typedef struct {
	uint32_t parent;
	step_t step;
} origin_t;

static origin_t *origins;
static uint64_t origin_count, origin_capacity;
static step_t *trace;

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void note_origin(uint64_t parent, step_t step)
{
	if (origin_count == origin_capacity) {
		origin_capacity = origin_capacity ? origin_capacity * 2 : 1u << 16;
		origins = realloc(origins, origin_capacity * sizeof(*origins));
		if (!origins || origin_capacity > UINT32_MAX) {
			fprintf(stderr, "no memory for the origins of states\n");
			exit(2);
		}
	}
	origins[origin_count++] = (origin_t){(uint32_t)parent, step};
}

static unsigned trace_back(uint64_t number, step_t last)
{
	unsigned steps = 1;
	for (uint64_t at = number; at; at = origins[at].parent)
		steps++;
	free(trace);
	trace = malloc(steps * sizeof(*trace));
	if (!trace)
		exit(2);
	unsigned n = steps - 1;
	trace[n] = last;
	for (uint64_t at = number; at; at = origins[at].parent)
		trace[--n] = origins[at].step;
	return steps;
}

typedef struct {
	state_t state;
	step_t step;
	fingerprint_t fingerprint;
} successor_t;

/* Everything that can happen next, up to the first step that breaks something. */
static int make_successors(const state_t *state, successor_t *successors)
{
	step_t steps[STEPS_MAX_NEXT];
	const int listed = list_steps(state, steps);
	int made = 0;

	for (int n = 0; n < listed && !broken; n++) {
		successor_t *next = &successors[made];
		next->state = *state;
		next->step = steps[n];
		if (!do_step(&next->state, steps[n]))
			continue;
		points_reached |= points_passed;
		next->fingerprint = visited_prepare(&next->state, sizeof(next->state));
		made++;
	}
	return made;
}

static void add(const successor_t *it, uint64_t parent)
{
	if (!visited_add(it->fingerprint))
		return;
	frontier_put(&it->state);
	note_origin(parent, it->step);
	check_state(&it->state);
	check_end(&it->state);
}

static void begin(void)
{
	successor_t initial = {0};

	visited_clear();
	frontier_clear();
	origin_count = 0;
	broken = 0;
	make_initial(&initial.state);
	initial.fingerprint = visited_prepare(&initial.state, sizeof(initial.state));
	add(&initial, 0);
}

exploration_t explore(void)
{
	static successor_t successors[STEPS_MAX_NEXT];
	exploration_t result = {0};
	state_t state;
	uint64_t level_end = 1;
	const double started = now();

	begin();
	for (uint64_t number = 0; !broken && frontier_take(&state); number++) {
		if (number == level_end) {
			result.depth++;
			level_end = origin_count;
		}
		const int count = make_successors(&state, successors);
		result.transitions += (uint64_t)count;
		if (broken)
			result.steps = trace_back(number, successors[count - 1].step);
		for (int n = 0; n < count && !broken; n++) {
			add(&successors[n], number);
			if (broken)
				result.steps = trace_back(number, successors[n].step);
		}
	}
	result.states = origin_count;
	result.invariant = broken;
	result.trace = trace;
	result.seconds = now() - started;
	return result;
}
