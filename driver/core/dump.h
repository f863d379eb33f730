/* SPDX-License-Identifier: MIT */
/*
 * dump.h - the descriptor blocks of a kernel's ring set, for readers of memory images (rs_dump.h).
 *
 * Pure, no allocation: the shell brings memory of whole pages, the numbers of the frames, and a lock of its own; not for the write path
 * (about 30 µs a block). Ordinary context.
 *
 *      for (n = 0; n < rs_dump_block_count(total_bytes); n++) {
 *              rs_dump_block_begin(&blocks[n], &set, n);
 *              for (i = 0; i < blocks[n].frame_count; i++)
 *                      blocks[n].frame[i] = frame of page blocks[n].first_page + i;
 *              rs_dump_block_finish(&blocks[n]);
 *      }
 *
 * The machine can stop between any two stores. Until a block is finished, and once it is erased, it has no magic, so that what is
 * found in an image is whole or not there.
 */
#ifndef RS_CORE_DUMP_H
#define RS_CORE_DUMP_H

#include "rs_dump.h"
#include "rs_status.h"

typedef struct {
	const uint8_t *set_id; /* 16 bytes */
	const char *name;      /* ends with a zero; what is longer than a block holds is cut */
	uint64_t total_bytes;
	int64_t made_unix_ns;
	uint32_t os; /* rs_dump_os */
} rs_dump_set_t;

/* How many blocks describe a set of so many bytes; 0: no set has so many. */
uint32_t rs_dump_block_count(uint64_t total_bytes);

/* Fills everything but the frames, which are RS_DUMP_FRAME_MISSING. `number` is less than the count of blocks. */
void rs_dump_block_begin(rs_dump_block_t *block, const rs_dump_set_t *set, uint32_t number);

/* The frames are there: from now on the block counts. */
void rs_dump_block_finish(rs_dump_block_t *block);

/* Before its set changes or goes: a block of freed memory must not name frames that hold something else by now. */
void rs_dump_block_erase(rs_dump_block_t *block);

/* RS_OK for a block that is whole and contradicts nothing, else RS_NOT_RINGS; RS_BAD_ABI for one of another version. `block` is a
 * private copy. */
rs_status_t rs_dump_block_check(const rs_dump_block_t *block) RS_MUST_USE;

/* CRC-32C: begins with ~0, and what it ends with is inverted. */
uint32_t rs_dump_crc_add(uint32_t crc, const uint8_t *at, uint32_t bytes);

#endif /* RS_CORE_DUMP_H */
