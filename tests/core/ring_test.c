/* SPDX-License-Identifier: MIT */
/*
 * ring_test.c - the write side alone: what fits, what is refused, where it lies, and what a read position can do to it.
 */
#include "image.h"
#include "../kernel/guest/device/xorshift.h"

static image_t image;
static walked_entry_t entries[WALKED_MAX];

#define ROOM_4K (4096u / 8u - RS_ENTRY_HEADER_BYTES) /* largest payload of a 4 KiB ring */

TEST("an empty ring holds nothing and has room for a whole capacity")
{
	image_make(&image, 4096);
	CHECK_EQUAL(image_walk(&image, entries), 0);
	for (uint32_t n = 0; n < 8; n++)
		CHECK_EQUAL(image_put(&image, ROOM_4K), RS_OK);
	CHECK_EQUAL(image_walk(&image, entries), 8);
	image_drop(&image);
}

TEST("an exactly full ring is full and not empty")
{
	image_make(&image, 4096);
	for (uint32_t n = 0; n < 8; n++)
		CHECK_EQUAL(image_put(&image, ROOM_4K), RS_OK);
	CHECK_EQUAL(image.page.reserve.position - image.read_pos, 4096);
	CHECK_EQUAL(image_put(&image, 0), RS_FULL);
	CHECK_EQUAL(image_walk(&image, entries), 8);
	for (uint32_t n = 0; n < 8; n++)
		CHECK_EQUAL(entries[n].header->seq, n);
	/* One entry read, one entry's room. */
	image.read_pos += 512;
	CHECK_EQUAL(image_put(&image, ROOM_4K), RS_OK);
	CHECK_EQUAL(image_put(&image, 0), RS_FULL);
	image_drop(&image);
}

TEST("one byte more than there is room for is refused, and the room is left to who fits")
{
	image_make(&image, 4096);
	for (uint32_t n = 0; n < 7; n++)
		CHECK_EQUAL(image_put(&image, ROOM_4K), RS_OK);
	CHECK_EQUAL(image_put(&image, 200), RS_OK); /* 256 bytes are left */
	CHECK_EQUAL(image_put(&image, 201), RS_FULL);
	CHECK_EQUAL(image_put(&image, 200), RS_OK);
	CHECK_EQUAL(image_put(&image, 0), RS_FULL);
	CHECK_EQUAL(image.page.lost_full, 2);
	CHECK_EQUAL(image_walk(&image, entries), 9);
	image_drop(&image);
}

TEST("the padding at the end of the buffer counts as taken room")
{
	image_make(&image, 4096);
	/* 64 bytes before the end of the buffer, and 448 + 64 of it free in all. */
	image_start_at(&image, 4096 - 64, 0, 0);
	image.read_pos = image.page.reserve.position - (4096 - 512);
	CHECK_EQUAL(image_put(&image, 448 - 56 + 1), RS_FULL);
	CHECK_EQUAL(image.page.reserve.position, 4096 - 64);
	CHECK_EQUAL(image_put(&image, 448 - 56), RS_OK);
	CHECK_EQUAL(image.page.reserve.position, 4096 + 448);
	CHECK_EQUAL(image_put(&image, 0), RS_FULL);
	image_drop(&image);
}

TEST("a refusal takes an attempt number, moves nothing, and is counted by its cause")
{
	rs_claim_t claim;
	image_make(&image, 4096);
	CHECK_EQUAL(image_put(&image, 8), RS_OK);
	image.intents[0].ring_plus_1 = 77;
	CHECK_EQUAL(image_put(&image, ROOM_4K + 1), RS_TOO_BIG);
	CHECK_EQUAL(image.intents[0].ring_plus_1, 0);
	CHECK_EQUAL(image_put(&image, 1ull << 40), RS_TOO_BIG);
	CHECK_EQUAL(image_put(&image, UINT64_MAX), RS_TOO_BIG);
	CHECK_EQUAL(image.page.too_big, 3);
	CHECK_EQUAL(image.page.lost_full, 0);
	CHECK_EQUAL(image.page.reserve.attempts, 4);
	CHECK_EQUAL(image.page.reserve.position, 64);
	CHECK_EQUAL(image.next_index, 1);
	REQUIRE_EQUAL(image_reserve(&image, 0, 8, &claim), RS_OK);
	CHECK_EQUAL(claim.seq, 4);
	CHECK_EQUAL(claim.index, 1);
	rs_ring_commit(&claim);
	image.read_pos = image.page.reserve.position - 4096;
	CHECK_EQUAL(image_put(&image, 0), RS_FULL);
	CHECK_EQUAL(image.page.lost_full, 1);
	CHECK_EQUAL(image.page.reserve.attempts, 6);
	image_drop(&image);
}

TEST("each entry that was lost on its way here takes an attempt number, moves nothing, and is counted as missed")
{
	rs_claim_t claim;
	image_make(&image, 4096);
	CHECK_EQUAL(image_put(&image, 8), RS_OK);
	image.intents[0].ring_plus_1 = 77;
	rs_ring_miss(&image.ring, &image.intents[0], 1000);
	CHECK_EQUAL(image.intents[0].ring_plus_1, 0);
	rs_ring_miss(&image.ring, &image.intents[0], 0);
	CHECK_EQUAL(image.page.missed, 1000);
	CHECK_EQUAL(image.page.lost_full + image.page.too_big, 0);
	CHECK_EQUAL(image.page.reserve.position, 64);
	CHECK_EQUAL(image.next_index, 1);
	REQUIRE_EQUAL(image_reserve(&image, 0, 8, &claim), RS_OK);
	CHECK_EQUAL(claim.seq, 1001);
	image_drop(&image);
}

TEST("there is room exactly where a write would find it")
{
	for (uint64_t length = 0; length <= ROOM_4K; length += 24) {
		image_make(&image, 4096);
		for (int n = 0; n < 300; n++) {
			const int has_room = rs_ring_has_room(&image.ring, length);
			CHECK_EQUAL(image_put(&image, length), has_room ? RS_OK : RS_FULL);
			if (!has_room)
				image.read_pos = image.page.reserve.position;
		}
		image_drop(&image);
	}
}

TEST("nobody is told to wait for room that will not come: an entry too big, a reader that lies, a ring that overwrites")
{
	image_make(&image, 4096);
	CHECK_EQUAL(rs_ring_has_room(&image.ring, ROOM_4K + 1), 1);
	CHECK_EQUAL(rs_ring_has_room(&image.ring, 1ull << 40), 1);
	image.read_pos = 64;
	CHECK_EQUAL(rs_ring_has_room(&image.ring, 8), 1);
	image_start_at(&image, 4096, 10, 0);
	image.read_pos = 0;
	CHECK_EQUAL(rs_ring_has_room(&image.ring, 8), 0);
	image.ring.is_overwriting = 1;
	CHECK_EQUAL(rs_ring_has_room(&image.ring, 8), 1);
	image_drop(&image);
}

TEST("the largest entry of each ring size fits, and one byte more is too big")
{
	static const struct {
		uint64_t ring_bytes, most;
	} sizes[] = {
		{4096, 456}, {8192, 968}, {1 << 20, 131016}, {4 << 20, 524224}, {8 << 20, 524224},
	};
	for (uint32_t n = 0; n < sizeof(sizes) / sizeof(sizes[0]); n++) {
		image_make(&image, sizes[n].ring_bytes);
		CHECK_EQUAL(image_put(&image, sizes[n].most), RS_OK);
		CHECK_EQUAL(image_put(&image, sizes[n].most + 1), RS_TOO_BIG);
		CHECK_EQUAL(image_walk(&image, entries), 1);
		image_drop(&image);
	}
}

TEST("every length has its own number of bytes, and its header says it exactly")
{
	image_make(&image, 8192);
	for (uint32_t length = 0; length <= 968; length++) {
		const uint64_t before = image.page.reserve.position;
		image.read_pos = before;
		CHECK_EQUAL(image_put(&image, length), RS_OK);
		const uint32_t count = image_walk(&image, entries);
		const walked_entry_t *last = &entries[count - 1];
		CHECK_EQUAL(last->bytes, (56 + length + 7) / 8 * 8);
		CHECK_EQUAL(last->header->length, length);
		CHECK_EQUAL(last->state, RS_STATE_COMMITTED);
		CHECK(count == 1 || entries[0].state == RS_STATE_PADDING);
	}
	image_drop(&image);
}

TEST("an entry that ends exactly at the end of the buffer needs no padding, one that would cross it gets some")
{
	image_make(&image, 4096);
	image_start_at(&image, 4096 - 128, 5, 9);
	CHECK_EQUAL(image_put(&image, 128 - 56), RS_OK);
	CHECK_EQUAL(image.page.reserve.position, 4096);
	CHECK_EQUAL(image.page.wraps, 0);
	image_start_at(&image, 4096 - 128, 5, 9);
	CHECK_EQUAL(image_put(&image, 128 - 55), RS_OK);
	CHECK_EQUAL(image.page.reserve.position, 4096 + 136);
	CHECK_EQUAL(image.page.wraps, 1);
	CHECK_EQUAL(image_walk(&image, entries), 2);
	CHECK_EQUAL(entries[0].state, RS_STATE_PADDING);
	CHECK_EQUAL(entries[0].bytes, 128);
	CHECK_EQUAL(entries[1].header->seq, 5);
	CHECK(image.intents[0].position == 4096 - 128 && image.intents[0].units == (128 + 136) / 8 &&
	      image.intents[0].ring_plus_1 == 4);
	image_drop(&image);
}

TEST("the smallest padding is eight bytes")
{
	image_make(&image, 4096);
	image_start_at(&image, 4096 - 8, 0, 0);
	CHECK_EQUAL(image_put(&image, 0), RS_OK);
	CHECK_EQUAL(image_walk(&image, entries), 2);
	CHECK_EQUAL(entries[0].bytes, 8);
	CHECK_EQUAL(entries[0].state, RS_STATE_PADDING);
	image_drop(&image);
}

TEST("a discarded entry keeps its numbers and its place")
{
	rs_claim_t claim;
	image_make(&image, 4096);
	REQUIRE_EQUAL(image_reserve(&image, 0, 40, &claim), RS_OK);
	image_fill(&claim, 7, 40);
	rs_ring_discard(&claim);
	CHECK_EQUAL(image_put(&image, 8), RS_OK);
	CHECK_EQUAL(image_walk(&image, entries), 2);
	CHECK_EQUAL(entries[0].state, RS_STATE_DISCARDED);
	CHECK_EQUAL(entries[0].bytes, 96);
	CHECK_EQUAL(entries[0].header->seq, 0);
	CHECK_EQUAL(entries[1].header->index, 1);
	CHECK_EQUAL(image.page.reserve.attempts, 2);
	image_drop(&image);
}

TEST("a reserved entry says its length before anything else of it is written")
{
	rs_claim_t claim;
	image_make(&image, 4096);
	memset(image.ring.data, 0xff, 4096);
	REQUIRE_EQUAL(image_reserve(&image, 0, 40, &claim), RS_OK);
	CHECK_EQUAL(image_walk(&image, entries), 1);
	CHECK_EQUAL(entries[0].state, RS_STATE_RESERVED);
	CHECK_EQUAL(entries[0].bytes, 96);
	CHECK_EQUAL(entries[0].header->seq, UINT64_MAX);
	image_drop(&image);
}

/* Laps with entries of many sizes; the reader follows at some distance. Checks the ring after each write. */
static void go_around(uint64_t position, uint64_t attempts, uint64_t index, uint32_t writes)
{
	image_start_at(&image, position, attempts, index);
	for (uint32_t n = 0; n < writes; n++) {
		const rs_reserve_t before = image.page.reserve;
		const uint64_t length = n * 37 % (ROOM_4K + 1);
		rs_status_t status;
		while ((status = image_put(&image, length)) == RS_FULL) {
			/* The oldest one is read. */
			REQUIRE(image_walk(&image, entries) > 0);
			image.read_pos += entries[0].bytes;
		}
		REQUIRE_EQUAL(status, RS_OK);
		CHECK(image.page.reserve.attempts > before.attempts);
		CHECK(image.page.reserve.position - before.position < 1024);
		const uint32_t count = image_walk(&image, entries);
		REQUIRE(count > 0);
		CHECK_EQUAL(entries[count - 1].header->seq, image.page.reserve.attempts - 1);
		CHECK_EQUAL(entries[count - 1].header->index, index + n);
	}
}

TEST("a ring of 4 KiB is right for many laps")
{
	image_make(&image, 4096);
	go_around(0, 0, 0, 3000);
	CHECK(image.page.reserve.position > 150 * 4096ull);
	image_drop(&image);
}

TEST("positions and numbers beyond 32 bits, and around 2^63, are like any other")
{
	static const uint64_t places[] = {1ull << 32, 1ull << 45, 1ull << 48, 1ull << 51, 1ull << 63};
	image_make(&image, 4096);
	for (uint32_t n = 0; n < sizeof(places) / sizeof(places[0]); n++)
		go_around(places[n] - 8192, places[n] - 20, places[n] - 10, 100);
	/* A last lap before the end of all positions, where subtractions have to be the free-running ones. */
	go_around(0ull - 4096 * 8, 0ull - 400, 0ull - 400, 120);
	image_drop(&image);
}

TEST("no word that is left of earlier laps fits the place where it lies now")
{
	image_make(&image, 4096);
	for (uint32_t n = 0; n < 400; n++) {
		rs_claim_t claim;
		REQUIRE_EQUAL(image_reserve(&image, 0, n * 61 % (ROOM_4K + 1), &claim), RS_OK);
		image_fill(&claim, n, n * 61 % (ROOM_4K + 1));
		/* A payload that is a copy of good state words of all places near. */
		uint64_t *payload = (uint64_t *)(claim.header + 1);
		for (uint64_t at = 0; at < rs_units_of(claim.state) - 7; at++)
			payload[at] = rs_state_word(RS_STATE_COMMITTED, 8, rs_tag(image.page.reserve.position - 8 * at, image.ring.tag_key));
		rs_ring_commit(&claim);
		image.read_pos = image.page.reserve.position;
		for (uint64_t ahead = 0; ahead < 4096; ahead += 8) {
			const uint64_t place = image.read_pos + ahead;
			if (*image_word(&image, place) >> 19 == rs_tag(place, image.ring.tag_key))
				check_complain(__FILE__, __LINE__, "write %u: a word %u bytes ahead fits", n, (unsigned)ahead);
		}
	}
	image_drop(&image);
}

TEST("two places of a ring have one tag only when they are 2^48 bytes apart")
{
	const uint64_t key[2] = {0x5bd1e995cc9e2d51ull, 0x1b8735939e3779b8ull}; /* an even factor is made odd */
	static uint64_t seen[1 << 16];
	for (uint64_t n = 0; n < 1 << 16; n++)
		seen[n] = rs_tag(0x123456789000ull + n * 8, key);
	for (uint64_t n = 0; n < 1 << 16; n++) {
		CHECK(seen[n] <= RS_TAG_MASK);
		/* A bijection: the low bits of n can be told from the tag; compare neighbours at every distance of a power of two. */
		for (uint64_t step = 1; step < 1 << 16; step *= 2)
			CHECK(seen[n] != seen[n ^ step]);
		CHECK_EQUAL(rs_tag(0x123456789000ull + n * 8 + (1ull << 48), key), seen[n]);
	}
}

/* --- read positions that were never true --------------------------------------------------------------------- */

static uint64_t random_state;

static uint64_t draw(void)
{
	return random_word(&random_state);
}

/* Anything, and often something near the truth. */
static uint64_t draw_position(uint64_t around)
{
	switch (draw() % 6) {
	case 0:
		return draw();
	case 1:
		return around + draw() % 8192;
	case 2:
		return around - draw() % 8192;
	case 3:
		return around - 4096 + draw() % 17 - 8;
	case 4:
		return around + (1ull << draw() % 64);
	default:
		return around - (1ull << draw() % 64);
	}
}

static uint32_t begins, lies;
static uint64_t looked_at; /* the lie that the decision is made from */

static void lie_at_each_load(const char *step)
{
	begins += strcmp(step, "reserve:begin") == 0;
	if (strcmp(step, "reserve:loaded") == 0) {
		image.read_pos = looked_at = draw_position(image.page.reserve.position);
		lies++;
	}
	/* Afterwards it may be anything. */
	if (strcmp(step, "reserve:intended") == 0)
		image.read_pos = draw();
}

TEST("a hostile read position moves no write outside of the ring, and costs one loop at most")
{
	static const uint64_t places[] = {0, 4096 - 8, 1ull << 32, 1ull << 63, 0ull - 4096};
	uint32_t refused = 0, taken = 0;
	random_state = 0x853c49e6748fea9bull;
	rs_test_point_hook = lie_at_each_load;
	for (uint32_t place = 0; place < 5; place++) {
		image_make(&image, 4096);
		image_start_at(&image, places[place], 0, 0);
		for (uint32_t n = 0; n < 20000; n++) {
			rs_claim_t claim;
			const uint32_t length = (uint32_t)(draw() % (ROOM_4K + 1));
			const rs_reserve_t before = image.page.reserve;
			begins = 0;
			const rs_status_t status = image_reserve(&image, 0, length, &claim);
			CHECK(begins <= 2);
			CHECK_EQUAL(image.page.reserve.attempts, before.attempts + 1);
			const uint64_t used = before.position - looked_at, room = 4096 - before.position % 4096;
			const uint64_t need = (56 + length + 7) / 8 * 8, padding = room < need ? room : 0;
			CHECK_EQUAL(status == RS_OK, used <= 4096 && need + padding <= 4096 - used);
			if (status == RS_OK) {
				const uint8_t *at = (const uint8_t *)claim.header;
				CHECK(at >= image.ring.data && at + 56 + length <= image.ring.data + 4096);
				/* The pages on both sides would end the program. */
				image_fill(&claim, n, length);
				rs_ring_commit(&claim);
				taken++;
			} else {
				CHECK_EQUAL(status, RS_FULL);
				CHECK_EQUAL(image.page.reserve.position, before.position);
				refused++;
			}
		}
		image_drop(&image);
	}
	rs_test_point_hook = NULL;
	CHECK(lies > 1000 && refused > 1000 && taken > 1000);
}

static uint32_t moves;

/* The writer that is looking has the old position; others write a lap, and all of it is read. */
static void move_on(const char *step)
{
	if (strcmp(step, "reserve:loaded") != 0 || moves++)
		return;
	rs_test_point_hook = NULL;
	for (uint32_t n = 0; n < 20; n++) {
		CHECK_EQUAL(image_put(&image, 200), RS_OK);
		image.read_pos = image.page.reserve.position;
	}
	rs_test_point_hook = move_on;
}

TEST("a read position from the future is a stale position of one's own, and is not taken for a full ring")
{
	rs_claim_t claim;
	image_make(&image, 4096);
	image_start_at(&image, 4096, 100, 50);
	rs_test_point_hook = move_on;
	moves = 0;
	CHECK_EQUAL(image_reserve(&image, 1, 40, &claim), RS_OK);
	rs_test_point_hook = NULL;
	CHECK_EQUAL(moves, 2);
	CHECK_EQUAL(claim.seq, 120);
	CHECK_EQUAL(claim.index, 70);
	CHECK_EQUAL(image.page.lost_full, 0);
	CHECK_EQUAL(image.page.reserve.attempts, 121);
	image_drop(&image);
}

static void refuse_before(const char *step)
{
	if (strcmp(step, "refuse:counted") != 0 || moves++)
		return;
	/* The counter is ahead here: it may be, and never behind. */
	CHECK_EQUAL(image.page.lost_full, 1);
	CHECK_EQUAL(image_put(&image, 8), RS_FULL);
	CHECK_EQUAL(image.page.lost_full, 2);
}

TEST("a refusal that another one overtakes is counted once each")
{
	image_make(&image, 4096);
	image_start_at(&image, 4096, 10, 0);
	image.read_pos = 0;
	rs_test_point_hook = refuse_before;
	moves = 0;
	CHECK_EQUAL(image_put(&image, 8), RS_FULL);
	rs_test_point_hook = NULL;
	CHECK_EQUAL(image.page.lost_full, 2);
	CHECK_EQUAL(image.page.reserve.attempts, 12);
	image_drop(&image);
}

static void make_room(const char *step)
{
	if (strcmp(step, "refuse:counted") != 0 || moves++)
		return;
	image.read_pos = image.page.reserve.position;
	CHECK_EQUAL(image_put(&image, 8), RS_OK);
}

TEST("a refusal whose ring has moved looks again, and is an entry when there is room by then")
{
	rs_claim_t claim;
	image_make(&image, 4096);
	image_start_at(&image, 4096, 10, 0);
	image.read_pos = 0;
	rs_test_point_hook = make_room;
	moves = 0;
	CHECK_EQUAL(image_reserve(&image, 1, 8, &claim), RS_OK);
	rs_test_point_hook = NULL;
	CHECK_EQUAL(image.page.lost_full, 0);
	CHECK_EQUAL(claim.seq, 11);
	CHECK_EQUAL(image.page.reserve.attempts, 12);
	image_drop(&image);
}
