/* SPDX-License-Identifier: MIT */
/*
 * events_main.c - the fuzz target for typed events without libFuzzer.
 *
 *     fuzz_events FOLDER                      plays the inputs that are kept there
 *     fuzz_events FOLDER --seed S --runs N    plays N inputs more that are made of them: parts put together, bytes changed
 *
 * What does not hold ends the program; the input that was being played stands before it, in hexadecimal. The last line is `N passed, 0 failed`.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz_events.h"
#include "sanitizer.h"

typedef struct {
	uint8_t *bytes;
	size_t count;
} kept_t;

static kept_t *kept;
static size_t kept_count;
static uint8_t played[EVENTS_INPUT_MAX];
static size_t played_bytes;

static void print_played(void)
{
	fprintf(stderr, "the input:");
	for (size_t n = 0; n < played_bytes; n++)
		fprintf(stderr, "%s%02x", n % 64 ? "" : "\n", played[n]);
	fputc('\n', stderr);
}

static void when_it_dies(int number)
{
	print_played();
	signal(number, SIG_DFL);
	raise(number);
}

static _Noreturn void give_up(const char *what, const char *about)
{
	fprintf(stderr, "%s %s\n", what, about);
	exit(2);
}

static void load(const char *folder)
{
	struct dirent **names;
	char path[4096];
	const int count = scandir(folder, &names, NULL, alphasort);
	if (count < 0)
		give_up("cannot read", folder);
	kept = calloc((size_t)count + 1, sizeof(*kept));
	for (int n = 0; kept && n < count; n++) {
		if (names[n]->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", folder, names[n]->d_name);
			FILE *file = fopen(path, "rb");
			if (!file)
				give_up("cannot open", path);
			kept_t *one = &kept[kept_count++];
			one->count = fread(played, 1, sizeof(played), file);
			one->bytes = malloc(one->count + 1);
			if (!one->bytes)
				give_up("no memory for", path);
			memcpy(one->bytes, played, one->count);
			fclose(file);
		}
		free(names[n]);
	}
	free(names);
	if (kept_count == 0)
		give_up("there is no input in", folder);
}

static void play(void)
{
	(void)LLVMFuzzerTestOneInput(played, played_bytes);
}

static uint64_t state;

/* xorshift64 (Marsaglia 2003). */
static uint64_t below(uint64_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % limit;
}

static void spoil(void)
{
	static const uint8_t telling[] = {0, 1, 2, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x14, 0x25, 0x2e, 0x30, 0x39, 0x73, 0x7f, 0x80, 0xc3, 0xd8, 0xff};
	for (uint64_t left = below(6); left > 0 && played_bytes > 0; left--)
		played[below(played_bytes)] = below(3) ? telling[below(sizeof(telling))] : (uint8_t)below(256);
}

/* The beginning of one kept input and the end of another, with some bytes changed. */
static void make_input(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15ull | 1u;
	const kept_t *first = &kept[below(kept_count)], *second = &kept[below(kept_count)];
	size_t from_first = below(2) ? first->count : below(first->count + 1);
	const size_t from_second = below(second->count + 1);
	memcpy(played, first->bytes, from_first);
	played_bytes = from_first;
	if (below(2) && from_first + from_second <= sizeof(played)) {
		memcpy(played + from_first, second->bytes + second->count - from_second, from_second);
		played_bytes += from_second;
	}
	spoil();
}

int main(int count, char **words)
{
	uint64_t seed = 1, runs = 0;
	if (count < 2)
		give_up("usage:", "fuzz_events FOLDER [--seed S] [--runs N]");
	for (int n = 2; n + 1 < count; n += 2)
		*(strcmp(words[n], "--seed") == 0 ? &seed : &runs) = strtoull(words[n + 1], NULL, 10);
#if SANITIZER_IS_ON
	__sanitizer_set_death_callback(print_played);
#endif
	signal(SIGABRT, when_it_dies);
	load(words[1]);
	for (size_t n = 0; n < kept_count; n++) {
		played_bytes = kept[n].count;
		memcpy(played, kept[n].bytes, played_bytes);
		play();
	}
	for (uint64_t n = 0; n < runs; n++) {
		make_input(seed + n);
		play();
	}
	for (size_t n = 0; n < kept_count; n++)
		free(kept[n].bytes);
	free(kept);
	printf("%llu passed, 0 failed\n", (unsigned long long)(kept_count + runs));
	return 0;
}
