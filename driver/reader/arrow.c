/* SPDX-License-Identifier: MIT */
/* arrow.c - see arrow.h. */
#include "arrow.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flatbuffer.h"

const uint8_t rs_arrow_end[RS_ARROW_END_BYTES] = {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0};

/* Field numbers and union members of Arrow's Message.fbs and Schema.fbs. */
enum { MESSAGE_VERSION, MESSAGE_HEADER_TYPE, MESSAGE_HEADER, MESSAGE_BODY_LENGTH, MESSAGE_METADATA };
enum { HEADER_SCHEMA = 1, HEADER_RECORD_BATCH = 3 };
enum { BATCH_LENGTH, BATCH_NODES, BATCH_BUFFERS };
enum { SCHEMA_ENDIANNESS, SCHEMA_FIELDS };
enum { FIELD_NAME, FIELD_NULLABLE, FIELD_TYPE_TYPE, FIELD_TYPE, FIELD_DICTIONARY, FIELD_CHILDREN };
enum { TYPE_INT = 2, TYPE_BINARY = 4 };
enum { INT_WIDTH, INT_SIGNED };
enum { PAIR_KEY, PAIR_VALUE };
#define METADATA_V5 4u

#define PREFIX_BYTES 8u
#define CRC_KEY "ringscope.crc32c"
#define CRC_DIGITS 8u
#define TEXT_ROUND 40u
#define TEXT_RING (22u * 17u + 8u)

typedef struct {
	const char *name;
	uint8_t bits; /* 0: binary */
	uint8_t is_nullable;
} column_t;

static const column_t LOGS_COLUMNS[] = {
	{"idx_delta", 32, 0}, {"ticks", 64, 0},	{"seq_delta", 32, 0}, {"processor", 16, 0}, {"class", 16, 0}, {"pid", 32, 0},
	{"tid", 32, 0},	      {"type", 32, 0},	{"remarks", 32, 0},   {"payload", 0, 0},
};
static const column_t GAPS_COLUMNS[] = {
	{"processor", 16, 0}, {"cause", 8, 0},	   {"lost", 64, 0},	  {"prev_seq", 64, 1},	 {"next_seq", 64, 1},
	{"prev_idx", 64, 1},  {"next_idx", 64, 1}, {"prev_ticks", 64, 1}, {"next_ticks", 64, 1},
};
#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define GAP_WORDS 7u

typedef struct {
	int64_t length, null_count;
} node_t;
typedef struct {
	int64_t offset, length;
} buffer_t;

rs_status_t rs_arrow_init(rs_arrow_t *arrow, uint32_t ring_count)
{
	arrow->text_capacity = 256 + RS_BATCH_ROUNDS * TEXT_ROUND + (size_t)ring_count * TEXT_RING;
	arrow->metadata_capacity = 4096 + arrow->text_capacity + (size_t)ring_count * 48;
	arrow->metadata = malloc(arrow->metadata_capacity);
	arrow->text = malloc(arrow->text_capacity);
	arrow->gap_columns = malloc(RS_BATCH_GAPS * (3 + GAP_WORDS * 8) + 3 * (RS_BATCH_GAPS / 8) + 256);
	return arrow->metadata && arrow->text && arrow->gap_columns ? RS_OK : RS_NO_MEMORY;
}

void rs_arrow_fini(rs_arrow_t *arrow)
{
	free(arrow->metadata);
	free(arrow->text);
	free(arrow->gap_columns);
	*arrow = (rs_arrow_t){0};
}

/* --- a message and its parts --- */

static void add_part(rs_arrow_message_t *message, const void *bytes, uint64_t count)
{
	if (!count)
		return;
	message->parts[message->part_count].iov_base = (void *)(uintptr_t)bytes;
	message->parts[message->part_count].iov_len = count;
	message->part_count++;
	message->bytes += count;
}

/* Closes the metadata and makes it the first part, with its prefix. The root message table is `root`. */
static rs_status_t close_metadata(rs_fb_t *fb, rs_fb_ref_t root, rs_arrow_message_t *message)
{
	const uint8_t *start = rs_fb_finish(fb, root);
	const uint32_t length = (uint32_t)fb->used;
	const uint32_t prefix[2] = {0xffffffffu, length};

	if (fb->is_full || fb->used + PREFIX_BYTES > fb->capacity)
		return RS_NO_MEMORY;
	uint8_t *first = (uint8_t *)(uintptr_t)start - PREFIX_BYTES;
	memcpy(first, prefix, PREFIX_BYTES);
	message->part_count = 0;
	message->bytes = 0;
	add_part(message, first, PREFIX_BYTES + (uint64_t)length);
	return RS_OK;
}

static rs_fb_ref_t message_table(rs_fb_t *fb, uint8_t header_type, rs_fb_ref_t header, uint64_t body_bytes, rs_fb_ref_t metadata)
{
	rs_fb_table_begin(fb);
	rs_fb_field_u64(fb, MESSAGE_BODY_LENGTH, body_bytes);
	rs_fb_field_ref(fb, MESSAGE_HEADER, header);
	if (metadata)
		rs_fb_field_ref(fb, MESSAGE_METADATA, metadata);
	rs_fb_field_u16(fb, MESSAGE_VERSION, METADATA_V5);
	rs_fb_field_u8(fb, MESSAGE_HEADER_TYPE, header_type);
	return rs_fb_table_end(fb);
}

static rs_fb_ref_t key_value(rs_fb_t *fb, const char *key, const char *value, size_t length)
{
	const rs_fb_ref_t value_ref = rs_fb_string(fb, value, length);
	const rs_fb_ref_t key_ref = rs_fb_string(fb, key, strlen(key));
	rs_fb_table_begin(fb);
	rs_fb_field_ref(fb, PAIR_KEY, key_ref);
	rs_fb_field_ref(fb, PAIR_VALUE, value_ref);
	return rs_fb_table_end(fb);
}

/* --- schemas --- */

static rs_fb_ref_t field_table(rs_fb_t *fb, const column_t *column)
{
	rs_fb_table_begin(fb);
	if (column->bits) {
		rs_fb_field_u32(fb, INT_WIDTH, column->bits);
		rs_fb_field_u8(fb, INT_SIGNED, 0);
	}
	const rs_fb_ref_t type = rs_fb_table_end(fb);
	const rs_fb_ref_t name = rs_fb_string(fb, column->name, strlen(column->name));
	const rs_fb_ref_t children = rs_fb_refs(fb, NULL, 0);
	rs_fb_table_begin(fb);
	rs_fb_field_ref(fb, FIELD_NAME, name);
	rs_fb_field_ref(fb, FIELD_TYPE, type);
	rs_fb_field_ref(fb, FIELD_CHILDREN, children);
	rs_fb_field_u8(fb, FIELD_NULLABLE, column->is_nullable);
	rs_fb_field_u8(fb, FIELD_TYPE_TYPE, column->bits ? TYPE_INT : TYPE_BINARY);
	return rs_fb_table_end(fb);
}

static rs_status_t schema(rs_arrow_t *arrow, const column_t *columns, uint32_t count, rs_arrow_message_t *message)
{
	rs_fb_ref_t fields[16];
	rs_fb_t fb;

	rs_fb_init(&fb, arrow->metadata, arrow->metadata_capacity);
	for (uint32_t n = 0; n < count; n++)
		fields[n] = field_table(&fb, &columns[n]);
	const rs_fb_ref_t list = rs_fb_refs(&fb, fields, count);
	rs_fb_table_begin(&fb);
	rs_fb_field_ref(&fb, SCHEMA_FIELDS, list);
	rs_fb_field_u16(&fb, SCHEMA_ENDIANNESS, 0);
	const rs_fb_ref_t header = rs_fb_table_end(&fb);
	return close_metadata(&fb, message_table(&fb, HEADER_SCHEMA, header, 0, 0), message);
}

rs_status_t rs_arrow_logs_schema(rs_arrow_t *arrow, rs_arrow_message_t *message)
{
	return schema(arrow, LOGS_COLUMNS, COUNT(LOGS_COLUMNS), message);
}

rs_status_t rs_arrow_gaps_schema(rs_arrow_t *arrow, rs_arrow_message_t *message)
{
	return schema(arrow, GAPS_COLUMNS, COUNT(GAPS_COLUMNS), message);
}

/* --- record batches --- */

/* Buffers in the order of the body, each padded to eight bytes. */
typedef struct {
	buffer_t buffers[32];
	const void *bytes[32];
	uint32_t count;
	int64_t total;
} body_t;

static void add_buffer(body_t *body, const void *bytes, uint64_t length)
{
	body->buffers[body->count] = (buffer_t){body->total, (int64_t)length};
	body->bytes[body->count] = bytes;
	body->count++;
	body->total += (int64_t)((length + 7) & ~7ull);
}

/* The first place of some bytes in others, null when there is none: memmem, which not every C library has. */
static char *find(char *in, size_t length, const char *wanted, size_t wanted_length)
{
	for (char *at = in; length - (size_t)(at - in) >= wanted_length; at++) {
		at = memchr(at, wanted[0], length - (size_t)(at - in) - (wanted_length - 1));
		if (!at || memcmp(at, wanted, wanted_length) == 0)
			return at;
	}
	return NULL;
}

/* The checksum covers the whole message with its own digits as zeros, then takes their place. */
static void seal_checksum(rs_arrow_message_t *message)
{
	char digits[CRC_DIGITS + 1];
	uint32_t crc = 0;
	char *metadata = message->parts[0].iov_base;
	const size_t length = message->parts[0].iov_len;

	for (uint32_t n = 0; n < message->part_count; n++)
		crc = rs_crc32c(crc, message->parts[n].iov_base, message->parts[n].iov_len);
	snprintf(digits, sizeof(digits), "%08" PRIx32, crc);
	/* The pair was written last, so its key is the first of its name and its value follows within a few words. */
	char *key = find(metadata, length, CRC_KEY, sizeof(CRC_KEY));
	char *place = key ? find(key, length - (size_t)(key - metadata), "\x08\0\0\0" "00000000", 4 + CRC_DIGITS) : NULL;
	if (place)
		memcpy(place + 4, digits, CRC_DIGITS);
}

static rs_status_t record_batch(rs_fb_t *fb, const rs_fb_ref_t *pairs, uint32_t pair_count, const node_t *nodes, uint32_t node_count,
				const body_t *body, rs_arrow_message_t *message)
{
	static const uint8_t zeros[8];
	const rs_fb_ref_t metadata = rs_fb_refs(fb, pairs, pair_count);
	const rs_fb_ref_t buffer_list = rs_fb_structs(fb, body->buffers, body->count, sizeof(buffer_t), 8);
	const rs_fb_ref_t node_list = rs_fb_structs(fb, nodes, node_count, sizeof(node_t), 8);
	rs_fb_table_begin(fb);
	rs_fb_field_u64(fb, BATCH_LENGTH, (uint64_t)nodes[0].length);
	rs_fb_field_ref(fb, BATCH_NODES, node_list);
	rs_fb_field_ref(fb, BATCH_BUFFERS, buffer_list);
	const rs_fb_ref_t header = rs_fb_table_end(fb);
	const rs_fb_ref_t root = message_table(fb, HEADER_RECORD_BATCH, header, (uint64_t)body->total, metadata);
	const rs_status_t status = close_metadata(fb, root, message);
	if (status != RS_OK)
		return status;
	for (uint32_t n = 0; n < body->count; n++) {
		const uint64_t length = (uint64_t)body->buffers[n].length;
		add_part(message, body->bytes[n], length);
		add_part(message, zeros, (~length + 1) & 7);
	}
	seal_checksum(message);
	return RS_OK;
}

/* Text that grows in arrow->text; what would not fit is a planning error and ends as RS_NO_MEMORY. */
typedef struct {
	char *at;
	size_t left;
} text_t;

__attribute__((format(printf, 2, 3))) static void say(text_t *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	const int length = vsnprintf(text->at, text->left, format, arguments);
	va_end(arguments);
	const size_t taken = length < 0 || (size_t)length >= text->left ? text->left : (size_t)length;
	text->at += taken;
	text->left -= taken;
}

static rs_fb_ref_t pair_of(rs_arrow_t *arrow, rs_fb_t *fb, const char *key, const text_t *text)
{
	if (!text->left)
		fb->is_full = 1;
	return key_value(fb, key, arrow->text, (size_t)(text->at - arrow->text));
}

static text_t begin_text(const rs_arrow_t *arrow)
{
	return (text_t){arrow->text, arrow->text_capacity};
}

static rs_fb_ref_t anchor_pair(rs_arrow_t *arrow, rs_fb_t *fb, const rs_batch_t *batch)
{
	text_t text = begin_text(arrow);
	say(&text, "[\"%" PRIu64 "\",\"%" PRId64 "\",\"%" PRIu64 "\"]", batch->anchor.ticks, batch->anchor.unix_ns,
	    batch->ticks_per_second);
	return pair_of(arrow, fb, "ringscope.anchor", &text);
}

static rs_fb_ref_t number_pair(rs_arrow_t *arrow, rs_fb_t *fb, const char *key, uint64_t number)
{
	text_t text = begin_text(arrow);
	say(&text, "%" PRIu64, number);
	return pair_of(arrow, fb, key, &text);
}

static rs_fb_ref_t rounds_pair(rs_arrow_t *arrow, rs_fb_t *fb, const rs_batch_t *batch)
{
	text_t text = begin_text(arrow);
	say(&text, "[");
	for (uint32_t n = 0; n < batch->round_count; n++)
		say(&text, "%s[%" PRIu32 ",\"%" PRIu64 "\"]", n ? "," : "", batch->rounds[n].rows, batch->rounds[n].ticks);
	say(&text, "]");
	return pair_of(arrow, fb, "ringscope.rounds", &text);
}

static rs_fb_ref_t seq_base_pair(rs_arrow_t *arrow, rs_fb_t *fb, const rs_batch_t *batch, uint32_t ring_count)
{
	const char *separator = "";
	text_t text = begin_text(arrow);
	say(&text, "[");
	for (uint32_t n = 0; n < ring_count; n++) {
		if (!batch->rows || batch->seq_known[n] != batch->number + 1)
			continue;
		say(&text, "%s[%" PRIu64 ",\"%" PRIu64 "\"]", separator, batch->counters[n].processor, batch->seq_base[n]);
		separator = ",";
	}
	say(&text, "]");
	return pair_of(arrow, fb, "ringscope.seq_base", &text);
}

static rs_fb_ref_t counters_pair(rs_arrow_t *arrow, rs_fb_t *fb, const rs_batch_t *batch, uint32_t ring_count)
{
	text_t text = begin_text(arrow);
	say(&text, "[");
	for (uint32_t ring = 0; ring < ring_count; ring++) {
		const uint64_t *values = (const uint64_t *)(const void *)&batch->counters[ring];
		for (uint32_t n = 0; n < sizeof(rs_ring_counters_t) / sizeof(uint64_t); n++)
			say(&text, "%s%" PRIu64, n ? "," : ring ? ",[" : "[", values[n]);
		say(&text, "]");
	}
	say(&text, "]");
	return pair_of(arrow, fb, "ringscope.counters", &text);
}

rs_status_t rs_arrow_logs_batch(rs_arrow_t *arrow, const rs_batch_t *batch, uint32_t ring_count, rs_arrow_message_t *message)
{
	const uint64_t rows = batch->rows;
	node_t nodes[COUNT(LOGS_COLUMNS)];
	body_t body = {0};
	rs_fb_ref_t pairs[8];
	rs_fb_t fb;
	const void *columns[] = {batch->idx_delta, batch->ticks, batch->seq_delta, batch->processor, batch->class_,
				 batch->pid,	   batch->tid,	 batch->type,	   batch->remarks};

	for (uint32_t n = 0; n < COUNT(LOGS_COLUMNS); n++)
		nodes[n] = (node_t){(int64_t)rows, 0};
	for (uint32_t n = 0; n < COUNT(columns); n++) {
		add_buffer(&body, NULL, 0);
		add_buffer(&body, columns[n], rows * LOGS_COLUMNS[n].bits / 8);
	}
	add_buffer(&body, NULL, 0);
	add_buffer(&body, batch->offsets, (rows + 1) * sizeof(int32_t));
	add_buffer(&body, batch->payload, batch->payload_bytes);

	rs_fb_init(&fb, arrow->metadata, arrow->metadata_capacity);
	pairs[1] = number_pair(arrow, &fb, "ringscope.batch", batch->number);
	pairs[2] = number_pair(arrow, &fb, "ringscope.base_idx", rows ? batch->base_idx : 0);
	pairs[3] = anchor_pair(arrow, &fb, batch);
	pairs[4] = rounds_pair(arrow, &fb, batch);
	pairs[5] = seq_base_pair(arrow, &fb, batch, ring_count);
	pairs[6] = counters_pair(arrow, &fb, batch, ring_count);
	pairs[7] = number_pair(arrow, &fb, "ringscope.ticks", batch->drain_ticks);
	pairs[0] = key_value(&fb, CRC_KEY, "00000000", CRC_DIGITS);
	return record_batch(&fb, pairs, 8, nodes, COUNT(LOGS_COLUMNS), &body, message);
}

/* Gaps are few: their columns are made here, from rows. */
rs_status_t rs_arrow_gaps_batch(rs_arrow_t *arrow, const rs_batch_t *batch, rs_arrow_message_t *message)
{
	const uint32_t rows = batch->gap_count;
	node_t nodes[COUNT(GAPS_COLUMNS)];
	body_t body = {0};
	rs_fb_ref_t pairs[3];
	rs_fb_t fb;
	int64_t nulls[2] = {0, 0};
	uint64_t *words = (uint64_t *)(void *)arrow->gap_columns;
	uint16_t *processors = (uint16_t *)(void *)(words + GAP_WORDS * RS_BATCH_GAPS);
	uint8_t *causes = (uint8_t *)(processors + RS_BATCH_GAPS);
	uint8_t *valid[3] = {causes + RS_BATCH_GAPS, causes + RS_BATCH_GAPS + RS_BATCH_GAPS / 8,
			     causes + RS_BATCH_GAPS + 2 * (RS_BATCH_GAPS / 8)};
	uint8_t *const none = valid[2];
	/* All or none of them: it is a matter of the rings' order. */
	const int has_idx = rows == 0 || (batch->gaps[0].known & 4);

	memset(valid[0], 0, 3 * (RS_BATCH_GAPS / 8));
	for (uint32_t row = 0; row < rows; row++) {
		const rs_gap_t *gap = &batch->gaps[row];
		const uint64_t values[GAP_WORDS] = {gap->lost,	   gap->prev_seq,   gap->next_seq,  gap->prev_idx,
						    gap->next_idx, gap->prev_ticks, gap->next_ticks};
		for (uint32_t n = 0; n < GAP_WORDS; n++)
			words[n * RS_BATCH_GAPS + row] = values[n];
		processors[row] = gap->processor;
		causes[row] = gap->cause;
		for (uint32_t side = 0; side < 2; side++) {
			if (gap->known & 1u << side)
				valid[side][row / 8] = (uint8_t)(valid[side][row / 8] | 1u << row % 8);
			else
				nulls[side]++;
		}
	}
	for (uint32_t n = 0; n < COUNT(GAPS_COLUMNS); n++) {
		const uint32_t side = (n + 1) & 1; /* prev_ and next_ alternate from column 3 on */
		const int is_idx = n == 5 || n == 6;
		const int64_t null_count = is_idx && !has_idx ? rows : GAPS_COLUMNS[n].is_nullable ? nulls[side] : 0;
		nodes[n] = (node_t){rows, null_count};
		add_buffer(&body, !null_count ? NULL : is_idx && !has_idx ? none : valid[side], null_count ? (rows + 7) / 8 : 0);
		const void *column = n == 0 ? (const void *)processors : n == 1 ? (const void *)causes : words + (n - 2) * RS_BATCH_GAPS;
		add_buffer(&body, column, (uint64_t)rows * GAPS_COLUMNS[n].bits / 8);
	}
	rs_fb_init(&fb, arrow->metadata, arrow->metadata_capacity);
	pairs[1] = number_pair(arrow, &fb, "ringscope.batch", batch->number);
	pairs[2] = anchor_pair(arrow, &fb, batch);
	pairs[0] = key_value(&fb, CRC_KEY, "00000000", CRC_DIGITS);
	return record_batch(&fb, pairs, 3, nodes, COUNT(GAPS_COLUMNS), &body, message);
}
