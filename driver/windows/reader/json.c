/* SPDX-License-Identifier: MIT */
/* json.c - see json.h. */
#include "json.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "utf8.h"

/* Number.MAX_SAFE_INTEGER */
#define EXACT_MAX ((1ull << 53) - 1)

static void put_escaped(FILE *out, unsigned char byte)
{
	if (byte == '"' || byte == '\\')
		fprintf(out, "\\%c", byte);
	else if (byte < 0x20)
		fprintf(out, "\\u%04x", byte);
	else
		fputc(byte, out);
}

void rs_json_text(FILE *out, const char *text)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + strlen(text);

	fputc('"', out);
	while (at < end) {
		const size_t length = rs_utf8_character(at, (size_t)(end - at));
		if (!length) {
			fputs("\xef\xbf\xbd", out);
			at++;
		} else if (length == 1) {
			put_escaped(out, *at++);
		} else {
			fwrite(at, 1, length, out);
			at += length;
		}
	}
	fputc('"', out);
}

void rs_json_unsigned(FILE *out, uint64_t value)
{
	fprintf(out, value <= EXACT_MAX ? "%" PRIu64 : "\"%" PRIu64 "\"", value);
}

void rs_json_signed_text(FILE *out, int64_t value)
{
	fprintf(out, "\"%" PRId64 "\"", value);
}

void rs_json_hex(FILE *out, const uint8_t *bytes, size_t count)
{
	fputc('"', out);
	for (size_t n = 0; n < count; n++)
		fprintf(out, "%02x", bytes[n]);
	fputc('"', out);
}

void rs_json_time(FILE *out, int64_t unix_ns)
{
	const time_t seconds = (time_t)(unix_ns / 1000000000);
	const struct tm *utc = gmtime(&seconds);

	fprintf(out, "\"%04d-%02d-%02dT%02d:%02d:%02d.%09" PRId64 "Z\"", utc->tm_year + 1900, utc->tm_mon + 1, utc->tm_mday, utc->tm_hour,
		utc->tm_min, utc->tm_sec, unix_ns % 1000000000);
}
