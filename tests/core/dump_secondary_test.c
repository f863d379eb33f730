/* SPDX-License-Identifier: MIT */
/*
 * dump_secondary_test.c - the newest entries of sets in one block: put back into an empty set, a reader finds exactly what was written last.
 */
#include "check.h"
#include "dump_secondary.h"
#include "reading.h"
#include "rs_dump.h"
#include "rs_reader.h"

#define ROOM (1u << 20)

static _Alignas(8) uint8_t block[ROOM + 64];
static rings_t set;
static reading_t reading;

static rs_secondary_set_t set_as_it_is(void)
{
	return (rs_secondary_set_t){.header = &set.file.header,
				    .shared = set.file.bytes,
				    .consumer = set.file.consumer,
				    .name = "net",
				    .made_unix_ns = 77};
}

static const rs_secondary_header_t *head(void)
{
	return (const rs_secondary_header_t *)(const void *)block;
}

/* Writes a block, and sees that it keeps to its room and says so itself. */
static uint32_t write_block(uint32_t room)
{
	const rs_secondary_set_t sets[] = {set_as_it_is()};
	memset(block, 0xee, sizeof(block));
	const uint32_t bytes = rs_secondary_write(sets, 1, RS_DUMP_WINDOWS, block, room);
	REQUIRE(bytes <= room);
	for (uint32_t n = bytes; n < bytes + 64; n++)
		REQUIRE_EQUAL(block[n], 0xee);
	if (bytes) {
		CHECK_EQUAL(head()->bytes, bytes);
		CHECK_EQUAL(head()->magic[0], RS_SECONDARY_MAGIC_LOW);
		const uint32_t crc = head()->crc32c;
		((rs_secondary_header_t *)(void *)block)->crc32c = 0;
		CHECK_EQUAL(rs_crc32c(0, block, bytes), crc);
	}
	return bytes;
}

static const rs_secondary_record_t *record(uint32_t kind, uint32_t number)
{
	const uint8_t *at = block + sizeof(rs_secondary_header_t);
	for (uint32_t n = 0; n < head()->record_count; n++) {
		const rs_secondary_record_t *found = (const rs_secondary_record_t *)(const void *)at;
		if (found->kind == kind && !number--)
			return found;
		at += sizeof(*found) + ((found->data_bytes + 7) & ~7ull);
		REQUIRE(at <= block + head()->bytes);
	}
	return NULL;
}

static const rs_entry_header_t *first_entry(const rs_secondary_record_t *ring)
{
	return (const rs_entry_header_t *)(const void *)(ring + 1);
}

/* Empties the set and fills it again from the block, as an importer does. */
static void put_back(void)
{
	const rs_set_header_t *header = &set.file.header;
	memset(set.file.bytes, 0, header->consumer_off);
	memset(set.file.consumer, 0, header->total_bytes - header->consumer_off);
	memcpy(set.file.bytes, record(RS_SECONDARY_SET, 0) + 1, sizeof(*header));
	for (uint32_t n = 0; record(RS_SECONDARY_BYTES, n); n++) {
		const rs_secondary_record_t *bytes = record(RS_SECONDARY_BYTES, n);
		memcpy(set.file.bytes + bytes->a, bytes + 1, bytes->data_bytes);
	}
	for (uint32_t n = 0; record(RS_SECONDARY_RING, n); n++) {
		const rs_secondary_record_t *ring = record(RS_SECONDARY_RING, n);
		const uint64_t mask = header->ring_bytes - 1;
		REQUIRE_EQUAL(ring->data_bytes, ring->c - ring->b);
		for (uint64_t at = 0; at < ring->data_bytes; at += 8)
			memcpy(set.rings[ring->a].data + ((ring->b + at) & mask), (const uint8_t *)(ring + 1) + at, 8);
		rings_start_at(&set, (uint32_t)ring->a, ring->b, 0, *set.next_index);
		set.pages[ring->a].reserve = (rs_reserve_t){ring->c, first_entry(ring)->seq};
		set.consumers[ring->a].checkpoint[0].next_seq = ring->data_bytes ? first_entry(ring)->seq : 0;
	}
	for (uint32_t n = 0; record(RS_SECONDARY_BYTES, n); n++) {
		const rs_secondary_record_t *bytes = record(RS_SECONDARY_BYTES, n);
		memcpy(set.file.bytes + bytes->a, bytes + 1, bytes->data_bytes);
	}
	set.consumer_set->base_index[0] = 0;
}

TEST("what was written is all there where there is room, and a reader takes it from the block")
{
	rings_make_small(&set, 2);
	for (uint32_t n = 0; n < 20; n++)
		(void)rings_put(&set, n % 2, 8 + n);
	REQUIRE(write_block(ROOM) > 0);
	CHECK_EQUAL(head()->version, 1);
	CHECK_EQUAL(head()->os, RS_DUMP_WINDOWS);
	CHECK_EQUAL(head()->set_count, 1);
	CHECK_EQUAL(head()->flags, 0);
	CHECK_EQUAL(record(RS_SECONDARY_SET, 0)->a, 77);
	CHECK_EQUAL(record(RS_SECONDARY_SET, 0)->b, 0);
	CHECK(strcmp((const char *)(record(RS_SECONDARY_SET, 0) + 1) + sizeof(rs_set_header_t), "net") == 0);
	put_back();
	reading_begin(&reading, &set);
	reading_look(&reading);
	reading_finish(&reading, 1000);
	CHECK_EQUAL(reading.row_count, 20);
	for (uint32_t n = 0; n < reading.row_count; n++)
		CHECK_EQUAL(reading.rows[n].type, n);
	reading_end(&reading);
	rings_drop(&set);
}

/* What the set takes with no byte of any ring, and no call site. */
static uint32_t least_room(void)
{
	uint32_t room = 64;
	while (write_block(room), !head()->set_count)
		room += 8;
	return room;
}

TEST("where the room is short, the newest entries are there, whole, and the block says that it is short")
{
	rings_make(&set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 4096, .intent_count = 16});
	for (uint32_t n = 0; n < 30; n++)
		(void)rings_put(&set, 0, 8);
	const uint32_t least = least_room();
	CHECK_EQUAL(record(RS_SECONDARY_RING, 0)->data_bytes, 0);
	/* 64 bytes an entry: five of them and a bit. */
	REQUIRE(write_block(least + 5 * 64 + 40) > 0);
	const rs_secondary_record_t *ring = record(RS_SECONDARY_RING, 0);
	CHECK_EQUAL(ring->data_bytes, 5 * 64);
	CHECK_EQUAL(ring->c, 30 * 64);
	CHECK_EQUAL(first_entry(ring)->seq, 25);
	CHECK_EQUAL(head()->flags, RS_SECONDARY_SHORTENED);
	CHECK(record(RS_SECONDARY_SET, 0)->b & RS_SECONDARY_SHORT_RINGS);
	rings_drop(&set);
}

TEST("rings that need less than their share leave the rest to the others")
{
	rings_make_small(&set, 3);
	(void)rings_put(&set, 0, 8);
	for (uint32_t n = 0; n < 30; n++) {
		(void)rings_put(&set, 1, 8);
		(void)rings_put(&set, 2, 8);
	}
	REQUIRE(write_block(least_room() + 64 * (1 + 7 + 7)) > 0);
	CHECK_EQUAL(record(RS_SECONDARY_RING, 0)->data_bytes, 64);
	CHECK_EQUAL(record(RS_SECONDARY_RING, 1)->data_bytes, 7 * 64);
	CHECK_EQUAL(record(RS_SECONDARY_RING, 2)->data_bytes, 7 * 64);
	rings_drop(&set);
}

TEST("of a ring that has gone round everything is there that has not been overwritten, over its end too")
{
	rings_make_small(&set, 1);
	for (uint32_t n = 0; n < 100; n++) {
		(void)rings_put(&set, 0, 40);
		/* A reader that keeps up. */
		store_u64_release(&set.consumers[0].read_pos, set.pages[0].reserve.position);
	}
	const uint64_t end = set.pages[0].reserve.position;
	REQUIRE(end > 2 * 4096 && (end & 4095) != 0);
	REQUIRE(write_block(ROOM) > 0);
	const rs_secondary_record_t *ring = record(RS_SECONDARY_RING, 0);
	CHECK_EQUAL(ring->c, end);
	CHECK_EQUAL(ring->d, end);
	CHECK(ring->data_bytes > 4096 - 96 && ring->data_bytes <= 4096);
	CHECK_EQUAL(head()->flags, 0);
	const rs_entry_header_t *first = first_entry(ring);
	CHECK_EQUAL(rs_tag_of(first->state), rs_tag(ring->b, set.file.header.tag_key));
	/* The last one ends where the next would begin. */
	uint64_t at = 0, entries = 0;
	while (at < ring->data_bytes) {
		const rs_entry_header_t *entry = (const rs_entry_header_t *)(const void *)((const uint8_t *)(ring + 1) + at);
		REQUIRE(rs_units_of(entry->state) > 0);
		CHECK_EQUAL(rs_tag_of(entry->state), rs_tag(ring->b + at, set.file.header.tag_key));
		entries += rs_state_of(entry->state) == RS_STATE_COMMITTED;
		at += rs_units_of(entry->state) * 8;
	}
	CHECK_EQUAL(at, ring->data_bytes);
	CHECK(entries > 38);
	rings_drop(&set);
}

TEST("call sites are there with what of their texts is used, and only where the rings do not suffer")
{
	rings_make(&set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 4096, .intent_count = 16, .site_count = 64, .site_text_bytes = 4096});
	rs_site_page_t *page = (rs_site_page_t *)(void *)(set.file.bytes + set.file.header.site_off);
	const uint64_t bytes = sizeof(*page) + 64 + 64 * sizeof(rs_site_slot_t) + 101;
	page->text_used = 101;
	for (uint32_t n = 0; n < 60; n++)
		(void)rings_put(&set, 0, 8);
	REQUIRE(write_block(ROOM) > 0);
	const rs_secondary_record_t *sites = record(RS_SECONDARY_BYTES, 3);
	REQUIRE(sites);
	CHECK_EQUAL(sites->a, set.file.header.site_off);
	CHECK_EQUAL(sites->data_bytes, bytes);
	CHECK(memcmp(sites + 1, page, bytes) == 0);
	const uint32_t least = least_room();
	REQUIRE(write_block(least + 3 * (48 + 104 + (uint32_t)bytes)) > 0);
	CHECK(!record(RS_SECONDARY_BYTES, 3));
	CHECK(record(RS_SECONDARY_SET, 0)->b & RS_SECONDARY_NO_SITES);
	/* More text than there can be, as a broken machine has it. */
	page->text_used = UINT64_MAX;
	REQUIRE(write_block(ROOM) > 0);
	CHECK_EQUAL(record(RS_SECONDARY_BYTES, 3)->data_bytes, bytes - 101 + 4096);
	rings_drop(&set);
}

TEST("whatever stands in the pages, and however little room there is, nothing else is touched")
{
	rings_make_small(&set, 2);
	for (uint32_t n = 0; n < 30; n++)
		(void)rings_put(&set, n % 2, n);
	const uint64_t positions[] = {0, 1, 8, 4095, 1ull << 40, UINT64_MAX, UINT64_MAX - 7};
	for (uint32_t n = 0; n < sizeof(positions) / sizeof(*positions); n++) {
		set.pages[0].reserve.position = positions[n];
		for (uint32_t room = 0; room < 12000; room += 104)
			(void)write_block(room);
	}
	CHECK_EQUAL(rs_secondary_write(NULL, 0, RS_DUMP_WINDOWS, block, 63), 0);
	CHECK_EQUAL(rs_secondary_write(NULL, 0, RS_DUMP_WINDOWS, block, 64), 64);
	rings_drop(&set);
}

TEST("more sets than there can be are cut off, and said")
{
	rings_make_small(&set, 1);
	rs_secondary_set_t sets[RS_SECONDARY_SETS_MAX + 1];
	for (uint32_t n = 0; n < RS_SECONDARY_SETS_MAX + 1; n++)
		sets[n] = set_as_it_is();
	REQUIRE(rs_secondary_write(sets, RS_SECONDARY_SETS_MAX + 1, RS_DUMP_WINDOWS, block, ROOM) > 0);
	CHECK_EQUAL(head()->set_count, RS_SECONDARY_SETS_MAX);
	CHECK_EQUAL(head()->flags, RS_SECONDARY_SHORTENED);
	CHECK_EQUAL(record(RS_SECONDARY_RING, RS_SECONDARY_SETS_MAX - 1)->set, RS_SECONDARY_SETS_MAX - 1);
	rings_drop(&set);
}
