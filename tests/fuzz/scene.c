/* SPDX-License-Identifier: MIT */
/* scene.c - see scene.h. */
#define _GNU_SOURCE
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "batch.h"
#include "capture.h"
#include "host.h"
#include "stand_ins.h"

#define NO_SLOT SCENE_INTENTS

#define MUST(condition)                                                                                        \
	do {                                                                                                   \
		if (!(condition)) {                                                                            \
			fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);          \
			abort();                                                                               \
		}                                                                                              \
	} while (0)

static uint8_t payload_byte(uint32_t serial, uint32_t at)
{
	return (uint8_t)(serial * 31u + at * 7u + (at >> 8) + 0x80u);
}

int scene_is_payload(uint32_t serial, const uint8_t *payload, uint32_t length)
{
	for (uint32_t n = 0; n < length; n++)
		if (payload[n] != payload_byte(serial, n))
			return 0;
	return 1;
}

/* --- the writer ------------------------------------------------------------------------------------------------------------ */

static void fill(scene_t *scene, const rs_claim_t *claim, uint32_t length)
{
	rs_entry_header_t *header = claim->header;
	uint8_t *payload = (uint8_t *)(header + 1);
	const uint32_t serial = scene->serial++;
	header->index = claim->index;
	header->seq = claim->seq;
	header->ticks = rs_host_clock_read(scene->header.clock_kind);
	header->pid = SCENE_DEAD_PID;
	header->tid = 1;
	header->type = serial;
	header->remarks = ~serial;
	header->length = length;
	header->kind = RS_KIND_DATA;
	header->severity = RS_INFO;
	header->flags = 0;
	for (uint32_t n = 0; n < length; n++)
		payload[n] = payload_byte(serial, n);
}

static void note_entry(scene_t *scene, uint32_t ring, const rs_claim_t *claim, uint32_t is_owed)
{
	MUST(scene->entry_count < SCENE_ENTRIES);
	const uint64_t end = scene->pages[ring].reserve.position;
	const uint64_t offset = (uint64_t)((uint8_t *)claim->header - scene->rings[ring].data);
	const uint64_t behind = (end - offset) & (scene->header.ring_bytes - 1);
	MUST(claim->seq - SCENE_SEQ(ring) < SCENE_ENTRIES);
	scene->entries[scene->entry_count++] = (scene_entry_t){
		.position = end - (behind ? behind : scene->header.ring_bytes),
		.index = claim->index,
		.seq = claim->seq,
		.ring = ring,
		.units = (uint32_t)rs_units_of(claim->state),
		.is_owed = is_owed,
	};
}

static rs_intent_record_t *record_of(scene_t *scene, uint32_t slot, uint32_t depth)
{
	return slot < SCENE_INTENTS && depth < RS_INTENT_DEPTH ? &scene->intents[slot].records[depth] : &scene->nobody;
}

rs_status_t scene_hold(scene_t *scene, uint32_t ring, uint32_t slot, uint32_t depth, uint32_t length, scene_claim_t *held)
{
	held->ring = ring;
	const rs_status_t status = rs_ring_reserve(&scene->rings[ring], record_of(scene, slot, depth), length, &held->claim);
	if (status == RS_OK) {
		held->position = scene->pages[ring].reserve.position - rs_entry_bytes(length);
		fill(scene, &held->claim, length);
	}
	return status;
}

rs_status_t scene_write(scene_t *scene, uint32_t ring, uint32_t length)
{
	scene_claim_t held;
	const rs_status_t status = scene_hold(scene, ring, NO_SLOT, 0, length, &held);
	if (status == RS_OK)
		rs_ring_commit(&held.claim);
	return status;
}

/* --- while a scene is made -------------------------------------------------------------------------------------------------- */

static void put(scene_t *scene, uint32_t ring, uint32_t length)
{
	scene_claim_t held;
	MUST(scene_hold(scene, ring, NO_SLOT, 0, length, &held) == RS_OK);
	note_entry(scene, ring, &held.claim, 1);
	rs_ring_commit(&held.claim);
}

static void put_discarded(scene_t *scene, uint32_t ring, uint32_t length)
{
	scene_claim_t held;
	MUST(scene_hold(scene, ring, NO_SLOT, 0, length, &held) == RS_OK);
	note_entry(scene, ring, &held.claim, 0);
	rs_ring_discard(&held.claim);
}

static void enter_living(scene_t *scene, uint32_t slot)
{
	scene->intents[slot].owner = SCENE_LIVING_OWNER;
}

/* Writes like any other, and is dead by the time that the scene is read. */
static void enter_dead(scene_t *scene, uint32_t slot)
{
	scene->intents[slot].owner = (uint64_t)(SCENE_DEAD_PID + slot) << 32 | 1;
}

/* Stays inside of an entry. */
static scene_claim_t hold(scene_t *scene, uint32_t ring, uint32_t slot, uint32_t depth, uint32_t length)
{
	scene_claim_t held;
	MUST(scene_hold(scene, ring, slot, depth, length, &held) == RS_OK);
	note_entry(scene, ring, &held.claim, 0);
	scene->is_stuck[ring] = 1;
	return held;
}

/* As if its writer had stopped between the swap and the mark. */
static void unmark(const scene_claim_t *held, uint64_t left)
{
	held->claim.header->state = left;
}

static void refuse(scene_t *scene, uint32_t ring, uint32_t full, uint32_t big)
{
	scene_claim_t held;
	const uint64_t read_pos = scene->consumers[ring].read_pos;
	while (big--)
		MUST(scene_hold(scene, ring, NO_SLOT, 0, (uint32_t)scene->header.ring_bytes, &held) == RS_TOO_BIG);
	/* A ring in which nothing has been read for a whole lap. */
	scene->consumers[ring].read_pos = scene->pages[ring].reserve.position - scene->header.ring_bytes;
	while (full--)
		MUST(scene_hold(scene, ring, NO_SLOT, 0, 8, &held) == RS_FULL);
	scene->consumers[ring].read_pos = read_pos;
}

/* As if so much had been written and read before. */
static void start_at(scene_t *scene, uint32_t ring, uint64_t position, uint64_t attempts)
{
	rs_checkpoint_t *checkpoint = &scene->consumers[ring].checkpoint[0];
	scene->pages[ring].reserve = (rs_reserve_t){position, attempts};
	scene->pages[ring].oldest_pos = position;
	checkpoint->read_pos = checkpoint->scanned_pos = position;
	checkpoint->next_seq = checkpoint->discarded = attempts;
	scene->consumers[ring].read_pos = position;
}

static void fill_header(scene_t *scene)
{
	rs_set_header_t *header = &scene->header;
	memcpy(header->set_id, "fuzzed ring set", 16);
	header->tag_key[0] = 0x6a09e667f3bcc908ull;
	header->tag_key[1] = 0xbb67ae8584caa73bull;
	header->clock_kind = RS_CLOCK_MONOTONIC_NS;
	header->ticks_per_second = 1000000000u;
	header->anchors[0] = (rs_anchor_t){1, STAND_INS_START_NS, (int64_t)(STAND_INS_START_NS + STAND_INS_WALL_NS), 50};
	header->creator_pid = SCENE_DEAD_PID;
	header->creator_start = 1;
	header->state = RS_SET_READY;
}

static void bind_rings(scene_t *scene)
{
	const rs_set_header_t *header = &scene->header;
	for (uint32_t n = 0; n < header->ring_count; n++) {
		rs_ring_t *ring = &scene->rings[n];
		*ring = (rs_ring_t){
			.data = scene->bytes + header->data_off + n * header->ring_bytes,
			.ring_bytes = header->ring_bytes,
			.entry_bytes_max = rs_entry_bytes_max(header->ring_bytes),
			.tag_key = {header->tag_key[0], header->tag_key[1]},
			.page = &scene->pages[n],
			.floor_pos = &scene->consumers[n].read_pos,
			.next_index = header->order == RS_ORDER_CLOCK ? NULL : &scene->shared->next_index,
			.number = n,
			.is_overwriting = header->mode == RS_MODE_OVERWRITE,
		};
		if (ring->is_overwriting)
			ring->floor_pos = &ring->page->oldest_pos;
		scene->pages[n].processor = n + 2;
	}
}

/* Returns 0 when such rings cannot be. */
static int begin(scene_t *scene, const char *name, const rs_plan_t *plan)
{
	char message[256];
	if (rs_ringset_plan(plan, &scene->header, message, sizeof(message)) != RS_OK)
		return 0;
	MUST(scene->header.total_bytes <= SCENE_FILE_BYTES && plan->ring_count <= SCENE_RINGS);
	scene->name = name;
	scene->is_patterned = 1;
	fill_header(scene);
	scene->file = memfd_create("rings", MFD_CLOEXEC);
	MUST(scene->file >= 0 && ftruncate(scene->file, SCENE_FILE_BYTES) == 0);
	snprintf(scene->path, sizeof(scene->path), "/proc/self/fd/%d", scene->file);
	stand_ins.scene = NULL; /* this mapping is ours, not a reader's */
	scene->bytes = mmap(NULL, SCENE_FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, scene->file, 0);
	MUST(scene->bytes != MAP_FAILED);
	memcpy(scene->bytes, &scene->header, sizeof(scene->header));
	scene->shared = (rs_shared_page_t *)(void *)(scene->bytes + scene->header.shared_off);
	scene->intents = (rs_intent_t *)(void *)(scene->bytes + scene->header.intent_off);
	scene->pages = (rs_ring_page_t *)(void *)(scene->bytes + scene->header.ring_off);
	scene->consumer_set = (rs_consumer_set_t *)(void *)(scene->bytes + scene->header.consumer_off);
	scene->consumers = (rs_consumer_ring_t *)(void *)(scene->consumer_set + 1);
	bind_rings(scene);
	scene->shared->next_index = SCENE_INDEX;
	/* In clock order the reader numbers the rows. */
	scene->consumer_set->base_index[0] = scene->header.order == RS_ORDER_CLOCK ? 0 : SCENE_INDEX;
	stand_ins_reset(scene);
	for (uint32_t n = 0; n < plan->ring_count; n++)
		start_at(scene, n, (1ull << 34) + n * 1000ull * plan->ring_bytes, SCENE_SEQ(n));
	return 1;
}

static void forget_owed(scene_t *scene, uint64_t processor, uint64_t seq)
{
	for (uint32_t n = 0; n < scene->entry_count; n++)
		if (scene->entries[n].ring + 2 == processor && scene->entries[n].seq == seq)
			scene->entries[n].is_owed = 0;
}

/* A reader that came before took what there was, and died. `is_stored`: everything had reached its folder by then. */
static void read_earlier(scene_t *scene, int is_stored)
{
	rs_capture_t *capture;
	rs_message_t message;
	uint64_t entries;
	MUST(rs_capture_open(scene->path, RS_OPEN_DRAIN, &capture, &message) == RS_OK);
	MUST(rs_drain_open(capture, RS_POOL_BYTES_MIN, 0, 1, &message) == RS_OK);
	MUST(rs_drain_once(capture, &entries) == RS_OK);
	rs_emit_seal(capture);
	for (rs_batch_t *batch; (batch = rs_pool_peek_full(&capture->pool, 0));) {
		for (uint32_t row = 0; row < batch->rows; row++) {
			const uint32_t ring = batch->processor[row] - 2u;
			forget_owed(scene, batch->processor[row], batch->seq_base[ring] + batch->seq_delta[row]);
		}
		for (uint32_t n = 0; is_stored && n < capture->ring_count; n++)
			rs_checkpoint_stored(capture, n, batch->read_total[n]);
		rs_pool_release(&capture->pool, batch);
	}
	rs_capture_close(capture);
	/* What it had copied out of the rings died with it. */
	for (uint32_t n = 0; n < scene->entry_count; n++)
		if (scene->entries[n].position < scene->consumers[scene->entries[n].ring].read_pos)
			scene->entries[n].is_owed = 0;
}

/* --- the scenes ------------------------------------------------------------------------------------------------------------------ */

static void make_one_ring(scene_t *scene)
{
	if (!begin(scene, "one ring", &(rs_plan_t){.ring_count = 1, .ring_bytes = 4096, .intent_count = SCENE_INTENTS}))
		return;
	enter_living(scene, 0);
	for (uint32_t n = 0; n < 30; n++)
		put(scene, 0, n * 5 % 61);
}

static void make_wraps(scene_t *scene)
{
	if (!begin(scene, "padding at the end of the buffer, stale bytes", &(rs_plan_t){.ring_count = 2, .ring_bytes = 4096, .intent_count = SCENE_INTENTS}))
		return;
	for (uint32_t n = 0; n < 40; n++)
		put(scene, n % 2, 40 + n % 3 * 8);
	read_earlier(scene, 1);
	scene->entry_count = 0;
	for (uint32_t n = 0; n < 60; n++)
		put(scene, n % 2, n * 3 % 50);
}

static void make_refusals(scene_t *scene)
{
	if (!begin(scene, "refusals and discarded entries", &(rs_plan_t){.ring_count = 2, .ring_bytes = 4096, .intent_count = SCENE_INTENTS}))
		return;
	enter_living(scene, 1);
	for (uint32_t n = 0; n < 20; n++) {
		put(scene, n % 2, 24);
		if (n % 3 == 0)
			refuse(scene, n % 2, n % 2, n % 4);
		if (n % 5 == 0)
			put_discarded(scene, n % 2, 16);
	}
	refuse(scene, 1, 3, 2);
}

static void make_deaths(scene_t *scene)
{
	if (!begin(scene, "writers that died", &(rs_plan_t){.ring_count = 3, .ring_bytes = 4096, .intent_count = SCENE_INTENTS}))
		return;
	start_at(scene, 0, (1ull << 34) + 2048, SCENE_SEQ(0));
	for (uint32_t slot = 0; slot < 4; slot++)
		enter_dead(scene, slot);
	for (uint32_t n = 0; n < 12; n++)
		put(scene, n % 3, 32);
	(void)hold(scene, 0, 0, 0, 40);
	const scene_claim_t first = hold(scene, 1, 1, 0, 40);
	const scene_claim_t second = hold(scene, 1, 2, 0, 24);
	for (uint32_t n = 0; n < 12; n++)
		put(scene, n % 3, 32);
	unmark(&first, 0);
	unmark(&second, 0x5555555555555555ull);
	/* Padding and entry in one extent. */
	while ((scene->pages[0].reserve.position & 4095) < 4096 - 200)
		put(scene, 0, 40);
	const scene_claim_t third = hold(scene, 0, 3, 1, 200);
	*scene_word(scene, 0, scene->intents[3].records[1].position) = 0;
	unmark(&third, 0);
	for (uint32_t n = 0; n < 6; n++)
		put(scene, n % 3, 32);
}

static void make_living(scene_t *scene)
{
	if (!begin(scene, "a writer inside of its entry", &(rs_plan_t){.ring_count = 2, .ring_bytes = 4096, .intent_count = SCENE_INTENTS}))
		return;
	enter_living(scene, 0);
	for (uint32_t n = 0; n < 10; n++)
		put(scene, n % 2, 24);
	(void)hold(scene, 0, 0, 0, 24);
	const scene_claim_t nested = hold(scene, 0, 0, 1, 24);
	for (uint32_t n = 0; n < 10; n++)
		put(scene, 1, 24);
	unmark(&nested, 0);
}

/* What an earlier reader held lies before a padding that is shorter than a header, at the very end of the rings' pages. */
static void make_resumed(scene_t *scene)
{
	if (!begin(scene, "a checkpoint with entries held back", &(rs_plan_t){.ring_count = 4, .ring_bytes = 16384, .intent_count = SCENE_INTENTS}))
		return;
	start_at(scene, 3, (1ull << 34) + 8192, SCENE_SEQ(3));
	enter_living(scene, 0);
	for (uint32_t n = 0; n < 20; n++)
		put(scene, n % 4, 24);
	const scene_claim_t slow = hold(scene, 1, 0, 0, 24);
	while ((scene->pages[3].reserve.position & 16383) < 16384 - 8 - 2 * 96)
		put(scene, 3, 40);
	put(scene, 3, 16384 - 8 - RS_ENTRY_HEADER_BYTES - (uint32_t)(scene->pages[3].reserve.position & 16383));
	put(scene, 3, 80);
	put(scene, 3, 80);
	put(scene, 2, 80);
	read_earlier(scene, 1);
	rs_ring_commit(&slow.claim);
	scene->is_stuck[1] = 0;
	for (uint32_t n = 0; n < scene->entry_count; n++)
		if (scene->entries[n].ring == 1 && scene->entries[n].seq == slow.claim.seq)
			scene->entries[n].is_owed = 1;
	for (uint32_t n = 0; n < 8; n++)
		put(scene, n % 4, 24);
}

static void make_unstored(scene_t *scene)
{
	if (!begin(scene, "entries that an earlier capture did not store", &(rs_plan_t){.ring_count = 2, .ring_bytes = 8192, .intent_count = SCENE_INTENTS}))
		return;
	for (uint32_t n = 0; n < 30; n++)
		put(scene, n % 2, 24);
	read_earlier(scene, 0);
	for (uint32_t n = 0; n < 30; n++)
		put(scene, n % 2, 24);
	scene->shared->unlisted_writers = 1;
}

static void make_large(scene_t *scene)
{
	if (!begin(scene, "entries as large as they can be", &(rs_plan_t){.ring_count = 1, .ring_bytes = 65536, .intent_count = SCENE_INTENTS}))
		return;
	for (uint32_t n = 0; n < 5; n++)
		put(scene, 0, 8192 - RS_ENTRY_HEADER_BYTES - n);
	for (uint32_t n = 0; n < 20; n++)
		put(scene, 0, n * 60);
}

/* Texts, good and bad, and every kind and severity: rows that are stored differently. */
static void make_texts(scene_t *scene)
{
	static const char *const texts[] = {"", "plain", "gr\xc3\xbc\xc3\x9f", "cut \xf0\x9f\x98", "\xff\xfe", "\xed\xa0\x80 surrogate", "nul\0inside"};
	if (!begin(scene, "texts", &(rs_plan_t){.ring_count = 2, .ring_bytes = 4096, .intent_count = SCENE_INTENTS}))
		return;
	scene->is_patterned = 0;
	for (uint32_t n = 0; n < 42; n++) {
		const char *text = texts[n % 7];
		const uint32_t length = n % 7 == 6 ? 10 : (uint32_t)strlen(text);
		const uint32_t trailer = n % 3 == 0 ? 4 : 0;
		scene_claim_t held;
		MUST(scene_hold(scene, n % 2, NO_SLOT, 0, length + trailer, &held) == RS_OK);
		rs_entry_header_t *header = held.claim.header;
		memcpy(header + 1, text, length);
		header->kind = (uint8_t)(n % (RS_KIND_MAX + 1));
		header->severity = (uint8_t)(1 + n % 6);
		header->flags = (uint16_t)((trailer ? RS_FLAG_TRUNCATED : 0) | (n % 5 ? 0 : RS_FLAG_INVALID_UTF8) | n << 8);
		note_entry(scene, n % 2, &held.claim, 1);
		rs_ring_commit(&held.claim);
	}
}

static void make_clock_order(scene_t *scene)
{
	if (!begin(scene, "clock order", &(rs_plan_t){.ring_count = 3, .ring_bytes = 4096, .intent_count = SCENE_INTENTS, .order = RS_ORDER_CLOCK}))
		return;
	enter_dead(scene, 0);
	for (uint32_t n = 0; n < 60; n++)
		put(scene, n * n % 3, 16 + n % 4);
	(void)hold(scene, 1, 0, 0, 24);
	for (uint32_t n = 0; n < 6; n++)
		put(scene, n % 3, 16);
}

static void make_clock_resumed(scene_t *scene)
{
	if (!begin(scene, "clock order after an earlier reader", &(rs_plan_t){.ring_count = 2, .ring_bytes = 4096, .intent_count = SCENE_INTENTS, .order = RS_ORDER_CLOCK}))
		return;
	enter_living(scene, 0);
	for (uint32_t n = 0; n < 20; n++)
		put(scene, n % 2, 40);
	const scene_claim_t slow = hold(scene, 0, 0, 0, 24);
	for (uint32_t n = 0; n < 10; n++)
		put(scene, 1, 40);
	read_earlier(scene, 1);
	rs_ring_commit(&slow.claim);
	scene->is_stuck[0] = 0;
	for (uint32_t n = 0; n < 20; n++)
		put(scene, n % 2, 24);
}

static void lap(scene_t *scene, uint32_t writes)
{
	for (uint32_t n = 0; n < writes; n++)
		put(scene, n % scene->header.ring_count, 16 + n % 7 * 8);
}

static void make_overwrite(scene_t *scene)
{
	if (!begin(scene, "overwrite mode", &(rs_plan_t){.ring_count = 2, .ring_bytes = 4096, .intent_count = SCENE_INTENTS, .mode = RS_MODE_OVERWRITE}))
		return;
	lap(scene, 200);
}

static void make_overwrite_death(scene_t *scene)
{
	if (!begin(scene, "a dead writer in overwrite mode", &(rs_plan_t){.ring_count = 2, .ring_bytes = 4096, .intent_count = SCENE_INTENTS, .mode = RS_MODE_OVERWRITE}))
		return;
	for (uint32_t slot = 0; slot < 2; slot++)
		enter_dead(scene, slot);
	lap(scene, 100);
	(void)hold(scene, 0, 0, 0, 24);
	const scene_claim_t held = hold(scene, 1, 1, 0, 24);
	unmark(&held, 0);
	for (uint32_t n = 0; n < 10; n++)
		put(scene, n % 2, 16);
}

/* Its claim is a padding, shorter than a header, and the entry behind it. */
static void make_overwrite_edge(scene_t *scene)
{
	if (!begin(scene, "a dead writer at the end of the buffer in overwrite mode", &(rs_plan_t){.ring_count = 2, .ring_bytes = 4096, .intent_count = SCENE_INTENTS, .mode = RS_MODE_OVERWRITE}))
		return;
	enter_dead(scene, 0);
	lap(scene, 100);
	while ((scene->pages[1].reserve.position & 4095) > 2048)
		put(scene, 1, 40);
	while ((scene->pages[1].reserve.position & 4095) < 4096 - 24 - 2 * 96)
		put(scene, 1, 40);
	put(scene, 1, 4096 - 24 - RS_ENTRY_HEADER_BYTES - (uint32_t)(scene->pages[1].reserve.position & 4095));
	const scene_claim_t held = hold(scene, 1, 0, 0, 40);
	*scene_word(scene, 1, scene->intents[0].records[0].position) = 0;
	unmark(&held, 0);
	for (uint32_t n = 0; n < 6; n++)
		put(scene, n % 2, 16);
}

static void make_overwrite_clock(scene_t *scene)
{
	if (!begin(scene, "overwrite mode in clock order", &(rs_plan_t){.ring_count = 4, .ring_bytes = 16384, .intent_count = SCENE_INTENTS, .mode = RS_MODE_OVERWRITE, .order = RS_ORDER_CLOCK}))
		return;
	lap(scene, 900);
}

static void (*const makers[])(scene_t *) = {
	make_one_ring, make_wraps,         make_refusals,  make_deaths,          make_living,        make_resumed, make_unstored, make_large,
	make_texts,    make_clock_order,   make_clock_resumed, make_overwrite,   make_overwrite_death, make_overwrite_edge,
	make_overwrite_clock,
};
#define SCENES (sizeof(makers) / sizeof(makers[0]))

static scene_t scenes[SCENES];

/* An index that stands anywhere but in its entry's own header would look like a claim of it. */
static void check_indexes(const scene_t *scene)
{
	const uint64_t words = scene->header.ring_count * scene->header.ring_bytes / 8;
	const uint64_t *data = (const uint64_t *)(const void *)(scene->bytes + scene->header.data_off);
	for (uint64_t n = 0; n < words; n++) {
		uint32_t is_own = data[n] - SCENE_INDEX >= SCENE_INDEXES;
		for (uint32_t entry = 0; entry < scene->entry_count && !is_own; entry++)
			is_own = scene->entries[entry].index == data[n] &&
				 (const uint64_t *)scene_word(scene, scene->entries[entry].ring, scene->entries[entry].position) + 1 == &data[n];
		/* Those of an earlier lap are below what is owed, and nobody may claim them again. */
		for (uint32_t entry = 0; entry < scene->entry_count && !is_own; entry++)
			MUST(!scene->entries[entry].is_owed || scene->entries[entry].index != data[n]);
	}
}

static void forget_overwritten(scene_t *scene)
{
	for (uint32_t n = 0; n < scene->entry_count; n++)
		if (scene->header.mode == RS_MODE_OVERWRITE &&
		    scene->entries[n].position < scene->pages[scene->entries[n].ring].oldest_pos)
			scene->entries[n].is_owed = 0;
}

static void index_entries(scene_t *scene)
{
	const uint64_t mask = scene->header.ring_bytes - 1;
	uint64_t offsets[SCENE_RINGS] = {0};
	memset(scene->entry_at, 0xff, sizeof(scene->entry_at));
	for (uint32_t n = 0; n < scene->entry_count; n++) {
		const scene_entry_t *entry = &scene->entries[n];
		scene->entry_at[entry->ring][entry->seq - SCENE_SEQ(entry->ring)] = (uint16_t)n;
		if (entry->is_owed && (entry->position & mask) >= offsets[entry->ring]) {
			offsets[entry->ring] = entry->position & mask;
			scene->last_in_buffer[entry->ring] = (uint16_t)n;
		}
	}
}

uint32_t scene_make_all(void)
{
	if (scenes[0].name)
		return SCENES;
	for (uint32_t n = 0; n < SCENES; n++) {
		scene_t *scene = &scenes[n];
		makers[n](scene);
		if (!scene->name)
			continue;
		forget_overwritten(scene);
		check_indexes(scene);
		index_entries(scene);
		scene->base_serial = scene->serial;
		scene->base = malloc(SCENE_FILE_BYTES);
		MUST(scene->base);
		memcpy(scene->base, scene->bytes, SCENE_FILE_BYTES);
	}
	return SCENES;
}

scene_t *scene_at(uint32_t number)
{
	return &scenes[number];
}

static void restore_range(scene_t *scene, uint64_t offset, uint64_t bytes)
{
	memcpy(scene->bytes + offset, scene->base + offset, bytes);
}

void scene_restore(scene_t *scene, int is_whole)
{
	const rs_set_header_t *header = &scene->header;
	const uint64_t rings = header->ring_count;
	scene->serial = scene->base_serial;
	if (is_whole) {
		restore_range(scene, 0, SCENE_FILE_BYTES);
		return;
	}
	restore_range(scene, 0, sizeof(*header));
	restore_range(scene, header->shared_off, 256);
	restore_range(scene, header->intent_off, header->intent_count * sizeof(rs_intent_t));
	for (uint64_t n = 0; n < rings; n++)
		restore_range(scene, header->ring_off + n * sizeof(rs_ring_page_t), 1024);
	restore_range(scene, header->data_off, rings * header->ring_bytes);
	restore_range(scene, header->consumer_off, 256);
	for (uint64_t n = 0; n < rings; n++)
		restore_range(scene, header->consumer_off + sizeof(rs_consumer_set_t) + n * sizeof(rs_consumer_ring_t), 1024);
}
