/* SPDX-License-Identifier: MIT */
/*
 * killing.h - writers that die at a named step of a write, in a process of their own.
 */
#ifndef KILLING_H
#define KILLING_H

#include <signal.h>

#include "rings.h"
#include "rs_log.h"

typedef struct {
	const rings_t *set;
	const char *step;  /* where the writer is killed; null: nowhere */
	const char *again; /* the step at which a handler logs and is killed at `step` of its own write; null: no handler */
	uint32_t length;
	int is_discarded;
} killing_t;

static killing_t killing;

static inline void write_to_death(void)
{
	uint8_t payload[4096];
	rs_slot_t slot;
	if (killing.is_discarded) {
		if (rs_reserve(RS_INFO, RS_KIND_DATA, 0, 0, killing.length, &slot) == RS_OK)
			rs_discard(&slot);
		return;
	}
	/* The first serial of reading.h: type 0, remarks ~0. */
	for (uint32_t n = 0; n < killing.length && n < sizeof(payload); n++)
		payload[n] = payload_byte(0, n);
	(void)rs_send(0, ~0u, payload, killing.length);
}

static inline void die_at_step(const char *step)
{
	if (killing.again) {
		if (strcmp(step, killing.again) != 0)
			return;
		killing.again = NULL;
		write_to_death();
	} else if (killing.step && strcmp(step, killing.step) == 0) {
#ifndef _WIN32
		kill(getpid(), SIGKILL);
#endif
	}
}

static inline void run_killed_writer(void *argument)
{
	char message[512];
	(void)argument;
	REQUIRE_EQUAL(rs_open(killing.set->path, message, sizeof(message)), RS_OK);
	rs_test_point_hook = die_at_step;
	write_to_death();
}

/* Runs a writer of its own process up to its death. */
static inline void kill_writer(killing_t how)
{
	killing = how;
	const int status = check_in_child(run_killed_writer, NULL);
#ifdef _WIN32
	(void)status; /* not reached: there is no fork */
#else
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
#endif
}

#endif /* KILLING_H */
