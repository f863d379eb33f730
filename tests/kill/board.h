/* SPDX-License-Identifier: MIT */
/*
 * board.h - what the processes of one episode share beside the rings: the settings, a word for each process, and the two
 * logs that the oracle compares: what the producers tried, and what the readers delivered.
 *
 * Private memory of the program, inherited by its children. Nothing of a ring set is used for it, and it survives every
 * kill: a line of a log is complete before it is counted.
 */
#ifndef KILL_BOARD_H
#define KILL_BOARD_H

#include <sys/mman.h>
#include <time.h>

#include "../stress/programs/payload.h"
#include "../stress/programs/record.h"
#include "points.h"
#include "rs_reader.h"

#define RINGS_MOST 8u
#define THREADS_MOST 8u   /* of one producer */
#define PARTIES_MOST 96u  /* processes of one episode */
#define LOGS_MOST 512u    /* threads of one episode */
#define PATH_BYTES 256u

typedef struct {
	uint32_t seed;
	uint32_t mode, order, ring_count, ring_bytes, intent_count;
	uint32_t threads;         /* of each producer */
	uint32_t usual_max;       /* longest of the usual payloads */
	uint32_t depth_most;      /* handlers that interrupt each other, the thread itself included */
	uint32_t nest_per_mille;  /* of the test points at which a handler comes in */
	uint32_t pace_us;         /* longest pause between two attempts of a thread; 0: none */
	uint32_t reader_pause_us; /* longest pause between two looks of a reader */
	uint32_t disk_pause_us;   /* longest pause before a batch is stored */
} settings_t;

enum reading { READING_NEXT, READING_STORE, READING_THREADS, READINGS };

/* Where a reader is between its test points. */
enum reader_place { READER_OPENING = POINTS + 1, READER_DRAINING, READER_STORING, READER_RESTING, READER_FINISHING, PLACES };

static const char *const reader_places[] = {"reader: opening", "reader: draining", "reader: storing", "reader: between looks",
					    "reader: finishing"};

/* One process. Written by it, but for the words under "asked". */
typedef struct {
	uint32_t pid;
	uint32_t is_reader;
	uint32_t number;
	/* Asked of it. */
	uint32_t target;    /* point + 1 at which it kills itself; 0: nowhere */
	uint32_t countdown; /* occurrences of the target that are left */
	uint32_t stand_at;  /* point + 1 at which it stops next, until somebody lets it go on; 0: nowhere */
	uint32_t stop;
	uint32_t reading; /* enum reading */
	uint32_t batch_rows;
	/* A producer. */
	uint32_t first_log;
	uint32_t committed;
	/* A reader. */
	uint32_t is_open, is_finished;
	uint32_t is_complete; /* it ended after the last writer had: what it has counted is all there is */
	uint32_t idle_rounds; /* longest run of rounds without progress after the last writer had ended */
	uint64_t unstored;    /* what it says that the readers before it had taken and not stored */
	rs_ring_counters_t rings[RINGS_MOST];
	char complaint[600];
	/* Passed last: point or reader_place, each + 1. A reader has one. */
	uint32_t last[THREADS_MOST];
} party_t;

/* One row that a reader delivered. */
typedef struct {
	uint64_t index, seq, ticks;
	uint32_t processor, pid, tid, type, remarks, length, checksum;
	uint32_t reader_plus_1; /* written last; 0: the reader died before */
	uint16_t flags;
	uint8_t kind, severity;
	uint32_t reserved;
} row_t;

typedef struct {
	settings_t settings;
	char rings[PATH_BYTES];  /* path of the ring set */
	char folder[PATH_BYTES]; /* of the readers' folders */
	uint32_t clock;          /* of all attempts: one that had returned when another began has the smaller ticks */
	uint32_t is_quiet;       /* every writer has ended */
	char refusal[512];       /* why the rings could not be made */
	uint32_t unknown_points;
	uint32_t party_count, log_count, row_count;
	party_t parties[PARTIES_MOST];
} board_t;

static board_t *board;

/* Sized once by board_make. */
static struct {
	uint8_t *logs;
	uint8_t *points; /* of each record: the point that it passed last, + 1 */
	row_t *rows;
	uint32_t records; /* of each log */
	uint32_t rows_most;
	size_t log_bytes;
} area;

static inline void *map_shared(size_t bytes)
{
	void *mapping = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (mapping == MAP_FAILED) {
		perror("mmap");
		exit(3);
	}
	return mapping;
}

/* `records` are what one thread may try in an episode. */
static inline void board_make(uint32_t records, uint32_t rows_most)
{
	area.records = records;
	area.rows_most = rows_most;
	area.log_bytes = sizeof(record_file_t) + (size_t)records * sizeof(record_t);
	board = map_shared(sizeof(*board));
	area.logs = map_shared(area.log_bytes * LOGS_MOST);
	area.points = map_shared((size_t)records * LOGS_MOST);
	area.rows = map_shared((size_t)rows_most * sizeof(row_t));
}

static inline record_file_t *log_of(uint32_t number)
{
	return (record_file_t *)(void *)(area.logs + area.log_bytes * number);
}

static inline uint32_t log_used(const record_file_t *log)
{
	return log->used < log->capacity ? log->used : log->capacity;
}

static inline uint8_t *points_of(uint32_t log)
{
	return area.points + (size_t)area.records * log;
}

/* Only what was used: most of the areas is never touched. */
static inline void board_clear(void)
{
	for (uint32_t n = 0; n < board->log_count; n++) {
		const uint32_t used = log_used(log_of(n));
		memset(log_of(n), 0, sizeof(record_file_t) + used * sizeof(record_t));
		memset(points_of(n), 0, used);
	}
	memset(area.rows, 0, board->row_count * sizeof(row_t));
	memset(board, 0, sizeof(*board));
}

static inline uint32_t load_word(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void store_word(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* --- chance and time ----------------------------------------------------------------------------------------- */

static inline uint32_t draw(uint32_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return (uint32_t)((uint64_t)*state * below >> 32);
}

/* Never 0, where the generator would stay. */
static inline uint32_t draw_seed(uint32_t seed, uint32_t number)
{
	uint32_t state = (seed * 2654435761u ^ number * 40503u) | 1u;
	for (int n = 0; n < 8; n++)
		(void)draw(&state, 2);
	return state;
}

static inline uint64_t now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static inline void sleep_us(uint32_t us)
{
	const struct timespec pause = {(time_t)(us / 1000000u), (long)(us % 1000000u) * 1000};
	if (us)
		nanosleep(&pause, NULL);
}

#endif /* KILL_BOARD_H */
