/* SPDX-License-Identifier: MIT */
/*
 * migration_test.c - a thread is moved to another processor at each step of a write, and logs there before it goes on: the write ends in the
 * ring where it began.
 */
#include "host_thread.h"
#include "reading.h"
#include "rs_log.h"

static rings_t set;
static reading_t reading;
static uint32_t processors[2];
static const char *where;

static int find_processors(void)
{
	return rs_host_processors_allowed(processors, 2) == 2 && processors[1] < RINGS_MAX;
}

static void move_to(uint32_t processor)
{
	rs_host_thread_keep_to(processor);
}

static void send_serial(uint32_t serial, uint32_t length)
{
	uint8_t payload[512];
	for (uint32_t n = 0; n < length; n++)
		payload[n] = payload_byte(serial, n);
	CHECK_EQUAL(rs_send(serial, ~serial, payload, length), RS_OK);
}

static void migrate(const char *step)
{
	if (!where || strcmp(step, where) != 0)
		return;
	where = NULL;
	move_to(processors[1]);
	send_serial(2, 40);
}

static const char *const steps[] = {"reserve:begin",  "reserve:loaded",	 "reserve:intended", "reserve:swapped", "reserve:padded",
				    "reserve:marked", "reserve:indexed", "commit:begin",     "commit:done"};

static void check_orders(uint32_t mode, uint32_t order)
{
	char message[512];
	for (uint32_t n = 0; n < sizeof(steps) / sizeof(steps[0]); n++) {
		rings_make(&set, &(rs_plan_t){.ring_count = RINGS_MAX, .ring_bytes = 4096, .intent_count = 16, .mode = mode, .order = order});
		const uint64_t to_the_end = 4096 - 64;
		/* The entry finds 64 bytes before the end of the buffer: all steps are there, the padding too. */
		reading_begin(&reading, &set);
		move_to(processors[0]);
		REQUIRE_EQUAL(rs_open(set.path, message, sizeof(message)), RS_OK);
		for (uint64_t at = 0; at < to_the_end; at += 448)
			send_serial(7, at + 448 <= to_the_end ? 448 - RS_ENTRY_HEADER_BYTES
							      : (uint32_t)(to_the_end - at) - RS_ENTRY_HEADER_BYTES);
		reading_look(&reading);
		reading_look(&reading);
		const uint32_t before = reading.row_count;
		where = steps[n];
		rs_test_point_hook = migrate;
		send_serial(1, 200);
		rs_test_point_hook = NULL;
		CHECK(where == NULL);
		reading_finish(&reading, 0);
		REQUIRE_EQUAL(reading.row_count, before + 2);
		for (uint32_t row = before; row < reading.row_count; row++)
			CHECK_EQUAL(reading.rows[row].processor, (uint32_t)processors[reading.rows[row].type == 1 ? 0 : 1]);
		reading_end(&reading);
		rs_close();
		rings_drop(&set);
	}
}

TEST("a write that is moved to another processor at any step ends in the ring where it began")
{
	if (!find_processors())
		SKIP("it needs two processors");
	check_orders(RS_MODE_DISCARD, RS_ORDER_INDEX);
	check_orders(RS_MODE_DISCARD, RS_ORDER_CLOCK);
	check_orders(RS_MODE_OVERWRITE, RS_ORDER_INDEX);
}
