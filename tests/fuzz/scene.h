/* SPDX-License-Identifier: MIT */
/*
 * scene.h - the ring sets that every script begins from: small, in memory, filled by the real writer's code.
 *
 * A scene knows what stands in it, so that a script's outcome can be judged: which entries a reader owes, and in which rings
 * somebody is still inside an entry. Indexes lie where no other number of a scene does: an index found elsewhere is a claim.
 */
#ifndef SCENE_H
#define SCENE_H

#include "ring.h"
#include "ringset.h"

#define SCENE_RINGS 4u
#define SCENE_ENTRIES 1024u
#define SCENE_INTENTS 16u
#define SCENE_FILE_BYTES (1u << 20)
#define SCENE_INDEX 0x5000000ull /* of a scene's first entry */
#define SCENE_INDEXES 8192u
#define SCENE_SEQ(ring) (10000ull * ((ring) + 1)) /* of a ring's first attempt */
#define SCENE_NONE 0xffffu
#define SCENE_DEAD_PID 0x7f000000u /* no process has such a number */
#define SCENE_LIVING_OWNER (1ull << 32 | 1) /* the first process lives for as long as any */

typedef struct {
	uint64_t position, index, seq;
	uint32_t ring, units;
	uint32_t is_owed; /* the next reader has to deliver it */
} scene_entry_t;

/* A reservation that is neither committed nor discarded. */
typedef struct {
	rs_claim_t claim;
	uint64_t position;
	uint32_t ring;
} scene_claim_t;

typedef struct {
	const char *name; /* null: the rings of this scene cannot be planned */
	rs_set_header_t header;
	int file;
	char path[40];
	uint8_t *bytes; /* the file, writable */
	uint8_t *base;  /* a copy of what it is before a script has its way */
	rs_ring_t rings[SCENE_RINGS];
	rs_ring_page_t *pages;
	rs_intent_t *intents;
	rs_consumer_set_t *consumer_set;
	rs_consumer_ring_t *consumers;
	rs_shared_page_t *shared;
	rs_intent_record_t nobody;

	scene_entry_t entries[SCENE_ENTRIES];
	uint32_t entry_count;
	uint16_t last_in_buffer[SCENE_RINGS]; /* the entry before the end of a ring's buffer */
	uint16_t entry_at[SCENE_RINGS][SCENE_ENTRIES]; /* by seq from SCENE_SEQ on */
	uint32_t is_patterned; /* every payload is what scene_is_payload says */
	uint32_t is_stuck[SCENE_RINGS]; /* somebody is, or has died, inside an entry of this ring */
	uint32_t is_measured;
	uint64_t attempts[SCENE_RINGS]; /* that a reader of the unchanged scene accounts for, once that is measured */
	uint32_t serial;                /* of the next entry */
	uint32_t base_serial;
} scene_t;

/* Makes all scenes; returns how many there are. */
uint32_t scene_make_all(void);
scene_t *scene_at(uint32_t number);
/* Brings back every byte. `is_whole`: also those that no scene uses. */
void scene_restore(scene_t *scene, int is_whole);

/* A whole entry by an honest writer; RS_FULL and RS_TOO_BIG as of rs_ring_reserve. */
rs_status_t scene_write(scene_t *scene, uint32_t ring, uint32_t length);
/* Begins an entry and leaves it. `slot` of the intent table is the writer's, or it has none where that is out of range. */
rs_status_t scene_hold(scene_t *scene, uint32_t ring, uint32_t slot, uint32_t depth, uint32_t length, scene_claim_t *held);
/* 1 when the payload is what scene_write put there. */
int scene_is_payload(uint32_t serial, const uint8_t *payload, uint32_t length);

static inline uint64_t *scene_word(const scene_t *scene, uint32_t ring, uint64_t position)
{
	return (uint64_t *)(void *)(scene->rings[ring].data + (position & (scene->header.ring_bytes - 1)));
}

#endif /* SCENE_H */
