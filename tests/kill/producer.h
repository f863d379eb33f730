/* SPDX-License-Identifier: MIT */
/*
 * producer.h - a process that logs in several threads, and in signal handlers that interrupt them and each other, until it is
 * asked to stop, its logs are full, or it is killed.
 *
 * Each attempt is noted on the board before and after the call, and every test point on the way, so that whoever finds the
 * process dead knows what it had been promised.
 */
#ifndef KILL_PRODUCER_H
#define KILL_PRODUCER_H

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "board.h"
/* The steps of a write, which points.h names; those of a call's site are of tests/core/site_table_test.c, which kills there. */
#define RS_PLAIN_CALLS
#include "rs_log.h"
#include "test_point.h"

#define DEPTHS 6u /* two more than there are intent records */
#define NO_RECORD UINT32_MAX
#define LARGE_MOST 4000u
#define LINGER_US_MIN 30000u /* a reader's grace is 20 ms */

typedef struct {
	pthread_t thread;
	record_file_t *log;
	uint8_t *passed; /* points_of the log */
	uint32_t key, tid;
	uint32_t *last;
	uint32_t depth;   /* of the attempt under way */
	uint32_t current; /* record of it */
	uint32_t random[DEPTHS];
	uint8_t *payloads[DEPTHS];
} logger_t;

static party_t *me;
static __thread logger_t *logger;

/* At each test point of the driver: notes it, kills or stops the process where that is wanted, or lets a handler come in. */
static void pass_point(const char *name)
{
	const uint32_t point = point_number(name);
	logger_t *here = logger;

	if (point == POINT_UNKNOWN) {
		__atomic_add_fetch(&board->unknown_points, 1, __ATOMIC_RELAXED);
		return;
	}
	if (here) {
		store_word(here->last, point + 1);
		if (here->current != NO_RECORD)
			here->passed[here->current] = (uint8_t)(point + 1);
	} else {
		store_word(&me->last[0], point + 1);
	}
	if (me->target == point + 1 && __atomic_sub_fetch(&me->countdown, 1, __ATOMIC_RELAXED) == 0)
		kill(getpid(), SIGKILL);
	uint32_t wanted = point + 1;
	if (load_word(&me->stand_at) == wanted &&
	    __atomic_compare_exchange_n(&me->stand_at, &wanted, 0, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		kill(getpid(), SIGSTOP);
	if (here && here->depth < board->settings.depth_most &&
	    draw(&here->random[here->depth], 1000) < board->settings.nest_per_mille)
		pthread_kill(pthread_self(), SIGUSR1);
}

static uint32_t payload_most(void)
{
	return board->settings.ring_bytes / 8 - RS_ENTRY_HEADER_BYTES;
}

static uint32_t draw_length(uint32_t *random)
{
	const uint32_t kind = draw(random, 64);
	const uint32_t most = payload_most();
	if (kind == 0)
		return most + 1 + draw(random, 100); /* too big */
	/* The longest of a large ring would be most of what is logged. */
	if (kind < 6)
		return draw(random, most < LARGE_MOST || draw(random, 64) == 0 ? most + 1 : LARGE_MOST);
	return draw(random, board->settings.usual_max + 1);
}

/* Inside of an entry: mostly not at all, now and then for longer than a reader waits before it asks who lives. */
static void linger(uint32_t *random)
{
	const uint32_t kind = draw(random, 400);
	if (kind == 0)
		sleep_us(LINGER_US_MIN + draw(random, LINGER_US_MIN));
	else if (kind < 50)
		sched_yield();
}

static rs_status_t write_in_place(const record_t *record, uint32_t number, const uint8_t *payload)
{
	rs_slot_t slot;
	record_t *line = &logger->log->records[number];
	const size_t half = record->length / 2;
	const rs_status_t status = rs_reserve(record->severity, record->kind, logger->key, number, record->length, &slot);
	if (status != RS_OK)
		return status;
	line->seq = slot.seq;
	line->index = slot.index;
	line->processor = slot.processor;
	line->has_slot = 1;
	memcpy(slot.payload, payload, half);
	linger(&logger->random[logger->depth]);
	memcpy((uint8_t *)slot.payload + half, payload + half, record->length - half);
	if (record->how == HOW_DISCARD)
		rs_discard(&slot);
	else
		rs_commit(&slot);
	return RS_OK;
}

/* One attempt of the thread, or of a handler that interrupts it. RS_END: the log is full. */
static rs_status_t attempt(void)
{
	logger_t *here = logger;
	uint32_t *random = &here->random[here->depth];
	uint8_t *payload = here->payloads[here->depth];
	record_t *record = record_claim(here->log);
	if (!record)
		return RS_END;
	const uint32_t number = record_number(here->log, record);
	const uint32_t interrupted = here->current;
	const uint32_t kind = draw(random, 10);

	record->how = kind < 5 ? HOW_SEND : kind < 9 ? HOW_COMMIT : HOW_DISCARD;
	record->pid = me->pid;
	record->tid = here->tid;
	record->depth = here->depth;
	record->length = draw_length(random);
	record->kind = RS_KIND_DATA;
	record->severity = RS_INFO;
	const size_t made = record->length <= payload_most() ? record->length : 0;
	record->checksum = payload_fill(payload, made, here->key, number);
	record_begin(record, &board->clock);
	here->current = number;
	const rs_status_t status = record->how == HOW_SEND ? rs_send(here->key, number, payload, record->length)
							   : write_in_place(record, number, payload);
	here->current = interrupted;
	record_end(record, &board->clock, (uint32_t)status);
	if (status == RS_OK)
		__atomic_add_fetch(&me->committed, 1, __ATOMIC_RELAXED);
	return status;
}

static void interrupt(int signal_number)
{
	const int error = errno;
	(void)signal_number;
	if (logger && logger->depth + 1 < board->settings.depth_most) {
		logger->depth++;
		(void)attempt();
		logger->depth--;
	}
	errno = error;
}

static void *log_much(void *argument)
{
	logger_t *here = argument;
	here->tid = (uint32_t)syscall(SYS_gettid);
	logger = here; /* from here on handlers log, too */
	const uint32_t pace = board->settings.pace_us;
	while (!load_word(&me->stop)) {
		const rs_status_t status = attempt();
		if (status == RS_END)
			break;
		if (status == RS_FULL)
			sleep_us(draw(&logger->random[0], 100)); /* or the log fills up with refusals */
		else if (pace)
			sleep_us(draw(&logger->random[0], pace));
	}
	store_word(&logger->log->is_done, 1);
	logger = NULL;
	return NULL;
}

static void prepare_logger(logger_t *here, uint32_t thread)
{
	const uint32_t key = me->first_log + thread;
	here->key = key;
	here->log = log_of(key);
	here->log->thread = key;
	here->log->capacity = area.records;
	here->log->clock = 1;
	here->log->magic = RECORD_MAGIC;
	here->passed = points_of(key);
	here->last = &me->last[thread];
	here->current = NO_RECORD;
	for (uint32_t depth = 0; depth < DEPTHS; depth++) {
		here->random[depth] = draw_seed(board->settings.seed + key, depth + 1);
		here->payloads[depth] = malloc(payload_most() + 64);
		if (!here->payloads[depth])
			exit(3);
	}
}

/* The whole life of a producer. Never returns. */
static void run_producer(party_t *party)
{
	char message[512];
	static logger_t loggers[THREADS_MOST];
	/* SA_NODEFER: a handler is interrupted by the next one. */
	struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESTART | SA_NODEFER};
	const uint32_t threads = board->settings.threads;

	me = party;
	me->pid = (uint32_t)getpid();
	sigaction(SIGUSR1, &action, NULL);
	if (rs_open(board->rings, message, sizeof(message)) != RS_OK) {
		snprintf(me->complaint, sizeof(me->complaint), "rs_open: %s", message);
		exit(3);
	}
	for (uint32_t n = 0; n < threads; n++)
		prepare_logger(&loggers[n], n);
	rs_test_point_hook = pass_point;
	for (uint32_t n = 1; n < threads; n++)
		if (pthread_create(&loggers[n].thread, NULL, log_much, &loggers[n]) != 0)
			exit(3);
	(void)log_much(&loggers[0]);
	for (uint32_t n = 1; n < threads; n++)
		pthread_join(loggers[n].thread, NULL);
	exit(0);
}

#endif /* KILL_PRODUCER_H */
