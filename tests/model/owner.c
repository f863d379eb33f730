/* SPDX-License-Identifier: MIT */
/* owner.c - the reader stands before an entry that is not finished: is its writer dead, or does it stand still? See reader.h. */
#include "configurations.h"
#include "invariants.h"
#include "memory.h"
#include "points.h"
#include "reader.h"
#include "truth.h"
#include "writer.h"

/* What an intent record says of the ring under way; 0 when it speaks of another. */
static int read_claim(const state_t *state, int context, int *begin, int *end)
{
	const uint16_t place = load(state, READER, INTENT_PLACE + context);
	*begin = PLACE_POSITION(place);
	*end = *begin + load(state, READER, INTENT_UNITS + context);
	return PLACE_RING(place) == state->reader.ring;
}

static int is_alive(const state_t *state, int context)
{
	return !truth_is_known_dead(state, configuration->contexts[context].thread);
}

void forget_search(reader_t *reader)
{
	reader->item = reader->part = reader->is_any_alive = reader->is_any_dead = reader->end = reader->claim_end = reader->begins = 0;
}

/* Not now: the rest of the ring has to wait, or the next passed entry has its turn. */
int leave(state_t *state)
{
	forget_search(&state->reader);
	return state->reader.passed_at ? next_passed(state) : end_ring(state);
}

static void forget_passed(state_t *state)
{
	view_of(state)->passed[state->reader.passed_at - 1] = 0;
}

/* An entry that was passed is free: its writer is dead. */
int end_passed(state_t *state)
{
	forget_passed(state);
	return leave(state);
}

/* A writer that was passed has finished after all. */
int end_late(state_t *state)
{
	view_t *view = view_of(state);
	const int write = truth_at(state, state->reader.ring, state->reader.here);
	view->late++;
	if (write >= 0)
		state->writes[write].seen = has(LATE_NOT_DELIVERED) ? LATE : HELD;
	return end_passed(state);
}

static int is_finished(const reader_t *reader, uint16_t word)
{
	return is_tagged(word, reader->here) && STATE_OF(word) != RESERVED;
}

static int look_at_passed(state_t *state)
{
	reader_t *reader = &state->reader;
	int oldest;

	if (reader->pc == R_PASSED) {
		reader->word = load(state, READER, AT(reader->ring, STATE + reader->here % configuration->slots));
		reader->is_marked = 1;
		if (configuration->is_overwriting) {
			reader->pc = R_PASSED_OLDEST;
			return 1;
		}
	} else if (has_made_room(state, reader->here, &oldest)) {
		/* Only what is finished makes room. */
		return end_late(state);
	}
	if (is_finished(reader, reader->word))
		return end_late(state);
	reader->pc = R_BLOCKED;
	return 1;
}

/* A living writer without a record may be where a dead one only meant to be. */
static int may_be_unrecorded(const state_t *state)
{
	for (int n = 0; n < context_count; n++)
		if (configuration->contexts[n].has_no_record && state->contexts[n].pc != W_IDLE && is_alive(state, n))
			return 1;
	return 0;
}

static int search_ended(state_t *state)
{
	reader_t *reader = &state->reader;
	const int is_dead = reader->is_any_dead && (!reader->is_any_alive || !has(DEAD_BY_EVERY_CLAIM)) &&
			    !(may_be_unrecorded(state) && has(EVERY_WRITER_HAS_A_RECORD));

	reach(READ_OWNER);
	if ((is_dead && (reader->is_marked || reader->end)) ||
	    (!has(UNMARKED_NOT_PASSED) && !reader->is_marked && reader->end) ||
	    (!has(ABANDON_ONLY_DEAD) && reader->is_marked)) {
		reader->item = 0;
		if (reader->is_marked)
			reader->end = reader->here + UNITS_OF(reader->word);
		reader->pc = R_RELOOK;
		return has(LOOK_AGAIN_AFTER_DEATH) ? 1 : owner_step(state, 1);
	}
	if (reader->is_any_alive && reader->is_marked && !reader->passed_at && state->passes_left) {
		reader->pc = R_STALLED;
		return 1;
	}
	return leave(state);
}

static int next_record(state_t *state)
{
	reader_t *reader = &state->reader;
	reader->claim_end = reader->begins = 0;
	do
		reader->item++;
	while (reader->item < context_count && configuration->contexts[reader->item].has_no_record);
	reader->pc = R_OWNER;
	return reader->item < context_count ? 1 : search_ended(state);
}

static int look_at_record(state_t *state)
{
	reader_t *reader = &state->reader;
	const view_t *view = view_of(state);
	int begin, end;

	if (!read_claim(state, reader->item, &begin, &end) || reader->here < begin || reader->here >= end)
		return next_record(state);
	const int is_dead = !is_alive(state, reader->item);
	reader->is_any_dead |= is_dead;
	reader->is_any_alive |= !is_dead;
	if ((!is_dead && has(UNMARKED_NOT_PASSED)) || reader->is_marked || end > view->limit ||
	    (reader->end && reader->end <= end))
		return next_record(state);
	if (end == view->limit || !has(CLAIM_ENDS_AT_A_BEGINNING)) {
		reader->end = end;
		return next_record(state);
	}
	reader->claim_end = end;
	reader->pc = R_BEGINS_FIRST;
	return 1;
}

static int is_begun_by_claim(const state_t *state, int position)
{
	for (int n = 0; n < context_count; n++) {
		int begin, end;
		if (!configuration->contexts[n].has_no_record && read_claim(state, n, &begin, &end) && begin == position &&
		    (has(LIVING_CLAIMS_BEGIN_TOO) || !is_alive(state, n)))
			return 1;
	}
	return 0;
}

static int is_begun_by_word(const state_t *state, int position)
{
	const int slot = position % configuration->slots;
	return is_tagged(load(state, READER, AT(state->reader.ring, STATE + slot)), position);
}

/* Does something begin where the claim ends? A record is overwritten only when its entry's word is there: records first. */
static int look_for_beginning(state_t *state)
{
	reader_t *reader = &state->reader;
	const int is_first = reader->pc == R_BEGINS_FIRST;

	reader->begins |= is_first == has(CLAIMS_BEFORE_WORD) ? is_begun_by_claim(state, reader->claim_end)
							      : is_begun_by_word(state, reader->claim_end);
	if (is_first && !reader->begins) {
		reader->pc = R_BEGINS_SECOND;
		return 1;
	}
	if (reader->begins)
		reader->end = reader->claim_end;
	return next_record(state);
}

int pass_dead(state_t *state)
{
	reader_t *reader = &state->reader;
	view_t *view = view_of(state);
	const int end = reader->end;

	if (reader->passed_at)
		return end_passed(state);
	forget_search(reader);
	view->stepped_over++;
	view->scanned = end;
	return scan_next(state);
}

/* The owner is dead now; it may have marked or finished before it died, after it was looked at. */
static int relook(state_t *state)
{
	reader_t *reader = &state->reader;
	const uint16_t word = load(state, READER, AT(reader->ring, STATE + reader->here % configuration->slots));

	if (has(LOOK_AGAIN_AFTER_DEATH)) {
		if (is_finished(reader, word) && reader->passed_at)
			return end_late(state);
		if (is_finished(reader, word) || word != reader->word) {
			forget_search(reader);
			return reader->passed_at ? leave(state) : scan_next(state);
		}
	}
	return configuration->is_overwriting ? begin_abandon(state) : pass_dead(state);
}

/* The order goes on behind a living writer; its space does not return. */
static int pass_stalled(state_t *state)
{
	reader_t *reader = &state->reader;
	view_t *view = view_of(state);
	int n = 0;

	while (n < PASSED && view->passed[n])
		n++;
	if (n == PASSED)
		return leave(state);
	if (has(PASSED_KEEPS_SPACE))
		view->passed[n] = reader->here + 1;
	view->stepped_over++;
	view->stalled++;
	view->scanned += UNITS_OF(reader->word);
	state->passes_left--;
	forget_search(reader);
	return scan_next(state);
}

int owner_step(state_t *state, int choice)
{
	reader_t *reader = &state->reader;

	switch (reader->pc) {
	case R_PASSED:
	case R_PASSED_OLDEST:
		return look_at_passed(state);
	case R_BLOCKED:
		if (!choice)
			return leave(state);
		reader->item = 0;
		if (configuration->contexts[0].has_no_record)
			return next_record(state);
		return look_at_record(state);
	case R_OWNER:
		return look_at_record(state);
	case R_BEGINS_FIRST:
	case R_BEGINS_SECOND:
		return look_for_beginning(state);
	case R_STALLED:
		return choice ? pass_stalled(state) : leave(state);
	default: /* R_RELOOK */
		return relook(state);
	}
}
