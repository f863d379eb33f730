/* SPDX-License-Identifier: MIT */
/* event_names.h - names of the error numbers that drivers deal in. All of them are shorter than 64 bytes. */
#ifndef RS_EVENT_NAMES_H
#define RS_EVENT_NAMES_H

#include <stdint.h>

/* "EIO" for 5, on Linux; null for what has no name here. Negative numbers have none of their own. */
const char *event_errno_name(int32_t error);

/* "STATUS_ACCESS_DENIED" for 0xc0000022; null for what has no name here. */
const char *event_ntstatus_name(uint32_t status);

/* "E_FAIL" for 0x80004005; null for what has no name here. */
const char *event_hresult_name(uint32_t result);

#endif /* RS_EVENT_NAMES_H */
