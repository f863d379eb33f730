/* SPDX-License-Identifier: MIT */
/*
 * script.h - what is done to a scene, and when: the meaning of a fuzzer's bytes.
 *
 *      0  scene
 *      1  how it is read: the way in bits 0-2, then the pool's size, what comes before the end, and how long the end waits
 *      2  steps of 16 bytes, STEPS_MAX at most:
 *           0  what (step_op)      4  u16 where in the region       8  u64 value
 *           1  region and ring     6  u16 more of where
 *           2  when and width      7
 *           3  count of the moment
 *
 * Every sequence of bytes is a script. Steps lie about a scene, or are those of an honest writer that goes on meanwhile.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "scene.h"

#define STEPS_MAX 24u
#define STEP_BYTES 16u
#define SCRIPT_HEADER_BYTES 2u
#define SCRIPT_BYTES_MAX (SCRIPT_HEADER_BYTES + STEPS_MAX * STEP_BYTES)
#define HELD_MAX 8u

enum step_op {
	STEP_SET,     /* the word becomes the value */
	STEP_XOR,
	STEP_ADD,     /* a small signed number */
	STEP_FLIP,    /* one bit */
	STEP_COPY,    /* from another place of the region */
	STEP_MARK,    /* a state word with the tag that is right for its place */
	STEP_FORGE,   /* a whole header that contradicts neither itself nor its place */
	STEP_FILL,    /* many bytes */
	STEP_RESTORE, /* what stood there before anything was done */
	STEP_PLAN,    /* the header says other sizes, and its offsets fit them */
	STEP_WRITE,   /* an honest writer's entries */
	STEP_HOLD,    /* an honest writer begins an entry and stays in it */
	STEP_RELEASE, /* … and leaves it */
	STEP_DIE,     /* the process of an intent slot ends */
	STEP_OPS
};

enum step_region {
	REGION_HEADER,
	REGION_SHARED,
	REGION_INTENTS,
	REGION_PAGE,
	REGION_DATA,
	REGION_ENTRY, /* a field of an entry that is there */
	REGION_CONSUMER_SET,
	REGION_CONSUMER,
	REGIONS
};

enum step_when {
	WHEN_BEFORE,  /* the reader comes */
	WHEN_LOADED,  /* before the reader loads that word for the n-th time; only in programs with AddressSanitizer. A writer's step
			 waits for a word of an entry */
	WHEN_LOOKED,  /* at the n-th test point of the reader */
	WHEN_TIMED,   /* when the reader asks for the time for the n-th time */
	WHEN_BETWEEN, /* before the n-th call of the reader */
	WHENS
};

enum script_way {
	WAY_FINISH,  /* the end of a capture at once */
	WAY_ONCE,    /* some looks, then the end */
	WAY_RUN,     /* the loop */
	WAY_NEXT,    /* rows one by one */
	WAY_KILLED,  /* a reader that dies, and the next one */
	WAY_AGAIN,   /* a capture that ends well, and the next one */
	WAY_PEEK,    /* looks only */
	WAY_STORE,   /* into a folder */
	WAYS
};

typedef struct {
	enum step_op op;
	enum step_region region;
	enum step_when when;
	uint32_t ring, width, count;
	uint32_t at, more;
	uint64_t value;
	int is_done;
	/* Where it acts, in the file; of a writer's step, where it waits for the reader. */
	uint64_t offset, bytes;
} step_t;

/* Where somebody lied. */
typedef struct {
	uint32_t header, shared, intents, consumer_set;
	uint32_t page[SCENE_RINGS], data[SCENE_RINGS], consumer[SCENE_RINGS];
} touched_t;

typedef struct {
	scene_t *scene;
	enum script_way way;
	uint32_t batch_rows, looks, timeout_ms, is_sealed, is_filtering;
	uint32_t dies_by_rows; /* the reader that dies takes rows one by one */
	uint32_t step_count;
	step_t steps[STEPS_MAX];

	/* What has been done so far. */
	touched_t touched;
	uint32_t is_written[SCENE_RINGS], is_held[SCENE_RINGS];
	uint32_t is_unrecorded; /* somebody wrote without a record: no claim of a dead writer can be relied on */
	uint8_t is_claimed[SCENE_INDEXES]; /* indexes that stand where they did not belong */
	scene_claim_t held[HELD_MAX];
	uint32_t held_slot[HELD_MAX];
	uint32_t held_count;
	uint32_t depth[SCENE_INTENTS + 1]; /* of each slot's writer; the last is one without a slot */

	/* Moments so far. */
	uint32_t looked, timed, between;
	int is_acting; /* a step is being taken: its own accesses are no moments */
} script_t;

/* Returns 0 when the bytes are too short or their scene cannot be. */
int script_decode(script_t *script, const uint8_t *bytes, uint64_t count);
/* The script whose moments come next; null for none. */
void script_begin(script_t *script);
void script_before(script_t *script);
void script_between(script_t *script);
void script_end(script_t *script);

/* Where a region lies in the file. */
uint64_t script_region_offset(const scene_t *scene, enum step_region region, uint32_t ring);
uint64_t script_region_bytes(const scene_t *scene, enum step_region region);
/* Offsets of an entry's fields, payload included. */
#define SCRIPT_FIELDS 14u
extern const uint8_t script_fields[SCRIPT_FIELDS];

/* 1 when nothing but honest writers had a hand in it. */
int script_is_honest(const script_t *script);
int script_is_ring_honest(const script_t *script, uint32_t ring);

#endif /* SCRIPT_H */
