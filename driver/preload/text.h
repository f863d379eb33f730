/* SPDX-License-Identifier: MIT */
/*
 * text.h - text that is put together on the stack without the C library's formatting: names of flags, addresses, and the lines of
 * process.c.
 *
 * Works in any context. What does not fit is left out; whoever brings the place knows how much will come.
 */
#ifndef RS_PRELOAD_TEXT_H
#define RS_PRELOAD_TEXT_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
	char *bytes;
	size_t length, room;
} text_t;

/* An empty text in an array. */
#define TEXT_IN(array) ((text_t){(array), 0, sizeof(array)})

/* A bit, or several that have a name of their own; those come first in a list. */
typedef struct {
	unsigned int bits;
	const char *name;
} flag_name_t;

void text_put(text_t *text, const char *string);
void text_put_bytes(text_t *text, const char *bytes, size_t count);
void text_put_unsigned(text_t *text, uint64_t value, unsigned int base);
/* "A|B": the names of the bits, the rest in hexadecimal; behind what is there already as one more. */
void text_put_flags(text_t *text, unsigned int bits, const flag_name_t *names, size_t count);

/* " key=" */
void text_key(text_t *text, const char *key);
/* " key=value" */
void text_unsigned(text_t *text, const char *key, uint64_t value);
/* `"…"`: quotes, backslashes and control characters are escaped as in C, what is beyond `longest` bytes is cut. */
void text_put_quoted(text_t *text, const char *bytes, size_t count, size_t longest);

#endif /* RS_PRELOAD_TEXT_H */
