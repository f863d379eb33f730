/* SPDX-License-Identifier: MIT */
/* successor.c - see successor.h. */
#include "successor.h"

#include <string.h>

#include "configurations.h"
#include "reader.h"
#include "truth.h"

static checkpoint_t *half_to_write(state_t *state)
{
	return &state->checkpoints[has(CHECKPOINT_IN_HALVES) ? !state->generation : 0];
}

static const checkpoint_t *half_to_read(const state_t *state)
{
	return &state->checkpoints[has(CHECKPOINT_IN_HALVES) ? state->generation : 0];
}

/* Of what the reader knows of a ring, what its successor will find. */
static view_t kept(const view_t *view)
{
	view_t kept = *view;
	kept.limit = kept.horizon_attempts = kept.horizon_position = kept.has_jumped = 0;
	/* Stepped over and not yet met as a hole: looked for again. */
	kept.told_full = kept.told_big = kept.told_either = 0;
	return kept;
}

int checkpoint_is_new(const state_t *state)
{
	const checkpoint_t *last = half_to_read(state);
	for (int ring = 0; ring < configuration->rings; ring++) {
		const view_t view = kept(&state->reader.views[ring]);
		if (memcmp(&view, &last->views[ring], sizeof(view)))
			return 1;
	}
	return last->base != state->reader.base || memcmp(last->key, state->reader.last, sizeof(last->key));
}

void write_checkpoint_rings(state_t *state)
{
	for (int ring = 0; ring < configuration->rings; ring++)
		half_to_write(state)->views[ring] = kept(&state->reader.views[ring]);
}

void write_checkpoint_base(state_t *state)
{
	half_to_write(state)->base = state->reader.base;
	memcpy(half_to_write(state)->key, state->reader.last, sizeof(state->reader.last));
}

void write_generation(state_t *state)
{
	state->generation = !state->generation;
}

/* Whether a checkpoint counts the entry as delivered. */
static int is_covered(const checkpoint_t *checkpoint, const state_t *state, int write)
{
	const write_t *it = &state->writes[write];
	const uint8_t key[3] = {it->number_plus_1, planned[write].ring, it->position + 1};
	if (!configuration->is_clock_ordered)
		return it->number_plus_1 <= checkpoint->base;
	return memcmp(key, checkpoint->key, sizeof(key)) <= 0;
}

static int can_be_stored(const state_t *state, int write)
{
	return state->writes[write].seen == DELIVERED &&
	       (is_covered(half_to_read(state), state, write) || !has(CHECKPOINT_BEFORE_STORE));
}

int can_store(const state_t *state)
{
	for (int n = 0; configuration->reader_deaths && n < planned_count; n++)
		if (can_be_stored(state, n))
			return 1;
	return 0;
}

void store_rows(state_t *state)
{
	for (int n = 0; n < planned_count; n++)
		if (can_be_stored(state, n))
			state->writes[n].seen = STORED;
}

/* What the successor believes of an entry that its predecessor had looked at or not. */
static int seen_again(const state_t *state, int write)
{
	const write_t *it = &state->writes[write];
	const view_t *view = &half_to_read(state)->views[planned[write].ring];
	const int entry = truth_entry(it);

	if (it->seen == STORED)
		return STORED;
	if (!is_reserved(it) || entry >= view->scanned)
		return UNSEEN;
	if (it->seen == HELD || it->seen == DELIVERED)
		return is_covered(half_to_read(state), state, write) ? UNSTORED : HELD;
	return it->seen;
}

void replace_reader(state_t *state)
{
	uint8_t seen[WRITES];
	const checkpoint_t *found = half_to_read(state);

	state->reader_deaths_left--;
	for (int n = 0; n < planned_count; n++)
		seen[n] = seen_again(state, n);
	for (int n = 0; n < planned_count; n++)
		state->writes[n].seen = seen[n];
	memset(&state->reader, 0, sizeof(state->reader));
	state->reader.base = state->reader.decided = found->base;
	memcpy(state->reader.last, found->key, sizeof(found->key));
	for (int ring = 0; ring < configuration->rings; ring++) {
		view_t *view = &state->reader.views[ring];
		*view = found->views[ring];
		view->told_either = view->lost_full + view->too_big + view->mixed;
	}
}
