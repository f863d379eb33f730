/* SPDX-License-Identifier: MIT */
/*
 * format.h - the texts of rs_log in the Windows kernel: what DbgPrint knows, in any context.
 *
 * Pure: no C library, no allocation, no floating point; about 150 bytes of stack, bounded by the buffer and by RS_FORMAT_READ_MAX bytes of
 * each text that is read. Reads the texts at the caller's IRQL.
 */
#ifndef RS_WIN_FORMAT_H
#define RS_WIN_FORMAT_H

#include "rs_types.h"

/* Of a text without a precision no more is looked at: one that lost its zero must not be read to the end of the memory. */
#define RS_FORMAT_READ_MAX 65536u

typedef struct {
	/* Whether UTF-16 and counted texts may be read: below DISPATCH_LEVEL. Otherwise a mark stands in their place. */
	int may_read_wide;
	/* Pointers are hashed with this key; null: shown as they are. */
	const uint64_t *pointer_key;
	/* Set to 1 where something was left out: a text that might not be read, a number with a point. */
	int has_left_out;
} rs_format_state_t;

/*
 * Writes at most `room` bytes, without a zero at the end, and returns how many there would be in all.
 *
 *	flags	- + space # 0	width, precision, * for both
 *	length	hh h l ll j z t L I I32 I64 w
 *	%d %i %u %x %X %o %c %p %s %%	%S %C, %ls %ws %lc %wc: UTF-16, written as UTF-8	%wZ %Z: UNICODE_STRING, ANSI_STRING
 *	%e %f %g %a and their capitals: <float>		%n: nothing, and nothing is written through it
 *
 * A conversion that there is not is written as it stands, and ends what is taken for arguments: what follows cannot be known.
 */
size_t rs_format(char *to, size_t room, rs_format_state_t *state, const char *format, va_list arguments);

#endif /* RS_WIN_FORMAT_H */
