/* SPDX-License-Identifier: MIT */
/*
 * counter.c - what one global counter costs by itself: `counter`.
 *
 * Index order takes every entry's number from one word, whose cache line the processors hand to each other. These are the references
 * for what that can cost a write.
 */
#define _GNU_SOURCE
#include "crew.h"

#define ADDS 20000u
#define HANDOVERS 100u
#define PARTS 50u

static _Alignas(256) uint64_t word;

static double add(int member)
{
	(void)member;
	const double start = crew_now_ns();
	for (uint32_t n = 0; n < ADDS; n++)
		(void)__atomic_fetch_add(&word, 1, __ATOMIC_ACQ_REL);
	return (crew_now_ns() - start) / ADDS;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Each swap of the one waits for the one of the other, so that the line changes hands every time. In parts, of which the middle one counts:
 * while one of the two is off its processor, the other waits for the system and not for the line. */
static double hand_over(int member)
{
	double parts[PARTS];
	uint64_t n = 0;
	for (uint32_t part = 0; part < PARTS; part++) {
		const double start = crew_now_ns();
		for (const uint64_t end = n + HANDOVERS; n < end; n++) {
			uint64_t mine;
			do
				mine = 2 * n + (uint64_t)member;
			while (!__atomic_compare_exchange_n(&word, &mine, mine + 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
		}
		parts[part] = (crew_now_ns() - start) / (2 * HANDOVERS);
	}
	qsort(parts, PARTS, sizeof(parts[0]), compare);
	return parts[PARTS / 2];
}

static double restart(int member)
{
	if (member == 0)
		__atomic_store_n(&word, 0, __ATOMIC_RELAXED);
	return 0;
}

static void counter(void)
{
	printf("%.4f\n", crew_work(1, NULL, add));
}

static void counter_two(void)
{
	printf("%.4f\n", crew_work(2, NULL, add));
}

static void counter_four(void)
{
	printf("%.4f\n", crew_work(4, NULL, add));
}

static void handover(void)
{
	printf("%.4f\n", crew_work(2, restart, hand_over));
}

static const row_t ROWS[] = {
	{"counter", counter}, {"counter_two", counter_two}, {"counter_four", counter_four}, {"handover", handover}};

int main(void)
{
	crew_init();
	if (!pin(0))
		give_up("bind a thread", "the system refused");
	return serve(ROWS, sizeof(ROWS) / sizeof(ROWS[0]));
}
