/* SPDX-License-Identifier: MIT */
/*
 * compat_status.h - what the producer half of rs_compat.h says of a write, in user mode and in a kernel.
 */
#ifndef RS_COMPAT_STATUS_H
#define RS_COMPAT_STATUS_H

#include "rs_compat.h"
#include "rs_status.h"

#define RS_COMPAT_LEVEL_OF_TEXT 1u

static inline NTSTATUS rs_compat_status(rs_status_t status)
{
	switch (status) {
	case RS_OK:
	case RS_OFF:
	case RS_NOT_OPEN: /* a driver goes on when nobody listens */
		return STATUS_SUCCESS;
	case RS_FULL:
		return STATUS_INSUFFICIENT_RESOURCES;
	case RS_TOO_BIG:
		return STATUS_BUFFER_TOO_SMALL;
	case RS_BAD_ARGUMENT:
		return STATUS_INVALID_PARAMETER;
	default:
		return STATUS_UNSUCCESSFUL;
	}
}

#endif /* RS_COMPAT_STATUS_H */
