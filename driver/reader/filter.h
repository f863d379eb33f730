/* SPDX-License-Identifier: MIT */
/*
 * filter.h - which entries a capture wants. What it does not want is read, counted as `filtered`, and becomes no row.
 *
 * Asked by the drainer for each entry whose turn has come, with a header that has been checked; told in driver/DESIGN.md, "Filters".
 */
#ifndef RS_FILTER_H
#define RS_FILTER_H

#include "rs_reader.h"
#include "site.h"

typedef struct {
	char (*patterns)[RS_SITE_PATTERN_BYTES];
	uint32_t count;
} rs_pattern_list_t;

typedef struct rs_filter {
	uint32_t least; /* severity */
	rs_pattern_list_t only, exclude;
	rs_site_table_t table; /* of the rings: what the sites of events are called */
	uint8_t *verdicts;     /* one a site: 0 not asked yet, else rs_filter_verdict */
} rs_filter_t;

/* A filter that wants everything; null without memory. */
rs_filter_t *rs_filter_new(const rs_set_header_t *header, uint8_t *set);
void rs_filter_free(rs_filter_t *filter);

/* Whether an entry is wanted. */
int rs_filter_wants(rs_filter_t *filter, const rs_entry_header_t *header);

#endif /* RS_FILTER_H */
