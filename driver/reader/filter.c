/* SPDX-License-Identifier: MIT */
/* filter.c - see filter.h. */
#include "filter.h"

#include <stdlib.h>
#include <string.h>

#include "capture.h"

enum rs_filter_verdict { RS_VERDICT_WANTED = 1, RS_VERDICT_UNWANTED = 2 };

rs_filter_t *rs_filter_new(const rs_set_header_t *header, uint8_t *set)
{
	rs_filter_t *filter = calloc(1, sizeof(*filter));

	if (!filter)
		return NULL;
	filter->least = RS_TRACE;
	filter->table = rs_site_table_at(header, set);
	/* One more than there are, since nothing may come back from an allocation of nothing. */
	filter->verdicts = calloc(filter->table.count + 1u, 1);
	if (filter->verdicts)
		return filter;
	rs_filter_free(filter);
	return NULL;
}

void rs_filter_free(rs_filter_t *filter)
{
	if (!filter)
		return;
	free(filter->only.patterns);
	free(filter->exclude.patterns);
	free(filter->verdicts);
	free(filter);
}

static int matches_any(const rs_pattern_list_t *list, const rs_site_place_t *place)
{
	for (uint32_t n = 0; n < list->count; n++)
		if (rs_pattern_matches(list->patterns[n], place))
			return 1;
	return 0;
}

/* What the patterns say of a site; of what has none, `place` is null and no pattern matches. */
static int is_site_wanted(const rs_filter_t *filter, const rs_site_place_t *place)
{
	if (!place)
		return filter->only.count == 0;
	return (filter->only.count == 0 || matches_any(&filter->only, place)) && !matches_any(&filter->exclude, place);
}

static int is_event_wanted(rs_filter_t *filter, uint32_t number)
{
	uint8_t copy[RS_SITE_BYTES_MAX];
	rs_site_read_t read;

	if (number == 0 || number > filter->table.count)
		return is_site_wanted(filter, NULL);
	uint8_t *verdict = &filter->verdicts[number - 1];
	if (*verdict)
		return *verdict == RS_VERDICT_WANTED;
	/* An honest site is there before its first entry; what is not may still come. */
	if (!rs_site_copy(&filter->table, number, copy, &read))
		return is_site_wanted(filter, NULL);
	const int is_wanted = is_site_wanted(filter, &(rs_site_place_t){read.name, read.file, read.line});
	*verdict = is_wanted ? RS_VERDICT_WANTED : RS_VERDICT_UNWANTED;
	return is_wanted;
}

int rs_filter_wants(rs_filter_t *filter, const rs_entry_header_t *header)
{
	/* Somebody has written it into this very capture. */
	if (header->kind == RS_KIND_TEXT && header->type == RS_TYPE_MARK)
		return 1;
	if (header->severity < filter->least)
		return 0;
	return header->kind == RS_KIND_EVENT ? is_event_wanted(filter, header->type) : is_site_wanted(filter, NULL);
}

/* --- what rs_reader.h declares --- */

static rs_filter_t *filter_of(rs_capture_t *capture)
{
	if (!capture->filter)
		capture->filter = rs_filter_new(&capture->file.header, capture->file.bytes);
	return capture->filter;
}

static rs_status_t add_pattern(rs_pattern_list_t *list, const char *pattern)
{
	const size_t bytes = strnlen(pattern, RS_SITE_PATTERN_BYTES);

	if (bytes == 0 || bytes == RS_SITE_PATTERN_BYTES)
		return RS_BAD_ARGUMENT;
	char(*patterns)[RS_SITE_PATTERN_BYTES] = realloc(list->patterns, (list->count + 1u) * sizeof(*patterns));
	if (!patterns)
		return RS_NO_MEMORY;
	memset(patterns[list->count], 0, sizeof(*patterns));
	memcpy(patterns[list->count], pattern, bytes);
	list->patterns = patterns;
	list->count++;
	return RS_OK;
}

rs_status_t rs_filter_pattern(rs_capture_t *capture, uint32_t kind, const char *pattern)
{
	rs_filter_t *filter = filter_of(capture);

	if (!filter)
		return RS_NO_MEMORY;
	if (capture->has_pool || kind > RS_FILTER_EXCLUDE)
		return RS_BAD_ARGUMENT;
	return add_pattern(kind == RS_FILTER_ONLY ? &filter->only : &filter->exclude, pattern);
}

rs_status_t rs_filter_severity(rs_capture_t *capture, uint32_t least)
{
	rs_filter_t *filter = filter_of(capture);

	if (!filter)
		return RS_NO_MEMORY;
	if (capture->has_pool || least < RS_TRACE || least > RS_FATAL)
		return RS_BAD_ARGUMENT;
	filter->least = least;
	return RS_OK;
}
