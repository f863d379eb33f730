/* SPDX-License-Identifier: MIT */
/*
 * message.h - one line about a failure, without a C library: text, number, text.
 */
#ifndef RS_MESSAGE_H
#define RS_MESSAGE_H

#include "rs_status.h"
#include "rs_types.h"

/* Writes "before number after" to `message` (cut to fit, always terminated; may be null) and returns `status`. */
rs_status_t rs_fail(rs_status_t status, char *message, size_t message_bytes, const char *before, uint64_t number,
		    const char *after);

#endif /* RS_MESSAGE_H */
