/* SPDX-License-Identifier: MIT */
/* random_script.c - see random_script.h. */
#include "random_script.h"

#include <string.h>

#include "script.h"

/* splitmix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

uint64_t random_value(uint64_t *state)
{
	static const uint64_t near[] = {
		0, 1, 4096, 16384, 65536, 1ull << 31, 1ull << 32, 1ull << 34, 1ull << 63, UINT64_MAX, SCENE_INDEX, SCENE_SEQ(0), SCENE_SEQ(1),
	};
	const uint64_t draw = random_next(state);
	switch (draw & 7) {
	case 0:
		return random_next(state);
	case 1:
		return 1ull << (draw >> 8 & 63);
	case 2:
		return draw >> 8 & 0xff;
	case 3:
		return draw >> 8 & 0xffff;
	default:
		return near[(draw >> 8) % (sizeof(near) / sizeof(near[0]))] + (draw >> 16 & 127) - 32;
	}
}

static void put(uint8_t *to, uint64_t value, uint32_t bytes)
{
	for (uint32_t n = 0; n < bytes; n++)
		to[n] = (uint8_t)(value >> 8 * n);
}

static void random_step(uint64_t *state, int is_honest, uint8_t *to)
{
	static const uint8_t honest[] = {STEP_WRITE, STEP_WRITE, STEP_WRITE, STEP_WRITE, STEP_HOLD, STEP_HOLD, STEP_RELEASE, STEP_DIE};
	static const uint8_t ops[] = {
		STEP_SET, STEP_SET, STEP_XOR, STEP_ADD, STEP_ADD, STEP_FLIP, STEP_FLIP, STEP_COPY, STEP_MARK, STEP_MARK, STEP_FORGE, STEP_FORGE, STEP_FORGE, STEP_FILL, STEP_RESTORE,
		STEP_PLAN, STEP_WRITE, STEP_WRITE, STEP_HOLD, STEP_RELEASE, STEP_DIE,
	};
	static const uint8_t regions[] = {
		REGION_HEADER, REGION_SHARED, REGION_INTENTS, REGION_INTENTS, REGION_PAGE, REGION_PAGE, REGION_DATA, REGION_DATA,
		REGION_ENTRY, REGION_ENTRY, REGION_ENTRY, REGION_ENTRY, REGION_ENTRY, REGION_CONSUMER_SET, REGION_CONSUMER, REGION_CONSUMER,
	};
	const uint64_t draw = random_next(state);
	const uint32_t at = (uint32_t)(draw >> 32);
	to[0] = is_honest ? honest[draw % sizeof(honest)] : ops[draw % sizeof(ops)];
	to[1] = (uint8_t)(regions[(draw >> 8) % sizeof(regions)] | (draw >> 16 & 3) << 3);
	to[2] = (uint8_t)((draw >> 18) % WHENS | ((draw >> 24 & 7) < 5 ? 0 : draw >> 24 & 3) << 4);
	to[3] = (uint8_t)((draw >> 27 & 1 ? 3 : 63) & random_next(state));
	/* Counters stand at the beginning of their pages. */
	put(to + 4, draw >> 28 & 1 ? at % 48 * 8 : at, 2);
	put(to + 6, draw >> 29 & 1 ? random_next(state) : at % 14, 2);
	uint64_t value = random_value(state);
	if (to[0] == STEP_FORGE || to[0] == STEP_MARK) {
		if (draw >> 30 & 3)
			to[1] = (uint8_t)((to[1] & ~7u) | REGION_ENTRY);
		/* Units that an entry may have in most cases, states that stand for something, and numbers that are due. */
		const uint64_t more = random_next(state);
		const uint64_t units = more & 7 ? 7 + (more >> 16) % 60 : more >> 16 & 0xffff;
		const uint64_t numbers = more >> 3 & 3 ? 0 : random_next(state) << 19;
		value = (more >> 5 & 3 ? RS_STATE_COMMITTED : more >> 7 & 7) | units << RS_STATE_BITS | (more >> 32 & 7) << 48 | numbers;
	}
	put(to + 8, value, 8);
}

size_t random_script(uint64_t seed, uint8_t *bytes)
{
	uint64_t state = seed * 0xd1342543de82ef95ull;
	const uint64_t draw = random_next(&state);
	const uint32_t steps = draw >> 16 & 15 ? 1 + (uint32_t)(draw >> 20) % 6 : (uint32_t)(draw >> 20) % (STEPS_MAX + 1);
	/* Where nobody lies everything has to hold. */
	const int is_honest = (draw >> 40 & 7) == 0;
	bytes[0] = (uint8_t)draw;
	bytes[1] = (uint8_t)(draw >> 8);
	for (uint32_t n = 0; n < steps; n++)
		random_step(&state, is_honest, bytes + SCRIPT_HEADER_BYTES + n * STEP_BYTES);
	return SCRIPT_HEADER_BYTES + steps * STEP_BYTES;
}
