/* SPDX-License-Identifier: MIT */
/* neighbour.c - see neighbour.h. It knows whose entry is dead without searching: that is explored with the reader. */
#include "neighbour.h"

#include "configurations.h"
#include "memory.h"
#include "reader.h"
#include "truth.h"

enum neighbour_pc { N_IDLE, N_ENTRY, N_PADDING };

/* The dead writer's unfinished reservation that stands at the oldest position of ring a, or -1. */
static int find_dead(const state_t *state)
{
	const int write = truth_covering(state, 0, state->memory[AT(0, OLDEST_POS)]);
	if (write < 0 || state->writes[write].outcome != IN_PROGRESS || truth_may_write(state, write))
		return -1;
	return write;
}

int neighbour_is_at_work(const state_t *state)
{
	return state->neighbour.pc != N_IDLE;
}

int is_locked_by_neighbour(const state_t *state)
{
	return has(ONE_ABANDONER) && neighbour_is_at_work(state);
}

int neighbour_can_run(const state_t *state)
{
	if (!configuration->has_neighbour)
		return 0;
	if (neighbour_is_at_work(state))
		return 1;
	return !state->neighbour.used && !(has(ONE_ABANDONER) && is_abandoning(&state->reader)) && find_dead(state) >= 0;
}

static int address_of(int position)
{
	return AT(0, STATE + position % configuration->slots);
}

static int swap_word(state_t *state, int position, int units, int final, uint16_t expected)
{
	if (!can_lock(state, READER, address_of(position)))
		return 0;
	if (state->memory[address_of(position)] == expected)
		store_locked(state, READER, address_of(position), WORD(final, units, position), STORE_RELEASE);
	return 1;
}

int neighbour_choices(const state_t *state)
{
	return neighbour_is_at_work(state) ? 2 : 1;
}

int neighbour_step(state_t *state, int is_dying)
{
	neighbour_t *me = &state->neighbour;
	const int padding_state = has(PADDING_STAYS_PADDING) ? PADDING : ABANDONED;

	if (is_dying) {
		*me = (neighbour_t){.used = 1};
		return 1;
	}
	switch (me->pc) {
	case N_IDLE: {
		const int write = find_dead(state);
		const write_t *it = &state->writes[write];
		me->position = truth_entry(it);
		me->units = planned[write].units;
		/* The padding may be marked, and may have made room. */
		me->padding = state->memory[AT(0, OLDEST_POS)] < truth_entry(it) ? it->padding : 0;
		me->word = load(state, READER, address_of(me->position));
		me->pc = N_ENTRY;
		me->used = 1;
		return 1;
	}
	case N_ENTRY:
		if (!swap_word(state, me->position, me->units, ABANDONED, me->word))
			return 0;
		if (me->padding) {
			const uint16_t word = load(state, READER, address_of(me->position - me->padding));
			me->position -= me->padding;
			me->units = me->padding;
			me->word = word;
			me->pc = is_tagged(word, me->position) ? N_IDLE : N_PADDING;
		} else {
			me->pc = N_IDLE;
		}
		break;
	default: /* N_PADDING */
		if (!swap_word(state, me->position, me->units, padding_state, me->word))
			return 0;
		me->pc = N_IDLE;
	}
	if (me->pc == N_IDLE)
		*me = (neighbour_t){.used = 1};
	return 1;
}
