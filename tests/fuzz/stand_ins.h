/* SPDX-License-Identifier: MIT */
/*
 * stand_ins.h - what the reader asks of the system, answered here.
 *
 * The linker sends the reader's calls of a few functions to this file (FUZZ_WRAPPED in tests/fuzz/build.ts). Time passes only when somebody
 * asks for it or sleeps, so that a run is the same each time and waiting costs nothing; while the reader waits, its thread does the
 * writer's part. The mappings of a scene are kept from one
 * capture to the next, with pages that nobody may touch on both sides; under ASan what lies between their regions is
 * poisoned too.
 */
#ifndef STAND_INS_H
#define STAND_INS_H

#include <stdint.h>

#include "scene.h"

#define STAND_INS_START_NS 1000000000000000ull
#define STAND_INS_WALL_NS 1700000000000000000ull

extern struct stand_ins {
	uint64_t now_ns;
	uint64_t sleeps; /* since the last reset */
	const scene_t *scene; /* whose file is being mapped */
	int is_header_touched; /* a reader may rightly map and read other places than the scene has */
	const uint8_t *producer; /* the reader's view of the producers' half; null while there is none */
	uint64_t producer_bytes;
	void (*when_time_passes)(void);
	int (*when_it_waits)(void); /* does a writer's part; 1 when a batch was given back */
} stand_ins;

void stand_ins_reset(const scene_t *scene);

#endif /* STAND_INS_H */
