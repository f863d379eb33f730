/* SPDX-License-Identifier: MIT */
/*
 * successor.h - the reader dies, and another one goes on from its checkpoint: driver/reader/checkpoint.c.
 *
 * What had been delivered and not yet covered by a checkpoint was in private memory only, and comes again. What had been covered and
 * not yet stored in the folder is lost with the process, and counted.
 */
#ifndef MODEL_SUCCESSOR_H
#define MODEL_SUCCESSOR_H

#include "state.h"

/* Steps of the reader before it returns space: one half of the checkpoint, in two parts, then the generation. */
int checkpoint_is_new(const state_t *state);
void write_checkpoint_rings(state_t *state);
void write_checkpoint_base(state_t *state);
void write_generation(state_t *state);

/* The folder takes rows that a checkpoint covers. */
int can_store(const state_t *state);
void store_rows(state_t *state);

void replace_reader(state_t *state);

#endif /* MODEL_SUCCESSOR_H */
