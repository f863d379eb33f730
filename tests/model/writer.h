/* SPDX-License-Identifier: MIT */
/* writer.h - the steps of a write: driver/core/ring.h and ring.c, one access to shared memory in each step. */
#ifndef MODEL_WRITER_H
#define MODEL_WRITER_H

#include "state.h"

enum writer_pc {
	W_IDLE,
	W_BEGIN,
	W_EARLY_INDEX, /* only without INDEX_AFTER_SWAP */
	W_EARLY_FLOOR, /* only without POSITION_BEFORE_FLOOR */
	W_POSITION,
	W_FLOOR,
	W_STALE,
	W_ROOM,
	W_LOOK,
	W_PUSH,
	W_AGAIN,
	W_AGAIN_POSITION,
	W_INTENT,
	W_INTENT_UNITS,
	W_INTENT_RING, /* only without INTENT_IN_ONE_WORD */
	W_EARLY_CLOCK, /* only without CLOCK_AFTER_SWAP */
	W_SWAP,
	W_ATTEMPTS, /* only without SWAP_IS_ONE */
	W_FENCE,
	W_PAD,
	W_MARK,
	W_INDEX,
	W_CLOCK,
	W_FILL,
	W_FILL_2,
	W_COMMIT,
	W_CLEAR,
	W_COUNT,
	W_REFUSE,
	W_UNCOUNT
};

/* One context and the write it is at. */
typedef struct {
	state_t *state;
	context_t *me;
	write_t *truth;
	int number; /* of the context */
	int who;    /* its store buffer */
	int write, ring, units;
} writer_t;

writer_t writer_of(state_t *state, int number);
/* Whether it can do a step: alive, something left to write, and nothing deeper in between. */
int writer_can_run(const state_t *state, int number);
/* It stands where the configuration has it killed. */
int writer_is_where_it_dies(const state_t *state, int number);
/* 2 where the clock may tick or not, else 1. */
int writer_choices(const state_t *state, int number);
/* Returns 0 where it has to wait for its store buffer. */
int writer_step(state_t *state, int number, int choice);

/* Steps from "no room" on (full.c). */
int writer_full_step(writer_t *w);
int writer_restart(writer_t *w);
/* Leaves for the reservation, for eviction or for a refusal. */
void writer_decide(writer_t *w);
void writer_decide_room(writer_t *w);

static inline int padding_of(int position, int units, int slots)
{
	const int room = slots - position % slots;
	return room < units ? room : 0;
}

#endif /* MODEL_WRITER_H */
