/* SPDX-License-Identifier: MIT */
/*
 * record.h - the private record of a stress thread: what it tried, and what the call returned.
 *
 * One file for each thread, mapped shared, so that it survives the thread's death. A record is claimed and marked
 * before the call and completed after it; nothing of the ring set is used for it. Read by tests/stress/oracle/records.ts, which
 * mirrors these offsets. Handlers of the same thread claim records of their own in between.
 */
#ifndef STRESS_RECORD_H
#define STRESS_RECORD_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define RECORD_MAGIC 0x0044524f43455253ull /* "SRECORD\0" */

enum record_state { RECORD_UNUSED = 0, RECORD_TRYING = 1, RECORD_RETURNED = 2 };

enum record_how {
	HOW_WRITE = 1,   /* rs_write, data */
	HOW_SEND = 2,    /* rs_send */
	HOW_TEXT = 3,    /* rs_write, text */
	HOW_LOG = 4,     /* rs_log: named in its text, since it carries no type and remarks */
	HOW_COMMIT = 5,  /* rs_reserve, rs_commit */
	HOW_DISCARD = 6, /* rs_reserve, rs_discard */
	HOW_WITNESS = 7  /* rs_send of a step of a chain, as the SQL view order_violations reads it */
};

typedef struct {
	uint32_t state;
	uint32_t how;
	uint32_t status;   /* rs_status_t */
	uint32_t depth;    /* 0 the thread itself, 1 a handler, 2 a handler in a handler … */
	uint32_t begin;    /* on the record's clock, before the call */
	uint32_t end;      /* after it */
	uint32_t length;   /* payload bytes asked for; UINT32_MAX: more than 32 bits hold */
	uint32_t checksum; /* FNV-1a of the whole payload */
	uint64_t seq;      /* this and the next two as the slot says */
	uint64_t index;
	uint32_t processor;
	uint32_t pid;
	uint32_t tid;
	uint16_t has_slot;
	uint8_t severity;
	uint8_t kind;
} record_t;

typedef struct {
	uint64_t magic;
	uint32_t thread; /* number over all processes; `type` of its entries */
	uint32_t capacity;
	uint32_t used; /* claimed records; may run past capacity */
	uint32_t clock; /* number of the clock of begin and end; 0: this thread's own */
	uint32_t is_done;     /* the thread ended in order */
	uint32_t pinned_plus_1; /* the only processor that it runs on; 0: it may move */
	uint32_t reserved[8];
	record_t records[];
} record_file_t;

_Static_assert(sizeof(record_t) == 64, "mirrored by oracle/records.ts");
_Static_assert(sizeof(record_file_t) == 64, "mirrored by oracle/records.ts");

/* Maps a new file of `bytes` zero bytes, or ends the program. */
static inline void *map_new_file(const char *path, size_t bytes)
{
	const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0 || ftruncate(file, (off_t)bytes) != 0) {
		perror(path);
		exit(3);
	}
	void *mapping = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	if (mapping == MAP_FAILED) {
		perror(path);
		exit(3);
	}
	return mapping;
}

static inline record_file_t *record_file_make(const char *folder, uint32_t thread, uint32_t capacity)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/thread-%05u.records", folder, thread);
	record_file_t *file = map_new_file(path, sizeof(record_file_t) + (size_t)capacity * sizeof(record_t));
	file->thread = thread;
	file->capacity = capacity;
	file->magic = RECORD_MAGIC;
	return file;
}

/* Claims the next record; null when the file is full. Any handler of the thread may come in between. */
static inline record_t *record_claim(record_file_t *file)
{
	const uint32_t number = __atomic_fetch_add(&file->used, 1, __ATOMIC_RELAXED);
	return number < file->capacity ? &file->records[number] : NULL;
}

static inline uint32_t record_number(const record_file_t *file, const record_t *record)
{
	return (uint32_t)(record - file->records);
}

/* A tick of the record's clock: before a call, and after it. The full ordering makes two stamps of two threads, where the
 * clock is shared, tell which call had returned when the other one began. */
static inline uint32_t record_tick(uint32_t *clock)
{
	return __atomic_fetch_add(clock, 1, __ATOMIC_SEQ_CST) + 1;
}

static inline void record_begin(record_t *record, uint32_t *clock)
{
	record->begin = record_tick(clock);
	__atomic_store_n(&record->state, RECORD_TRYING, __ATOMIC_RELEASE);
}

static inline void record_end(record_t *record, uint32_t *clock, uint32_t status)
{
	record->end = record_tick(clock);
	record->status = status;
	__atomic_store_n(&record->state, RECORD_RETURNED, __ATOMIC_RELEASE);
}

#endif /* STRESS_RECORD_H */
