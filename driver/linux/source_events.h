/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * source_events.h - RS_EVENT, RS_BEGIN, RS_END of rs_event.h for a source: into the set
 * RS_EVENT_SET; with RS_EVENT_REQUEST, where it is defined, as the number of what begins or ends.
 */
#ifndef RS_LINUX_SOURCE_EVENTS_H
#define RS_LINUX_SOURCE_EVENTS_H

#ifndef RS_EVENT_SET
#error "define RS_EVENT_SET, the set that this source is on for, before this include"
#endif

#include "sources.h"

#ifndef RS_EVENT_REQUEST
#define RS_EVENT_REQUEST 0
#endif

#undef rs_event_send
#undef rs_event_send_pieces
#define rs_event_send(event, severity, ...) \
	rs_linux_source_event(RS_EVENT_SET, event, severity, RS_EVENT_REQUEST, __VA_ARGS__)
#define rs_event_send_pieces(event, severity, ...) \
	rs_linux_source_pieces(RS_EVENT_SET, event, severity, RS_EVENT_REQUEST, __VA_ARGS__)

#endif /* RS_LINUX_SOURCE_EVENTS_H */
