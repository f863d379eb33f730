/* SPDX-License-Identifier: MIT */
/*
 * rs_dump.h - how a ring set is found in an image of physical memory.
 *
 * A kernel's ring set lies in pages that are scattered over the memory. Beside it the driver keeps descriptor blocks, which are
 * never mapped: they tell which page frame holds which page of the set. A reader of an image scans it for blocks, believes those whose
 * checksum fits, and puts the set together (runtime/import/memory). Written by driver/core/dump.c, the same on each system.
 *
 * A block is one page that begins on a page boundary; a set of n pages has (n + 495) / 496 blocks, in any order and anywhere. Everything
 * is little endian. The only addresses here are physical ones, and they stand in no memory that user mode can see.
 */
#ifndef RS_DUMP_H
#define RS_DUMP_H

#include "rs_abi.h"

#define RS_DUMP_MAGIC_LOW 0xa9d3504d55445352ull  /* "RSDUMP", then bytes that are no text, so that no string passes for it */
#define RS_DUMP_MAGIC_HIGH 0x0a1a0a0d5b8ec47full
#define RS_DUMP_VERSION 1u
#define RS_DUMP_BLOCK_BYTES 4096u
#define RS_DUMP_FRAMES 496u
#define RS_DUMP_NAME_BYTES 32u
#define RS_DUMP_FRAME_MISSING UINT64_MAX

enum rs_dump_os { RS_DUMP_LINUX = 1, RS_DUMP_WINDOWS = 2 };

typedef struct {
	uint64_t magic[2]; /* written last; not there while the block is changed or when its set is gone */
	uint32_t version;
	uint32_t block_bytes;
	uint8_t set_id[16]; /* as in the header of the set: a block that was left behind by another set names another one */
	char name[RS_DUMP_NAME_BYTES]; /* of the set; ends with a zero */
	uint64_t total_bytes;
	uint32_t page_bytes; /* RS_PAGE_BYTES, whatever the machine's own pages are */
	uint32_t page_count; /* of the whole set */
	uint32_t block;
	uint32_t block_count;
	uint32_t first_page; /* that frame[0] holds: block times RS_DUMP_FRAMES */
	uint32_t frame_count;
	int64_t made_unix_ns;
	uint32_t os; /* rs_dump_os */
	uint32_t reserved[2];
	uint32_t crc32c; /* of the whole block with 0 in this place */
	uint64_t frame[RS_DUMP_FRAMES]; /* physical address / 4096 */
} rs_dump_block_t;

RS_ABI_ASSERT(sizeof(rs_dump_block_t) == RS_DUMP_BLOCK_BYTES);
RS_ABI_AT(rs_dump_block_t, version, 16);
RS_ABI_AT(rs_dump_block_t, block_bytes, 20);
RS_ABI_AT(rs_dump_block_t, set_id, 24);
RS_ABI_AT(rs_dump_block_t, name, 40);
RS_ABI_AT(rs_dump_block_t, total_bytes, 72);
RS_ABI_AT(rs_dump_block_t, page_bytes, 80);
RS_ABI_AT(rs_dump_block_t, page_count, 84);
RS_ABI_AT(rs_dump_block_t, block, 88);
RS_ABI_AT(rs_dump_block_t, block_count, 92);
RS_ABI_AT(rs_dump_block_t, first_page, 96);
RS_ABI_AT(rs_dump_block_t, frame_count, 100);
RS_ABI_AT(rs_dump_block_t, made_unix_ns, 104);
RS_ABI_AT(rs_dump_block_t, os, 112);
RS_ABI_AT(rs_dump_block_t, reserved, 116);
RS_ABI_AT(rs_dump_block_t, crc32c, 124);
RS_ABI_AT(rs_dump_block_t, frame, 128);

#endif /* RS_DUMP_H */
