/* SPDX-License-Identifier: MIT */
/*
 * rs_site.h - a call site: the place in a program at which something is logged, as the compiler sees it.
 *
 * Two static structures stand behind every call of RS_EVENT, rs_log and rs_send: what is known when the program is compiled, which nobody
 * changes, and a handle, which the library fills when the site is registered. Included by rs_log.h and by the core; driver/EVENTS.md
 * tells what becomes of a site.
 */
#ifndef RS_SITE_H
#define RS_SITE_H

#include "rs_abi.h"

/* The names of an enumeration's values, for rs_enum. They have to stay where they are. */
typedef struct {
	int64_t value;
	const char *name;
} rs_enum_name_t;

typedef struct {
	const char *name; /* of the enumeration */
	uint32_t count;
	const rs_enum_name_t *names;
} rs_enum_names_t;

typedef struct {
	const char *name;
	const char *file;
	const char *function;
	const char *format;
	const char *arguments; /* format and arguments as they were written, from which RS_ARG's keys are taken; may be null */
	uint32_t line;
	uint8_t severity; /* 0: given at each call */
	uint8_t kind;     /* rs_kind */
	uint8_t role;     /* rs_site_role */
	uint8_t argument_count;
	uint8_t types[RS_ARGUMENTS_MAX + 1]; /* rs_argument_type, as far as the compiler knows, then 0; core/site_format.h */
} rs_site_source_t;

typedef struct rs_site {
	/* Its byte in the table. Null: not asked for yet, and everything is written. Read with rs_site_is_on. */
	const uint8_t *level;
	/* Serial of the ring set that the site is registered in << 32 | its number there. */
	uint64_t bound;
	const rs_site_source_t *source;
	struct rs_site *next; /* of those that the library knows */
	uint32_t is_known;
	uint32_t reserved;
} rs_site_t;

/* An event's. What its format says is written when it is registered, the same by everybody. */
typedef struct {
	rs_site_t site;
	uint8_t stored[RS_ARGUMENTS_MAX];   /* rs_argument_type of the payload */
	uint16_t longest[RS_ARGUMENTS_MAX]; /* bytes that are read of a text which ends with a zero */
} rs_event_site_t;

/* Whether a call of this severity is written. One load more than where the level stood in the site itself, so that another process can
 * change it. Relaxed: a change is seen when it is seen. */
#if defined(__GNUC__)
static inline __attribute__((always_inline, unused)) int rs_site_is_on(const rs_site_t *site, int severity)
{
	const uint8_t *level = __atomic_load_n(&site->level, __ATOMIC_RELAXED);
	return !level || severity >= __atomic_load_n(level, __ATOMIC_RELAXED);
}
#endif

/* Bytes of an argument in the payload by its type, a hex digit for each; 0 where the payload tells. Of a constant it is a constant. */
#define RS_ARGUMENT_BYTES(type) \
	((type) < 16 ? 0x0008848844221110ull >> 4 * ((type)&15) & 15 : (type) < 32 ? 0x14448ull >> 4 * ((type)&15) & 15 : 0)

/* Initializers: of what stands at this place of the program (after `count` the types), and of its handle. */
#ifdef __cplusplus
#define RS_SITE_BYTE(value) static_cast<uint8_t>(value)
#define RS_SITE_NULL nullptr
#else
#define RS_SITE_BYTE(value) (uint8_t)(value)
#define RS_SITE_NULL ((void *)0)
#endif
#define RS_SOURCE(severity, kind, role, name, format, written, count, ...)                                                             \
	{name, __FILE__, __func__, format, written, __LINE__, RS_SITE_BYTE(__builtin_constant_p(severity) ? (severity) : 0), kind, role, \
	 count, {__VA_ARGS__}}
#define RS_SITE(source) {RS_SITE_NULL, 0, &(source), RS_SITE_NULL, 0, 0}
#define RS_FIRST(...) RS_FIRST_(__VA_ARGS__, 0)
#define RS_FIRST_(first, ...) first

#endif /* RS_SITE_H */
