/* SPDX-License-Identifier: MIT */
/*
 * text.h - one line of key=value text, built on the stack without the C library's formatting.
 *
 * Works in any context. What does not fit is left out; the longest line that the wrappers build fits.
 */
#ifndef RS_PRELOAD_TEXT_H
#define RS_PRELOAD_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define TEXT_BYTES 1016u
/* Bytes of a quoted value, its escapes included, where a line has one or two. */
#define TEXT_QUOTED_MAX 700u
#define TEXT_QUOTED_HALF 350u

typedef struct {
	uint32_t length;
	char bytes[TEXT_BYTES];
} text_t;

/* A bit, or several that have a name of their own; those come first in a list. */
typedef struct {
	unsigned int bits;
	const char *name;
} flag_name_t;

void text_put(text_t *text, const char *string);
void text_put_int(text_t *text, int64_t value);
void text_put_unsigned(text_t *text, uint64_t value, unsigned int base);

/* " key=" */
void text_key(text_t *text, const char *key);
/* " key=value" */
void text_int(text_t *text, const char *key, int64_t value);
void text_unsigned(text_t *text, const char *key, uint64_t value);
/* `"…"`: quotes, backslashes and control characters are escaped as in C, what is beyond `longest` is cut. Returns whether it was. */
int text_put_quoted(text_t *text, const char *bytes, size_t count, size_t longest);
/* " key=A|B": the names of the bits, the rest in hexadecimal. Begins with "|" where `is_first` is 0. */
void text_put_flags(text_t *text, unsigned int bits, const flag_name_t *names, size_t count, int is_first);

#endif /* RS_PRELOAD_TEXT_H */
