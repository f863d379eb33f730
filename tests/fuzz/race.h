/* SPDX-License-Identifier: MIT */
/* race.h - a reader beside a thread that writes lies. */
#ifndef RACE_H
#define RACE_H

#include <stdint.h>

/* Reads all scenes again and again; returns how many times. What is checked stands in race.c. */
unsigned long long race(double seconds, uint64_t seed);

#endif /* RACE_H */
