/* SPDX-License-Identifier: MIT */
/*
 * invariants.h - what must hold, by its number in driver/DESIGN.md (16 to 18: README.md).
 *
 * Some can be seen in any state, some only while something happens, some only when nothing more will.
 */
#ifndef MODEL_INVARIANTS_H
#define MODEL_INVARIANTS_H

#include "state.h"

/* The first one that was found broken, and 0 otherwise. */
extern int broken;

static inline void expect(int invariant, int holds)
{
	if (!holds && !broken)
		broken = invariant;
}

/* All that can be seen in any state. */
void check_state(const state_t *state);

/* While something happens. */
void check_number(const state_t *state, int write, int after);
void check_refusal(int was_full);
void check_eviction(const state_t *state, int ring, int oldest, int next);
void check_delivery(state_t *state, int write);
void check_whole(const state_t *state, int write, uint16_t copy, uint16_t copy_2);
/* Attempts of a ring below `seq` that the reader has not seen are now counted as lost. */
void check_lost(const state_t *state, int ring, int seq);
void check_index_comes(const state_t *state, int write);
void check_returned_space(const state_t *state);

/* Lets the reader look for as long as it finds anything, while every living writer stands still, and checks 11 and 18. */
void check_end(const state_t *state);

#endif /* MODEL_INVARIANTS_H */
