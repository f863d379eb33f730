/* SPDX-License-Identifier: MIT */
/*
 * index_cap.c - rs_index_cap: what the one index counter of all processors can number. See rs_reader.h.
 *
 * Two threads on two processors take numbers as fast as they can. A cache line cannot change hands faster than between these two, so
 * more processors number no more together; on several sockets they number less.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "atomics.h"
#include "capture.h"

#define MEASURED_NS 4000000u
#define ADDS_PER_LOOK 64u

typedef struct {
	uint64_t counter __attribute__((aligned(RS_CACHE_LINE)));
	uint32_t ready __attribute__((aligned(RS_CACHE_LINE)));
	uint32_t is_over;
} race_t;

typedef struct {
	race_t *race;
	int processor;
	uint64_t adds;
} racer_t;

static void *take_numbers(void *argument)
{
	racer_t *racer = argument;
	race_t *race = racer->race;
	cpu_set_t only;

	CPU_ZERO(&only);
	CPU_SET((size_t)racer->processor, &only);
	(void)pthread_setaffinity_np(pthread_self(), sizeof(only), &only);
	(void)__atomic_add_fetch(&race->ready, 1, __ATOMIC_ACQ_REL);
	while (load_u32_acquire(&race->ready) < 3 && !load_u32_relaxed(&race->is_over))
		;
	while (!load_u32_relaxed(&race->is_over)) {
		for (uint32_t n = 0; n < ADDS_PER_LOOK; n++)
			(void)add_u64_full(&race->counter, 1);
		racer->adds += ADDS_PER_LOOK;
	}
	return NULL;
}

/* Two processors that this thread may use; 0 when there are not so many. */
static int find_two(int processors[2])
{
	cpu_set_t allowed;
	int found = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return 0;
	for (int n = 0; n < CPU_SETSIZE && found < 2; n++)
		if (CPU_ISSET((size_t)n, &allowed))
			processors[found++] = n;
	return found == 2;
}

uint64_t rs_index_cap(void)
{
	race_t race = {0};
	racer_t racers[2] = {{.race = &race}, {.race = &race}};
	pthread_t threads[2];
	int processors[2];
	uint32_t started = 0;
	uint64_t took = 0;

	if (!find_two(processors))
		return 0;
	for (; started < 2; started++) {
		racers[started].processor = processors[started];
		if (pthread_create(&threads[started], NULL, take_numbers, &racers[started]) != 0)
			break;
	}
	if (started == 2) {
		while (load_u32_acquire(&race.ready) < 2)
			sched_yield();
		const uint64_t start = rs_monotonic_ns();
		(void)__atomic_add_fetch(&race.ready, 1, __ATOMIC_ACQ_REL);
		rs_sleep_ns(MEASURED_NS);
		took = rs_monotonic_ns() - start;
	}
	store_u32_relaxed(&race.is_over, 1);
	for (uint32_t n = 0; n < started; n++)
		pthread_join(threads[n], NULL);
	return took ? (racers[0].adds + racers[1].adds) * 1000000000u / took : 0;
}
