/* SPDX-License-Identifier: MIT */
/*
 * site_event.h - registering the site of an event: its format read, its words in the table, and what a write needs of both in the handle.
 */
#ifndef RS_SITE_EVENT_H
#define RS_SITE_EVENT_H

#include "rs_event.h"
#include "site.h"

/*
 * `pieces` has the names of its enums, or is null where it has none; `arguments` is room, 2.5 KiB. What of the event a write
 * looks at is there when it returns, `bound` is the caller's. [any context]
 *
 * Returns RS_OK and the number, or RS_BAD_ARGUMENT (the format and the arguments do not fit), RS_TOO_BIG, RS_NO_SPACE, each counted in the
 * table's `refused`.
 */
rs_status_t rs_event_register(const rs_site_table_t *table, rs_event_site_t *event, const rs_piece_t *pieces, rs_arguments_t *arguments,
			      uint32_t *number) RS_MUST_USE;

#endif /* RS_SITE_EVENT_H */
