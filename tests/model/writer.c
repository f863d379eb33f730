/* SPDX-License-Identifier: MIT */
/* writer.c - a write that finds room. See writer.h. */
#include "writer.h"

#include "configurations.h"
#include "invariants.h"
#include "points.h"
#include "rules.h"
#include "truth.h"

writer_t writer_of(state_t *state, int number)
{
	context_t *me = &state->contexts[number];
	const int write = first_write[number] + me->done;
	return (writer_t){
		.state = state,
		.me = me,
		.truth = &state->writes[write],
		.number = number,
		.who = configuration->contexts[number].thread,
		.write = write,
		.ring = planned[write].ring,
		.units = planned[write].units,
	};
}

int writer_is_where_it_dies(const state_t *state, int number)
{
	const int step = configuration->contexts[number].dies_at;
	return step && step == state->contexts[number].pc && state->contexts[number].done + 1 == write_count[number];
}

int writer_can_run(const state_t *state, int number)
{
	const planned_context_t *me = &configuration->contexts[number];
	if (state->life[me->thread] == DEAD || state->contexts[number].done == write_count[number])
		return 0;
	if (writer_is_where_it_dies(state, number))
		return 0;
	const int is_inside = state->contexts[number].pc != W_IDLE;
	for (int other = 0; other < context_count; other++) {
		const planned_context_t *them = &configuration->contexts[other];
		if (other != number && them->thread == me->thread && state->contexts[other].pc != W_IDLE &&
		    (them->depth > me->depth || (!is_inside && them->depth == me->depth)))
			return 0;
	}
	return 1;
}

int writer_choices(const state_t *state, int number)
{
	const int pc = state->contexts[number].pc;
	return (pc == W_CLOCK || pc == W_EARLY_CLOCK) && truth_is_clock_read(state) ? 2 : 1;
}

static int padding(const writer_t *w)
{
	return has(PADDING_AT_END) ? padding_of(w->me->position, w->units, configuration->slots) : 0;
}

static int state_address(const writer_t *w, int position)
{
	return AT(w->ring, STATE + position % configuration->slots);
}

/* Truth: no room at this moment, whatever was loaded before. */
static int is_full_now(const writer_t *w)
{
	const int position = truth_position(w->state, w->ring);
	return position + padding_of(position, w->units, configuration->slots) + w->units -
		       w->state->memory[AT(w->ring, READ_POS)] >
	       configuration->slots;
}

int writer_restart(writer_t *w)
{
	*w->me = (context_t){.pc = W_BEGIN, .done = w->me->done, .after = w->me->after};
	return 1;
}

void writer_decide_room(writer_t *w)
{
	const int configured_depth = !configuration->contexts[w->number].has_no_record && has(INTENT_BEFORE_SWAP);
	w->me->pc = configured_depth ? W_INTENT : has(CLOCK_AFTER_SWAP) ? W_SWAP : W_EARLY_CLOCK;
}

void writer_decide(writer_t *w)
{
	const int used = w->me->position - w->me->floor;
	const int is_stale = used < 0 || used > configuration->slots;

	if (!is_stale && used + padding(w) + w->units <= configuration->slots)
		writer_decide_room(w);
	else if (is_stale)
		w->me->pc = W_STALE;
	else
		w->me->pc = configuration->is_overwriting ? W_ROOM : W_CLEAR;
}

static void take_number(writer_t *w, int number)
{
	w->truth->number_plus_1 = number + 1;
	check_number(w->state, w->write, w->me->after);
}

static void return_from_write(writer_t *w)
{
	const int done = w->me->done + 1;
	*w->me = (context_t){.done = done};
}

static int swap(writer_t *w)
{
	const int position = AT(w->ring, POSITION);
	if (!can_lock(w->state, w->who, position))
		return 0;
	const uint16_t *found = &w->state->memory[position];
	if (found[0] != w->me->position || (has(SWAP_IS_ONE) && found[1] != w->me->attempts))
		return writer_restart(w);
	const int next = w->me->position + padding(w) + w->units;
	w->truth->outcome = IN_PROGRESS;
	w->truth->position = w->me->position;
	w->truth->padding = padding(w);
	if (has(SWAP_IS_ONE)) {
		w->truth->seq_plus_1 = w->me->attempts + 1;
		store_locked_pair(w->state, w->who, position, next, w->me->attempts + 1,
				  has(SWAP_RELEASED) ? STORE_RELEASE : 0);
		w->me->pc = W_FENCE;
	} else {
		store_locked(w->state, w->who, position, next, STORE_RELEASE);
		w->me->pc = W_ATTEMPTS;
	}
	reach(RESERVE_SWAPPED);
	w->me->attempts = w->me->floor = w->me->was_full = 0;
	return 1;
}

static int add_attempt(writer_t *w, int pc)
{
	const int attempts = AT(w->ring, ATTEMPTS);
	if (!can_lock(w->state, w->who, attempts))
		return 0;
	const int seq = w->state->memory[attempts];
	w->truth->seq_plus_1 = seq + 1;
	store_locked(w->state, w->who, attempts, seq + 1, STORE_RELEASE);
	w->me->pc = pc;
	return 1;
}

/* Behind the swap: where nothing is left to do before the padding, straight on to it. */
static int after_swap(writer_t *w)
{
	if (configuration->is_overwriting && has(FENCE_AFTER_EVICTION) && !fence(w->state, w->who))
		return 0;
	if (!has(INTENT_BEFORE_SWAP) && !configuration->contexts[w->number].has_no_record)
		w->me->pc = W_INTENT;
	else
		w->me->pc = padding(w) ? W_PAD : has(MARK_BEFORE_INDEX) ? W_MARK : W_INDEX;
	return 1;
}

static void after_mark(writer_t *w)
{
	reach(RESERVE_MARKED);
	if (configuration->is_clock_ordered) {
		reach(RESERVE_INDEXED);
		w->me->pc = has(CLOCK_AFTER_SWAP) ? W_CLOCK : W_FILL;
	} else if (has(MARK_BEFORE_INDEX) && has(INDEX_AFTER_SWAP)) {
		w->me->pc = W_INDEX;
	} else {
		w->me->pc = W_FILL;
	}
}

static int mark(writer_t *w)
{
	const int entry = truth_entry(w->truth);
	if (has(MARK_AFTER_SWAP) &&
	    !store(w->state, w->who, state_address(w, entry), WORD(RESERVED, w->units, entry), 0))
		return 0;
	after_mark(w);
	return 1;
}

static int take_index(writer_t *w, int pc)
{
	if (!can_lock(w->state, w->who, NEXT_INDEX))
		return 0;
	const int index = w->state->memory[NEXT_INDEX];
	take_number(w, index);
	store_locked(w->state, w->who, NEXT_INDEX, index + 1, has(INDEX_RELEASED) ? STORE_RELEASE : 0);
	w->me->pc = pc;
	return 1;
}

static int read_clock(writer_t *w, int choice, int pc)
{
	w->state->clock += choice;
	take_number(w, w->state->clock);
	w->me->pc = pc;
	return 1;
}

static int fill(writer_t *w)
{
	const int data = AT(w->ring, DATA + truth_entry(w->truth) % configuration->slots);
	if (!store(w->state, w->who, data, w->write + 1, 0))
		return 0;
	w->me->pc = w->units == 2 ? W_FILL_2 : W_COMMIT;
	if (w->units == 1 && !has(FILL_BEFORE_COMMIT))
		return_from_write(w);
	return 1;
}

uint16_t payload_of(const state_t *state, int write)
{
	if (configuration->is_payload_crafted) {
		const int next_lap = truth_entry(&state->writes[write]) + 1 + configuration->slots;
		return WORD(COMMITTED, 1, next_lap) & ~KEYED;
	}
	return configuration->is_payload_zero ? 0 : PAYLOAD | (write + 1) << 3;
}

static int fill_2(writer_t *w)
{
	if (!store(w->state, w->who, state_address(w, truth_entry(w->truth) + 1), payload_of(w->state, w->write), 0))
		return 0;
	w->me->pc = W_COMMIT;
	if (!has(FILL_BEFORE_COMMIT))
		return_from_write(w);
	return 1;
}

static int commit(writer_t *w)
{
	const int is_discarded = planned[w->write].is_discarded;
	const int entry = truth_entry(w->truth);
	const uint16_t word = WORD(is_discarded ? DISCARDED : COMMITTED, w->units, entry);
	if (!store(w->state, w->who, state_address(w, entry), word, has(COMMIT_RELEASED) ? STORE_RELEASE : 0))
		return 0;
	reach(is_discarded ? DISCARD_BEGIN : COMMIT_BEGIN);
	reach(is_discarded ? DISCARD_DONE : COMMIT_DONE);
	if (has(FILL_BEFORE_COMMIT))
		return_from_write(w);
	else
		w->me->pc = W_FILL;
	return 1;
}

static void after_intent(writer_t *w)
{
	reach(RESERVE_INTENDED);
	if (has(INTENT_BEFORE_SWAP))
		w->me->pc = has(CLOCK_AFTER_SWAP) ? W_SWAP : W_EARLY_CLOCK;
	else
		w->me->pc = padding(w) ? W_PAD : W_MARK;
}

/* Without INTENT_IN_ONE_WORD the position comes first, and the ring only after the length. */
static int store_intent(writer_t *w)
{
	const int address = INTENT_PLACE + w->number;
	const uint16_t before = load(w->state, w->who, address);
	const uint16_t place = has(INTENT_IN_ONE_WORD) || w->me->pc == W_INTENT_RING
				       ? PLACE(w->ring, w->me->position)
				       : PLACE(PLACE_RING(before), w->me->position);
	if (!store(w->state, w->who, address, place, has(INTENT_RELEASED) ? STORE_RELEASE : 0))
		return 0;
	if (w->me->pc == W_INTENT_RING)
		after_intent(w);
	else
		w->me->pc = W_INTENT_UNITS;
	return 1;
}

static int store_intent_units(writer_t *w)
{
	if (!store(w->state, w->who, INTENT_UNITS + w->number, padding(w) + w->units, 0))
		return 0;
	if (has(INTENT_IN_ONE_WORD))
		after_intent(w);
	else
		w->me->pc = W_INTENT_RING;
	return 1;
}

static int pad(writer_t *w)
{
	const uint16_t word = WORD(PADDING, w->truth->padding, w->truth->position);
	if (!store(w->state, w->who, state_address(w, w->truth->position), word, 0))
		return 0;
	reach(RESERVE_PADDED);
	w->me->pc = has(MARK_BEFORE_INDEX) ? W_MARK : W_INDEX;
	return 1;
}

static void load_attempts(writer_t *w)
{
	w->me->attempts = load(w->state, w->who, AT(w->ring, ATTEMPTS));
}

static int begin(writer_t *w)
{
	reach(RESERVE_BEGIN);
	w->me->was_full = 0;
	if (!configuration->is_attempts_last)
		load_attempts(w);
	w->me->pc = has(POSITION_BEFORE_FLOOR) ? W_POSITION : W_EARLY_FLOOR;
	return 1;
}

static int load_position(writer_t *w)
{
	w->me->position = load(w->state, w->who, AT(w->ring, POSITION));
	reach(RESERVE_LOADED);
	if (configuration->is_attempts_last && (w->units == TOO_BIG_UNITS || !has(POSITION_BEFORE_FLOOR)))
		load_attempts(w);
	if (w->units == TOO_BIG_UNITS) {
		w->me->pc = W_CLEAR;
	} else if (has(POSITION_BEFORE_FLOOR)) {
		w->me->pc = W_FLOOR;
	} else {
		w->me->was_full |= is_full_now(w);
		writer_decide(w);
	}
	return 1;
}

static int load_floor(writer_t *w)
{
	const int word = configuration->is_overwriting ? OLDEST_POS : READ_POS;
	const int is_early = w->me->pc == W_EARLY_FLOOR;
	w->me->floor = load(w->state, w->who, AT(w->ring, word));
	if (!configuration->is_overwriting)
		w->me->was_full |= is_full_now(w);
	if (is_early) {
		w->me->pc = W_POSITION;
		return 1;
	}
	if (configuration->is_attempts_last)
		load_attempts(w);
	writer_decide(w);
	return 1;
}

int writer_step(state_t *state, int number, int choice)
{
	writer_t w = writer_of(state, number);

	switch (w.me->pc) {
	case W_IDLE:
		w.me->after = truth_largest_returned(state);
		if (!has(INDEX_AFTER_SWAP) && !configuration->is_clock_ordered)
			return take_index(&w, W_BEGIN);
		return begin(&w);
	case W_BEGIN:
		return begin(&w);
	case W_EARLY_FLOOR:
	case W_FLOOR:
		return load_floor(&w);
	case W_POSITION:
		return load_position(&w);
	case W_INTENT:
	case W_INTENT_RING:
		return store_intent(&w);
	case W_INTENT_UNITS:
		return store_intent_units(&w);
	case W_EARLY_CLOCK:
		return read_clock(&w, choice, W_SWAP);
	case W_SWAP:
		return swap(&w) && (w.me->pc != W_FENCE || after_swap(&w));
	case W_ATTEMPTS:
		return add_attempt(&w, W_FENCE) && after_swap(&w);
	case W_PAD:
		return pad(&w);
	case W_MARK:
		return mark(&w);
	case W_INDEX:
		reach(RESERVE_INDEXED);
		return take_index(&w, !has(MARK_BEFORE_INDEX) ? W_MARK : has(FILL_BEFORE_COMMIT) ? W_FILL : W_COMMIT);
	case W_CLOCK:
		return read_clock(&w, choice, W_FILL);
	case W_FILL:
		return fill(&w);
	case W_FILL_2:
		return fill_2(&w);
	case W_COMMIT:
		return commit(&w);
	default:
		return writer_full_step(&w);
	}
}
