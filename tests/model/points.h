/* SPDX-License-Identifier: MIT */
/* points.h - the test points of the C code, by the same names, and which of them an exploration has reached. */
#ifndef MODEL_POINTS_H
#define MODEL_POINTS_H

enum point {
	RESERVE_BEGIN,
	RESERVE_LOADED,
	RESERVE_INTENDED,
	RESERVE_SWAPPED,
	RESERVE_PADDED,
	RESERVE_MARKED,
	RESERVE_INDEXED,
	COMMIT_BEGIN,
	COMMIT_DONE,
	DISCARD_BEGIN,
	DISCARD_DONE,
	REFUSE_COUNTED,
	REFUSE_SWAPPED,
	EVICT_BEGIN,
	EVICT_LOOKED,
	EVICT_SWAPPED,
	READ_LOOKED,
	READ_OWNER,
	READ_COPIED,
	READ_EMITTING,
	READ_DELIVERED,
	POINT_COUNT
};

extern const char *const point_names[POINT_COUNT];
extern unsigned points_reached;
/* Of the step under way: for the list of a counterexample. */
extern unsigned points_passed;

static inline void reach(enum point point)
{
	points_passed |= 1u << point;
}

#endif /* MODEL_POINTS_H */
