/* SPDX-License-Identifier: MIT */
/* trace.h - a counterexample as a list of steps, with the test points that each of them passes. */
#ifndef MODEL_TRACE_H
#define MODEL_TRACE_H

#include "explore.h"

void print_trace(const exploration_t *found);

#endif /* MODEL_TRACE_H */
