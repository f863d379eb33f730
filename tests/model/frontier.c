/* SPDX-License-Identifier: MIT */
/* frontier.c - see frontier.h. */
#include "frontier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS (sizeof(state_t) / 8)
#define PACKED_MAX (sizeof(state_t) + WORDS)
#define CHUNK_BYTES (1u << 20)

_Static_assert(sizeof(state_t) % 16 == 0, "a state is packed and hashed by words");

typedef struct chunk {
	struct chunk *next;
	size_t length;
	uint8_t bytes[CHUNK_BYTES];
} chunk_t;

static chunk_t *first, *last;
static size_t taken; /* bytes of the first chunk */

/* For each word one byte that tells which of its bytes follow. Returns the length. */
static size_t pack(const state_t *state, uint8_t *packed)
{
	const uint8_t *from = (const uint8_t *)state;
	uint8_t *to = packed + WORDS;

	for (size_t n = 0; n < WORDS; n++, from += 8) {
		uint64_t word;
		unsigned present = 0;
		memcpy(&word, from, 8);
		for (int at = 0; word && at < 8; at++)
			if (from[at]) {
				present |= 1u << at;
				*to++ = from[at];
			}
		packed[n] = (uint8_t)present;
	}
	return (size_t)(to - packed);
}

static size_t unpack(const uint8_t *packed, state_t *state)
{
	uint8_t *to = (uint8_t *)state;
	const uint8_t *from = packed + WORDS;

	memset(state, 0, sizeof(*state));
	for (size_t n = 0; n < WORDS; n++)
		for (unsigned present = packed[n]; present; present &= present - 1)
			to[n * 8 + (unsigned)__builtin_ctz(present)] = *from++;
	return (size_t)(from - packed);
}

void frontier_clear(void)
{
	while (first) {
		chunk_t *next = first->next;
		free(first);
		first = next;
	}
	last = NULL;
	taken = 0;
}

void frontier_put(const state_t *state)
{
	if (!last || last->length + PACKED_MAX > CHUNK_BYTES) {
		chunk_t *made = malloc(sizeof(*made));
		if (!made) {
			fprintf(stderr, "no memory for the states that wait\n");
			exit(2);
		}
		made->next = NULL;
		made->length = 0;
		if (last)
			last->next = made;
		else
			first = made;
		last = made;
	}
	last->length += pack(state, last->bytes + last->length);
}

int frontier_take(state_t *state)
{
	if (first && taken == first->length && first->next) {
		chunk_t *next = first->next;
		free(first);
		first = next;
		taken = 0;
	}
	if (!first || taken == first->length)
		return 0;
	taken += unpack(first->bytes + taken, state);
	return 1;
}
