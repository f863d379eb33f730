/* SPDX-License-Identifier: MIT */
/*
 * worker.h - what the programs of the bench share: a place, a clock, and rows that are measured when their names are asked for.
 *
 * A worker reads the name of a row from standard input, measures it once and answers with one line of numbers. main.ts asks the
 * workers by turns, so that what disturbs the machine hits all rows alike.
 */
#ifndef RS_BENCH_WORKER_H
#define RS_BENCH_WORKER_H

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
	const char *name;
	void (*measure)(void); /* prints one line of numbers */
} row_t;

static inline double now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Binds the calling thread to the nth processor that this process was given. Returns 0 when there are not so many. */
static inline int pin(int nth)
{
	static cpu_set_t given;
	static int is_known;
	cpu_set_t one;

	if (!is_known && sched_getaffinity(0, sizeof(given), &given) != 0)
		return 0;
	is_known = 1;
	for (size_t processor = 0; processor < CPU_SETSIZE; processor++) {
		if (!CPU_ISSET(processor, &given) || nth-- > 0)
			continue;
		CPU_ZERO(&one);
		CPU_SET(processor, &one);
		return sched_setaffinity(0, sizeof(one), &one) == 0;
	}
	return 0;
}

/* How many processors this process was given. */
static inline int processors(void)
{
	cpu_set_t given;
	return sched_getaffinity(0, sizeof(given), &given) == 0 ? CPU_COUNT(&given) : 1;
}

static inline void pause_ns(long ns)
{
	const struct timespec pause = {0, ns};
	nanosleep(&pause, NULL);
}

static inline _Noreturn void give_up(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

/* Measures what is asked for until standard input ends. */
static inline int serve(const row_t *rows, size_t count)
{
	char line[64];
	while (fgets(line, sizeof(line), stdin)) {
		size_t n = 0;
		line[strcspn(line, "\n")] = '\0';
		while (n < count && strcmp(line, rows[n].name) != 0)
			n++;
		if (n == count)
			give_up("there is no such row", line);
		rows[n].measure();
		fflush(stdout);
	}
	return 0;
}

#endif /* RS_BENCH_WORKER_H */
