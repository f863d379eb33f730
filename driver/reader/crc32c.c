/* SPDX-License-Identifier: MIT */
/* crc32c.c - CRC-32C (Castagnoli polynomial, RFC 3720 appendix B.4): by the processor's instruction, else by table. */
#include <string.h>

#include "rs_reader.h"

#define POLYNOMIAL_REFLECTED 0x82f63b78u

static uint32_t table[256];

__attribute__((constructor)) static void fill_table(void)
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t crc = byte;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL_REFLECTED : 0);
		table[byte] = crc;
	}
}

static uint32_t update_by_table(uint32_t crc, const uint8_t *at, uint64_t length)
{
	while (length--)
		crc = crc >> 8 ^ table[(crc ^ *at++) & 0xff];
	return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t update_by_instruction(uint32_t crc, const uint8_t *at, uint64_t length)
{
	uint64_t wide = crc;
	for (; length >= 8; at += 8, length -= 8) {
		uint64_t eight;
		memcpy(&eight, at, sizeof(eight));
		wide = __builtin_ia32_crc32di(wide, eight);
	}
	crc = (uint32_t)wide;
	while (length--)
		crc = __builtin_ia32_crc32qi(crc, *at++);
	return crc;
}
#endif

uint32_t rs_crc32c(uint32_t crc, const void *bytes, uint64_t length)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("sse4.2"))
		return ~update_by_instruction(~crc, bytes, length);
#endif
	return ~update_by_table(~crc, bytes, length);
}
