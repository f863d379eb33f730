/* SPDX-License-Identifier: MIT */
/*
 * kmsg_relay_test.c - records of the kernel's log on their way into a ring and out of it again.
 */
#include "../../driver/kmsg/relay.h"

#include <unistd.h>

#include "check.h"
#include "open.h"
#include "ringset_file.h"
#include "rs_log.h"
#include "rs_reader.h"

#define ENTRIES_MAX 64

static rs_kmsg_relay_t relay;
static int file;
static char path[64];
static rs_message_t message;

/* Of what was read. */
static rs_row_t rows[ENTRIES_MAX];
static char texts[ENTRIES_MAX][8192];
static uint32_t row_count;
static rs_ring_counters_t counters;

static void begin_with(const rs_plan_t *plan)
{
	REQUIRE_EQUAL(rs_ringset_memory_make(plan, &file, path, sizeof(path), message.text, sizeof(message.text)), RS_OK);
	REQUIRE_EQUAL(rs_open(path, message.text, sizeof(message.text)), RS_OK);
	relay = (rs_kmsg_relay_t){0};
}

static void begin(uint64_t ring_bytes)
{
	const rs_plan_t plan = {.ring_count = 1, .ring_bytes = ring_bytes, .clock_kind = RS_CLOCK_MONOTONIC_NS};
	begin_with(&plan);
}

static rs_status_t pass_on(const char *record)
{
	char bytes[RS_KMSG_RECORD_BYTES];
	const size_t length = strlen(record);
	REQUIRE(length <= sizeof(bytes));
	memcpy(bytes, record, length);
	return rs_kmsg_pass_on(&relay, bytes, length);
}

/* Everything that is in the ring, and the account of it. */
static void end(void)
{
	rs_capture_t *capture;
	rs_capture_stats_t stats;
	rs_row_t row;
	row_count = 0;
	REQUIRE_EQUAL(rs_capture_open(path, RS_OPEN_DRAIN, &capture, &message), RS_OK);
	REQUIRE_EQUAL(rs_drain_open(capture, 0, 0, 1000, &message), RS_OK);
	while (rs_capture_next(capture, &row) == RS_OK && row_count < ENTRIES_MAX) {
		REQUIRE(row.length < sizeof(texts[0]));
		memcpy(texts[row_count], row.payload, row.length);
		texts[row_count][row.length] = '\0';
		rows[row_count++] = row;
	}
	CHECK_EQUAL(rs_drain_finish(capture, 0), RS_OK);
	CHECK_EQUAL(rs_capture_stats(capture, &stats, &counters, 1), 1);
	CHECK_EQUAL(counters.attempts, counters.read + counters.lost_full + counters.overwritten + counters.too_big);
	rs_capture_close(capture);
	rs_close();
	close(file);
}

static void check_text(uint32_t row, const char *expected)
{
	if (strcmp(texts[row], expected) != 0)
		check_complain(__FILE__, __LINE__, "entry %u is \"%s\", not \"%s\"", row, texts[row], expected);
}

TEST("a record becomes an entry with the kernel's own time, level, facility and thread")
{
	begin(0);
	CHECK_EQUAL(pass_on("28,7,5140900,-,caller=T4711;eth0: link \\xc3\\xbc down\n SUBSYSTEM=net\n DEVICE=n2\n"), RS_OK);
	CHECK_EQUAL(pass_on("2,8,5140899,-,caller=C1;out of memory\n"), RS_OK);
	end();
	REQUIRE_EQUAL(row_count, 2);
	check_text(0, "eth0: link \xc3\xbc down\n SUBSYSTEM=net\n DEVICE=n2");
	CHECK_EQUAL(rows[0].ticks, 5140900000);
	CHECK_EQUAL(rows[0].severity, RS_WARN);
	CHECK_EQUAL(rows[0].kind, RS_KIND_TEXT);
	CHECK_EQUAL(rows[0].remarks, 3);
	CHECK_EQUAL(rows[0].tid, 4711);
	CHECK_EQUAL(rows[0].pid, 0);
	CHECK_EQUAL(rows[0].processor, 0);
	CHECK_EQUAL(rows[0].index, 0);
	check_text(1, "out of memory");
	/* Earlier than the one before, and behind it all the same: the kernel's order is that of its numbers. */
	CHECK_EQUAL(rows[1].ticks, 5140899000);
	CHECK_EQUAL(rows[1].index, 1);
	CHECK_EQUAL(rows[1].severity, RS_FATAL);
	CHECK_EQUAL(rows[1].tid, 0);
}

TEST("what is missing between two of the kernel's numbers is overwritten, and nothing before the first")
{
	begin(0);
	CHECK_EQUAL(pass_on("6,1000,1,-;first\n"), RS_OK);
	CHECK_EQUAL(pass_on("6,1001,2,-;second\n"), RS_OK);
	CHECK_EQUAL(pass_on("6,91002,3,-;after a flood\n"), RS_OK);
	end();
	CHECK_EQUAL(counters.overwritten, 90000);
	CHECK_EQUAL(counters.attempts, 90003);
	REQUIRE_EQUAL(row_count, 3);
	CHECK_EQUAL(rows[1].seq, 1);
	CHECK_EQUAL(rows[2].seq, 90002);
	CHECK_EQUAL(rows[2].index, 2);
}

TEST("what is lost behind records that were skipped is counted")
{
	static const char skipped[] = "6,41,1,-;old\n";
	begin(0);
	rs_kmsg_skip(&relay, skipped, sizeof(skipped) - 1);
	CHECK_EQUAL(pass_on("6,44,2,-;new\n"), RS_OK);
	end();
	CHECK_EQUAL(row_count, 1);
	CHECK_EQUAL(counters.overwritten, 2);
}

TEST("numbers that go back count nothing as lost")
{
	begin(0);
	CHECK_EQUAL(pass_on("6,50,1,-;one\n"), RS_OK);
	CHECK_EQUAL(pass_on("6,3,2,-;another kernel's\n"), RS_OK);
	CHECK_EQUAL(pass_on("6,4,3,-;its next\n"), RS_OK);
	end();
	CHECK_EQUAL(row_count, 3);
	CHECK_EQUAL(counters.attempts, 3);
}

TEST("what is no record is passed on as it is, at the time of the one before")
{
	begin(0);
	CHECK_EQUAL(pass_on("6,1,7,-;one\n"), RS_OK);
	CHECK_EQUAL(pass_on("no record"), RS_OK);
	CHECK_EQUAL(pass_on("6,2,8,-;two\n"), RS_OK);
	end();
	REQUIRE_EQUAL(row_count, 3);
	check_text(1, "no record");
	CHECK_EQUAL(rows[1].ticks, 7000);
	CHECK_EQUAL(counters.overwritten, 0);
}

TEST("a text that a small ring cannot take is cut before a character, and carries its length")
{
	char record[1024] = "6,1,2,-;";
	char text[601] = "";
	for (int n = 0; n < 200; n++)
		strcat(text, "\xe2\x82\xac"); /* 600 bytes; an entry of a 4 KiB ring takes 456 */
	strcat(record, text);
	begin(4096);
	CHECK_EQUAL(pass_on(record), RS_OK);
	end();
	REQUIRE_EQUAL(row_count, 1);
	CHECK_EQUAL(rows[0].flags, RS_FLAG_TRUNCATED);
	/* 452 bytes are left for text: 150 characters. */
	CHECK_EQUAL(rows[0].length, 450 + 4);
	CHECK(memcmp(texts[0], text, 450) == 0);
	uint32_t original;
	memcpy(&original, texts[0] + 450, sizeof(original));
	CHECK_EQUAL(original, 600);
}

TEST("a full ring asks the writer to wait, and an empty one does not")
{
	uint32_t passed = 0;
	begin(4096);
	while (rs_pass_on_room(400) == RS_OK) {
		REQUIRE(passed < 100);
		CHECK_EQUAL(pass_on("6,1,2,-;0123456789012345678901234567890123456789012345678901234567890123456789\n"), RS_OK);
		passed++;
	}
	CHECK_EQUAL(rs_pass_on_room(400), RS_AGAIN);
	/* More than the ring can ever take will be cut. */
	CHECK_EQUAL(rs_pass_on_room(1u << 20), RS_AGAIN);
	end();
	CHECK_EQUAL(row_count, passed);
	CHECK_EQUAL(counters.attempts, passed);
}

TEST("only a set with one ring and the monotonic clock is passed on to")
{
	const rs_passed_on_t entry = {.severity = RS_INFO};
	rs_close();
	CHECK_EQUAL(rs_pass_on(&entry, "x", 1), RS_NOT_OPEN);
	CHECK_EQUAL(rs_pass_on_missed(1), RS_NOT_OPEN);
	CHECK_EQUAL(rs_pass_on_room(1), RS_NOT_OPEN);
	const rs_plan_t two_rings = {.ring_count = 2, .ring_bytes = 4096, .clock_kind = RS_CLOCK_MONOTONIC_NS};
	begin_with(&two_rings);
	CHECK_EQUAL(rs_pass_on(&entry, "x", 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_pass_on_missed(1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_pass_on_room(1), RS_BAD_ARGUMENT);
	rs_close();
	close(file);
}
