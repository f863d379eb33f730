/* SPDX-License-Identifier: MIT */
/*
 * drain.c - a reader that is slow on purpose: drains in bursts, and in between leaves the rings to fill.
 *
 *     drain RINGS FOLDER SEED PAUSE_MS [BUFFER_BYTES [BATCH_ROWS [STALL_MS [LEAST_SEVERITY]]]]
 *
 * Writes FOLDER/logs and FOLDER/gaps. Says "ready" when it has attached, ends in order when its standard input ends.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "rs_reader.h"

#define PATIENCE_MS 60000u /* with writers and with the disk at the end: who has not come by then hangs */

static rs_capture_t *capture;

static void fail(const char *what, const rs_message_t *message)
{
	fprintf(stderr, "drain: %s: %s\n", what, message->text);
	exit(1);
}

static void *store(void *argument)
{
	rs_message_t message = {{0}};
	(void)argument;
	for (;;) {
		const rs_status_t status = rs_store_run(capture, 50, &message);
		if (status == RS_END)
			break;
		if (status != RS_AGAIN)
			fail("rs_store_run", &message);
	}
	if (rs_store_finish(capture, &message) != RS_OK)
		fail("rs_store_finish", &message);
	return NULL;
}

static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)*state * below >> 32);
}

static int has_input_ended(void)
{
	char byte;
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, &byte, 1) <= 0;
}

/* One of: a single look, a burst of a few ms, or nothing for a while. */
static void drain_unevenly(uint32_t *random, uint32_t pause_ms)
{
	uint64_t entries;
	const struct timespec pause = {0, (long)(1 + draw(random, pause_ms)) * 1000000};
	switch (draw(random, 3)) {
	case 0:
		(void)rs_drain_once(capture, &entries);
		break;
	case 1:
		(void)rs_drain_run(capture, 1 + draw(random, 5));
		break;
	default:
		nanosleep(&pause, NULL);
		break;
	}
}

int main(int argc, char **argv)
{
	rs_message_t message = {{0}};
	pthread_t writer;

	if (argc < 5) {
		fprintf(stderr, "usage: drain RINGS FOLDER SEED PAUSE_MS [BUFFER_BYTES [BATCH_ROWS [STALL_MS [LEAST_SEVERITY]]]]\n");
		return 2;
	}
	uint32_t random = (uint32_t)strtoul(argv[3], NULL, 10);
	const uint32_t pause_ms = (uint32_t)strtoul(argv[4], NULL, 10);
	const uint64_t buffer_bytes = argc > 5 ? strtoull(argv[5], NULL, 10) : 0;
	const uint32_t batch_rows = argc > 6 ? (uint32_t)strtoul(argv[6], NULL, 10) : 0;
	const uint32_t least = argc > 8 ? (uint32_t)strtoul(argv[8], NULL, 10) : RS_TRACE;
	const uint32_t stall_ms = argc > 7 ? (uint32_t)strtoul(argv[7], NULL, 10) : 0;

	if (rs_capture_open(argv[1], RS_OPEN_DRAIN, &capture, &message) != RS_OK)
		fail("rs_capture_open", &message);
	rs_drain_tune(capture, stall_ms, 0);
	if (least > RS_TRACE && rs_filter_severity(capture, least) != RS_OK)
		fail("rs_filter_severity", &message);
	if (rs_drain_open(capture, buffer_bytes, batch_rows, 10, &message) != RS_OK)
		fail("rs_drain_open", &message);
	if (rs_store_open(capture, argv[2], 0, 0, &message) != RS_OK)
		fail("rs_store_open", &message);
	if (pthread_create(&writer, NULL, store, NULL) != 0) {
		fprintf(stderr, "drain: cannot start the writer\n");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	while (!has_input_ended())
		drain_unevenly(&random, pause_ms);
	if (rs_drain_finish(capture, PATIENCE_MS) != RS_OK)
		fail("rs_drain_finish", &message);
	pthread_join(writer, NULL);
	rs_capture_close(capture);
	return 0;
}
