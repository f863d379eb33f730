/* SPDX-License-Identifier: MIT */
/*
 * hole.c - what a hole in seq means: the arithmetic of driver/reader/hole.c. See reader.h.
 *
 * Without what a driver has missed of another log: to the protocol that is a refusal like one of the others.
 */
#include "configurations.h"
#include "invariants.h"
#include "memory.h"
#include "reader.h"

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int above_zero(int value)
{
	return value > 0 ? value : 0;
}

static void count_refused(view_t *view, int as_full, int as_big, int as_mixed)
{
	view->lost_full += as_full;
	view->too_big += as_big;
	view->mixed += as_mixed;
	view->told_full += as_full;
	view->told_big += as_big;
	view->told_either += as_mixed;
}

/* The driver's two counters bound the causes from both sides. */
static void split(state_t *state, int missing)
{
	const reader_t *reader = &state->reader;
	view_t *view = view_of(state);
	const int counted_full = load(state, READER, AT(reader->ring, LOST_FULL));
	const int counted_big = load(state, READER, AT(reader->ring, TOO_BIG));
	const int full = counted_full - view->told_full;
	const int big = counted_big - view->told_big;

	if (view->has_jumped) {
		const int as_mixed = least(above_zero(full + big - view->told_either), missing);
		view->overwritten += missing - as_mixed;
		count_refused(view, 0, 0, as_mixed);
	} else {
		const int is_covered = full + big >= missing + view->told_either;
		const int as_full = is_covered ? above_zero(missing - big) : 0;
		const int as_big = is_covered ? above_zero(missing - full) : 0;
		count_refused(view, as_full, as_big, missing - as_full - as_big);
	}
	if (view->told_either == counted_full - view->told_full + counted_big - view->told_big) {
		view->told_full = counted_full;
		view->told_big = counted_big;
		view->told_either = 0;
	}
}

void account(state_t *state, int seq, int is_neighbour)
{
	view_t *view = view_of(state);
	const int missing = seq - view->next_seq;
	const int abandoned = least(view->stepped_over, missing);

	expect(3, missing >= 0);
	check_lost(state, state->reader.ring, seq);
	view->stepped_over -= abandoned;
	view->abandoned += abandoned;
	if (missing > abandoned)
		split(state, missing - abandoned);
	view->next_seq = seq;
	/* Not at a horizon: what was stepped over, or jumped over, may lie behind it. */
	if (is_neighbour)
		view->stepped_over = view->has_jumped = 0;
}
