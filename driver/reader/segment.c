/* SPDX-License-Identifier: MIT */
/* segment.c - see segment.h. */
#include "segment.h"

#include <string.h>

#include "host.h"
#include "host_file.h"

static rs_status_t fail(const rs_segment_t *segment, int error, const char *what, rs_message_t *message)
{
	return rs_host_fail(error, what, segment->path, message->text, sizeof(message->text));
}

rs_status_t rs_segment_append(rs_segment_t *segment, const rs_arrow_message_t *batch, rs_message_t *message)
{
	rs_disk_part_t parts[RS_ARROW_PARTS_MAX];
	memcpy(parts, batch->parts, batch->part_count * sizeof(parts[0]));
	const int error = rs_disk_append(segment->file, parts, batch->part_count);
	if (!error) {
		segment->bytes += batch->bytes;
		return RS_OK;
	}
	/* Half a message would end the segment for its readers; the whole one is tried again. */
	const int second = rs_disk_cut(segment->file, segment->bytes);
	return second ? fail(segment, second, "cannot take back half a batch from", message)
		      : fail(segment, error, "cannot append to", message);
}

rs_status_t rs_segment_begin(rs_segment_t *segment, const rs_arrow_message_t *schema, rs_message_t *message)
{
	segment->bytes = 0;
	const int error = rs_disk_begin(segment->path, &segment->file);
	if (error)
		return fail(segment, error, "cannot begin", message);
	const rs_status_t status = rs_segment_append(segment, schema, message);
	if (status != RS_OK) {
		(void)rs_disk_end(segment->file);
		rs_host_file_remove(segment->path);
		segment->file = -1;
	}
	return status;
}

rs_status_t rs_segment_end(rs_segment_t *segment, rs_message_t *message)
{
	const rs_arrow_message_t mark = {
		.parts = {{(void *)(uintptr_t)rs_arrow_end, RS_ARROW_END_BYTES}},
		.part_count = 1,
		.bytes = RS_ARROW_END_BYTES,
	};
	const rs_status_t status = segment->is_ended ? RS_OK : rs_segment_append(segment, &mark, message);
	if (status != RS_OK)
		return status;
	segment->is_ended = 1;
	const int error = rs_disk_sync(segment->file);
	return error ? fail(segment, error, "cannot sync", message) : RS_OK;
}
