/* SPDX-License-Identifier: MIT */
/*
 * memory.h - the shared words as a thread sees them: through a store buffer, or without one.
 *
 * MEMORY_SC: every store is seen at once. MEMORY_TSO: stores leave the buffer in order, and a locked instruction waits until
 * it is empty (x86-64). MEMORY_WEAK: stores to different words leave in any order that releases and fences allow, and the
 * storing half of a swap is one of them (arm64 without single-instruction atomics). Loads are done in program order.
 */
#ifndef MODEL_MEMORY_H
#define MODEL_MEMORY_H

#include "state.h"

enum memory_model { MEMORY_SC, MEMORY_TSO, MEMORY_WEAK };

uint16_t load(const state_t *state, int who, int address);
/* These return 0 where the instruction has to wait, and have done nothing then. */
int store(state_t *state, int who, int address, uint16_t value, int flags);
int fence(state_t *state, int who);
/* Whether a locked instruction on the word can be done now; then load, and store_locked when it succeeds. */
int can_lock(const state_t *state, int who, int address);
void store_locked(state_t *state, int who, int address, uint16_t value, int flags);
void store_locked_pair(state_t *state, int who, int address, uint16_t value, uint16_t second, int flags);
/* The n-th store of a buffer becomes visible, if it may be the next. */
int flush(state_t *state, int who, int n);

#endif /* MODEL_MEMORY_H */
