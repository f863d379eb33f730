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
 */
#ifndef RS_LOG_H
#define RS_LOG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rs_abi.h"
#include "rs_status.h"

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

/* Text, formatted on the spot. severity: RS_TRACE … RS_FATAL. [any, as far as the C library's vsnprintf is: do
 * not use floating point or wide-character conversions in a signal handler]
 * Returns RS_OK, RS_FULL, RS_TOO_BIG (a ring of a few KiB), RS_NOT_OPEN, or RS_BAD_ARGUMENT (severity, format). */
RS_API rs_status_t rs_log(int severity, const char *format, ...) RS_PRINTF(2, 3);
RS_API rs_status_t rs_vlog(int severity, const char *format, va_list arguments) RS_PRINTF(2, 0);

/* `length` raw bytes, with two numbers that are the caller's own. Severity is RS_INFO. [any]
 * Returns RS_OK, RS_FULL, RS_TOO_BIG, RS_NOT_OPEN, RS_BAD_ARGUMENT (buffer is null and length is not 0). */
RS_API rs_status_t rs_send(uint32_t type, uint32_t remarks, const void *buffer, size_t length);

/* The general form of both. kind: RS_KIND_TEXT or RS_KIND_DATA. A text of type RS_TYPE_MARK is a mark: the view `marks` shows it. [any] */
RS_API rs_status_t rs_write(int severity, int kind, uint32_t type, uint32_t remarks, const void *buffer,
			    size_t length);

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

#ifdef __cplusplus
}
#endif
#endif /* RS_LOG_H */
