/* SPDX-License-Identifier: MIT */
/*
 * load.h - what the test driver is asked for, and what it answers: how many calls of each writer returned what. That is the account
 * which rings, snapshot and SQL have to agree with.
 */
#ifndef RS_TEST_LOAD_H
#define RS_TEST_LOAD_H

#include "rs_device_windows.h"

#define RS_LOAD_SET "default"
/* An event that is set while the driver knows of no open file of its device. */
#define RS_LOAD_CLOSED "ringscope_closed"
#define RS_LOAD_THREADS 8u
#define RS_LOAD_TIMERS 2u
#define RS_LOAD_TYPE 1000u /* + the writer: `type` of its data. Timers' DPCs are numbered behind the threads. */

/* Beside an entry of data for each write; `every` 0: never. */
typedef struct {
	uint32_t threads;
	uint32_t timers;
	uint32_t writes;   /* of each thread */
	uint32_t timer_ms; /* a DPC writes one entry of data each time */
	uint32_t text_every, event_every;
	uint32_t too_big_every, discard_every;
	uint32_t is_bound; /* thread n to processor n, modulo their number */
	uint32_t first;	   /* number of each writer's first entry of data */
} rs_load_wish_t;

/* Calls by what they returned: RS_OK by kind, then the rest. */
typedef struct {
	uint64_t data, texts, events, discarded;
	uint64_t full, too_big, off, closed;
	uint64_t other;
} rs_load_account_t;

/* What a writer's data consists of. */
typedef struct {
	uint32_t writer;
	uint32_t check; /* rs_load_check(writer, number) */
	uint64_t number;
} rs_load_data_t;

static inline uint32_t rs_load_check(uint32_t writer, uint64_t number)
{
	return (uint32_t)((number * 0x9e3779b97f4a7c15ull) >> 32) ^ writer * 0x85ebca6bu;
}

/* rs_load_wish_t; comes back as an account for each thread, then for each timer. */
#define RS_IOC_LOAD RS_WIN_CHANGE(0x100)
/* Fills blocks of the driver's memory; RS_IOC_DEAD_CANARIES: a uint64_t, how many of their words have changed. */
#define RS_IOC_CANARIES RS_WIN_CHANGE(0x101)
#define RS_IOC_DEAD_CANARIES RS_WIN_CHANGE(0x102)
/* The answer is what a crash dump would be given: how many ranges and pages of them, then the newest entries. */
#define RS_IOC_CRASH RS_WIN_CHANGE(0x103)

/* A uint32_t: from now on the system has, or has not, something that calls the driver with each print. Its calls are RS_IOC_PRINT's. */
#define RS_IOC_OFFER_PRINTS RS_WIN_CHANGE(0x104)
/* rs_load_print_t: calls the driver as the system would. STATUS_NOT_FOUND: it does not want to be called. */
#define RS_IOC_PRINT RS_WIN_CHANGE(0x105)

#define RS_LOAD_PRINT_BYTES 2000u
typedef struct {
	uint32_t component;
	uint32_t level;
	uint32_t depth;	 /* callbacks that are under way already, on every processor */
	uint32_t length; /* of the text, which has no final zero */
	char text[RS_LOAD_PRINT_BYTES];
} rs_load_print_t;

typedef struct {
	uint64_t ranges;
	uint64_t pages;
	uint64_t first_words; /* of the ranges, added up: each is read */
} rs_load_crash_t;

#endif /* RS_TEST_LOAD_H */
