/* SPDX-License-Identifier: MIT */
/*
 * thread.h - what a thread of a user-mode producer keeps for itself: its numbers, its nesting depth, its place
 * in the intent table. First use works in a signal handler; nothing here allocates.
 */
#ifndef RS_THREAD_H
#define RS_THREAD_H

#include "ring.h"

/* The intent table of a ring set that this process opened; its address names the set. */
typedef struct {
	rs_intent_t *slots;
	uint32_t count;
	uint32_t ring_count;
	const rs_ring_t *rings;
	uint64_t *unlisted_writers; /* in the shared page */
} rs_intent_table_t;

typedef struct {
	const rs_intent_table_t *table; /* the set that the rest belongs to; null: not used yet */
	rs_intent_t *slot;              /* null: the table was full */
	rs_intent_record_t *records;    /* RS_INTENT_DEPTH of them, in the slot or in `own` */
	const uint32_t *processor;      /* where the kernel keeps its number, or a number beyond any count */
	uint32_t pid;
	uint32_t tid;
	uint32_t depth; /* writes of this thread that are under way */
	uint32_t reserved;
	rs_intent_record_t spare; /* nested deeper than there are records */
	rs_intent_record_t own[RS_INTENT_DEPTH]; /* the table was full */
} rs_thread_t;

/* Initial-exec: a dynamic model would allocate on first use, perhaps inside a handler. */
extern __thread rs_thread_t rs_thread __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Fills rs_thread for the calling thread: one gettid, and one free slot claimed by compare-and-swap. Where the table is full of
 * processes that have ended, their slots are freed first. */
void rs_thread_begin(const rs_intent_table_t *table) __attribute__((cold, noinline));

/* Once for the process: gives the slot back when a thread ends, and renumbers the child of a fork. Returns 0 or an errno. */
int rs_thread_setup(void);

/* Frees the slots of processes that have ended, except where a ring still holds what they had reserved. */
void rs_thread_sweep(const rs_intent_table_t *table);

#endif /* RS_THREAD_H */
