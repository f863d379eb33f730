/* SPDX-License-Identifier: MIT */
/* configurations.c - see configurations.h. Sizes stand in README.md. */
#include "configurations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "writer.h"

#define ONE(thread, program) {thread, 0, program, 0, 0}
#define NESTED(thread, depth, program) {thread, depth, program, 0, 0}
#define DYING(thread, program, step) {thread, 0, program, 0, step}

#define DISCARD .rings = 1, .memory = MEMORY_SC
#define TWO_RINGS .rings = 2, .memory = MEMORY_SC
#define OVERWRITE_TWO .rings = 2, .memory = MEMORY_SC, .is_overwriting = 1
#define TSO .rings = 1, .memory = MEMORY_TSO
#define WEAK .rings = 1, .memory = MEMORY_WEAK, .is_attempts_last = 1
#define OVERWRITE .rings = 1, .memory = MEMORY_SC, .is_overwriting = 1

const configuration_t configurations[] = {
	/* Discard mode, index order. */
	{"discard", DISCARD, .slots = 2, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1 a1x")}},
	{"wrap", DISCARD, .slots = 3, .contexts = {ONE(0, "a2 a2"), ONE(1, "a1 a9")}},
	{"attempts-last", DISCARD, .slots = 2, .is_attempts_last = 1, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"three", DISCARD, .slots = 2, .is_large = 1, .contexts = {ONE(0, "a1"), ONE(1, "a1"), ONE(2, "a1")}},
	{"three-wide", DISCARD, .slots = 4, .is_large = 1, .contexts = {ONE(0, "a1 a1"), ONE(1, "a2"), ONE(2, "a2")}},
	{"nested", DISCARD, .slots = 3, .contexts = {ONE(0, "a2"), NESTED(0, 1, "a1x"), NESTED(0, 2, "a2")}},
	{"nested-and-other", DISCARD, .slots = 2, .deaths = 1, .mortal = 1,
	 .contexts = {ONE(0, "a1"), NESTED(0, 1, "a1"), ONE(1, "a1")}},
	{"nested-twice", DISCARD, .slots = 2, .deaths = 1, .mortal = 1, .is_large = 1,
	 .contexts = {ONE(0, "a1 a1"), NESTED(0, 1, "a1"), ONE(1, "a1")}},
	{"two-rings", TWO_RINGS, .slots = 2, .contexts = {ONE(0, "a1 b1"), ONE(1, "b1")}},
	{"two-rings-three", TWO_RINGS, .slots = 2, .is_large = 1, .contexts = {ONE(0, "a1"), ONE(1, "b1 a1"), ONE(2, "b1")}},
	{"ahead", TWO_RINGS, .slots = 2, .copies_ahead = 1, .contexts = {ONE(0, "a1"), ONE(1, "b1 b1 b1")}},
	{"crafted", DISCARD, .slots = 2, .is_payload_crafted = 1, .contexts = {ONE(0, "a2"), ONE(1, "a1 a1")}},
	/* Death and standing still. */
	{"death", DISCARD, .slots = 2, .deaths = 1, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"death-at-wrap", DISCARD, .slots = 3, .deaths = 1, .contexts = {ONE(0, "a2 a1"), ONE(1, "a2")}},
	{"death-rings", TWO_RINGS, .slots = 2, .deaths = 1, .is_large = 1, .contexts = {ONE(0, "a1 b1"), ONE(1, "b1 a1")}},
	{"two-deaths", DISCARD, .slots = 2, .deaths = 2, .mortal = 6, .is_large = 1,
	 .contexts = {ONE(0, "a1 a9"), ONE(1, "a1"), ONE(2, "a2")}},
	{"false-claim", DISCARD, .slots = 2, .deaths = 2, .mortal = 6,
	 .contexts = {ONE(0, "a1 a9"), DYING(1, "a1", W_MARK), DYING(2, "a2", W_SWAP)}},
	{"false-boundary", TWO_RINGS, .slots = 4, .deaths = 3, .is_large = 1,
	 .contexts = {DYING(0, "b2 a1 b1", W_INTENT_UNITS), DYING(1, "a2", W_MARK), DYING(2, "a9 a1", W_SWAP)}},
	{"three-deaths", DISCARD, .slots = 4, .deaths = 3, .is_large = 1,
	 .contexts = {ONE(0, "a1"), ONE(1, "a1"), ONE(2, "a2")}},
	{"without-record", DISCARD, .slots = 2, .deaths = 1, .mortal = 1,
	 .contexts = {ONE(0, "a1"), {1, 0, "a1", 1, 0}}},
	{"late", DISCARD, .slots = 2, .passes = 1, .contexts = {ONE(0, "a1"), ONE(1, "a1 a1")}},
	{"late-or-dead", DISCARD, .slots = 2, .passes = 1, .deaths = 1, .contexts = {ONE(0, "a1"), ONE(1, "a1")}},
	{"late-twice", TWO_RINGS, .slots = 2, .passes = 2, .deaths = 1, .is_large = 1,
	 .contexts = {ONE(0, "a1 b1"), ONE(1, "a1 a1")}},
	{"reader-dies", DISCARD, .slots = 2, .reader_deaths = 1, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"reader-dies-clock", TWO_RINGS, .is_clock_ordered = 1, .slots = 2, .reader_deaths = 1,
	 .contexts = {ONE(0, "a1"), ONE(1, "b1")}},
	{"reader-dies-twice", TWO_RINGS, .slots = 2, .reader_deaths = 2, .deaths = 1, .is_large = 1,
	 .contexts = {ONE(0, "a1"), ONE(1, "b1 a1")}},
	/* Clock order. */
	{"clock", TWO_RINGS, .is_clock_ordered = 1, .slots = 2, .contexts = {ONE(0, "b1"), ONE(1, "a1")}},
	{"clock-nested", DISCARD, .is_clock_ordered = 1, .slots = 2, .contexts = {ONE(0, "a1 a1"), NESTED(0, 1, "a1")}},
	{"clock-death", TWO_RINGS, .is_clock_ordered = 1, .slots = 2, .deaths = 1, .passes = 1, .is_large = 1,
	 .contexts = {ONE(0, "b1"), ONE(1, "a1 b1")}},
	/* Overwrite mode. */
	{"overwrite", OVERWRITE, .slots = 2, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"overwrite-wrap", OVERWRITE, .slots = 3, .contexts = {ONE(0, "a2 a2"), ONE(1, "a1")}},
	{"overwrite-laps", OVERWRITE, .slots = 2, .is_large = 1, .contexts = {ONE(0, "a1 a1 a1 a1"), ONE(1, "a1")}},
	{"overwrite-mixed", OVERWRITE, .slots = 3, .is_large = 1, .contexts = {ONE(0, "a2 a2"), ONE(1, "a1 a1x")}},
	{"overwrite-nested", OVERWRITE, .slots = 2, .contexts = {ONE(0, "a1 a1"), NESTED(0, 1, "a1 a1")}},
	{"overwrite-rings", OVERWRITE_TWO, .slots = 2, .is_large = 1, .contexts = {ONE(0, "a1 b1 a1"), ONE(1, "b1")}},
	{"overwrite-clock", OVERWRITE, .is_clock_ordered = 1, .slots = 2, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"overwrite-death", OVERWRITE, .slots = 2, .deaths = 1, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"overwrite-death-at-wrap", OVERWRITE, .slots = 3, .deaths = 1, .contexts = {ONE(0, "a2 a1"), ONE(1, "a2")}},
	{"overwrite-two-deaths", OVERWRITE, .slots = 2, .deaths = 2, .mortal = 6, .is_large = 1,
	 .contexts = {ONE(0, "a1"), ONE(1, "a1"), ONE(2, "a1")}},
	{"false-claim-overwrite", OVERWRITE, .slots = 3, .deaths = 1, .mortal = 2, .is_payload_zero = 1, .is_large = 1,
	 .contexts = {ONE(0, "a1 a1 a2"), DYING(1, "a1", W_SWAP)}},
	{"overwrite-late", OVERWRITE, .slots = 2, .passes = 1, .deaths = 1, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"neighbour-and-mark", OVERWRITE, .slots = 2, .deaths = 1, .mortal = 2, .has_neighbour = 1,
	 .contexts = {ONE(0, "a1 a1"), DYING(1, "a1", W_INDEX)}},
	{"neighbour-at-wrap", OVERWRITE, .slots = 3, .deaths = 1, .mortal = 2, .has_neighbour = 1,
	 .contexts = {ONE(0, "a2 a9"), DYING(1, "a2", W_PAD)}},
	{"neighbour-and-hole", OVERWRITE, .slots = 3, .deaths = 1, .mortal = 2, .has_neighbour = 1, .is_payload_zero = 1,
	 .is_large = 1, .contexts = {ONE(0, "a1 a1 a2"), DYING(1, "a1", W_MARK)}},
	{"neighbour", OVERWRITE, .slots = 3, .deaths = 1, .mortal = 2, .has_neighbour = 1, .is_payload_zero = 1, .is_large = 1,
	 .contexts = {ONE(0, "a1 a1 a2"), ONE(1, "a1")}},
	/* Store buffers as on x86-64. */
	{"tso", TSO, .slots = 2, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"tso-nested", TSO, .slots = 2, .contexts = {ONE(0, "a1 a1"), NESTED(0, 1, "a1")}},
	{"tso-nested-and-other", TSO, .slots = 2, .is_large = 1,
	 .contexts = {ONE(0, "a1 a1"), NESTED(0, 1, "a1"), ONE(1, "a9")}},
	{"tso-death", TSO, .slots = 2, .deaths = 1, .contexts = {ONE(0, "a1"), ONE(1, "a1")}},
	{"tso-late", TSO, .slots = 2, .deaths = 1, .passes = 1, .is_large = 1, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"tso-overwrite", TSO, .is_overwriting = 1, .slots = 2, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"tso-overwrite-death", TSO, .is_overwriting = 1, .slots = 2, .deaths = 1, .is_large = 1,
	 .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	/* Stores out of order, as on arm64. */
	{"weak", WEAK, .slots = 1, .contexts = {ONE(0, "a1"), ONE(1, "a1")}},
	{"weak-lap", WEAK, .slots = 1, .contexts = {ONE(0, "a1 a1 a1")}},
	{"weak-two", WEAK, .slots = 2, .is_large = 1, .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"weak-death", WEAK, .slots = 2, .deaths = 1, .mortal = 2, .is_large = 1,
	 .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
	{"weak-overwrite", WEAK, .is_overwriting = 1, .slots = 2, .contexts = {ONE(0, "a1 a1 a1")}},
	{"weak-overwrite-lap", WEAK, .is_overwriting = 1, .slots = 1, .contexts = {ONE(0, "a1 a1 a1")}},
	{"weak-overwrite-two", WEAK, .is_overwriting = 1, .slots = 2, .is_large = 1,
	 .contexts = {ONE(0, "a1 a1"), ONE(1, "a1")}},
};
const int configuration_count = (int)(sizeof(configurations) / sizeof(configurations[0]));

const configuration_t *configuration;
planned_write_t planned[WRITES];
int planned_count, context_count, thread_count;
int first_write[CONTEXTS], write_count[CONTEXTS];

static void plan_context(int number, const planned_context_t *context)
{
	first_write[number] = planned_count;
	for (const char *at = context->program; *at; at++) {
		if (*at == ' ')
			continue;
		if (planned_count == WRITES) {
			fprintf(stderr, "%s: more than %d writes\n", configuration->name, WRITES);
			exit(2);
		}
		planned_write_t *write = &planned[planned_count++];
		*write = (planned_write_t){number, at[0] - 'a', at[1] - '0', at[2] == 'x'};
		at += at[2] == 'x' ? 2 : 1;
	}
	write_count[number] = planned_count - first_write[number];
}

void configure(const configuration_t *which)
{
	configuration = which;
	planned_count = context_count = thread_count = 0;
	while (context_count < CONTEXTS && which->contexts[context_count].program) {
		const planned_context_t *context = &which->contexts[context_count];
		plan_context(context_count++, context);
		if (context->thread >= thread_count)
			thread_count = context->thread + 1;
	}
}

const configuration_t *find_configuration(const char *name)
{
	for (int n = 0; n < configuration_count; n++)
		if (!strcmp(configurations[n].name, name))
			return &configurations[n];
	return NULL;
}
