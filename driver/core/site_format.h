/* SPDX-License-Identifier: MIT */
/*
 * site_format.h - what an event's format says about its arguments: whether they fit, what they are called, how they are stored.
 *
 * Pure: no C library, no allocation; about 1.3 KiB of stack with its structure. Called when a site is registered, in any context.
 */
#ifndef RS_SITE_FORMAT_H
#define RS_SITE_FORMAT_H

#include "rs_site.h"
#include "rs_status.h"

#define RS_KEY_BYTES 72u /* of a key with its suffixes and its final zero; a longer word is none */

typedef struct {
	uint32_t count;
	uint8_t types[RS_ARGUMENTS_MAX];    /* as they are stored */
	uint16_t longest[RS_ARGUMENTS_MAX]; /* of a text that ends with a zero: no byte beyond is looked at */
	char keys[RS_ARGUMENTS_MAX][RS_KEY_BYTES];
} rs_arguments_t;

/*
 * Reads the format of a site. A conversion decides what a `char *` and a `char` are: with %p the pointer itself is stored and nothing is
 * read through it, with %d a char is a number; a precision bounds what is read of a text.
 *
 * Returns RS_OK, or RS_BAD_ARGUMENT: conversions and arguments are not equally many or do not fit, or there is one that would read
 * or write something else (%n, %m, *, 1$).
 */
rs_status_t rs_arguments_read(const rs_site_source_t *source, rs_arguments_t *arguments) RS_MUST_USE;

/* Bytes of a stored argument; 0 where its length is in the payload. */
static inline uint32_t rs_argument_bytes(uint8_t type)
{
	return (uint32_t)RS_ARGUMENT_BYTES(type);
}

#endif /* RS_SITE_FORMAT_H */
