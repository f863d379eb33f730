/* SPDX-License-Identifier: MIT */
/* thread.c - see thread.h. */
#include "thread.h"

#include <pthread.h>

#include "atomics.h"
#include "host.h"
#include "host_thread.h"

__thread rs_thread_t rs_thread;

static pthread_key_t slot_key;
/* Of this process, not of the one that it was forked from. */
static uint64_t process_start, process_namespace;

static void give_back(void *slot)
{
	rs_intent_t *intent = slot;
	/* Ended in the middle of a write (pthread_exit or cancelled in a handler): the record must go on telling whose it was, and a thread
	 * that is not there any more counts as dead. */
	if (rs_thread.depth != 0)
		return;
	/* An owner without a start time counts as alive: between the two stores of the next owner nobody takes it for dead. */
	store_u64_relaxed(&intent->owner_start, 0);
	/* D2a: the thread writes no more, so nobody needs its records. */
	store_u64_release(&intent->owner, 0);
	/* Another key's destructor may still log: it begins anew. */
	rs_thread.table = NULL;
	rs_thread.slot = NULL;
}

/* A process that ends in order takes no slot with it; keys' destructors do not run for its main thread. The last of this
 * library's destructors: another may still log. */
__attribute__((destructor(101))) static void give_back_at_exit(void)
{
	if (rs_thread.slot && rs_thread.depth == 0)
		give_back(rs_thread.slot);
}

static void note_process(void)
{
	process_start = rs_host_process_start(rs_host_process_id());
	process_namespace = rs_host_process_namespace();
}

/* The child is another thread of another process: it may not write into its parent's records. */
static void after_fork(void)
{
	rs_thread = (rs_thread_t){0};
	note_process();
	pthread_setspecific(slot_key, NULL);
}

int rs_thread_setup(void)
{
	note_process();
	const int error = pthread_key_create(&slot_key, give_back);
	return error ? error : rs_host_at_fork(NULL, NULL, after_fork);
}

static rs_intent_t *claim_slot(const rs_intent_table_t *table, uint32_t pid, uint32_t tid)
{
	const uint64_t owner = (uint64_t)pid << 32 | tid;
	for (uint32_t n = 0; n < table->count; n++) {
		rs_intent_t *slot = &table->slots[(tid + n) % table->count];
		uint64_t free_owner = 0;
		/* D2b: what the thread before wrote there is behind us. */
		if (load_u64_relaxed(&slot->owner) != 0 || !swap_u64_full(&slot->owner, &free_owner, owner))
			continue;
		for (uint32_t depth = 0; depth < RS_INTENT_DEPTH; depth++)
			store_u32_relaxed(&slot->records[depth].ring_plus_1, 0);
		store_u64_relaxed(&slot->deep_writes, 0);
		store_u64_relaxed(&slot->owner_namespace, process_namespace);
		store_u64_relaxed(&slot->owner_start, process_start);
		return slot;
	}
	return NULL;
}

static int is_needed(const rs_intent_t *slot, const rs_intent_table_t *table)
{
	for (uint32_t depth = 0; depth < RS_INTENT_DEPTH; depth++) {
		const rs_intent_record_t *record = &slot->records[depth];
		const uint32_t ring = load_u32_relaxed(&record->ring_plus_1);
		if (ring == 0 || ring > table->ring_count)
			continue;
		/* Its end: a reader may have passed the padding and stand before the entry. */
		if (load_u64_relaxed(&record->position) + (uint64_t)load_u32_relaxed(&record->units) * 8 >
		    load_u64_relaxed(table->rings[ring - 1].floor_pos))
			return 1;
	}
	return 0;
}

void rs_thread_sweep(const rs_intent_table_t *table)
{
	for (uint32_t n = 0; n < table->count; n++) {
		rs_intent_t *slot = &table->slots[n];
		uint64_t owner = load_u64_acquire(&slot->owner);
		if (owner == 0 ||
		    rs_host_thread_alive(owner, load_u64_relaxed(&slot->owner_start), load_u64_relaxed(&slot->owner_namespace)) ||
		    is_needed(slot, table))
			continue;
		store_u64_relaxed(&slot->owner_start, 0);
		(void)swap_u64_full(&slot->owner, &owner, 0);
	}
}

void rs_thread_begin(const rs_intent_table_t *table)
{
	const uint32_t pid = rs_host_process_id();
	const uint32_t tid = rs_host_thread_id();

	/* Of a set that was opened before; not while an interrupted write of this thread still stands in it, nor what an
	 * interrupted first use has just claimed: that has no table yet. */
	if (rs_thread.table && rs_thread.slot && rs_thread.depth == 0)
		give_back(rs_thread.slot);
	rs_intent_t *slot = claim_slot(table, pid, tid);
	if (!slot) {
		rs_thread_sweep(table);
		slot = claim_slot(table, pid, tid);
	}
	if (!slot)
		/* U1a: before anything is reserved: a reader may not take the owners in the table for all there are. */
		store_u64_release(table->unlisted_writers, 1);
	rs_thread.pid = pid;
	rs_thread.tid = tid;
	rs_thread.slot = slot;
	rs_thread.records = slot ? slot->records : rs_thread.own;
	rs_thread.processor = rs_host_processor_word();
	/* A handler that came in between has claimed a slot of its own; it keeps the one that is written last and
	 * the other stays taken until the process ends. */
	barrier_signal();
	rs_thread.table = table;
	pthread_setspecific(slot_key, slot);
}
