/* SPDX-License-Identifier: MIT */
/*
 * requests.c - the same work in every run, to be compared: requests that are parsed, checked and answered, each step a span.
 *
 *     requests [--count N] [--slow-check US]        default: 3000 requests, no delay
 *
 * --slow-check makes every check take so many microseconds longer, which is what `ringscope compare` is to find:
 *
 *     for n in 1 2 3 4 5; do deno task capture --name before-$n -- build/examples/requests; done
 *     for n in 1 2 3 4 5; do deno task capture --name after-$n -- build/examples/requests --slow-check 20; done
 *     deno task compare 'before-*' 'after-*'
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rs_event.h"

#define DEFAULT_COUNT 3000u
#define BODY_BYTES 4096u
#define FAILING 500u /* every so many requests one fails */

static unsigned char body[BODY_BYTES];
static unsigned slow_us;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Busy, as a slower path is; sleeping would measure the timer. */
static void waste(unsigned us)
{
	const uint64_t until = now_ns() + us * 1000ull;

	while (now_ns() < until)
		;
}

/* A body whose length and bytes follow from the request's number alone, so that every run does the same. */
static unsigned parse(unsigned id)
{
	RS_SCOPE(RS_DEBUG, parse, "id=%u", id);
	const unsigned length = BODY_BYTES / 2 + id * 2654435761u % (BODY_BYTES / 2);
	uint32_t state = id + 1;

	for (unsigned at = 0; at < length; at++) {
		state = state * 1664525u + 1013904223u;
		body[at] = (unsigned char)(state >> 24);
	}
	return length;
}

/* FNV-1a. */
static uint32_t check(unsigned id, unsigned length)
{
	RS_SCOPE(RS_DEBUG, check, "id=%u length=%u", id, length);
	uint32_t hash = 2166136261u;

	for (unsigned at = 0; at < length; at++)
		hash = (hash ^ body[at]) * 16777619u;
	if (slow_us > 0)
		waste(slow_us);
	return hash;
}

static void handle(unsigned id)
{
	RS_SCOPE(RS_DEBUG, request, "id=%u", id);
	const unsigned length = parse(id);
	const uint32_t sum = check(id, length);

	if (id % FAILING == FAILING - 1)
		(void)RS_EVENT(RS_ERROR, request_failed, "id=%u error=%s", id, rs_errno(EIO));
	else
		(void)RS_EVENT(RS_INFO, request_done, "id=%u length=%u sum=0x%08x", id, length, sum);
}

/* A number behind an option; the program ends where there is none. */
static unsigned number_of(const char *option, const char *text)
{
	char *end = NULL;
	const unsigned long number = text ? strtoul(text, &end, 10) : 0;

	if (!text || end == text || *end != '\0' || number > 100000000ul) {
		fprintf(stderr, "requests: %s takes a number, and got \"%s\"\n", option, text ? text : "");
		exit(2);
	}
	return (unsigned)number;
}

int main(int argc, char **argv)
{
	unsigned count = DEFAULT_COUNT;

	for (int at = 1; at < argc; at += 2) {
		if (strcmp(argv[at], "--count") == 0) {
			count = number_of(argv[at], argv[at + 1]);
		} else if (strcmp(argv[at], "--slow-check") == 0) {
			slow_us = number_of(argv[at], argv[at + 1]);
		} else {
			fprintf(stderr, "usage: requests [--count N] [--slow-check US]\n");
			return 2;
		}
	}
	for (unsigned id = 0; id < count; id++)
		handle(id);
	return 0;
}
