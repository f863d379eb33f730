/* SPDX-License-Identifier: MIT */
/*
 * site_text.h - the descriptor of a call site: bytes that tell a reader, who has no access to the program, what stands at the site.
 *
 * The layout is told in driver/EVENTS.md. A descriptor is never held as a whole by whoever makes it: it is counted, hashed, stored and
 * compared piece by piece, so that a kernel's stack has room for it. Pure, any context.
 */
#ifndef RS_SITE_TEXT_H
#define RS_SITE_TEXT_H

#include "site_format.h"

/* What a descriptor is made of. `enums` has a table for each argument of type RS_ARGUMENT_ENUM, or null where that has no names. */
typedef struct {
	const rs_site_source_t *source;
	const rs_arguments_t *arguments;
	const rs_enum_names_t *const *enums;
} rs_site_words_t;

/* Its bytes, which may be more than RS_SITE_BYTES_MAX (then nothing else may be done with it), and their hash, which is never 0. */
uint32_t rs_site_text_measure(const rs_site_words_t *words, uint64_t *hash);
/* Stores it; `bytes` as measured. 0 when it has become another one meanwhile, and what is stored is of no use. */
int rs_site_text_store(const rs_site_words_t *words, uint8_t *to, uint32_t bytes);
/* Whether the `bytes` at `found` are this descriptor. */
int rs_site_text_is(const rs_site_words_t *words, const uint8_t *found, uint32_t bytes);

/* A descriptor as it is found in a table: texts within it, that end nowhere but after their length. */
typedef struct {
	const char *at;
	uint32_t bytes;
} rs_span_t;

typedef struct {
	uint32_t line;
	uint8_t severity, kind, role, argument_count;
	rs_span_t name, file, function, format;
} rs_site_read_t;

/* Reads a private copy of a descriptor up to its arguments. 0 when it is none: a length that leads outside, or a number that cannot be. */
int rs_site_text_read(const uint8_t *copy, uint32_t bytes, rs_site_read_t *read);

#endif /* RS_SITE_TEXT_H */
