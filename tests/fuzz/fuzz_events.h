/* SPDX-License-Identifier: MIT */
/* fuzz_events.h - the fuzz target for typed events, as libFuzzer calls it. */
#ifndef FUZZ_EVENTS_H
#define FUZZ_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#define EVENTS_INPUT_MAX 65536u

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif /* FUZZ_EVENTS_H */
