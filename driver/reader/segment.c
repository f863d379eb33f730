/* SPDX-License-Identifier: MIT */
/* segment.c - see segment.h. */
#define _GNU_SOURCE
#include "segment.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

static rs_status_t fail(const rs_segment_t *segment, const char *what, rs_message_t *message)
{
	return rs_host_fail(errno, what, segment->path, message->text, sizeof(message->text));
}

/* Writes all parts; the array is used up. Returns 0, or -1 with errno. */
static int write_all(int file, struct iovec *parts, uint32_t count)
{
	while (count) {
		ssize_t written = writev(file, parts, (int)count);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		while (count && (size_t)written >= parts->iov_len) {
			written -= (ssize_t)parts->iov_len;
			parts++;
			count--;
		}
		if (count) {
			parts->iov_base = (uint8_t *)parts->iov_base + written;
			parts->iov_len -= (size_t)written;
		}
	}
	return 0;
}

rs_status_t rs_segment_append(rs_segment_t *segment, const rs_arrow_message_t *batch, rs_message_t *message)
{
	struct iovec parts[RS_ARROW_PARTS_MAX];
	memcpy(parts, batch->parts, batch->part_count * sizeof(parts[0]));
	if (write_all(segment->file, parts, batch->part_count) == 0) {
		segment->bytes += batch->bytes;
		return RS_OK;
	}
	const rs_status_t status = fail(segment, "cannot append to", message);
	/* Half a message would end the segment for its readers; the whole one is tried again. */
	if (ftruncate(segment->file, (off_t)segment->bytes) != 0 ||
	    lseek(segment->file, (off_t)segment->bytes, SEEK_SET) < 0)
		return fail(segment, "cannot take back half a batch from", message);
	return status;
}

rs_status_t rs_segment_begin(rs_segment_t *segment, const rs_arrow_message_t *schema, rs_message_t *message)
{
	segment->bytes = 0;
	segment->file = open(segment->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (segment->file < 0)
		return fail(segment, "cannot begin", message);
	const rs_status_t status = rs_segment_append(segment, schema, message);
	if (status != RS_OK) {
		close(segment->file);
		unlink(segment->path);
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
	return fdatasync(segment->file) == 0 ? RS_OK : fail(segment, "cannot sync", message);
}
