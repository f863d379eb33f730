/* SPDX-License-Identifier: MIT */
/* event_text.c - see event_text.h. */
#include "event_text.h"

#include <string.h>

#include "utf8.h"

#define REPLACEMENT 0xfffdu

/* How many of the bytes at `text`, where no character is, one U+FFFD stands for. */
static uint32_t broken_bytes(const uint8_t *text, uint32_t bytes)
{
	const uint8_t first = text[0];
	const uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	const uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	const uint32_t whole = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
	uint32_t length = 1;

	if (whole == 1 || bytes < 2 || text[1] < low || text[1] > high)
		return 1;
	for (length = 2; length < whole && length < bytes && (text[length] & 0xc0) == 0x80; length++)
		;
	return length;
}

static uint8_t *put_character(uint8_t *out, uint32_t character)
{
	if (character < 0x80) {
		*out++ = (uint8_t)character;
	} else if (character < 0x800) {
		*out++ = (uint8_t)(0xc0 | character >> 6);
		*out++ = (uint8_t)(0x80 | (character & 0x3f));
	} else if (character < 0x10000) {
		*out++ = (uint8_t)(0xe0 | character >> 12);
		*out++ = (uint8_t)(0x80 | (character >> 6 & 0x3f));
		*out++ = (uint8_t)(0x80 | (character & 0x3f));
	} else {
		*out++ = (uint8_t)(0xf0 | character >> 18);
		*out++ = (uint8_t)(0x80 | (character >> 12 & 0x3f));
		*out++ = (uint8_t)(0x80 | (character >> 6 & 0x3f));
		*out++ = (uint8_t)(0x80 | (character & 0x3f));
	}
	return out;
}

uint32_t event_text_lenient(const uint8_t *text, uint32_t bytes, uint8_t *out)
{
	uint8_t *const begin = out;
	for (uint32_t at = 0; at < bytes;) {
		const uint32_t length = (uint32_t)rs_utf8_character(text + at, bytes - at);
		if (length > 0) {
			memcpy(out, text + at, length);
			out += length;
			at += length;
		} else {
			out = put_character(out, REPLACEMENT);
			at += broken_bytes(text + at, bytes - at);
		}
	}
	return (uint32_t)(out - begin);
}

static uint32_t unit_at(const uint8_t *units)
{
	return (uint32_t)(units[0] | units[1] << 8);
}

/* The character at `units`, and how many bytes it takes there. */
static uint32_t read_utf16(const uint8_t *units, uint32_t bytes, uint32_t *taken)
{
	*taken = bytes < 2 ? bytes : 2;
	if (bytes < 2)
		return REPLACEMENT;
	const uint32_t unit = unit_at(units);
	if (unit < 0xd800 || unit > 0xdfff)
		return unit;
	if (unit > 0xdbff)
		return REPLACEMENT;
	if (bytes == 3) /* a pair that was cut in the middle of its second half is one mistake */
		*taken = 3;
	if (bytes < 4)
		return REPLACEMENT;
	const uint32_t next = unit_at(units + 2);
	if (next < 0xdc00 || next > 0xdfff)
		return REPLACEMENT;
	*taken = 4;
	return 0x10000 + ((unit & 0x3ff) << 10 | (next & 0x3ff));
}

uint32_t event_text_from_utf16(const uint8_t *units, uint32_t bytes, uint32_t limit, uint8_t *out, int *is_whole)
{
	uint32_t written = 0, taken;
	*is_whole = 1;
	for (uint32_t at = 0; at < bytes; at += taken) {
		uint8_t character[4];
		const uint32_t length = (uint32_t)(put_character(character, read_utf16(units + at, bytes - at, &taken)) - character);
		if (length > limit - written) {
			*is_whole = 0;
			break;
		}
		memcpy(out + written, character, length);
		written += length;
	}
	return written;
}

uint32_t event_text_from_bytes(const uint8_t *bytes, uint32_t count, uint8_t *out)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t *const begin = out;
	for (uint32_t n = 0; n < count; n++) {
		if (n > 0)
			*out++ = ' ';
		*out++ = (uint8_t)digits[bytes[n] >> 4];
		*out++ = (uint8_t)digits[bytes[n] & 15];
	}
	return (uint32_t)(out - begin);
}
