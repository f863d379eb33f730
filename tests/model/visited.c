/* SPDX-License-Identifier: MIT */
/* visited.c - open addressing, doubled when two thirds are taken. See visited.h. */
#define _GNU_SOURCE
#include "visited.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static fingerprint_t *table;
static size_t capacity, used;

static uint64_t mix(uint64_t a, uint64_t b)
{
	const unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Two hashes that share nothing but the input (the secrets are those of wyhash). */
static fingerprint_t fingerprint_of(const uint8_t *from, size_t bytes)
{
	uint64_t a = 0x9E3779B97F4A7C15ull, b = 0xD6E8FEB86659FD93ull;

	for (size_t at = 0; at < bytes; at += 16) {
		uint64_t word[2];
		memcpy(word, from + at, 16);
		a = mix(a ^ word[0] ^ 0xA0761D6478BD642Full, word[1] ^ 0xE7037ED1A0B428DBull);
		b = mix(b ^ word[1] ^ 0x8EBC6AF09C88C6E3ull, word[0] ^ 0x589965CC75374CC3ull);
	}
	return (fingerprint_t){mix(a, 0x589965CC75374CC3ull), mix(b, 0x1D8E4E27C47D124Full) | 1};
}

/* Large pages: every access goes somewhere else. */
static fingerprint_t *make_table(size_t places)
{
	void *made = mmap(NULL, places * sizeof(fingerprint_t), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (made == MAP_FAILED) {
		fprintf(stderr, "no memory for %zu states\n", places);
		exit(2);
	}
	(void)madvise(made, places * sizeof(fingerprint_t), MADV_HUGEPAGE);
	return made;
}

static void give_back(fingerprint_t *it, size_t places)
{
	if (it)
		munmap(it, places * sizeof(fingerprint_t));
}

static int put(fingerprint_t it)
{
	for (size_t at = it.high & (capacity - 1);; at = (at + 1) & (capacity - 1)) {
		if (table[at].high == it.high && table[at].low == it.low)
			return 0;
		if (table[at].low == 0) {
			table[at] = it;
			return 1;
		}
	}
}

static void grow(void)
{
	fingerprint_t *before = table;
	const size_t count = capacity;

	capacity *= 2;
	table = make_table(capacity);
	for (size_t n = 0; n < count; n++)
		if (before[n].low)
			(void)put(before[n]);
	give_back(before, count);
}

void visited_clear(void)
{
	give_back(table, capacity);
	capacity = 1u << 16;
	used = 0;
	table = make_table(capacity);
}

fingerprint_t visited_prepare(const void *state, size_t bytes)
{
	const fingerprint_t made = fingerprint_of(state, bytes);
	__builtin_prefetch(&table[made.high & (capacity - 1)]);
	return made;
}

int visited_add(fingerprint_t fingerprint)
{
	if (!put(fingerprint))
		return 0;
	used++;
	if (used * 3 > capacity * 2)
		grow();
	return 1;
}
