/* SPDX-License-Identifier: MIT */
/* every_field.h - a producer and a consumer that lie in every field, one at a time. */
#ifndef EVERY_FIELD_H
#define EVERY_FIELD_H

#include <stdint.h>

/* Plays one script for each word of each scene, each lie and each moment; of these every `stride`-th. Returns how many. */
unsigned long long every_field(uint64_t stride);

#endif /* EVERY_FIELD_H */
