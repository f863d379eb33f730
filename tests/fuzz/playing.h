/* SPDX-License-Identifier: MIT */
/*
 * playing.h - what is known of the script that is being played: the reader under way, what it brought out, what was seen of it.
 *
 *   play.c     the ways to read
 *   outcome.c  rows and batches as they come
 *   judge.c    what holds at the end
 */
#ifndef PLAYING_H
#define PLAYING_H

#include "capture.h"
#include "script.h"

#define RINGS_SEEN_MAX 256u
#define CAUSES 8u
#define FILTER_LEAST RS_INFO

typedef unsigned long long ull_t; /* for messages */

typedef struct {
	const uint8_t *bytes;
	size_t count;
	script_t script;
	rs_capture_t *capture;
	int is_first;  /* another reader comes after this one */
	int is_over;   /* the capture was brought to its end */
	int is_next;   /* rows are taken one by one */
	int is_stored, is_storing; /* batches go to a folder; that is under way */

	/* Of the capture under way. */
	uint64_t rows, gaps, batches, last_index;
	uint64_t rows_of[RINGS_SEEN_MAX]; /* by the first ring of that processor, as the next */
	uint64_t gaps_of[RINGS_SEEN_MAX][CAUSES];
	rs_ring_counters_t counters[RINGS_SEEN_MAX];
	rs_capture_stats_t stats;

	uint8_t is_delivered[SCENE_ENTRIES]; /* by either reader */
	uint64_t unstored; /* entries that the second reader says the first had and lost */
	uint64_t filtered; /* by either reader */
} playing_t;

extern playing_t playing;

__attribute__((format(printf, 1, 2), noreturn)) void playing_broken(const char *format, ...);

#define HOLDS(condition, ...)                          \
	do {                                           \
		if (__builtin_expect(!(condition), 0)) \
			playing_broken(__VA_ARGS__);   \
	} while (0)

/* outcome.c */
void outcome_see_row(const rs_row_t *row);
/* Does the writer's part: takes the oldest full batch; 0 when there is none. */
int outcome_take_batch(void);
void outcome_check_account(const rs_ring_counters_t *ring, const char *where);
uint64_t outcome_lost(const rs_ring_counters_t *ring);
/* 1 when no other ring has this one's processor number. */
int outcome_is_lone(uint32_t ring);

/* judge.c: the last capture came to its end. */
void judge(void);

#endif /* PLAYING_H */
