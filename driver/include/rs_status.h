/* SPDX-License-Identifier: MIT */
/*
 * rs_status.h - the one result type of every C function here.
 *
 * 0 is success. RS_FULL and RS_TOO_BIG are results of a write, not faults: the entry was refused, counted,
 * and the program goes on. Each shell translates its system's codes into these once.
 */
#ifndef RS_STATUS_H
#define RS_STATUS_H

typedef enum {
	RS_OK = 0,
	RS_FULL = 1,        /* the ring had no room; counted as lost_full */
	RS_TOO_BIG = 2,     /* longer than the ring can ever take; counted as too_big */
	RS_NOT_OPEN = 3,    /* no rings: the program is not being recorded */
	RS_AGAIN = 4,       /* nothing to do now; call again */
	RS_END = 5,         /* nothing will come any more */
	RS_BAD_ARGUMENT = 6,
	RS_NO_MEMORY = 7,
	RS_NO_SPACE = 8,    /* the file system that holds the rings or the capture is full */
	RS_NOT_FOUND = 9,
	RS_NO_PERMISSION = 10,
	RS_NOT_RINGS = 11,  /* not a ring set, or a torn one */
	RS_BAD_ABI = 12,    /* a ring set of another major version or byte order */
	RS_BUSY = 13,       /* another reader drains these rings */
	RS_IO = 14,         /* the system refused; the message says what */
	RS_EXISTS = 15,
	RS_OFF = 16         /* the call's site is switched off: nothing was written, and nothing is lost */
} rs_status_t;

#if defined(__GNUC__)
#define RS_MUST_USE __attribute__((warn_unused_result))
#if defined(_WIN32) && !defined(__clang__) /* where GCC's own name means Microsoft's formats of 1998 */
#define RS_PRINTF(format_at, first_at) __attribute__((format(gnu_printf, format_at, first_at)))
#else
#define RS_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#endif
#else
#define RS_MUST_USE
#define RS_PRINTF(format_at, first_at)
#endif

#endif /* RS_STATUS_H */
