/* SPDX-License-Identifier: MIT */
/* full.c - a write that finds no room: eviction, refusal. See writer.h. */
#include "configurations.h"
#include "invariants.h"
#include "points.h"
#include "reader.h"
#include "rules.h"
#include "truth.h"
#include "writer.h"

static int counter(const writer_t *w)
{
	return AT(w->ring, w->units == TOO_BIG_UNITS ? TOO_BIG : LOST_FULL);
}

/* The head of the eviction loop, with the oldest position in `floor`. */
static void make_room(writer_t *w)
{
	const int used = w->me->position - w->me->floor;
	const int padding = padding_of(w->me->position, w->units, configuration->slots);

	if (used + padding + w->units <= configuration->slots) {
		writer_decide_room(w);
		return;
	}
	reach(EVICT_BEGIN);
	if (used >= 0 && used <= configuration->slots) {
		w->me->pc = W_LOOK;
	} else {
		reach(EVICT_LOOKED);
		w->me->pc = has(EVICT_LOOKS_AGAIN) ? W_AGAIN : W_CLEAR;
	}
}

static int is_finished(int state)
{
	if (!has(EVICT_FINISHED_ONLY))
		return 1;
	return state == COMMITTED || state == DISCARDED || state == PADDING || state == ABANDONED;
}

/* Truth: the oldest entry is one that nobody has finished. */
static int is_oldest_busy(const writer_t *w)
{
	const uint16_t *ring = &w->state->memory[AT(w->ring, 0)];
	const int oldest = ring[OLDEST_POS];
	const int write = truth_covering(w->state, w->ring, oldest);
	if (write < 0)
		return 0;
	return w->state->writes[write].outcome == IN_PROGRESS || !is_tagged(ring[STATE + oldest % configuration->slots], oldest);
}

static int look(writer_t *w)
{
	const int oldest = w->me->floor;
	const int slot = oldest % configuration->slots;
	const uint16_t word = load(w->state, w->who, AT(w->ring, STATE + slot));
	const int units = UNITS_OF(word);

	w->me->was_full = is_oldest_busy(w);
	w->me->length = 0;
	if (is_tagged(word, oldest) && is_finished(STATE_OF(word)) && units > 0 && units <= w->me->position - oldest)
		w->me->length = units;
	reach(EVICT_LOOKED);
	w->me->pc = w->me->length ? W_PUSH : has(EVICT_LOOKS_AGAIN) ? W_AGAIN : W_CLEAR;
	return 1;
}

static int push_oldest(writer_t *w)
{
	const int address = AT(w->ring, OLDEST_POS);
	const int next = w->me->floor + w->me->length;
	if (!can_lock(w->state, w->who, address))
		return 0;
	const int found = w->state->memory[address];
	if (found == w->me->floor || !has(EVICT_BY_SWAP)) {
		store_locked(w->state, w->who, address, next, has(EVICT_RELEASED) ? STORE_RELEASE : 0);
		w->me->floor = next;
	} else {
		w->me->floor = found;
	}
	w->me->length = 0;
	reach(EVICT_SWAPPED);
	make_room(w);
	return 1;
}

/* No order is asked of a counter, and none is explored. */
static void count(writer_t *w, int amount)
{
	w->state->memory[counter(w)] += amount;
}

static void end_refused(writer_t *w)
{
	const int is_big = w->units == TOO_BIG_UNITS;
	const int done = w->me->done + 1;
	w->truth->outcome = is_big ? REFUSED_BIG : REFUSED_FULL;
	check_refusal(is_big || w->me->was_full);
	reach(REFUSE_SWAPPED);
	*w->me = (context_t){.done = done};
}

static int refuse(writer_t *w)
{
	const int address = AT(w->ring, POSITION);
	const uint16_t *found = &w->state->memory[address];

	if (!has(REFUSAL_SWAPS)) {
		end_refused(w);
		return 1;
	}
	if (!has(SWAP_IS_ONE)) {
		if (!can_lock(w->state, w->who, address + 1))
			return 0;
		w->truth->seq_plus_1 = found[1] + 1;
		store_locked(w->state, w->who, address + 1, found[1] + 1, STORE_RELEASE);
		end_refused(w);
		return 1;
	}
	if (!can_lock(w->state, w->who, address))
		return 0;
	if (found[0] != w->me->position || found[1] != w->me->attempts) {
		w->me->pc = W_UNCOUNT;
		return 1;
	}
	w->truth->seq_plus_1 = w->me->attempts + 1;
	store_locked_pair(w->state, w->who, address, w->me->position, w->me->attempts + 1, STORE_RELEASE);
	end_refused(w);
	return 1;
}

int writer_full_step(writer_t *w)
{
	state_t *state = w->state;

	switch (w->me->pc) {
	case W_STALE:
		if (load(state, w->who, AT(w->ring, POSITION)) != w->me->position)
			return writer_restart(w);
		w->me->pc = configuration->is_overwriting ? W_ROOM : W_CLEAR;
		return 1;
	case W_ROOM:
		w->me->floor = load(state, w->who, AT(w->ring, OLDEST_POS));
		make_room(w);
		return 1;
	case W_LOOK:
		return look(w);
	case W_PUSH:
		return push_oldest(w);
	case W_AGAIN:
		if (load(state, w->who, AT(w->ring, OLDEST_POS)) != w->me->floor)
			return writer_restart(w);
		w->me->pc = W_AGAIN_POSITION;
		return 1;
	case W_AGAIN_POSITION:
		if (load(state, w->who, AT(w->ring, POSITION)) != w->me->position)
			return writer_restart(w);
		w->me->pc = W_CLEAR;
		return 1;
	case W_CLEAR:
		if (!configuration->contexts[w->number].has_no_record &&
		    !store(state, w->who, INTENT_PLACE + w->number, 0, has(INTENT_RELEASED) ? STORE_RELEASE : 0))
			return 0;
		w->me->pc = W_COUNT;
		return 1;
	case W_COUNT:
		reach(REFUSE_COUNTED);
		count(w, 1);
		w->me->pc = W_REFUSE;
		return 1;
	case W_REFUSE:
		return refuse(w);
	case W_UNCOUNT:
		count(w, -1);
		return writer_restart(w);
	default:
		return 0;
	}
}
