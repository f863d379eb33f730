/* SPDX-License-Identifier: MIT */
/* open.h - what the shells in this project ask of the producer beside rs_log.h. */
#ifndef RS_OPEN_H
#define RS_OPEN_H

#include <stddef.h>
#include <stdint.h>

#include "rs_status.h"

/* As rs_open, for a program that has not asked to be recorded: no descriptor stays open, so that rs_path names none, and a page of the rings is
 * mapped when it is used. Not in a signal handler. */
rs_status_t rs_open_unasked(const char *path) RS_MUST_USE;

/* What another log knew of an entry that is passed on. Its text keeps whatever bytes it has. */
typedef struct {
	uint64_t ticks; /* ns on the monotonic clock */
	uint32_t pid, tid, remarks;
	uint8_t severity;
} rs_passed_on_t;

/*
 * Passing on another log: into a set with one ring and the monotonic clock, opened with rs_open; otherwise each of them returns RS_BAD_ARGUMENT, or
 * RS_NOT_OPEN. Not in a signal handler.
 *
 * rs_pass_on writes an entry, cut to what the ring can take as rs_log cuts its text. Returns RS_OK or RS_FULL.
 * rs_pass_on_room asks whether it would find room now: RS_OK, or RS_AGAIN.
 * rs_pass_on_missed counts entries that the other log has lost before they could be passed on, at this place in the order.
 */
rs_status_t rs_pass_on(const rs_passed_on_t *entry, const char *text, size_t length) RS_MUST_USE;
rs_status_t rs_pass_on_room(size_t length) RS_MUST_USE;
rs_status_t rs_pass_on_missed(uint64_t count) RS_MUST_USE;

#endif /* RS_OPEN_H */
