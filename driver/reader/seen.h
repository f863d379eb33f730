/* SPDX-License-Identifier: MIT */
/*
 * seen.h - which threads a kernel's entries speak of, so that somebody can ask for their names while they run.
 *
 * A kernel's ring set does not say who writes: its writers are processors. Filled by the writer of the folder, emptied by whoever asks.
 */
#ifndef RS_SEEN_H
#define RS_SEEN_H

#include "batch.h"

#define RS_SEEN_MAX 4096u /* between two questions; more are in the entries only */

typedef struct {
	pthread_mutex_t lock;
	uint64_t threads[RS_SEEN_MAX]; /* pid << 32 | tid */
	uint32_t count;
	uint16_t places[2 * RS_SEEN_MAX]; /* by hash: place in `threads` and 1, 0: free */
} rs_seen_t;

/* Null without memory. */
rs_seen_t *rs_seen_new(void);
void rs_seen_free(rs_seen_t *seen);

/* Notes the threads of a batch's rows. */
void rs_seen_note(rs_seen_t *seen, const rs_batch_t *batch);
/* How many there are since the last rs_seen_take. */
uint32_t rs_seen_count(rs_seen_t *seen);
/* Gives at most `count` of them and forgets all. Returns how many. */
uint32_t rs_seen_take(rs_seen_t *seen, rs_writer_t *writers, uint32_t count);

#endif /* RS_SEEN_H */
