/* SPDX-License-Identifier: MIT */
/* scan.c - the reader's first look at each entry of a ring, in ring order. See reader.h. */
#include "configurations.h"
#include "invariants.h"
#include "memory.h"
#include "points.h"
#include "reader.h"
#include "truth.h"

/* Forgets what belonged to the entry that was looked at. */
static void forget_entry(reader_t *reader)
{
	reader->entry = reader->copy = reader->here = reader->is_marked = 0;
	reader->word = reader->copy_2 = 0;
}

int scan_next(state_t *state)
{
	const view_t *view = view_of(state);
	forget_entry(&state->reader);
	if (view->scanned >= view->limit)
		return end_ring(state);
	state->reader.pc = R_LOOK;
	return 1;
}

int end_ring(state_t *state)
{
	reader_t *reader = &state->reader;
	forget_entry(reader);
	view_of(state)->limit = 0;
	if (!has(HOLES_AFTER_HORIZON) && view_of(state)->next_seq < view_of(state)->horizon_attempts) {
		account(state, view_of(state)->horizon_attempts, 0);
	}
	reader->ring++;
	if (reader->ring < configuration->rings)
		return begin_ring(state);
	reader->ring = 0;
	return decide(state);
}

/* The entry at `scanned` is finished and its header is known. */
static int take_entry(state_t *state)
{
	reader_t *reader = &state->reader;
	view_t *view = view_of(state);
	write_t *write = &state->writes[reader->entry - 1];
	const int is_committed = STATE_OF(reader->word) == COMMITTED;

	check_index_comes(state, reader->entry - 1);
	view->next_seq = write->seq_plus_1;
	view->scanned += UNITS_OF(reader->word);
	write->seen = is_committed ? HELD : SKIPPED;
	view->discarded += !is_committed;
	return scan_next(state);
}

/* The header is known; the seqs before it may be missing. */
static int place_entry(state_t *state)
{
	const view_t *view = view_of(state);
	const write_t *write = &state->writes[state->reader.entry - 1];

	if (write->seq_plus_1 - 1 != view->next_seq || view->stepped_over) {
		state->reader.pc = R_HOLE;
		return 1;
	}
	return take_entry(state);
}

/* What the state word says is finished belongs to a write that was reserved there, or to none. */
static int find_entry(state_t *state)
{
	reader_t *reader = &state->reader;
	const int write = truth_at(state, reader->ring, view_of(state)->scanned);
	/* Bytes that were taken for an entry. */
	expect(8, write >= 0 && state->writes[write].outcome != IN_PROGRESS);
	reader->entry = write + 1;
	return write >= 0;
}

/* What was looked at is still there. */
static int go_on(state_t *state)
{
	reader_t *reader = &state->reader;
	view_t *view = view_of(state);
	const int found = STATE_OF(reader->word);

	if (!reader->is_marked || found == RESERVED) {
		reader->pc = R_BLOCKED;
		return 1;
	}
	if (found == PADDING || found == ABANDONED) {
		view->stepped_over += found == ABANDONED;
		view->scanned += UNITS_OF(reader->word);
		return scan_next(state);
	}
	if (!find_entry(state))
		return 1;
	if (configuration->is_overwriting) {
		reader->pc = R_COPY;
		return 1;
	}
	/* The header is there when the state says so. */
	reach(READ_COPIED);
	expect(16, load(state, READER, AT(reader->ring, DATA + view->scanned % configuration->slots)) == reader->entry);
	return place_entry(state);
}

static int look(state_t *state)
{
	reader_t *reader = &state->reader;
	const int scanned = view_of(state)->scanned;

	reader->word = load(state, READER, AT(reader->ring, STATE + scanned % configuration->slots));
	reader->here = scanned;
	reader->is_marked = is_tagged(reader->word, scanned);
	reach(READ_LOOKED);
	if (!configuration->is_overwriting)
		return go_on(state);
	reader->pc = R_LOOKED;
	return 1;
}

int has_made_room(state_t *state, int position, int *oldest)
{
	*oldest = load(state, READER, AT(state->reader.ring, OLDEST_POS));
	return *oldest > position;
}

/* What was looked at has made room meanwhile: on to the oldest entry. */
int jump(state_t *state)
{
	view_t *view = view_of(state);
	int oldest;
	if (!has_made_room(state, view->scanned, &oldest))
		return 0;
	view->scanned = oldest;
	view->has_jumped = 1;
	return 1;
}

static int copy_header(state_t *state)
{
	reader_t *reader = &state->reader;
	reader->copy = load(state, READER, AT(reader->ring, DATA + view_of(state)->scanned % configuration->slots));
	reader->pc = R_VALIDATE;
	reach(READ_COPIED);
	return 1;
}

int scan_step(state_t *state)
{
	reader_t *reader = &state->reader;

	switch (reader->pc) {
	case R_LOOK:
		return look(state);
	case R_LOOKED:
		return jump(state) ? scan_next(state) : go_on(state);
	case R_COPY:
		return copy_header(state);
	case R_VALIDATE:
		if (has(LOOK_AGAIN_AFTER_COPY) && jump(state))
			return scan_next(state);
		expect(16, reader->copy == reader->entry);
		return place_entry(state);
	default: /* R_HOLE */
		if (!reader->entry) {
			account(state, view_of(state)->horizon_attempts, 0);
			return decide(state);
		}
		account(state, state->writes[reader->entry - 1].seq_plus_1 - 1, 1);
		return take_entry(state);
	}
}
