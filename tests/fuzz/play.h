/* SPDX-License-Identifier: MIT */
/* play.h - one script from its bytes to a judgement. */
#ifndef PLAY_H
#define PLAY_H

#include <stddef.h>
#include <stdint.h>

#include "script.h"

/* Plays the script; ends the program with a message when a property does not hold. Returns 0 when the bytes are none. */
int play(const uint8_t *bytes, size_t count);

/* The same while somebody else changes what `touched` says. */
void play_beside(const uint8_t *bytes, size_t count, const touched_t *touched);

/* Plays every scene as it was made, in every way, and keeps what an honest reader's account says of it. */
void play_honest_scenes(void);

/* The bytes of the script that is being played, in hexadecimal, to standard error. */
void play_print_script(void);

#endif /* PLAY_H */
