/* SPDX-License-Identifier: MIT */
/*
 * kmsg_record_test.c - records of the Linux kernel's log: their prefix, their text, and what is none.
 */
#include "../../driver/kmsg/record.h"

#include "check.h"
#include "rs_abi.h"

/* At the end of memory that ends there: a look behind the record is a fault under a sanitizer. */
static char *copy_of(const char *text, size_t length)
{
	char *copy = malloc(length ? length : 1);
	REQUIRE(copy);
	memcpy(copy, text, length);
	return copy;
}

static rs_status_t parse(const char *text, size_t length, rs_kmsg_record_t *parsed)
{
	char *copy = copy_of(text, length);
	const rs_status_t status = rs_kmsg_parse(copy, length, parsed);
	if (status == RS_OK)
		/* In the test's own text, where it outlives the copy. */
		parsed->body = text + (parsed->body - copy);
	free(copy);
	return status;
}

static rs_kmsg_record_t parsed_of(const char *text)
{
	rs_kmsg_record_t parsed;
	REQUIRE_EQUAL(parse(text, strlen(text), &parsed), RS_OK);
	return parsed;
}

static void check_body(const rs_kmsg_record_t *parsed, const char *expected)
{
	if (parsed->body_bytes != strlen(expected) || memcmp(parsed->body, expected, parsed->body_bytes) != 0)
		check_complain(__FILE__, __LINE__, "the body is \"%.*s\", not \"%s\"", (int)parsed->body_bytes, parsed->body,
			       expected);
}

TEST("a record gives its number, its time in ns, its facility and its message")
{
	const rs_kmsg_record_t parsed = parsed_of("30,339,5140900,-;systemd[1]: Started\n");
	CHECK_EQUAL(parsed.seq, 339);
	CHECK_EQUAL(parsed.time_ns, 5140900000);
	CHECK_EQUAL(parsed.facility, 3);
	CHECK_EQUAL(parsed.severity, RS_INFO);
	CHECK_EQUAL(parsed.is_continued, 0);
	CHECK_EQUAL(parsed.caller_kind, RS_KMSG_CALLER_UNKNOWN);
	check_body(&parsed, "systemd[1]: Started");
}

TEST("each of the eight priorities has its severity, whatever the facility")
{
	static const int expected[8] = {RS_FATAL, RS_FATAL, RS_FATAL, RS_ERROR, RS_WARN, RS_INFO, RS_INFO, RS_DEBUG};
	for (int facility = 0; facility < 24; facility++) {
		for (int level = 0; level < 8; level++) {
			char text[64];
			snprintf(text, sizeof(text), "%d,1,2,-;x\n", facility * 8 + level);
			const rs_kmsg_record_t parsed = parsed_of(text);
			CHECK_EQUAL(parsed.severity, expected[level]);
			CHECK_EQUAL(parsed.facility, facility);
		}
	}
}

TEST("the caller is a thread or a processor where the kernel tells it")
{
	rs_kmsg_record_t parsed = parsed_of("6,1,2,-,caller=T4711;x\n");
	CHECK_EQUAL(parsed.caller_kind, RS_KMSG_CALLER_TASK);
	CHECK_EQUAL(parsed.caller, 4711);
	parsed = parsed_of("6,1,2,-,caller=C3;x\n");
	CHECK_EQUAL(parsed.caller_kind, RS_KMSG_CALLER_PROCESSOR);
	CHECK_EQUAL(parsed.caller, 3);
}

TEST("fields that are not known yet and callers that cannot be are passed over")
{
	static const char *const unknown[] = {"6,1,2,-,new=9,,x;m\n",      "6,1,2,-,caller=;m\n",   "6,1,2,-,caller=T;m\n",
					      "6,1,2,-,caller=X1;m\n",    "6,1,2,-,caller=T1x;m\n", "6,1,2,-,caller=T4294967296;m\n",
					      "6,1,2,-,no_caller=T1;m\n", "6,1,2,;m\n",             "6,1,2,-,;m\n"};
	for (size_t n = 0; n < sizeof(unknown) / sizeof(unknown[0]); n++) {
		const rs_kmsg_record_t parsed = parsed_of(unknown[n]);
		CHECK_EQUAL(parsed.caller_kind, RS_KMSG_CALLER_UNKNOWN);
		CHECK_EQUAL(parsed.caller, 0);
		check_body(&parsed, "m");
	}
	CHECK_EQUAL(parsed_of("6,1,2,-,new=9,caller=T5,newer=1;m\n").caller, 5);
}

TEST("a line that goes on in the next record says so")
{
	CHECK_EQUAL(parsed_of("6,10,2,c;Booting processors:\n").is_continued, 1);
	CHECK_EQUAL(parsed_of("6,11,2,-; #1\n").is_continued, 0);
}

TEST("the body keeps what looks like a prefix, and the lines of the device behind the message")
{
	rs_kmsg_record_t parsed = parsed_of("6,1,2,-;6,1,2,-,caller=T1;x\n");
	check_body(&parsed, "6,1,2,-,caller=T1;x");
	CHECK_EQUAL(parsed.caller_kind, RS_KMSG_CALLER_UNKNOWN);
	parsed = parsed_of("6,1,2,-;pci found\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:01.0\n");
	check_body(&parsed, "pci found\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:01.0");
	parsed = parsed_of("6,1,2,-;\n");
	check_body(&parsed, "");
	parsed = parsed_of("6,1,2,-;");
	check_body(&parsed, "");
}

TEST("the largest numbers are read and anything larger is no record")
{
	CHECK(parsed_of("7,18446744073709551615,2,-;x\n").seq == UINT64_MAX);
	CHECK(parsed_of("7,1,18446744073709551,-;x\n").time_ns == 18446744073709551000u);
	CHECK_EQUAL(parsed_of("4294967295,1,2,-;x\n").facility, 536870911);
	static const char *const beyond[] = {"7,18446744073709551616,2,-;x\n", "7,1,18446744073709552,-;x\n",
					     "4294967296,1,2,-;x\n", "7,99999999999999999999999,2,-;x\n"};
	rs_kmsg_record_t parsed;
	for (size_t n = 0; n < sizeof(beyond) / sizeof(beyond[0]); n++)
		CHECK_EQUAL(parse(beyond[n], strlen(beyond[n]), &parsed), RS_BAD_ARGUMENT);
}

TEST("what has a number missing or no end of its prefix is no record")
{
	static const char *const wrong[] = {"",        "\n",        ";x",        "x,1,2,-;m",  ",1,2,-;m", "6,,2,-;m", "6,1,,-;m",
					    "6,1,2;m", "6,1,-2,-;m", "-6,1,2,-;m", " 6,1,2,-;m", "6 ,1,2,-;m", "6,1,2,-"};
	rs_kmsg_record_t parsed;
	for (size_t n = 0; n < sizeof(wrong) / sizeof(wrong[0]); n++)
		if (parse(wrong[n], strlen(wrong[n]), &parsed) != RS_BAD_ARGUMENT)
			check_complain(__FILE__, __LINE__, "\"%s\" was taken for a record", wrong[n]);
}

TEST("a record that is cut anywhere is none, or has the message up to there")
{
	static const char whole[] = "30,339,5140900,-,caller=T12;caf\\xc3\\xa9\n DEVICE=b8:0\n";
	const size_t prefix_bytes = (size_t)(strchr(whole, ';') + 1 - whole);
	rs_kmsg_record_t parsed;
	for (size_t length = 0; length < sizeof(whole); length++) {
		const rs_status_t status = parse(whole, length, &parsed);
		CHECK_EQUAL(status, length < prefix_bytes ? RS_BAD_ARGUMENT : RS_OK);
		if (status != RS_OK)
			continue;
		CHECK_EQUAL(parsed.caller, 12);
		CHECK(parsed.body == whole + prefix_bytes && parsed.body + parsed.body_bytes <= whole + length);
	}
}

/* --- Text ----------------------------------------------------------------------------------------------------- */

static void check_decoded(const char *body, const char *expected)
{
	const size_t length = strlen(body);
	char *copy = copy_of(body, length);
	char text[64];
	CHECK_EQUAL(rs_kmsg_decode(copy, length, text), strlen(expected));
	CHECK(memcmp(text, expected, strlen(expected)) == 0);
	/* In place too. */
	CHECK_EQUAL(rs_kmsg_decode(copy, length, copy), strlen(expected));
	CHECK(memcmp(copy, expected, strlen(expected)) == 0);
	free(copy);
}

TEST("escapes become the bytes that they stand for")
{
	check_decoded("caf\\xc3\\xa9", "caf\xc3\xa9");
	check_decoded("two\\x0alines\\x09tab", "two\nlines\ttab");
	check_decoded("a \\x5cx41 is no A", "a \\x41 is no A");
	check_decoded("\\xff\\xfe", "\xff\xfe");
}

TEST("what is no whole escape stays as it is")
{
	check_decoded("\\", "\\");
	check_decoded("\\x", "\\x");
	check_decoded("\\x4", "\\x4");
	check_decoded("\\x4g\\xg4\\X41\\xAB", "\\x4g\\xg4\\X41\\xAB");
	check_decoded("\\\\x41", "\\A");
	check_decoded("", "");
}

TEST("every byte comes back from the escape that the kernel writes for it")
{
	for (int byte = 0; byte < 256; byte++) {
		char body[8], text[8];
		snprintf(body, sizeof(body), "\\x%02x", byte);
		REQUIRE_EQUAL(rs_kmsg_decode(body, 4, text), 1);
		CHECK_EQUAL((uint8_t)text[0], byte);
	}
}

TEST("the longest record that the kernel gives is decoded whole")
{
	/* A text of 1,024 bytes (PRINTKRB_RECORD_MAX), each of them escaped. */
	char record[32 + 4 * 1024 + 2], text[4 * 1024];
	int length = snprintf(record, 32, "6,1,2,-;");
	for (int n = 0; n < 1024; n++)
		length += snprintf(record + length, 5, "\\x%02x", n & 0xff);
	record[length++] = '\n';
	rs_kmsg_record_t parsed;
	REQUIRE_EQUAL(parse(record, (size_t)length, &parsed), RS_OK);
	REQUIRE_EQUAL(rs_kmsg_decode(parsed.body, parsed.body_bytes, text), 1024);
	for (int n = 0; n < 1024; n++)
		CHECK_EQUAL((uint8_t)text[n], n & 0xff);
}
