/* SPDX-License-Identifier: MIT */
/*
 * A reader library of another version, for native_test.ts: every symbol is there. OTHER_MAJOR is its ABI major version;
 * OTHER_COUNT how many numbers of the layout it claims, all of them 0; OTHER_SYMBOLS the other symbols, each as UNUSED_SYMBOL(name).
 */
#include "rs_reader.h"

uint32_t rs_reader_abi(void)
{
	return OTHER_MAJOR << 16;
}

uint32_t rs_reader_layout(uint32_t *numbers, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++)
		numbers[n] = 0;
	return OTHER_COUNT < 0 ? count : (uint32_t)OTHER_COUNT;
}

#define UNUSED_SYMBOL(name)                       \
	RS_READER_API void other_##name(void) __asm__(#name); \
	void other_##name(void)                   \
	{                                         \
	}

OTHER_SYMBOLS
