/* SPDX-License-Identifier: MIT */
/* record.c - see record.h. */
#include "record.h"

#include <string.h>

#include "rs_abi.h"

/* What has not been looked at. */
typedef struct {
	const char *at, *end;
} rest_t;

/* A decimal number that is at most `max`, and the `stop` behind it. */
static int take_number(rest_t *rest, uint64_t max, char stop, uint64_t *number)
{
	const char *first = rest->at;

	*number = 0;
	for (; rest->at < rest->end && *rest->at >= '0' && *rest->at <= '9'; rest->at++) {
		const uint64_t digit = (uint64_t)(*rest->at - '0');
		if (*number > (max - digit) / 10)
			return 0;
		*number = *number * 10 + digit;
	}
	return rest->at > first && rest->at < rest->end && *rest->at++ == stop;
}

/* The syslog levels, from emerg to debug. */
static const uint8_t severities[8] = {RS_FATAL, RS_FATAL, RS_FATAL, RS_ERROR, RS_WARN, RS_INFO, RS_INFO, RS_DEBUG};

/* "caller=T12" or "caller=C3"; anything else is not for us. */
static void take_field(const char *field, const char *end, rs_kmsg_record_t *parsed)
{
	static const char name[] = "caller=";
	const size_t name_bytes = sizeof(name) - 1;
	uint64_t number;

	if ((size_t)(end - field) <= name_bytes || memcmp(field, name, name_bytes) != 0)
		return;
	const char kind = field[name_bytes];
	/* The ',' or ';' at `end` belongs to the record. */
	rest_t digits = {field + name_bytes + 1, end + 1};
	if ((kind != 'T' && kind != 'C') || !take_number(&digits, UINT32_MAX, *end, &number))
		return;
	parsed->caller_kind = kind == 'T' ? RS_KMSG_CALLER_TASK : RS_KMSG_CALLER_PROCESSOR;
	parsed->caller = (uint32_t)number;
}

rs_status_t rs_kmsg_parse(const char *record, size_t record_bytes, rs_kmsg_record_t *parsed)
{
	rest_t rest = {record, record + record_bytes};
	uint64_t priority, microseconds;

	*parsed = (rs_kmsg_record_t){0};
	if (!take_number(&rest, UINT32_MAX, ',', &priority) || !take_number(&rest, UINT64_MAX, ',', &parsed->seq) ||
	    !take_number(&rest, UINT64_MAX / 1000, ',', &microseconds))
		return RS_BAD_ARGUMENT;
	const char *body = memchr(rest.at, ';', (size_t)(rest.end - rest.at));
	if (!body)
		return RS_BAD_ARGUMENT;
	parsed->facility = priority >> 3;
	parsed->severity = severities[priority & 7];
	parsed->time_ns = microseconds * 1000;
	parsed->is_continued = *rest.at == 'c';
	for (const char *field = rest.at; field < body;) {
		const char *comma = memchr(field, ',', (size_t)(body - field));
		const char *end = comma ? comma : body;
		take_field(field, end, parsed);
		field = end + 1;
	}
	parsed->body = body + 1;
	parsed->body_bytes = (size_t)(rest.end - parsed->body);
	if (parsed->body_bytes && parsed->body[parsed->body_bytes - 1] == '\n')
		parsed->body_bytes--;
	return RS_OK;
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1; /* the kernel writes no capitals */
}

size_t rs_kmsg_decode(const char *body, size_t body_bytes, char *text)
{
	size_t length = 0;

	for (size_t at = 0; at < body_bytes; length++) {
		const int is_escape = body_bytes - at >= 4 && body[at] == '\\' && body[at + 1] == 'x' &&
				      hex_digit(body[at + 2]) >= 0 && hex_digit(body[at + 3]) >= 0;
		if (is_escape) {
			text[length] = (char)(hex_digit(body[at + 2]) << 4 | hex_digit(body[at + 3]));
			at += 4;
		} else {
			text[length] = body[at++];
		}
	}
	return length;
}
