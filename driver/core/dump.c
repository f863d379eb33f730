/* SPDX-License-Identifier: MIT */
/* dump.c - see dump.h. */
#include "dump.h"

#include "atomics.h"

/* CRC-32C (RFC 3720, appendix B.4; reflected polynomial 0x82f63b78) of each value of four bits. A table of a cache line, because the
 * vector registers that would do it faster are not a kernel's to use. */
static const uint32_t crc_of_nibble[16] = {
	0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
	0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t rs_dump_crc_add(uint32_t crc, const uint8_t *at, uint32_t bytes)
{
	while (bytes--) {
		crc ^= *at++;
		crc = crc >> 4 ^ crc_of_nibble[crc & 0xf];
		crc = crc >> 4 ^ crc_of_nibble[crc & 0xf];
	}
	return crc;
}

static uint32_t crc_of_block(const rs_dump_block_t *block)
{
	static const uint8_t zeros[sizeof(block->crc32c)];
	const uint32_t before = (uint32_t)__builtin_offsetof(rs_dump_block_t, crc32c);
	const uint32_t behind = before + (uint32_t)sizeof(block->crc32c);
	uint64_t magic[2] = {RS_DUMP_MAGIC_LOW, RS_DUMP_MAGIC_HIGH};
	const uint8_t *bytes = (const uint8_t *)block;
	uint32_t crc = ~0u;

	/* The magic may not stand there yet. */
	crc = rs_dump_crc_add(crc, (const uint8_t *)magic, sizeof(magic));
	crc = rs_dump_crc_add(crc, bytes + sizeof(magic), before - (uint32_t)sizeof(magic));
	crc = rs_dump_crc_add(crc, zeros, sizeof(zeros));
	return ~rs_dump_crc_add(crc, bytes + behind, RS_DUMP_BLOCK_BYTES - behind);
}

static uint64_t pages_of(uint64_t total_bytes)
{
	return total_bytes / RS_PAGE_BYTES + (total_bytes % RS_PAGE_BYTES != 0);
}

uint32_t rs_dump_block_count(uint64_t total_bytes)
{
	const uint64_t pages = pages_of(total_bytes);

	return pages > UINT32_MAX ? 0 : (uint32_t)((pages + RS_DUMP_FRAMES - 1) / RS_DUMP_FRAMES);
}

void rs_dump_block_erase(rs_dump_block_t *block)
{
	store_u64_relaxed(&block->magic[0], 0);
	store_u64_relaxed(&block->magic[1], 0);
	/* Whatever is stored next, a machine that stops has not stored it before this. */
	fence_release();
}

void rs_dump_block_begin(rs_dump_block_t *block, const rs_dump_set_t *set, uint32_t number)
{
	const uint32_t pages = (uint32_t)pages_of(set->total_bytes);
	const uint32_t first = number * RS_DUMP_FRAMES;
	uint32_t n;

	rs_dump_block_erase(block);
	block->version = RS_DUMP_VERSION;
	block->block_bytes = RS_DUMP_BLOCK_BYTES;
	for (n = 0; n < sizeof(block->set_id); n++)
		block->set_id[n] = set->set_id[n];
	for (n = 0; n < RS_DUMP_NAME_BYTES - 1 && set->name[n]; n++)
		block->name[n] = set->name[n];
	for (; n < RS_DUMP_NAME_BYTES; n++)
		block->name[n] = '\0';
	block->total_bytes = set->total_bytes;
	block->page_bytes = RS_PAGE_BYTES;
	block->page_count = pages;
	block->block = number;
	block->block_count = rs_dump_block_count(set->total_bytes);
	block->first_page = first;
	block->frame_count = pages - first < RS_DUMP_FRAMES ? pages - first : RS_DUMP_FRAMES;
	block->made_unix_ns = set->made_unix_ns;
	block->os = set->os;
	block->reserved[0] = block->reserved[1] = 0;
	block->crc32c = 0;
	for (n = 0; n < RS_DUMP_FRAMES; n++)
		block->frame[n] = RS_DUMP_FRAME_MISSING;
}

void rs_dump_block_finish(rs_dump_block_t *block)
{
	block->crc32c = crc_of_block(block);
	store_u64_relaxed(&block->magic[1], RS_DUMP_MAGIC_HIGH);
	/* Everything else before the word that a scan looks for. */
	store_u64_release(&block->magic[0], RS_DUMP_MAGIC_LOW);
}

static int is_sound(const rs_dump_block_t *block)
{
	const uint64_t pages = pages_of(block->total_bytes);

	if (block->block_bytes != RS_DUMP_BLOCK_BYTES || block->page_bytes != RS_PAGE_BYTES || pages == 0 ||
	    pages != block->page_count || block->block_count != rs_dump_block_count(block->total_bytes) ||
	    block->block >= block->block_count || block->first_page != block->block * RS_DUMP_FRAMES)
		return 0;
	return block->frame_count == (pages - block->first_page < RS_DUMP_FRAMES ? pages - block->first_page : RS_DUMP_FRAMES) &&
	       block->name[RS_DUMP_NAME_BYTES - 1] == '\0';
}

rs_status_t rs_dump_block_check(const rs_dump_block_t *block)
{
	if (block->magic[0] != RS_DUMP_MAGIC_LOW || block->magic[1] != RS_DUMP_MAGIC_HIGH)
		return RS_NOT_RINGS;
	/* The checksum stands in the same place in each version. */
	if (block->crc32c != crc_of_block(block))
		return RS_NOT_RINGS;
	if (block->version != RS_DUMP_VERSION)
		return RS_BAD_ABI;
	return is_sound(block) ? RS_OK : RS_NOT_RINGS;
}
