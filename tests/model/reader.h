/* SPDX-License-Identifier: MIT */
/*
 * reader.h - the steps of the reader: driver/reader, one access to shared memory in each step.
 *
 * A round: horizon, scan of each ring, decision, rows in order, space returned.
 *
 *   reader.c  rounds and horizon      scan.c    first look at each entry, and copies of it in overwrite mode
 *   owner.c   dead and stalled writers  abandon.c what it does with them in overwrite mode
 *   hole.c    account of what is missing  emit.c    delivery, return of space
 */
#ifndef MODEL_READER_H
#define MODEL_READER_H

#include "rules.h"
#include "state.h"

enum reader_pc {
	R_START,
	R_HORIZON,
	R_PASSED,
	R_PASSED_OLDEST,
	R_LIMIT,
	R_LOOK,
	R_LOOKED,
	R_HOLE,
	R_COPY,
	R_VALIDATE,
	R_BLOCKED,
	R_OWNER,
	R_BEGINS_FIRST,
	R_BEGINS_SECOND,
	R_STALLED,
	R_RELOOK,
	R_LOCK,
	R_SEEN,
	R_SEEN_OLDEST,
	R_ABANDON,
	R_EMIT,
	R_EMIT_2,
	R_EMITTED,
	R_AHEAD,
	R_CHECKPOINT,
	R_CHECKPOINT_BASE,
	R_GENERATION,
	R_PUBLISH
};

/* Choices are numbered so that the last one does the most. */
int reader_choices(const state_t *state);
int reader_step(state_t *state, int choice);

/* Which ring, and what is known of it. */
static inline view_t *view_of(state_t *state)
{
	return &state->reader.views[state->reader.ring];
}

static inline int is_tagged(uint16_t word, int position)
{
	if (STATE_OF(word) == NONE || STATE_OF(word) == PAYLOAD)
		return 0;
	if (has(TAG_HAS_KEY) && !(word & KEYED))
		return 0;
	return !has(TAG_HAS_POSITION) || POSITION_OF(word) == position;
}

/* reader.c */
int begin_ring(state_t *state);
int next_passed(state_t *state);
/* scan.c */
int scan_next(state_t *state);
int end_ring(state_t *state);
int has_made_room(state_t *state, int position, int *oldest);
int jump(state_t *state);
int scan_step(state_t *state);
/* owner.c */
int owner_step(state_t *state, int choice);
void forget_search(reader_t *reader);
int end_late(state_t *state);
int end_passed(state_t *state);
int pass_dead(state_t *state);
int leave(state_t *state);
/* abandon.c */
int begin_abandon(state_t *state);
int abandon_step(state_t *state);
int is_abandoning(const reader_t *reader);
/* hole.c */
void account(state_t *state, int seq, int is_neighbour);
/* emit.c */
int decide(state_t *state);
int emit_step(state_t *state, int choice);
uint16_t payload_of(const state_t *state, int write);

#endif /* MODEL_READER_H */
