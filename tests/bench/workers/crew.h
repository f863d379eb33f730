/* SPDX-License-Identifier: MIT */
/*
 * crew.h - up to four threads that do the same at once: the caller and helpers that sleep in between.
 *
 * Thread n is bound to the nth processor; where there are fewer, the threads share them in turns. What a thread does is then timed by
 * the processor time that it got itself, or the time of its neighbours would count as its own.
 */
#ifndef RS_BENCH_CREW_H
#define RS_BENCH_CREW_H

#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>

#include "worker.h"

#define CREW_MAX 4

typedef double (*work_t)(int member); /* returns its figure */

static struct {
	int processors; /* before anything was bound */
	int size;       /* of the crew at work */
	int helpers;    /* that have been started */
	uint32_t arrived;
	work_t prepare, work;
	double figures[CREW_MAX];
	sem_t wanted[CREW_MAX], done;
} crew;

/* Call it before the first pin(). */
static inline void crew_init(void)
{
	crew.processors = processors();
	crew.size = 1;
}

/* How many threads of the crew at work have the busiest processor. */
static inline int crew_sharing(void)
{
	return (crew.size + crew.processors - 1) / crew.processors;
}

static inline double crew_now_ns(void)
{
	struct timespec now;
	clock_gettime(crew_sharing() > 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static inline void crew_meet(uint32_t nth)
{
	__atomic_fetch_add(&crew.arrived, 1, __ATOMIC_ACQ_REL);
	while (__atomic_load_n(&crew.arrived, __ATOMIC_ACQUIRE) < nth * (uint32_t)crew.size)
		if (crew_sharing() > 1)
			sched_yield();
}

static inline void crew_turn(int member)
{
	crew_meet(1);
	if (crew.prepare)
		(void)crew.prepare(member);
	crew_meet(2);
	crew.figures[member] = crew.work(member);
}

static inline void *crew_helper(void *place)
{
	const int member = (int)(intptr_t)place;
	if (!pin(member % crew.processors))
		give_up("bind a thread", "the system refused");
	for (;;) {
		sem_wait(&crew.wanted[member]);
		crew_turn(member);
		sem_post(&crew.done);
	}
	return NULL;
}

/* Lets `size` threads prepare, meet, and work. Returns the mean of their figures. */
static inline double crew_work(int size, work_t prepare, work_t work)
{
	pthread_t thread;

	if (!crew.helpers && sem_init(&crew.done, 0, 0) != 0)
		give_up("start a thread", "the system refused");
	for (; crew.helpers < size - 1; crew.helpers++) {
		const int member = crew.helpers + 1;
		if (sem_init(&crew.wanted[member], 0, 0) != 0 ||
		    pthread_create(&thread, NULL, crew_helper, (void *)(intptr_t)member) != 0)
			give_up("start a thread", "the system refused");
	}
	crew.size = size;
	crew.prepare = prepare;
	crew.work = work;
	__atomic_store_n(&crew.arrived, 0, __ATOMIC_RELEASE);
	for (int member = 1; member < size; member++)
		sem_post(&crew.wanted[member]);
	crew_turn(0);
	for (int member = 1; member < size; member++)
		sem_wait(&crew.done);
	crew.size = 1;
	double sum = 0;
	for (int member = 0; member < size; member++)
		sum += crew.figures[member];
	return sum / size;
}

#endif /* RS_BENCH_CREW_H */
