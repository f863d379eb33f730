/* SPDX-License-Identifier: MIT */
/*
 * segment.h - one growing Arrow IPC file of a capture folder: begin, append whole messages, end.
 */
#ifndef RS_SEGMENT_H
#define RS_SEGMENT_H

#include "arrow.h"

typedef struct {
	int file; /* -1: not begun */
	int is_ended;
	uint64_t bytes;
	char path[4096];
} rs_segment_t;

/* Creates the file at segment->path, which must not exist, and writes the schema. */
rs_status_t rs_segment_begin(rs_segment_t *segment, const rs_arrow_message_t *schema,
			     rs_message_t *message) RS_MUST_USE;
/* Appends a message whole, with one writev where the system takes it at once. After a failure the file is as before. */
rs_status_t rs_segment_append(rs_segment_t *segment, const rs_arrow_message_t *batch, rs_message_t *message) RS_MUST_USE;
/* Writes the end mark and syncs; closing is the caller's. After a failure it can be called again. */
rs_status_t rs_segment_end(rs_segment_t *segment, rs_message_t *message) RS_MUST_USE;

#endif /* RS_SEGMENT_H */
