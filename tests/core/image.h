/* SPDX-License-Identifier: MIT */
/*
 * image.h - one ring in memory, without file, thread or reader: what a test wrote, and a walk over the bytes that finds out what
 * is really there. A page that nobody may touch lies on both sides of the ring's data.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "check.h"
#include "pages.h"
#include "ring.h"

#define IMAGE_PAGE 4096u
#define WALKED_MAX 1024u

typedef struct {
	rs_ring_t ring;
	rs_ring_page_t page;
	uint64_t read_pos;
	uint64_t next_index;
	rs_intent_record_t intents[8]; /* one for each depth */
	uint8_t *mapping;
	size_t mapping_bytes;
} image_t;

/* What stands at a place of the ring, by the layout in rs_abi.h. */
typedef struct {
	uint64_t position, bytes;
	enum rs_entry_state state;
	const rs_entry_header_t *header;
} walked_entry_t;

static inline void image_make(image_t *image, uint64_t ring_bytes)
{
	memset(image, 0, sizeof(*image));
	image->mapping_bytes = ring_bytes + 2 * IMAGE_PAGE;
	image->mapping = pages_take(image->mapping_bytes);
	REQUIRE(image->mapping);
	REQUIRE(pages_close(image->mapping, IMAGE_PAGE));
	REQUIRE(pages_close(image->mapping + IMAGE_PAGE + ring_bytes, IMAGE_PAGE));
	image->ring = (rs_ring_t){
		.data = image->mapping + IMAGE_PAGE,
		.ring_bytes = ring_bytes,
		.entry_bytes_max = rs_entry_bytes_max(ring_bytes),
		.tag_key = {0x0123456789abcdefull, 0xfedcba9876543211ull},
		.page = &image->page,
		.floor_pos = &image->read_pos,
		.next_index = &image->next_index,
		.number = 3,
	};
}

static inline void image_drop(image_t *image)
{
	pages_drop(image->mapping, image->mapping_bytes);
}

/* As if everything up to here had been written and read. */
static inline void image_start_at(image_t *image, uint64_t position, uint64_t attempts, uint64_t index)
{
	image->page.reserve = (rs_reserve_t){position, attempts};
	image->read_pos = position;
	image->next_index = index;
}

static inline uint64_t *image_word(const image_t *image, uint64_t position)
{
	return (uint64_t *)(void *)(image->ring.data + (position & (image->ring.ring_bytes - 1)));
}

static inline rs_status_t image_reserve(image_t *image, uint32_t depth, uint64_t length, rs_claim_t *claim)
{
	return rs_ring_reserve(&image->ring, &image->intents[depth], length, claim);
}

static inline void image_fill(const rs_claim_t *claim, uint32_t serial, uint32_t length)
{
	*claim->header = (rs_entry_header_t){
		.state = claim->header->state,
		.index = claim->index,
		.seq = claim->seq,
		.type = serial,
		.length = length,
		.severity = RS_INFO,
	};
	memset(claim->header + 1, (int)(serial & 0xff), length);
}

/* A whole entry; what it was refused for otherwise. */
static inline rs_status_t image_put(image_t *image, uint64_t length)
{
	rs_claim_t claim;
	const rs_status_t status = image_reserve(image, 0, length, &claim);
	if (status == RS_OK) {
		image_fill(&claim, (uint32_t)claim.seq, (uint32_t)length);
		rs_ring_commit(&claim);
	}
	return status;
}

/* Every entry from read_pos on; checks that they lie side by side up to the position and none across the end. */
static inline uint32_t image_walk(const image_t *image, walked_entry_t *entries)
{
	const uint64_t end = image->page.reserve.position;
	uint64_t position = image->read_pos;
	uint32_t count = 0;

	CHECK(end - position <= image->ring.ring_bytes);
	while (position != end && count < WALKED_MAX) {
		const uint64_t word = *image_word(image, position);
		const uint64_t offset = position % image->ring.ring_bytes;
		walked_entry_t *entry = &entries[count++];
		*entry = (walked_entry_t){
			.position = position,
			.bytes = (word >> 3 & 0xffff) * 8,
			.state = (enum rs_entry_state)(word & 7),
			.header = (const rs_entry_header_t *)(const void *)image_word(image, position),
		};
		CHECK_EQUAL(word >> 19, rs_tag(position, image->ring.tag_key));
		CHECK(entry->bytes != 0);
		CHECK(offset + entry->bytes <= image->ring.ring_bytes);
		CHECK(entry->bytes <= end - position);
		if (entry->bytes == 0 || entry->bytes > end - position)
			break;
		position += entry->bytes;
	}
	CHECK_EQUAL(position, end);
	return count;
}

#endif /* IMAGE_H */
