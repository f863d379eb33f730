/* SPDX-License-Identifier: MIT */
/*
 * device_case.h - what the cases of this program share: the calls of a kernel driver's device, its writers, and statements that must hold.
 *
 * The cases beside this file are asked of every driver; those of one system stand in its own folder, with system.c, which says in the
 * words of this header what the system has for it, and main.c. Errors are those of rs_device.h on every system.
 *
 * Runs where the driver is, with the test driver loaded. `list` prints the names of all cases; `run REPORT [PART_OF_NAME]` runs them
 * and writes a verdict for each to REPORT.
 */
#ifndef DEVICE_CASE_H
#define DEVICE_CASE_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A statement, and who asks for it. */
struct device_case {
	const char *name;
	void (*run)(void);
};

#include "device_system.h" /* and TEST_SET, where the test driver logs */

#define RINGS_MAX 1024u	/* that the cases make room for */

extern const struct device_case call_cases[], refusal_cases[], life_cases[], hostile_cases[];

/* Ends the case as failed where `condition` does not hold. */
#define expect(condition, ...) ((condition) ? (void)0 : fail_case(__FILE__, __LINE__, #condition, __VA_ARGS__))
_Noreturn void fail_case(const char *file, int line, const char *condition, const char *format, ...)
	__attribute__((format(PRINTF_FORMAT, 4, 5)));
/* What was found, for the report; the last one counts. */
void note(const char *format, ...) __attribute__((format(PRINTF_FORMAT, 1, 2)));

/* Of verdict.c: runs one case and writes its verdict, in a process that is the case's own: where it fails, the process ends with 1. */
void run_body(const struct device_case *at, const char *report_path);
void write_verdict(const char *report_path, const char *name, int ok);
/* `list` and `run`, with a function of the system's that runs a case in a process of its own; the program's exit status, or -1 where
 * the words are others. */
typedef int (*run_case_t)(const struct device_case *at, const char *report_path);
int run_suites(const struct device_case *const *suites, run_case_t run_case, int words, char **word);

/* A call of the device: 0, or the error. */
int call(int file, unsigned long request, void *argument);
/* Expects that a call ends with `error`. */
#define expect_call(error, file, request, argument) expect_errno(error, call(file, request, argument), #request)
#define expect_errno(error, found, what) check_errno(__FILE__, __LINE__, error, found, what)
void check_errno(const char *file, int line, int error, int found, const char *what);
const char *errno_name(int error);

int open_device(void);
/* Which may change nothing. */
int open_device_for_reading(void);
void close_device(int file);
rs_device_make_t make_plan(const char *name);
/* A file that has just made a set of 64 KiB rings and selected it. */
int open_new_set(const char *name);
int open_set(const char *name);
int start_set(int file);
int claim_set(int file);
rs_device_describe_t describe_set(int file);
/* `rings` has room for RINGS_MAX. */
rs_device_snapshot_t take_snapshot(int file, rs_device_ring_t *rings);
uint64_t count_attempts(int file);
/* Removes the set that the file has selected, and closes the file. Nothing may be mapped any more. */
void remove_set(int file);
/* The same of a set that this file has mapped; its views are gone already. */
void remove_mapped_set(int file);
/* Removes every set that is there, whoever made it; for the end of a case that may have left some. */
void remove_all_sets(void);
rs_device_version_t ask_version(void);

/* Maps one half (PROT_READ, PROT_WRITE); MAP_FAILED with errno where it is refused. */
void *map_producer(int file, int protection);
void *map_consumer(int file, int protection);
void unmap(void *half, uint64_t bytes);

/* Has the test driver log `entries` small ones into TEST_SET, from one thread. */
void say(unsigned entries);
/* Has every context that there is log at once, some of it too big for any ring, each thread `entries`. */
void run_load(unsigned entries);
/* Of the last load's account of its own, one column over all writers: attempts, written, discarded, full, too_big, other. */
uint64_t sum_account(const char *column);
/* Expects that each ring has as many attempts as the writers counted in it, where they can tell. */
void expect_attempts_by_ring(const rs_device_ring_t *rings, uint32_t count);
/* Fills memory between which a set that is made next comes to lie; how many of its words have changed since. */
void place_canaries(void);
uint64_t count_dead_canaries(void);
/* Runs `once` again and again, and expects that the driver has no more memory afterwards than after the first time. */
void expect_no_leak(void (*once)(void), int times);

#endif /* DEVICE_CASE_H */
