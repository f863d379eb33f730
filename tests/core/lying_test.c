/* SPDX-License-Identifier: MIT */
/*
 * lying_test.c - a consumer that scribbles over its pages while writers write, and an intent table full of lies.
 *
 * What a consumer can do to a producer is to have entries refused or overwritten: no value of its words moves a write out of the ring,
 * stops a writer or spoils a count. What liars can do to a reader's results stands in play.c; here it is what they cost it.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <time.h>

#include "image.h"
#include "reading.h"
#include "rs_log.h"
#include "../kernel/guest/device/xorshift.h"

static rings_t set;
static reading_t reading;

static uint64_t random_state;

static uint64_t draw(void)
{
	return random_word(&random_state);
}

/* --- one write, step by step ------------------------------------------------------------------------------------------ */

static image_t image;
static uint64_t steps;

static uint64_t lie_about(uint64_t position, uint64_t ring_bytes)
{
	const uint64_t nearby[] = {
		0, position, position - ring_bytes, position + ring_bytes, UINT64_MAX, 1ull << 63, position + (1ull << 63), draw(),
	};
	return nearby[draw() % 8] + (draw() % 4 ? draw() % 64 - 32 : 0);
}

static void scribble(const char *name)
{
	(void)name;
	steps++;
	store_u64_release(&image.read_pos, lie_about(image.page.reserve.position, image.ring.ring_bytes));
}

static void check_write(uint32_t length)
{
	const rs_reserve_t before = image.page.reserve;
	const uint64_t index = image.next_index;
	rs_claim_t claim;
	const rs_status_t status = image_reserve(&image, 0, length, &claim);
	const uint64_t moved = image.page.reserve.position - before.position;

	CHECK_EQUAL(image.page.reserve.attempts, before.attempts + 1);
	CHECK_EQUAL(image.next_index, index + (status == RS_OK));
	if (status != RS_OK) {
		CHECK(status == RS_FULL);
		CHECK_EQUAL(moved, 0);
		return;
	}
	const uint64_t offset = (uint64_t)((uint8_t *)claim.header - image.ring.data);
	const uint64_t room = image.ring.ring_bytes - (before.position & (image.ring.ring_bytes - 1));
	CHECK_EQUAL(moved, rs_entry_bytes(length) + (room < rs_entry_bytes(length) ? room : 0));
	CHECK_EQUAL(offset, (image.page.reserve.position - rs_entry_bytes(length)) & (image.ring.ring_bytes - 1));
	CHECK(offset + rs_entry_bytes(length) <= image.ring.ring_bytes);
	image_fill(&claim, (uint32_t)claim.seq, length);
	rs_ring_commit(&claim);
}

TEST("whatever a consumer's word says at any step of a write, the write stays in its ring and is counted once")
{
	static const uint64_t begins[] = {0, 8, 1ull << 40, UINT64_MAX - 4096 * 3 - 7};
	random_state = 0x2545f4914f6cdd1dull;
	steps = 0;
	for (uint32_t begin = 0; begin < sizeof(begins) / sizeof(begins[0]); begin++) {
		image_make(&image, 4096);
		image_start_at(&image, begins[begin] & ~7ull, 0, 0);
		rs_test_point_hook = scribble;
		for (uint32_t n = 0; n < CHECK_ROUNDS(50000); n++)
			check_write((uint32_t)(draw() % 457));
		rs_test_point_hook = NULL;
		CHECK_EQUAL(image.page.lost_full + image.next_index, image.page.reserve.attempts);
		image_drop(&image);
	}
	CHECK(steps > 4 * CHECK_ROUNDS(50000));
}

/* --- all of a consumer's pages, beside running writers ----------------------------------------------------------------- */

static struct {
	int is_over;
	uint64_t words;
} scribbler;

static void *scribble_on(void *argument)
{
	uint64_t *words = argument;
	uint64_t state = 0x9e3779b97f4a7c15ull;
	while (!__atomic_load_n(&scribbler.is_over, __ATOMIC_RELAXED)) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		/* A word that writers read every other time. */
		const uint64_t ring = state >> 8 & 1;
		uint64_t *word = state & 1 ? &set.consumers[ring].read_pos : &words[(state >> 16) % scribbler.words];
		const uint64_t position = load_u64_relaxed(&set.pages[ring].reserve.position);
		store_u64_release(word, state >> 9 & 1 ? position - (state >> 40) % 8192 : state);
	}
	return NULL;
}

typedef struct {
	uint32_t calls, refused;
} writer_t;

static void *write_on(void *argument)
{
	writer_t *writer = argument;
	uint8_t payload[400] = {0};
	for (uint32_t n = 0; n < CHECK_ROUNDS(100000); n++) {
		const rs_status_t status = rs_send(1, 2, payload, n % sizeof(payload));
		writer->calls++;
		writer->refused += status == RS_FULL;
		if (status != RS_OK && status != RS_FULL)
			break;
	}
	return NULL;
}

static void check_zero(uint64_t from, uint64_t to)
{
	for (uint64_t at = from; at < to; at++)
		if (set.file.bytes[at]) {
			check_complain(__FILE__, __LINE__, "byte %llu is not 0", (unsigned long long)at);
			return;
		}
}

/* The pages that lie between the regions, and what never changes. */
static void check_surroundings(const rs_set_header_t *before)
{
	const rs_set_header_t *header = &set.file.header;
	CHECK_EQUAL(memcmp(set.file.bytes, before, sizeof(*before)), 0);
	check_zero(sizeof(*header), header->shared_off);
	check_zero(header->shared_off + sizeof(rs_shared_page_t), header->intent_off);
	check_zero(header->intent_off + header->intent_count * sizeof(rs_intent_t), header->ring_off);
	check_zero(header->ring_off + header->ring_count * sizeof(rs_ring_page_t), header->data_off);
	check_zero(header->data_off + header->ring_count * header->ring_bytes, header->consumer_off);
}

static void write_beside_scribbler(uint32_t mode, writer_t *all)
{
	pthread_t threads[2], scribbling;
	writer_t writers[2] = {{0, 0}, {0, 0}};
	char message[256] = "";

	rings_make(&set, &(rs_plan_t){.ring_count = 2, .ring_bytes = 4096, .intent_count = 16, .mode = mode});
	const rs_set_header_t before = *(const rs_set_header_t *)(const void *)set.file.bytes;
	scribbler.is_over = 0;
	scribbler.words = (set.file.header.total_bytes - set.file.header.consumer_off) / 8;
	REQUIRE_EQUAL(rs_open(set.path, message, sizeof(message)), RS_OK);
	REQUIRE_EQUAL(pthread_create(&scribbling, NULL, scribble_on, set.file.consumer), 0);
	for (uint32_t n = 0; n < 2; n++)
		REQUIRE_EQUAL(pthread_create(&threads[n], NULL, write_on, &writers[n]), 0);
	for (uint32_t n = 0; n < 2; n++)
		pthread_join(threads[n], NULL);
	__atomic_store_n(&scribbler.is_over, 1, __ATOMIC_RELAXED);
	pthread_join(scribbling, NULL);
	rs_close();
	check_surroundings(&before);
	*all = (writer_t){writers[0].calls + writers[1].calls, writers[0].refused + writers[1].refused};
}

TEST("a consumer that scribbles over its pages makes writers refuse, and neither stops them nor spoils what they count")
{
	writer_t all;
	write_beside_scribbler(RS_MODE_DISCARD, &all);
	CHECK_EQUAL(all.calls, 2 * CHECK_ROUNDS(100000));
	CHECK_EQUAL(set.pages[0].reserve.attempts + set.pages[1].reserve.attempts, all.calls);
	CHECK_EQUAL(set.pages[0].lost_full + set.pages[1].lost_full, all.refused);
	CHECK_EQUAL(*set.next_index, all.calls - all.refused);
	rings_drop(&set);
}

TEST("in overwrite mode no word of a consumer reaches a writer")
{
	writer_t all;
	write_beside_scribbler(RS_MODE_OVERWRITE, &all);
	CHECK_EQUAL(set.pages[0].reserve.attempts + set.pages[1].reserve.attempts, all.calls);
	/* Only a writer that was inside an entry of the lap before can be in the way. */
	CHECK_EQUAL(*set.next_index, all.calls - all.refused);
	REQUIRE_EQUAL(reading_try(&reading, &set, RS_POOL_BYTES_MIN, 0), RS_OK);
	CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
	(void)rs_capture_stats(reading.capture, &reading.stats, reading.rings, RINGS_MAX);
	CHECK_EQUAL(reading.stats.violations, 0);
	CHECK(reading.stats.entries > 0);
	reading_end(&reading);
	rings_drop(&set);
}

/* --- what lies cost ---------------------------------------------------------------------------------------------------------- */

#define DEAD (0x7f000000ull << 32 | 1) /* no process has such a number */

static double seconds_used(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Half of the records claim the entry that stops the ring for a writer that is dead; where it ends by what they say, the others say that
 * theirs begin. */
static void fill_intents(uint64_t begin, uint64_t end, uint64_t second_owner)
{
	for (uint32_t slot = 0; slot < set.file.header.intent_count; slot++) {
		const int is_first = slot % 2 == 0;
		set.intents[slot].owner = is_first ? DEAD : second_owner;
		for (uint32_t depth = 0; depth < RS_INTENT_DEPTH; depth++)
			set.intents[slot].records[depth] =
				(rs_intent_record_t){is_first ? begin : end, 1, (uint32_t)((end - begin) / 8)};
	}
}

static double seconds_of_drain(uint64_t owner)
{
	rings_make(&set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 4096, .intent_count = 1024});
	for (uint32_t n = 0; n < 20; n++)
		rings_put(&set, 0, 40);
	const rs_claim_t open = rings_hold(&set, 0, NULL, 40);
	const uint64_t begin = set.pages[0].reserve.position - 96;
	open.header->state = 0;
	for (uint32_t n = 0; n < 3; n++)
		rings_put(&set, 0, 40);
	/* Where they say that it ends nothing begins. */
	fill_intents(begin, begin + 104, owner);
	const double before = seconds_used();
	REQUIRE_EQUAL(reading_try(&reading, &set, RS_POOL_BYTES_MIN, 0), RS_OK);
	CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
	const double took = seconds_used() - before;
	reading_end(&reading);
	rings_drop(&set);
	return took;
}

static void drain_with_full_table(uint64_t owner)
{
	double took = 0;
	/* A hypervisor may book to us time that it gave to others; a loop over a count that is a lie is as long each time. */
	for (uint32_t try = 0; try < 5; try++) {
		took = seconds_of_drain(owner);
		if (took <= 2)
			return;
	}
	check_complain(__FILE__, __LINE__, "it took %.1f s, and more than 2 s each time before", took);
}

TEST("an intent table full of lies about dead writers costs a reader little")
{
	drain_with_full_table(DEAD + 1);
}

TEST("an intent table full of lies about living writers costs a reader little")
{
	drain_with_full_table((uint64_t)getpid() << 32 | (uint32_t)getpid());
}
