/* SPDX-License-Identifier: MIT */
/*
 * windows_format_test.c - the Windows driver's own formatter: against the C library where both know a conversion, and by itself where
 * only DbgPrint does.
 */
#include "check.h"

#include <limits.h>

/* Part of the driver, not of a library. */
#include "../../driver/windows/format.c"

static const uint64_t key[2] = {0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull};
static rs_format_state_t state;
static char text[4096];

static size_t format_into(size_t room, const char *format, ...)
{
	va_list arguments;

	state.has_left_out = 0;
	memset(text, '~', sizeof(text));
	va_start(arguments, format);
	const size_t count = rs_format(text, room, &state, format, arguments);
	va_end(arguments);
	return count;
}

/* The whole of it as a string. */
#define FORMAT(...) (text[format_into(sizeof(text) - 1, __VA_ARGS__)] = '\0', (const char *)text)
#define CHECK_TEXT(expected, ...) CHECK(strcmp(FORMAT(__VA_ARGS__), expected) == 0)

static const char *const flags[] = {"", "-", "0", "+", " ", "#", "-0", "+0", "-+", "#0", "- #", "0 "};
static const char *const widths[] = {"", "1", "7", "25"};
static const char *const precisions[] = {"", ".", ".0", ".1", ".9"};

/* Every combination of the above; `tell` compares one. */
static void each_spec(const char *length, const char *conversions, void (*tell)(const char *spec, char conversion))
{
	char spec[32];

	for (size_t f = 0; f < sizeof(flags) / sizeof(*flags); f++)
		for (size_t w = 0; w < sizeof(widths) / sizeof(*widths); w++)
			for (size_t p = 0; p < sizeof(precisions) / sizeof(*precisions); p++)
				for (const char *c = conversions; *c; c++) {
					snprintf(spec, sizeof(spec), "%%%s%s%s%s%c", flags[f], widths[w], precisions[p], length, *c);
					tell(spec, *c);
				}
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static unsigned compared;
#define COMPARE(value)                                                                                      \
	do {                                                                                                \
		char expected[128];                                                                         \
		snprintf(expected, sizeof(expected), spec, value);                                          \
		if (strcmp(FORMAT(spec, value), expected) != 0)                                             \
			check_complain(__FILE__, __LINE__, "%s: \"%s\", expected \"%s\"", spec, text, expected); \
		compared++;                                                                                 \
	} while (0)

static void compare_int(const char *spec, char conversion)
{
	static const int values[] = {0, 1, -1, 9, 10, 12345, INT_MAX, INT_MIN};

	(void)conversion;
	for (size_t n = 0; n < sizeof(values) / sizeof(*values); n++)
		COMPARE(values[n]);
}

static void compare_long_long(const char *spec, char conversion)
{
	static const long long values[] = {0, 1, -1, 0x123456789abcdefll, LLONG_MAX, LLONG_MIN};

	(void)conversion;
	for (size_t n = 0; n < sizeof(values) / sizeof(*values); n++)
		COMPARE(values[n]);
}

static void compare_text(const char *spec, char conversion)
{
	(void)conversion;
	COMPARE("");
	COMPARE("a");
	COMPARE("twelve bytes");
}

/* `#` with %o is only a zero in front here, and a precision counts it as a digit there: nobody prints such octals. */
TEST("numbers and texts look as the C library prints them, with every flag, width and precision")
{
#ifdef _WIN32
	SKIP("printf there has its own ways with flags that mean nothing");
#endif
	compared = 0;
	each_spec("", "diuxX", compare_int);
	each_spec("h", "diux", compare_int);
	each_spec("hh", "diux", compare_int);
	each_spec("ll", "diuxX", compare_long_long);
	each_spec("l", "diux", compare_long_long);
	each_spec("j", "du", compare_long_long);
	each_spec("z", "du", compare_long_long);
	each_spec("", "s", compare_text);
	CHECK(compared > 30000);
	CHECK_TEXT("17 0", "%o %o", 15, 0);
}

TEST("a width or precision can be an argument, also a negative one")
{
	CHECK_TEXT("[   7]", "[%*d]", 4, 7);
	CHECK_TEXT("[7   ]", "[%*d]", -4, 7);
	CHECK_TEXT("[ab]", "[%.*s]", 2, "abc");
	CHECK_TEXT("[abc]", "[%.*s]", -1, "abc");
	CHECK_EQUAL(format_into(8, "%*d", INT_MIN, 1), 65536);
	CHECK_EQUAL(format_into(8, "%*d", INT_MAX, 1), 65536);
	CHECK_EQUAL(format_into(8, "%99999999999999999999d", 1), 65536);
}

TEST("nothing is written behind the room, and the whole length is told")
{
	CHECK_EQUAL(format_into(4, "%s-%d", "abc", 12345), 9);
	CHECK(memcmp(text, "abc-~", 5) == 0);
	CHECK_EQUAL(format_into(0, "%p%x%s", (void *)text, 1u, "abc"), 16 + 1 + 3);
	CHECK_EQUAL(text[0], '~');
}

TEST("Microsoft's lengths and conversions are known")
{
	static const uint16_t wide[] = {'g', 'r', 0xfc, 'n', ' ', 0x20ac, ' ', 0xd83d, 0xde00, 0};
	const counted_t unicode = {8, 8, wide};
	const counted_t ansi = {3, 3, "abcdef"};
	const counted_t none = {0, 0, NULL};

	state = (rs_format_state_t){.may_read_wide = 1, .pointer_key = key};
	CHECK_TEXT("-1 18446744073709551615", "%I64d %I64u", -1ll, ~0ull);
	CHECK_TEXT("-1 ff", "%I32d %Ix", -1, (size_t)255);
	CHECK_TEXT("gr\xc3\xbcn \xe2\x82\xac \xf0\x9f\x98\x80", "%ws", wide);
	CHECK_TEXT("gr\xc3\xbcn|  gr\xc3\xbc|gr\xc3\xbc  ", "%.4S|%6.3ls|%-6.3ws", wide, wide, wide);
	CHECK_TEXT("gr\xc3\xbcn|gr|abc|ab", "%wZ|%.2wZ|%Z|%.2Z", &unicode, &unicode, &ansi, &ansi);
	CHECK_TEXT("(null) (null) (null) (null)", "%wZ %Z %s %ws", NULL, &none, NULL, NULL);
	CHECK_TEXT("\xe2\x82\xac" "a", "%C%c", 0x20ac, 'a');
	CHECK_EQUAL(state.has_left_out, 0);
}

TEST("half of a surrogate pair is shown as U+FFFD")
{
	static const uint16_t low_first[] = {0xde00, 0xd83d, 0};

	state = (rs_format_state_t){.may_read_wide = 1};
	CHECK_TEXT("\xef\xbf\xbd\xef\xbf\xbd", "%ws", low_first);
}

TEST("where the IRQL forbids it no wide or counted text is read, and a mark says so")
{
	state = (rs_format_state_t){.may_read_wide = 0};
	CHECK_TEXT("<text at high IRQL> 7", "%wZ %d", (void *)16, 7);
	CHECK_EQUAL(state.has_left_out, 1);
	CHECK_TEXT("<text at high IRQL> 7", "%ws %d", (void *)16, 7);
	CHECK_TEXT("<text at high IRQL> 7", "%S %d", (void *)16, 7);
	CHECK_TEXT("<text at high IRQL> 7", "%Z %d", (void *)16, 7);
	CHECK_TEXT("(null) 7", "%ws %d", NULL, 7);
	CHECK_EQUAL(state.has_left_out, 0);
}

TEST("a pointer leaves as its hash: equal ones can be told, and null")
{
	char first[17];

	state = (rs_format_state_t){.pointer_key = key};
	/* The reference implementation's vector for the eight bytes 0 … 7. */
	CHECK_TEXT("93F5F5799A932462", "%p", (void *)0x0706050403020100ull);
	strcpy(first, FORMAT("%p", (void *)text));
	CHECK(strcmp(first, FORMAT("%p", (void *)text)) == 0);
	CHECK(strcmp(first, FORMAT("%p", (void *)(text + 1))) != 0);
	CHECK_TEXT("0000000000000000", "%p", NULL);
	state.pointer_key = NULL;
	CHECK_TEXT("00000000000000FF", "%p", (void *)255);
}

TEST("nothing is written through %n, and what is no conversion ends the arguments")
{
	int written = 77;

	CHECK_TEXT("ab 5", "a%nb %d", &written, 5);
	CHECK_EQUAL(written, 77);
	CHECK_TEXT("100%", "100%%");
	CHECK_TEXT("1 %y %s", "%d %y %s", 1);
	CHECK_TEXT("1 %", "%d %", 1);
	CHECK_TEXT("1 %-5l", "%d %-5l", 1);
}

TEST("a text without its zero is read up to its precision, or not for ever")
{
	char *endless = malloc(RS_FORMAT_READ_MAX);

	memset(endless, 'x', RS_FORMAT_READ_MAX);
	CHECK_EQUAL(format_into(16, "%s", endless), RS_FORMAT_READ_MAX);
	free(endless);
	CHECK_TEXT("ab", "%.2s", (const char[2]){'a', 'b'});
}
