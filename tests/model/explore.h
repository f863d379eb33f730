/* SPDX-License-Identifier: MIT */
/* explore.h - every state that can be reached, breadth first, so that a counterexample is as short as one can be. */
#ifndef MODEL_EXPLORE_H
#define MODEL_EXPLORE_H

#include "steps.h"

typedef struct {
	uint64_t states, transitions;
	unsigned depth;
	double seconds;
	int invariant;  /* broken; 0: none */
	unsigned steps; /* of the counterexample */
	step_t *trace;  /* until the next exploration */
} exploration_t;

/* Explores the configuration and rules that are set. */
exploration_t explore(void);

#endif /* MODEL_EXPLORE_H */
