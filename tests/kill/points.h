/* SPDX-License-Identifier: MIT */
/*
 * points.h - every test point of the driver and the reader, in the order of a write, and what a death there means.
 *
 * The one list of this folder: victims are chosen from it, the histogram has a row for each of its lines, and
 * kill_test.ts compares it with the names in the sources, so that no point can be forgotten.
 */
#ifndef KILL_POINTS_H
#define KILL_POINTS_H

#include <stdint.h>
#include <string.h>

#include "rs_abi.h"

enum party { PARTY_WRITER, PARTY_READER };

/* How far a write has come that has passed a point and not yet the next one. */
enum stage {
	STAGE_OUTSIDE,  /* nothing is reserved */
	STAGE_SWAPPING, /* the swap comes next */
	STAGE_UNMARKED, /* reserved, not marked */
	STAGE_MARKED,   /* marked, not committed */
	STAGE_ENDING,   /* marked; the commit or discard comes next */
	STAGE_COMMITTED,
	STAGE_DISCARDED
};

/* Kinds of rings: a mode and an order. */
#define KINDS 4u
#define KIND_OF(mode, order) ((mode) * 2u + (order))
#define IN_ALL 15u
#define IN_OVERWRITE (1u << KIND_OF(RS_MODE_OVERWRITE, RS_ORDER_INDEX) | 1u << KIND_OF(RS_MODE_OVERWRITE, RS_ORDER_CLOCK))
#define IN_MERGING (IN_OVERWRITE | 1u << KIND_OF(RS_MODE_DISCARD, RS_ORDER_CLOCK))

typedef struct {
	const char *name;
	enum party party;
	uint32_t kinds; /* in which it is passed */
	enum stage stage;
	uint32_t often; /* passed about that often in a hundred writes or reads; 0: only beside a dead writer */
} point_t;

static const point_t points[] = {
	{"reserve:begin", PARTY_WRITER, IN_ALL, STAGE_OUTSIDE, 100},
	{"reserve:loaded", PARTY_WRITER, IN_ALL, STAGE_OUTSIDE, 100},
	{"evict:begin", PARTY_WRITER, IN_OVERWRITE, STAGE_OUTSIDE, 50},
	{"evict:looked", PARTY_WRITER, IN_OVERWRITE, STAGE_OUTSIDE, 50},
	{"evict:swapped", PARTY_WRITER, IN_OVERWRITE, STAGE_OUTSIDE, 50},
	{"reserve:intended", PARTY_WRITER, IN_ALL, STAGE_SWAPPING, 50},
	{"reserve:swapped", PARTY_WRITER, IN_ALL, STAGE_UNMARKED, 50},
	{"reserve:padded", PARTY_WRITER, IN_ALL, STAGE_UNMARKED, 2},
	{"reserve:marked", PARTY_WRITER, IN_ALL, STAGE_MARKED, 50},
	{"reserve:indexed", PARTY_WRITER, IN_ALL, STAGE_MARKED, 50},
	{"commit:begin", PARTY_WRITER, IN_ALL, STAGE_ENDING, 50},
	{"commit:done", PARTY_WRITER, IN_ALL, STAGE_COMMITTED, 50},
	{"discard:begin", PARTY_WRITER, IN_ALL, STAGE_ENDING, 4},
	{"discard:done", PARTY_WRITER, IN_ALL, STAGE_DISCARDED, 4},
	{"refuse:counted", PARTY_WRITER, IN_ALL, STAGE_OUTSIDE, 4},
	{"refuse:swapped", PARTY_WRITER, IN_ALL, STAGE_OUTSIDE, 4},
	{"read:looked", PARTY_READER, IN_ALL, STAGE_OUTSIDE, 100},
	{"read:copied", PARTY_READER, IN_ALL, STAGE_OUTSIDE, 100},
	{"read:owner", PARTY_READER, IN_ALL, STAGE_OUTSIDE, 0},
	{"read:emitting", PARTY_READER, IN_ALL, STAGE_OUTSIDE, 100},
	{"read:delivered", PARTY_READER, IN_MERGING, STAGE_OUTSIDE, 100},
};
#define POINTS (sizeof(points) / sizeof(points[0]))
#define POINT_UNKNOWN POINTS

static inline uint32_t point_number(const char *name)
{
	uint32_t n = 0;
	while (n < POINTS && strcmp(points[n].name, name) != 0)
		n++;
	return n;
}

#endif /* KILL_POINTS_H */
