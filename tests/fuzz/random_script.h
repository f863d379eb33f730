/* SPDX-License-Identifier: MIT */
/* random_script.h - scripts made from a number, the same ones each time. */
#ifndef RANDOM_SCRIPT_H
#define RANDOM_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

/* A state of 0 is fine. */
uint64_t random_next(uint64_t *state);
/* Most of what it gives is near to something: 0, a size, a power of two, a number of a scene. */
uint64_t random_value(uint64_t *state);
/* Fills up to SCRIPT_BYTES_MAX bytes; returns how many. */
size_t random_script(uint64_t seed, uint8_t *bytes);

#endif /* RANDOM_SCRIPT_H */
