/* SPDX-License-Identifier: MIT */
/*
 * histogram.h - how often each length of time was seen: to one tick below 4,096 ticks, to 0.05 % above.
 */
#ifndef RS_BENCH_HISTOGRAM_H
#define RS_BENCH_HISTOGRAM_H

#include <stdint.h>

#define EXACT_BITS 12u
#define HALF (1u << (EXACT_BITS - 1))
/* Up to 2^40 ticks, minutes: longer ones count as that. */
#define OCTAVES 28u
#define BUCKETS ((OCTAVES + 2) * HALF)

typedef struct {
	uint64_t count;
	uint64_t largest;
	uint32_t buckets[BUCKETS];
} histogram_t;

static inline uint32_t bucket_of(uint64_t ticks)
{
	const uint32_t bits = 64u - (uint32_t)__builtin_clzll(ticks | 1);
	const uint32_t octave = bits > EXACT_BITS ? bits - EXACT_BITS : 0;
	return octave > OCTAVES ? BUCKETS - 1 : octave * HALF + (uint32_t)(ticks >> octave);
}

/* The middle of a bucket. */
static inline double ticks_of(uint32_t bucket)
{
	if (bucket < 2 * HALF)
		return bucket;
	const uint32_t octave = bucket / HALF - 1;
	return ((double)(bucket - octave * HALF) + 0.5) * (double)(1ull << octave);
}

static inline void histogram_add(histogram_t *histogram, uint64_t ticks)
{
	histogram->buckets[bucket_of(ticks)]++;
	histogram->count++;
	if (ticks > histogram->largest)
		histogram->largest = ticks;
}

static inline void histogram_merge(histogram_t *into, const histogram_t *from)
{
	for (uint32_t n = 0; n < BUCKETS; n++)
		into->buckets[n] += from->buckets[n];
	into->count += from->count;
	if (from->largest > into->largest)
		into->largest = from->largest;
}

/* The time that `share` of all were not longer than: the nearest rank. */
static inline double histogram_at(const histogram_t *histogram, double share)
{
	const double rank = share * (double)histogram->count;
	uint64_t seen = 0;
	for (uint32_t n = 0; n < BUCKETS; n++) {
		seen += histogram->buckets[n];
		if ((double)seen >= rank && seen)
			return ticks_of(n);
	}
	return 0;
}

#endif /* RS_BENCH_HISTOGRAM_H */
