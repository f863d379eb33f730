/* SPDX-License-Identifier: MIT */
/* descriptor.c - see descriptor.h. */
#define RS_PLAIN_CALLS
#include "descriptor.h"

#include "dump.h"

uint64_t rs_win_descriptor_bytes(const rs_set_header_t *header)
{
	return rs_dump_block_count(header->total_bytes) * sizeof(rs_dump_block_t);
}

NTSTATUS rs_win_descriptor_allocate(rs_win_set_t *set)
{
	set->block_count = rs_dump_block_count(set->header.total_bytes);
	/* A whole number of pages begins on a page boundary (ExAllocatePoolWithTag). */
	set->blocks = rs_win_allocate(set->block_count * sizeof(*set->blocks));
	return set->blocks ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static uint64_t frame_of(const rs_win_set_t *set, uint64_t offset)
{
	return offset < set->header.consumer_off ? rs_win_memory_frame(&set->shared, offset)
						 : rs_win_memory_frame(&set->consumer, offset - set->header.consumer_off);
}

void rs_win_descriptor_fill(rs_win_set_t *set)
{
	const rs_dump_set_t described = {
		.set_id = set->header.set_id,
		.name = set->producer.name,
		.total_bytes = set->header.total_bytes,
		.made_unix_ns = set->made_unix_ns,
		.os = RS_DUMP_WINDOWS,
	};
	uint32_t n, i;

	for (n = 0; n < set->block_count; n++) {
		rs_dump_block_t *block = &set->blocks[n];

		rs_dump_block_begin(block, &described, n);
		for (i = 0; i < block->frame_count; i++)
			block->frame[i] = frame_of(set, ((uint64_t)block->first_page + i) * RS_PAGE_BYTES);
		rs_dump_block_finish(block);
	}
}

void rs_win_descriptor_erase(rs_win_set_t *set)
{
	uint32_t n;

	for (n = 0; n < set->block_count; n++)
		rs_dump_block_erase(&set->blocks[n]);
}

void rs_win_descriptor_free(rs_win_set_t *set)
{
	rs_win_free(set->blocks);
	set->blocks = NULL;
}
