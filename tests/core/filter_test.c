/* SPDX-License-Identifier: MIT */
/*
 * filter_test.c - what a capture does not want: it is read and counted and becomes no row, its space comes back, and a reader that follows
 * finds nothing of it.
 */
#define _GNU_SOURCE
#include "events.h"

#include "capture.h"
#include "stepping.h"

static rs_capture_t *capture;

static void open_capture(void)
{
	rs_message_t message = {{0}};
	const rs_status_t status = rs_capture_open(set.path, RS_OPEN_DRAIN, &capture, &message);
	if (status != RS_OK)
		check_complain(__FILE__, __LINE__, "%s", message.text);
	REQUIRE_EQUAL(status, RS_OK);
}

static void begin_drain(void)
{
	rs_message_t message = {{0}};
	REQUIRE_EQUAL(rs_drain_open(capture, RS_POOL_BYTES_MIN, 0, 1, &message), RS_OK);
}

static void want(uint32_t kind, const char *pattern)
{
	REQUIRE_EQUAL(rs_filter_pattern(capture, kind, pattern), RS_OK);
}

static rs_ring_counters_t counters(void)
{
	rs_ring_counters_t ring;
	rs_capture_stats_t stats;
	(void)rs_capture_stats(capture, &stats, &ring, 1);
	return ring;
}

/* Ends the drain and gives the severities of the rows, as digits. */
static const char *rest(void)
{
	static char severities[1024];
	uint32_t count = 0;
	rs_row_t row;

	REQUIRE_EQUAL(rs_drain_finish(capture, 0), RS_OK);
	while (rs_capture_next(capture, &row) == RS_OK && count + 1 < sizeof(severities))
		severities[count++] = (char)('0' + row.severity);
	severities[count] = '\0';
	const rs_ring_counters_t ring = counters();
	CHECK_EQUAL(ring.read - ring.filtered, count);
	CHECK_EQUAL(ring.attempts, ring.read + ring.discarded + rs_hole_lost(&ring) + ring.pending);
	return severities;
}

static void log_all(void)
{
	(void)RS_EVENT(RS_TRACE, nvme_submit, "tag=%d", 1);
	(void)RS_EVENT(RS_INFO, nvme_done, "tag=%d", 1);
	(void)RS_EVENT(RS_ERROR, io_failed, "tag=%d", 1);
	(void)rs_log(RS_WARN, "text");
	(void)rs_send(7, 9, "data", 4);
	(void)rs_write(RS_DEBUG, RS_KIND_TEXT, RS_TYPE_MARK, 0, "mark", 4);
}

#define CHECK_ROWS(expected)                                                                                \
	do {                                                                                                \
		const char *rows_ = rest();                                                                 \
		if (strcmp(rows_, expected) != 0)                                                           \
			check_complain(__FILE__, __LINE__, "rows are \"%s\", not \"%s\"", rows_, expected); \
	} while (0)

TEST("only what was asked for becomes a row, and marks")
{
	static const struct {
		const char *only, *exclude;
		uint32_t least;
		const char *rows;
	} cases[] = {
		{NULL, NULL, RS_TRACE, "135432"}, {"nvme_*", NULL, RS_TRACE, "132"}, {NULL, "nvme_*", RS_TRACE, "5432"},
		{NULL, NULL, RS_WARN, "542"},     {"*", "nvme_done", RS_INFO, "52"}, {"filter_test.c:*", NULL, RS_FATAL, "2"},
	};
	make_events(64);
	for (uint32_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
		open_capture();
		if (cases[n].only)
			want(RS_FILTER_ONLY, cases[n].only);
		if (cases[n].exclude)
			want(RS_FILTER_EXCLUDE, cases[n].exclude);
		REQUIRE_EQUAL(rs_filter_severity(capture, cases[n].least), RS_OK);
		begin_drain();
		log_all();
		CHECK_ROWS(cases[n].rows);
		rs_capture_close(capture);
	}
	drop_events();
}

TEST("a filter takes what can be one, and only before the drain")
{
	char longest[RS_SITE_PATTERN_BYTES + 1] = "";
	memset(longest, 'x', RS_SITE_PATTERN_BYTES - 1);
	make_events(64);
	open_capture();
	CHECK_EQUAL(rs_filter_pattern(capture, RS_FILTER_ONLY, ""), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_filter_pattern(capture, RS_FILTER_EXCLUDE + 1, "a"), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_filter_pattern(capture, RS_FILTER_EXCLUDE, longest), RS_OK);
	longest[RS_SITE_PATTERN_BYTES - 1] = 'x';
	CHECK_EQUAL(rs_filter_pattern(capture, RS_FILTER_EXCLUDE, longest), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_filter_severity(capture, RS_TRACE - 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_filter_severity(capture, RS_FATAL + 1), RS_BAD_ARGUMENT);
	begin_drain();
	CHECK_EQUAL(rs_filter_pattern(capture, RS_FILTER_ONLY, "a"), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_filter_severity(capture, RS_FATAL), RS_BAD_ARGUMENT);
	log_all();
	CHECK_ROWS("135432");
	rs_capture_close(capture);
	drop_events();
}

TEST("many patterns are all asked, whichever came first")
{
	char pattern[16];
	make_events(64);
	open_capture();
	for (uint32_t n = 0; n < 200; n++) {
		snprintf(pattern, sizeof(pattern), "none_%u", n);
		want(RS_FILTER_ONLY, pattern);
	}
	want(RS_FILTER_ONLY, "io_failed");
	begin_drain();
	log_all();
	CHECK_ROWS("52");
	rs_capture_close(capture);
	drop_events();
}

TEST("the space of what is not wanted comes back")
{
	make_events(64);
	open_capture();
	REQUIRE_EQUAL(rs_filter_severity(capture, RS_FATAL), RS_OK);
	begin_drain();
	/* Three laps of the ring. */
	for (uint32_t round = 0; round < 48; round++) {
		uint64_t taken;
		for (uint32_t n = 0; n < 1024; n++)
			CHECK_EQUAL(RS_EVENT(RS_INFO, often, "n=%u", n), RS_OK);
		REQUIRE_EQUAL(rs_drain_once(capture, &taken), RS_OK);
		CHECK_EQUAL(taken, 1024);
		/* A machine on which this takes seconds is told of the counters meanwhile. */
		for (rs_batch_t *batch; (batch = rs_pool_peek_full(&capture->pool, 0));)
			rs_pool_release(&capture->pool, batch);
	}
	CHECK(load_u64_relaxed(&set.pages[0].reserve.position) > 2 * set.rings[0].ring_bytes);
	CHECK_ROWS("");
	CHECK_EQUAL(counters().filtered, 48 * 1024);
	rs_capture_close(capture);
	drop_events();
}

/* Entries that the next reader counts as taken and not stored. */
static uint64_t unstored_to_the_next(void)
{
	rs_capture_close(capture);
	open_capture();
	const uint64_t unstored = counters().unstored;
	rs_capture_close(capture);
	return unstored;
}

TEST("where nothing is wanted the counters are handed over all the same, once a second")
{
	const struct timespec more_than_a_second = {1, 100000000};
	uint64_t taken;

	make_events(64);
	open_capture();
	want(RS_FILTER_ONLY, "nothing");
	begin_drain();
	log_all();
	REQUIRE_EQUAL(rs_drain_once(capture, &taken), RS_OK);
	CHECK_EQUAL(taken, 6);
	nanosleep(&more_than_a_second, NULL);
	REQUIRE_EQUAL(rs_drain_once(capture, &taken), RS_OK);
	rs_batch_t *batch = rs_pool_peek_full(&capture->pool, 0);
	REQUIRE(batch);
	CHECK_EQUAL(batch->counters[0].read, 6);
	CHECK_EQUAL(batch->counters[0].filtered, 5);
	CHECK_EQUAL(batch->read_total[0], 6);
	rs_checkpoint_stored(capture, 0, batch->read_total[0]);
	rs_pool_release(&capture->pool, batch);
	CHECK_EQUAL(unstored_to_the_next(), 0);
	drop_events();
}

TEST("what a reader kept back and died before it said so is unstored to the next, who cannot know what was wished")
{
	uint64_t taken;

	make_events(64);
	open_capture();
	REQUIRE_EQUAL(rs_filter_severity(capture, RS_FATAL), RS_OK);
	begin_drain();
	log_all();
	REQUIRE_EQUAL(rs_drain_once(capture, &taken), RS_OK);
	CHECK_EQUAL(unstored_to_the_next(), 6);
	drop_events();
}

TEST("the rows that a C program has asked for are stored, and what was kept back between them")
{
	rs_row_t row;

	make_events(64);
	open_capture();
	REQUIRE_EQUAL(rs_filter_severity(capture, RS_WARN), RS_OK);
	begin_drain();
	log_all();
	REQUIRE_EQUAL(rs_capture_next(capture, &row), RS_OK);
	CHECK_EQUAL(row.severity, RS_ERROR);
	REQUIRE_EQUAL(rs_capture_next(capture, &row), RS_OK);
	CHECK_EQUAL(row.severity, RS_WARN);
	/* Of three rows the first is in safe hands, the second is out. */
	CHECK_EQUAL(unstored_to_the_next(), 2);
	drop_events();
}
