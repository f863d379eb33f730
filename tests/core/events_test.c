/* SPDX-License-Identifier: MIT */
/*
 * events_test.c - typed events as a C program reads them: messages against this machine's own printf, columns, and what breaks the contract.
 *
 * What both readers have to agree on, and the many formats, are tested from Deno (tests/events, runtime/events); here it is what depends on
 * the compiler and the processor.
 */
#include <float.h>
#include <limits.h>

#include "check.h"
#include "event_names.h"
#include "event_site.h"
#include "rs_reader.h"

/* --- descriptors ---------------------------------------------------------------------------------------------- */

typedef struct {
	uint8_t bytes[1024];
	uint32_t length;
} descriptor_t;

static void put(descriptor_t *descriptor, const void *bytes, size_t count)
{
	REQUIRE(descriptor->length + count <= sizeof(descriptor->bytes));
	memcpy(descriptor->bytes + descriptor->length, bytes, count);
	descriptor->length += (uint32_t)count;
}

static void put_string(descriptor_t *descriptor, const char *string)
{
	const uint16_t length = (uint16_t)strlen(string);
	put(descriptor, &length, sizeof(length));
	put(descriptor, string, length);
}

/* An event `io_done` of disk.c, with arguments of these types and the keys a, b, c … */
static descriptor_t describe(const char *format, const uint8_t *types, uint8_t count)
{
	descriptor_t descriptor = {.length = 0};
	const uint32_t line = 42, none = 0;
	put(&descriptor, &none, sizeof(none));
	put(&descriptor, &line, sizeof(line));
	put(&descriptor, (uint8_t[]){RS_INFO, RS_KIND_EVENT, 0, count}, 4);
	put_string(&descriptor, "io_done");
	put_string(&descriptor, "disk.c");
	put_string(&descriptor, "finish");
	put_string(&descriptor, format);
	for (uint8_t n = 0; n < count; n++) {
		const char key[] = {(char)('a' + n), '\0'};
		put(&descriptor, &types[n], 1);
		put_string(&descriptor, key);
	}
	memcpy(descriptor.bytes, &descriptor.length, sizeof(descriptor.length));
	return descriptor;
}

/* --- messages ------------------------------------------------------------------------------------------------- */

static const uint16_t event_class = RS_KIND_EVENT | RS_INFO << 2;

/* The message of one event with one argument, in `message`. */
static void format_one(const char *format, uint8_t type, const void *value, size_t bytes, char *message, size_t room)
{
	const descriptor_t descriptor = describe(format, &type, 1);
	const uint32_t site = 1;
	const int32_t offsets[] = {0, (int32_t)bytes};
	int32_t out_offsets[2];
	rs_events_t *events = rs_events_new();
	REQUIRE(events);
	CHECK_EQUAL(rs_events_add(events, site, descriptor.bytes, descriptor.length), RS_OK);
	const uint64_t length = rs_events_format(events, 1, &event_class, &site, offsets, value, bytes, out_offsets, (uint8_t *)message, room - 1);
	rs_events_free(events);
	REQUIRE(length < room);
	message[length] = '\0';
}

#define CHECK_PRINTS(format, type, c_type, ...)                                                                \
	do {                                                                                                   \
		char expected[6000], found[6000];                                                              \
		const c_type value_ = (c_type)(__VA_ARGS__);                                                   \
		snprintf(expected, sizeof(expected), format, value_);                                          \
		format_one(format, type, &value_, sizeof(value_), found, sizeof(found));                       \
		if (strcmp(expected, found) != 0)                                                              \
			check_complain(__FILE__, __LINE__, "%s of %s: \"%s\", not \"%s\"", format, #__VA_ARGS__, found, expected); \
	} while (0)

TEST("integers at their ends are printed as this machine's printf does it")
{
#ifdef _WIN32
	SKIP("printf there has its own ways with %p and with %#.0o of 0");
#endif
	CHECK_PRINTS("[%d]", RS_ARGUMENT_I8, int8_t, INT8_MIN);
	CHECK_PRINTS("[%u]", RS_ARGUMENT_I8, int8_t, -1);
	CHECK_PRINTS("[%hhx]", RS_ARGUMENT_I8, int8_t, -1);
	CHECK_PRINTS("[%d]", RS_ARGUMENT_U8, uint8_t, UINT8_MAX);
	CHECK_PRINTS("[%hhd]", RS_ARGUMENT_U8, uint8_t, UINT8_MAX);
	CHECK_PRINTS("[%+07d]", RS_ARGUMENT_I16, int16_t, INT16_MIN);
	CHECK_PRINTS("[%#6x]", RS_ARGUMENT_U16, uint16_t, UINT16_MAX);
	CHECK_PRINTS("[%-14i]", RS_ARGUMENT_I32, int32_t, INT32_MIN);
	CHECK_PRINTS("[%u]", RS_ARGUMENT_I32, int32_t, INT32_MIN);
	CHECK_PRINTS("[%d]", RS_ARGUMENT_U32, uint32_t, UINT32_MAX);
	CHECK_PRINTS("[%#o]", RS_ARGUMENT_U32, uint32_t, UINT32_MAX);
	CHECK_PRINTS("[% lld]", RS_ARGUMENT_I64, long long, LLONG_MIN);
	CHECK_PRINTS("[%.30llu]", RS_ARGUMENT_U64, unsigned long long, ULLONG_MAX);
	CHECK_PRINTS("[%#.0llo]", RS_ARGUMENT_U64, unsigned long long, 0);
	CHECK_PRINTS("[%p]", RS_ARGUMENT_POINTER, void *, NULL);
	CHECK_PRINTS("[%20p]", RS_ARGUMENT_POINTER, void *, UINTPTR_MAX);
	CHECK_PRINTS("[%4c]", RS_ARGUMENT_CHAR, char, 'x');
	for (uint64_t value = 1, n = 0; n < 64; n++, value = value * 10 + 9) {
		CHECK_PRINTS("%llu", RS_ARGUMENT_U64, unsigned long long, value);
		CHECK_PRINTS("%lld", RS_ARGUMENT_I64, long long, value);
		CHECK_PRINTS("%llx", RS_ARGUMENT_U64, unsigned long long, 1ull << n);
		CHECK_PRINTS("%u", RS_ARGUMENT_U32, uint32_t, 1ull << n);
	}
}

TEST("floating point at its ends is printed as this machine's printf does it")
{
	static const double values[] = {0, -0.0, 0.5, 2.5, DBL_MAX, -DBL_MAX, DBL_MIN, 5e-324, 1e22, 1e23, 999999.5, 1.0 / 3};
	for (size_t n = 0; n < sizeof(values) / sizeof(values[0]); n++) {
		CHECK_PRINTS("%f", RS_ARGUMENT_F64, double, values[n]);
		CHECK_PRINTS("%.0f", RS_ARGUMENT_F64, double, values[n]);
		CHECK_PRINTS("%+.3e", RS_ARGUMENT_F64, double, values[n]);
		CHECK_PRINTS("%G", RS_ARGUMENT_F64, double, values[n]);
		CHECK_PRINTS("%a", RS_ARGUMENT_F64, double, values[n]);
		CHECK_PRINTS("%4095.4095f", RS_ARGUMENT_F64, double, values[n]);
		CHECK_PRINTS("%.9g", RS_ARGUMENT_F32, float, values[n]);
	}
	CHECK_PRINTS("%10f", RS_ARGUMENT_F64, double, 1 / 0.0);
	CHECK_PRINTS("%g", RS_ARGUMENT_F64, double, -(0 / 0.0));
}

/* --- batches -------------------------------------------------------------------------------------------------- */

TEST("the number of bytes that are needed is the same with any room, and nothing is written beyond that")
{
	const uint8_t types[] = {RS_ARGUMENT_U32, RS_ARGUMENT_BYTES};
	const descriptor_t descriptor = describe("n=%u raw=%s", types, 2);
	uint8_t payload[3 * 106], out[2048];
	uint16_t class_[3];
	uint32_t site[3];
	int32_t offsets[4] = {0}, out_offsets[4];
	rs_events_t *events = rs_events_new();
	REQUIRE(events);
	REQUIRE_EQUAL(rs_events_add(events, 9, descriptor.bytes, descriptor.length), RS_OK);
	memset(payload, 0xab, sizeof(payload));
	for (uint32_t row = 0; row < 3; row++) {
		memcpy(payload + 106 * row, &row, 4);
		memcpy(payload + 106 * row + 4, &(uint16_t){100}, 2);
		class_[row] = event_class;
		site[row] = 9;
		offsets[row + 1] = offsets[row] + 106;
	}
	const uint64_t needed = rs_events_format(events, 3, class_, site, offsets, payload, sizeof(payload), out_offsets, NULL, 0);
	CHECK_EQUAL(needed, 3 * (8 + 299));
	for (uint64_t room = 0; room < 1500; room++) {
		memset(out, 0x55, sizeof(out));
		CHECK_EQUAL(rs_events_format(events, 3, class_, site, offsets, payload, sizeof(payload), out_offsets, out, room), needed);
		CHECK_EQUAL(out[room], 0x55);
		if (room >= needed)
			CHECK_EQUAL(memcmp(out + out_offsets[2], "n=2 raw=ab ab", 13), 0);
	}
	rs_events_free(events);
}

TEST("columns of a batch stand for the rows of their event alone")
{
	const uint8_t types[] = {RS_ARGUMENT_I16, RS_ARGUMENT_TEXT};
	const descriptor_t descriptor = describe("%d %s", types, 2);
	const uint8_t payload[] = {0xff, 0xff, 2, 0, 'h', 'i', 'x', 5, 0, 0xff, 0x7f};
	const uint16_t class_[] = {event_class, RS_KIND_TEXT, event_class};
	const uint32_t site[] = {1, 1, 1};
	const int32_t offsets[] = {0, 6, 7, 11};
	rs_event_table_t table;
	rs_events_t *events = rs_events_new();
	REQUIRE(events);
	REQUIRE_EQUAL(rs_events_add(events, 1, descriptor.bytes, descriptor.length), RS_OK);
	CHECK_EQUAL(strcmp(rs_events_name(events, 0), "io_done"), 0);
	CHECK(!rs_events_name(events, 1));
	CHECK_EQUAL(rs_events_columns(events, "nobody", 3, class_, site, offsets, payload, sizeof(payload), &table), RS_NOT_FOUND);
	REQUIRE_EQUAL(rs_events_columns(events, "io_done", 3, class_, site, offsets, payload, sizeof(payload), &table), RS_OK);
	REQUIRE_EQUAL(table.rows, 2);
	REQUIRE_EQUAL(table.column_count, 2);
	CHECK_EQUAL(table.row_numbers[1], 2);
	CHECK_EQUAL(table.columns[0].type, RS_COLUMN_I16);
	CHECK(!table.columns[0].validity);
	CHECK_EQUAL(memcmp(table.columns[0].values, (int16_t[]){-1, 5}, 4), 0);
	CHECK_EQUAL(table.columns[1].null_count, 1);
	CHECK_EQUAL(table.columns[1].validity[0], 1);
	CHECK_EQUAL(memcmp(table.columns[1].offsets, (int32_t[]){0, 2, 2}, 12), 0);
	CHECK_EQUAL(memcmp(table.columns[1].values, "hi", 2), 0);
	CHECK_EQUAL(rs_events_columns(events, "io_done", 3, class_, site, offsets, payload, 10, &table), RS_BAD_ARGUMENT);
	rs_events_free(events);
}

TEST("a number of a site is given once, and a bad descriptor takes it too")
{
	const descriptor_t descriptor = describe("", NULL, 0);
	rs_events_t *events = rs_events_new();
	REQUIRE(events);
	CHECK_EQUAL(rs_events_add(events, 0, descriptor.bytes, descriptor.length), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_events_add(events, RS_EVENTS_SITE_MAX + 1, descriptor.bytes, descriptor.length), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_events_add(events, RS_EVENTS_SITE_MAX, descriptor.bytes, descriptor.length), RS_OK);
	CHECK_EQUAL(rs_events_add(events, 5, descriptor.bytes, descriptor.length - 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_events_add(events, 5, descriptor.bytes, descriptor.length), RS_EXISTS);
	rs_events_free(events);
	rs_events_free(NULL);
}

TEST("names are found at both ends of their tables, and nowhere else")
{
	CHECK_SAYS(event_errno_name(1), "EPERM");
	CHECK_SAYS(event_errno_name(531), "ENOGRACE");
	CHECK(!event_errno_name(0) && !event_errno_name(-1) && !event_errno_name(532));
	CHECK_SAYS(event_ntstatus_name(0), "STATUS_SUCCESS");
	CHECK_SAYS(event_ntstatus_name(0xc02300bb), "STATUS_NDIS_NOT_SUPPORTED");
	CHECK(!event_ntstatus_name(0xffffffff));
	CHECK_SAYS(event_hresult_name(0), "S_OK");
	CHECK_SAYS(event_hresult_name(0x80080005), "CO_E_SERVER_EXEC_FAILURE");
	CHECK(!event_hresult_name(2));
}
