/* SPDX-License-Identifier: MIT */
/*
 * abandon.c - overwrite mode: what a dead writer has left would stop eviction for ever, so the reader finishes it. See reader.h.
 *
 * Padding and the entry behind it have one claim and two words; the entry first.
 */
#include "configurations.h"
#include "memory.h"
#include "neighbour.h"
#include "reader.h"

int is_abandoning(const reader_t *reader)
{
	return reader->pc == R_SEEN || reader->pc == R_SEEN_OLDEST || reader->pc == R_ABANDON;
}

/* Where the part that is being given up begins. */
static int part_begin(const reader_t *reader)
{
	const int lap_end = reader->here - reader->here % configuration->slots + configuration->slots;
	return reader->part ? reader->here : lap_end;
}

static int part_end(const reader_t *reader)
{
	const int lap_end = reader->here - reader->here % configuration->slots + configuration->slots;
	return reader->part && reader->end > lap_end ? lap_end : reader->end;
}

static void begin_part(reader_t *reader)
{
	reader->pc = has(WORD_BEFORE_OLDEST) || !has(LOOK_AGAIN_BEFORE_ABANDON) ? R_SEEN : R_SEEN_OLDEST;
}

int begin_abandon(state_t *state)
{
	state->reader.pc = R_LOCK;
	return configuration->has_neighbour ? 1 : abandon_step(state);
}

static int lock(state_t *state)
{
	reader_t *reader = &state->reader;
	const int is_crossing = reader->here % configuration->slots + reader->end - reader->here > configuration->slots;

	if (is_locked_by_neighbour(state))
		return has(STAY_UNTIL_ABANDONED) ? leave(state) : pass_dead(state);
	reader->part = !is_crossing;
	begin_part(reader);
	return 1;
}

static int next_part(state_t *state)
{
	if (state->reader.part)
		return pass_dead(state);
	state->reader.part = 1;
	begin_part(&state->reader);
	return 1;
}

static int swap_part(state_t *state)
{
	reader_t *reader = &state->reader;
	const int begin = part_begin(reader), end = part_end(reader);
	const int address = AT(reader->ring, STATE + begin % configuration->slots);
	const int is_padding = end < reader->end && has(PADDING_STAYS_PADDING);

	if (!can_lock(state, READER, address))
		return 0;
	if (state->memory[address] == reader->word || !has(ABANDON_BY_SWAP))
		store_locked(state, READER, address, WORD(is_padding ? PADDING : ABANDONED, end - begin, begin), STORE_RELEASE);
	return next_part(state);
}

static int look_at_part(state_t *state)
{
	reader_t *reader = &state->reader;
	const int begin = part_begin(reader);

	reader->word = load(state, READER, AT(reader->ring, STATE + begin % configuration->slots));
	if (is_tagged(reader->word, begin) && STATE_OF(reader->word) != RESERVED)
		return next_part(state);
	reader->pc = has(WORD_BEFORE_OLDEST) && has(LOOK_AGAIN_BEFORE_ABANDON) ? R_SEEN_OLDEST : R_ABANDON;
	return 1;
}

/* What was seen before this is of this lap, so nobody who lives has it. */
static int look_at_oldest(state_t *state)
{
	reader_t *reader = &state->reader;
	int oldest;

	if (!has_made_room(state, reader->here, &oldest)) {
		reader->pc = has(WORD_BEFORE_OLDEST) ? R_ABANDON : R_SEEN;
		return 1;
	}
	if (reader->passed_at)
		return end_late(state);
	forget_search(reader);
	return scan_next(state);
}

int abandon_step(state_t *state)
{
	switch (state->reader.pc) {
	case R_LOCK:
		return lock(state);
	case R_SEEN:
		return look_at_part(state);
	case R_SEEN_OLDEST:
		return look_at_oldest(state);
	default: /* R_ABANDON */
		return swap_part(state);
	}
}
