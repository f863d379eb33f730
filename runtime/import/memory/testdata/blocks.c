/* SPDX-License-Identifier: MIT */
/*
 * blocks.c - the descriptor blocks of a ring set as a driver writes them (driver/core/dump.c), for images that tests make.
 *
 *      blocks NAME SET_ID_IN_HEX TOTAL_BYTES MADE_UNIX_NS OS < frames > blocks
 *
 * Frames are 64-bit numbers in the order of the pages.
 */
#include <stdio.h>
#include <stdlib.h>

#include "dump.h"

int main(int argc, char **argv)
{
	uint8_t set_id[16];

	if (argc != 6)
		return 2;
	for (unsigned n = 0; n < sizeof(set_id); n++) {
		const char digits[3] = {argv[2][2 * n], argv[2][2 * n + 1], '\0'};
		set_id[n] = (uint8_t)strtoul(digits, NULL, 16);
	}
	const rs_dump_set_t set = {
		.set_id = set_id,
		.name = argv[1],
		.total_bytes = strtoull(argv[3], NULL, 10),
		.made_unix_ns = strtoll(argv[4], NULL, 10),
		.os = (uint32_t)strtoul(argv[5], NULL, 10),
	};
	for (uint32_t n = 0; n < rs_dump_block_count(set.total_bytes); n++) {
		static rs_dump_block_t block;
		rs_dump_block_begin(&block, &set, n);
		if (fread(block.frame, sizeof(block.frame[0]), block.frame_count, stdin) != block.frame_count)
			return 1;
		rs_dump_block_finish(&block);
		if (fwrite(&block, sizeof(block), 1, stdout) != 1)
			return 1;
	}
	return 0;
}
