/* SPDX-License-Identifier: MIT */
/* seen_test.c - which threads a kernel's entries speak of. */
#include "check.h"

#include "seen.h"

static uint32_t pids[2 * RS_SEEN_MAX], tids[2 * RS_SEEN_MAX];
static rs_writer_t writers[2 * RS_SEEN_MAX];

static void note(rs_seen_t *seen, uint32_t rows)
{
	const rs_batch_t batch = {.rows = rows, .pid = pids, .tid = tids};
	rs_seen_note(seen, &batch);
}

TEST("each thread is told once, in the order in which it came, and again after it was told")
{
	rs_seen_t *seen = rs_seen_new();
	REQUIRE(seen);
	const uint32_t in_turn[] = {0, 7, 7, 8, 7};
	for (uint32_t n = 0; n < 5; n++) {
		pids[n] = in_turn[n] ? 7 : 0;
		tids[n] = in_turn[n];
	}
	note(seen, 5);
	CHECK_EQUAL(rs_seen_count(seen), 3);
	REQUIRE_EQUAL(rs_seen_take(seen, writers, 10), 3);
	CHECK_EQUAL(writers[0].pid, 0);
	CHECK_EQUAL(writers[1].tid, 7);
	CHECK_EQUAL(writers[2].tid, 8);
	CHECK_EQUAL(writers[2].pid, 7);
	CHECK_EQUAL(writers[2].start, 0);
	CHECK_EQUAL(writers[2].name_space, 0xeffffffcu);
	CHECK_EQUAL(rs_seen_take(seen, writers, 10), 0);
	note(seen, 5);
	CHECK_EQUAL(rs_seen_take(seen, writers, 10), 3);
	rs_seen_free(seen);
}

TEST("more threads than are kept are left out, and none comes twice")
{
	rs_seen_t *seen = rs_seen_new();
	REQUIRE(seen);
	for (uint32_t n = 0; n < 2 * RS_SEEN_MAX; n++) {
		pids[n] = 1;
		/* The hash puts what differs in high bits only on places of its own, too. */
		tids[n] = n << 10;
	}
	note(seen, 2 * RS_SEEN_MAX);
	note(seen, 2 * RS_SEEN_MAX);
	CHECK_EQUAL(rs_seen_count(seen), RS_SEEN_MAX);
	REQUIRE_EQUAL(rs_seen_take(seen, writers, 2 * RS_SEEN_MAX), RS_SEEN_MAX);
	for (uint32_t n = 0; n < RS_SEEN_MAX; n++)
		CHECK_EQUAL(writers[n].tid, n << 10);
	rs_seen_free(seen);
}
