/* SPDX-License-Identifier: MIT */
/*
 * event_site.h - the call site of a typed event, taken apart: what its arguments are, and how they become a message.
 *
 * A descriptor comes out of shared memory or out of a file, so it is copied, and every bound of the copy is checked. What is left
 * is a site from which payloads can be formatted without another look at the descriptor. The layout of descriptors and payloads,
 * and what a format may say, is the contract in driver/EVENTS.md; runtime/events/ does the same in TypeScript.
 */
#ifndef RS_EVENT_SITE_H
#define RS_EVENT_SITE_H

#include <stdint.h>

#include "rs_abi.h"
#include "rs_status.h"

/* What C11, 7.21.6.1p15 lets a program count on for one conversion. A larger width, or precision of a number, is taken for this: a
 * descriptor that anybody may have written must not ask for any amount of memory. */
#define EVENT_WIDTH_MAX 4095

/* Bytes of an argument of this type in a payload; 0: as many as its head says. */
uint32_t event_type_bytes(uint8_t type);

/* A piece of memory that belongs to the site. */
typedef struct {
	const uint8_t *at;
	uint32_t bytes;
} event_span_t;

typedef struct {
	int64_t value;
	event_span_t name;
} event_enumerator_t;

typedef struct {
	uint8_t type;
	uint32_t enumerator_count;
	const event_enumerator_t *enumerators;
	/* Valid UTF-8 without control characters, zero-terminated, unlike every other of the site whatever the case of its letters,
	 * and no column that each event has anyway. */
	char *key;
} event_argument_t;

enum event_conversion_flag {
	EVENT_LEFT = 1,
	EVENT_PLUS = 2,
	EVENT_SPACE = 4,
	EVENT_ALTERNATIVE = 8,
	EVENT_ZERO = 16
};

/* One conversion of the format, and the literal text in front of it. */
typedef struct {
	event_span_t literal;
	char letter;       /* of diuxXocspeEfFgGaA; 0 for what only ends the format */
	uint8_t flags;     /* event_conversion_flag */
	uint8_t narrow;    /* 8 or 16 bits of the number count, as hh and h say; 0: all */
	uint8_t is_plain;  /* no flag, width, precision, and not narrowed */
	int32_t width;     /* 0: none */
	int32_t precision; /* -1: none */
	char spec[24];     /* as the C library takes it: floating point only */
} event_piece_t;

typedef struct {
	uint32_t number;
	uint32_t line;
	uint8_t severity, kind, role;
	uint32_t argument_count;
	event_span_t name, file, function;
	event_argument_t arguments[RS_ARGUMENTS_MAX];
	event_piece_t pieces[RS_ARGUMENTS_MAX + 1]; /* one for each argument, and what follows the last */
	uint64_t message_bytes; /* of the longest message, beside what stands in texts and bytes */
	uint8_t is_always_utf8; /* whatever the arguments are */
	uint32_t table;                            /* see event_table.h */
	uint32_t columns[RS_ARGUMENTS_MAX];
	uint32_t name_columns[RS_ARGUMENTS_MAX]; /* of numbers that have names */
} event_site_t;

/* Takes a private copy of a descriptor apart. The site is one block of memory for free(). RS_BAD_ARGUMENT: it breaks the contract; RS_NO_MEMORY. */
rs_status_t event_site_parse(const void *descriptor, uint32_t bytes, event_site_t **site) RS_MUST_USE;

/* --- parts of it ---------------------------------------------------------------------------------------------- */

/* Compiles the format: fills site->pieces, whose literals go into `text`, which has room for the whole format. RS_BAD_ARGUMENT: the contract does not know
 * such a format, or it does not fit the arguments. */
rs_status_t event_format_parse(event_site_t *site, event_span_t format, uint8_t *text) RS_MUST_USE;

/* Bytes that event_keys_make may need for the keys of descriptors of this size. */
#define EVENT_KEYS_BYTES(descriptor_bytes) (3u * (descriptor_bytes) + RS_ARGUMENTS_MAX * 16u)

/* Makes column names of the keys as they stand in the descriptor, in `text`. */
void event_keys_make(event_site_t *site, const event_span_t *keys, char *text);

/* Whether two names are the same to SQL: the case of ASCII letters does not count. */
int event_is_same_name(const char *a, const char *b);

#endif /* RS_EVENT_SITE_H */
