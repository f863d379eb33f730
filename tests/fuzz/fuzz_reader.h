/* SPDX-License-Identifier: MIT */
/* fuzz_reader.h - what libFuzzer calls. */
#ifndef FUZZ_READER_H
#define FUZZ_READER_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *count, char ***words);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif /* FUZZ_READER_H */
