/* SPDX-License-Identifier: MIT */
/* text.c - see text.h. */
#include "text.h"

static void put_byte(text_t *text, char byte)
{
	if (text->length < text->room)
		text->bytes[text->length++] = byte;
}

void text_put(text_t *text, const char *string)
{
	while (*string)
		put_byte(text, *string++);
}

void text_put_bytes(text_t *text, const char *bytes, size_t count)
{
	for (size_t n = 0; n < count; n++)
		put_byte(text, bytes[n]);
}

void text_put_unsigned(text_t *text, uint64_t value, unsigned int base)
{
	char digits[24];
	size_t first = sizeof(digits);

	do {
		digits[--first] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (first < sizeof(digits))
		put_byte(text, digits[first++]);
}

void text_key(text_t *text, const char *key)
{
	put_byte(text, ' ');
	text_put(text, key);
	put_byte(text, '=');
}

void text_unsigned(text_t *text, const char *key, uint64_t value)
{
	text_key(text, key);
	text_put_unsigned(text, value, 10);
}

/* One byte as it stands between quotes: 1 to 4 bytes. */
static size_t escape(unsigned char byte, char out[4])
{
	size_t count = 0;

	if (byte == '"' || byte == '\\') {
		out[count++] = '\\';
		out[count++] = (char)byte;
	} else if (byte == '\n') {
		out[count++] = '\\';
		out[count++] = 'n';
	} else if (byte < 0x20 || byte == 0x7f) {
		out[count++] = '\\';
		out[count++] = 'x';
		out[count++] = "0123456789abcdef"[byte >> 4];
		out[count++] = "0123456789abcdef"[byte & 15];
	} else {
		out[count++] = (char)byte;
	}
	return count;
}

/* How much of the bytes is taken, so that no character of UTF-8 is torn. */
static size_t fitting(const char *bytes, size_t count, size_t longest)
{
	char out[4];
	size_t used = 0, taken = 0;

	while (taken < count) {
		used += escape((unsigned char)bytes[taken], out);
		if (used > longest)
			break;
		taken++;
	}
	if (taken == count)
		return taken;
	while (taken && ((unsigned char)bytes[taken] & 0xc0) == 0x80)
		taken--;
	return taken;
}

void text_put_quoted(text_t *text, const char *bytes, size_t count, size_t longest)
{
	char out[4];
	const size_t taken = fitting(bytes, count, longest);

	put_byte(text, '"');
	for (size_t at = 0; at < taken; at++) {
		text_put_bytes(text, out, escape((unsigned char)bytes[at], out));
	}
	put_byte(text, '"');
}

void text_put_flags(text_t *text, unsigned int bits, const flag_name_t *names, size_t count)
{
	for (size_t n = 0; n < count; n++) {
		if ((bits & names[n].bits) != names[n].bits)
			continue;
		bits &= ~names[n].bits;
		if (text->length)
			put_byte(text, '|');
		text_put(text, names[n].name);
	}
	if (!bits)
		return;
	text_put(text, text->length ? "|0x" : "0x");
	text_put_unsigned(text, bits, 16);
}
