/* SPDX-License-Identifier: MIT */
/* flatbuffer.c - see flatbuffer.h. */
#include "flatbuffer.h"

#include <string.h>

void rs_fb_init(rs_fb_t *fb, void *bytes, size_t capacity)
{
	memset(fb, 0, sizeof(*fb));
	fb->bytes = bytes;
	fb->capacity = capacity;
	fb->align = 4;
}

static void put(rs_fb_t *fb, const void *bytes, size_t count)
{
	if (fb->is_full || count > fb->capacity - fb->used) {
		fb->is_full = 1;
		return;
	}
	fb->used += count;
	memcpy(fb->bytes + fb->capacity - fb->used, bytes, count);
}

/* Padding, so that after `count` more bytes the place is a multiple of `align`. */
static void prepare(rs_fb_t *fb, size_t count, size_t align)
{
	static const uint8_t zeros[16];
	if (align > fb->align)
		fb->align = align;
	put(fb, zeros, (~(fb->used + count) + 1) & (align - 1));
}

static void put_u32(rs_fb_t *fb, uint32_t value)
{
	prepare(fb, sizeof(value), sizeof(value));
	put(fb, &value, sizeof(value));
}

/* References are stored as the distance from their own place forward to the object. */
static void put_ref(rs_fb_t *fb, rs_fb_ref_t ref)
{
	prepare(fb, sizeof(uint32_t), sizeof(uint32_t));
	const uint32_t distance = (uint32_t)(fb->used + sizeof(uint32_t)) - ref;
	put(fb, &distance, sizeof(distance));
}

rs_fb_ref_t rs_fb_string(rs_fb_t *fb, const char *text, size_t length)
{
	prepare(fb, length + 1 + sizeof(uint32_t), sizeof(uint32_t));
	/* The terminator and its padding lie behind the text: what prepare put there and one byte. */
	put(fb, "", 1);
	put(fb, text, length);
	put_u32(fb, (uint32_t)length);
	return (rs_fb_ref_t)fb->used;
}

rs_fb_ref_t rs_fb_refs(rs_fb_t *fb, const rs_fb_ref_t *refs, uint32_t count)
{
	for (uint32_t n = count; n > 0; n--)
		put_ref(fb, refs[n - 1]);
	put_u32(fb, count);
	return (rs_fb_ref_t)fb->used;
}

rs_fb_ref_t rs_fb_structs(rs_fb_t *fb, const void *structs, uint32_t count, size_t size, size_t align)
{
	prepare(fb, count * size, sizeof(uint32_t));
	prepare(fb, count * size, align);
	put(fb, structs, count * size);
	put_u32(fb, count);
	return (rs_fb_ref_t)fb->used;
}

void rs_fb_table_begin(rs_fb_t *fb)
{
	memset(fb->fields, 0, sizeof(fb->fields));
	fb->table_start = fb->used;
}

static void put_field(rs_fb_t *fb, uint32_t field, const void *value, size_t size)
{
	prepare(fb, size, size);
	put(fb, value, size);
	fb->fields[field] = (uint32_t)fb->used;
}

void rs_fb_field_u8(rs_fb_t *fb, uint32_t field, uint8_t value)
{
	put_field(fb, field, &value, sizeof(value));
}

void rs_fb_field_u16(rs_fb_t *fb, uint32_t field, uint16_t value)
{
	put_field(fb, field, &value, sizeof(value));
}

void rs_fb_field_u32(rs_fb_t *fb, uint32_t field, uint32_t value)
{
	put_field(fb, field, &value, sizeof(value));
}

void rs_fb_field_u64(rs_fb_t *fb, uint32_t field, uint64_t value)
{
	put_field(fb, field, &value, sizeof(value));
}

void rs_fb_field_ref(rs_fb_t *fb, uint32_t field, rs_fb_ref_t ref)
{
	put_ref(fb, ref);
	fb->fields[field] = (uint32_t)fb->used;
}

rs_fb_ref_t rs_fb_table_end(rs_fb_t *fb)
{
	uint16_t vtable[2 + RS_FB_FIELDS_MAX];
	uint32_t count = RS_FB_FIELDS_MAX;

	put_u32(fb, 0); /* the way to the vtable, known below */
	const size_t table = fb->used;
	while (count > 0 && !fb->fields[count - 1])
		count--;
	vtable[0] = (uint16_t)((2 + count) * sizeof(uint16_t));
	vtable[1] = (uint16_t)(table - fb->table_start);
	for (uint32_t n = 0; n < count; n++)
		vtable[2 + n] = fb->fields[n] ? (uint16_t)(table - fb->fields[n]) : 0;
	prepare(fb, vtable[0], sizeof(uint16_t));
	put(fb, vtable, vtable[0]);
	if (!fb->is_full) {
		const int32_t distance = (int32_t)(fb->used - table);
		memcpy(fb->bytes + fb->capacity - table, &distance, sizeof(distance));
	}
	return (rs_fb_ref_t)table;
}

const uint8_t *rs_fb_finish(rs_fb_t *fb, rs_fb_ref_t root)
{
	prepare(fb, sizeof(uint32_t), fb->align > 8 ? fb->align : 8);
	put_ref(fb, root);
	return fb->bytes + fb->capacity - fb->used;
}
