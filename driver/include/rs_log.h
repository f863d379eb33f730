/* SPDX-License-Identifier: MIT */
/*
 * rs_log.h - what a program or driver includes to log.
 *
 * A user-mode program links or dlopens libringscope.so. It is recorded when RINGSCOPE_RINGS names a ring set
 * (as `ringscope capture -- PROGRAM` sets it) or after rs_open or rs_create; otherwise every call returns RS_NOT_OPEN
 * after one load and one branch.
 *
 * Every function marked [any] may be called in any context: any thread, any signal handler, while another
 * call of the same thread is interrupted in its middle. It never blocks, allocates or takes a lock. The first
 * call of a thread asks the system for the thread's number, once.
 *
 * Every call of rs_log and rs_send is a site of its own, which rs_control of rs_event.h can switch off: it then returns RS_OFF, and its
 * arguments are not evaluated. The functions behind the macros, (rs_log)(…) and (rs_send)(…), rs_vlog, rs_write and rs_reserve have no site and obey the
 * level that is set for everything. RS_PLAIN_CALLS, defined before, leaves the macros out.
 */
#ifndef RS_LOG_H
#define RS_LOG_H

#include "rs_abi.h"
#include "rs_site.h"
#include "rs_status.h"
#include "rs_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Empty where a library keeps these functions to itself. */
#if defined(RS_API)
#elif defined(__GNUC__)
#define RS_API __attribute__((visibility("default")))
#else
#define RS_API
#endif

/* Longest text of rs_log in bytes; what is longer is cut four bytes earlier, flagged, and carries its original length. */
#define RS_TEXT_MAX 1016u

#ifndef RS_IN_KERNEL /* a kernel's functions are in ringscope_calls.h */
/* Text, formatted on the spot. severity: RS_TRACE … RS_FATAL. [any, as far as the C library's vsnprintf is: do
 * not use floating point or wide-character conversions in a signal handler]
 * Returns RS_OK, RS_OFF, RS_FULL, RS_TOO_BIG (a ring of a few KiB), RS_NOT_OPEN, or RS_BAD_ARGUMENT (severity, format). */
RS_API rs_status_t rs_log(int severity, const char *format, ...) RS_PRINTF(2, 3);
RS_API rs_status_t rs_vlog(int severity, const char *format, va_list arguments) RS_PRINTF(2, 0);

/* `length` raw bytes, with two numbers that are the caller's own. Severity is RS_INFO. [any]
 * Returns RS_OK, RS_OFF, RS_FULL, RS_TOO_BIG, RS_NOT_OPEN, RS_BAD_ARGUMENT (buffer is null and length is not 0). */
RS_API rs_status_t rs_send(uint32_t type, uint32_t remarks, const void *buffer, size_t length);

/* The general form of both. kind: RS_KIND_TEXT or RS_KIND_DATA. A text of type RS_TYPE_MARK is a mark: the view `marks` shows it. [any] */
RS_API rs_status_t rs_write(int severity, int kind, uint32_t type, uint32_t remarks, const void *buffer,
			    size_t length);
#endif

/* An entry that is filled in place. Between rs_reserve and rs_commit or rs_discard the entry holds up the
 * order of everything after it: fill it at once. Slots belong to the calling thread and are ended in the reverse of the
 * order in which they were reserved. [any] */
typedef struct {
	void *payload; /* `length` writable bytes, eight-byte aligned */
	uint64_t seq;
	uint64_t index;
	uint32_t processor;
	uint32_t length;
	uint64_t private_[3];
} rs_slot_t;

#ifndef RS_IN_KERNEL
RS_API rs_status_t rs_reserve(int severity, int kind, uint32_t type, uint32_t remarks, size_t length,
			      rs_slot_t *slot) RS_MUST_USE;
RS_API void rs_commit(rs_slot_t *slot);
/* Takes the entry back. It is counted as discarded, which is not a loss. */
RS_API void rs_discard(rs_slot_t *slot);

/* Rings of one's own. 0 means the default: one ring per configured processor, ring_bytes = min(4 MiB,
 * ring_memory / rings) rounded down to a power of two, ring_memory 256 MiB. */
typedef struct {
	uint32_t ring_count;
	uint32_t mode;  /* RS_MODE_DISCARD, RS_MODE_OVERWRITE */
	uint32_t order; /* RS_ORDER_INDEX, RS_ORDER_CLOCK: only where the processor's counter is invariant */
	uint32_t intent_count;
	uint64_t ring_bytes;
	uint64_t ring_memory;
	uint32_t site_count;      /* call sites that can be told apart: 4,096, a multiple of 64; RS_NO_SITES: no table, and no events */
	uint32_t site_text_bytes; /* for their names and formats: 256 bytes each */
} rs_create_options_t;
#define RS_NO_SITES UINT32_MAX

/* Makes a ring set in a new file at `path` (a path in /dev/shm keeps it in memory) and opens it for this
 * process. With path null it lies in a memory file without a name, sealed against truncation, which needs no room in /dev/shm and is gone
 * with the last process that has it open; rs_path tells where a reader finds it. options may be null. message, if not null, gets one line of at most message_bytes about a failure.
 * Returns RS_OK, RS_EXISTS, RS_NO_SPACE, RS_NO_PERMISSION, RS_BAD_ARGUMENT, RS_NO_MEMORY, RS_IO. Not in a signal handler. */
RS_API rs_status_t rs_create(const char *path, const rs_create_options_t *options, char *message,
			     size_t message_bytes) RS_MUST_USE;

/* Opens a ring set that exists. Returns RS_OK, RS_NOT_FOUND, RS_NO_PERMISSION, RS_NOT_RINGS, RS_BAD_ABI, RS_NO_MEMORY, RS_IO.
 * Not in a signal handler. */
RS_API rs_status_t rs_open(const char *path, char *message, size_t message_bytes) RS_MUST_USE;

/* Stops logging from this process; calls that are under way end in their ring. The mapping stays until the
 * process ends, because a thread may be inside of it. The file stays: a reader may still drain it. */
RS_API void rs_close(void);

/* Where a reader of the same user finds the rings that are open: /proc/PID/fd/N, for as long as this process lives. Returns RS_OK, RS_NOT_OPEN,
 * RS_BAD_ARGUMENT (path_bytes are too few). */
RS_API rs_status_t rs_path(char *path, size_t path_bytes) RS_MUST_USE;

/* 1 when calls are recorded. [any] */
RS_API int rs_is_open(void);

/* What the macros below call; not to be called otherwise. [any] */
RS_API rs_status_t rs_log_at(rs_site_t *site, int severity, const char *format, ...) RS_PRINTF(3, 4);
RS_API rs_status_t rs_send_at(rs_site_t *site, uint32_t type, uint32_t remarks, const void *buffer, size_t length);
/* The sites in this range of addresses are about to be unmapped: the library touches none of them any more. Not in a signal handler. */
#if defined(__GNUC__) && !defined(RS_PLAIN_CALLS)
__attribute__((weak))
#endif
RS_API void rs_sites_forget(const void *begin, const void *end);
#endif

#if defined(__GNUC__) && !defined(RS_PLAIN_CALLS)
/* On Windows what logs is linked with the library, and goes when that does. */
#if !defined(RS_IN_KERNEL) && !defined(_WIN32)
/* The first byte and the end of the module that this is linked into; the linker's. */
extern const char __ehdr_start[] __attribute__((weak, visibility("hidden")));
extern const char _end[] __attribute__((weak, visibility("hidden")));

/* When a library is unloaded, after everything else of it: destructors may log. One for the module, whatever number of files has it. */
__attribute__((destructor(101), weak, visibility("hidden"))) void rs_module_ends_(void);
void rs_module_ends_(void)
{
	if (rs_sites_forget && __ehdr_start)
		rs_sites_forget(__ehdr_start, _end);
}
#endif

#define rs_log(severity, ...)                                                                                                        \
	__extension__({                                                                                                              \
		static const rs_site_source_t rs_source_ =                                                                           \
			RS_SOURCE(severity, RS_KIND_TEXT, RS_ROLE_EVENT, __func__,                                                   \
				  __builtin_constant_p(RS_FIRST(__VA_ARGS__)) ? RS_FIRST(__VA_ARGS__) : "", RS_SITE_NULL, 0, 0);                \
		static rs_site_t rs_site_ = RS_SITE(rs_source_);                                                                     \
		const int rs_severity_ = (severity);                                                                                 \
		rs_site_is_on(&rs_site_, rs_severity_) ? rs_log_at(&rs_site_, rs_severity_, __VA_ARGS__) : RS_OFF;                   \
	})

#define rs_send(...)                                                                                                                 \
	__extension__({                                                                                                              \
		static const rs_site_source_t rs_source_ = RS_SOURCE(RS_INFO, RS_KIND_DATA, RS_ROLE_EVENT, __func__, "", RS_SITE_NULL, 0, 0);   \
		static rs_site_t rs_site_ = RS_SITE(rs_source_);                                                                     \
		rs_site_is_on(&rs_site_, RS_INFO) ? rs_send_at(&rs_site_, __VA_ARGS__) : RS_OFF;                                     \
	})
#endif

#ifdef __cplusplus
}
#endif
#endif /* RS_LOG_H */
