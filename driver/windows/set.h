/* SPDX-License-Identifier: MIT */
/*
 * set.h - the sets of this machine: making, starting, stopping, emptying, removing them.
 *
 * Everything here waits, and is called at PASSIVE_LEVEL with rs_win_sets_lock, but for what says otherwise.
 */
#ifndef RS_WIN_SET_H
#define RS_WIN_SET_H

#include "lock.h"
#include "memory.h"
#include "ringset.h"
#include "rs_dump.h"
#include "shell.h"

struct rs_win_file;

typedef struct {
	rs_producer_t producer;
	LIST_ENTRY in_sets;
	rs_set_header_t header; /* as it was made; nothing is read back from the pages */
	rs_win_memory_t shared, consumer;
	uint64_t memory; /* that counts against the limit */
	int64_t made_unix_ns;
	uint64_t anchor_generation;
	uint32_t place;  /* among the started ones + 1; 0: stopped */
	uint32_t users;  /* open files that have it selected */
	uint32_t mapped; /* open files that have been given its sections */
	uint64_t sources; /* that are on, of rs_device_windows.h */
	int is_ephemeral;
	struct rs_win_file *claimer;
	uint32_t claimer_pid;
	rs_dump_block_t *blocks; /* never mapped */
	uint32_t block_count;
} rs_win_set_t;

extern rs_win_lock_t rs_win_sets_lock;
extern LIST_ENTRY rs_win_sets;
extern uint32_t rs_win_set_count;
extern uint64_t rs_win_memory_used;
/* What the driver's parameters say; set before there is any set. */
extern uint64_t rs_win_memory_limit;
extern int rs_win_raw_pointers;

typedef struct {
	char name[RS_NAME_BYTES]; /* not empty */
	rs_plan_t plan;
	int is_ephemeral;
} rs_win_wish_t;

#define RS_WIN_SET_OF(entry) CONTAINING_RECORD(entry, rs_win_set_t, in_sets)

/* Null: there is none of that name. */
rs_win_set_t *rs_win_set_find(const char *name);
/* STATUS_OBJECT_NAME_COLLISION, STATUS_INVALID_PARAMETER, STATUS_QUOTA_EXCEEDED, STATUS_INSUFFICIENT_RESOURCES. */
NTSTATUS rs_win_set_make(const rs_win_wish_t *wish, rs_win_set_t **made);
void rs_win_set_start(rs_win_set_t *set);
void rs_win_set_stop(rs_win_set_t *set);
/* Not while it is mapped. */
void rs_win_set_reset(rs_win_set_t *set);
/* Not while it is mapped or selected. */
void rs_win_set_remove(rs_win_set_t *set);

/* Once a second: the anchors of all sets. Takes the lock itself. */
void rs_win_sets_anchor(void);

#endif /* RS_WIN_SET_H */
