/* SPDX-License-Identifier: MIT */
/*
 * state.h - one state of the model: the shared words, the store buffers, what writers and reader remember, and the truth.
 *
 * A position counts slots; an entry takes one or two of them. The truth (write_t) is what no program can see: invariants
 * compare it with what the reader believes. Bytes only, and zero where unused, so that equal states are equal bytes.
 */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H

#include <stdint.h>

#define RINGS 2
#define SLOTS 4
#define CONTEXTS 4
#define THREADS 3
#define WRITES 8
#define STORES 10
#define PASSED 3
#define READER THREADS /* whose store buffer */

/* Addresses of shared words. ATTEMPTS follows POSITION: the two halves of a reserve word. */
enum {
	POSITION,
	ATTEMPTS,
	READ_POS,
	OLDEST_POS,
	LOST_FULL,
	TOO_BIG,
	STATE,
	DATA = STATE + SLOTS,
	RING_WORDS = DATA + SLOTS,
	NEXT_INDEX = RINGS * RING_WORDS,
	INTENT_PLACE,
	INTENT_UNITS = INTENT_PLACE + CONTEXTS,
	SHARED_WORDS = INTENT_UNITS + CONTEXTS
};
#define AT(ring, word) ((ring) * RING_WORDS + (word))

/* A state word: 3 bits state, 3 bits units, 6 bits position, and whether the ring set's key is in the tag. */
enum entry_state { NONE, RESERVED, COMMITTED, DISCARDED, PADDING, ABANDONED, PAYLOAD = 7 };
#define KEYED 0x1000u
#define WORD(state, units, position) ((uint16_t)((state) | (units) << 3 | (position) << 6 | KEYED))
#define STATE_OF(word) ((word) & 7)
#define UNITS_OF(word) ((word) >> 3 & 7)
#define POSITION_OF(word) ((word) >> 6 & 63)

/* What an intent record says besides the length: ring and position, 0 for none. */
#define PLACE(ring, position) ((uint16_t)(((ring) + 1) << 8 | (position)))
#define PLACE_RING(place) (((place) >> 8) - 1)
#define PLACE_POSITION(place) ((place) & 255)

/* A store that its processor has done and nobody else can see yet. */
enum store_flags {
	STORE_RELEASE = 1, /* not before the stores in front of it */
	STORE_LOCKED = 2,  /* the second half of a swap: nobody else writes this word meanwhile */
	STORE_PAIR = 4,    /* both halves of a reserve word */
	STORE_FENCE = 8    /* no store: what is behind stays behind */
};
typedef struct {
	uint8_t address, flags;
	uint16_t value, second;
} store_t;

typedef struct {
	uint16_t count;
	store_t stores[STORES];
} buffer_t;

/* A writing context: a thread, or a handler that interrupts it. */
typedef struct {
	uint8_t pc;
	uint8_t done;               /* writes of its program that have returned */
	uint8_t position, attempts; /* the reserve word as it was loaded */
	uint8_t floor, length;      /* read_pos or oldest_pos; of the entry to evict */
	uint8_t was_full;           /* truth: there was no room when it looked */
	uint8_t after;              /* truth: the largest number of a write that had returned before this one began, plus one */
} context_t;

enum outcome { UNTRIED, REFUSED_FULL, REFUSED_BIG, IN_PROGRESS, IS_COMMITTED, IS_DISCARDED, IS_ABANDONED };
enum seen { UNSEEN, HELD, COPIED, DELIVERED, SKIPPED, LATE, STORED, UNSTORED, MISSED };

/* The truth about one write of the configuration's programs. */
typedef struct {
	uint8_t outcome;
	uint8_t position, padding; /* of the reservation, padding first */
	uint8_t seq_plus_1;
	uint8_t number_plus_1; /* index, or ticks in clock order */
	uint8_t seen;          /* what the reader has done with it */
} write_t;

/* What the reader knows of one ring. */
typedef struct {
	uint8_t scanned, cursor, limit;
	uint8_t horizon_attempts, horizon_position;
	uint8_t next_seq, stepped_over, has_jumped;
	uint8_t read, discarded, abandoned, lost_full, too_big, mixed, overwritten, late, stalled;
	uint8_t told_full, told_big, told_either;
	uint8_t passed[PASSED]; /* entries of writers that stand still: position + 1 */
} view_t;

typedef struct {
	uint8_t pc, ring, item;
	uint8_t has_horizon;
	uint8_t horizon_number; /* the index counter, or the watermark */
	uint8_t base, decided;  /* next index to deliver; below it what is unseen will never come */
	uint8_t last[3];        /* truth: the key of the row delivered last */
	uint8_t entry;          /* looked at: write + 1 */
	uint8_t here, is_marked, passed_at;
	uint8_t is_any_alive, is_any_dead, end, claim_end, begins;
	uint8_t part; /* of an extent that is given up: the entry behind its padding, then the rest */
	uint8_t copy;
	uint16_t word, copy_2;
	view_t views[RINGS];
} reader_t;

/* One half of what a reader leaves for the next. */
typedef struct {
	uint8_t base, key[3];
	view_t views[RINGS];
} checkpoint_t;

/* Another capture process, which also turns dead writers' entries into abandoned ones. */
typedef struct {
	uint8_t pc, position, units, padding, used;
	uint16_t word;
} neighbour_t;

enum life { ALIVE, DEAD };

typedef struct {
	uint16_t memory[SHARED_WORDS];
	buffer_t buffers[THREADS + 1];
	context_t contexts[CONTEXTS];
	write_t writes[WRITES];
	uint8_t life[THREADS];
	uint8_t clock;
	uint8_t deaths_left, passes_left, reader_deaths_left;
	uint8_t generation;
	checkpoint_t checkpoints[2];
	reader_t reader;
	neighbour_t neighbour;
} __attribute__((aligned(16))) state_t;

#endif /* MODEL_STATE_H */
