/* SPDX-License-Identifier: MIT */
/*
 * end.c - what must hold when nothing more happens. See invariants.h.
 *
 * From any state writers may stand still for ever. The reader goes on alone, does at each choice what gets it farthest, and must come
 * to where everything is delivered and counted that no living writer holds back.
 */
#include "configurations.h"
#include "invariants.h"
#include "memory.h"
#include "neighbour.h"
#include "reader.h"
#include "truth.h"
#include "writer.h"

#include <string.h>

#define ROUNDS_MAX 64
#define STEPS_MAX 400

static void let_all_land(state_t *state)
{
	for (int who = 0; who <= THREADS; who++)
		while (state->buffers[who].count)
			flush(state, who, 0);
}

static void run_reader(state_t *state)
{
	for (int round = 0; round < ROUNDS_MAX && !broken; round++) {
		const state_t before = *state;
		int steps = 0;
		do {
			/* The clock goes on, or a tie with the watermark would wait for ever. */
			reader_step(state, reader_choices(state) - 1);
			let_all_land(state);
			steps++;
		} while (state->reader.pc != R_START && steps < STEPS_MAX && !broken);
		expect(18, steps < STEPS_MAX);
		/* The round that found nothing took a horizon and decided it; the clock alone has moved. */
		state_t after = *state;
		after.clock = before.clock;
		after.reader.decided = before.reader.decided;
		after.reader.horizon_number = before.reader.horizon_number;
		if (!memcmp(&after, &before, sizeof(after)))
			return;
	}
	expect(18, broken);
}

static int is_inside(const state_t *state, int write)
{
	return state->writes[write].outcome == IN_PROGRESS &&
	       !truth_is_known_dead(state, truth_thread_of(write));
}

static int is_marked(const state_t *state, int write)
{
	const int entry = truth_entry(&state->writes[write]);
	const uint16_t word = state->memory[AT(planned[write].ring, STATE + entry % configuration->slots)];
	const int is_padding_marked =
		!state->writes[write].padding ||
		is_tagged(state->memory[AT(planned[write].ring,
					   STATE + state->writes[write].position % configuration->slots)],
			  state->writes[write].position);
	return is_tagged(word, entry) && is_padding_marked;
}

/* A living writer between the swap and its mark, before it has a number, or one that might be there as far as its record tells. */
static int may_hold_back(const state_t *state)
{
	for (int n = 0; n < planned_count; n++)
		if (is_inside(state, n) &&
		    (!configuration->passes || (!is_marked(state, n) && !state->writes[n].number_plus_1)))
			return 1;
	for (int n = 0; n < context_count; n++) {
		if (configuration->contexts[n].has_no_record && state->contexts[n].pc != W_IDLE)
			return 1;
		const int thread = configuration->contexts[n].thread;
		const uint16_t place = state->memory[INTENT_PLACE + n];
		const int begin = PLACE_POSITION(place);
		if (!place || truth_is_known_dead(state, thread))
			continue;
		for (int position = begin; position < begin + state->memory[INTENT_UNITS + n]; position++) {
			const int write = truth_covering(state, PLACE_RING(place), position);
			if (write >= 0 && state->writes[write].outcome == IN_PROGRESS && !is_inside(state, write))
				return 1;
		}
	}
	return 0;
}

static int count(const state_t *state, int ring, int outcome)
{
	int found = 0;
	for (int n = 0; n < planned_count; n++)
		found += planned[n].ring == ring && state->writes[n].outcome == outcome;
	return found;
}

static int count_seen(const state_t *state, int ring, int seen)
{
	int found = 0;
	for (int n = 0; n < planned_count; n++)
		found += planned[n].ring == ring && state->writes[n].seen == seen;
	return found;
}

/* Entries that were given up: of dead writers and of those that stood still. */
static int count_given_up(const state_t *state, int ring)
{
	return count(state, ring, IN_PROGRESS) + count(state, ring, IS_ABANDONED) + count_seen(state, ring, LATE);
}

/* Entries that made room before the reader had them. */
static int count_overwritten(const state_t *state, int ring)
{
	int found = 0;
	for (int n = 0; n < planned_count; n++)
		found += planned[n].ring == ring && is_reserved(&state->writes[n]) &&
			 (state->writes[n].seen == UNSEEN || state->writes[n].seen == MISSED);
	return found;
}

/* 11: the account balances, and no cause is named that was not. */
static void check_11(const state_t *state, int ring)
{
	const view_t *view = &state->reader.views[ring];
	const int lost = view->abandoned + view->lost_full + view->too_big + view->mixed + view->overwritten;
	const int refused = count(state, ring, REFUSED_FULL) + count(state, ring, REFUSED_BIG);
	int tried = 0;

	for (int n = 0; n < planned_count; n++)
		tried += planned[n].ring == ring && state->writes[n].outcome != UNTRIED;
	expect(11, state->memory[AT(ring, ATTEMPTS)] == tried);
	expect(11, state->memory[AT(ring, ATTEMPTS)] == view->read + view->discarded + lost);
	expect(11, view->read == count_seen(state, ring, DELIVERED) + count_seen(state, ring, STORED) +
				 count_seen(state, ring, UNSTORED));
	expect(11, view->discarded == count_seen(state, ring, SKIPPED));
	expect(11, view->late == count_seen(state, ring, LATE));
	expect(11, view->lost_full <= count(state, ring, REFUSED_FULL));
	expect(11, view->too_big <= count(state, ring, REFUSED_BIG));
	expect(11, view->abandoned <= count_given_up(state, ring));
	if (configuration->is_overwriting) {
		expect(11, view->overwritten <= count_overwritten(state, ring));
		return;
	}
	expect(11, view->abandoned == count_given_up(state, ring));
	expect(11, view->lost_full + view->too_big + view->mixed == refused);
}

/* 18: nothing stalls: what is finished has come out, and what is free has been returned. */
static void check_18(const state_t *state)
{
	for (int n = 0; n < planned_count; n++) {
		const write_t *write = &state->writes[n];
		const int oldest = state->memory[AT(planned[n].ring, OLDEST_POS)];
		const int is_evicted = configuration->is_overwriting && truth_entry(write) < oldest;
		if (write->outcome == IS_COMMITTED && !is_evicted)
			expect(18, write->seen >= DELIVERED && write->seen != SKIPPED && write->seen != MISSED);
		/* In overwrite mode a dead writer's entry would stop eviction. */
		if (configuration->is_overwriting && write->outcome == IN_PROGRESS)
			expect(18, is_inside(state, n));
	}
	for (int ring = 0; ring < configuration->rings; ring++) {
		const view_t *view = &state->reader.views[ring];
		int free = state->memory[AT(ring, POSITION)];
		expect(18, view->scanned == free && view->next_seq == state->memory[AT(ring, ATTEMPTS)]);
		for (int n = 0; n < planned_count; n++)
			if (planned[n].ring == ring && is_inside(state, n) && truth_entry(&state->writes[n]) < free)
				free = truth_entry(&state->writes[n]);
		if (!configuration->is_overwriting)
			expect(18, state->memory[AT(ring, READ_POS)] == free);
	}
}

void check_end(const state_t *from)
{
	if (from->reader.pc != R_START)
		return;
	state_t state = *from;
	let_all_land(&state);
	while (neighbour_is_at_work(&state))
		neighbour_step(&state, 0);
	let_all_land(&state);
	if (may_hold_back(&state))
		return;
	/* Time goes on: as many are passed as it takes. */
	if (configuration->passes)
		state.passes_left = PASSED;
	run_reader(&state);
	check_state(&state);
	if (broken)
		return;
	check_18(&state);
	for (int ring = 0; ring < configuration->rings; ring++)
		check_11(&state, ring);
}
