/* SPDX-License-Identifier: MIT */
/* reorder.c - see reorder.h. Copies go one after the other into a chunk, and a chunk is used again when its last copy is gone. */
#include "reorder.h"

#include <stdlib.h>
#include <string.h>

#include "host_file.h"

rs_status_t rs_reorder_init(rs_reorder_t *reorder, uint64_t bytes)
{
	*reorder = (rs_reorder_t){0};
	const uint64_t wanted = bytes ? bytes : RS_REORDER_BYTES_DEFAULT;
	reorder->chunk_count = (wanted + RS_REORDER_CHUNK_BYTES - 1) / RS_REORDER_CHUNK_BYTES;
	reorder->live = calloc(reorder->chunk_count, sizeof(*reorder->live));
	reorder->memory = rs_host_memory_take(reorder->chunk_count * RS_REORDER_CHUNK_BYTES, 0);
	if (reorder->live && reorder->memory)
		return RS_OK;
	rs_reorder_fini(reorder);
	return RS_NO_MEMORY;
}

void rs_reorder_fini(rs_reorder_t *reorder)
{
	if (reorder->memory)
		rs_host_memory_give_back(reorder->memory, reorder->chunk_count * RS_REORDER_CHUNK_BYTES);
	free(reorder->live);
	*reorder = (rs_reorder_t){0};
}

static int go_to_free_chunk(rs_reorder_t *reorder)
{
	for (uint64_t n = 1; n <= reorder->chunk_count; n++) {
		const uint64_t chunk = (reorder->chunk + n) % reorder->chunk_count;
		if (reorder->live[chunk])
			continue;
		reorder->chunk = chunk;
		reorder->used = 0;
		return 1;
	}
	return 0;
}

uint64_t rs_reorder_take(rs_reorder_t *reorder, uint64_t bytes)
{
	if (!reorder->chunk_count || bytes > RS_REORDER_CHUNK_BYTES)
		return 0;
	if (reorder->used + bytes > RS_REORDER_CHUNK_BYTES && !go_to_free_chunk(reorder))
		return 0;
	const uint64_t at = reorder->chunk * RS_REORDER_CHUNK_BYTES + reorder->used;
	reorder->used += bytes;
	reorder->bytes += bytes;
	reorder->live[reorder->chunk]++;
	return at + 1;
}

uint8_t *rs_reorder_at(const rs_reorder_t *reorder, uint64_t copy)
{
	return reorder->memory + (copy - 1);
}

void rs_reorder_drop(rs_reorder_t *reorder, uint64_t copy, uint64_t bytes)
{
	const uint64_t chunk = (copy - 1) / RS_REORDER_CHUNK_BYTES;

	reorder->bytes -= bytes;
	if (--reorder->live[chunk] == 0 && chunk == reorder->chunk)
		reorder->used = 0;
	/* A stall is rare and may have taken much: an idle capture stays small. */
	if (reorder->bytes == 0)
		rs_host_memory_forget(reorder->memory, reorder->chunk_count * RS_REORDER_CHUNK_BYTES);
}
