/* SPDX-License-Identifier: MIT */
/* xorshift.h - numbers at random that are the same in each run (Marsaglia, "Xorshift RNGs", 2003, with 13, 7, 17). */
#ifndef XORSHIFT_H
#define XORSHIFT_H

#include <stdint.h>

/* `state` is never 0. */
static inline uint64_t random_word(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif /* XORSHIFT_H */
