/* SPDX-License-Identifier: MIT */
/*
 * sites.h - a table of call sites in memory that a test and its children share, and sites to register there.
 */
#ifndef SITES_H
#define SITES_H

#include "atomics.h"
#include "check.h"
#include "pages.h"
#include "ringset.h"
#include "site.h"
#include "test_point.h"

typedef struct {
	rs_site_table_t table;
	uint8_t *bytes;
	rs_set_header_t header;
} sites_t;

static inline void sites_make(sites_t *sites, uint32_t count, uint32_t text_bytes)
{
	char message[256];
	const rs_plan_t plan = {.ring_count = 1, .ring_bytes = 4096, .intent_count = 1, .site_count = count, .site_text_bytes = text_bytes};
	REQUIRE_EQUAL(rs_ringset_plan(&plan, &sites->header, message, sizeof(message)), RS_OK);
	sites->bytes = pages_take(sites->header.total_bytes);
	REQUIRE(sites->bytes);
	sites->table = rs_site_table_at(&sites->header, sites->bytes);
	REQUIRE_EQUAL(sites->table.count, count);
}

static inline void sites_drop(sites_t *sites)
{
	pages_drop(sites->bytes, sites->header.total_bytes);
}

/* Site `line` of source.c: a text of its own, so that no two are the same. */
static inline rs_status_t sites_register(const sites_t *sites, uint32_t line, uint32_t *number)
{
	char name[32];
	snprintf(name, sizeof(name), "event_%u", line);
	const rs_site_source_t source = {
		.name = name,
		.file = "folder/source.c",
		.function = "probe",
		.format = "value=%d",
		.line = line,
		.severity = RS_INFO,
		.kind = RS_KIND_EVENT,
		.argument_count = 1,
		.types = {RS_ARGUMENT_I32},
	};
	rs_arguments_t arguments;
	REQUIRE_EQUAL(rs_arguments_read(&source, &arguments), RS_OK);
	return rs_site_register(&sites->table, &(rs_site_words_t){&source, &arguments, NULL}, number);
}

/* The line of the site with this number, 0 where there is none; checks that the whole text is there. */
static inline uint32_t sites_line(const sites_t *sites, uint32_t number)
{
	uint8_t copy[RS_SITE_BYTES_MAX];
	rs_site_read_t read;
	char name[32];
	const uint32_t bytes = rs_site_copy(&sites->table, number, copy, &read);
	if (!bytes)
		return 0;
	snprintf(name, sizeof(name), "event_%u", read.line);
	CHECK_EQUAL(read.name.bytes, strlen(name));
	CHECK(memcmp(read.name.at, name, read.name.bytes) == 0);
	CHECK_EQUAL(read.format.bytes, 8);
	/* type and key of the one argument */
	CHECK_EQUAL(copy[bytes - 8], RS_ARGUMENT_I32);
	CHECK(memcmp(copy + bytes - 5, "value", 5) == 0);
	return read.line;
}

#endif /* SITES_H */
