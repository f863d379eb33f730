/* SPDX-License-Identifier: MIT */
/* every_field.c - see every_field.h. */
#include "every_field.h"

#include <string.h>

#include "play.h"
#include "random_script.h"
#include "script.h"

#define LIES 10u
#define ENTRIES 6u /* of each scene, from its first on */

/* When the lie is told, and how the reader comes. */
static const struct {
	enum step_when when;
	uint8_t count;
	uint8_t way;
} moments[] = {
	{WHEN_BEFORE, 0, WAY_FINISH},
	{WHEN_BETWEEN, 1, WAY_ONCE | 1 << 5},
	{WHEN_BETWEEN, 1, WAY_KILLED},
	{WHEN_LOADED, 1, WAY_FINISH},
	{WHEN_LOOKED, 0, WAY_FINISH},
	{WHEN_LOOKED, 5, WAY_NEXT},
};
#define MOMENTS (sizeof(moments) / sizeof(moments[0]))

static struct {
	uint64_t stride, count, played;
	uint64_t random;
} now;

static uint64_t lie_about(uint64_t value, uint32_t lie)
{
	const uint64_t lies[LIES] = {
		0, 1, UINT64_MAX, value + 1, value - 1, value + 8, value - 8, value ^ 1ull << 63, value ^ 1ull << 31, random_next(&now.random),
	};
	return lies[lie];
}

static void put(uint8_t *to, uint64_t value, uint32_t bytes)
{
	for (uint32_t n = 0; n < bytes; n++)
		to[n] = (uint8_t)(value >> 8 * n);
}

/* Every lie about one word of the file, at every moment. `at` and `more` are as in a step. */
static void lie_there(uint32_t scene, enum step_region region, uint32_t ring, uint32_t at, uint32_t more, uint64_t value)
{
	uint8_t bytes[SCRIPT_HEADER_BYTES + STEP_BYTES];

	for (uint32_t lie = 0; lie < LIES; lie++)
		for (uint32_t moment = 0; moment < MOMENTS; moment++) {
			uint8_t *step = bytes + SCRIPT_HEADER_BYTES;
			const uint64_t told = lie_about(value, lie);
			if (now.count++ % now.stride)
				continue;
			bytes[0] = (uint8_t)scene;
			bytes[1] = moments[moment].way;
			step[0] = STEP_SET;
			step[1] = (uint8_t)(region | ring << 3);
			step[2] = (uint8_t)moments[moment].when;
			step[3] = moments[moment].count;
			put(step + 4, at, 2);
			put(step + 6, more, 2);
			put(step + 8, told, 8);
			(void)play(bytes, sizeof(bytes));
			now.played++;
		}
}

static void lie_in_region(uint32_t number, enum step_region region, uint32_t ring)
{
	const scene_t *scene = scene_at(number);
	const uint8_t *base = scene->base + script_region_offset(scene, region, ring);
	for (uint32_t at = 0; at < script_region_bytes(scene, region); at += 8)
		lie_there(number, region, ring, at, 0, *(const uint64_t *)(const void *)(base + at));
}

static void lie_in_entries(uint32_t number)
{
	const scene_t *scene = scene_at(number);
	for (uint32_t entry = 0; entry < ENTRIES && entry < scene->entry_count; entry++) {
		const scene_entry_t *found = &scene->entries[entry];
		const uint8_t *ring = scene->base + script_region_offset(scene, REGION_DATA, found->ring);
		for (uint32_t field = 0; field < SCRIPT_FIELDS; field++) {
			const uint64_t at = (found->position + script_fields[field]) & (scene->header.ring_bytes - 1) & ~7ull;
			lie_there(number, REGION_ENTRY, 0, entry, field, *(const uint64_t *)(const void *)(ring + at));
		}
	}
}

unsigned long long every_field(uint64_t stride)
{
	static const enum step_region whole[] = {REGION_HEADER, REGION_SHARED, REGION_INTENTS, REGION_CONSUMER_SET};
	const uint32_t scenes = scene_make_all();

	memset(&now, 0, sizeof(now));
	now.stride = stride ? stride : 1;
	for (uint32_t number = 0; number < scenes; number++) {
		const scene_t *scene = scene_at(number);
		if (!scene->name)
			continue;
		for (uint32_t n = 0; n < sizeof(whole) / sizeof(whole[0]); n++)
			lie_in_region(number, whole[n], 0);
		for (uint32_t ring = 0; ring < scene->header.ring_count; ring++) {
			lie_in_region(number, REGION_PAGE, ring);
			lie_in_region(number, REGION_CONSUMER, ring);
		}
		lie_in_entries(number);
	}
	return now.played;
}
