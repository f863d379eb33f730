/* SPDX-License-Identifier: MIT */
/*
 * single.c - how long single calls of rs_send take, each timed by itself.
 *
 *   single own RINGS       nobody reads: the space is returned between chunks that fit into the rings
 *   single drained RINGS   a reader drains RINGS at its own pace
 *
 * A line is: p50 p99 p99.9 p99.99 longest, in ns, then the calls that they are of, the calls that were refused and left out, and the step of
 * the clock in ns: on some processors the counter goes on by dozens of ticks at once, and no figure is finer than that.
 * The clock is read in order at both ends, so that no call overlaps its neighbours: the middle is above what a write costs in a loop. What
 * two readings take by themselves, as the median of a loop that does nothing else, is taken off.
 */
#define _GNU_SOURCE
#include "clock.h"
#include "crew.h"
#include "histogram.h"
#include "rings.h"
#include "rs_log.h"

#define CALLS 2000000u
#define EMPTY_CALLS 100000u
#define READER_RHYTHM_NS 2000000

static rings_t rings;
static int is_drained;
static histogram_t seen[CREW_MAX];
static uint64_t refused[CREW_MAX];

static inline uint64_t ticks_now(void)
{
#ifdef RS_CLOCK_COUNTER
	return rs_clock_counter_ordered();
#else
	return (uint64_t)now_ns();
#endif
}

static uint64_t nothing; /* ticks of two readings */
static uint64_t step;    /* ticks by which the clock goes on */

static void measure_clock(void)
{
	static histogram_t empty;
	uint32_t last = 0;

	empty = (histogram_t){0};
	for (uint32_t n = 0; n < EMPTY_CALLS; n++) {
		const uint64_t start = ticks_now();
		histogram_add(&empty, ticks_now() - start);
	}
	nothing = (uint64_t)histogram_at(&empty, 0.5);
	/* The widest gap between two differences that are common: those of a clock in steps lie a step apart. */
	step = 1;
	for (uint32_t ticks = 0; ticks < 2 * HALF; ticks++) {
		if (empty.buckets[ticks] < EMPTY_CALLS / 1000)
			continue;
		if (last && ticks - last > step)
			step = ticks - last;
		last = ticks;
	}
}

static double send_chunk(int member)
{
	static const char payload[64] = {1};
	const uint32_t count = burst_of(&rings, TYPICAL_BYTES) / 2;
	for (uint32_t n = 0; n < count; n++) {
		const uint64_t start = ticks_now();
		const rs_status_t status = rs_send(7, n, payload, sizeof(payload));
		const uint64_t ticks = ticks_now() - start;
		if (status == RS_OK)
			histogram_add(&seen[member], ticks > nothing ? ticks - nothing : 0);
		else
			refused[member]++;
	}
	return 0;
}

static void send_many(int size)
{
	static unsigned int seed = 1;
	memset(seen, 0, sizeof(seen));
	memset(refused, 0, sizeof(refused));
	measure_clock();
	const double start_ns = now_ns();
	const uint64_t start = ticks_now();
	while (seen[0].count < CALLS) {
		if (is_drained) {
			wait_for_reader(&rings);
			/* At some moment of the reader's own rhythm. */
			pause_ns(rand_r(&seed) % READER_RHYTHM_NS);
		} else {
			return_space(&rings);
		}
		(void)crew_work(size, NULL, send_chunk);
	}
	const double tick_ns = (now_ns() - start_ns) / (double)(ticks_now() - start);
	for (int member = 1; member < size; member++) {
		histogram_merge(&seen[0], &seen[member]);
		refused[0] += refused[member];
	}
	const histogram_t *all = &seen[0];
	printf("%.2f %.2f %.2f %.2f %.2f %llu %llu %.2f\n", histogram_at(all, 0.5) * tick_ns, histogram_at(all, 0.99) * tick_ns,
	       histogram_at(all, 0.999) * tick_ns, histogram_at(all, 0.9999) * tick_ns, (double)all->largest * tick_ns,
	       (unsigned long long)all->count, (unsigned long long)refused[0], (double)step * tick_ns);
}

static void one(void)
{
	send_many(1);
}

static void two(void)
{
	send_many(2);
}

static const row_t ROWS[] = {{"one", one}, {"two", two}};

int main(int argc, char **argv)
{
	char message[512];

	crew_init();
	if (argc < 3 || !pin(0))
		give_up("usage", "single own|drained RINGS");
	if (rs_open(argv[2], message, sizeof(message)) != RS_OK)
		give_up("open the rings", message);
	rings = map_rings(argv[2]);
	is_drained = strcmp(argv[1], "drained") == 0;
	return serve(ROWS, sizeof(ROWS) / sizeof(ROWS[0]));
}
