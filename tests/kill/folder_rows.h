/* SPDX-License-Identifier: MIT */
/*
 * folder_rows.h - what a reader has written into its folder: the rows go to the board, the counters of the last whole batch are
 * checked against them. Whoever was killed may have left a torn tail and no more than that.
 */
#ifndef KILL_FOLDER_ROWS_H
#define KILL_FOLDER_ROWS_H

#include "findings.h"

#include "../core/arrow_walk.h"
#include "board.h"

/* Buffers of a logs batch, in the order of its body: validity and values of each column. */
enum logs_buffer {
	LOGS_IDX_DELTA = 1,
	LOGS_TICKS = 3,
	LOGS_SEQ_DELTA = 5,
	LOGS_PROCESSOR = 7,
	LOGS_CLASS = 9,
	LOGS_PID = 11,
	LOGS_TID = 13,
	LOGS_TYPE = 15,
	LOGS_REMARKS = 17,
	LOGS_OFFSETS = 19,
	LOGS_PAYLOAD = 20
};

typedef struct {
	uint64_t rows[RINGS_MOST]; /* by processor */
	rs_ring_counters_t rings[RINGS_MOST];
	uint32_t ring_count; /* 0: no batch */
	uint64_t last_rows;  /* of the last batch */
} folder_sum_t;

static inline uint64_t counters_lost(const rs_ring_counters_t *ring)
{
	return ring->lost_full + ring->overwritten + ring->too_big + ring->abandoned + ring->corrupt + ring->unstored +
	       ring->mixed;
}

static inline uint16_t word16(const uint8_t *at)
{
	uint16_t value;
	memcpy(&value, at, sizeof(value));
	return value;
}

/* The next number of a text, in brackets and quotes or not; 0 at its end. */
static inline int next_number(const char **text, uint64_t *number)
{
	char *end;
	while (**text && (**text < '0' || **text > '9'))
		(*text)++;
	if (!**text)
		return 0;
	*number = strtoull(*text, &end, 10);
	*text = end;
	return 1;
}

static inline void read_counters(const char *text, folder_sum_t *sum)
{
	sum->ring_count = 0;
	while (text && (text = strchr(text + 1, '[')) && sum->ring_count < RINGS_MOST) {
		uint64_t *values = (uint64_t *)(void *)&sum->rings[sum->ring_count++];
		for (size_t n = 0; n < sizeof(rs_ring_counters_t) / sizeof(uint64_t); n++)
			if (!next_number(&text, &values[n]))
				complain("the counters of a batch end early");
	}
}

static inline void add_rows(const walked_t *batch, const char *seq_base, uint32_t reader, folder_sum_t *sum)
{
	uint64_t base[RINGS_MOST] = {0}, processor, seq;
	while (next_number(&seq_base, &processor) && next_number(&seq_base, &seq))
		if (processor < RINGS_MOST)
			base[processor] = seq;
	for (uint64_t n = 0; n < batch->rows; n++) {
		const uint32_t begin = word32(batch->columns[LOGS_OFFSETS] + 4 * n);
		const uint32_t length = word32(batch->columns[LOGS_OFFSETS] + 4 * n + 4) - begin;
		const uint32_t class_ = word16(batch->columns[LOGS_CLASS] + 2 * n);
		const uint32_t ring = word16(batch->columns[LOGS_PROCESSOR] + 2 * n);
		REQUIRE(ring < RINGS_MOST && board->row_count < area.rows_most);
		sum->rows[ring]++;
		area.rows[board->row_count++] = (row_t){
			.index = batch->base_idx + word32(batch->columns[LOGS_IDX_DELTA] + 4 * n),
			.seq = base[ring] + word32(batch->columns[LOGS_SEQ_DELTA] + 4 * n),
			.ticks = word64(batch->columns[LOGS_TICKS] + 8 * n),
			.processor = ring,
			.pid = word32(batch->columns[LOGS_PID] + 4 * n),
			.tid = word32(batch->columns[LOGS_TID] + 4 * n),
			.type = word32(batch->columns[LOGS_TYPE] + 4 * n),
			.remarks = word32(batch->columns[LOGS_REMARKS] + 4 * n),
			.length = length,
			.checksum = fnv1a(FNV1A_START, batch->columns[LOGS_PAYLOAD] + begin, length),
			.reader_plus_1 = reader + 1,
			.flags = (uint16_t)(class_ >> 8),
			.kind = (uint8_t)(class_ & 3u),
			.severity = (uint8_t)(class_ >> 2 & 7u),
		};
	}
}

/* Returns 0 when there is no such segment. */
static inline int read_segment(const char *folder, uint32_t segment, uint32_t reader, int is_whole, folder_sum_t *sum)
{
	char path[PATH_BYTES + 96];
	file_t file;
	walked_t walked;
	int kind;

	snprintf(path, sizeof(path), "%s/logs/%06u.arrows", folder, segment);
	if (!read_file(path, &file))
		return 0;
	kind = walk_message(&file, 0, &walked);
	while (kind == 1 && (kind = walk_message(&file, walked.end, &walked)) == 1) {
		const uint8_t *message = fb_follow(file.bytes + walked.at + 8);
		sum->last_rows = walked.rows;
		add_rows(&walked, walk_value(message, "ringscope.seq_base"), reader, sum);
		read_counters(walk_value(message, "ringscope.counters"), sum);
	}
	if (is_whole && kind != 0)
		complain("%s is torn at byte %llu of %llu", path, (unsigned long long)walked.at, (unsigned long long)file.length);
	free(file.bytes);
	return 1;
}

/* Reads the folder of one reader, and checks that the last whole batch speaks of the rows that are there. */
static inline folder_sum_t read_folder(const char *folder, uint32_t reader, int is_whole)
{
	folder_sum_t sum = {0};
	for (uint32_t segment = 1; read_segment(folder, segment, reader, is_whole, &sum); segment++)
		;
	for (uint32_t n = 0; n < sum.ring_count; n++) {
		const rs_ring_counters_t *ring = &sum.rings[n];
		expect_equal("rows in the folder of ring", n, sum.rows[n], ring->read);
		expect_equal("attempts in the folder of ring", n, ring->read + ring->discarded + counters_lost(ring) + ring->pending,
			     ring->attempts);
	}
	return sum;
}

#endif /* KILL_FOLDER_ROWS_H */
