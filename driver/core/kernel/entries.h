/* SPDX-License-Identifier: MIT */
/*
 * entries.h - writing texts, bytes and events into a set, by code that has entered (rs_shell_enter).
 *
 * What the functions that drivers call (calls.c) and a driver's own sources share. On Windows each decides at which IRQL it goes on: what
 * lies in the driver's own memory or on the stack is written at DISPATCH_LEVEL, what the caller points to is read at the caller's level.
 * Any context. Results are those of ringscope_calls.h.
 */
#ifndef RS_KERNEL_ENTRIES_H
#define RS_KERNEL_ENTRIES_H

#include "write.h"

rs_status_t rs_write_format(const rs_producer_t *set, rs_write_t *write, rs_label_t label, rs_site_t *site, const char *format,
			  va_list arguments) RINGSCOPE_PRINTF(5, 0);
rs_status_t rs_write_bytes(const rs_producer_t *set, rs_write_t *write, rs_label_t label, rs_site_t *site, const void *buffer, size_t length);
/* remarks: 0, or of a begin or end the number of what begins and ends (driver/EVENTS.md). `words` are resident. */
rs_status_t rs_write_event(const rs_producer_t *set, rs_write_t *write, rs_event_site_t *event, int severity, uint32_t remarks,
			 const uint64_t *words, uint32_t bytes);
rs_status_t rs_write_pieces(const rs_producer_t *set, rs_write_t *write, rs_event_site_t *event, int severity, uint32_t remarks,
			  const rs_piece_t *pieces);

#endif /* RS_KERNEL_ENTRIES_H */
