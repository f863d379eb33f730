/* SPDX-License-Identifier: MIT */
/*
 * hostile_cases.c - a consumer that writes what it likes into its pages, while every context of the kernel logs.
 *
 * It may make entries be refused, and see garbage. It may not stop the driver, nor have anything outside of the rings changed, nor falsify what the
 * driver counts.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "device_case.h"
#include "xorshift.h"

struct scribbler {
	uint8_t *consumer;
	uint64_t consumer_bytes;
	const rs_set_header_t *header;
	const uint8_t *set;
	atomic_int is_stopping;
	uint64_t strokes;
};

/* Values on which a bound is decided: around the positions that the driver has, and at the ends of the number line. */
static uint64_t chosen_position(const struct scribbler *at, uint32_t ring, uint64_t dice)
{
	const rs_ring_page_t *const page = (const void *)(at->set + at->header->ring_off + (uint64_t)ring * RS_PAGE_BYTES);
	const uint64_t position = *(const volatile uint64_t *)&page->reserve.position;
	const uint64_t bytes = at->header->ring_bytes;
	const uint64_t values[] = {
		position, position + 8, position + 1, position - 8, position - bytes, position - bytes - 8, position - bytes + 8,
		position + bytes, 0, UINT64_MAX, UINT64_MAX - 7, UINT64_C(1) << 63, (UINT64_C(1) << 63) - 8, bytes, UINT32_MAX,
	};

	return values[dice % (sizeof(values) / sizeof(*values))];
}

static void *scribble(void *argument)
{
	struct scribbler *const at = argument;
	uint64_t state = 0x2545f4914f6cdd1d;

	while (!atomic_load(&at->is_stopping)) {
		const uint64_t dice = random_word(&state);
		const uint32_t ring = (uint32_t)(dice >> 32) % at->header->ring_count;
		volatile uint64_t *const read_pos =
			(void *)(at->consumer + RS_PAGE_BYTES + (uint64_t)ring * RS_PAGE_BYTES);

		switch (dice % 8) {
		case 0:
			((volatile uint64_t *)(void *)at->consumer)[random_word(&state) % (at->consumer_bytes / 8)] = random_word(&state);
			break;
		case 1:
			*read_pos = random_word(&state);
			break;
		case 2:
			/* Halves, so that the word is torn for a moment. */
			((volatile uint32_t *)read_pos)[dice >> 8 & 1] = (uint32_t)random_word(&state);
			break;
		default:
			*read_pos = chosen_position(at, ring, dice >> 8);
		}
		at->strokes++;
	}
	return NULL;
}

struct counted {
	uint64_t attempts, full, too_big, index;
};

static struct counted count_rings(int file)
{
	rs_device_ring_t rings[RINGS_MAX];
	const rs_device_snapshot_t snapshot = take_snapshot(file, rings);
	struct counted sum = {.index = snapshot.next_index};

	expect_attempts_by_ring(rings, snapshot.ring_count);
	for (uint32_t n = 0; n < snapshot.ring_count; n++) {
		sum.attempts += rings[n].attempts;
		sum.full += rings[n].lost_full;
		sum.too_big += rings[n].too_big;
	}
	return sum;
}

static void load_with(void *(*enemy)(void *), struct scribbler *at, unsigned entries)
{
	pthread_t thread;

	expect(pthread_create(&thread, NULL, enemy, at) == 0, "no thread");
	run_load(entries);
	atomic_store(&at->is_stopping, 1);
	pthread_join(thread, NULL);
}

/* Another set, to which nobody logs. */
static void expect_untouched(int file)
{
	const rs_device_describe_t facts = describe_set(file);
	const uint64_t bytes = facts.total_bytes - facts.consumer_off;
	uint64_t *const consumer = map_consumer(file, PROT_READ);

	expect(consumer != MAP_FAILED, "map: %s", strerror(errno));
	expect(count_attempts(file) == 0, "%llu attempts in another set", (unsigned long long)count_attempts(file));
	for (uint64_t word = 0; word < bytes / 8; word++)
		expect(consumer[word] == 0, "word %llu of another set's consumer half has changed", (unsigned long long)word);
	unmap(consumer, bytes);
}

static void scribbled_consumer_pages(void)
{
	place_canaries();
	rs_device_make_t plan = make_plan(TEST_SET);
	const int file = open_device();
	const int bystander = open_new_set("bystander");

	plan.ring_bytes = 16384;
	expect_call(0, file, RS_IOC_MAKE, &plan);
	place_canaries();
	expect_errno(0, claim_set(file), "RS_IOC_CLAIM");
	const rs_device_describe_t facts = describe_set(file);
	struct scribbler at = {
		.set = map_producer(file, PROT_READ),
		.consumer = map_consumer(file, PROT_READ | PROT_WRITE),
		.consumer_bytes = facts.total_bytes - facts.consumer_off,
	};

	expect(at.set != MAP_FAILED && at.consumer != MAP_FAILED, "map: %s", strerror(errno));
	at.header = (const void *)at.set;
	rs_set_header_t before = *at.header;

	expect_errno(0, start_set(file), "RS_IOC_START");
	expect_errno(0, start_set(bystander), "RS_IOC_START");
	load_with(scribble, &at, 4000);
	const struct counted rings = count_rings(file);

	expect(sum_account("other") == 0, "%llu writes ended as none may", (unsigned long long)sum_account("other"));
	expect(rings.full == sum_account("full"), "rings count %llu refusals, the writers %llu", (unsigned long long)rings.full,
	       (unsigned long long)sum_account("full"));
	expect(rings.too_big == sum_account("too_big"), "rings count %llu too big, the writers %llu",
	       (unsigned long long)rings.too_big, (unsigned long long)sum_account("too_big"));
	expect(rings.index == sum_account("written") + sum_account("discarded"), "%llu indexes for %llu entries",
	       (unsigned long long)rings.index, (unsigned long long)(sum_account("written") + sum_account("discarded")));
	expect(count_dead_canaries() == 0, "%llu words beside the rings were changed",
	       (unsigned long long)count_dead_canaries());
	/* Anchors are refreshed; the rest of the header is what it was. */
	expect(memcmp(&before, at.set, offsetof(rs_set_header_t, anchors)) == 0, "the header has changed");
	note("%llu strokes; %llu of %llu attempts written", (unsigned long long)at.strokes,
	     (unsigned long long)sum_account("written"), (unsigned long long)rings.attempts);
	expect(sum_account("written") > 0, "nothing could be written any more");
	expect_untouched(bystander);
	remove_mapped_set(bystander);
	unmap(at.consumer, at.consumer_bytes);
	unmap((void *)(uintptr_t)at.set, facts.consumer_off);
	remove_mapped_set(file);
}

/* What a hostile consumer left must not outlive it. */
static void reset_after_hostility(void)
{
	const int file = open_new_set(TEST_SET);
	rs_device_plain_t plain = {.size = sizeof(plain)};

	expect_errno(0, claim_set(file), "RS_IOC_CLAIM");
	const rs_device_describe_t facts = describe_set(file);
	const uint64_t bytes = facts.total_bytes - facts.consumer_off;
	void *const consumer = map_consumer(file, PROT_READ | PROT_WRITE);

	expect(consumer != MAP_FAILED, "map: %s", strerror(errno));
	memset(consumer, 0xff, bytes);
	expect_errno(0, start_set(file), "RS_IOC_START");
	say(100);
	unmap(consumer, bytes);
	close_device(file);
	const int next = open_set(TEST_SET);

	expect_call(0, next, RS_IOC_RESET, &plain);
	uint64_t *const clean = map_consumer(next, PROT_READ);

	expect(clean != MAP_FAILED, "map: %s", strerror(errno));

	for (uint64_t word = 0; word < bytes / 8; word++)
		expect(clean[word] == 0, "word %llu of the consumer half is not 0 after a reset", (unsigned long long)word);
	unmap(clean, bytes);
	remove_mapped_set(next);
}

const struct device_case hostile_cases[] = {
	{"a consumer that scribbles over its pages stops nothing, reaches nothing and falsifies no count", scribbled_consumer_pages},
	{"a reset set has nothing of what a hostile consumer left", reset_after_hostility},
	{0},
};
