/* SPDX-License-Identifier: MIT */
/*
 * random.h - numbers that nobody outside can guess: keys and identities of sets. PASSIVE_LEVEL.
 */
#ifndef RS_WIN_RANDOM_H
#define RS_WIN_RANDOM_H

#include "rs_types.h"

void rs_win_random(void *bytes, size_t count);

#endif /* RS_WIN_RANDOM_H */
