// SPDX-License-Identifier: GPL-2.0 OR MIT
/* source_write.c - the part of sources.h that a source writes with. Any context. */
#define RS_PLAIN_CALLS
#include "sources.h"

#include "set.h"

rs_status_t rs_linux_source_event(struct rs_linux_set *set, rs_event_site_t *event, int severity,
				  u32 remarks, const u64 *words, u32 bytes)
{
	rs_write_t write;
	rs_status_t status;

	rs_shell_enter(&write, 0);
	status = rs_write_event(&set->producer, &write, event, severity, remarks, words, bytes);
	rs_shell_leave(&write);
	return status;
}

rs_status_t rs_linux_source_pieces(struct rs_linux_set *set, rs_event_site_t *event, int severity,
				   u32 remarks, const rs_piece_t *pieces)
{
	rs_write_t write;
	rs_status_t status;

	rs_shell_enter(&write, 0);
	status = rs_write_pieces(&set->producer, &write, event, severity, remarks, pieces);
	rs_shell_leave(&write);
	return status;
}
