/* SPDX-License-Identifier: MIT */
/*
 * judge.c - what holds at the end. See playing.h.
 *
 * Whatever a script does, every account closes. Beyond that, what it left alone is what it was: a ring in which nobody lied delivers all
 * that it owes, as it was written, once, and its account is true.
 */
#include "playing.h"

static void judge_capture(void)
{
	uint64_t rows = 0;
	for (uint32_t n = 0; n < playing.capture->ring_count; n++) {
		const rs_ring_counters_t *ring = &playing.counters[n];
		outcome_check_account(ring, "at the end");
		HOLDS(ring->filtered <= ring->read && (playing.script.is_filtering || !ring->filtered), "ring %u: %llu filtered of %llu", n,
		      (ull_t)ring->filtered, (ull_t)ring->read);
		rows += ring->read - ring->filtered;
		if (!outcome_is_lone(n) || playing.is_next || playing.script.way == WAY_STORE)
			continue;
		HOLDS(playing.rows_of[n] == ring->read - ring->filtered, "ring %u: %llu rows, read %llu, filtered %llu", n,
		      (ull_t)playing.rows_of[n], (ull_t)ring->read, (ull_t)ring->filtered);
		const uint64_t told[CAUSES] = {0, ring->lost_full, ring->overwritten, ring->too_big, ring->abandoned, ring->corrupt, ring->unstored, ring->mixed};
		for (uint32_t cause = 1; cause < CAUSES; cause++)
			HOLDS(playing.gaps_of[n][cause] == told[cause], "ring %u: gaps of cause %u say %llu, the counter %llu", n, cause,
			      (ull_t)playing.gaps_of[n][cause], (ull_t)told[cause]);
	}
	if (playing.script.way == WAY_STORE) {
		HOLDS(rows == playing.stats.entries, "%llu entries, but read %llu", (ull_t)playing.stats.entries, (ull_t)rows);
		return;
	}
	HOLDS(rows == playing.rows && playing.stats.entries == playing.rows, "%llu rows, but read %llu and entries %llu", (ull_t)playing.rows, (ull_t)rows,
	      (ull_t)playing.stats.entries);
	HOLDS(playing.is_next || playing.stats.gaps == playing.gaps, "%llu gaps, not %llu", (ull_t)playing.gaps, (ull_t)playing.stats.gaps);
	HOLDS(!playing.rows || playing.stats.last_index == playing.last_index, "the last index is %llx, not %llx", (ull_t)playing.last_index,
	      (ull_t)playing.stats.last_index);
	if (script_is_honest(&playing.script))
		HOLDS(playing.stats.violations == 0, "%llu violations where nobody lied", (ull_t)playing.stats.violations);
}

static uint64_t count_claims(const script_t *script)
{
	uint64_t claims = 0;
	for (uint32_t n = 0; n < SCENE_INDEXES; n++)
		claims += script->is_claimed[n];
	return claims;
}

/* An account is of as many attempts as there were, whatever stands in the data: only the reserve word and the checkpoint count. In overwrite
 * mode it begins with the first entry that is found, so that one may lie there too. */
static void judge_attempts(uint32_t number)
{
	const script_t *script = &playing.script;
	const scene_t *scene = script->scene;
	const rs_ring_counters_t *ring = &playing.counters[number];
	const int is_overwriting = scene->header.mode == RS_MODE_OVERWRITE;
	const uint64_t before = ((const rs_ring_page_t *)(const void *)(scene->base + scene->header.ring_off))[number].reserve.attempts;
	const uint64_t since = scene->pages[number].reserve.attempts - before;
	/* What made room before the reader came is not in its account, nor what was refused before the first entry that it believed. */
	const int is_begun_later = is_overwriting && (script->is_written[number] || script->touched.shared);
	const uint64_t least = is_begun_later ? 0 : scene->attempts[number];

	if (script->touched.header || script->touched.page[number] || script->touched.consumer[number] || script->touched.consumer_set ||
	    (is_overwriting && script->touched.data[number]))
		return;
	if (scene->is_measured && script->way != WAY_KILLED && script->way != WAY_AGAIN)
		HOLDS(ring->attempts >= least && ring->attempts <= scene->attempts[number] + since,
		      "ring %u: %llu attempts, not %llu to %llu", number, (ull_t)ring->attempts, (ull_t)least,
		      (ull_t)(scene->attempts[number] + since));
	HOLDS(ring->read <= ring->attempts && ring->discarded <= ring->attempts && outcome_lost(ring) <= ring->attempts &&
		      ring->pending <= ring->attempts,
	      "ring %u: more than all attempts", number);
}

/* Nothing is corrupt but entries whose index somebody else claimed. */
static void judge_honest_ring(uint32_t number)
{
	const script_t *script = &playing.script;
	const rs_ring_counters_t *ring = &playing.counters[number];

	if (script_is_ring_honest(script, number) && !script->scene->is_stuck[number] && !script->is_held[number])
		HOLDS(ring->corrupt <= count_claims(script), "ring %u: %llu corrupt where nobody lied", number, (ull_t)ring->corrupt);
}

static void judge_owed(void)
{
	const script_t *script = &playing.script;
	const scene_t *scene = script->scene;
	uint64_t missing = 0;
	for (uint32_t n = 0; n < scene->entry_count; n++) {
		const scene_entry_t *entry = &scene->entries[n];
		if (!entry->is_owed || playing.is_delivered[n] || !script_is_ring_honest(script, entry->ring) || !outcome_is_lone(entry->ring))
			continue;
		/* Whoever dies is known by the intents. */
		if (scene->is_stuck[entry->ring] && (script->touched.intents || script->is_unrecorded))
			continue;
		if (scene->header.order == RS_ORDER_INDEX && script->is_claimed[entry->index - SCENE_INDEX])
			continue;
		if (scene->header.mode == RS_MODE_OVERWRITE && script->is_written[entry->ring])
			continue;
		HOLDS(++missing <= playing.unstored + playing.filtered, "ring %u, seq %llu did not come, and nobody had touched it", entry->ring, (ull_t)entry->seq);
	}
}

/* Where the producer's half of a ring is true, no more space is returned than there was, and none that somebody is inside of. */
static void judge_space(uint32_t number)
{
	const script_t *script = &playing.script;
	const scene_t *scene = script->scene;
	const uint64_t read_pos = scene->consumers[number].read_pos;
	const uint64_t position = scene->pages[number].reserve.position;

	if (script->touched.header || script->touched.page[number] || script->touched.consumer[number] || scene->header.mode == RS_MODE_OVERWRITE)
		return;
	HOLDS(position - read_pos <= scene->header.ring_bytes, "ring %u: space up to %llx is returned, and there is %llx", number, (ull_t)read_pos,
	      (ull_t)position);
	if (!script_is_ring_honest(script, number) || script->touched.intents)
		return;
	for (uint32_t n = 0; n < script->held_count; n++)
		HOLDS(script->held[n].ring != number || script->held[n].position >= read_pos,
		      "ring %u: space up to %llx is returned, and somebody is inside of %llx", number, (ull_t)read_pos,
		      (ull_t)script->held[n].position);
}

void judge(void)
{
	if (!playing.capture || !playing.is_over)
		return;
	judge_capture();
	for (uint32_t n = 0; n < playing.script.scene->header.ring_count; n++) {
		judge_space(n);
		judge_attempts(n);
		judge_honest_ring(n);
	}
	if (playing.script.way != WAY_STORE)
		judge_owed();
}

