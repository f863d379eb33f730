/* SPDX-License-Identifier: MIT */
/*
 * utf8.h - is a text valid UTF-8? (RFC 3629: no surrogates, nothing above U+10FFFF, shortest forms only)
 */
#ifndef RS_UTF8_H
#define RS_UTF8_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes of the valid character at `text`, 0 when there is none. */
static inline size_t rs_utf8_character(const uint8_t *text, size_t length)
{
	const uint8_t first = text[0];
	size_t bytes;
	uint8_t low = 0x80, high = 0xbf;

	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf) {
		bytes = 2;
	} else if (first >= 0xe0 && first <= 0xef) {
		bytes = 3;
		low = first == 0xe0 ? 0xa0 : 0x80;
		high = first == 0xed ? 0x9f : 0xbf;
	} else if (first >= 0xf0 && first <= 0xf4) {
		bytes = 4;
		low = first == 0xf0 ? 0x90 : 0x80;
		high = first == 0xf4 ? 0x8f : 0xbf;
	} else {
		return 0;
	}
	if (length < bytes || text[1] < low || text[1] > high)
		return 0;
	for (size_t n = 2; n < bytes; n++)
		if ((text[n] & 0xc0) != 0x80)
			return 0;
	return bytes;
}

static inline int rs_utf8_is_valid(const uint8_t *text, size_t length)
{
	size_t at = 0;
	while (at < length) {
		uint64_t eight;
		/* Most logs are ASCII: eight characters at a look. */
		while (at + sizeof(eight) <= length) {
			memcpy(&eight, text + at, sizeof(eight));
			if (eight & 0x8080808080808080ull)
				break;
			at += sizeof(eight);
		}
		if (at == length)
			break;
		const size_t bytes = rs_utf8_character(text + at, length - at);
		if (!bytes)
			return 0;
		at += bytes;
	}
	return 1;
}

#endif /* RS_UTF8_H */
