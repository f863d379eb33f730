/* SPDX-License-Identifier: MIT */
/*
 * producer.c - logs entries that a test knows in advance.
 *
 *     producer entries          one of each severity, three pieces of data, and a text with a line break
 *     producer burst N          N texts, "burst 0" to "burst N-1"
 *     producer forever          a text each millisecond until a signal ends it
 *     producer rings PATH N     makes a ring set at PATH, logs N texts into it, and keeps it
 *     producer own PATH MODE BYTES N   the same with rings of BYTES, MODE 0 (discard) or 1 (overwrite)
 *     producer until PATH       makes the file PATH.ready, then a text each millisecond until there is a file PATH, and one more
 *     producer memory PATH      makes a ring set in memory, writes into PATH.rings where it is, then as until
 *     producer overrun N        as burst, a quarter of it while its parent, who records it, is stopped: more than small rings hold
 *     producer stuck N [PATH]   logs N texts in another thread and stands still inside an entry, for three seconds or until there is a file PATH
 *     producer exit CODE        one text, then ends with CODE
 *     producer kill SIGNAL      one text, then dies of SIGNAL
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rs_log.h"

static void log_entries(void)
{
	static const char *const names[] = {"trace", "debug", "info", "warn", "error", "fatal"};
	static const unsigned char bytes[] = {0x00, 0xff, 0x0a, 0x2c};

	for (int severity = RS_TRACE; severity <= RS_FATAL; severity++)
		rs_log(severity, "this is %s", names[severity - 1]);
	rs_send(1, 10, bytes, sizeof(bytes));
	rs_send(2, 20, NULL, 0);
	rs_send(4000000000u, 30, "text", 4);
	rs_log(RS_INFO, "two\nlines, \"quoted\" | piped");
}

static void log_texts(unsigned long count)
{
	for (unsigned long n = 0; n < count; n++)
		rs_log(RS_INFO, "burst %lu", n);
}

/* On one processor: a hole lies between entries of its own ring, and another ring takes texts meanwhile. */
static void log_while_nobody_reads(unsigned long count)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	if (sched_setaffinity(0, sizeof(one), &one) != 0) {
		perror("producer: sched_setaffinity");
		exit(1);
	}
	for (unsigned long n = 0; n < count; n++) {
		if (n == count / 4)
			kill(getppid(), SIGSTOP);
		if (n == count / 2)
			kill(getppid(), SIGCONT);
		rs_log(RS_INFO, "burst %lu", n);
	}
}

static void pause_ms(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* Signals come between the texts: whoever dies inside an entry has lost it, and the tests want nothing lost. */
static void log_for_ever(void)
{
	sigset_t ending, before;
	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGHUP);
	for (;;) {
		sigprocmask(SIG_BLOCK, &ending, &before);
		rs_log(RS_INFO, "still here");
		sigprocmask(SIG_SETMASK, &before, NULL);
		pause_ms();
	}
}

static int log_into_own(const char *path, uint32_t mode, uint64_t ring_bytes, unsigned long count)
{
	char message[512];
	const rs_create_options_t options = {.mode = mode, .ring_bytes = ring_bytes};
	if (rs_create(path, &options, message, sizeof(message)) != RS_OK) {
		fprintf(stderr, "producer: %s\n", message);
		return 1;
	}
	log_texts(count);
	return 0;
}

static void log_until(const char *path)
{
	char ready[4096];
	snprintf(ready, sizeof(ready), "%s.ready", path);
	rs_log(RS_INFO, "still here");
	fclose(fopen(ready, "w"));
	/* One more: what was done before the file was made has an entry behind it. */
	for (int is_over = 0; !is_over;) {
		pause_ms();
		is_over = access(path, F_OK) == 0;
		rs_log(RS_INFO, "still here");
	}
}

static int log_into_memory(const char *path)
{
	char message[512], name[4096], rings[64];
	if (rs_create(NULL, NULL, message, sizeof(message)) != RS_OK || rs_path(rings, sizeof(rings)) != RS_OK) {
		fprintf(stderr, "producer: %s\n", message);
		return 1;
	}
	snprintf(name, sizeof(name), "%s.rings", path);
	FILE *file = fopen(name, "w");
	fputs(rings, file);
	fclose(file);
	log_until(path);
	return 0;
}

static unsigned long others;

static void *log_beside(void *argument)
{
	(void)argument;
	log_texts(others);
	return NULL;
}

static void stand_still(unsigned long count, const char *path)
{
	rs_slot_t slot;
	pthread_t thread;
	if (rs_reserve(RS_INFO, RS_KIND_DATA, 0, 0, 8, &slot) != RS_OK)
		abort();
	others = count;
	if (pthread_create(&thread, NULL, log_beside, NULL) != 0)
		abort();
	pthread_join(thread, NULL);
	if (!path)
		sleep(3);
	while (path && access(path, F_OK) != 0)
		pause_ms();
	memset(slot.payload, 0, 8);
	rs_commit(&slot);
	rs_log(RS_INFO, "and on");
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "entries";
	const unsigned long number = argc > 2 ? strtoul(argv[argc - 1], NULL, 10) : 0;

	if (strcmp(what, "entries") == 0) {
		log_entries();
	} else if (strcmp(what, "burst") == 0) {
		log_texts(number);
	} else if (strcmp(what, "forever") == 0) {
		log_for_ever();
	} else if (strcmp(what, "overrun") == 0) {
		log_while_nobody_reads(number);
	} else if (strcmp(what, "rings") == 0 && argc == 4) {
		char message[512];
		if (rs_create(argv[2], NULL, message, sizeof(message)) != RS_OK) {
			fprintf(stderr, "producer: %s\n", message);
			return 1;
		}
		log_texts(number);
	} else if (strcmp(what, "own") == 0 && argc == 6) {
		return log_into_own(argv[2], (uint32_t)strtoul(argv[3], NULL, 10), strtoull(argv[4], NULL, 10), number);
	} else if (strcmp(what, "until") == 0 && argc == 3) {
		log_until(argv[2]);
	} else if (strcmp(what, "memory") == 0 && argc == 3) {
		return log_into_memory(argv[2]);
	} else if (strcmp(what, "stuck") == 0 && argc > 2) {
		stand_still(strtoul(argv[2], NULL, 10), argc > 3 ? argv[3] : NULL);
	} else if (strcmp(what, "exit") == 0) {
		rs_log(RS_INFO, "ending with %lu", number);
		return (int)number;
	} else if (strcmp(what, "kill") == 0) {
		rs_log(RS_INFO, "dying of %lu", number);
		raise((int)number);
	} else {
		fprintf(stderr, "producer: unknown: %s\n", what);
		return 2;
	}
	return 0;
}
