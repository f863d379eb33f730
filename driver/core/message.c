/* SPDX-License-Identifier: MIT */
/* message.c - see message.h. */
#include "message.h"

static size_t append(char *message, size_t message_bytes, size_t at, const char *text)
{
	while (*text && at + 1 < message_bytes)
		message[at++] = *text++;
	return at;
}

rs_status_t rs_fail(rs_status_t status, char *message, size_t message_bytes, const char *before, uint64_t number,
		    const char *after)
{
	char digits[21];
	size_t first = sizeof(digits) - 1;
	size_t at = 0;

	if (!message || message_bytes == 0)
		return status;
	digits[first] = '\0';
	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	at = append(message, message_bytes, at, before);
	at = append(message, message_bytes, at, digits + first);
	at = append(message, message_bytes, at, after);
	message[at] = '\0';
	return status;
}
