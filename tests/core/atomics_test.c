/* SPDX-License-Identifier: MIT */
/* atomics_test.c - what the whole protocol stands on, between processes. */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "atomics.h"
#include "check.h"

#define PROCESSES 3u
#define SWAPS	  100000u
#define STEP	  8u

/* Both halves move together, as those of a ring. */
static void swap_on(rs_reserve_t *word)
{
	rs_reserve_t before = {load_u64_relaxed(&word->position), load_u64_relaxed(&word->attempts)};

	for (uint32_t n = 0; n < SWAPS; n++)
		while (!swap_reserve_full(word, &before, (rs_reserve_t){before.position + STEP, before.attempts + 1}))
			;
}

TEST("of swaps that several processes make of one reserve word none is lost")
{
	pid_t children[PROCESSES];
	rs_reserve_t *word = mmap(NULL, sizeof(*word), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	REQUIRE(word != MAP_FAILED);
	for (uint32_t n = 0; n < PROCESSES; n++) {
		children[n] = fork();
		if (children[n] == 0) {
			swap_on(word);
			_exit(0);
		}
	}
	for (uint32_t n = 0; n < PROCESSES; n++) {
		int status = -1;
		CHECK_EQUAL(waitpid(children[n], &status, 0), children[n]);
		CHECK_EQUAL(status, 0);
	}
	CHECK_EQUAL(load_u64_relaxed(&word->attempts), (uint64_t)PROCESSES * SWAPS);
	CHECK_EQUAL(load_u64_relaxed(&word->position), (uint64_t)PROCESSES * SWAPS * STEP);
	munmap(word, sizeof(*word));
}
