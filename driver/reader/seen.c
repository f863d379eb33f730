/* SPDX-License-Identifier: MIT */
/* seen.c - see seen.h. */
#include "seen.h"

#include <stdlib.h>
#include <string.h>

/* The namespace that a kernel counts in: PROC_PID_INIT_INO of include/linux/proc_ns.h, the inode of /proc/1/ns/pid outside of containers. */
#define INIT_PID_NAMESPACE 0xeffffffcull

#define PLACES (2 * RS_SEEN_MAX)

rs_seen_t *rs_seen_new(void)
{
	rs_seen_t *seen = calloc(1, sizeof(*seen));
	if (seen)
		pthread_mutex_init(&seen->lock, NULL);
	return seen;
}

void rs_seen_free(rs_seen_t *seen)
{
	if (seen)
		pthread_mutex_destroy(&seen->lock);
	free(seen);
}

static void note(rs_seen_t *seen, uint64_t thread)
{
	/* Fibonacci hashing: the high half of the product mixes all bits. */
	uint32_t at = (uint32_t)((thread * 0x9e3779b97f4a7c15ull) >> 32) % PLACES;

	while (seen->places[at]) {
		if (seen->threads[seen->places[at] - 1] == thread)
			return;
		at = (at + 1) % PLACES;
	}
	if (seen->count == RS_SEEN_MAX)
		return;
	seen->threads[seen->count++] = thread;
	seen->places[at] = (uint16_t)seen->count;
}

void rs_seen_note(rs_seen_t *seen, const rs_batch_t *batch)
{
	uint64_t last = 0;

	pthread_mutex_lock(&seen->lock);
	for (uint32_t row = 0; row < batch->rows; row++) {
		const uint64_t thread = (uint64_t)batch->pid[row] << 32 | batch->tid[row];
		/* One thread writes many entries in a row. */
		if (row == 0 || thread != last)
			note(seen, thread);
		last = thread;
	}
	pthread_mutex_unlock(&seen->lock);
}

uint32_t rs_seen_count(rs_seen_t *seen)
{
	pthread_mutex_lock(&seen->lock);
	const uint32_t count = seen->count;
	pthread_mutex_unlock(&seen->lock);
	return count;
}

uint32_t rs_seen_take(rs_seen_t *seen, rs_writer_t *writers, uint32_t count)
{
	pthread_mutex_lock(&seen->lock);
	if (count > seen->count)
		count = seen->count;
	for (uint32_t n = 0; n < count; n++)
		writers[n] = (rs_writer_t){
			.name_space = INIT_PID_NAMESPACE,
			.pid = (uint32_t)(seen->threads[n] >> 32),
			.tid = (uint32_t)seen->threads[n],
		};
	seen->count = 0;
	memset(seen->places, 0, sizeof(seen->places));
	pthread_mutex_unlock(&seen->lock);
	return count;
}
