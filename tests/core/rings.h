/* SPDX-License-Identifier: MIT */
/*
 * rings.h - a ring set in a file for one test, and its producer's side: entries as an honest writer makes them, to be spoiled
 * afterwards where a test wants that.
 *
 * The file has no name any more once it is open: whatever becomes of the test, nothing stays behind.
 */
#ifndef RINGS_H
#define RINGS_H

#include "check.h"
#include "host.h"
#include "host_file.h"
#include "ring.h"
#include "ringset_file.h"

#define RINGS_MAX 8u

typedef struct {
	char path[256]; /* for rs_open and rs_capture_open, in this process and its children */
	rs_ringset_file_t file;
	rs_ring_t rings[RINGS_MAX];
	rs_ring_page_t *pages;
	rs_intent_t *intents;
	rs_consumer_set_t *consumer_set;
	rs_consumer_ring_t *consumers;
	uint64_t *next_index;
	rs_intent_record_t nobody; /* of writers that no table knows */
	uint32_t serial;           /* of the next entry */
	uint8_t *saved;
#ifdef _WIN32
	int memory; /* as long as this is open, the path can be opened */
#endif
} rings_t;

static inline const char *rings_folder(void)
{
	static char found[1024];
	return rs_host_file_place(found, sizeof(found));
}

#ifdef _WIN32
/* What is mapped there cannot be removed: a file that goes with its last handle. */
static inline void rings_open(rings_t *set, const rs_plan_t *plan)
{
	char message[512] = "";

	if (rs_ringset_memory_make(plan, &set->memory, set->path, sizeof(set->path), message, sizeof(message)) != RS_OK)
		check_complain(__FILE__, __LINE__, "%s", message);
	REQUIRE_EQUAL(rs_ringset_file_map(set->path, RS_MAP_PRODUCER, &set->file, message, sizeof(message)), RS_OK);
}
#else
static inline void rings_open(rings_t *set, const rs_plan_t *plan)
{
	static unsigned number;
	char message[512] = "";
	char made[256];

	snprintf(made, sizeof(made), "%s/ringscope-core-%u-%u.rings", rings_folder(), rs_host_process_id(), number++);
	if (rs_ringset_file_make(made, plan, message, sizeof(message)) != RS_OK)
		check_complain(__FILE__, __LINE__, "%s", message);
	const rs_status_t status = rs_ringset_file_map(made, RS_MAP_PRODUCER, &set->file, message, sizeof(message));
	rs_host_file_remove(made);
	REQUIRE_EQUAL(status, RS_OK);
	snprintf(set->path, sizeof(set->path), "/proc/self/fd/%d", set->file.file);
}
#endif

static inline void rings_make(rings_t *set, const rs_plan_t *plan)
{
	memset(set, 0, sizeof(*set));
	REQUIRE(plan->ring_count <= RINGS_MAX);
	rings_open(set, plan);

	const rs_set_header_t *header = &set->file.header;
	uint8_t *bytes = set->file.bytes;
	set->pages = (rs_ring_page_t *)(void *)(bytes + header->ring_off);
	set->intents = (rs_intent_t *)(void *)(bytes + header->intent_off);
	set->consumer_set = (rs_consumer_set_t *)(void *)set->file.consumer;
	set->consumers = (rs_consumer_ring_t *)(void *)(set->file.consumer + sizeof(rs_consumer_set_t));
	set->next_index = &((rs_shared_page_t *)(void *)(bytes + header->shared_off))->next_index;
	for (uint32_t n = 0; n < header->ring_count; n++)
		set->rings[n] = (rs_ring_t){
			.data = bytes + header->data_off + n * header->ring_bytes,
			.ring_bytes = header->ring_bytes,
			.entry_bytes_max = rs_entry_bytes_max(header->ring_bytes),
			.tag_key = {header->tag_key[0], header->tag_key[1]},
			.page = &set->pages[n],
			.floor_pos = header->mode == RS_MODE_OVERWRITE ? &set->pages[n].oldest_pos : &set->consumers[n].read_pos,
			.next_index = header->order == RS_ORDER_CLOCK ? NULL : set->next_index,
			.number = n,
			.is_overwriting = header->mode == RS_MODE_OVERWRITE,
		};
}

static inline void rings_make_small(rings_t *set, uint32_t ring_count)
{
	rings_make(set, &(rs_plan_t){.ring_count = ring_count, .ring_bytes = 4096, .intent_count = 16});
}

static inline void rings_drop(rings_t *set)
{
	rs_ringset_file_unmap(&set->file);
#ifdef _WIN32
	rs_host_file_close(set->memory);
#endif
	free(set->saved);
	set->saved = NULL;
}

/* Keeps every byte as it is now; rings_restore brings it back. Cheaper than a new set for each case. */
static inline void rings_save(rings_t *set)
{
	const rs_set_header_t *header = &set->file.header;
	set->saved = malloc(header->total_bytes);
	REQUIRE(set->saved);
	memcpy(set->saved, set->file.bytes, header->consumer_off);
	memcpy(set->saved + header->consumer_off, set->file.consumer, header->total_bytes - header->consumer_off);
}

static inline void rings_restore(rings_t *set)
{
	const rs_set_header_t *header = &set->file.header;
	memcpy(set->file.bytes, set->saved, header->consumer_off);
	memcpy(set->file.consumer, set->saved + header->consumer_off, header->total_bytes - header->consumer_off);
	set->serial = 0;
}

/* The records of a writer that lives for as long as `pid` does: a thread without a number. */
static inline rs_intent_record_t *rings_enter(rings_t *set, uint32_t slot, uint32_t pid)
{
	set->intents[slot].owner_start = rs_host_process_start(pid);
	store_u64_release(&set->intents[slot].owner, (uint64_t)pid << 32);
	return set->intents[slot].records;
}

static inline void rings_leave(rings_t *set, uint32_t slot)
{
	store_u64_release(&set->intents[slot].owner, 0);
}

static inline uint8_t payload_byte(uint32_t serial, uint32_t at)
{
	return (uint8_t)(serial * 31u + at * 7u + (at >> 8));
}

/* Everything but the state word; the serial tells what the payload is. */
static inline void rings_fill(const rings_t *set, const rs_claim_t *claim, uint32_t serial, uint32_t length)
{
	rs_entry_header_t *header = claim->header;
	uint8_t *payload = (uint8_t *)(header + 1);
	header->index = claim->index;
	header->seq = claim->seq;
	header->ticks = rs_host_clock_read(set->file.header.clock_kind);
	header->pid = rs_host_process_id();
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

/* Reserves and fills an entry. */
static inline rs_status_t rings_begin(rings_t *set, uint32_t ring, rs_intent_record_t *intent, uint32_t length, rs_claim_t *claim)
{
	const rs_status_t status = rs_ring_reserve(&set->rings[ring], intent ? intent : &set->nobody, length, claim);
	if (status == RS_OK)
		rings_fill(set, claim, set->serial++, length);
	return status;
}

static inline rs_claim_t rings_hold(rings_t *set, uint32_t ring, rs_intent_record_t *intent, uint32_t length)
{
	rs_claim_t claim = {0};
	REQUIRE_EQUAL(rings_begin(set, ring, intent, length, &claim), RS_OK);
	return claim;
}

/* A whole entry. */
static inline rs_claim_t rings_put(rings_t *set, uint32_t ring, uint32_t length)
{
	const rs_claim_t claim = rings_hold(set, ring, NULL, length);
	rs_ring_commit(&claim);
	return claim;
}

/* A whole entry with an index of one's own choice. */
static inline rs_claim_t rings_put_at(rings_t *set, uint32_t ring, uint64_t index)
{
	const rs_claim_t claim = rings_hold(set, ring, NULL, 8);
	claim.header->index = index;
	rs_ring_commit(&claim);
	return claim;
}

/* Attempts that find no room, or are too big for any. */
static inline void rings_refuse(rings_t *set, uint32_t ring, uint32_t full, uint32_t big)
{
	rs_claim_t claim;
	const uint64_t read_pos = set->consumers[ring].read_pos;
	while (big--)
		REQUIRE_EQUAL(rings_begin(set, ring, NULL, (uint32_t)set->rings[ring].ring_bytes, &claim), RS_TOO_BIG);
	/* A ring in which nothing has been read for a whole lap. */
	store_u64_release(&set->consumers[ring].read_pos, set->pages[ring].reserve.position - set->rings[ring].ring_bytes);
	while (full--)
		REQUIRE_EQUAL(rings_begin(set, ring, NULL, 8, &claim), RS_FULL);
	store_u64_release(&set->consumers[ring].read_pos, read_pos);
}

/* Entries of another log that were lost before they came here. */
static inline void rings_miss(rings_t *set, uint32_t ring, uint64_t count)
{
	rs_ring_miss(&set->rings[ring], &set->nobody, count);
}

/* As if everything so far had been read: positions and numbers beyond what a test could write. */
static inline void rings_start_at(rings_t *set, uint32_t ring, uint64_t position, uint64_t attempts, uint64_t index)
{
	const uint64_t half = set->consumer_set->generation & 1;
	rs_checkpoint_t *checkpoint = &set->consumers[ring].checkpoint[half];
	set->pages[ring].reserve = (rs_reserve_t){position, attempts};
	checkpoint->read_pos = checkpoint->scanned_pos = position;
	checkpoint->next_seq = checkpoint->discarded = attempts;
	set->consumers[ring].read_pos = position;
	*set->next_index = index;
	set->consumer_set->base_index[half] = index;
}

#endif /* RINGS_H */
