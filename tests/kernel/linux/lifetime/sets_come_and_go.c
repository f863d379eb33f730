/* SPDX-License-Identifier: MIT */
/*
 * sets_come_and_go.c - makes, starts, empties, stops and removes the set that rs_storm.ko logs into, again and again, in both modes, each way of
 * letting go of it in turn, and scribbles over the consumer's pages meanwhile. Prints a verdict line for each statement to the path given.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rs_device.h"

#define ROUNDS 60
/* Of what is logged and of what finds nothing open; for at most ten times the rounds. */
#define COUNT_LEAST 1000
#define RING_BYTES 65536
#define SCRIBBLES 2000

static int mistakes;
static char first_mistake[128];
static FILE *verdicts;

static void expect(const char *what, int round, int found, int expected)
{
	if (found == expected)
		return;
	if (mistakes++ == 0)
		snprintf(first_mistake, sizeof(first_mistake), "round %d: %s gave %d, not %d", round, what, found, expected);
}

static int call(int file, unsigned long command, void *request)
{
	return ioctl(file, command, request) < 0 ? errno : 0;
}

static int call_plain(int file, unsigned long command)
{
	rs_device_plain_t plain = {.size = sizeof(plain)};
	return call(file, command, &plain);
}

static void tell(const char *name, int ok, const char *detail)
{
	fprintf(verdicts, "verdict {\"name\": \"%s\", \"ok\": %s, \"detail\": \"%s\"}\n", name, ok ? "true" : "false", detail);
	fflush(verdicts);
}

/* Ends what has been said since the last time. */
static void conclude(const char *name)
{
	tell(name, mistakes == 0, first_mistake);
	mistakes = 0;
	first_mistake[0] = '\0';
}

/* Every value that a consumer's word can have, more or less, while the writers go by it. */
static void scribble(int file, int round, const rs_device_describe_t *set)
{
	const size_t bytes = set->total_bytes - set->consumer_off;

	expect("CLAIM", round, call_plain(file, RS_IOC_CLAIM), 0);
	uint8_t *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)set->consumer_off);
	if (pages == MAP_FAILED) {
		expect("mmap", round, errno, 0);
		return;
	}
	for (int n = 0; n < SCRIBBLES; n++) {
		const uint64_t value = n % 7 == 0 ? 0 : n % 5 == 0 ? UINT64_MAX : (uint64_t)rand() << 33 ^ (uint64_t)rand();
		for (size_t at = RS_PAGE_BYTES; at < bytes; at += RS_PAGE_BYTES)
			*(volatile uint64_t *)(void *)(pages + at) = value;
	}
	expect("REMOVE of a mapped set", round, call_plain(file, RS_IOC_REMOVE), EBUSY);
	expect("RESET of a mapped set", round, call_plain(file, RS_IOC_RESET), EBUSY);
	munmap(pages, bytes);
}

static int play_round(int file, int round)
{
	rs_device_make_t make = {.size = sizeof(make), .ring_bytes = RING_BYTES, .mode = (uint32_t)(round % 2)};
	rs_rule_t rule = {.pattern = "storm_*", .level = round % 2 ? RS_LEVEL_OFF : RS_WARN};
	rs_device_control_t control = {.size = sizeof(control), .changes = (uintptr_t)&rule, .count = 1};
	rs_device_describe_t set = {.size = sizeof(set)};

	make.flags = round % 3 ? 0 : RS_MAKE_EPHEMERAL;
	expect("MAKE", round, call(file, RS_IOC_MAKE, &make), 0);
	expect("START", round, call_plain(file, RS_IOC_START), 0);
	usleep(3000);
	expect("CONTROL", round, call(file, RS_IOC_CONTROL, &control), 0);
	usleep(2000);
	expect("RESET", round, call_plain(file, RS_IOC_RESET), 0);
	usleep(1000);
	expect("DESCRIBE", round, call(file, RS_IOC_DESCRIBE, &set), 0);
	expect("started after RESET", round, (int)set.is_started, 1);
	if (set.mode == RS_MODE_DISCARD)
		scribble(file, round, &set);
	if (round % 4 == 1)
		expect("STOP", round, call_plain(file, RS_IOC_STOP), 0);
	if (round % 3) {
		expect("REMOVE", round, call_plain(file, RS_IOC_REMOVE), 0);
		return file;
	}
	close(file);
	return open(RS_DEVICE_PATH, O_RDWR);
}

static void expect_sets(int file, uint32_t count)
{
	rs_device_version_t version = {.size = sizeof(version)};

	expect("VERSION", ROUNDS, call(file, RS_IOC_VERSION, &version), 0);
	expect("sets", ROUNDS, (int)version.set_count, (int)count);
	expect("memory is in use", ROUNDS, version.memory_used != 0, count != 0);
}

static unsigned long read_counter(const char *name)
{
	unsigned long count = 0;
	char path[100];

	snprintf(path, sizeof(path), "/sys/module/rs_storm/parameters/%s", name);
	FILE *file = fopen(path, "r");

	if (!file)
		return 0;
	if (fscanf(file, "%lu", &count) != 1)
		count = 0;
	fclose(file);
	return count;
}

static int has_logged(void)
{
	return read_counter("written") > COUNT_LEAST && read_counter("unheard") > COUNT_LEAST;
}

int main(int argc, char **argv)
{
	rs_device_select_t mine = {.size = sizeof(mine), .name = "mine"};
	int keeper = open(RS_DEVICE_PATH, O_RDWR), file = open(RS_DEVICE_PATH, O_RDWR);

	verdicts = fopen(argc > 1 ? argv[1] : "/dev/stdout", "w");
	if (!verdicts || keeper < 0 || file < 0)
		return 1;
	expect("SELECT", 0, call(keeper, RS_IOC_SELECT, &mine), 0);
	expect("REMOVE", 0, call_plain(keeper, RS_IOC_REMOVE), EBUSY);
	conclude("a module's set is not removed by a user");
	for (int round = 0; round < ROUNDS || (round < 10 * ROUNDS && !has_logged()); round++)
		file = play_round(file, round);
	conclude("sets come and go under writers in threads and interrupts");
	expect("has logged enough", ROUNDS, has_logged(), 1);
	conclude("both of them logged and found nothing open");
	expect("rmmod", ROUNDS, system("rmmod rs_storm"), 0);
	expect_sets(file, 1);
	close(keeper);
	expect_sets(file, 0);
	conclude("a module's set goes with its last reader when the module is gone");
	close(file);
	return 0;
}
