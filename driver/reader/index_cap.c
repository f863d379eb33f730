/* SPDX-License-Identifier: MIT */
/*
 * index_cap.c - rs_index_cap: what the one index counter of all processors can number. See rs_reader.h.
 *
 * Two threads on two processors count by turns: the counter's cache line goes to the other processor for each. Where writers never
 * pause it does that for each entry, however many they are; on several sockets the way is longer than between these two.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "atomics.h"
#include "capture.h"
#include "host_thread.h"

#define MEASURED_NS 4000000u
#define TURNS 256u /* of each thread in one sample */
#define SAMPLES_MAX 1024u
#define SAMPLES_MIN 16u

typedef struct {
	uint64_t counter __attribute__((aligned(RS_CACHE_LINE)));
	uint32_t ready __attribute__((aligned(RS_CACHE_LINE)));
	uint32_t is_over;
} race_t;

typedef struct {
	race_t *race;
	uint32_t number; /* 0 or 1 */
	uint32_t processor;
	uint32_t count;
	uint64_t samples_ns[SAMPLES_MAX];
} racer_t;

static void *take_turns(void *argument)
{
	racer_t *racer = argument;
	race_t *race = racer->race;

	rs_host_thread_keep_to(racer->processor);
	(void)__atomic_add_fetch(&race->ready, 1, __ATOMIC_ACQ_REL);
	while (load_u32_acquire(&race->ready) < 3 && !load_u32_relaxed(&race->is_over))
		;
	uint64_t start_ns = rs_monotonic_ns();
	for (uint32_t turns = 0; !load_u32_relaxed(&race->is_over);) {
		if ((load_u64_acquire(&race->counter) & 1) != racer->number)
			continue;
		(void)add_u64_full(&race->counter, 1);
		if (++turns < TURNS || racer->count == SAMPLES_MAX)
			continue;
		const uint64_t end_ns = rs_monotonic_ns();
		racer->samples_ns[racer->count++] = end_ns - start_ns;
		start_ns = end_ns;
		turns = 0;
	}
	return NULL;
}

static int compare_ns(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return (a > b) - (a < b);
}

/* Of the samples the one in the middle: in some of them somebody else had one of the processors. */
static uint64_t numbers_per_second(racer_t *racer)
{
	if (racer->count < SAMPLES_MIN)
		return 0;
	qsort(racer->samples_ns, racer->count, sizeof(racer->samples_ns[0]), compare_ns);
	const uint64_t median_ns = racer->samples_ns[racer->count / 2];
	return median_ns ? 2ull * TURNS * 1000000000u / median_ns : 0;
}

uint64_t rs_index_cap(void)
{
	race_t race = {0};
	racer_t racers[2] = {{.race = &race, .number = 0}, {.race = &race, .number = 1}};
	pthread_t threads[2];
	uint32_t processors[2];
	uint32_t started = 0;

	if (rs_host_processors_allowed(processors, 2) < 2)
		return 0;
	for (; started < 2; started++) {
		racers[started].processor = processors[started];
		if (pthread_create(&threads[started], NULL, take_turns, &racers[started]) != 0)
			break;
	}
	if (started == 2) {
		while (load_u32_acquire(&race.ready) < 2)
			sched_yield();
		(void)__atomic_add_fetch(&race.ready, 1, __ATOMIC_ACQ_REL);
		rs_sleep_ns(MEASURED_NS);
	}
	store_u32_relaxed(&race.is_over, 1);
	for (uint32_t n = 0; n < started; n++)
		pthread_join(threads[n], NULL);
	return numbers_per_second(&racers[0]);
}
