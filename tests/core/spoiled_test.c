/* SPDX-License-Identifier: MIT */
/*
 * spoiled_test.c - rings that no honest producer leaves: what is damaged is counted, what is good around it comes out, the account
 * closes, and nothing is read that is not there.
 */
#define _GNU_SOURCE
#include "reading.h"
#include "../kernel/guest/device/xorshift.h"

static rings_t set;
static reading_t reading;

static uint64_t random_state;

static uint64_t draw(void)
{
	return random_word(&random_state);
}

/* --- one entry in the middle ------------------------------------------------------------------------------------ */

static void set_units(rs_entry_header_t *header, uint64_t units)
{
	header->state = (header->state & ~(RS_UNITS_MASK << RS_STATE_BITS)) | units << RS_STATE_BITS;
}

static void set_state(rs_entry_header_t *header, uint64_t state)
{
	header->state = (header->state & ~7ull) | state;
}

/* What is done to the entry with seq 3 and index 3, which has 40 bytes of payload: 96 in all, 12 units. */
static void spoil(rs_entry_header_t *header, const char *how)
{
#define HOW(text) (strcmp(how, text) == 0)
	if (HOW("length one too many"))
		header->length = 41;
	else if (HOW("length much too long"))
		header->length = 0xffffffffu;
	else if (HOW("length that wraps around"))
		header->length = 0xffffffffu - 56;
	else if (HOW("length of an entry with fewer units"))
		header->length = 32;
	else if (HOW("kind"))
		header->kind = RS_KIND_MAX + 1;
	else if (HOW("no severity"))
		header->severity = 0;
	else if (HOW("severity"))
		header->severity = RS_FATAL + 1;
	else if (HOW("seq from the future"))
		header->seq = 1000;
	else if (HOW("seq of an earlier entry"))
		header->seq = 1;
	else if (HOW("the largest seq"))
		header->seq = UINT64_MAX;
	else if (HOW("index from the future"))
		header->index = 1000;
	else if (HOW("the largest index"))
		header->index = UINT64_MAX;
	else if (HOW("index of another entry"))
		header->index = 2;
	else if (HOW("no state"))
		set_state(header, RS_STATE_NONE);
	else if (HOW("state 6"))
		set_state(header, 6);
	else if (HOW("state 7"))
		set_state(header, 7);
	else if (HOW("no units"))
		set_units(header, 0);
	else if (HOW("units beyond the largest entry"))
		set_units(header, 65);
	else if (HOW("units beyond the end of the buffer"))
		set_units(header, 0xffff);
	else
		check_complain(__FILE__, __LINE__, "there is no way to spoil an entry that is called \"%s\"", how);
}

static const char *const spoils[] = {
	"length one too many", "length much too long", "length that wraps around", "length of an entry with fewer units",
	"kind", "no severity", "severity", "seq from the future", "seq of an earlier entry", "the largest seq",
	"index from the future", "the largest index", "index of another entry", "no state", "state 6", "state 7", "no units",
	"units beyond the largest entry", "units beyond the end of the buffer",
};

TEST("a damaged entry is stepped over and counted, and the good ones around it come out, while writers live")
{
	rings_make_small(&set, 2);
	rings_enter(&set, 0, rs_host_process_id());
	rings_save(&set);
	for (uint32_t n = 0; n < sizeof(spoils) / sizeof(spoils[0]); n++) {
		const unsigned complaints = check.complaints;
		rs_claim_t claim = {0};
		rings_restore(&set);
		for (uint32_t entry = 0; entry < 8; entry++) {
			const rs_claim_t put = rings_put(&set, 0, 40);
			if (entry == 3)
				claim = put;
		}
		rings_put(&set, 1, 40);
		spoil(claim.header, spoils[n]);
		reading_all(&reading, &set, 0);
		CHECK_EQUAL(reading.row_count, 8);
		CHECK_EQUAL(reading.rings[0].corrupt, 1);
		CHECK_EQUAL(reading.rings[0].pending, 0);
		CHECK_EQUAL(reading.stats.violations, 1);
		REQUIRE_EQUAL(reading.gap_count, 1);
		CHECK_EQUAL(reading.gaps[0].prev_seq, 2);
		CHECK_EQUAL(reading.gaps[0].next_seq, 4);
		if (check.complaints != complaints)
			fprintf(stderr, "    %s\n", spoils[n]);
	}
	rings_drop(&set);
}

TEST("an index that was delivered long ago is not delivered again")
{
	rings_make_small(&set, 1);
	reading_begin(&reading, &set);
	for (uint32_t n = 0; n < 10; n++)
		rings_put(&set, 0, 8);
	reading_look(&reading);
	const rs_claim_t claim = rings_hold(&set, 0, NULL, 8);
	claim.header->index = 4;
	rs_ring_commit(&claim);
	rings_put(&set, 0, 8);
	reading_look(&reading);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count, 11);
	CHECK_EQUAL(reading.rings[0].corrupt, 1);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("two entries that claim one index: the first that is looked at has it")
{
	rings_make_small(&set, 2);
	rings_put_at(&set, 0, 0);
	rings_put_at(&set, 1, 0);
	rings_put_at(&set, 1, 1);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 2);
	CHECK_EQUAL(reading.rows[0].processor, 0);
	CHECK_EQUAL(reading.rings[1].corrupt, 1);
	rings_drop(&set);
}

TEST("a discarded entry's index cannot be used by another one")
{
	rings_make_small(&set, 2);
	const rs_claim_t claim = rings_hold(&set, 0, NULL, 8);
	rs_ring_discard(&claim);
	rings_put_at(&set, 1, 0);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 0);
	CHECK_EQUAL(reading.rings[0].discarded, 1);
	CHECK_EQUAL(reading.rings[1].corrupt, 1);
	rings_drop(&set);
}

TEST("an entry that is damaged while it waits for its turn is not delivered")
{
	rings_make_small(&set, 2);
	rs_intent_record_t *living = rings_enter(&set, 0, rs_host_process_id());
	const rs_claim_t slow = rings_hold(&set, 0, living, 8);
	rs_claim_t waiting[4];
	for (uint32_t n = 0; n < 4; n++)
		waiting[n] = rings_put(&set, 1, 8);
	reading_begin(&reading, &set);
	reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 0);
	waiting[0].header->length = 300;
	waiting[1].header->index = 4;
	waiting[2].header->state ^= 1ull << 40;
	rs_ring_commit(&slow);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count, 2);
	CHECK_EQUAL(reading.rings[1].corrupt, 3);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("many damaged entries side by side are counted one by one")
{
	rings_make_small(&set, 1);
	rings_enter(&set, 0, rs_host_process_id());
	rings_put(&set, 0, 8);
	for (uint32_t n = 0; n < 20; n++) {
		const rs_claim_t claim = rings_put(&set, 0, 8);
		if (n & 1)
			set_units(claim.header, 0);
		else
			claim.header->severity = 9;
	}
	rings_put(&set, 0, 8);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 2);
	CHECK_EQUAL(reading.rings[0].corrupt, 20);
	rings_drop(&set);
}

/* --- words that say nothing ---------------------------------------------------------------------------------------- */

TEST("a state word that is overwritten stalls its own ring while a writer may still be there, and no longer")
{
	rings_make_small(&set, 2);
	rings_enter(&set, 0, rs_host_process_id());
	rings_put(&set, 0, 40);
	const rs_claim_t claim = rings_put(&set, 0, 40);
	rings_put(&set, 0, 40);
	rings_put(&set, 1, 40);
	claim.header->state = 0x5555555555555555ull;
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 2);
	CHECK_EQUAL(reading.rings[0].pending, 2);
	CHECK_EQUAL(reading.rings[1].pending, 0);
	rings_leave(&set, 0);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 1);
	CHECK_EQUAL(reading.rings[0].pending, 0);
	CHECK_EQUAL(reading.rings[0].corrupt, 1);
	rings_drop(&set);
}

TEST("a length that leads into the middle of the next entry costs that one too, and stalls for no longer than a writer lives")
{
	static const uint64_t units[] = {7, 11, 13, 20, 30};
	rings_make_small(&set, 2);
	rings_save(&set);
	for (uint32_t n = 0; n < sizeof(units) / sizeof(units[0]); n++) {
		rings_restore(&set);
		rings_put(&set, 0, 40);
		const rs_claim_t claim = rings_put(&set, 0, 40);
		for (uint32_t entry = 0; entry < 4; entry++)
			rings_put(&set, entry / 3, 40);
		set_units(claim.header, units[n]);
		reading_all(&reading, &set, 0);
		CHECK_EQUAL(reading.rings[0].pending, 0);
		CHECK(reading.rings[0].corrupt >= 1 && reading.rings[0].corrupt <= 3);
		CHECK_EQUAL(reading.rings[0].read + rs_hole_lost(&reading.rings[0]), 5);
		CHECK_EQUAL(reading.rings[1].read, 1);
	}
	rings_drop(&set);
}

/* --- pages that lie --------------------------------------------------------------------------------------------------- */

TEST("a position that no producer can have is not followed, and the ring goes on when it is true again")
{
	static const uint64_t lies[] = {1ull << 40, 4096 + 64, 0ull - 128, 4, UINT64_MAX, 1ull << 63};
	rings_make_small(&set, 2);
	rings_save(&set);
	for (uint32_t n = 0; n < sizeof(lies) / sizeof(lies[0]); n++) {
		rings_restore(&set);
		rings_put(&set, 0, 8);
		rings_put(&set, 1, 8);
		reading_begin(&reading, &set);
		set.pages[0].reserve.position += lies[n];
		reading_look(&reading);
		CHECK(reading.stats.violations > 0);
		CHECK(reading.stats.entries <= 2);
		set.pages[0].reserve.position -= lies[n];
		rings_put(&set, 0, 8);
		reading_look(&reading);
		reading_finish(&reading, 0);
		CHECK_EQUAL(reading.row_count + reading.rings[0].mixed, 3);
		CHECK_EQUAL(set.consumers[0].read_pos, 128);
		reading_end(&reading);
	}
	rings_drop(&set);
}

TEST("an index counter that jumps by 2^40 costs what it makes unplaceable, and the order goes on behind it")
{
	rings_make_small(&set, 2);
	reading_begin(&reading, &set);
	for (uint32_t n = 0; n < 3; n++)
		rings_put(&set, n % 2, 8);
	reading_look(&reading);
	*set.next_index += 1ull << 40;
	for (uint32_t n = 0; n < 4; n++)
		rings_put(&set, n % 2, 8);
	for (uint32_t rounds = 0; rounds < 100 && (set.consumers[0].read_pos != 256 || set.consumers[1].read_pos != 192); rounds++)
		reading_look(&reading);
	for (uint32_t n = 0; n < 4; n++)
		rings_put(&set, n % 2, 8);
	reading_look(&reading);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count + reading.rings[0].corrupt + reading.rings[1].corrupt, 11);
	CHECK(reading.row_count >= 7);
	CHECK_EQUAL(reading.rows[reading.row_count - 1].index, (1ull << 40) + 10);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("attempts that a page makes up are lost attempts, and the account still closes")
{
	rings_make_small(&set, 1);
	rings_put(&set, 0, 8);
	reading_begin(&reading, &set);
	set.pages[0].reserve.attempts += 1ull << 60;
	reading_look(&reading);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count, 1);
	CHECK_EQUAL(reading.rings[0].mixed, 1ull << 60);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("counters of refusals that go backwards or run away misname causes and nothing else")
{
	rings_make_small(&set, 1);
	reading_begin(&reading, &set);
	for (uint32_t n = 0; n < 30; n++) {
		rings_refuse(&set, 0, n % 3, n % 2);
		rings_put(&set, 0, 0);
		set.pages[0].lost_full = n % 5 ? draw() : set.pages[0].lost_full - 1;
		set.pages[0].too_big += draw() % 3 - 1;
		reading_look(&reading);
	}
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count, 30);
	CHECK_EQUAL(rs_hole_lost(&reading.rings[0]), 45);
	reading_end(&reading);
	rings_drop(&set);
}

/* Everything is drained in a bounded number of looks, whatever it is. */
static void drain_whatever(void)
{
	uint64_t entries;
	REQUIRE_EQUAL(reading_try(&reading, &set, RS_POOL_BYTES_MIN, 0), RS_OK);
	for (uint32_t n = 0; n < 3; n++)
		CHECK_EQUAL(rs_drain_once(reading.capture, &entries), RS_OK);
	CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
	(void)rs_capture_stats(reading.capture, &reading.stats, reading.rings, RINGS_MAX);
	for (uint32_t n = 0; n < reading.ring_count; n++) {
		const rs_ring_counters_t *ring = &reading.rings[n];
		CHECK_EQUAL(ring->attempts, ring->read + ring->discarded + rs_hole_lost(ring) + ring->pending);
	}
	for (rs_batch_t *batch; (batch = rs_pool_peek_full(&reading.capture->pool, 0));) {
		for (uint32_t row = 0; row < batch->rows; row++)
			CHECK(batch->offsets[row + 1] - batch->offsets[row] <= 456);
		rs_pool_release(&reading.capture->pool, batch);
	}
	reading_end(&reading);
}

TEST("rings with words changed at random drain to their end, and nothing outside of them is touched")
{
	random_state = 0x2545f4914f6cdd1dull;
	rings_make_small(&set, 2);
	for (uint32_t n = 0; n < 40; n++)
		rings_put(&set, n % 2, n * 3);
	rings_save(&set);
	for (uint32_t n = 0; n < CHECK_ROUNDS(1500); n++) {
		rings_restore(&set);
		if (n & 1)
			rings_enter(&set, 0, rs_host_process_id());
		for (uint32_t words = 0; words < 1 + n % 8; words++) {
			uint64_t *word = (uint64_t *)(void *)(set.rings[draw() % 2].data + draw() % 4096 / 8 * 8);
			switch (draw() % 4) {
			case 0:
				*word = draw();
				break;
			case 1:
				*word ^= 1ull << draw() % 64;
				break;
			case 2:
				*word += draw() % 32 - 16;
				break;
			default:
				*word = rs_state_word((enum rs_entry_state)(draw() % 8), draw() % 80,
						      rs_tag(draw() % 512 * 8, set.rings[0].tag_key));
			}
		}
		drain_whatever();
	}
	rings_drop(&set);
}

TEST("entries whose headers are random drain to their end")
{
	random_state = 0x9e3779b97f4a7c15ull;
	rings_make_small(&set, 2);
	rings_save(&set);
	for (uint32_t n = 0; n < CHECK_ROUNDS(600); n++) {
		rings_restore(&set);
		rings_enter(&set, 0, rs_host_process_id());
		for (uint32_t entry = 0; entry < 30; entry++) {
			const rs_claim_t claim = rings_put(&set, entry % 2, entry % 60);
			uint8_t *bytes = (uint8_t *)claim.header;
			/* Anything but the state word, which is what keeps a ring going. */
			for (uint32_t changes = draw() % 4; changes; changes--)
				bytes[8 + draw() % 48] = (uint8_t)(draw() % 3 ? draw() % 10 : draw());
		}
		drain_whatever();
	}
	rings_drop(&set);
}

TEST("intents that are random make no reader step outside of its ring or stop for ever")
{
	random_state = 0xda942042e4dd58b5ull;
	rings_make_small(&set, 2);
	for (uint32_t n = 0; n < 20; n++)
		rings_put(&set, n % 2, 40);
	const rs_claim_t open = rings_hold(&set, 0, NULL, 40);
	open.header->state = 0;
	rings_put(&set, 0, 40);
	rings_save(&set);
	for (uint32_t n = 0; n < CHECK_ROUNDS(500); n++) {
		rings_restore(&set);
		for (uint32_t slot = 0; slot < 6; slot++) {
			/* Dead: no process has a number above 2^22. */
			set.intents[slot].owner = (uint64_t)(0x7f000000u + slot) << 32 | 1;
			for (uint32_t depth = 0; depth < RS_INTENT_DEPTH; depth++)
				set.intents[slot].records[depth] = (rs_intent_record_t){
					.position = draw() % 3 ? draw() % 256 * 8 : draw(),
					.ring_plus_1 = (uint32_t)(draw() % 4),
					.units = (uint32_t)(draw() % 3 ? draw() % 64 : draw()),
				};
		}
		drain_whatever();
	}
	rings_drop(&set);
}
