/* SPDX-License-Identifier: MIT */
/* invariants.c - see invariants.h. One function for each number; what can be seen only at the end is in end.c. */
#include "invariants.h"

#include <string.h>

#include "configurations.h"
#include "reader.h"
#include "rules.h"
#include "truth.h"

int broken;

/* 1: reserve.position - read_pos <= capacity. 12: the same for oldest_pos. */
static void check_1_and_12(const state_t *state)
{
	for (int ring = 0; ring < configuration->rings; ring++) {
		const uint16_t *words = &state->memory[AT(ring, 0)];
		if (configuration->is_overwriting)
			expect(12, words[OLDEST_POS] <= words[POSITION] &&
					   words[POSITION] - words[OLDEST_POS] <= configuration->slots);
		else
			expect(1, words[READ_POS] <= words[POSITION] &&
					  words[POSITION] - words[READ_POS] <= configuration->slots);
	}
}

/* 2: each swap adds one to the attempts: as many have happened as there are numbers given. */
static void check_2(const state_t *state)
{
	for (int ring = 0; ring < configuration->rings; ring++) {
		int given = 0, largest = 0;
		for (int n = 0; n < planned_count; n++) {
			if (planned[n].ring != ring || !state->writes[n].seq_plus_1)
				continue;
			given++;
			if (state->writes[n].seq_plus_1 > largest)
				largest = state->writes[n].seq_plus_1;
		}
		expect(2, given == largest && state->memory[AT(ring, ATTEMPTS)] <= given);
	}
}

static int is_whole_reservation(const state_t *state, int n)
{
	return is_reserved(&state->writes[n]) && state->writes[n].seq_plus_1;
}

/* 3: along a ring, seq grows strictly with position. */
static void check_3(const state_t *state)
{
	for (int a = 0; a < planned_count; a++)
		for (int b = 0; b < planned_count; b++)
			if (planned[a].ring == planned[b].ring && is_whole_reservation(state, a) &&
			    is_whole_reservation(state, b) && state->writes[a].position < state->writes[b].position)
				expect(3, state->writes[a].seq_plus_1 < state->writes[b].seq_plus_1);
}

/* 4: reservations are disjoint and without holes: each begins where another ends, or at 0, and no two at the same place. */
static void check_4(const state_t *state)
{
	for (int a = 0; a < planned_count; a++) {
		int predecessors = 0;
		if (!is_reserved(&state->writes[a]))
			continue;
		for (int b = 0; b < planned_count; b++)
			if (b != a && planned[b].ring == planned[a].ring && is_reserved(&state->writes[b])) {
				predecessors += truth_end(state, b) == truth_begin(&state->writes[a]);
				expect(4, truth_begin(&state->writes[b]) != truth_begin(&state->writes[a]));
			}
		expect(4, predecessors == (truth_begin(&state->writes[a]) != 0));
	}
}

/* 5: no entry crosses the end of the buffer. */
static void check_5(const state_t *state)
{
	for (int n = 0; n < planned_count; n++)
		if (is_reserved(&state->writes[n]))
			expect(5, truth_entry(&state->writes[n]) % configuration->slots + planned[n].units <=
					  configuration->slots);
}

/* 6: an index is given to at most one entry, and what was finished has one. */
static void check_6(const state_t *state)
{
	for (int a = 0; a < planned_count; a++) {
		const int outcome = state->writes[a].outcome;
		if (outcome == IS_COMMITTED || outcome == IS_DISCARDED)
			expect(6, state->writes[a].number_plus_1 != 0);
		for (int b = 0; b < a && !configuration->is_clock_ordered; b++)
			if (state->writes[a].number_plus_1)
				expect(6, state->writes[a].number_plus_1 != state->writes[b].number_plus_1);
	}
}

/* 7: a write that began after another had returned has the larger index (in clock order: no earlier clock). */
void check_number(const state_t *state, int write, int after)
{
	const int number = state->writes[write].number_plus_1;
	expect(7, configuration->is_clock_ordered ? number >= after : number > after);
}

/* 8: delivered once, in index order, and only when committed. 14: in clock order by ticks, then ring, then position. */
void check_delivery(state_t *state, int write)
{
	const write_t *it = &state->writes[write];
	uint8_t *last = state->reader.last;
	const uint8_t key[3] = {it->number_plus_1, planned[write].ring, it->position + 1};

	expect(8, it->seen == HELD || it->seen == COPIED);
	expect(8, it->outcome == IS_COMMITTED);
	if (!configuration->is_clock_ordered) {
		expect(8, key[0] > last[0]);
		last[0] = key[0];
		return;
	}
	expect(14, memcmp(key, last, sizeof(key)) > 0);
	memcpy(last, key, sizeof(key));
}

/* 8: an index that was given up as gone does not come after all. */
void check_index_comes(const state_t *state, int write)
{
	if (!configuration->is_clock_ordered && has(WAIT_FOR_SMALLER_INDEX))
		expect(8, state->writes[write].number_plus_1 > state->reader.base);
}

/* 9: a seq is lost only when every reservation that could carry it has been passed. */
void check_lost(const state_t *state, int ring, int seq)
{
	const view_t *view = &state->reader.views[ring];
	for (int n = 0; n < planned_count; n++) {
		const write_t *write = &state->writes[n];
		if (planned[n].ring == ring && is_whole_reservation(state, n) && write->seq_plus_1 > view->next_seq &&
		    write->seq_plus_1 <= seq)
			expect(9, truth_entry(write) < view->scanned);
	}
}

/* 10: space returns only below the oldest entry that is not delivered. 15: nor where a living writer may still write. */
void check_returned_space(const state_t *state)
{
	for (int n = 0; n < planned_count; n++) {
		const int cursor = state->reader.views[planned[n].ring].cursor;
		if (state->writes[n].seen == HELD)
			expect(10, cursor <= truth_entry(&state->writes[n]));
		if (is_reserved(&state->writes[n]) && truth_may_write(state, n))
			expect(15, cursor <= truth_entry(&state->writes[n]));
	}
}

static void check_15(const state_t *state)
{
	const int word = configuration->is_overwriting ? OLDEST_POS : READ_POS;
	for (int n = 0; n < planned_count; n++)
		if (is_reserved(&state->writes[n]) && truth_may_write(state, n))
			expect(15, state->memory[AT(planned[n].ring, word)] <= truth_entry(&state->writes[n]));
}

/* 13: only what is finished makes room, and all of it. */
void check_eviction(const state_t *state, int ring, int oldest, int next)
{
	const int write = truth_covering(state, ring, oldest);
	expect(13, write >= 0);
	if (write < 0)
		return;
	const write_t *it = &state->writes[write];
	if (it->padding && oldest == truth_begin(it)) {
		expect(13, next == truth_entry(it));
		return;
	}
	expect(13, it->outcome != IN_PROGRESS && oldest == truth_entry(it) && next == truth_end(state, write));
}

/* 16: what is delivered is whole: header and payload of that one write. */
void check_whole(const state_t *state, int write, uint16_t copy, uint16_t copy_2)
{
	expect(16, copy == write + 1);
	expect(16, copy_2 == (planned[write].units == 2 ? payload_of(state, write) : 0));
}

/* 17: a write is refused as full only when it was full while it tried. */
void check_refusal(int was_full)
{
	expect(17, was_full);
}

void check_state(const state_t *state)
{
	check_1_and_12(state);
	check_2(state);
	check_3(state);
	check_4(state);
	check_5(state);
	check_6(state);
	check_15(state);
}
