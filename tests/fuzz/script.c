/* SPDX-License-Identifier: MIT */
/* script.c - see script.h. */
#include "script.h"

#include <string.h>

#include "sanitizer.h"
#include "stand_ins.h"

static script_t *current;
static int is_load_awaited; /* a step of `current` waits for one */

/* --- bytes ------------------------------------------------------------------------------------------------------------------ */

const uint8_t script_fields[SCRIPT_FIELDS] = {0, 8, 16, 24, 32, 36, 40, 44, 48, 52, 53, 54, 56, 64};

uint64_t script_region_offset(const scene_t *scene, enum step_region region, uint32_t ring)
{
	const rs_set_header_t *header = &scene->header;
	switch (region) {
	case REGION_SHARED:
		return header->shared_off;
	case REGION_INTENTS:
		return header->intent_off;
	case REGION_PAGE:
		return header->ring_off + ring * sizeof(rs_ring_page_t);
	case REGION_DATA:
	case REGION_ENTRY:
		return header->data_off + ring * header->ring_bytes;
	case REGION_CONSUMER_SET:
		return header->consumer_off;
	case REGION_CONSUMER:
		return header->consumer_off + sizeof(rs_consumer_set_t) + ring * sizeof(rs_consumer_ring_t);
	default:
		return 0;
	}
}

uint64_t script_region_bytes(const scene_t *scene, enum step_region region)
{
	switch (region) {
	case REGION_HEADER:
		return sizeof(rs_set_header_t);
	case REGION_SHARED:
		return 256;
	case REGION_INTENTS:
		return scene->header.intent_count * sizeof(rs_intent_t);
	case REGION_CONSUMER_SET:
		return 256;
	case REGION_DATA:
	case REGION_ENTRY:
		return scene->header.ring_bytes;
	default:
		return 1024;
	}
}

static int is_lie(enum step_op op)
{
	return op < STEP_WRITE;
}

static const scene_entry_t *entry_of(const scene_t *scene, const step_t *step)
{
	const int is_last = step->op == STEP_FORGE && step->more & 2;
	return &scene->entries[is_last ? scene->last_in_buffer[step->ring] : step->at % scene->entry_count];
}

static void place(const scene_t *scene, step_t *step)
{
	const uint64_t bytes = script_region_bytes(scene, step->region);
	const uint64_t width = step->op == STEP_MARK || step->op == STEP_FORGE ? 8 : step->width;
	uint64_t within = step->at % bytes & ~(width - 1);

	step->bytes = width;
	if (step->region == REGION_ENTRY) {
		const scene_entry_t *entry = entry_of(scene, step);
		const uint64_t field = step->op == STEP_MARK || step->op == STEP_FORGE ? 0 : script_fields[step->more % SCRIPT_FIELDS];
		step->ring = entry->ring;
		within = ((entry->position & (bytes - 1)) + field) % bytes & ~(width - 1);
	}
	if (step->op == STEP_FILL) {
		const uint64_t wanted = 1 + step->more % 512u;
		step->bytes = wanted < bytes - within ? wanted : bytes - within;
	}
	if (step->op == STEP_FORGE && (step->region == REGION_DATA || step->region == REGION_ENTRY))
		/* The buffer's end cuts it off. */
		step->bytes = bytes - within < RS_ENTRY_HEADER_BYTES ? bytes - within : RS_ENTRY_HEADER_BYTES;
	step->offset = script_region_offset(scene, step->region, step->ring) + within;
	if (step->op == STEP_PLAN) {
		step->region = REGION_HEADER;
		step->offset = 0;
		step->bytes = sizeof(rs_set_header_t);
	}
}

/* A writer that comes in between when one of the first words of an entry is loaded from its ring. */
static void place_writer(const scene_t *scene, step_t *step)
{
	const scene_entry_t *entry = &scene->entries[step->at % scene->entry_count];
	const uint64_t within = (entry->position + (step->at >> 8) % 16 * 8) & (scene->header.ring_bytes - 1);
	step->ring = entry->ring;
	step->bytes = 8;
	step->offset = script_region_offset(scene, REGION_DATA, entry->ring) + within;
}

static uint64_t read_number(const uint8_t *from, uint32_t bytes)
{
	uint64_t value = 0;
	for (uint32_t n = bytes; n-- > 0;)
		value = value << 8 | from[n];
	return value;
}

static void decode_step(const scene_t *scene, step_t *step, const uint8_t *from)
{
	step->op = (enum step_op)(from[0] % STEP_OPS);
	step->region = (enum step_region)((from[1] & 7u) % REGIONS);
	step->ring = (uint32_t)(from[1] >> 3) % scene->header.ring_count;
	step->when = (enum step_when)((from[2] & 15u) % WHENS);
	step->width = 8u >> (from[2] >> 4 & 3u);
	/* One by one at first, then in strides. */
	step->count = from[3] < 128 ? from[3] : 128 + (from[3] - 128u) * 16;
	step->at = (uint32_t)read_number(from + 4, 2);
	step->more = (uint32_t)read_number(from + 6, 2);
	step->value = read_number(from + 8, 8);
	step->is_done = 0;
	step->offset = step->bytes = 0;
	if (is_lie(step->op))
		place(scene, step);
	else if (step->when == WHEN_LOADED)
		place_writer(scene, step);
}

int script_decode(script_t *script, const uint8_t *bytes, uint64_t count)
{
	static const uint32_t rows[] = {0, 1, 7, 61};
	static const uint32_t timeouts[] = {0, 5, 1500, 100};

	const uint32_t scene_count = scene_make_all();

	if (count < SCRIPT_HEADER_BYTES)
		return 0;
	memset(script, 0, sizeof(*script));
	script->scene = scene_at(bytes[0] % scene_count);
	if (!script->scene->name)
		return 0;
	script->way = (enum script_way)((bytes[1] & 7u) % WAYS);
	script->is_filtering = bytes[0] / scene_count & 1u;
	script->batch_rows = rows[bytes[1] >> 3 & 3u];
	script->looks = 1 + (bytes[1] >> 5 & 1u) * 3;
	script->is_sealed = bytes[1] >> 5 & 1u;
	script->dies_by_rows = script->way == WAY_KILLED && (bytes[1] >> 3 & 3u) == 2;
	script->timeout_ms = timeouts[bytes[1] >> 6 & 3u];
	bytes += SCRIPT_HEADER_BYTES;
	count -= SCRIPT_HEADER_BYTES;
	for (; count >= STEP_BYTES && script->step_count < STEPS_MAX; count -= STEP_BYTES, bytes += STEP_BYTES)
		decode_step(script->scene, &script->steps[script->step_count++], bytes);
	return 1;
}

/* --- what has been touched ---------------------------------------------------------------------------------------------------------- */

static void note_touch(script_t *script, const step_t *step)
{
	switch (step->region) {
	case REGION_HEADER:
		script->touched.header = 1;
		stand_ins.is_header_touched = 1;
		break;
	case REGION_SHARED:
		script->touched.shared = 1;
		break;
	case REGION_INTENTS:
		script->touched.intents = 1;
		break;
	case REGION_PAGE:
		script->touched.page[step->ring] = 1;
		break;
	case REGION_DATA:
	case REGION_ENTRY:
		script->touched.data[step->ring] = 1;
		break;
	case REGION_CONSUMER_SET:
		script->touched.consumer_set = 1;
		break;
	default:
		script->touched.consumer[step->ring] = 1;
	}
}

/* An entry that lies may claim another one's index, and is then the one that has it. */
static void note_claims(script_t *script, const step_t *step)
{
	const scene_t *scene = script->scene;
	const uint64_t data = scene->header.data_off;
	if (step->region != REGION_DATA && step->region != REGION_ENTRY)
		return;
	for (uint64_t offset = step->offset & ~7ull; offset < step->offset + step->bytes; offset += 8) {
		const uint64_t value = *(const uint64_t *)(const void *)(scene->bytes + offset);
		const uint64_t before = *(const uint64_t *)(const void *)(scene->base + offset);
		if (offset >= data && value - SCENE_INDEX < SCENE_INDEXES && value != before)
			script->is_claimed[value - SCENE_INDEX] = 1;
	}
}

int script_is_honest(const script_t *script)
{
	uint32_t touched = script->touched.header | script->touched.shared | script->touched.intents |
			   script->touched.consumer_set;
	for (uint32_t n = 0; n < SCENE_RINGS; n++)
		touched |= script->touched.page[n] | script->touched.data[n] | script->touched.consumer[n];
	return !touched;
}

/* What other rings do cannot reach it. */
int script_is_ring_honest(const script_t *script, uint32_t ring)
{
	return !script->touched.header && !script->touched.shared && !script->touched.consumer_set &&
	       !script->touched.page[ring] && !script->touched.data[ring] && !script->touched.consumer[ring];
}

/* --- steps ------------------------------------------------------------------------------------------------------------------------------ */

static void put_number(uint8_t *to, uint64_t value, uint64_t bytes)
{
	/* In one piece, as a processor would. */
	switch (bytes) {
	case 8:
		__atomic_store_n((uint64_t *)(void *)to, value, __ATOMIC_RELAXED);
		break;
	case 4:
		__atomic_store_n((uint32_t *)(void *)to, (uint32_t)value, __ATOMIC_RELAXED);
		break;
	case 2:
		__atomic_store_n((uint16_t *)(void *)to, (uint16_t)value, __ATOMIC_RELAXED);
		break;
	default:
		__atomic_store_n(to, (uint8_t)value, __ATOMIC_RELAXED);
	}
}

/* The state word that a writer would put there: of the last entry that began at this offset, or of the next. */
static uint64_t mark_at(const scene_t *scene, const step_t *step)
{
	const uint64_t ring_bytes = scene->header.ring_bytes;
	const rs_ring_page_t *base = (const rs_ring_page_t *)(const void *)(scene->base + scene->header.ring_off) + step->ring;
	const uint64_t within = (step->offset - scene->header.data_off) & (ring_bytes - 1);
	uint64_t position = (base->reserve.position & ~(ring_bytes - 1)) + within;
	if (position >= base->reserve.position)
		position -= ring_bytes;
	if (step->more & 1)
		position += ring_bytes;
	return rs_state_word((enum rs_entry_state)(step->value & 7), step->value >> 3 & RS_UNITS_MASK,
			     rs_tag(position, scene->header.tag_key));
}

/* One byte of the value, as a small signed number. */
static uint64_t nudge(uint64_t value, uint32_t bit)
{
	return (uint64_t)(int64_t)(int8_t)(value >> bit);
}

/* Of any length that a state word can say, and with numbers near to those that are due. */
static void forge(const scene_t *scene, const step_t *step, uint8_t *to)
{
	const scene_entry_t *entry = entry_of(scene, step);
	const int is_there = step->region == REGION_ENTRY;
	const uint64_t index = is_there ? entry->index : SCENE_INDEX + scene->entry_count;
	const uint64_t seq = is_there ? entry->seq : SCENE_SEQ(step->ring);
	const rs_entry_header_t header = {
		.state = mark_at(scene, step),
		.index = index + nudge(step->value, 24),
		.seq = seq + nudge(step->value, 32),
		.ticks = stand_ins.now_ns + nudge(step->value, 40) * 1000,
		.length = (uint32_t)((step->value >> 3 & RS_UNITS_MASK) * 8 - RS_ENTRY_HEADER_BYTES - (step->value >> 48 & 7)),
		.kind = (uint8_t)((step->value >> 51 & 3) % (RS_KIND_MAX + 1)),
		.severity = RS_INFO,
		.flags = (uint16_t)(step->value >> 53 & 1),
	};
	memcpy(to, &header, step->bytes);
}

static void plan_anew(scene_t *scene, const step_t *step)
{
	static const uint32_t intents[] = {1, 16, 512, 1024};
	const rs_plan_t plan = {
		.ring_count = 1 + (uint32_t)(step->value % 64),
		.ring_bytes = 4096ull << (step->value >> 8 & 7),
		.intent_count = intents[step->value >> 16 & 3],
		.mode = (uint32_t)(step->value >> 24 & 1),
		.order = (uint32_t)(step->value >> 32 & 1),
	};
	rs_set_header_t planned = {0};
	rs_set_header_t *header = (rs_set_header_t *)(void *)scene->bytes;
	char message[256];
	if (rs_ringset_plan(&plan, &planned, message, sizeof(message)) != RS_OK)
		return;
	header->ring_count = planned.ring_count;
	header->ring_bytes = planned.ring_bytes;
	header->intent_count = planned.intent_count;
	header->mode = planned.mode;
	header->order = planned.order;
	header->shared_off = planned.shared_off;
	header->intent_off = planned.intent_off;
	header->ring_off = planned.ring_off;
	header->data_off = planned.data_off;
	header->consumer_off = planned.consumer_off;
	header->total_bytes = planned.total_bytes;
}

static void lie(script_t *script, const step_t *step)
{
	scene_t *scene = script->scene;
	uint8_t *to = scene->bytes + step->offset;
	const uint64_t bits = 8 * step->bytes;
	const uint64_t found = step->bytes <= 8 ? read_number(to, (uint32_t)step->bytes) : 0;

	switch (step->op) {
	case STEP_SET:
		put_number(to, step->value, step->bytes);
		break;
	case STEP_XOR:
		put_number(to, found ^ step->value, step->bytes);
		break;
	case STEP_ADD:
		put_number(to, found + (uint64_t)(int64_t)(int8_t)step->value * (step->value >> 8 & 1 ? 8u : 1u), step->bytes);
		break;
	case STEP_FLIP:
		put_number(to, found ^ 1ull << step->value % bits, step->bytes);
		break;
	case STEP_COPY: {
		const uint64_t bytes = script_region_bytes(scene, step->region);
		const uint64_t from = script_region_offset(scene, step->region, (uint32_t)(step->value % scene->header.ring_count)) +
				      (step->more % bytes & ~(step->bytes - 1));
		put_number(to, read_number(scene->bytes + from, (uint32_t)step->bytes), step->bytes);
		break;
	}
	case STEP_MARK:
		put_number(to, step->region == REGION_DATA || step->region == REGION_ENTRY ? mark_at(scene, step) : step->value, 8);
		break;
	case STEP_FORGE:
		if (step->region == REGION_DATA || step->region == REGION_ENTRY)
			forge(scene, step, to);
		break;
	case STEP_FILL:
		memset(to, (int)(step->value & 0xff), step->bytes);
		break;
	case STEP_RESTORE:
		memcpy(to, scene->base + step->offset, step->bytes);
		break;
	default:
		plan_anew(scene, step);
	}
	note_touch(script, step);
	note_claims(script, step);
}

/* A writer believes its own half: only where that is true can one be asked to go on. */
static int is_writer_safe(const script_t *script, uint32_t ring)
{
	return !script->touched.header && !script->touched.shared && !script->touched.intents && !script->touched.page[ring];
}

/* What it was inside of stays as it is. */
static void die(script_t *script, uint32_t slot)
{
	rs_intent_t *intent = &script->scene->intents[slot];
	uint32_t left = 0;
	if (intent->owner)
		intent->owner = (uint64_t)SCENE_DEAD_PID << 32 | (intent->owner & 0xffffffffu);
	for (uint32_t n = 0; n < script->held_count; n++)
		if (script->held_slot[n] != slot) {
			script->held_slot[left] = script->held_slot[n];
			script->held[left++] = script->held[n];
		}
	script->held_count = left;
}

/* Deeper than there are records a writer says at least that. */
static void note_depth(script_t *script, uint32_t slot, uint32_t depth)
{
	if (slot < SCENE_INTENTS)
		script->scene->intents[slot].deep_writes = depth > RS_INTENT_DEPTH ? depth - RS_INTENT_DEPTH : 0;
}

static void begin_and_stay(script_t *script, const step_t *step)
{
	scene_t *scene = script->scene;
	const uint32_t slot = (uint32_t)step->value % (SCENE_INTENTS + 1);
	if (script->held_count == HELD_MAX)
		return;
	if (slot == SCENE_INTENTS)
		scene->shared->unlisted_writers = 1;
	else if (scene->intents[slot].owner >> 32 >= SCENE_DEAD_PID)
		return;
	else if (!scene->intents[slot].owner)
		scene->intents[slot].owner = SCENE_LIVING_OWNER;
	else if (!script->depth[slot])
		script->depth[slot] = 2; /* the scene's own */
	script->is_held[step->ring] = 1;
	script->is_unrecorded |= slot == SCENE_INTENTS || script->depth[slot] >= RS_INTENT_DEPTH;
	note_depth(script, slot, script->depth[slot] + 1);
	if (scene_hold(scene, step->ring, slot, script->depth[slot], step->more % 200u, &script->held[script->held_count]) != RS_OK) {
		note_depth(script, slot, script->depth[slot]);
		return;
	}
	script->depth[slot]++;
	script->held_slot[script->held_count++] = slot;
	if (step->value >> 8 & 1 && slot < SCENE_INTENTS)
		die(script, slot);
}

static void leave(script_t *script, int is_committing)
{
	if (!script->held_count || !is_writer_safe(script, script->held[script->held_count - 1].ring))
		return;
	const uint32_t last = --script->held_count;
	const uint32_t slot = script->held_slot[last];
	if (is_committing)
		rs_ring_commit(&script->held[last].claim);
	else
		rs_ring_discard(&script->held[last].claim);
	note_depth(script, slot, --script->depth[slot]);
}

static void write_on(script_t *script, const step_t *step)
{
	scene_t *scene = script->scene;
	if (!is_writer_safe(script, step->ring))
		return;
	script->is_written[step->ring] = 1;
	switch (step->op) {
	case STEP_WRITE:
		for (uint64_t n = 0; n <= step->value % 16; n++)
			(void)scene_write(scene, step->ring, (uint32_t)(step->more % (scene->header.ring_bytes / 8)));
		break;
	case STEP_HOLD:
		begin_and_stay(script, step);
		break;
	case STEP_RELEASE:
		leave(script, step->value & 1);
		break;
	default:
		die(script, (uint32_t)(step->value % SCENE_INTENTS));
	}
}

static SANITIZER_SKIPS void take(script_t *script, step_t *step)
{
	script->is_acting = 1;
	step->is_done = 1;
	if (is_lie(step->op))
		lie(script, step);
	else
		write_on(script, step);
	script->is_acting = 0;
}

static SANITIZER_SKIPS void take_due(script_t *script, enum step_when when, uint32_t count)
{
	for (uint32_t n = 0; n < script->step_count; n++)
		if (!script->steps[n].is_done && script->steps[n].when == when && script->steps[n].count == count)
			take(script, &script->steps[n]);
}

/* --- moments --------------------------------------------------------------------------------------------------------------------------- */

static void when_time_passes(void)
{
	if (current && !current->is_acting)
		take_due(current, WHEN_TIMED, current->timed++);
}

static void when_looked(const char *name)
{
	if (current && !current->is_acting && strncmp(name, "read:", 5) == 0)
		take_due(current, WHEN_LOOKED, current->looked++);
}

#if SANITIZER_IS_ON
/* Every load of the reader from shared memory. The compilers are told to make each a call (LOAD_HOOKS in tests/fuzz/build.ts). */
static SANITIZER_SKIPS void take_loaded(uint64_t offset, uint64_t bytes)
{
	script_t *script = current;
	for (uint32_t n = 0; script && !script->is_acting && n < script->step_count; n++) {
		step_t *step = &script->steps[n];
		if (step->when != WHEN_LOADED || step->is_done || step->offset >= offset + bytes ||
		    offset >= (step->offset & ~7ull) + 8)
			continue;
		if (step->count-- == 0)
			take(script, step);
	}
}

__attribute__((no_sanitize("address", "undefined"), always_inline)) static inline void when_loaded(uintptr_t at, uint64_t bytes)
{
	const uint64_t offset = at - (uintptr_t)stand_ins.producer;
	if (__builtin_expect(is_load_awaited && offset < stand_ins.producer_bytes, 0))
		take_loaded(offset, bytes);
}

#define HOOK_LOAD(size)                                                       \
	void __real___asan_load##size(uintptr_t at);                          \
	SANITIZER_SKIPS void __wrap___asan_load##size(uintptr_t at);          \
	SANITIZER_SKIPS void __wrap___asan_load##size(uintptr_t at)           \
	{                                                                     \
		when_loaded(at, size);                                        \
		__real___asan_load##size(at);                                 \
	}
HOOK_LOAD(1)
HOOK_LOAD(2)
HOOK_LOAD(4)
HOOK_LOAD(8)
HOOK_LOAD(16)

void __real___asan_loadN(uintptr_t at, size_t bytes);
SANITIZER_SKIPS void __wrap___asan_loadN(uintptr_t at, size_t bytes);
SANITIZER_SKIPS void __wrap___asan_loadN(uintptr_t at, size_t bytes)
{
	when_loaded(at, bytes);
	__real___asan_loadN(at, bytes);
}

void *__real_memcpy(void *to, const void *from, size_t bytes);
SANITIZER_SKIPS void *__wrap_memcpy(void *to, const void *from, size_t bytes);
SANITIZER_SKIPS void *__wrap_memcpy(void *to, const void *from, size_t bytes)
{
	when_loaded((uintptr_t)from, bytes);
	return __real_memcpy(to, from, bytes);
}

#if defined(__clang__)
void *__real___asan_memcpy(void *to, const void *from, size_t bytes);
SANITIZER_SKIPS void *__wrap___asan_memcpy(void *to, const void *from, size_t bytes);
SANITIZER_SKIPS void *__wrap___asan_memcpy(void *to, const void *from, size_t bytes)
{
	when_loaded((uintptr_t)from, bytes);
	return __real___asan_memcpy(to, from, bytes);
}
#endif
#endif

void script_begin(script_t *script)
{
	current = script;
	is_load_awaited = 0;
	for (uint32_t n = 0; n < script->step_count; n++)
		is_load_awaited |= script->steps[n].when == WHEN_LOADED;
	stand_ins.when_time_passes = when_time_passes;
	rs_test_point_hook = when_looked;
}

void script_end(script_t *script)
{
	current = NULL;
	is_load_awaited = 0;
	scene_restore(script->scene, script->touched.header != 0);
}

void script_before(script_t *script)
{
	for (uint32_t n = 0; n < script->step_count; n++)
		if (script->steps[n].when == WHEN_BEFORE && !script->steps[n].is_done)
			take(script, &script->steps[n]);
}

void script_between(script_t *script)
{
	take_due(script, WHEN_BETWEEN, script->between++);
}
