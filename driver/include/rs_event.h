/* SPDX-License-Identifier: MIT */
/*
 * rs_event.h - typed events: what a program says once about a place, and raw values each time it comes by.
 *
 *     RS_EVENT(RS_INFO, nvme_complete, "queue=%u tag=%u status=%s", queue, tag, rs_errno(error));
 *
 * The call copies its arguments and formats nothing: a reader does that, and shows each argument as a column. Format and arguments are
 * checked by the compiler as those of printf are; what does not fit does not compile. C11 and C++17, GCC and Clang.
 *
 *     severity    RS_TRACE … RS_FATAL
 *     name        a C identifier, the same for events that belong into one table
 *     format      a literal, as printf takes it, without `*`, `n`, `m` and `1$`
 *     arguments   at most 16: numbers, bool, pointers (%p), texts that end with a zero, and what the functions below make. Bit-fields in C
 *                 want a cast. An argument is called by the word before its conversion, `tag=%u`, or by RS_ARG(tag, value), or argN.
 *
 * A call is an expression of type rs_status_t: RS_OK; RS_OFF (its site is switched off, and no argument has been evaluated); RS_FULL; RS_TOO_BIG;
 * RS_NOT_OPEN; RS_BAD_ARGUMENT (severity); RS_NO_SPACE (the set has no table of call sites). Arguments are evaluated once. [any] context, as
 * rs_log.h says; a site's first call registers it, which takes some microseconds. A text is read up to its zero or the conversion's precision, and
 * at most RS_ARGUMENT_MAX bytes of it are kept.
 */
#ifndef RS_EVENT_H
#define RS_EVENT_H

#include "rs_log.h"

#if !defined(__GNUC__)
#error "rs_event.h needs GCC or Clang"
#endif

/* What a call hands over: types that say what bits or bytes mean. */
typedef struct {
	const char *at;
	size_t bytes;
} rs_text_t;
typedef struct {
	const void *at;
	size_t bytes;
} rs_utf16_t;
typedef struct {
	const void *at;
	size_t bytes;
} rs_bytes_t;
typedef struct {
	int64_t value;
	const rs_enum_names_t *names;
} rs_enum_t;
typedef struct {
	int32_t value;
} rs_errno_t;
typedef struct {
	uint32_t value;
} rs_ntstatus_t;
typedef struct {
	uint32_t value;
} rs_hresult_t;

/* UTF-8 that need not end with a zero. A null pointer is told apart from an empty text. All of these are printed with %s. */
static inline rs_text_t rs_text(const char *text, size_t bytes)
{
	const rs_text_t argument = {text, bytes};
	return argument;
}

/* UTF-16 in the machine's order, `units` of two bytes each. */
static inline rs_utf16_t rs_utf16(const void *text, size_t units)
{
	const rs_utf16_t argument = {text, units * 2};
	return argument;
}

/* Shown as pairs of hex digits. */
static inline rs_bytes_t rs_bytes(const void *bytes, size_t count)
{
	const rs_bytes_t argument = {bytes, count};
	return argument;
}

/* A value and the names that its type gives to values; the names are read when the site is registered. */
static inline rs_enum_t rs_enum(int64_t value, const rs_enum_names_t *names)
{
	const rs_enum_t argument = {value, names};
	return argument;
}

/* Shown by its name: EIO; a negative one, as kernels return it, with its sign: -EIO. */
static inline rs_errno_t rs_errno(int32_t error)
{
	const rs_errno_t argument = {error};
	return argument;
}

static inline rs_ntstatus_t rs_ntstatus(uint32_t status)
{
	const rs_ntstatus_t argument = {status};
	return argument;
}

static inline rs_hresult_t rs_hresult(uint32_t result)
{
	const rs_hresult_t argument = {result};
	return argument;
}

/* One argument on its way to the library, where an event has one whose length is not known to the compiler. */
#define RS_UNTIL_ZERO SIZE_MAX
typedef struct {
	uint64_t bits;  /* a number, in its lowest bytes; of an enum too */
	const void *at; /* text and bytes; the names of an enum */
	size_t bytes;   /* RS_UNTIL_ZERO: up to a zero */
} rs_piece_t;

#ifdef __cplusplus
extern "C" {
#endif

#ifndef RS_IN_KERNEL
/* What RS_EVENT calls; not to be called otherwise. `words` are the packed arguments, `bytes` of them, up to the next multiple of eight. [any] */
RS_API rs_status_t rs_event_send(rs_event_site_t *site, int severity, const uint64_t *words, uint32_t bytes);
RS_API rs_status_t rs_event_send_pieces(rs_event_site_t *site, int severity, const rs_piece_t *pieces);

/*
 * Sets the level of every site that matches `pattern`, in all processes that log into the rings which are open here: those that are registered and
 * those that come. `*` stands for any text, `?` for one byte; a pattern with a colon is compared with `file:line` (the last part of the
 * path), any other with the event's name, and of rs_log and rs_send with the function's. The last pattern that was set and matches decides.
 *
 * level: RS_TRACE … RS_FATAL, the least severity that is written, or RS_LEVEL_OFF; 0 takes the pattern back. pattern null: the level where
 * nothing matches, 0 for all; it is also the one of rs_vlog, rs_write and rs_reserve, which have no site.
 *
 * Returns RS_OK, RS_NOT_OPEN, RS_BAD_ARGUMENT (a pattern of more than 61 bytes, or none that is there to be taken back; level), RS_NO_SPACE
 * (48 patterns; or the set has no table), RS_IO, RS_NO_PERMISSION. Waits for other controllers. Not in a signal handler.
 */
RS_API rs_status_t rs_control(const char *pattern, int level);

/* Several changes as one: in their order, and no site writes by some of them and not by the others. An empty pattern stands for what a null one is to
 * rs_control. `is_reset`: all that was set before is taken back. Returns as rs_control; where it is not RS_OK nothing is changed. */
RS_API rs_status_t rs_control_all(const rs_rule_t *changes, uint32_t count, int is_reset);

/* A site as rs_control_list tells of it. Texts end with a zero, and are valid until the function that is told returns. */
typedef struct {
	uint32_t number;
	uint32_t line;
	uint8_t kind;     /* rs_kind */
	uint8_t role;     /* rs_site_role */
	uint8_t severity; /* 0: given at each call */
	uint8_t level;    /* what is written from here on; RS_LEVEL_OFF */
	const char *name;
	const char *file;
	const char *function;
	const char *format;
} rs_site_info_t;

/* Tells of every site that is registered in the rings which are open here, by number. Returns RS_OK, RS_NOT_OPEN, RS_NO_SPACE (no table),
 * RS_BAD_ARGUMENT (tell is null). Not in a signal handler. */
RS_API rs_status_t rs_control_list(void (*tell)(void *argument, const rs_site_info_t *site), void *argument);
/* The rules that are set, the last one the strongest: pattern and level; at the end the default with a null pattern. As above. */
RS_API rs_status_t rs_control_rules(void (*tell)(void *argument, const char *pattern, int level), void *argument);

#else
#include "ringscope_calls.h"
#endif /* RS_IN_KERNEL */

/* Never called: the compiler compares format and arguments, in which a text stands for everything that is printed with %s. */
int rs_check_format(const char *format, ...) RS_PRINTF(1, 2);

#ifdef __cplusplus
}
#endif

#include "rs_event_each.h"

#ifdef __cplusplus
#include "rs_event_cpp.h"
#else
#include "rs_event_c.h"
#endif

/* Names an argument. The text, not the value, tells the key: it is read where the site is registered, from the arguments as they were written. */
#define RS_ARG(key, value) ((void)sizeof("rs_key:" #key), (value))

#define RS_EVENT(severity, name, ...) RS_EVENT_AS(severity, RS_ROLE_EVENT, name##_rs_event_, #name, #__VA_ARGS__, __VA_ARGS__)

/* Begin and end of something that lasts: a reader joins events of one name and thread to spans with a duration. */
#define RS_BEGIN(severity, name, ...) RS_EVENT_AS(severity, RS_ROLE_BEGIN, name##_rs_event_, #name, #__VA_ARGS__, __VA_ARGS__)
#define RS_END(severity, name, ...) RS_EVENT_AS(severity, RS_ROLE_END, name##_rs_event_, #name, #__VA_ARGS__, __VA_ARGS__)

/* Both: begins here, and ends when the block is left, however it is left. A declaration; severity is evaluated twice. */
#define RS_SCOPE(severity, name, ...) RS_SCOPE_AT(__COUNTER__, severity, name##_rs_event_, #name, #__VA_ARGS__, __VA_ARGS__)

/* --- what stands behind them ------------------------------------------------------------------------------------------- */

#define RS_SCOPE_AT(number, ...) RS_SCOPE_NUMBERED(number, __VA_ARGS__)
#define RS_SCOPE_NUMBERED(number, severity, tag, name, written, ...)                                                                    \
	static const rs_site_source_t rs_end_source_##number = RS_SOURCE(severity, RS_KIND_EVENT, RS_ROLE_END, name, "", RS_SITE_NULL, 0, 0);      \
	static rs_event_site_t rs_end_site_##number = RS_EVENT_SITE(rs_end_source_##number);                                            \
	RS_SCOPE_GUARD(number, &rs_end_site_##number, severity, RS_EVENT_AS(severity, RS_ROLE_BEGIN, tag, name, written, __VA_ARGS__))

#define RS_EVENT_SITE(source) {RS_SITE(source), {0}, {0}}

/* Defined before by a program that has to know its sites before it comes by them: a declaration about each site of RS_EVENT. */
#ifndef RS_SITE_NOTE
#define RS_SITE_NOTE(site)
#endif

/* Warnings that would tell of the unevaluated copies of an argument, and an error that has to be one. */
#if defined(__clang__)
#define RS_QUIET_BEGIN                                                                                                             \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic error \"-Wformat\"") _Pragma("GCC diagnostic error \"-Wint-conversion\"") \
		_Pragma("GCC diagnostic ignored \"-Wformat-zero-length\"") _Pragma("GCC diagnostic ignored \"-Wunevaluated-expression\"")
#elif defined(__cplusplus)
#define RS_QUIET_BEGIN                                                                      \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic error \"-Wformat\"") \
		_Pragma("GCC diagnostic ignored \"-Wformat-zero-length\"")
#else
#define RS_QUIET_BEGIN                                                                                                             \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic error \"-Wformat\"") _Pragma("GCC diagnostic error \"-Wint-conversion\"") \
		_Pragma("GCC diagnostic ignored \"-Wformat-zero-length\"")
#endif
#define RS_QUIET_END _Pragma("GCC diagnostic pop")

/* `tag` is made of the name: an identifier, and no macro. */
#define RS_EVENT_AS(severity, role, tag, name, written, ...)                                                                            \
	__extension__({                                                                                                                 \
		RS_QUIET_BEGIN                                                                                                          \
		struct tag;                                                                                                             \
		static const rs_site_source_t rs_source_ = RS_SOURCE(severity, RS_KIND_EVENT, role, name, "" RS_FIRST(__VA_ARGS__) "",  \
								     written, RS_COUNT(__VA_ARGS__), RS_EACH(RS_TYPE_ITEM, __VA_ARGS__) 0); \
		static rs_event_site_t rs_site_ = RS_EVENT_SITE(rs_source_);                                                            \
		RS_SITE_NOTE(rs_site_)                                                                                                  \
		const int rs_severity_ = (severity);                                                                                    \
		rs_status_t rs_status_ = RS_OFF;                                                                                        \
		(void)sizeof(rs_check_format(RS_FIRST(__VA_ARGS__) RS_EACH(RS_STAND_IN_ITEM, __VA_ARGS__)));                            \
		if (rs_site_is_on(&rs_site_.site, rs_severity_))                                                                        \
			rs_status_ = RS_EVENT_WRITE(&rs_site_, rs_severity_, __VA_ARGS__);                                              \
		RS_QUIET_END                                                                                                            \
		rs_status_;                                                                                                             \
	})

#endif /* RS_EVENT_H */
