/* SPDX-License-Identifier: MIT */
/*
 * dump_test.c - descriptor blocks for memory images: whole or not there, whatever moment the machine stopped at.
 */
#include "check.h"
#include "dump.h"
#include "rs_reader.h"

static const uint8_t set_id[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static rs_dump_block_t block;

static rs_dump_set_t set_of(uint64_t total_bytes)
{
	return (rs_dump_set_t){
		.set_id = set_id, .name = "net", .total_bytes = total_bytes, .made_unix_ns = -5, .os = RS_DUMP_LINUX};
}

static void make(uint64_t total_bytes, uint32_t number)
{
	const rs_dump_set_t set = set_of(total_bytes);
	rs_dump_block_begin(&block, &set, number);
	for (uint32_t n = 0; n < block.frame_count; n++)
		block.frame[n] = 1000 + block.first_page + n;
	rs_dump_block_finish(&block);
}

/* As somebody who knows the format forges it. */
static void seal(void)
{
	block.crc32c = 0;
	block.crc32c = rs_crc32c(0, &block, sizeof(block));
}

TEST("a set has a block for every 496 pages that were begun, and none where pages cannot be numbered")
{
	CHECK_EQUAL(rs_dump_block_count(0), 0);
	CHECK_EQUAL(rs_dump_block_count(1), 1);
	CHECK_EQUAL(rs_dump_block_count(496 * 4096), 1);
	CHECK_EQUAL(rs_dump_block_count(496 * 4096 + 1), 2);
	CHECK_EQUAL(rs_dump_block_count(UINT32_MAX * 4096ull), (UINT32_MAX + 495ull) / 496);
	CHECK_EQUAL(rs_dump_block_count(UINT32_MAX * 4096ull + 1), 0);
	CHECK_EQUAL(rs_dump_block_count(UINT64_MAX), 0);
}

TEST("a block that was finished says whose pages it names, and the last one names the rest")
{
	make(498 * 4096 - 1, 0);
	CHECK_EQUAL(rs_dump_block_check(&block), RS_OK);
	CHECK(memcmp(block.set_id, set_id, sizeof(set_id)) == 0);
	CHECK(strcmp(block.name, "net") == 0);
	CHECK_EQUAL(block.total_bytes, 498 * 4096 - 1);
	CHECK_EQUAL(block.page_count, 498);
	CHECK_EQUAL(block.block_count, 2);
	CHECK_EQUAL(block.first_page, 0);
	CHECK_EQUAL(block.frame_count, 496);
	CHECK_EQUAL(block.frame[495], 1495);
	CHECK_EQUAL((uint64_t)block.made_unix_ns, (uint64_t)-5);
	make(498 * 4096 - 1, 1);
	CHECK_EQUAL(rs_dump_block_check(&block), RS_OK);
	CHECK_EQUAL(block.first_page, 496);
	CHECK_EQUAL(block.frame_count, 2);
	CHECK_EQUAL(block.frame[1], 1497);
	CHECK_EQUAL(block.frame[2], RS_DUMP_FRAME_MISSING);
}

TEST("the checksum is that of the whole block with zero in its own place, as the reader of images computes it")
{
	make(100 * 4096, 0);
	rs_dump_block_t copy = block;
	copy.crc32c = 0;
	CHECK_EQUAL(block.crc32c, rs_crc32c(0, &copy, sizeof(copy)));
}

TEST("a name that is too long is cut and still ends")
{
	rs_dump_set_t set = set_of(4096);
	set.name = "a name that is longer than thirty-one bytes";
	rs_dump_block_begin(&block, &set, 0);
	rs_dump_block_finish(&block);
	CHECK_EQUAL(rs_dump_block_check(&block), RS_OK);
	CHECK(strcmp(block.name, "a name that is longer than thir") == 0);
}

TEST("a machine that stops while a block is filled, changed or erased leaves none")
{
	const rs_dump_set_t set = set_of(8192);

	memset(&block, 0xff, sizeof(block));
	rs_dump_block_begin(&block, &set, 0);
	CHECK_EQUAL(rs_dump_block_check(&block), RS_NOT_RINGS);
	rs_dump_block_finish(&block);
	CHECK_EQUAL(rs_dump_block_check(&block), RS_OK);
	/* Changed: a reset draws another identity. */
	rs_dump_block_begin(&block, &set, 0);
	CHECK_EQUAL(rs_dump_block_check(&block), RS_NOT_RINGS);
	rs_dump_block_finish(&block);
	rs_dump_block_erase(&block);
	CHECK_EQUAL(rs_dump_block_check(&block), RS_NOT_RINGS);
	CHECK_EQUAL(block.magic[0], 0);
}

TEST("a block with any byte changed is none")
{
	make(100 * 4096, 0);
	for (uint32_t at = 0; at < sizeof(block); at++) {
		((uint8_t *)&block)[at] ^= 0x10;
		CHECK_EQUAL(rs_dump_block_check(&block), RS_NOT_RINGS);
		((uint8_t *)&block)[at] ^= 0x10;
	}
	CHECK_EQUAL(rs_dump_block_check(&block), RS_OK);
}

TEST("a block whose checksum fits and whose numbers cannot be is none")
{
#define REFUSED(change)                                                                                        \
	do {                                                                                                   \
		make(600 * 4096, 1);                                                                           \
		change;                                                                                        \
		seal();                                                                                        \
		CHECK_EQUAL(rs_dump_block_check(&block), RS_NOT_RINGS);                                        \
	} while (0)
	REFUSED(block.block_bytes = 8192);
	REFUSED(block.page_bytes = 65536);
	REFUSED(block.page_count = 601);
	REFUSED(block.page_count = 0; block.total_bytes = 0; block.block_count = 0);
	REFUSED(block.total_bytes = UINT64_MAX);
	REFUSED(block.block = 2);
	REFUSED(block.block_count = 3);
	REFUSED(block.first_page = 0);
	REFUSED(block.frame_count = 105);
	REFUSED(block.name[31] = 'x');
	make(600 * 4096, 1);
	seal();
	CHECK_EQUAL(rs_dump_block_check(&block), RS_OK);
}

TEST("a block of another version is told from one that is torn")
{
	make(4096, 0);
	block.version = 2;
	CHECK_EQUAL(rs_dump_block_check(&block), RS_NOT_RINGS);
	seal();
	CHECK_EQUAL(rs_dump_block_check(&block), RS_BAD_ABI);
}
