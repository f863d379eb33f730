/* SPDX-License-Identifier: MIT */
/*
 * flatbuffer.h - as much of the FlatBuffers encoding as Arrow's message metadata needs, into a buffer of fixed size.
 *
 * Written back to front, as the format wants it: children before parents. Encoding: flatbuffers.dev/internals. A buffer
 * that would overflow is marked so and stays within its bounds; look at `is_full` once at the end.
 */
#ifndef RS_FLATBUFFER_H
#define RS_FLATBUFFER_H

#include <stddef.h>
#include <stdint.h>

#define RS_FB_FIELDS_MAX 8u

typedef struct {
	uint8_t *bytes;
	size_t capacity;
	size_t used; /* from the end */
	size_t align;
	int is_full;
	size_t table_start;
	uint32_t fields[RS_FB_FIELDS_MAX]; /* `used` behind each field, 0: absent */
} rs_fb_t;

/* A finished object, named by its distance from the end of the buffer. */
typedef uint32_t rs_fb_ref_t;

void rs_fb_init(rs_fb_t *fb, void *bytes, size_t capacity);
rs_fb_ref_t rs_fb_string(rs_fb_t *fb, const char *text, size_t length);
/* A vector of references, or of structs that lie ready in memory. */
rs_fb_ref_t rs_fb_refs(rs_fb_t *fb, const rs_fb_ref_t *refs, uint32_t count);
rs_fb_ref_t rs_fb_structs(rs_fb_t *fb, const void *structs, uint32_t count, size_t size, size_t align);

void rs_fb_table_begin(rs_fb_t *fb);
void rs_fb_field_u8(rs_fb_t *fb, uint32_t field, uint8_t value);
void rs_fb_field_u16(rs_fb_t *fb, uint32_t field, uint16_t value);
void rs_fb_field_u32(rs_fb_t *fb, uint32_t field, uint32_t value);
void rs_fb_field_u64(rs_fb_t *fb, uint32_t field, uint64_t value);
void rs_fb_field_ref(rs_fb_t *fb, uint32_t field, rs_fb_ref_t ref);
rs_fb_ref_t rs_fb_table_end(rs_fb_t *fb);

/* Puts the root in front and pads to eight bytes. Returns where the finished buffer begins; its length is fb->used. */
const uint8_t *rs_fb_finish(rs_fb_t *fb, rs_fb_ref_t root);

#endif /* RS_FLATBUFFER_H */
