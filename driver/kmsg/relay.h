/* SPDX-License-Identifier: MIT */
/*
 * relay.h - from one record of the kernel's log to one entry in a ring.
 *
 * Owns the kernel's numbering: what is missing between two records is counted where it is missing. Between the reads of
 * /dev/kmsg (main.c) and the user-mode driver (open.h); one thread.
 */
#ifndef RS_KMSG_RELAY_H
#define RS_KMSG_RELAY_H

#include <stddef.h>
#include <stdint.h>

#include "rs_status.h"

/* More than the kernel gives in one read: PRINTK_MESSAGE_MAX is 2,048 bytes, before 6.3 CONSOLE_EXT_LOG_MAX 8,192. */
#define RS_KMSG_RECORD_BYTES 16384u

typedef struct {
	uint64_t next_seq; /* of the record to come */
	int has_begun;     /* next_seq is known */
	uint64_t last_ns;  /* time of the record before */
} rs_kmsg_relay_t;

/* Goes on behind a record without passing it on. */
void rs_kmsg_skip(rs_kmsg_relay_t *relay, const char *record, size_t record_bytes);

/*
 * Passes a record on, with what was missing before it. `record` has RS_KMSG_RECORD_BYTES of room at most and is written over. What cannot
 * be read as a record is passed on as it is, at the time of the one before.
 * Returns what rs_pass_on does.
 */
rs_status_t rs_kmsg_pass_on(rs_kmsg_relay_t *relay, char *record, size_t record_bytes) RS_MUST_USE;

#endif /* RS_KMSG_RELAY_H */
