/* SPDX-License-Identifier: MIT */
/*
 * debug_output.h - what programs hand to OutputDebugString, passed on into a ring set of this process.
 *
 * The protocol is Windows's own (OutputDebugString; "DBWIN_BUFFER"): one viewer in a session, and one in the global session, offers a buffer
 * of one text; senders take turns, wait for it at most ten seconds, and drop what they could not hand over without telling anybody. What was
 * handed over is stored or counted as lost; what was dropped so nobody can count.
 */
#ifndef RS_READER_DEBUG_OUTPUT_H
#define RS_READER_DEBUG_OUTPUT_H

#include "rs_reader.h"

/* `remarks` of an entry: what its text ended with, which is left out there. */
enum rs_debug_end { RS_DEBUG_NO_END = 0, RS_DEBUG_ENDED_LINE = 1 /* \n */, RS_DEBUG_ENDED_LINE_CR = 2 /* \r\n */ };

/* Becomes the viewer, and passes on into the rings of `rings`, a set of one ring with the monotonic clock, until rs_debug_output_end. is_global: that
 * of the global session, where services are. Returns RS_OK, RS_BUSY (there is another viewer), RS_NO_PERMISSION, or what opening the rings says. */
rs_status_t rs_debug_output_begin(const char *rings, int is_global, rs_message_t *message) RS_MUST_USE;
/* What was handed over by then is in the rings. */
void rs_debug_output_end(void);

#endif /* RS_READER_DEBUG_OUTPUT_H */
