/* SPDX-License-Identifier: MIT */
/*
 * nest_test.c - writers that interrupt writers: at every named step of a write another one runs to its end, and in that one at
 * every step a third. The invariants of driver/DESIGN.md are checked, by their numbers, after each schedule.
 */
#include "image.h"

#define DEPTHS 3u

/* Every step of the protocol that an interruption can come after. */
static const char *const steps[] = {
	"reserve:begin",   "reserve:loaded", "reserve:intended", "reserve:swapped", "reserve:padded",
	"reserve:marked",  "reserve:indexed", "commit:begin",	"commit:done",	   "discard:begin",
	"discard:done",	   "refuse:counted", "refuse:swapped",  "evict:begin",	 "evict:looked",
	"evict:swapped",
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

enum action { SMALL, LARGE, TAKEN_BACK, BEYOND, READ, ACTIONS };
static const uint32_t lengths[ACTIONS] = {[SMALL] = 16, [LARGE] = 440, [TAKEN_BACK] = 40, [BEYOND] = 500};

/* Where the ring stands before: position, and bytes of earlier entries that have not been read. */
static const struct {
	uint64_t position, used;
} starts[] = {
	{0, 0},		    /* empty */
	{4096 * 5 - 64, 0}, /* just before the end of the buffer */
	{4096 * 7, 3968},   /* 128 bytes are free: one of two that want them */
	{4096 * 9, 4096},   /* full */
};

typedef struct {
	enum action action;
	uint32_t serial;
	rs_status_t status;
	uint64_t seq, index;
	uint32_t began, returned; /* moments */
} attempt_t;

static image_t image;
static attempt_t attempts[DEPTHS];
static walked_entry_t entries[WALKED_MAX];
static uint32_t attempt_count, entry_count, moment, depth;
static int is_started[DEPTHS + 1];

static enum rs_mode mode;

static struct {
	enum action action[DEPTHS];
	const char *at[DEPTHS]; /* the step of each at which the next one interrupts it */
} schedule;

static const char *seen[64];
static uint32_t seen_count;

static void note_step(const char *step)
{
	for (uint32_t n = 0; n < seen_count; n++)
		if (strcmp(seen[n], step) == 0)
			return;
	REQUIRE(seen_count < 64);
	seen[seen_count++] = step;
}

/* A reader that takes what is finished at the front. */
static void read_front(void)
{
	if (mode == RS_MODE_OVERWRITE)
		return;
	while (image.read_pos != image.page.reserve.position) {
		const uint64_t word = *image_word(&image, image.read_pos);
		if (word >> 19 != rs_tag(image.read_pos, image.ring.tag_key) || (word & 7) == RS_STATE_RESERVED)
			return;
		entries[entry_count++] = (walked_entry_t){
			.position = image.read_pos,
			.bytes = (word >> 3 & 0xffff) * 8,
			.state = (enum rs_entry_state)(word & 7),
			.header = (const rs_entry_header_t *)(const void *)image_word(&image, image.read_pos),
		};
		image.read_pos += (word >> 3 & 0xffff) * 8;
	}
}

static void write_once(attempt_t *attempt)
{
	rs_claim_t claim;
	const uint32_t length = lengths[attempt->action];
	attempt->began = moment++;
	attempt->status = image_reserve(&image, depth, length, &claim);
	if (attempt->status == RS_OK) {
		attempt->seq = claim.seq;
		attempt->index = claim.index;
		image_fill(&claim, attempt->serial, length);
		if (attempt->action == TAKEN_BACK)
			rs_ring_discard(&claim);
		else
			rs_ring_commit(&claim);
	}
	attempt->returned = moment++;
}

static void act(void)
{
	const enum action action = schedule.action[depth];
	is_started[depth] = 1;
	if (action == READ) {
		read_front();
		return;
	}
	attempt_t *attempt = &attempts[attempt_count];
	*attempt = (attempt_t){.action = action, .serial = 100 + attempt_count};
	attempt_count++;
	write_once(attempt);
}

static void interrupt(const char *step)
{
	note_step(step);
	if (depth + 1 == DEPTHS || is_started[depth + 1] || strcmp(step, schedule.at[depth]) != 0)
		return;
	depth++;
	act();
	depth--;
}

static void begin_at(uint32_t start)
{
	memset(&image.page, 0, sizeof(image.page));
	image_start_at(&image, starts[start].position, 1000, 2000);
	image.read_pos -= starts[start].used;
	image.page.oldest_pos = image.read_pos;
	image.ring.is_overwriting = mode == RS_MODE_OVERWRITE;
	image.ring.floor_pos = mode == RS_MODE_OVERWRITE ? &image.page.oldest_pos : &image.read_pos;
	/* What is there already is one block of entries, so that a walk finds its way. */
	for (uint64_t at = image.read_pos, left = starts[start].used; left; left -= 64, at += 64)
		*image_word(&image, at) = rs_state_word(RS_STATE_PADDING, 8, rs_tag(at, image.ring.tag_key));
	attempt_count = entry_count = moment = depth = 0;
	memset(is_started, 0, sizeof(is_started));
}

static const attempt_t *attempt_of(uint64_t seq)
{
	for (uint32_t n = 0; n < attempt_count; n++)
		if (attempts[n].status == RS_OK && attempts[n].seq == seq)
			return &attempts[n];
	return NULL;
}

static void check_entry(const walked_entry_t *entry)
{
	const attempt_t *attempt = attempt_of(entry->header->seq);
	const uint8_t *payload = (const uint8_t *)(entry->header + 1);
	if (!attempt) {
		check_complain(__FILE__, __LINE__, "an entry that nobody wrote");
		return;
	}
	CHECK_EQUAL(entry->state, attempt->action == TAKEN_BACK ? RS_STATE_DISCARDED : RS_STATE_COMMITTED);
	CHECK_EQUAL(entry->header->index, attempt->index);
	CHECK_EQUAL(entry->header->length, lengths[attempt->action]);
	for (uint32_t n = 0; n < lengths[attempt->action]; n++)
		CHECK_EQUAL(payload[n], attempt->serial & 0xff);
}

static void check_invariants(uint32_t start)
{
	uint64_t taken = 0, full = 0, big = 0, paddings = 0, kept = 0, before = 0;

	/* 12: what is there begins with the oldest; 13: and none of these few entries is it. */
	if (mode == RS_MODE_OVERWRITE)
		image.read_pos = image.page.oldest_pos;
	/* 1: and 4, 5: the walk goes from entry to entry, up to the position. */
	CHECK(image.page.reserve.position - image.read_pos <= 4096);
	entry_count += image_walk(&image, entries + entry_count);
	for (uint32_t n = 0; n < attempt_count; n++) {
		taken += attempts[n].status == RS_OK;
		full += attempts[n].status == RS_FULL;
		big += attempts[n].status == RS_TOO_BIG;
		CHECK_EQUAL(attempts[n].status == RS_TOO_BIG, attempts[n].action == BEYOND);
	}
	/* 2 */
	CHECK_EQUAL(image.page.reserve.attempts, 1000 + attempt_count);
	CHECK_EQUAL(image.page.lost_full, full);
	if (mode == RS_MODE_OVERWRITE)
		CHECK_EQUAL(full, 0);
	CHECK_EQUAL(image.page.too_big, big);
	/* 6 */
	CHECK_EQUAL(image.next_index, 2000 + taken);
	for (uint32_t n = 0; n < entry_count; n++) {
		if (entries[n].state == RS_STATE_PADDING) {
			/* Those of before the start are not paddings of this schedule. */
			paddings += entries[n].position >= starts[start].position;
			continue;
		}
		check_entry(&entries[n]);
		/* 3 */
		CHECK(kept++ == 0 || entries[n].header->seq > before);
		before = entries[n].header->seq;
	}
	CHECK_EQUAL(kept, taken);
	CHECK_EQUAL(image.page.wraps, paddings);
	for (uint32_t a = 0; a < attempt_count; a++) {
		for (uint32_t b = 0; b < attempt_count; b++) {
			if (a == b || attempts[a].status != RS_OK || attempts[b].status != RS_OK)
				continue;
			CHECK(attempts[a].index != attempts[b].index);
			/* 7 */
			if (attempts[a].returned < attempts[b].began)
				CHECK(attempts[a].index < attempts[b].index && attempts[a].seq < attempts[b].seq);
		}
	}
}

/* Returns how deep the nest became. */
static uint32_t run_schedule(uint32_t start)
{
	const unsigned complaints = check.complaints;
	begin_at(start);
	rs_test_point_hook = interrupt;
	act();
	rs_test_point_hook = NULL;
	check_invariants(start);
	if (check.complaints != complaints && complaints < 20)
		fprintf(stderr, "    mode %d, start %u: action %d, at %s action %d, at %s action %d\n", mode, start,
			schedule.action[0], schedule.at[0],
			schedule.action[1], schedule.at[1], schedule.action[2]);
	return is_started[2] ? 3 : is_started[1] ? 2 : 1;
}

/* All actions of the third, at all steps of the second. Returns how many schedules were three deep. */
static uint32_t interrupt_second(uint32_t start)
{
	uint32_t deep = 0;
	for (uint32_t at = 0; at < STEPS; at++) {
		schedule.at[1] = steps[at];
		for (schedule.action[2] = 0; schedule.action[2] < ACTIONS; schedule.action[2]++) {
			const uint32_t reached = run_schedule(start);
			deep += reached == 3;
			if (reached != 3)
				break;
		}
	}
	return deep;
}

static uint32_t nest_everywhere(void)
{
	uint32_t deep = 0;
	image_make(&image, 4096);
	for (uint32_t start = 0; start < sizeof(starts) / sizeof(starts[0]); start++) {
		for (schedule.action[0] = 0; schedule.action[0] < READ; schedule.action[0]++) {
			for (uint32_t at = 0; at < STEPS; at++) {
				schedule.at[0] = steps[at];
				for (schedule.action[1] = 0; schedule.action[1] < ACTIONS; schedule.action[1]++)
					deep += interrupt_second(start);
			}
		}
	}
	image_drop(&image);
	return deep;
}

TEST("writers nested three deep at every step keep every invariant")
{
	mode = RS_MODE_DISCARD;
	CHECK(nest_everywhere() > 10000);
}

TEST("writers nested three deep while the oldest entries make room keep every invariant")
{
	mode = RS_MODE_OVERWRITE;
	CHECK(nest_everywhere() > 10000);
}

TEST("every step that the schedules name was met, and no other")
{
	for (uint32_t n = 0; n < STEPS; n++) {
		int is_met = 0;
		for (uint32_t other = 0; other < seen_count; other++)
			is_met |= strcmp(steps[n], seen[other]) == 0;
		if (!is_met)
			check_complain(__FILE__, __LINE__, "%s was never met", steps[n]);
	}
	for (uint32_t n = 0; n < seen_count; n++) {
		int is_named = 0;
		for (uint32_t other = 0; other < STEPS; other++)
			is_named |= strcmp(seen[n], steps[other]) == 0;
		if (!is_named)
			check_complain(__FILE__, __LINE__, "%s is met and nothing interrupts it", seen[n]);
	}
}

/* Each interruption is itself interrupted, as deep as there are links in the chain. */
static uint32_t chain_left;

static void interrupt_always(const char *step)
{
	if (strcmp(step, "reserve:loaded") != 0 || chain_left == 0)
		return;
	chain_left--;
	CHECK_EQUAL(image_put(&image, 16), RS_OK);
}

TEST("a write that is overtaken again and again takes the next place each time")
{
	rs_claim_t claim;
	image_make(&image, 1 << 16);
	chain_left = 200;
	rs_test_point_hook = interrupt_always;
	CHECK_EQUAL(image_reserve(&image, 0, 16, &claim), RS_OK);
	rs_test_point_hook = NULL;
	CHECK_EQUAL(claim.seq, 200);
	CHECK_EQUAL(claim.index, 200);
	image_fill(&claim, 1, 16);
	rs_ring_commit(&claim);
	CHECK_EQUAL(image_walk(&image, entries), 201);
	image_drop(&image);
}
