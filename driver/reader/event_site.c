/* SPDX-License-Identifier: MIT */
/* event_site.c - see event_site.h. */
#include "event_site.h"

#include <stdlib.h>
#include <string.h>

#include "rs_abi.h"

/* What event_format says about a payload that is damaged, without a key. */
#define DAMAGE_BYTES 64u

/* What is left of a descriptor. A read beyond its end gives zeros and is remembered. */
typedef struct {
	const uint8_t *at, *end;
	int is_bad;
} cursor_t;

static const uint8_t *take(cursor_t *cursor, size_t bytes)
{
	const uint8_t *at = cursor->at;
	if (bytes > (size_t)(cursor->end - at)) {
		cursor->is_bad = 1;
		return NULL;
	}
	cursor->at += bytes;
	return at;
}

/* Little endian, whatever the machine. */
static uint64_t take_number(cursor_t *cursor, uint32_t bytes)
{
	const uint8_t *at = take(cursor, bytes);
	uint64_t number = 0;
	for (uint32_t n = 0; at && n < bytes; n++)
		number |= (uint64_t)at[n] << 8 * n;
	return number;
}

static event_span_t take_string(cursor_t *cursor)
{
	const uint32_t bytes = (uint32_t)take_number(cursor, 2);
	const uint8_t *at = take(cursor, bytes);
	return at ? (event_span_t){at, bytes} : (event_span_t){(const uint8_t *)"", 0};
}

uint32_t event_type_bytes(uint8_t type)
{
	static const uint8_t bytes[RS_ARGUMENT_CHAR + 1] = {
		[RS_ARGUMENT_BOOL] = 1,     [RS_ARGUMENT_I8] = 1,	 [RS_ARGUMENT_U8] = 1,       [RS_ARGUMENT_I16] = 2, [RS_ARGUMENT_U16] = 2,
		[RS_ARGUMENT_I32] = 4,      [RS_ARGUMENT_U32] = 4,	 [RS_ARGUMENT_I64] = 8,      [RS_ARGUMENT_U64] = 8, [RS_ARGUMENT_F32] = 4,
		[RS_ARGUMENT_F64] = 8,      [RS_ARGUMENT_POINTER] = 8, [RS_ARGUMENT_ENUM] = 8,     [RS_ARGUMENT_ERRNO] = 4,
		[RS_ARGUMENT_NTSTATUS] = 4, [RS_ARGUMENT_HRESULT] = 4, [RS_ARGUMENT_CHAR] = 1,
	};
	return bytes[type];
}

static int is_identifier(event_span_t name)
{
	for (uint32_t n = 0; n < name.bytes; n++) {
		const uint8_t letter = name.at[n];
		if ((letter < 'a' || letter > 'z') && (letter < 'A' || letter > 'Z') && letter != '_' &&
		    (n == 0 || letter < '0' || letter > '9'))
			return 0;
	}
	return name.bytes > 0;
}

/* Where the parts of a site's block of memory are that are not in its structure. */
typedef struct {
	uint8_t *descriptor;
	event_enumerator_t *enumerators;
	uint8_t *literals;
	char *keys;
} parts_t;

static event_site_t *make_site(uint32_t bytes, parts_t *parts)
{
	/* An enumerator takes ten bytes of its descriptor at least. */
	const size_t enumerators = (bytes / 10) * sizeof(event_enumerator_t);
	uint8_t *block = calloc(1, sizeof(event_site_t) + enumerators + bytes + bytes + EVENT_KEYS_BYTES(bytes));
	if (!block)
		return NULL;
	parts->enumerators = (event_enumerator_t *)(void *)(block + sizeof(event_site_t));
	parts->descriptor = block + sizeof(event_site_t) + enumerators;
	parts->literals = parts->descriptor + bytes;
	parts->keys = (char *)(parts->literals + bytes);
	return (event_site_t *)(void *)block;
}

static void take_arguments(cursor_t *cursor, event_site_t *site, event_enumerator_t *enumerators, event_span_t *keys)
{
	for (uint32_t n = 0; n < site->argument_count && !cursor->is_bad; n++) {
		event_argument_t *argument = &site->arguments[n];
		argument->type = (uint8_t)take_number(cursor, 1);
		if (argument->type == 0 || argument->type > RS_ARGUMENT_CHAR)
			cursor->is_bad = 1;
		keys[n] = take_string(cursor);
		if (argument->type != RS_ARGUMENT_ENUM)
			continue;
		(void)take_string(cursor); /* the enumeration's own name */
		const uint32_t count = (uint32_t)take_number(cursor, 2);
		argument->enumerators = enumerators;
		for (uint32_t at = 0; at < count && !cursor->is_bad; at++) {
			const int64_t value = (int64_t)take_number(cursor, 8);
			const event_span_t name = take_string(cursor);
			if (cursor->is_bad)
				return;
			*enumerators++ = (event_enumerator_t){value, name};
			argument->enumerator_count++;
		}
	}
}

static uint64_t longest_key(const event_site_t *site)
{
	uint64_t longest = 0;
	for (uint32_t n = 0; n < site->argument_count; n++) {
		const uint64_t bytes = strlen(site->arguments[n].key);
		longest = bytes > longest ? bytes : longest;
	}
	return longest;
}

rs_status_t event_site_parse(const void *descriptor, uint32_t bytes, event_site_t **made)
{
	event_span_t keys[RS_ARGUMENTS_MAX];
	parts_t parts;

	if (bytes > RS_SITE_BYTES_MAX)
		return RS_BAD_ARGUMENT;
	event_site_t *site = make_site(bytes, &parts);
	if (!site)
		return RS_NO_MEMORY;
	memcpy(parts.descriptor, descriptor, bytes);

	cursor_t cursor = {parts.descriptor, parts.descriptor + bytes, 0};
	if (take_number(&cursor, 4) != bytes)
		cursor.is_bad = 1;
	site->line = (uint32_t)take_number(&cursor, 4);
	site->severity = (uint8_t)take_number(&cursor, 1);
	site->kind = (uint8_t)take_number(&cursor, 1);
	site->role = (uint8_t)take_number(&cursor, 1);
	site->argument_count = (uint32_t)take_number(&cursor, 1);
	site->name = take_string(&cursor);
	site->file = take_string(&cursor);
	site->function = take_string(&cursor);
	const event_span_t format = take_string(&cursor);
	if (site->severity > RS_FATAL || site->kind > RS_KIND_MAX || site->role > 2 || site->argument_count > RS_ARGUMENTS_MAX)
		cursor.is_bad = 1;
	if (site->kind == RS_KIND_EVENT ? !is_identifier(site->name) : site->argument_count > 0)
		cursor.is_bad = 1;
	if (!cursor.is_bad)
		take_arguments(&cursor, site, parts.enumerators, keys);
	if (cursor.is_bad || cursor.at != cursor.end ||
	    (site->kind == RS_KIND_EVENT && event_format_parse(site, format, parts.literals) != RS_OK)) {
		free(site);
		return RS_BAD_ARGUMENT;
	}
	event_keys_make(site, keys, parts.keys);
	site->message_bytes += DAMAGE_BYTES + longest_key(site);
	*made = site;
	return RS_OK;
}
