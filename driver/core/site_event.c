/* SPDX-License-Identifier: MIT */
/* site_event.c - see site_event.h. */
#define RS_PLAIN_CALLS
#include "site_event.h"

#include "event_payload.h"

rs_status_t rs_event_register(const rs_site_table_t *table, rs_event_site_t *event, const rs_piece_t *pieces, rs_arguments_t *arguments,
			      uint32_t *number)
{
	const rs_site_source_t *source = event->site.source;
	const rs_enum_names_t *enums[RS_ARGUMENTS_MAX] = {0};
	const rs_site_words_t words = {source, arguments, enums};

	rs_status_t status = rs_arguments_read(source, arguments);
	if (status != RS_OK) {
		rs_site_refuse(table);
		return status;
	}
	for (uint32_t n = 0; pieces && n < arguments->count; n++)
		if (arguments->types[n] == RS_ARGUMENT_ENUM)
			enums[n] = pieces[n].at;
	status = rs_site_register(table, &words, number);
	if (status == RS_OK)
		rs_event_keep_arguments(event, arguments);
	return status;
}
