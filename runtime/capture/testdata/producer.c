/* SPDX-License-Identifier: MIT */
/*
 * producer.c - a program that is recorded by record_test.ts and keeps its own account.
 *
 *     producer REPORT COUNT LENGTH END [RINGS]
 *
 * Logs COUNT entries of LENGTH bytes, then does what END says:
 *     exit:CODE   ends with CODE
 *     more:N      logs one entry a millisecond until REPORT.go is there, then N more, and ends with 5; with 6 where a signal came first
 *     log         logs one entry a millisecond until SIGTERM or SIGINT, then ends with 0
 *     stubborn    the same, but only SIGKILL ends it
 * RINGS: a ring set that it makes itself. Writes "pid attempts ok full too_big" to REPORT when COUNT entries are logged,
 * and again at its end.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rs_log.h"

static volatile sig_atomic_t is_over;
static struct {
	uint64_t attempts, ok, full, too_big;
} own;

static void on_signal(int signal)
{
	(void)signal;
	is_over = 1;
}

/* Noise, which no format makes smaller: a test can tell how much room a capture takes. xorshift64 of Marsaglia, "Xorshift RNGs", 2003. */
static void fill(uint8_t *payload, size_t length)
{
	static uint64_t state = 88172645463325252u;

	for (size_t at = 0; at < length; at++) {
		if (at % sizeof(state) == 0) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
		}
		payload[at] = (uint8_t)(state >> at % sizeof(state) * 8);
	}
}

static int may_go(const char *path)
{
	char go[4096];
	snprintf(go, sizeof(go), "%s.go", path);
	return access(go, F_OK) == 0;
}

static void log_one(uint8_t *payload, size_t length)
{
	fill(payload, length);
	const rs_status_t status = rs_send(7, (uint32_t)own.attempts, payload, length);
	if (status != RS_OK && status != RS_FULL && status != RS_TOO_BIG) {
		fprintf(stderr, "producer: rs_send returned %d\n", (int)status);
		exit(99);
	}
	own.attempts++;
	own.ok += status == RS_OK;
	own.full += status == RS_FULL;
	own.too_big += status == RS_TOO_BIG;
}

/* Written aside and renamed, so that a test never reads half a report. */
static void report(const char *path)
{
	char aside[4096];
	snprintf(aside, sizeof(aside), "%s.new", path);
	FILE *file = fopen(aside, "w");
	if (!file || fprintf(file, "%ld %llu %llu %llu %llu\n", (long)getpid(), (unsigned long long)own.attempts,
			     (unsigned long long)own.ok, (unsigned long long)own.full,
			     (unsigned long long)own.too_big) < 0 ||
	    fclose(file) != 0 || rename(aside, path) != 0) {
		perror(path);
		exit(98);
	}
}

int main(int count, char **arguments)
{
	if (count < 5) {
		fprintf(stderr, "usage: producer REPORT COUNT LENGTH END [RINGS]\n");
		return 97;
	}
	const unsigned long entries = strtoul(arguments[2], NULL, 10);
	const size_t length = strtoul(arguments[3], NULL, 10);
	const char *end = arguments[4];
	const struct timespec pause = {0, 1000000};
	uint8_t *payload = malloc(length + 1);
	char message[256] = "";

	if (!payload)
		return 96;
	signal(SIGTERM, strcmp(end, "stubborn") == 0 ? SIG_IGN : on_signal);
	signal(SIGINT, on_signal);
	if (count > 5 && rs_create(arguments[5], NULL, message, sizeof(message)) != RS_OK) {
		fprintf(stderr, "producer: %s\n", message);
		return 95;
	}
	for (unsigned long n = 0; n < entries; n++)
		log_one(payload, length);
	report(arguments[1]);
	if (strncmp(end, "exit:", 5) == 0)
		return atoi(end + 5);
	const int is_counted = strncmp(end, "more:", 5) == 0;
	for (long left = is_counted ? atol(end + 5) : 1; left > 0 && !is_over; left -= is_counted && may_go(arguments[1])) {
		log_one(payload, length);
		nanosleep(&pause, NULL);
	}
	report(arguments[1]);
	free(payload);
	return !is_counted ? 0 : is_over ? 6 : 5;
}
