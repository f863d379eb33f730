/* SPDX-License-Identifier: MIT */
/*
 * arrow_walk.h - reads segments of a capture folder (runtime/capture/README.md) with nothing of the code that wrote them: the
 * framing of Arrow IPC, as much of FlatBuffers as its metadata needs, and a CRC-32C bit by bit.
 */
#ifndef ARROW_WALK_H
#define ARROW_WALK_H

#include "check.h"

typedef struct {
	uint8_t *bytes;
	uint64_t length;
} file_t;

typedef struct {
	uint64_t at, end;  /* of the whole message in its file */
	uint8_t type;      /* 1 schema, 3 record batch */
	uint64_t rows;
	uint64_t batch, base_idx;
	const uint8_t *body;
	const uint8_t *columns[32]; /* buffers in the order of the body */
	uint64_t lengths[32];
	uint32_t buffer_count;
} walked_t;

/* Off: only the framing. */
static int walk_checksums = 1;

static inline int read_file(const char *path, file_t *file)
{
	FILE *in = fopen(path, "rb");
	*file = (file_t){0};
	if (!in)
		return 0;
	fseek(in, 0, SEEK_END);
	file->length = (uint64_t)ftell(in);
	rewind(in);
	file->bytes = malloc(file->length + 1);
	if (file->bytes && fread(file->bytes, 1, file->length, in) == file->length)
		file->bytes[file->length] = '\0';
	fclose(in);
	return file->bytes != NULL;
}

static inline uint32_t word32(const uint8_t *at)
{
	uint32_t value;
	memcpy(&value, at, sizeof(value));
	return value;
}

static inline uint64_t word64(const uint8_t *at)
{
	uint64_t value;
	memcpy(&value, at, sizeof(value));
	return value;
}

/* RFC 3720 B.4, one bit after the other. */
static inline uint32_t crc32c_by_bits(uint32_t crc, const uint8_t *bytes, uint64_t length)
{
	crc = ~crc;
	while (length--) {
		crc ^= *bytes++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0x82f63b78u & (0u - (crc & 1)));
	}
	return ~crc;
}

/* --- FlatBuffers: where a field's value lies; null when it is absent --- */

static inline const uint8_t *fb_field(const uint8_t *table, uint32_t field)
{
	const uint8_t *vtable = table - (int32_t)word32(table);
	uint16_t size, offset;
	memcpy(&size, vtable, sizeof(size));
	if (4 + 2 * field >= size)
		return NULL;
	memcpy(&offset, vtable + 4 + 2 * field, sizeof(offset));
	return offset ? table + offset : NULL;
}

static inline const uint8_t *fb_follow(const uint8_t *at)
{
	return at ? at + word32(at) : NULL;
}

/* The text of a key in a message's metadata. */
static inline const char *walk_value(const uint8_t *message, const char *key)
{
	const uint8_t *pairs = fb_follow(fb_field(message, 4));
	for (uint32_t n = 0; pairs && n < word32(pairs); n++) {
		const uint8_t *pair = fb_follow(pairs + 4 + 4 * n);
		const uint8_t *found = fb_follow(fb_field(pair, 0));
		if (strcmp((const char *)found + 4, key) == 0)
			return (const char *)fb_follow(fb_field(pair, 1)) + 4;
	}
	return NULL;
}

static inline void walk_batch(const uint8_t *message, walked_t *walked)
{
	const uint8_t *header = fb_follow(fb_field(message, 2));
	const uint8_t *rows = fb_field(header, 0);
	const uint8_t *buffers = fb_follow(fb_field(header, 2));
	const uint64_t body_bytes = word64(fb_field(message, 3));
	const char *crc = walk_value(message, "ringscope.crc32c");
	const char *batch = walk_value(message, "ringscope.batch");
	const char *base_idx = walk_value(message, "ringscope.base_idx");

	walked->rows = rows ? word64(rows) : 0;
	walked->buffer_count = word32(buffers);
	REQUIRE(walked->buffer_count <= 32);
	for (uint32_t n = 0; n < walked->buffer_count; n++) {
		const uint64_t offset = word64(buffers + 4 + 16 * n);
		walked->lengths[n] = word64(buffers + 4 + 16 * n + 8);
		walked->columns[n] = walked->body + offset;
		CHECK(offset % 8 == 0 && offset + walked->lengths[n] <= body_bytes);
	}
	REQUIRE(batch && crc && strlen(crc) == 8);
	walked->batch = strtoull(batch, NULL, 10);
	walked->base_idx = base_idx ? strtoull(base_idx, NULL, 10) : 0;
}

static inline void check_crc(const uint8_t *bytes, uint64_t length, const char *digits)
{
	const uint64_t place = (uint64_t)((const uint8_t *)digits - bytes);
	uint32_t crc = crc32c_by_bits(0, bytes, place);
	crc = crc32c_by_bits(crc, (const uint8_t *)"00000000", 8);
	crc = crc32c_by_bits(crc, bytes + place + 8, length - place - 8);
	CHECK_EQUAL(crc, strtoul(digits, NULL, 16));
}

/* The message at `at`. Returns 1 when there is one, 0 at the end mark, -1 where the file ends before either. */
static inline int walk_message(const file_t *file, uint64_t at, walked_t *walked)
{
	memset(walked, 0, sizeof(*walked));
	walked->at = at;
	if (file->length - at < 8 || word32(file->bytes + at) != 0xffffffffu)
		return -1;
	const uint32_t metadata_bytes = word32(file->bytes + at + 4);
	walked->end = at + 8 + metadata_bytes;
	if (metadata_bytes == 0)
		return 0;
	CHECK_EQUAL(metadata_bytes % 8, 0);
	if (walked->end > file->length)
		return -1;
	const uint8_t *metadata = file->bytes + at + 8;
	const uint8_t *message = fb_follow(metadata);
	const uint8_t *body_bytes = fb_field(message, 3);
	walked->type = *fb_field(message, 1);
	walked->body = file->bytes + walked->end;
	walked->end += body_bytes ? word64(body_bytes) : 0;
	if (walked->end > file->length)
		return -1;
	if (walked->type == 3) {
		walk_batch(message, walked);
		if (walk_checksums)
			check_crc(file->bytes + at, walked->end - at, walk_value(message, "ringscope.crc32c"));
	}
	return 1;
}

#endif /* ARROW_WALK_H */
