/* SPDX-License-Identifier: MIT */
/* site_text.c - see site_text.h. */
#include "site_text.h"

/* Where the pieces of a descriptor go. */
typedef struct {
	uint8_t *to;          /* stored there, or null */
	const uint8_t *found; /* compared with, or null */
	uint32_t room;
	uint32_t bytes;
	uint64_t hash;
	int is_same;
} sink_t;

/* FNV-1a (Fowler, Noll, Vo): short inputs, once for each site. */
#define HASH_START 0xcbf29ce484222325ull
#define HASH_FACTOR 0x100000001b3ull

static void put(sink_t *sink, const void *piece, uint32_t bytes)
{
	const uint8_t *from = piece;
	for (uint32_t n = 0; n < bytes; n++) {
		const uint32_t at = sink->bytes++;
		sink->hash = (sink->hash ^ from[n]) * HASH_FACTOR;
		if (at >= sink->room)
			continue;
		if (sink->to)
			sink->to[at] = from[n];
		if (sink->found)
			sink->is_same &= sink->found[at] == from[n];
	}
}

static void put_u16(sink_t *sink, uint16_t value)
{
	put(sink, &value, sizeof(value));
}

static void put_u32(sink_t *sink, uint32_t value)
{
	put(sink, &value, sizeof(value));
}

static void put_text(sink_t *sink, const char *text)
{
	uint32_t bytes = 0;
	/* What is longer makes a descriptor that is refused as a whole. */
	while (text && bytes <= RS_SITE_BYTES_MAX && text[bytes])
		bytes++;
	put_u16(sink, (uint16_t)bytes);
	put(sink, text, bytes);
}

static void put_names(sink_t *sink, const rs_enum_names_t *names)
{
	/* A value and an empty name take ten bytes: more than this many cannot be in a descriptor. */
	const uint32_t most = RS_SITE_BYTES_MAX / 10 + 1;
	const uint32_t count = !names ? 0 : names->count < most ? names->count : most;

	put_text(sink, names ? names->name : NULL);
	put_u16(sink, (uint16_t)count);
	for (uint32_t n = 0; n < count; n++) {
		put(sink, &names->names[n].value, sizeof(names->names[n].value));
		put_text(sink, names->names[n].name);
	}
}

static void put_site(sink_t *sink, const rs_site_words_t *words, uint32_t bytes)
{
	const rs_site_source_t *source = words->source;

	put_u32(sink, bytes);
	put_u32(sink, source->line);
	put(sink, (const uint8_t[]){source->severity, source->kind, source->role, source->argument_count}, 4);
	put_text(sink, source->name);
	put_text(sink, source->file);
	put_text(sink, source->function);
	put_text(sink, source->format);
	for (uint32_t n = 0; n < words->arguments->count; n++) {
		put(sink, &words->arguments->types[n], 1);
		put_text(sink, words->arguments->keys[n]);
		if (words->arguments->types[n] == RS_ARGUMENT_ENUM)
			put_names(sink, words->enums[n]);
	}
}

uint32_t rs_site_text_measure(const rs_site_words_t *words, uint64_t *hash)
{
	sink_t counted = {0};
	put_site(&counted, words, 0);
	sink_t hashed = {.hash = HASH_START};
	put_site(&hashed, words, counted.bytes);
	/* The low bits decide about the slot. */
	const uint64_t mixed = hashed.hash ^ hashed.hash >> 32;
	*hash = mixed ? mixed : 1;
	return counted.bytes;
}

int rs_site_text_store(const rs_site_words_t *words, uint8_t *to, uint32_t bytes)
{
	sink_t sink = {.to = to, .room = bytes};
	put_site(&sink, words, bytes);
	return sink.bytes == bytes;
}

int rs_site_text_is(const rs_site_words_t *words, const uint8_t *found, uint32_t bytes)
{
	sink_t sink = {.found = found, .room = bytes, .is_same = 1};
	put_site(&sink, words, bytes);
	return sink.is_same && sink.bytes == bytes;
}

/* --- what somebody else has written ------------------------------------------------------------------------------------ */

static uint16_t u16_at(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t u32_at(const uint8_t *at)
{
	return u16_at(at) | (uint32_t)u16_at(at + 2) << 16;
}

static int read_text(const uint8_t *copy, uint32_t bytes, uint32_t *at, rs_span_t *text)
{
	if (bytes - *at < 2)
		return 0;
	text->bytes = u16_at(copy + *at);
	*at += 2;
	if (bytes - *at < text->bytes)
		return 0;
	text->at = (const char *)copy + *at;
	*at += text->bytes;
	return 1;
}

int rs_site_text_read(const uint8_t *copy, uint32_t bytes, rs_site_read_t *read)
{
	uint32_t at = 12;

	if (bytes < at || bytes > RS_SITE_BYTES_MAX || u32_at(copy) != bytes)
		return 0;
	read->line = u32_at(copy + 4);
	read->severity = copy[8];
	read->kind = copy[9];
	read->role = copy[10];
	read->argument_count = copy[11];
	if (read->severity > RS_FATAL || read->kind > RS_KIND_MAX || read->role > RS_ROLE_END || read->argument_count > RS_ARGUMENTS_MAX)
		return 0;
	return read_text(copy, bytes, &at, &read->name) && read_text(copy, bytes, &at, &read->file) &&
	       read_text(copy, bytes, &at, &read->function) && read_text(copy, bytes, &at, &read->format);
}
