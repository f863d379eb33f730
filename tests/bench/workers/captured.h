/* SPDX-License-Identifier: MIT */
/*
 * captured.h - the loop that is measured alike for Ringscope and for its peers, while a consumer of theirs writes to a folder.
 *
 * Who includes it defines write_one(remarks, payload) and write_five(n), which return 1 when it is known that the write was refused. Each row is one
 * burst of each thread, and then a pause in which the consumer follows; a line is the time of a write, how many were refused as far as
 * the writer is told, and how many were tried.
 */
#ifndef RS_BENCH_CAPTURED_H
#define RS_BENCH_CAPTURED_H

#include "crew.h"

#define PAYLOAD_BYTES 64
#define PAYLOAD_TYPE 7
/* About a quarter of the 4 MiB that each processor has for either. */
#define BURST 10000u
/* A million writes in a second at most: what a disk takes of either. */
#define PAUSE_NS 10000000
/* Every page of the buffers is touched once before anything counts. */
#define WARM_UP_BURSTS 6

static uint32_t write_one(uint32_t remarks, const uint8_t *payload);
static uint32_t write_five(uint32_t n);

static uint64_t captured_refused;

static double captured_burst(int member)
{
	(void)member;
	uint8_t payload[PAYLOAD_BYTES] = {1};
	uint64_t refused = 0;
	const double start = crew_now_ns();
	for (uint32_t n = 0; n < BURST; n++) {
		refused += write_one(n, payload);
		__asm__ volatile("" : : : "memory");
	}
	const double ns = (crew_now_ns() - start) / BURST;
	__atomic_fetch_add(&captured_refused, refused, __ATOMIC_RELAXED);
	return ns;
}

static double captured_five_burst(int member)
{
	(void)member;
	uint64_t refused = 0;
	const double start = crew_now_ns();
	for (uint32_t n = 0; n < BURST; n++) {
		refused += write_five(n);
		__asm__ volatile("" : : : "memory");
	}
	const double ns = (crew_now_ns() - start) / BURST;
	__atomic_fetch_add(&captured_refused, refused, __ATOMIC_RELAXED);
	return ns;
}

static void captured(int size, work_t burst)
{
	static int warm[CREW_MAX + 1];
	uint64_t tried = 0;
	for (; warm[size] < WARM_UP_BURSTS; warm[size]++, tried += BURST * (uint64_t)size) {
		(void)crew_work(size, NULL, burst);
		pause_ns(PAUSE_NS);
	}
	const double ns = crew_work(size, NULL, burst);
	tried += BURST * (uint64_t)size;
	pause_ns(PAUSE_NS);
	printf("%.4f %llu %llu\n", ns, (unsigned long long)captured_refused, (unsigned long long)tried);
	captured_refused = 0;
}

static void captured_one(void)
{
	captured(1, captured_burst);
}

static void captured_two(void)
{
	captured(2, captured_burst);
}

static void captured_five_one(void)
{
	captured(1, captured_five_burst);
}

static void captured_five_two(void)
{
	captured(2, captured_five_burst);
}

/* Whoever asks knows then that this program has begun. */
static void captured_ready(void)
{
	printf("1\n");
}

static int serve_captured(void)
{
	static const row_t ROWS[] = {{"ready", captured_ready},
				     {"one", captured_one},
				     {"two", captured_two},
				     {"five_one", captured_five_one},
				     {"five_two", captured_five_two}};
	return serve(ROWS, sizeof(ROWS) / sizeof(ROWS[0]));
}

#endif /* RS_BENCH_CAPTURED_H */
