/* SPDX-License-Identifier: MIT */
/*
 * secondary.c - what the driver adds to a minidump (driver/core/dump_secondary.c), for dumps that tests make.
 *
 *      secondary NAME MADE_UNIX_NS ROOM < ring set > blob
 */
#include <stdio.h>
#include <stdlib.h>

#include "dump_secondary.h"
#include "rs_dump.h"

#define SET_BYTES_MAX (64u << 20)

int main(int argc, char **argv)
{
	uint8_t *bytes = malloc(SET_BYTES_MAX);
	const rs_set_header_t *header = (const rs_set_header_t *)(const void *)bytes;

	if (argc != 4 || !bytes)
		return 2;
	if (fread(bytes, 1, SET_BYTES_MAX, stdin) < sizeof(*header))
		return 1;
	const uint32_t room = (uint32_t)strtoul(argv[3], NULL, 10);
	const rs_secondary_set_t set = {
		.header = header,
		.shared = bytes,
		.consumer = bytes + header->consumer_off,
		.name = argv[1],
		.made_unix_ns = strtoll(argv[2], NULL, 10),
	};
	uint8_t *blob = malloc(room);
	if (!blob)
		return 2;
	const uint32_t written = rs_secondary_write(&set, 1, RS_DUMP_WINDOWS, blob, room);
	return fwrite(blob, 1, written, stdout) == written ? 0 : 1;
}
