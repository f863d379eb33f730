/* SPDX-License-Identifier: MIT */
/* event_table.c - the tables of events: which columns the sites of one name have together. See rs_events_columns. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"

static uint8_t column_type_of(uint8_t type)
{
	static const uint8_t types[RS_ARGUMENT_CHAR + 1] = {
		[RS_ARGUMENT_BOOL] = RS_COLUMN_BOOL,	   [RS_ARGUMENT_I8] = RS_COLUMN_I8,	      [RS_ARGUMENT_U8] = RS_COLUMN_U8,
		[RS_ARGUMENT_I16] = RS_COLUMN_I16,	   [RS_ARGUMENT_U16] = RS_COLUMN_U16,	      [RS_ARGUMENT_I32] = RS_COLUMN_I32,
		[RS_ARGUMENT_U32] = RS_COLUMN_U32,	   [RS_ARGUMENT_I64] = RS_COLUMN_I64,	      [RS_ARGUMENT_U64] = RS_COLUMN_U64,
		[RS_ARGUMENT_F32] = RS_COLUMN_F32,	   [RS_ARGUMENT_F64] = RS_COLUMN_F64,	      [RS_ARGUMENT_POINTER] = RS_COLUMN_U64,
		[RS_ARGUMENT_TEXT] = RS_COLUMN_TEXT,	   [RS_ARGUMENT_TEXT16] = RS_COLUMN_TEXT,   [RS_ARGUMENT_BYTES] = RS_COLUMN_BYTES,
		[RS_ARGUMENT_ENUM] = RS_COLUMN_I64,	   [RS_ARGUMENT_ERRNO] = RS_COLUMN_I32,     [RS_ARGUMENT_NTSTATUS] = RS_COLUMN_U32,
		[RS_ARGUMENT_HRESULT] = RS_COLUMN_U32,  [RS_ARGUMENT_CHAR] = RS_COLUMN_TEXT,
	};
	return types[type];
}

/* Numbers of which some have names: these go into a column of their own. */
static int has_names(uint8_t type)
{
	return type == RS_ARGUMENT_ENUM || type == RS_ARGUMENT_ERRNO || type == RS_ARGUMENT_NTSTATUS || type == RS_ARGUMENT_HRESULT;
}

const event_table_t *event_table_find(const rs_events_t *events, const char *name)
{
	for (uint32_t n = 0; n < events->table_count; n++)
		if (event_is_same_name(events->tables[n].name, name))
			return &events->tables[n];
	return NULL;
}

static event_table_t *make_table(rs_events_t *events, const char *name)
{
	if (events->table_count == events->table_capacity) {
		const uint32_t capacity = events->table_capacity ? 2 * events->table_capacity : 16;
		event_table_t *tables = realloc(events->tables, capacity * sizeof(*tables));
		if (!tables)
			return NULL;
		events->tables = tables;
		events->table_capacity = capacity;
	}
	event_table_t *table = &events->tables[events->table_count];
	*table = (event_table_t){.name = strdup(name)};
	if (!table->name)
		return NULL;
	events->table_count++;
	return table;
}

static int has_column(const event_table_t *table, const char *name)
{
	for (uint32_t n = 0; n < table->column_count; n++)
		if (event_is_same_name(table->columns[n].name, name))
			return 1;
	return 0;
}

/* A name that the table does not have: the key (and _name), or that and _site_N, or that with underscores behind it. */
static char *free_name(const event_table_t *table, const event_column_t *wanted, uint32_t site)
{
	const size_t room = strlen(wanted->key) + 40 + table->column_count;
	const char *suffix = wanted->is_name ? "_name" : "";
	char *name = malloc(room);
	if (!name)
		return NULL;
	snprintf(name, room, "%s%s", wanted->key, suffix);
	if (has_column(table, name))
		snprintf(name, room, "%s%s_site_%u", wanted->key, suffix, site);
	while (has_column(table, name))
		strcat(name, "_");
	return name;
}

/* The number of a column, made where there is none; EVENT_NO_COLUMN where it cannot be. `wanted` has no name yet, and the caller's key. */
static uint32_t column_for(event_table_t *table, event_column_t wanted, uint32_t site, int *is_short)
{
	for (uint32_t n = 0; n < table->column_count; n++) {
		const event_column_t *column = &table->columns[n];
		if (column->type == wanted.type && column->is_name == wanted.is_name && event_is_same_name(column->key, wanted.key))
			return n;
	}
	if (table->column_count == RS_EVENT_COLUMNS_MAX)
		return EVENT_NO_COLUMN;
	if (table->column_count == table->column_capacity) {
		const uint32_t capacity = table->column_capacity ? 2 * table->column_capacity : 8;
		event_column_t *columns = realloc(table->columns, capacity * sizeof(*columns));
		*is_short |= !columns;
		if (!columns)
			return EVENT_NO_COLUMN;
		table->columns = columns;
		table->column_capacity = capacity;
	}
	wanted.name = free_name(table, &wanted, site);
	wanted.key = strdup(wanted.key);
	if (!wanted.name || !wanted.key) {
		*is_short = 1;
		free(wanted.name);
		free(wanted.key);
		return EVENT_NO_COLUMN;
	}
	table->columns[table->column_count] = wanted;
	return table->column_count++;
}

int event_table_add(rs_events_t *events, event_site_t *site)
{
	char name[RS_SITE_BYTES_MAX + 1];
	int is_short = 0;

	memcpy(name, site->name.at, site->name.bytes); /* an identifier: no zero inside */
	name[site->name.bytes] = '\0';
	const event_table_t *found = event_table_find(events, name);
	event_table_t *table = found ? &events->tables[found - events->tables] : make_table(events, name);
	if (!table)
		return 0;
	site->table = (uint32_t)(table - events->tables);
	for (uint32_t n = 0; n < site->argument_count; n++) {
		const event_argument_t *argument = &site->arguments[n];
		const event_column_t values = {.key = argument->key, .type = column_type_of(argument->type)};
		const event_column_t names = {.key = argument->key, .type = RS_COLUMN_TEXT, .is_name = 1};
		site->columns[n] = column_for(table, values, site->number, &is_short);
		site->name_columns[n] = has_names(argument->type) ? column_for(table, names, site->number, &is_short) : EVENT_NO_COLUMN;
	}
	return !is_short;
}

void event_tables_free(rs_events_t *events)
{
	for (uint32_t n = 0; n < events->table_count; n++) {
		for (uint32_t at = 0; at < events->tables[n].column_count; at++) {
			free(events->tables[n].columns[at].name);
			free(events->tables[n].columns[at].key);
		}
		free(events->tables[n].columns);
		free(events->tables[n].name);
	}
	free(events->tables);
}

const char *rs_events_name(const rs_events_t *events, uint32_t n)
{
	return n < events->table_count ? events->tables[n].name : NULL;
}
