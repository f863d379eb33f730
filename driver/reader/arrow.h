/* SPDX-License-Identifier: MIT */
/*
 * arrow.h - Arrow IPC messages of the capture folder (runtime/capture/README.md): schemas, and record batches whose body
 * stays where it is and is written from there. Format: arrow.apache.org/docs/format/Columnar.html, metadata version 5.
 */
#ifndef RS_ARROW_H
#define RS_ARROW_H

#include "batch.h"
#include "disk.h"

#define RS_ARROW_PARTS_MAX 64u
#define RS_ARROW_END_BYTES 8u
extern const uint8_t rs_arrow_end[RS_ARROW_END_BYTES];

/* One encapsulated message as the parts of one writev. */
typedef struct {
	rs_disk_part_t parts[RS_ARROW_PARTS_MAX];
	uint32_t part_count;
	uint64_t bytes;
} rs_arrow_message_t;

/* Memory for the metadata of one message and for validity bitmaps; used by one thread. */
typedef struct {
	uint8_t *metadata;
	size_t metadata_capacity;
	char *text;
	size_t text_capacity;
	uint8_t *gap_columns;
} rs_arrow_t;

rs_status_t rs_arrow_init(rs_arrow_t *arrow, uint32_t ring_count) RS_MUST_USE;
void rs_arrow_fini(rs_arrow_t *arrow);

/* Each message is valid until the next call with the same `arrow`, and while its batch is. RS_NO_MEMORY: metadata larger than planned. */
rs_status_t rs_arrow_logs_schema(rs_arrow_t *arrow, rs_arrow_message_t *message) RS_MUST_USE;
rs_status_t rs_arrow_gaps_schema(rs_arrow_t *arrow, rs_arrow_message_t *message) RS_MUST_USE;
rs_status_t rs_arrow_logs_batch(rs_arrow_t *arrow, const rs_batch_t *batch, uint32_t ring_count,
				rs_arrow_message_t *message) RS_MUST_USE;
rs_status_t rs_arrow_gaps_batch(rs_arrow_t *arrow, const rs_batch_t *batch, rs_arrow_message_t *message) RS_MUST_USE;

#endif /* RS_ARROW_H */
