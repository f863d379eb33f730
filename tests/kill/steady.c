/* SPDX-License-Identifier: MIT */
/*
 * steady.c - logs at a steady pace until SIGTERM, whoever records it and however that ends.
 *
 *     steady --records FOLDER --threads N --pause-us U --ring-bytes B [--seed S]
 *
 * What it tried and what the calls returned goes to FOLDER, as tests/stress/programs/record.h describes it, and its process
 * number to FOLDER/pid. Logs into the rings that RINGSCOPE_RINGS names.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

#include "../stress/programs/attempt.h"

#define RECORDS_MOST (1u << 18)
#define USUAL_MAX 160u

static struct {
	const char *records;
	uint32_t threads, pause_us, seed, ring_bytes;
} options = {.threads = 3, .pause_us = 500, .seed = 1, .ring_bytes = 65536};

typedef struct {
	pthread_t thread;
	writer_t writer;
	uint32_t random;
	uint8_t payload[USUAL_MAX + 64];
} thread_t;

static volatile sig_atomic_t is_over;

static void stop(int signal_number)
{
	(void)signal_number;
	is_over = 1;
}

static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state = payload_step(*state);
	return (uint32_t)((uint64_t)*state * below >> 32);
}

static void *log_steadily(void *argument)
{
	static const uint8_t hows[] = {HOW_SEND, HOW_WRITE, HOW_COMMIT, HOW_COMMIT, HOW_DISCARD};
	thread_t *thread = argument;
	thread->writer.tid = (uint32_t)syscall(SYS_gettid);
	while (!is_over) {
		const struct timespec pause = {0, (long)draw(&thread->random, options.pause_us) * 1000};
		const attempt_t attempt = {.how = hows[draw(&thread->random, sizeof(hows))],
					   .severity = RS_INFO,
					   .kind = RS_KIND_DATA,
					   .length = draw(&thread->random, USUAL_MAX),
					   .payload = thread->payload,
					   .payload_max = USUAL_MAX};
		if (attempt_make(&thread->writer, &attempt) == RS_END)
			break;
		nanosleep(&pause, NULL);
	}
	thread->writer.records->is_done = 1;
	return NULL;
}

static void say_who(void)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/pid", options.records);
	FILE *out = fopen(path, "w");
	if (!out || fprintf(out, "%ld\n", (long)getpid()) < 0 || fclose(out) != 0) {
		perror(path);
		exit(3);
	}
}

int main(int argc, char **argv)
{
	static const struct option names[] = {{"records", 1, NULL, 'r'},    {"threads", 1, NULL, 't'}, {"pause-us", 1, NULL, 'p'},
					      {"ring-bytes", 1, NULL, 'b'}, {"seed", 1, NULL, 's'},    {0}};
	const struct sigaction action = {.sa_handler = stop};
	int letter;

	while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (letter == '?')
			return 2;
		uint32_t *number = letter == 't' ? &options.threads : letter == 'p' ? &options.pause_us
				   : letter == 'b' ? &options.ring_bytes : &options.seed;
		if (letter == 'r')
			options.records = optarg;
		else
			*number = (uint32_t)strtoul(optarg, NULL, 10);
	}
	if (!options.records || !rs_is_open()) {
		fprintf(stderr, "steady: no rings are open, or no folder is named\n");
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	thread_t *threads = calloc(options.threads, sizeof(*threads));
	for (uint32_t n = 0; threads && n < options.threads; n++) {
		thread_t *thread = &threads[n];
		thread->random = payload_seed(options.seed, n);
		thread->writer.key = n;
		thread->writer.pid = (uint32_t)getpid();
		thread->writer.records = record_file_make(options.records, n, RECORDS_MOST);
		thread->writer.clock = &thread->writer.own_clock;
		if (pthread_create(&thread->thread, NULL, log_steadily, thread) != 0)
			return 3;
	}
	say_who();
	for (uint32_t n = 0; threads && n < options.threads; n++)
		pthread_join(threads[n].thread, NULL);
	free(threads);
	return 0;
}
