/* SPDX-License-Identifier: MIT */
/*
 * event_test.c - what a call of RS_EVENT writes: every type at its extremes, texts that are long, cut, null or somebody else's; and what a call
 * does not write.
 */
#define _GNU_SOURCE
#include "events.h"

#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>

#include "pages.h"

/* --- what is expected of a payload ------------------------------------------------------------------------------------- */

static uint8_t expected[32768];
static uint32_t expected_bytes;

static void expect(const void *bytes, size_t count)
{
	memcpy(expected + expected_bytes, bytes, count);
	expected_bytes += (uint32_t)count;
}

#define EXPECT(type, value) expect(&(const type){(type)(value)}, sizeof(type))

/* A text, block … that is kept whole. */
static void expect_whole(const void *bytes, size_t count)
{
	EXPECT(uint16_t, count);
	expect(bytes, count);
}

static void expect_cut(const void *bytes, size_t kept, uint32_t original)
{
	EXPECT(uint16_t, 0x8000 | kept);
	EXPECT(uint32_t, original);
	expect(bytes, kept);
}

static void expect_null(void)
{
	EXPECT(uint16_t, 0x7fff);
}

/* Takes the next entry, which has to have the payload that was expected, and gives its site. */
static uint32_t check_event(int severity, uint16_t flags)
{
	const rs_entry_header_t *entry = take_entry();
	CHECK_EQUAL(entry->kind, RS_KIND_EVENT);
	CHECK_EQUAL(entry->severity, severity);
	CHECK_EQUAL(entry->flags, flags);
	CHECK_EQUAL(entry->remarks, 0);
	CHECK_EQUAL(entry->length, expected_bytes);
	for (uint32_t n = 0; n < entry->length && n < expected_bytes; n++)
		if (payload_of(entry)[n] != expected[n]) {
			check_complain(__FILE__, __LINE__, "%s: byte %u is %u, not %u", words_of(entry->type), n, payload_of(entry)[n],
				       expected[n]);
			break;
		}
	/* What lies between the payload and the next entry is nobody's, and nobody's stack either. */
	for (uint32_t n = entry->length; n % 8; n++)
		CHECK_EQUAL(payload_of(entry)[n], 0);
	expected_bytes = 0;
	return entry->type;
}

#define WRITTEN(call) CHECK_EQUAL(call, RS_OK)

/* --- numbers ------------------------------------------------------------------------------------------------------------- */

TEST("integers of every width lie in the payload as they are, at both ends of their range")
{
	make_events(64);
	WRITTEN(RS_EVENT(RS_TRACE, bools, "%d %d", (bool)0, (bool)1));
	EXPECT(uint8_t, 0), EXPECT(uint8_t, 1);
	CHECK_WORDS(check_event(RS_TRACE, 0), "bools 1 0 %d %d | 1:arg1 1:arg2");
	WRITTEN(RS_EVENT(RS_DEBUG, bytes, "%hhd %hhd %hhu %hhu", (int8_t)INT8_MIN, (int8_t)INT8_MAX, (uint8_t)0, (uint8_t)UINT8_MAX));
	EXPECT(int8_t, INT8_MIN), EXPECT(int8_t, INT8_MAX), EXPECT(uint8_t, 0), EXPECT(uint8_t, UINT8_MAX);
	CHECK_WORDS(check_event(RS_DEBUG, 0), "bytes 2 0 %hhd %hhd %hhu %hhu | 2:arg1 2:arg2 3:arg3 3:arg4");
	WRITTEN(RS_EVENT(RS_INFO, shorts, "%hd %hd %hu", (short)SHRT_MIN, (short)SHRT_MAX, (unsigned short)USHRT_MAX));
	EXPECT(int16_t, SHRT_MIN), EXPECT(int16_t, SHRT_MAX), EXPECT(uint16_t, USHRT_MAX);
	CHECK_WORDS(check_event(RS_INFO, 0), "shorts 3 0 %hd %hd %hu | 4:arg1 4:arg2 5:arg3");
	WRITTEN(RS_EVENT(RS_WARN, ints, "%d %d %u", INT_MIN, INT_MAX, UINT_MAX));
	EXPECT(int32_t, INT_MIN), EXPECT(int32_t, INT_MAX), EXPECT(uint32_t, UINT_MAX);
	CHECK_WORDS(check_event(RS_WARN, 0), "ints 4 0 %d %d %u | 6:arg1 6:arg2 7:arg3");
	WRITTEN(RS_EVENT(RS_ERROR, longs, "%ld %lu %lld %llu %zu", LONG_MIN, ULONG_MAX, LLONG_MIN, ULLONG_MAX, SIZE_MAX));
	EXPECT(long, LONG_MIN), EXPECT(unsigned long, ULONG_MAX), EXPECT(int64_t, LLONG_MIN), EXPECT(uint64_t, ULLONG_MAX),
		EXPECT(uint64_t, SIZE_MAX);
	/* Windows has longs of four bytes. */
	CHECK_WORDS(check_event(RS_ERROR, 0), sizeof(long) == 8
						      ? "longs 5 0 %ld %lu %lld %llu %zu | 8:arg1 9:arg2 8:arg3 9:arg4 9:arg5"
						      : "longs 5 0 %ld %lu %lld %llu %zu | 6:arg1 7:arg2 8:arg3 9:arg4 9:arg5");
	drop_events();
}

TEST("floating point keeps its bits, infinities and what is no number")
{
	make_events(64);
	const float quiet = __builtin_nanf("0x12345");
	WRITTEN(RS_EVENT(RS_FATAL, floats, "%f %g %e %a", FLT_MAX, -FLT_TRUE_MIN, (float)INFINITY, quiet));
	EXPECT(float, FLT_MAX), EXPECT(float, -FLT_TRUE_MIN), EXPECT(float, INFINITY), EXPECT(float, quiet);
	CHECK_WORDS(check_event(RS_FATAL, 0), "floats 6 0 %f %g %e %a | 10:arg1 10:arg2 10:arg3 10:arg4");
	WRITTEN(RS_EVENT(RS_INFO, doubles, "%f %f %f %Lf", DBL_MAX, -0.0, -(double)INFINITY, 0.1L));
	EXPECT(double, DBL_MAX), EXPECT(double, -0.0), EXPECT(double, -INFINITY), EXPECT(double, 0.1L);
	CHECK_WORDS(check_event(RS_INFO, 0), "doubles 3 0 %f %f %f %Lf | 11:arg1 11:arg2 11:arg3 11:arg4");
	drop_events();
}

TEST("a char is a character or a number, as its conversion says, and pointers are eight bytes")
{
	struct unknown;
	const char letter = 'x', minus = (char)-1;
	make_events(64);
	WRITTEN(RS_EVENT(RS_INFO, chars, "%c %d %c", letter, minus, 'y'));
	EXPECT(char, 'x'), EXPECT(char, -1), EXPECT(int32_t, 'y');
	const uint32_t number = check_event(RS_INFO, 0);
	if ((char)-1 < 0)
		CHECK_WORDS(number, "chars 3 0 %c %d %c | 20:arg1 2:arg2 6:arg3");
	else
		CHECK_WORDS(number, "chars 3 0 %c %d %c | 20:arg1 3:arg2 6:arg3");
	WRITTEN(RS_EVENT(RS_INFO, pointers, "%p %p %p %p", (void *)0, (struct unknown *)UINTPTR_MAX, (const volatile int *)&set,
			 (void *)(uintptr_t)check_event));
	EXPECT(uint64_t, 0), EXPECT(uint64_t, UINT64_MAX), EXPECT(uint64_t, (uintptr_t)&set), EXPECT(uint64_t, (uintptr_t)check_event);
	CHECK_WORDS(check_event(RS_INFO, 0), "pointers 3 0 %p %p %p %p | 12:arg1 12:arg2 12:arg3 12:arg4");
	drop_events();
}

TEST("sixteen arguments and none are possible, and are named by format or by RS_ARG")
{
	make_events(64);
	WRITTEN(RS_EVENT(RS_INFO, many, "%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
	for (int n = 1; n <= 16; n++)
		EXPECT(int32_t, n);
	(void)check_event(RS_INFO, 0);
	WRITTEN(RS_EVENT(RS_INFO, nothing, "nothing, 100%%"));
	CHECK_WORDS(check_event(RS_INFO, 0), "nothing 3 0 nothing, 100%% |");
	int first = 5;
	WRITTEN(RS_EVENT(RS_INFO, named, "a=%d %d pid=%d %s", first, RS_ARG(second, first + 1), 7, RS_ARG(text, "x, y")));
	EXPECT(int32_t, 5), EXPECT(int32_t, 6), EXPECT(int32_t, 7), expect_whole("x, y", 4);
	CHECK_WORDS(check_event(RS_INFO, 0), "named 3 0 a=%d %d pid=%d %s | 6:a 6:second 6:pid_ 13:text");
#define THROUGH(...) RS_EVENT(RS_INFO, through, "%d %d", __VA_ARGS__)
	/* An outer macro has made something else of RS_ARG by then. */
	WRITTEN(THROUGH(RS_ARG(deep, 1), first));
	EXPECT(int32_t, 1), EXPECT(int32_t, 5);
	CHECK_WORDS(check_event(RS_INFO, 0), "through 3 0 %d %d | 6:deep 6:arg2");
	drop_events();
}

static int evaluated;

static int evaluate(void)
{
	return ++evaluated;
}

TEST("each argument is evaluated once, and the severity may be the call's")
{
	make_events(64);
	for (int severity = RS_TRACE; severity <= RS_FATAL; severity++) {
		WRITTEN(RS_EVENT(severity, once, "%d %s", evaluate(), evaluate() ? "a" : "b"));
		EXPECT(int32_t, 2 * severity - 1), expect_whole("a", 1);
		CHECK_WORDS(check_event(severity, 0), "once 0 0 %d %s | 6:arg1 13:arg2");
	}
	for (int severity = -1; severity < 9; severity += severity ? 8 : 1)
		CHECK_EQUAL(RS_EVENT(severity, beyond, "%d", 1), RS_BAD_ARGUMENT);
	CHECK(!has_entries());
	drop_events();
}

/* --- wrappers -------------------------------------------------------------------------------------------------------------- */

TEST("codes and enumerations carry their numbers, and the site carries the names")
{
	static const rs_enum_name_t colors[] = {{INT64_MIN, "darkest"}, {0, "black"}, {INT64_MAX, "brightest"}};
	static const rs_enum_names_t color = {"color", 3, colors};
	make_events(64);
	WRITTEN(RS_EVENT(RS_INFO, codes, "%s %s %s", rs_errno(-INT_MAX), rs_ntstatus(0xc0000022u), rs_hresult(0x80004005u)));
	EXPECT(int32_t, -INT_MAX), EXPECT(uint32_t, 0xc0000022u), EXPECT(uint32_t, 0x80004005u);
	CHECK_WORDS(check_event(RS_INFO, 0), "codes 3 0 %s %s %s | 17:arg1 18:arg2 19:arg3");
	WRITTEN(RS_EVENT(RS_INFO, painted, "color=%s n=%d", rs_enum(INT64_MIN, &color), 3));
	EXPECT(int64_t, INT64_MIN), EXPECT(int32_t, 3);
	CHECK_WORDS(check_event(RS_INFO, 0),
		    "painted 3 0 color=%s n=%d | 16:color(color -9223372036854775808=darkest 0=black 9223372036854775807=brightest) 6:n");
	WRITTEN(RS_EVENT(RS_INFO, unnamed, "%s", rs_enum(7, NULL)));
	EXPECT(int64_t, 7);
	CHECK_WORDS(check_event(RS_INFO, 0), "unnamed 3 0 %s | 16:arg1()");
	drop_events();
}

TEST("texts and bytes carry their length, and a null pointer is none of them")
{
	const char *const none = NULL;
	char array[8] = "array";
	make_events(64);
	WRITTEN(RS_EVENT(RS_INFO, texts, "%s %s %s %s %s", "text", "", none, array, rs_text("not ended", 3)));
	expect_whole("text", 4), expect_whole("", 0), expect_null(), expect_whole("array", 5), expect_whole("not", 3);
	CHECK_WORDS(check_event(RS_INFO, 0), "texts 3 0 %s %s %s %s %s | 13:arg1 13:arg2 13:arg3 13:arg4 13:arg5");
	WRITTEN(RS_EVENT(RS_INFO, blocks, "%s %s %s %s %s %s", rs_text(NULL, 5), rs_utf16(u"\u00e9\xd83d\xde42", 3), rs_utf16(NULL, 9),
			 rs_bytes("\0\xff", 2), rs_bytes("", 0), rs_bytes(NULL, 1)));
	expect_null(), expect_whole("\xe9\x00\x3d\xd8\x42\xde", 6), expect_null(), expect_whole("\0\xff", 2), expect_whole("", 0),
		expect_null();
	CHECK_WORDS(check_event(RS_INFO, 0), "blocks 3 0 %s %s %s %s %s %s | 13:arg1 14:arg2 14:arg3 15:arg4 15:arg5 15:arg6");
	drop_events();
}

/* A text that ends exactly where nobody may read on. */
static char *end_of_page(size_t bytes)
{
	static char *pages;
	if (!pages) {
		pages = pages_take(65536 * 3);
		REQUIRE(pages);
		REQUIRE(pages_close(pages + 131072, 65536));
	}
	return pages + 131072 - bytes;
}

TEST("nothing is read behind a text's end, its precision or its length, and nothing at all through a pointer that is one")
{
	make_events(64);
	char *four = end_of_page(4);
	memcpy(four, "abcd", 4);
	WRITTEN(RS_EVENT(RS_INFO, precise, "%.4s %.2s %.0s", four, four, four + 4));
	expect_whole("abcd", 4), expect_whole("ab", 2), expect_whole("", 0);
	(void)check_event(RS_INFO, 0);
	WRITTEN(RS_EVENT(RS_INFO, measured, "%s %s %s", rs_text(four, 4), rs_bytes(four, 4), rs_utf16(four, 2)));
	expect_whole("abcd", 4), expect_whole("abcd", 4), expect_whole("abcd", 4);
	(void)check_event(RS_INFO, 0);
	memset(end_of_page(2000), 'x', 2000);
	WRITTEN(RS_EVENT(RS_INFO, pointed, "%p %p %d", end_of_page(0), rs_text(end_of_page(0), 4), 7));
	EXPECT(uint64_t, (uintptr_t)end_of_page(0)), EXPECT(uint64_t, (uintptr_t)end_of_page(0)), EXPECT(int32_t, 7);
	CHECK_WORDS(check_event(RS_INFO, 0), "pointed 3 0 %p %p %d | 12:arg1 12:arg2 6:arg3");
	four[3] = '\0';
	WRITTEN(RS_EVENT(RS_INFO, ended, "%s %.900s", four, four));
	expect_whole("xxx", 3), expect_whole("xxx", 3);
	(void)check_event(RS_INFO, 0);
	drop_events();
}

TEST("1,024 bytes of a text are kept, not one more, and what is cut says how long it was")
{
	make_events(64);
	for (uint32_t length = 1023; length <= 1026; length++) {
		char *text = end_of_page(length + 1);
		memset(text, 'a', length);
		text[length] = '\0';
		for (uint32_t round = 0; round < 2; round++) {
			if (round == 0)
				WRITTEN(RS_EVENT(RS_INFO, long_text, "%s", text));
			else
				WRITTEN(RS_EVENT(RS_INFO, long_bytes, "%s", rs_bytes(text, length)));
			if (length <= 1024)
				expect_whole(text, length);
			else
				expect_cut(text, 1024, length);
			(void)check_event(RS_INFO, length > 1024 ? RS_FLAG_CUT_ARGUMENT : 0);
		}
	}
	/* So long that nobody counts on: at most 64 KiB are looked at. */
	char *endless = end_of_page(65536 + 100);
	memset(endless, 'e', 65536 + 100);
	WRITTEN(RS_EVENT(RS_INFO, endless_text, "%s", endless));
	expect_cut(endless, 1024, 65536);
	(void)check_event(RS_INFO, RS_FLAG_CUT_ARGUMENT);
	WRITTEN(RS_EVENT(RS_INFO, two, "%s %s", "short", endless));
	expect_whole("short", 5), expect_cut(endless, 1024, 65536);
	(void)check_event(RS_INFO, RS_FLAG_CUT_ARGUMENT);
	drop_events();
}

TEST("no character is cut in two, and bytes that are none are cut where they must be")
{
	static const struct {
		const char *character;
		uint32_t at, kept; /* where it begins */
	} cuts[] = {
		{"\xc3\xa9", 1022, 1024}, {"\xc3\xa9", 1023, 1023},	      {"\xe2\x82\xac", 1021, 1024},	{"\xe2\x82\xac", 1022, 1022},
		{"\xe2\x82\xac", 1023, 1023}, {"\xf0\x9f\x99\x82", 1020, 1024}, {"\xf0\x9f\x99\x82", 1021, 1021}, {"\xf0\x9f\x99\x82", 1023, 1023},
		{"\x80\x80\x80\x80\x80\x80", 1019, 1024},
	};
	make_events(64);
	for (uint32_t n = 0; n < sizeof(cuts) / sizeof(cuts[0]); n++) {
		char text[1100];
		memset(text, 'a', sizeof(text));
		memcpy(text + cuts[n].at, cuts[n].character, strlen(cuts[n].character));
		WRITTEN(RS_EVENT(RS_INFO, cut_text, "%s", rs_text(text, sizeof(text))));
		expect_cut(text, cuts[n].kept, sizeof(text));
		(void)check_event(RS_INFO, RS_FLAG_CUT_ARGUMENT);
	}
	for (uint32_t at = 510; at <= 512; at++) {
		uint16_t text[600];
		for (uint32_t n = 0; n < 600; n++)
			text[n] = 'a';
		text[at] = 0xd83d, text[at + 1] = 0xde42;
		WRITTEN(RS_EVENT(RS_INFO, cut_text16, "%s", rs_utf16(text, 600)));
		expect_cut(text, at == 511 ? 1022 : 1024, 1200);
		(void)check_event(RS_INFO, RS_FLAG_CUT_ARGUMENT);
		/* half a pair stands for itself */
		text[at + 1] = 'b';
		WRITTEN(RS_EVENT(RS_INFO, cut_half, "%s", rs_utf16(text, 600)));
		expect_cut(text, 1024, 1200);
		(void)check_event(RS_INFO, RS_FLAG_CUT_ARGUMENT);
	}
	drop_events();
}

TEST("sixteen cut texts are one entry")
{
	static char text[2000];
	memset(text, 't', sizeof(text));
	const rs_text_t t = rs_text(text, sizeof(text));
	make_events(64);
	WRITTEN(RS_EVENT(RS_INFO, large, "%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s", t, t, t, t, t, t, t, t, t, t, t, t, t, t, t, t));
	for (int n = 0; n < 16; n++)
		expect_cut(text, 1024, sizeof(text));
	(void)check_event(RS_INFO, RS_FLAG_CUT_ARGUMENT);
	drop_events();
}

/* --- what is not written ------------------------------------------------------------------------------------------------------ */

TEST("a site that is switched off evaluates no argument and takes no attempt number, until it is switched on again")
{
	make_events(64);
	evaluated = 0;
	for (int round = 0; round < 3; round++) {
		CHECK_EQUAL(rs_control("silent", round == 1 ? RS_LEVEL_OFF : RS_INFO), RS_OK);
		const uint64_t before = attempts();
		/* The first call registers it, and asks after its level only then. */
		const rs_status_t status = RS_EVENT(RS_INFO, silent, "%d", evaluate());
		CHECK_EQUAL(status, round == 1 ? RS_OFF : RS_OK);
		CHECK_EQUAL(attempts() - before, round != 1);
		CHECK_EQUAL(evaluated, round == 0 ? 1 : round == 1 ? 1 : 2);
		CHECK_EQUAL(RS_EVENT(RS_DEBUG, silent, "%d", 1), RS_OFF);
	}
	drop_events();
}

TEST("a site that comes when its rule is there already takes no attempt number either")
{
	make_events(64);
	CHECK_EQUAL(rs_control("lat?", RS_WARN), RS_OK);
	CHECK_EQUAL(RS_EVENT(RS_INFO, late, "%d", 1), RS_OFF);
	CHECK_EQUAL(RS_EVENT(RS_INFO, other, "%s", "text"), RS_OK);
	CHECK_EQUAL(attempts(), 1);
	drop_events();
}

TEST("without rings, and in rings without a table, nothing is written and everybody is told")
{
	CHECK_EQUAL(RS_EVENT(RS_INFO, closed, "%d", 1), RS_NOT_OPEN);
	CHECK_EQUAL(RS_EVENT(RS_INFO, closed, "%s", "text"), RS_NOT_OPEN);
	CHECK_EQUAL(rs_control("*", RS_WARN), RS_NOT_OPEN);
	make_events(0);
	for (int round = 0; round < 2; round++) {
		CHECK_EQUAL(RS_EVENT(RS_INFO, tableless, "%d", 1), RS_NO_SPACE);
		CHECK_EQUAL(RS_EVENT(RS_INFO, tableless, "%s", "text"), RS_NO_SPACE);
	}
	CHECK_EQUAL(attempts(), 0);
	CHECK_EQUAL(rs_control("*", RS_WARN), RS_NO_SPACE);
	CHECK_EQUAL(rs_log(RS_INFO, "text"), RS_OK);
	CHECK_EQUAL(rs_send(1, 2, "x", 1), RS_OK);
	CHECK_EQUAL(attempts(), 2);
	drop_events();
}

TEST("a format that would read or write something else is refused and counted once, and nothing is read through it")
{
	make_events(64);
	for (int round = 0; round < 3; round++) {
		const rs_status_t status = RS_EVENT(RS_INFO, starred, "%.*s", 2, end_of_page(0));
		CHECK_EQUAL(status, round == 0 ? RS_BAD_ARGUMENT : RS_OFF);
	}
	CHECK_EQUAL(refused(), 1);
	CHECK_EQUAL(RS_EVENT(RS_INFO, grouped, "%'d", 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(RS_EVENT(RS_INFO, told_errno, "%m"), RS_BAD_ARGUMENT);
	CHECK_EQUAL(RS_EVENT(RS_INFO, numbered, "%1$d", 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(refused(), 4);
	CHECK_EQUAL(attempts(), 0);
	drop_events();
}

/* 70 sites of different lines. */
#define SITE_10(n)                                                                                            \
	seen += RS_EVENT(RS_INFO, n##0, "") == RS_OK, seen += RS_EVENT(RS_INFO, n##1, "") == RS_OK,           \
		seen += RS_EVENT(RS_INFO, n##2, "") == RS_OK, seen += RS_EVENT(RS_INFO, n##3, "") == RS_OK,   \
		seen += RS_EVENT(RS_INFO, n##4, "") == RS_OK, seen += RS_EVENT(RS_INFO, n##5, "") == RS_OK,   \
		seen += RS_EVENT(RS_INFO, n##6, "") == RS_OK, seen += RS_EVENT(RS_INFO, n##7, "") == RS_OK,   \
		seen += RS_EVENT(RS_INFO, n##8, "") == RS_OK, seen += RS_EVENT(RS_INFO, n##9, "") == RS_OK

static uint32_t call_70_sites(void)
{
	uint32_t seen = 0;
	SITE_10(a), SITE_10(b), SITE_10(c), SITE_10(d), SITE_10(e), SITE_10(f), SITE_10(g);
	return seen;
}

TEST("sites for which the table has no room are silent and counted once each; texts and data are written all the same")
{
	make_events(64);
	CHECK_EQUAL(call_70_sites(), 64);
	CHECK_EQUAL(call_70_sites(), 64);
	CHECK_EQUAL(refused(), 6);
	CHECK_EQUAL(attempts(), 128);
	CHECK_EQUAL(rs_log(RS_INFO, "text"), RS_OK);
	CHECK_EQUAL(rs_send(1, 2, "x", 1), RS_OK);
	CHECK_EQUAL(refused(), 8);
	/* They obey what is set for everything. */
	CHECK_EQUAL(rs_control(NULL, RS_WARN), RS_OK);
	CHECK_EQUAL(rs_log(RS_INFO, "text"), RS_OFF);
	CHECK_EQUAL(rs_log(RS_WARN, "text"), RS_OK);
	drop_events();
	/* In another set they have another chance. */
	make_events(128);
	CHECK_EQUAL(call_70_sites(), 70);
	CHECK_EQUAL(refused(), 0);
	drop_events();
}

TEST("an event that the ring has no room for is refused and counted as any entry is")
{
	static char text[1024];
	memset(text, 't', sizeof(text));
	rings_make(&set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 4096, .intent_count = 4, .site_count = 64});
	open_rings(&set);
	CHECK_EQUAL(RS_EVENT(RS_INFO, too_big, "%s", rs_text(text, sizeof(text))), RS_TOO_BIG);
	rs_status_t status = RS_OK;
	for (uint32_t n = 0; n < 100 && status == RS_OK; n++)
		status = RS_EVENT(RS_INFO, filling, "%u", n);
	CHECK_EQUAL(status, RS_FULL);
	CHECK_EQUAL(set.pages[0].too_big, 1);
	CHECK_EQUAL(set.pages[0].lost_full, 1);
	drop_events();
}

/* --- spans, texts, data ---------------------------------------------------------------------------------------------------------- */

static int leave_early(int how)
{
	RS_SCOPE(RS_INFO, outer, "how=%d", how);
	for (int n = 0; n < 2; n++) {
		RS_SCOPE(RS_DEBUG, inner, "n=%d", n);
		if (how == 1)
			break;
		if (how == 2)
			return n;
	}
	return 9;
}

/* `name+` for a begin and `name-` for an end. */
static void check_spans(const char *spans)
{
	char found[256] = "";
	while (has_entries()) {
		const char *words = words_of(take_entry()->type);
		int name, severity, role;
		REQUIRE_EQUAL(sscanf(words, "%*s%n %d %d", &name, &severity, &role), 2);
		snprintf(found + strlen(found), sizeof(found) - strlen(found), "%.*s%s ", name, words,
			 role == RS_ROLE_BEGIN ? "+" : role == RS_ROLE_END ? "-" : "");
	}
	if (strcmp(found, spans) != 0)
		check_complain(__FILE__, __LINE__, "spans are %s", found);
}

TEST("a scope begins and ends, however it is left, and has no end where it had no begin")
{
	make_events(64);
	CHECK_EQUAL(leave_early(0), 9);
	check_spans("outer+ inner+ inner- inner+ inner- outer- ");
	CHECK_EQUAL(leave_early(1), 9);
	check_spans("outer+ inner+ inner- outer- ");
	CHECK_EQUAL(leave_early(2), 0);
	check_spans("outer+ inner+ inner- outer- ");
	CHECK_EQUAL(rs_control("inner", RS_INFO), RS_OK);
	CHECK_EQUAL(leave_early(2), 0);
	check_spans("outer+ outer- ");
	WRITTEN(RS_BEGIN(RS_INFO, io, "n=%d", 1));
	WRITTEN(RS_EVENT(RS_INFO, io, "n=%d", 1));
	WRITTEN(RS_END(RS_INFO, io, ""));
	check_spans("io+ io io- ");
	drop_events();
}

static rs_status_t log_text(int severity)
{
	return rs_log(severity, "text %d", severity);
}

static rs_status_t send_data(void)
{
	return rs_send(7, 8, "data", 4);
}

static uint32_t found_sites;

static void find_site(void *argument, const rs_site_info_t *site)
{
	(void)argument;
	if (strcmp(site->function, "log_text") == 0) {
		CHECK_EQUAL(site->kind, RS_KIND_TEXT);
		CHECK_EQUAL(site->severity, 0);
		CHECK(strcmp(site->format, "text %d") == 0);
	} else if (strcmp(site->function, "send_data") == 0) {
		CHECK_EQUAL(site->kind, RS_KIND_DATA);
		CHECK_EQUAL(site->severity, RS_INFO);
		CHECK(strcmp(site->format, "") == 0);
	} else {
		return;
	}
	CHECK(strcmp(site->name, site->function) == 0);
	CHECK(strstr(site->file, "event_test.c") != NULL);
	CHECK(site->line > 400);
	CHECK_EQUAL(site->level, RS_ERROR);
	found_sites++;
}

TEST("calls of rs_log and rs_send are sites, which rs_control switches by function and line and lists")
{
	make_events(64);
	CHECK_EQUAL(log_text(RS_INFO), RS_OK);
	CHECK_EQUAL(send_data(), RS_OK);
	/* As it always was: no number of a site. */
	CHECK_EQUAL(take_entry()->type, 0);
	CHECK_EQUAL(take_entry()->type, 7);
	CHECK_EQUAL(rs_control("log_*", RS_ERROR), RS_OK);
	CHECK_EQUAL(rs_control("event_test.c:*", RS_ERROR), RS_OK);
	CHECK_EQUAL(log_text(RS_WARN), RS_OFF);
	CHECK_EQUAL(log_text(RS_ERROR), RS_OK);
	CHECK_EQUAL(send_data(), RS_OFF);
	found_sites = 0;
	CHECK_EQUAL(rs_control_list(find_site, NULL), RS_OK);
	CHECK_EQUAL(found_sites, 2);
	CHECK_EQUAL(rs_control_list(NULL, NULL), RS_BAD_ARGUMENT);
	/* The functions have no site, and nothing is set for everything. */
	CHECK_EQUAL((rs_log)(RS_TRACE, "text"), RS_OK);
	CHECK_EQUAL((rs_send)(1, 2, "x", 1), RS_OK);
	drop_events();
}

TEST("what has no site obeys the level that is set for everything")
{
	rs_slot_t slot;
	make_events(64);
	CHECK_EQUAL(rs_control(NULL, RS_WARN), RS_OK);
	CHECK_EQUAL((rs_log)(RS_INFO, "text"), RS_OFF);
	CHECK_EQUAL((rs_log)(RS_WARN, "text"), RS_OK);
	CHECK_EQUAL((rs_send)(1, 2, "x", 1), RS_OFF);
	CHECK_EQUAL(rs_write(RS_INFO, RS_KIND_DATA, 1, 2, "x", 1), RS_OFF);
	CHECK_EQUAL(rs_write(RS_ERROR, RS_KIND_DATA, 1, 2, "x", 1), RS_OK);
	CHECK_EQUAL(rs_reserve(RS_INFO, RS_KIND_DATA, 0, 0, 8, &slot), RS_OFF);
	CHECK_EQUAL(attempts(), 2);
	CHECK_EQUAL(rs_control(NULL, RS_LEVEL_OFF), RS_OK);
	CHECK_EQUAL((rs_log)(RS_FATAL, "text"), RS_OFF);
	CHECK_EQUAL(rs_control(NULL, RS_LEVEL_UNDECIDED), RS_OK);
	CHECK_EQUAL((rs_log)(RS_TRACE, "text"), RS_OK);
	drop_events();
}

static char told[512];

static void tell_rule(void *argument, const char *pattern, int level)
{
	(void)argument;
	snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s=%d ", pattern ? pattern : "(default)", level);
}

TEST("rules are replaced, taken back and listed in their order, and bad ones are refused")
{
	char long_pattern[80], number[8];
	make_events(64);
	CHECK_EQUAL(rs_control("a", RS_WARN), RS_OK);
	CHECK_EQUAL(rs_control("b", RS_INFO), RS_OK);
	CHECK_EQUAL(rs_control("c", RS_LEVEL_OFF), RS_OK);
	CHECK_EQUAL(rs_control("a", RS_ERROR), RS_OK);
	CHECK_EQUAL(rs_control("b", 0), RS_OK);
	CHECK_EQUAL(rs_control("b", 0), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_control(NULL, RS_DEBUG), RS_OK);
	told[0] = '\0';
	CHECK_EQUAL(rs_control_rules(tell_rule, NULL), RS_OK);
	CHECK(strcmp(told, "c=7 a=5 (default)=2 ") == 0);
	CHECK_EQUAL(rs_control("a", 8), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_control("a", -1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_control("", RS_INFO), RS_BAD_ARGUMENT);
	memset(long_pattern, 'x', sizeof(long_pattern));
	long_pattern[62] = '\0';
	CHECK_EQUAL(rs_control(long_pattern, RS_INFO), RS_BAD_ARGUMENT);
	long_pattern[61] = '\0';
	CHECK_EQUAL(rs_control(long_pattern, RS_INFO), RS_OK);
	for (int n = 0; n < 45; n++) {
		snprintf(number, sizeof(number), "n%d", n);
		CHECK_EQUAL(rs_control(number, RS_INFO), RS_OK);
	}
	CHECK_EQUAL(rs_control("one more", RS_INFO), RS_NO_SPACE);
	CHECK_EQUAL(rs_control("n7", RS_WARN), RS_OK);
	drop_events();
}

TEST("several rules are one change: all of them are set, or none")
{
	static const rs_rule_t others[] = {{"*", RS_LEVEL_OFF, 0}, {"one", RS_TRACE, 0}, {"", RS_WARN, 0}};
	rs_rule_t many[RS_SITE_RULES_MAX + 1] = {{"", 0, 0}};
	rs_rule_t rules[RS_SITE_RULES_MAX];

	make_events(64);
	CHECK_EQUAL(rs_control("before", RS_ERROR), RS_OK);
	CHECK_EQUAL(rs_control_all(others, 3, 0), RS_OK);
	CHECK_EQUAL(rs_rules_read(table.page, rules), 3);
	CHECK(!strcmp(rules[0].pattern, "before") && !strcmp(rules[1].pattern, "*") && !strcmp(rules[2].pattern, "one"));
	CHECK_EQUAL(rs_rules_default(table.page), RS_WARN);
	const uint64_t generation = load_u64_relaxed(&table.page->control_generation);

	/* The last of them finds no room, or is none, or takes back what is not there. */
	for (uint32_t n = 0; n <= RS_SITE_RULES_MAX; n++) {
		snprintf(many[n].pattern, sizeof(many[n].pattern), "n%u", n);
		many[n].level = RS_INFO;
	}
	CHECK_EQUAL(rs_control_all(many, RS_SITE_RULES_MAX + 1, 1), RS_NO_SPACE);
	many[RS_SITE_RULES_MAX - 1].level = RS_LEVEL_OFF + 1;
	CHECK_EQUAL(rs_control_all(many, RS_SITE_RULES_MAX, 1), RS_BAD_ARGUMENT);
	many[RS_SITE_RULES_MAX - 1].level = RS_LEVEL_UNDECIDED;
	CHECK_EQUAL(rs_control_all(many, RS_SITE_RULES_MAX, 1), RS_BAD_ARGUMENT);
	memset(many[1].pattern, 'x', sizeof(many[1].pattern));
	CHECK_EQUAL(rs_control_all(many, 2, 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_control_all(NULL, 1, 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_rules_read(table.page, rules), 3);
	CHECK_EQUAL(load_u64_relaxed(&table.page->control_generation), generation);

	CHECK_EQUAL(rs_control_all(many, 1, 1), RS_OK);
	CHECK_EQUAL(rs_rules_read(table.page, rules), 1);
	CHECK_EQUAL(rs_rules_default(table.page), RS_LEVEL_UNDECIDED);
	CHECK_EQUAL(rs_control_all(NULL, 0, 1), RS_OK);
	CHECK_EQUAL(rs_rules_read(table.page, rules), 0);
	drop_events();
	CHECK_EQUAL(rs_control_all(NULL, 0, 1), RS_NOT_OPEN);
}
