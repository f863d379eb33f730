/* SPDX-License-Identifier: MIT */
/*
 * race.c - see race.h.
 *
 * By turns the liar has the first ring to itself, page and data, and then everything: in the first case the other rings have to come
 * out whole, in both nothing may be touched that is not there, and every account closes. Most lies are taken back soon, so
 * that what is read stays worth reading.
 */
#define _GNU_SOURCE
#include "race.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "play.h"
#include "random_script.h"
#include "sanitizer.h"

#define TURN_RUNS 64u

typedef struct {
	scene_t *scene;
	uint64_t state;
	int is_everywhere;
	int is_over;
} liar_t;

static double seconds_now(void)
{
	struct timespec now;
	timespec_get(&now, TIME_UTC);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t choose_offset(liar_t *liar)
{
	const scene_t *scene = liar->scene;
	const rs_set_header_t *header = &scene->header;
	const uint64_t draw = random_next(&liar->state);
	const uint64_t at = draw >> 32;
	switch (draw % (liar->is_everywhere ? 10 : 4)) {
	case 0:
		return header->ring_off + at % 40 * 8;
	case 1:
		return header->data_off + at % (header->ring_bytes / 8) * 8;
	case 2:
	case 3: {
		/* One of the first words of an entry. */
		const scene_entry_t *entry = &scene->entries[at % scene->entry_count];
		const uint64_t ring = liar->is_everywhere ? entry->ring : 0;
		return header->data_off + ring * header->ring_bytes +
		       ((entry->position + (draw >> 16) % 8 * 8) & (header->ring_bytes - 1));
	}
	case 4:
		return at % (sizeof(*header) / 8) * 8;
	case 5:
		return header->shared_off + at % 2 * RS_CACHE_LINE;
	case 6:
		return header->intent_off + at % (header->intent_count * sizeof(rs_intent_t) / 8) * 8;
	case 7:
		return header->consumer_off + at % 32 * 8;
	default:
		return header->consumer_off + sizeof(rs_consumer_set_t) +
		       at % header->ring_count * sizeof(rs_consumer_ring_t) + (draw >> 16) % 128 * 8;
	}
}

static uint64_t choose_lie(liar_t *liar, uint64_t offset, uint64_t found)
{
	const scene_t *scene = liar->scene;
	const uint64_t draw = random_next(&liar->state);
	switch (draw & 7) {
	case 0:
		return random_value(&liar->state);
	case 1:
		return found ^ 1ull << (draw >> 8 & 63);
	case 2:
	case 3:
		return found + (draw >> 8 & 31) - 16;
	case 4:
		return found ^ (draw >> 8 & 7);
	case 5:
		return *(const uint64_t *)(const void *)(scene->base + (offset ^ (8ull << (draw >> 8 & 7))));
	default: {
		const uint64_t data = offset - scene->header.data_off;
		if (data >= scene->header.ring_count * scene->header.ring_bytes)
			return found + (draw >> 8 & 0xffff);
		/* Tags stay right, lengths and states do not. */
		return (found & ~0x7ffffull) | (draw >> 8 & 7) | (draw >> 16 & 63) << RS_STATE_BITS;
	}
	}
}

static SANITIZER_SKIPS void *lie_on(void *argument)
{
	liar_t *liar = argument;
	const scene_t *scene = liar->scene;
	while (!__atomic_load_n(&liar->is_over, __ATOMIC_RELAXED)) {
		const uint64_t offset = choose_offset(liar);
		uint64_t *word = (uint64_t *)(void *)(scene->bytes + offset);
		const uint64_t was = *(const uint64_t *)(const void *)(scene->base + offset);
		const uint64_t lie = choose_lie(liar, offset, __atomic_load_n(word, __ATOMIC_RELAXED));
		/* Another ring's index would rightly be believed. */
		if (!liar->is_everywhere && lie - SCENE_INDEX < SCENE_INDEXES)
			continue;
		__atomic_store_n(word, lie, __ATOMIC_RELAXED);
		for (volatile uint64_t wait = random_next(&liar->state) & 1023; wait; wait--)
			;
		if (random_next(&liar->state) & 3)
			__atomic_store_n(word, was, __ATOMIC_RELAXED);
	}
	return NULL;
}

static touched_t touched_by(int is_everywhere)
{
	touched_t touched = {.page = {1}, .data = {1}};
	if (is_everywhere)
		memset(&touched, 1, sizeof(touched));
	return touched;
}

unsigned long long race(double seconds, uint64_t seed)
{
	const double until = seconds_now() + seconds;
	const uint32_t scenes = scene_make_all();
	liar_t liar = {.state = seed};
	unsigned long long runs = 0;

	for (uint32_t turn = 0; seconds_now() < until; turn++) {
		pthread_t thread;
		liar.scene = scene_at(turn / 2 % scenes);
		liar.is_everywhere = turn & 1;
		liar.is_over = 0;
		if (!liar.scene->name)
			continue;
		const touched_t touched = touched_by(liar.is_everywhere);
		if (pthread_create(&thread, NULL, lie_on, &liar) != 0)
			break;
		for (uint32_t n = 0; n < TURN_RUNS; n++, runs++) {
			const uint8_t bytes[SCRIPT_HEADER_BYTES] = {(uint8_t)(turn / 2 % scenes), (uint8_t)(turn * 7 + n * 11)};
			play_beside(bytes, sizeof(bytes), &touched);
		}
		__atomic_store_n(&liar.is_over, 1, __ATOMIC_RELAXED);
		pthread_join(thread, NULL);
		scene_restore(liar.scene, 1);
	}
	return runs;
}
