/* SPDX-License-Identifier: MIT */
/* truth.h - what really happened to each write, kept beside the protocol and never looked at by it. */
#ifndef MODEL_TRUTH_H
#define MODEL_TRUTH_H

#include "state.h"

/* A value reaches memory. */
void truth_lands(state_t *state, int address, uint16_t value);
/* The write whose entry begins at a position of a ring (behind its padding), or -1. */
int truth_at(const state_t *state, int ring, int position);
/* The write whose reservation covers a position, padding included, or -1. */
int truth_covering(const state_t *state, int ring, int position);
/* The end of the last reservation of a ring. */
int truth_position(const state_t *state, int ring);
/* Whether a writer, or anybody, has read the clock since it ticked last: where it ticks unread makes no difference. */
int truth_is_clock_written(const state_t *state);
int truth_is_clock_read(const state_t *state);
int truth_thread_of(int write);
/* Whether its writer may still store into the reservation. */
int truth_may_write(const state_t *state, int write);
/* Nobody can see the thread as dead before its stores have left the processor. */
int truth_is_known_dead(const state_t *state, int thread);
/* Largest number (index or ticks), plus one, of a write that has returned. */
int truth_largest_returned(const state_t *state);

static inline int truth_begin(const write_t *write)
{
	return write->position;
}

static inline int truth_entry(const write_t *write)
{
	return write->position + write->padding;
}

int truth_end(const state_t *state, int write);

static inline int is_reserved(const write_t *write)
{
	return write->outcome >= IN_PROGRESS;
}

#endif /* MODEL_TRUTH_H */
