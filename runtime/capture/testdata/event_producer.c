/* SPDX-License-Identifier: MIT */
/*
 * event_producer.c - logs typed events until it is killed, a new call site every so many: record_sites_test.ts kills its recorder meanwhile.
 *
 *     event_producer PIDFILE
 *
 * Writes its number to PIDFILE when it begins.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "rs_event.h"

#define EVENTS 20u

static void pause_ms(long ms)
{
	const struct timespec time = {.tv_nsec = ms * 1000000};
	(void)nanosleep(&time, NULL);
}

/* One call site each. */
#define SOME(number)                                                              \
	for (unsigned n = 0; n < EVENTS; n++) {                                   \
		(void)RS_EVENT(RS_INFO, step_##number, "n=%u of=%s", n, #number); \
		pause_ms(1);                                                      \
	}
#define TEN(digit)                                                                                                      \
	SOME(digit##0) SOME(digit##1) SOME(digit##2) SOME(digit##3) SOME(digit##4) SOME(digit##5) SOME(digit##6)        \
	SOME(digit##7) SOME(digit##8) SOME(digit##9)

int main(int count, char **words)
{
	FILE *file = count == 2 ? fopen(words[1], "w") : NULL;
	if (!file || fprintf(file, "%ld\n", (long)getpid()) < 0 || fclose(file) != 0)
		return 2;
	for (;;) {
		TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6) TEN(7) TEN(8) TEN(9)
	}
}
