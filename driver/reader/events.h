/* SPDX-License-Identifier: MIT */
/* events.h - what rs_events_t is: the sites by number, the tables by name, and memory for results. */
#ifndef RS_EVENTS_H
#define RS_EVENTS_H

#include <stddef.h>

#include "event_site.h"
#include "host_numbers.h"
#include "rs_reader.h"

/* A column of one event's table; its arguments are found by key, type and what of them it holds. */
typedef struct {
	char *key;
	char *name;      /* the key, or what tells it from others of the same key; behind it _name where it holds names */
	uint8_t type;    /* rs_event_column_type */
	uint8_t is_name; /* of a number that stands in the column of the same key */
} event_column_t;

typedef struct {
	char *name;
	event_column_t *columns;
	uint32_t column_count, column_capacity;
} event_table_t;

/* Memory that grows. */
typedef struct {
	uint8_t *at;
	size_t bytes, capacity;
} event_memory_t;

/* Room for so many bytes at all; what is there stays. Returns 0 when there is no memory. */
int event_memory_reserve(event_memory_t *memory, size_t bytes);

/* What the columns of the last call lie in. */
typedef struct {
	uint32_t *row_numbers;
	event_memory_t *memory; /* three for each column: validity, offsets, values */
	rs_event_column_t *columns;
	uint32_t column_count;
} event_result_t;

struct rs_events {
	event_site_t **sites; /* by number - 1: null not told yet, event_unknown_site not understood */
	uint32_t site_capacity;
	event_table_t *tables;
	uint32_t table_count, table_capacity;
	rs_host_numbers_t numbers;
	event_memory_t line; /* a message that does not go to its place directly */
	event_result_t result;
};

extern event_site_t event_unknown_site;

#define EVENT_NO_COLUMN UINT32_MAX

/* The site of an event row, null when it is not known. */
static inline const event_site_t *event_find_site(const rs_events_t *events, uint32_t class_, uint32_t type)
{
	if ((class_ & 3u) != RS_KIND_EVENT || type - 1u >= events->site_capacity)
		return NULL;
	const event_site_t *site = events->sites[type - 1u];
	return site && site->kind == RS_KIND_EVENT ? site : NULL;
}

/* Whether every row lies in the payload. */
int event_batch_is_whole(uint32_t rows, const int32_t *offsets, uint64_t payload_bytes);

/* The payload of a row without the original length behind one that was cut (RS_FLAG_TRUNCATED). */
static inline uint32_t event_row_bytes(const int32_t *offsets, uint32_t row, uint32_t class_)
{
	const uint32_t bytes = (uint32_t)(offsets[row + 1] - offsets[row]);
	if (!(class_ >> 8 & RS_FLAG_TRUNCATED))
		return bytes;
	return bytes > sizeof(uint32_t) ? bytes - (uint32_t)sizeof(uint32_t) : 0;
}

/* Finds or makes the table and the columns of a new site. Returns 0 when there is no memory; what was made by then stays. */
int event_table_add(rs_events_t *events, event_site_t *site);

/* Null when no site has this name. */
const event_table_t *event_table_find(const rs_events_t *events, const char *name);

void event_tables_free(rs_events_t *events);
void event_result_free(event_result_t *result);

#endif /* RS_EVENTS_H */
