/* SPDX-License-Identifier: MIT */
/*
 * capture.h - the reader's private state. Nothing in here lies in shared memory.
 *
 *   device.c      opening a set of the Linux kernel driver
 *   drain.c       rounds: snapshot, scan, emit, return space; the loops over them; the end
 *   scan.c        first look at each entry of a ring, in ring order: validation, loss accounting
 *   place.c       delivery by placing: rows in index order, in discard mode
 *   merge.c       delivery by merging: clock order, and everything in overwrite mode
 *   emit.c        the batch under way; emission.h puts rows into it
 *   filter.c      which entries become rows
 *   copy.c        entries that wait for long are copied out of their rings (reorder.c holds the copies)
 *   hole.c        what a hole in seq means
 *   stall.c       writers that are dead or stand still inside an entry
 *   owner.c       whether the writer of an unfinished entry still lives
 *   seen.c        which threads a kernel's entries speak of
 *   checkpoint.c  taking over from an earlier reader, and leaving a mark for the next
 */
#ifndef RS_CAPTURE_H
#define RS_CAPTURE_H

#include "batch.h"
#include "filter.h"
#include "reorder.h"
#include "ringset_file.h"
#include "rs_reader.h"
#include "seen.h"

/* Attempts of one ring that are known to be lost, not yet written as a gap: the next neighbour is missing. */
typedef struct {
	uint64_t lost_full, overwritten, too_big, mixed, abandoned, corrupt, unstored;
} rs_hole_t;

typedef struct {
	uint64_t seq, idx, ticks;
	int is_known;
} rs_neighbour_t;

/* An entry that waits for its turn in the merge. Its key is its index, or its ticks in clock order. */
typedef struct {
	uint64_t key, position;
	uint64_t copy; /* in the reorder memory; 0: it is still in its ring */
} rs_waiting_t;

/* Those of one ring whose keys rise, in ring order: a circle of `capacity`, a power of two. */
typedef struct {
	rs_waiting_t *entries;
	uint64_t first, count, capacity;
	uint64_t copied; /* of the first ones, so many in a row are copies */
	uint64_t last_key;
} rs_queue_t;

/* One whose key is smaller than that of an entry before it in its ring: a nested write. */
typedef struct {
	rs_waiting_t waiting;
	uint32_t ring;
} rs_stray_t;

typedef struct {
	/* The ring. */
	const uint8_t *data;
	const rs_ring_page_t *page;
	rs_consumer_ring_t *consumer;
	uint32_t number;
	uint32_t processor;

	/* Where the reader is: everything below `cursor` is done with, below `scanned` has been looked at. */
	uint64_t cursor, scanned;
	uint64_t limit;            /* scan to here in this round */
	uint64_t horizon_position; /* when scanned reaches it, seqs below horizon_attempts are seen or lost */
	uint64_t horizon_attempts;
	uint64_t known_attempts;   /* the ring's attempts were at least this many */
	uint64_t held;             /* entries that were looked at and are not delivered */
	uint64_t copied;           /* of those, the ones whose space is free already */
	uint64_t copied_to;        /* placing: what is held before it has been copied */
	rs_queue_t queue;          /* merging */

	/* An entry that is not committed stops the scan. */
	int is_blocked;
	uint64_t blocked_position, blocked_since_ns, owner_checked_ns;

	/* Marked entries of living writers that were passed: the space from the first of them on is not free. */
	uint64_t passed[RS_PASSED_MAX];
	uint32_t passed_count;
	uint64_t passed_checked_ns;

	/* Overwrite mode. */
	int is_begun;   /* where this reader's account starts is known */
	int has_jumped; /* entries were overwritten since the last neighbour */
	/* What dead writers left, passed while another reader oversees: that one may die before it has come there. */
	struct {
		uint64_t position, bytes;
	} unfreed[RS_PASSED_MAX];
	uint32_t unfreed_count;

	/* The account, since the rings were made; `start` is where this capture began. */
	rs_checkpoint_t count;
	rs_checkpoint_t start;
	uint64_t unstored;
	uint64_t pending; /* set by the end of the capture */
	int is_final;
	uint64_t handed; /* rs_capture_next: of `read`, those before the entry that is out */
	uint64_t filtered; /* of `read`, those that became no row; since this capture began */

	/* Refusals by cause, since this capture began. */
	uint64_t lost_full, too_big, mixed;
	uint64_t wraps_start;
	uint64_t write_cost_start[RS_COST_BUCKETS];
	/* Of the driver's counters of refusals: those told apart and done with, and those met that may be of either kind. */
	uint64_t told_full, told_big, told_missed, told_either;

	int has_hole; /* `hole` is not all zero */
	rs_hole_t hole;
	uint64_t passed_abandoned, passed_corrupt; /* stepped over since the last neighbour, seq unknown */
	rs_neighbour_t previous;
} rs_ring_view_t;

struct rs_capture {
	rs_ringset_file_t file;
	uint32_t flags;
	uint32_t ring_count;
	uint32_t self_pid;
	uint64_t entry_bytes_max;
	int is_overwriting, is_clock_ordered;
	int is_merging; /* either of them */
	int is_kernel; /* the writers are a kernel's contexts */
	int is_image;  /* nobody writes any more */
	int is_overseer; /* overwrite mode: the one reader that turns dead writers' entries into abandoned ones */
	rs_ring_view_t *rings;
	rs_consumer_set_t *consumer_set;
	const uint64_t *next_index;

	/* Clock. */
	int is_clock_foreign; /* the rings' clock is not this machine's, or was set: no delivery times */
	int is_order_foreign; /* and nobody can log by it any more: clock order has nothing to wait for */
	rs_anchor_t first_anchor;
	uint64_t start_unstored, start_pending;

	/* Merging. `base` is the number of the next row here too. */
	uint32_t *heads; /* scratch: a heap of rings by the first of their queues */
	rs_stray_t *strays; /* a heap */
	uint64_t stray_count, stray_capacity;
	uint64_t base_ticks, base_ring_plus_1, base_position; /* clock order: the last that was delivered */
	uint64_t known_ticks; /* clock order: ticks up to here can be */

	rs_reorder_t reorder;
	uint64_t reorder_bytes;
	uint64_t stall_ns;
	rs_filter_t *filter; /* null: every entry becomes a row */

	/* Placement by index: slots[index & (window - 1)], for indexes in [base, base + reach). */
	uint64_t *slots;
	uint64_t window;
	uint64_t reach;
	uint64_t base;
	uint64_t decided;       /* an unseen index below it will never come; in clock order a clock */
	uint64_t known_index;   /* the global counter was at least this */
	uint64_t horizon_key;   /* becomes `decided` when every ring has passed its horizon */
	int has_horizon;
	uint64_t held;
	uint64_t generation;

	rs_pool_t pool;
	int has_pool;
	rs_batch_t *batch;
	uint64_t batch_number;
	uint64_t batch_age_ns;
	uint64_t counted_ns; /* when counters were last put into a batch */
	int has_news;        /* counters changed since */
	int was_woken;       /* the last pause was ended by the driver */
	int is_finishing; /* the horizon is the last one: nothing beyond it is taken */
	int must_refuse_far; /* the window cannot grow: an index beyond it is no index */

	/* rs_capture_next. */
	rs_batch_t *row_batch;
	uint32_t row_at;

	struct rs_store *store;
	rs_seen_t *seen; /* of a kernel's entries; else null */

	uint64_t *oldest; /* scratch: one position a ring */
	rs_capture_stats_t stats; /* the drainer's own */

	/* Read by other threads. */
	pthread_mutex_t stats_lock;
	rs_capture_stats_t public_stats;
	rs_ring_counters_t *published; /* counters as of the last round */
	uint32_t stop;
};

/* A slot of the placement window: 0 empty, 1 gone, or ring number, present bit, copied bit and the low bits of position / 8, of
 * a copy its number in the reorder memory. */
#define RS_SLOT_GONE 1ull
#define RS_SLOT_PRESENT (1ull << 47)
#define RS_SLOT_COPIED (1ull << 46)
#define RS_SLOT_POSITION_MASK (RS_SLOT_COPIED - 1)

static inline uint64_t rs_slot(const rs_ring_view_t *ring, uint64_t position)
{
	return (uint64_t)ring->number << 48 | RS_SLOT_PRESENT | (position >> 3 & RS_SLOT_POSITION_MASK);
}

static inline uint64_t rs_slot_of_copy(const rs_ring_view_t *ring, uint64_t copy)
{
	return (uint64_t)ring->number << 48 | RS_SLOT_PRESENT | RS_SLOT_COPIED | copy;
}

static inline rs_ring_view_t *rs_slot_ring(const rs_capture_t *capture, uint64_t slot)
{
	return &capture->rings[slot >> 48];
}

/* The number of a copy, or 0. */
static inline uint64_t rs_slot_copy(uint64_t slot)
{
	return slot & RS_SLOT_COPIED ? slot & RS_SLOT_POSITION_MASK : 0;
}

/* An entry that is held lies within one capacity of its ring's cursor, so the low bits tell the whole. */
static inline uint64_t rs_slot_position(const rs_ring_view_t *ring, uint64_t slot)
{
	const uint64_t units = ring->cursor >> 3;
	return (units + ((slot - units) & RS_SLOT_POSITION_MASK)) << 3;
}

/* scan.c: looks at new entries of one ring up to its limit. Returns how many were taken. */
uint64_t rs_scan_ring(rs_capture_t *capture, rs_ring_view_t *ring);
/* Overwrite mode: a reader that comes later knows nothing of what was there before the first thing that it meets, and the attempt
 * behind what it has stepped over so far is `seq`. */
void rs_scan_begin_account(rs_ring_view_t *ring, uint64_t seq);
/* Overwrite mode: 1 when the entry at `position` has made room, as far as loads before this call are concerned; `*oldest` is then
 * where what is left begins. */
int rs_scan_has_made_room(rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, uint64_t *oldest);
/* Reads the state word at a position: 1 when it carries its own tag and a length that can be. */
int rs_scan_word(const rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, uint64_t limit, uint64_t *word);
/* Bytes from a position to the next word that carries the tag of its own place, or to the limit. */
uint64_t rs_scan_gap(const rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, uint64_t limit);
/* 1 when a copied header contradicts neither itself nor the entry's length. */
int rs_scan_is_sound(const rs_entry_header_t *header, uint64_t units);

/* place.c and merge.c: an entry that was looked at waits for its turn. Returns 0 when its place is taken, or without memory. */
int rs_place_add(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t index, uint64_t position);
int rs_merge_add(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t key, uint64_t position);
/* Move rows whose turn has come into batches; `rows` grows by what a filter keeps back, too. Return RS_OK, or RS_AGAIN when the pool is empty. */
rs_status_t rs_place_emit(rs_capture_t *capture, uint64_t *rows);
rs_status_t rs_merge_emit(rs_capture_t *capture, uint64_t *rows);
/* Move cursors up to the first entry of each ring that is still held there. */
void rs_place_move_cursors(rs_capture_t *capture);
void rs_merge_move_cursors(rs_capture_t *capture);
/* Makes room for indexes farther from the base. Returns 0 when that is out of bounds. */
int rs_place_widen(rs_capture_t *capture);
void rs_merge_fini(rs_capture_t *capture);

/* Copies what waits in one ring before `limit`, in ring order, as far as there is memory. */
void rs_place_copy(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t limit);
void rs_merge_copy(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t limit);

/* copy.c: nothing moves: copies what waits in rings that are filling up, so that their space can be returned. */
void rs_copy_waiting(rs_capture_t *capture);
/* Copies the entry at a position that was looked at before, when it still has its key. The number of the copy, or 0. */
uint64_t rs_copy_entry(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t position, uint64_t key);
/* An entry that a producer has changed since it was looked at. */
void rs_count_changed(rs_capture_t *capture, rs_ring_view_t *ring);

/* stall.c: tries to get a blocked ring past the entry at `scanned`. Returns 1 when it has moved or may go on. */
int rs_stall_step_over(rs_capture_t *capture, rs_ring_view_t *ring);
/* Looks after entries that were passed: late commits, writers that have died since. */
void rs_stall_look_after(rs_capture_t *capture, rs_ring_view_t *ring);

/* emit.c: the batch under way, taken from the pool if there is none; null when the pool is empty. */
rs_batch_t *rs_emit_batch(rs_capture_t *capture, uint32_t wait_ms);
/* Hands the batch under way to the writer, with the counters of now. */
void rs_emit_seal(rs_capture_t *capture);

/* hole.c */
/* Attempts [next_seq, seq) were not seen. `next` is the neighbour that showed it, or null when the reserve word did. */
void rs_hole_account(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t seq, const rs_neighbour_t *next);
/* Writes the open hole as gaps, with or without a next neighbour. */
void rs_hole_flush(rs_capture_t *capture, rs_ring_view_t *ring, const rs_neighbour_t *next);
/* `met` refusals were counted by an earlier reader. */
void rs_hole_resume(rs_ring_view_t *ring, uint64_t met);
void rs_hole_counters(const rs_capture_t *capture, const rs_ring_view_t *ring, rs_ring_counters_t *counters);
uint64_t rs_hole_lost(const rs_ring_counters_t *counters);
#define RS_HOLE_GAPS_MAX 8u /* gap rows that one call may add */

/* owner.c: bytes that may be stepped over at a position of a ring because no living writer owns them, 0 while one may.
 * `is_marked` tells whether they begin with a mark. `*is_known` is 0 when nothing tells whose they were. */
uint64_t rs_owner_dead_bytes(const rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, int is_marked, uint64_t word,
			     int *is_known);
/* 1 when nobody who ever wrote, or made the rings, is left. */
int rs_owner_nobody_lives(const rs_capture_t *capture);
/* Overwrite mode: turns what a dead writer left at a position into something that makes room. 0 where another reader oversees, which may
 * not have come there yet. */
int rs_owner_abandon(rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, uint64_t bytes);

/* checkpoint.c */
rs_status_t rs_checkpoint_resume(rs_capture_t *capture, rs_message_t *message) RS_MUST_USE;
/* Overwrite mode: every reader begins with the oldest entries that are there. */
rs_status_t rs_checkpoint_begin(rs_capture_t *capture, rs_message_t *message) RS_MUST_USE;
void rs_checkpoint_publish(rs_capture_t *capture);
/* The first `read_total` entries of a ring are in safe hands. Called by the writer. */
void rs_checkpoint_stored(rs_capture_t *capture, uint32_t ring, uint64_t read_total);

#define RS_REACH_MIN 8192ull /* indexes of one round: their entries stay in the second-level cache until they are copied */

uint64_t rs_monotonic_ns(void);
void rs_sleep_ns(uint64_t ns);

/* drain.c: one round; adds the entries that it took. Returns RS_OK, or RS_AGAIN when the pool is empty. */
rs_status_t rs_drain_round(rs_capture_t *capture, uint64_t *rows);

/* store.c */
void rs_store_destroy(rs_capture_t *capture);

#endif /* RS_CAPTURE_H */
