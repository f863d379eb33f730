/* SPDX-License-Identifier: MIT */
/* emit.c - the end of a round: holes, delivery in order, return of space. See reader.h. */
#include "configurations.h"
#include "invariants.h"
#include "memory.h"
#include "points.h"
#include "reader.h"
#include "successor.h"
#include "truth.h"

/* Index order: by index. Clock order: by ticks, then ring, then position. */
static int is_row_before(const state_t *state, int a, int b)
{
	const write_t *one = &state->writes[a], *two = &state->writes[b];
	if (one->number_plus_1 != two->number_plus_1 || !has(TIES_BY_RING_AND_POSITION))
		return one->number_plus_1 < two->number_plus_1;
	if (planned[a].ring != planned[b].ring)
		return planned[a].ring < planned[b].ring;
	return one->position < two->position;
}

static int first_held(const state_t *state)
{
	int best = -1;
	for (int n = 0; n < planned_count; n++)
		if ((state->writes[n].seen == HELD || state->writes[n].seen == COPIED) &&
		    (best < 0 || is_row_before(state, n, best)))
			best = n;
	return best;
}

static int is_discarded_index(const state_t *state, int index)
{
	for (int n = 0; n < planned_count; n++)
		if (state->writes[n].seen == SKIPPED && state->writes[n].number_plus_1 == index + 1)
			return 1;
	return 0;
}

/* Ticks are no numbers, and in overwrite mode indexes lie far apart: only what is decided comes out. */
static int is_merging(void)
{
	return configuration->is_clock_ordered || configuration->is_overwriting;
}

/* The held entry whose turn it is, or -1. */
static int next_row(state_t *state)
{
	reader_t *reader = &state->reader;
	const int held = first_held(state);
	const int number = held < 0 ? 0 : state->writes[held].number_plus_1 - 1;

	if (is_merging())
		return held >= 0 && number < reader->decided ? held : -1;
	if (!has(WAIT_FOR_SMALLER_INDEX))
		return held;
	while ((held < 0 || number > reader->base) &&
	       (reader->base < reader->decided || is_discarded_index(state, reader->base)))
		reader->base++;
	return held >= 0 && number <= reader->base ? held : -1;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

static void move_cursors(state_t *state)
{
	for (int ring = 0; ring < configuration->rings; ring++) {
		view_t *view = &state->reader.views[ring];
		int cursor = view->scanned;
		for (int n = 0; n < planned_count; n++)
			if (planned[n].ring == ring && state->writes[n].seen == HELD && has(SPACE_BELOW_HELD) &&
			    has(SPACE_AFTER_COPY))
				cursor = least(cursor, truth_entry(&state->writes[n]));
		for (int n = 0; n < PASSED; n++)
			if (view->passed[n])
				cursor = least(cursor, view->passed[n] - 1);
		view->cursor = cursor;
	}
}

static int emit(state_t *state);

static int end_round(state_t *state)
{
	reader_t *reader = &state->reader;
	reader->pc = R_START;
	reader->ring = reader->item = 0;
	return 1;
}

/* Space is published ring by ring, where it has changed. */
static int next_space(state_t *state)
{
	reader_t *reader = &state->reader;
	for (; reader->item < configuration->rings; reader->item++) {
		if (load(state, READER, AT(reader->item, READ_POS)) != reader->views[reader->item].cursor) {
			reader->pc = R_PUBLISH;
			return 1;
		}
	}
	if (!has(CHECKPOINT_BEFORE_SPACE) && checkpoint_is_new(state)) {
		reader->pc = R_CHECKPOINT;
		return 1;
	}
	return has(SPACE_AFTER_COPY) ? end_round(state) : emit(state);
}

static int return_space(state_t *state)
{
	if (configuration->is_overwriting)
		return end_round(state);
	move_cursors(state);
	state->reader.item = 0;
	if (!configuration->reader_deaths || !checkpoint_is_new(state) || !has(CHECKPOINT_BEFORE_SPACE))
		return next_space(state);
	state->reader.pc = R_CHECKPOINT;
	return 1;
}

static int write_checkpoint(state_t *state)
{
	reader_t *reader = &state->reader;

	if (reader->pc == R_GENERATION) {
		write_generation(state);
		return has(CHECKPOINT_BEFORE_SPACE) ? next_space(state) : end_round(state);
	}
	if (reader->pc == R_CHECKPOINT)
		write_checkpoint_rings(state);
	else
		write_checkpoint_base(state);
	reader->pc = reader->pc == R_CHECKPOINT ? R_CHECKPOINT_BASE : R_GENERATION;
	return 1;
}

static void deliver(state_t *state, int write)
{
	reader_t *reader = &state->reader;
	view_t *view = &reader->views[planned[write].ring];
	const int number = state->writes[write].number_plus_1 - 1;

	check_delivery(state, write);
	view->read++;
	state->writes[write].seen = DELIVERED;
	if (!configuration->is_clock_ordered && number >= reader->base)
		reader->base = number + 1;
}

static int is_any_held(const state_t *state)
{
	for (int n = 0; n < planned_count; n++)
		if (state->writes[n].seen == HELD)
			return 1;
	return 0;
}

static int emit(state_t *state)
{
	for (;;) {
		const int write = next_row(state);
		if (write < 0)
			break;
		if (state->writes[write].seen == HELD) {
			state->reader.entry = write + 1;
			state->reader.pc = R_EMIT;
			return 1;
		}
		deliver(state, write);
	}
	if (configuration->is_overwriting && !configuration->is_clock_ordered && state->reader.decided > state->reader.base)
		state->reader.base = state->reader.decided;
	if (configuration->copies_ahead && is_any_held(state)) {
		state->reader.pc = R_AHEAD;
		return 1;
	}
	return has(SPACE_AFTER_COPY) ? return_space(state) : end_round(state);
}

int decide(state_t *state)
{
	reader_t *reader = &state->reader;
	int passed = 0;

	for (int ring = 0; ring < configuration->rings; ring++)
		passed += reader->views[ring].scanned >= reader->views[ring].horizon_position;
	if (passed == configuration->rings) {
		for (; reader->ring < configuration->rings; reader->ring++)
			if (view_of(state)->next_seq < view_of(state)->horizon_attempts) {
				reader->pc = R_HOLE;
				return 1;
			}
		reader->has_horizon = 0;
		for (int ring = 0; ring < configuration->rings; ring++)
			reader->views[ring].horizon_attempts = reader->views[ring].horizon_position = 0;
	}
	if (passed == configuration->rings || (passed && !has(HORIZON_OF_ALL_RINGS))) {
		const int is_tie_before = configuration->is_clock_ordered && !has(WATERMARK_EXCLUSIVE);
		if (reader->horizon_number + is_tie_before > reader->decided)
			reader->decided = reader->horizon_number + is_tie_before;
		if (!reader->has_horizon)
			reader->horizon_number = 0;
	}
	reader->ring = 0;
	if (has(SPACE_AFTER_COPY))
		return emit(state);
	return return_space(state);
}

static uint16_t copy_of(const state_t *state, int write, int word, int at)
{
	const int slot = (truth_entry(&state->writes[write]) + at) % configuration->slots;
	return load(state, READER, AT(planned[write].ring, word + slot));
}

/* Copied whole, or overtaken by a writer meanwhile. */
static int end_row(state_t *state)
{
	reader_t *reader = &state->reader;
	const int write = reader->entry - 1;
	int oldest;

	reader->ring = planned[write].ring;
	if (configuration->is_overwriting && has(LOOK_AGAIN_AFTER_COPY) &&
	    has_made_room(state, truth_entry(&state->writes[write]), &oldest)) {
		view_of(state)->overwritten++;
		state->writes[write].seen = MISSED;
	} else {
		check_whole(state, write, reader->copy, reader->copy_2);
		deliver(state, write);
	}
	reader->entry = reader->copy = reader->ring = 0;
	reader->copy_2 = 0;
	return emit(state);
}

static int copy_row(state_t *state)
{
	reader_t *reader = &state->reader;
	const int write = reader->entry - 1;
	const int is_long = planned[write].units == 2;

	reach(READ_EMITTING);
	if (reader->pc == R_EMIT)
		reader->copy = copy_of(state, write, DATA, 0);
	if (reader->pc == R_EMIT && is_long && configuration->is_overwriting) {
		reader->pc = R_EMIT_2;
		return 1;
	}
	reader->copy_2 = is_long ? copy_of(state, write, STATE, 1) : 0;
	reader->pc = R_EMITTED;
	return configuration->is_overwriting ? 1 : end_row(state);
}

static void copy_ahead(state_t *state)
{
	for (int n = 0; n < planned_count; n++) {
		if (state->writes[n].seen != HELD)
			continue;
		check_whole(state, n, copy_of(state, n, DATA, 0), planned[n].units == 2 ? copy_of(state, n, STATE, 1) : 0);
		state->writes[n].seen = COPIED;
	}
}

int emit_step(state_t *state, int choice)
{
	reader_t *reader = &state->reader;

	switch (reader->pc) {
	case R_EMIT:
	case R_EMIT_2:
		return copy_row(state);
	case R_EMITTED:
		reach(READ_DELIVERED);
		return end_row(state);
	case R_AHEAD:
		if (choice)
			copy_ahead(state);
		return return_space(state);
	case R_CHECKPOINT:
	case R_CHECKPOINT_BASE:
	case R_GENERATION:
		return write_checkpoint(state);
	default: /* R_PUBLISH */
		if (!store(state, READER, AT(reader->item, READ_POS), reader->views[reader->item].cursor, STORE_RELEASE))
			return 0;
		check_returned_space(state);
		reader->item++;
		return next_space(state);
	}
}
