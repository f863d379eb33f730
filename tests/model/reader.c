/* SPDX-License-Identifier: MIT */
/* reader.c - rounds and their horizon. See reader.h. */
#include "reader.h"

#include "configurations.h"
#include "memory.h"
#include "truth.h"

enum kind { KIND_NUMBER, KIND_ATTEMPTS, KIND_POSITION };

/* The order in which a horizon is taken: the counter (or the clock), every ring's attempts, every ring's position. */
static const enum kind *horizon_order(void)
{
	static const enum kind right[] = {KIND_NUMBER, KIND_ATTEMPTS, KIND_POSITION};
	static const enum kind number_last[] = {KIND_ATTEMPTS, KIND_POSITION, KIND_NUMBER};
	static const enum kind position_early[] = {KIND_NUMBER, KIND_POSITION, KIND_ATTEMPTS};
	static const enum kind attempts_first[] = {KIND_ATTEMPTS, KIND_NUMBER, KIND_POSITION};

	if (!has(INDEX_BEFORE_POSITIONS) || !has(WATERMARK_BEFORE_POSITIONS))
		return number_last;
	if (!has(ATTEMPTS_BEFORE_POSITIONS))
		return position_early;
	return has(INDEX_BEFORE_ATTEMPTS) ? right : attempts_first;
}

static void horizon_item(int item, enum kind *kind, int *ring)
{
	for (int n = 0; n < 3; n++) {
		*kind = horizon_order()[n];
		*ring = item;
		if (item < (*kind == KIND_NUMBER ? 1 : configuration->rings))
			return;
		item -= *kind == KIND_NUMBER ? 1 : configuration->rings;
	}
}

static int take_horizon(state_t *state, int choice)
{
	reader_t *reader = &state->reader;
	enum kind kind = KIND_NUMBER;
	int ring = 0;

	horizon_item(reader->item, &kind, &ring);
	if (kind == KIND_ATTEMPTS) {
		reader->views[ring].horizon_attempts = load(state, READER, AT(ring, ATTEMPTS));
	} else if (kind == KIND_POSITION) {
		reader->views[ring].horizon_position = load(state, READER, AT(ring, POSITION));
	} else if (configuration->is_clock_ordered) {
		state->clock += choice;
		reader->horizon_number = state->clock;
	} else {
		reader->horizon_number = load(state, READER, NEXT_INDEX);
	}
	reader->pc = R_HORIZON;
	if (++reader->item < 1 + 2 * configuration->rings)
		return 1;
	reader->item = 0;
	reader->has_horizon = 1;
	reader->ring = 0;
	return begin_ring(state);
}

/* The next entry of a stalled writer that was passed in this ring, or the ring itself. */
int next_passed(state_t *state)
{
	reader_t *reader = &state->reader;
	while (reader->passed_at < PASSED) {
		const int passed = view_of(state)->passed[reader->passed_at++];
		if (passed) {
			reader->here = passed - 1;
			reader->pc = R_PASSED;
			return 1;
		}
	}
	reader->passed_at = 0;
	reader->here = 0;
	reader->pc = R_LIMIT;
	return 1;
}

int begin_ring(state_t *state)
{
	state->reader.passed_at = 0;
	return next_passed(state);
}

int reader_choices(const state_t *state)
{
	const reader_t *reader = &state->reader;
	enum kind kind = KIND_NUMBER;
	int ring = 0;

	switch (reader->pc) {
	case R_START:
	case R_HORIZON:
		if (!configuration->is_clock_ordered || (reader->pc == R_START && reader->has_horizon))
			return 1;
		horizon_item(reader->item, &kind, &ring);
		return kind == KIND_NUMBER && truth_is_clock_written(state) ? 2 : 1;
	case R_BLOCKED:
	case R_STALLED:
	case R_AHEAD:
		return 2;
	default:
		return 1;
	}
}

int reader_step(state_t *state, int choice)
{
	switch (state->reader.pc) {
	case R_START:
		if (state->reader.has_horizon) {
			begin_ring(state);
			return reader_step(state, choice);
		}
		return take_horizon(state, choice);
	case R_HORIZON:
		return take_horizon(state, choice);
	case R_LIMIT:
		view_of(state)->limit = load(state, READER, AT(state->reader.ring, POSITION));
		return scan_next(state);
	case R_LOOK:
	case R_HOLE:
	case R_LOOKED:
	case R_COPY:
	case R_VALIDATE:
		return scan_step(state);
	case R_LOCK:
	case R_SEEN:
	case R_SEEN_OLDEST:
	case R_ABANDON:
		return abandon_step(state);
	case R_EMIT:
	case R_EMIT_2:
	case R_EMITTED:
	case R_AHEAD:
	case R_CHECKPOINT:
	case R_CHECKPOINT_BASE:
	case R_GENERATION:
	case R_PUBLISH:
		return emit_step(state, choice);
	default:
		return owner_step(state, choice);
	}
}
