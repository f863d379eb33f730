/* SPDX-License-Identifier: MIT */
/*
 * site_format_test.c - what a format says of an event's arguments, what a site is called, and which pattern matches it.
 */
#include "check.h"
#include "site_rules.h"

#define T(type) RS_ARGUMENT_##type

static rs_arguments_t arguments;

static rs_status_t read_format(const char *format, const char *written, uint8_t count, const uint8_t *types)
{
	rs_site_source_t source = {.format = format, .arguments = written, .kind = RS_KIND_EVENT, .argument_count = count};
	for (uint8_t n = 0; n < count && n < RS_ARGUMENTS_MAX; n++)
		source.types[n] = types[n];
	return rs_arguments_read(&source, &arguments);
}

static rs_status_t read_one(const char *format, uint8_t type)
{
	return read_format(format, NULL, 1, &type);
}

/* --- conversions ------------------------------------------------------------------------------------------------------ */

TEST("every conversion takes the types that it can print, and no other")
{
	static const struct {
		const char *letters;
		const char *types; /* '1' where types 1, 2 … are taken */
	} rows[] = {
		/* b i8 u8 16 u  32 u  64 u  f  f  p  t  t  b  en er nt hr c */
		{"diuxXo", "1"
			   "11111111"
			   "000"
			   "000"
			   "1111"
			   "1"},
		{"c", "1"
		      "11111111"
		      "000"
		      "000"
		      "0000"
		      "1"},
		{"eEfFgGaA", "0"
			     "00000000"
			     "110"
			     "000"
			     "0000"
			     "0"},
		{"p", "0"
		      "00000000"
		      "001"
		      "111"
		      "0000"
		      "0"},
		{"s", "1"
		      "00000000"
		      "000"
		      "111"
		      "1111"
		      "0"},
	};
	for (uint32_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++)
		for (const char *letter = rows[row].letters; *letter; letter++)
			for (uint8_t type = 0; type < 24; type++) {
				const char format[] = {'%', *letter, '\0'};
				const int is_taken = type >= 1 && type <= 20 && rows[row].types[type - 1] == '1';
				const rs_status_t status = read_one(format, type);
				if (status != (is_taken ? RS_OK : RS_BAD_ARGUMENT))
					check_complain(__FILE__, __LINE__, "%s of type %u is %d", format, type, status);
			}
}

TEST("flags, width, precision and length are read, and what would read or write something else is refused")
{
	static const char *const good[] = {"%d",    "%-+ #08d", "%5.3d", "%hhd", "%hd", "%ld", "%lld",	"%jd",
					   "%zd",   "%td",	"%Lu",	 "100%% %d", "%%%d%%", "%.d", "%99999999999d"};
	static const char *const bad[] = {"%",	  "%d%",  "%*d", "%.*d", "%n",	 "%m", "%1$d", "%'d", "%d %d", "none",
					  "%5%%d", "%C",  "%S",	 "%k",	 "%l",   "%.", "%-"};
	for (uint32_t n = 0; n < sizeof(good) / sizeof(good[0]); n++)
		if (read_one(good[n], T(I32)) != RS_OK)
			check_complain(__FILE__, __LINE__, "%s is refused", good[n]);
	for (uint32_t n = 0; n < sizeof(bad) / sizeof(bad[0]); n++)
		if (read_one(bad[n], T(I32)) != RS_BAD_ARGUMENT)
			check_complain(__FILE__, __LINE__, "%s is taken", bad[n]);
	CHECK_EQUAL(read_format("no conversion, 100%%", NULL, 0, NULL), RS_OK);
	CHECK_EQUAL(read_format("%d", NULL, 0, NULL), RS_BAD_ARGUMENT);
	const uint8_t many[17] = {T(U8), T(U8), T(U8), T(U8), T(U8), T(U8), T(U8), T(U8), T(U8),
				  T(U8), T(U8), T(U8), T(U8), T(U8), T(U8), T(U8), T(U8)};
	CHECK_EQUAL(read_format("%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", NULL, 16, many), RS_OK);
	CHECK_EQUAL(arguments.count, 16);
	CHECK_EQUAL(read_format("%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", NULL, 17, many), RS_BAD_ARGUMENT);
}

TEST("a conversion decides what a char and a pointer to chars are, and how far a text is read")
{
	CHECK_EQUAL(read_one("%c", T(CHAR)), RS_OK);
	CHECK_EQUAL(arguments.types[0], T(CHAR));
	CHECK_EQUAL(read_one("%d", T(CHAR)), RS_OK);
	CHECK_EQUAL(arguments.types[0], (char)-1 < 0 ? T(I8) : T(U8));
	CHECK_EQUAL(read_one("%p", T(TEXT)), RS_OK);
	CHECK_EQUAL(arguments.types[0], T(POINTER));
	CHECK_EQUAL(read_one("%.4s", T(TEXT)), RS_OK);
	CHECK_EQUAL(arguments.types[0], T(TEXT));
	CHECK_EQUAL(arguments.longest[0], 4);
	CHECK_EQUAL(read_one("%.s", T(TEXT)), RS_OK);
	CHECK_EQUAL(arguments.longest[0], 0);
	CHECK_EQUAL(read_one("%s", T(TEXT)), RS_OK);
	CHECK(arguments.longest[0] > RS_ARGUMENT_MAX);
	CHECK_EQUAL(read_one("%.70000s", T(TEXT)), RS_OK);
	CHECK(arguments.longest[0] > RS_ARGUMENT_MAX);
}

/* --- keys -------------------------------------------------------------------------------------------------------------- */

/* `keys` with a space behind each. */
static void check_keys(const char *format, const char *written, uint8_t count, const char *keys)
{
	const uint8_t types[16] = {T(I32), T(I32), T(I32), T(I32), T(I32), T(I32), T(I32), T(I32),
				   T(I32), T(I32), T(I32), T(I32), T(I32), T(I32), T(I32), T(I32)};
	char found[16 * RS_KEY_BYTES + 17] = "";
	REQUIRE_EQUAL(read_format(format, written, count, types), RS_OK);
	for (uint32_t n = 0; n < count; n++) {
		strcat(found, arguments.keys[n]);
		strcat(found, " ");
	}
	if (strcmp(found, keys) != 0)
		check_complain(__FILE__, __LINE__, "keys of \"%s\" are %s", format, found);
}

TEST("a key is the word before an equals sign directly in front of the conversion, or argN")
{
	check_keys("irp=%x status=%x", NULL, 2, "irp status ");
	check_keys("irp = %x status=0x%x %d", NULL, 3, "arg1 arg2 arg3 ");
	check_keys("=%d 2nd=%d a_2=%d", NULL, 3, "arg1 arg2 a_2 ");
	check_keys("%d=%d", NULL, 2, "arg1 arg2 ");
	check_keys("x-y=%d %%z=%d", NULL, 2, "y z ");
	/* 64 bytes and more are no key */
	check_keys("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=%d", NULL, 1, "arg1 ");
	check_keys("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=%d", NULL, 1,
		   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ");
}

TEST("a key that RS_ARG names comes before the format's, wherever brackets, commas and literals stand in the arguments")
{
	check_keys("%d b=%d %d", "\"%d b=%d %d\", RS_ARG(first, f(1, 2)), RS_ARG(second, x), y", 3, "first second arg3 ");
	check_keys("%d %d", "\"a, \\\", RS_ARG(no, 1)\" \"%d %d\", g(\",)\", ',', '\\''), RS_ARG (z,1)", 2, "arg1 z ");
	check_keys("k=%d %d", "\"k=%d %d\", ((void)sizeof(\"rs_key:\" \"deep\"), (a, b)), RS_ARGS(c)", 2, "deep arg2 ");
	check_keys("k=%d", "\"unbalanced ) ( %d\"", 1, "k ");
}

TEST("keys are unique as SQL compares names, and none is a column that every event has")
{
	check_keys("n=%d n=%d N=%d", NULL, 3, "n n_2 N_3 ");
	check_keys("n_2=%d n=%d n=%d", NULL, 3, "n_2 n n_3 ");
	check_keys("idx=%d ts=%d processor=%d severity=%d level=%d pid=%d tid=%d capture=%d site=%d message=%d", NULL, 10,
		   "idx_ ts_ processor_ severity_ level_ pid_ tid_ capture_ site_ message_ ");
	check_keys("PID=%d pid=%d pid_=%d", NULL, 3, "PID_ pid__2 pid__3 ");
	check_keys("arg2=%d %d", NULL, 2, "arg2 arg2_2 ");
	char many[16 * 8] = "", keys[16 * 8] = "x ";
	for (uint32_t n = 0; n < 16; n++)
		strcat(many, "x=%d ");
	for (uint32_t n = 2; n <= 16; n++)
		snprintf(keys + strlen(keys), sizeof(keys) - strlen(keys), "x_%u ", n);
	check_keys(many, NULL, 16, keys);
}

/* --- patterns ------------------------------------------------------------------------------------------------------------ */

static int matches(const char *pattern, const char *name, const char *file, uint32_t line)
{
	return rs_pattern_matches(pattern, &(rs_site_place_t){{name, (uint32_t)strlen(name)}, {file, (uint32_t)strlen(file)}, line});
}

TEST("a pattern matches the name, or with a colon the last part of the file and the line")
{
	static const struct {
		const char *pattern;
		int is_match;
	} rows[] = {
		{"*", 1},	       {"nvme_read", 1},      {"nvme_", 0},	    {"nvme_*", 1},	 {"*read", 1},
		{"nvme?read", 1},      {"nvme_rea?", 1},      {"nvme_read?", 0},    {"?*", 1},		 {"*v*e*r*d", 1},
		{"*x*", 0},	       {"", 0},		      {"NVME_READ", 0},	    {"**", 1},		 {"*nvme_read*", 1},
		{"[n]vme_read", 0},    {"probe.c:120", 1},    {"probe.c:*", 1},	    {"*:120", 1},	 {"*:12", 0},
		{"probe.c:12?", 1},    {"drivers*:120", 0},   {"probe.c:", 0},	    {"*:*", 1},		 {"robe.c:120", 0},
		{"probe.c:1*0", 1},    {":", 0},	      {"nvme_read:*", 0},
	};
	for (uint32_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++)
		if (matches(rows[n].pattern, "nvme_read", "drivers/nvme/probe.c", 120) != rows[n].is_match)
			check_complain(__FILE__, __LINE__, "\"%s\" is%s matched", rows[n].pattern, rows[n].is_match ? " not" : "");
	CHECK(matches("probe.c:0", "", "C:\\work\\probe.c", 0));
	CHECK(matches("probe.c:4294967295", "", "probe.c", UINT32_MAX));
	CHECK(matches("*:7", "", "", 7));
}

TEST("a pattern of many stars takes no longer than the text's length times its own")
{
	char text[4000];
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (uint32_t n = 0; n < 1000; n++)
		CHECK(!matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text, "", 0));
}

TEST("the last rule that matches decides, else the default, and what cannot be is bounded")
{
	static rs_site_page_t page;
	const rs_site_place_t place = {{"read", 4}, {"a/probe.c", 9}, 7};
	CHECK_EQUAL(rs_rules_level(&page, &place), RS_TRACE);
	page.default_level = RS_ERROR;
	CHECK_EQUAL(rs_rules_level(&page, &place), RS_ERROR);
	page.rules[0] = (rs_rule_t){.pattern = "*", .level = RS_LEVEL_OFF};
	page.rules[1] = (rs_rule_t){.pattern = "probe.c:*", .level = RS_WARN};
	page.rules[2] = (rs_rule_t){.pattern = "write", .level = RS_DEBUG};
	page.rule_count = 1;
	CHECK_EQUAL(rs_rules_level(&page, &place), RS_LEVEL_OFF);
	page.rule_count = 3;
	CHECK_EQUAL(rs_rules_level(&page, &place), RS_WARN);
	page.rules[1].level = 200;
	CHECK_EQUAL(rs_rules_level(&page, &place), RS_TRACE);
	memset(&page, 0xff, sizeof(page));
	CHECK_EQUAL(rs_rules_level(&page, &place), RS_TRACE);
	CHECK_EQUAL(rs_rules_default(&page), RS_LEVEL_UNDECIDED);
}
