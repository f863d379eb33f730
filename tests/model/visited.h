/* SPDX-License-Identifier: MIT */
/*
 * visited.h - the set of states that have been seen, as 128-bit fingerprints: that two of a billion states share one has a
 * probability below 10^-20.
 */
#ifndef MODEL_VISITED_H
#define MODEL_VISITED_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
	uint64_t high, low; /* both 0: of no state */
} fingerprint_t;

void visited_clear(void);
/* Of a multiple of 16 bytes. Its place in the set is on its way to the cache then. */
fingerprint_t visited_prepare(const void *state, size_t bytes);
/* Returns 1 when it was not there. */
int visited_add(fingerprint_t fingerprint);

#endif /* MODEL_VISITED_H */
