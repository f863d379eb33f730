/* SPDX-License-Identifier: MIT */
/* batch.c - see batch.h. */
#include "batch.h"

#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "host_file.h"
#include "host_thread.h"

#define BATCH_BYTES_MAX (8ull << 20)
#define BATCH_ROWS_DEFAULT 65536u
#define ROW_BYTES 40u

/* Gives out consecutive parts of one block, each on a cache line of its own. */
static void *carve(uint8_t **at, uint64_t bytes)
{
	void *part = *at;
	*at += (bytes + RS_CACHE_LINE - 1) & ~(uint64_t)(RS_CACHE_LINE - 1);
	return part;
}

/* With block null: how many bytes a batch needs. */
static uint64_t lay_out(rs_batch_t *batch, uint8_t *block, uint32_t rows, uint64_t payload, uint32_t rings)
{
	uint8_t *at = block;
	batch->rows_max = rows;
	batch->payload_max = payload;
	batch->idx_delta = carve(&at, rows * sizeof(uint32_t));
	batch->ticks = carve(&at, rows * sizeof(uint64_t));
	batch->seq_delta = carve(&at, rows * sizeof(uint32_t));
	batch->processor = carve(&at, rows * sizeof(uint16_t));
	batch->class_ = carve(&at, rows * sizeof(uint16_t));
	batch->pid = carve(&at, rows * sizeof(uint32_t));
	batch->tid = carve(&at, rows * sizeof(uint32_t));
	batch->type = carve(&at, rows * sizeof(uint32_t));
	batch->remarks = carve(&at, rows * sizeof(uint32_t));
	batch->offsets = carve(&at, (rows + 1ull) * sizeof(int32_t));
	batch->payload = carve(&at, payload + 8);
	batch->seq_base = carve(&at, rings * sizeof(uint64_t));
	batch->seq_known = carve(&at, rings * sizeof(uint64_t));
	batch->counters = carve(&at, rings * sizeof(rs_ring_counters_t));
	batch->read_total = carve(&at, rings * sizeof(uint64_t));
	batch->gaps = carve(&at, RS_BATCH_GAPS * sizeof(rs_gap_t));
	return (uint64_t)(at - block);
}

rs_status_t rs_pool_init(rs_pool_t *pool, uint64_t buffer_bytes, uint32_t batch_rows, uint32_t ring_count)
{
	rs_batch_t shape;

	memset(pool, 0, sizeof(*pool));
	if (buffer_bytes < RS_POOL_BYTES_MIN)
		return RS_BAD_ARGUMENT;
	const uint64_t share = buffer_bytes / 4 < BATCH_BYTES_MAX ? buffer_bytes / 4 : BATCH_BYTES_MAX;
	uint32_t rows = batch_rows ? batch_rows : BATCH_ROWS_DEFAULT;
	if (rows > share / (2 * ROW_BYTES))
		rows = (uint32_t)(share / (2 * ROW_BYTES));
	uint64_t payload = share - rows * (uint64_t)ROW_BYTES;
	if (payload < RS_ENTRY_BYTES_MAX)
		payload = RS_ENTRY_BYTES_MAX;
	/* Measured on a stand-in address: no pointer of `shape` is followed. */
	pool->batch_bytes = (lay_out(&shape, (uint8_t *)(uintptr_t)RS_REGION_ALIGN, rows, payload, ring_count) +
			     RS_REGION_ALIGN - 1) & ~(uint64_t)(RS_REGION_ALIGN - 1);
	pool->batch_count = (uint32_t)(buffer_bytes / share);
	pool->batches = calloc(pool->batch_count, sizeof(*pool->batches));
	if (!pool->batches)
		return RS_NO_MEMORY;
	/* Reserved now, backed when first used: an idle capture stays small. In huge pages where the system has them: on a
	 * virtual machine the first touch of a 4 KiB page costs up to 15 us, as much as draining hundreds of entries. */
	pool->bytes = pool->batch_bytes * pool->batch_count;
	pool->memory = rs_host_memory_take(pool->bytes, 1);
	if (!pool->memory) {
		rs_pool_fini(pool);
		return RS_NO_MEMORY;
	}
	/* Taken from the end, so that the first to be used comes first. */
	for (uint32_t n = pool->batch_count; n-- > 0;) {
		(void)lay_out(&pool->batches[n], pool->memory + n * pool->batch_bytes, rows, payload, ring_count);
		pool->batches[n].next = pool->free;
		pool->free = &pool->batches[n];
	}
	pthread_mutex_init(&pool->lock, NULL);
	rs_host_condition_init(&pool->changed);
	return RS_OK;
}

void rs_pool_fini(rs_pool_t *pool)
{
	if (pool->memory)
		rs_host_memory_give_back(pool->memory, pool->bytes);
	free(pool->batches);
	pool->memory = NULL;
	pool->batches = NULL;
	pool->batch_count = 0;
}

static uint64_t deadline_in(uint32_t wait_ms)
{
	return rs_monotonic_ns() + wait_ms * 1000000ull;
}

rs_batch_t *rs_pool_take_free(rs_pool_t *pool, uint32_t wait_ms)
{
	const uint64_t deadline = deadline_in(wait_ms);
	pthread_mutex_lock(&pool->lock);
	while (!pool->free && wait_ms && rs_host_condition_wait(&pool->changed, &pool->lock, deadline))
		;
	/* The one given back last: its pages are there and perhaps still in the cache. */
	rs_batch_t *batch = pool->free;
	if (batch) {
		pool->free = batch->next;
		pool->used_count++;
	}
	pthread_mutex_unlock(&pool->lock);
	if (batch) {
		batch->next = NULL;
		batch->rows = 0;
		batch->payload_bytes = 0;
		batch->offsets[0] = 0;
		batch->round_count = 0;
		batch->gap_count = 0;
		batch->opened_ns = 0;
	}
	return batch;
}

void rs_pool_put_full(rs_pool_t *pool, rs_batch_t *batch)
{
	pthread_mutex_lock(&pool->lock);
	batch->next = NULL;
	if (pool->full_last)
		pool->full_last->next = batch;
	else
		pool->full_first = batch;
	pool->full_last = batch;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
}

rs_batch_t *rs_pool_peek_full(rs_pool_t *pool, uint32_t wait_ms)
{
	const uint64_t deadline = deadline_in(wait_ms);
	pthread_mutex_lock(&pool->lock);
	while (!pool->full_first && !pool->is_ended && wait_ms &&
	       rs_host_condition_wait(&pool->changed, &pool->lock, deadline))
		;
	rs_batch_t *batch = pool->full_first;
	pthread_mutex_unlock(&pool->lock);
	return batch;
}

void rs_pool_release(rs_pool_t *pool, rs_batch_t *batch)
{
	pthread_mutex_lock(&pool->lock);
	pool->full_first = batch->next;
	if (!pool->full_first)
		pool->full_last = NULL;
	batch->next = pool->free;
	pool->free = batch;
	pool->used_count--;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
}

void rs_pool_end(rs_pool_t *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->is_ended = 1;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
}

int rs_pool_is_done(rs_pool_t *pool)
{
	pthread_mutex_lock(&pool->lock);
	const int is_done = pool->is_ended && !pool->full_first;
	pthread_mutex_unlock(&pool->lock);
	return is_done;
}

uint64_t rs_pool_used_bytes(rs_pool_t *pool)
{
	pthread_mutex_lock(&pool->lock);
	const uint64_t bytes = pool->used_count * pool->batch_bytes;
	pthread_mutex_unlock(&pool->lock);
	return bytes;
}
