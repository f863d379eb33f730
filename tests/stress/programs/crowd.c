/* SPDX-License-Identifier: MIT */
/*
 * crowd.c - more processes than the ring set has intent records, and then a writer that takes its time.
 *
 *     crowd hold --records FOLDER --ring-bytes BYTES [--crowd N]
 *
 * N processes log once each and end without giving anything back, as the children of a server do. Then this process, which
 * finds no free record, holds an entry half filled while another one of its threads logs on: at most a ring's worth of
 * entries may find room, since what lies behind a living writer is not free. Prints how many did.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attempt.h"

#define PAYLOAD 40u
#define HELD_KEY 0u
#define OTHER_KEY 1u
#define CROWD_KEY 2u
/* Refusals, a ms apart, until it is believed that nothing is given away: twice as long as a reader waits before it passes
 * an entry in the order. */
#define REFUSALS 2000u

static const char *records;
static uint32_t ring_bytes = 4096, crowd = 1100;
static uint32_t taken;

static void fail(const char *what)
{
	perror(what);
	exit(3);
}

static writer_t begin_writer(uint32_t key, uint32_t capacity)
{
	writer_t writer = {.key = key, .pid = (uint32_t)getpid(), .tid = (uint32_t)syscall(SYS_gettid)};
	writer.records = record_file_make(records, key, capacity);
	return writer;
}

static rs_status_t send_one(writer_t *writer)
{
	uint8_t payload[PAYLOAD + 32];
	const attempt_t attempt = {.how = HOW_SEND,
				   .severity = RS_INFO,
				   .kind = RS_KIND_DATA,
				   .length = PAYLOAD,
				   .payload = payload,
				   .payload_max = PAYLOAD};
	writer->clock = &writer->own_clock;
	return attempt_make(writer, &attempt);
}

static void pause_ms(void)
{
	const struct timespec pause = {0, 1000000};
	nanosleep(&pause, NULL);
}

static void let_crowd_pass(void)
{
	for (uint32_t n = 0; n < crowd; n++) {
		const pid_t child = fork();
		if (child < 0)
			fail("fork");
		if (child == 0) {
			writer_t writer = begin_writer(CROWD_KEY + n, REFUSALS);
			while (send_one(&writer) == RS_FULL)
				pause_ms();
			writer.records->is_done = 1;
			_exit(0);
		}
		if (waitpid(child, NULL, 0) < 0)
			fail("waitpid");
	}
}

/* Logs until it was refused for long, or a second lap has begun. */
static void *log_on(void *argument)
{
	const uint32_t entry_bytes = RS_ENTRY_HEADER_BYTES + PAYLOAD;
	writer_t writer = begin_writer(OTHER_KEY, 2 * ring_bytes / entry_bytes + REFUSALS);
	(void)argument;
	for (uint32_t refused = 0; refused < REFUSALS && taken < 2 * ring_bytes / entry_bytes;) {
		if (send_one(&writer) == RS_OK) {
			taken++;
			continue;
		}
		refused++;
		pause_ms();
	}
	writer.records->is_done = 1;
	return NULL;
}

static void let_other_log(void *argument)
{
	pthread_t other;
	(void)argument;
	if (pthread_create(&other, NULL, log_on, NULL) != 0 || pthread_join(other, NULL) != 0)
		fail("pthread_create");
}

static void hold(void)
{
	uint8_t payload[PAYLOAD + 32];
	writer_t writer = begin_writer(HELD_KEY, REFUSALS);
	const attempt_t attempt = {.how = HOW_COMMIT,
				   .severity = RS_INFO,
				   .kind = RS_KIND_DATA,
				   .length = PAYLOAD,
				   .payload = payload,
				   .payload_max = PAYLOAD,
				   .between = let_other_log};
	writer.clock = &writer.own_clock;
	while (attempt_make(&writer, &attempt) == RS_FULL)
		pause_ms();
	writer.records->is_done = 1;
}

int main(int argc, char **argv)
{
	static const struct option names[] = {
		{"records", 1, NULL, 'r'}, {"ring-bytes", 1, NULL, 'b'}, {"crowd", 1, NULL, 'c'}, {0}};
	int letter;

	while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (letter == 'r')
			records = optarg;
		else if (letter == 'b')
			ring_bytes = (uint32_t)strtoul(optarg, NULL, 10);
		else if (letter == 'c')
			crowd = (uint32_t)strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	if (!records || optind + 1 != argc || strcmp(argv[optind], "hold") != 0 || !rs_is_open()) {
		fprintf(stderr, "usage: RINGSCOPE_RINGS=RINGS crowd hold --records FOLDER --ring-bytes BYTES [--crowd N]\n");
		return 2;
	}
	let_crowd_pass();
	hold();
	printf("%u\n", taken);
	return 0;
}
