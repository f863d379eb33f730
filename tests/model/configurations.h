/* SPDX-License-Identifier: MIT */
/* configurations.h - what is explored: rings, programs of the writers, and what may happen to them. */
#ifndef MODEL_CONFIGURATIONS_H
#define MODEL_CONFIGURATIONS_H

#include "memory.h"
#include "state.h"

#define TOO_BIG_UNITS 9

typedef struct {
	int thread; /* a processor: its contexts share a store buffer, a life, and the order of nesting */
	int depth;
	/* What it writes, one word each: ring a or b, slots 1 or 2 (9: too big), x where it takes the entry back. */
	const char *program;
	int has_no_record; /* nested too deep, or the intent table was full */
	int dies_at;       /* 0: anywhere; else the step (writer_pc) of its last write that it never does */
} planned_context_t;

typedef struct {
	const char *name;
	enum memory_model memory;
	int is_overwriting, is_clock_ordered;
	int rings, slots;
	int deaths;
	unsigned mortal;  /* threads that can be killed; 0: all */
	int passes;       /* living writers that may be passed */
	int is_attempts_last; /* the relaxed load of attempts is done after the others, as arm64 may */
	int reader_deaths;
	int copies_ahead; /* entries that wait for an index may be copied out of their ring */
	int has_neighbour;
	int is_payload_zero;    /* as the memory was at first */
	int is_payload_crafted; /* payload looks like an entry of the next lap, but for the key */
	int is_large;  /* with --full only */
	planned_context_t contexts[CONTEXTS];
} configuration_t;

typedef struct {
	uint8_t context, ring, units, is_discarded;
} planned_write_t;

extern const configuration_t configurations[];
extern const int configuration_count;

/* The one that is explored now, and its programs taken apart. */
extern const configuration_t *configuration;
extern planned_write_t planned[WRITES];
extern int planned_count, context_count, thread_count;
extern int first_write[CONTEXTS], write_count[CONTEXTS];

void configure(const configuration_t *which);
const configuration_t *find_configuration(const char *name);

#endif /* MODEL_CONFIGURATIONS_H */
