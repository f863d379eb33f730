/* SPDX-License-Identifier: MIT */
/* truth.c - see truth.h. */
#include "truth.h"

#include "configurations.h"
#include "invariants.h"

int truth_end(const state_t *state, int write)
{
	return truth_entry(&state->writes[write]) + planned[write].units;
}

int truth_at(const state_t *state, int ring, int position)
{
	for (int n = 0; n < planned_count; n++)
		if (planned[n].ring == ring && is_reserved(&state->writes[n]) && truth_entry(&state->writes[n]) == position)
			return n;
	return -1;
}

int truth_covering(const state_t *state, int ring, int position)
{
	for (int n = 0; n < planned_count; n++)
		if (planned[n].ring == ring && is_reserved(&state->writes[n]) &&
		    truth_begin(&state->writes[n]) <= position && position < truth_end(state, n))
			return n;
	return -1;
}

int truth_position(const state_t *state, int ring)
{
	int position = 0;
	for (int n = 0; n < planned_count; n++)
		if (planned[n].ring == ring && is_reserved(&state->writes[n]) && truth_end(state, n) > position)
			position = truth_end(state, n);
	return position;
}

int truth_is_clock_written(const state_t *state)
{
	for (int n = 0; n < planned_count; n++)
		if (state->writes[n].number_plus_1 == state->clock + 1)
			return 1;
	return 0;
}

int truth_is_clock_read(const state_t *state)
{
	return truth_is_clock_written(state) || state->reader.decided == state->clock || (state->reader.has_horizon && state->reader.horizon_number == state->clock);
}

int truth_thread_of(int write)
{
	return configuration->contexts[planned[write].context].thread;
}

int truth_is_known_dead(const state_t *state, int thread)
{
	return state->life[thread] == DEAD && state->buffers[thread].count == 0;
}

int truth_may_write(const state_t *state, int write)
{
	const int outcome = state->writes[write].outcome;
	return (outcome == IN_PROGRESS || outcome == IS_ABANDONED) && !truth_is_known_dead(state, truth_thread_of(write));
}

int truth_largest_returned(const state_t *state)
{
	int largest = 0;
	for (int n = 0; n < planned_count; n++)
		if (n - first_write[planned[n].context] < state->contexts[planned[n].context].done &&
		    state->writes[n].number_plus_1 > largest)
			largest = state->writes[n].number_plus_1;
	return largest;
}

static void finish(write_t *write, int state)
{
	if (write->outcome != IN_PROGRESS)
		return;
	if (state == COMMITTED)
		write->outcome = IS_COMMITTED;
	if (state == DISCARDED)
		write->outcome = IS_DISCARDED;
	if (state == ABANDONED)
		write->outcome = IS_ABANDONED;
}

void truth_lands(state_t *state, int address, uint16_t value)
{
	const int ring = address / RING_WORDS;
	const int word = address % RING_WORDS;

	if (address >= NEXT_INDEX)
		return;
	if (word == OLDEST_POS)
		check_eviction(state, ring, state->memory[address], value);
	if (word < STATE || word >= DATA || !(value & KEYED))
		return;
	const int write = truth_at(state, ring, POSITION_OF(value));
	if (write >= 0)
		finish(&state->writes[write], STATE_OF(value));
}
