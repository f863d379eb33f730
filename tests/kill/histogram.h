/* SPDX-License-Identifier: MIT */
/* histogram.h - who was killed where: one row for each test point, and where those were that were killed by time. */
#ifndef KILL_HISTOGRAM_H
#define KILL_HISTOGRAM_H

#include "board.h"

static struct {
	uint64_t at_point[POINTS];
	uint64_t found_at[PLACES + 1]; /* of threads that were killed by time: point + 1 or reader_place; 0: nowhere yet */
	uint64_t by_time_producers, by_time_readers;
	uint64_t unmarked, marked; /* killed between the swap and the mark, between the mark and the commit */
} histogram;

static inline uint64_t histogram_kills(void)
{
	uint64_t kills = histogram.by_time_producers + histogram.by_time_readers;
	for (uint32_t n = 0; n < POINTS; n++)
		kills += histogram.at_point[n];
	return kills;
}

static inline void note_window(uint32_t point)
{
	const enum stage stage = points[point].stage;
	histogram.unmarked += stage == STAGE_UNMARKED;
	histogram.marked += stage == STAGE_MARKED || stage == STAGE_ENDING;
}

static inline void histogram_at_point(uint32_t point)
{
	histogram.at_point[point]++;
	note_window(point);
}

static inline void histogram_by_time(const party_t *party)
{
	const uint32_t threads = party->is_reader ? 1 : board->settings.threads;
	if (party->is_reader)
		histogram.by_time_readers++;
	else
		histogram.by_time_producers++;
	for (uint32_t n = 0; n < threads; n++) {
		const uint32_t last = load_word(&party->last[n]);
		histogram.found_at[last]++;
		if (last && last <= POINTS)
			note_window(last - 1);
	}
}

static inline void histogram_print(void)
{
	printf("%-24s %12s %22s\n", "", "killed there", "found there by time");
	for (uint32_t n = 0; n < POINTS; n++)
		printf("%-24s %12llu %22llu\n", points[n].name, (unsigned long long)histogram.at_point[n],
		       (unsigned long long)histogram.found_at[n + 1]);
	for (uint32_t n = READER_OPENING; n < PLACES; n++)
		printf("%-24s %12s %22llu\n", reader_places[n - READER_OPENING], "-", (unsigned long long)histogram.found_at[n]);
	printf("%-24s %12s %22llu\n", "before any of these", "-", (unsigned long long)histogram.found_at[0]);
	printf("%-24s %12llu\n", "by time, producers", (unsigned long long)histogram.by_time_producers);
	printf("%-24s %12llu\n", "by time, readers", (unsigned long long)histogram.by_time_readers);
	printf("reserved, not marked: %llu; marked, not committed: %llu; %llu kills\n", (unsigned long long)histogram.unmarked,
	       (unsigned long long)histogram.marked, (unsigned long long)histogram_kills());
}

#endif /* KILL_HISTOGRAM_H */
