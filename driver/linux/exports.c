// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * exports.c - the functions of core/kernel/calls.c as modules find them.
 *
 * None may be probed: a handler that logs would come back here.
 */
#define RS_PLAIN_CALLS
#include "export.h"
#include "ringscope.h"

EXPORT_SYMBOL_RINGSCOPE(ringscope_default);
EXPORT_SYMBOL_RINGSCOPE(ringscope_log_at);
NOKPROBE_SYMBOL(ringscope_log_at);
EXPORT_SYMBOL_RINGSCOPE(ringscope_vlog);
NOKPROBE_SYMBOL(ringscope_vlog);
EXPORT_SYMBOL_RINGSCOPE(ringscope_send_at);
NOKPROBE_SYMBOL(ringscope_send_at);
EXPORT_SYMBOL_RINGSCOPE(ringscope_write);
NOKPROBE_SYMBOL(ringscope_write);
EXPORT_SYMBOL_RINGSCOPE(ringscope_event_send);
NOKPROBE_SYMBOL(ringscope_event_send);
EXPORT_SYMBOL_RINGSCOPE(ringscope_event_send_pieces);
NOKPROBE_SYMBOL(ringscope_event_send_pieces);
EXPORT_SYMBOL_RINGSCOPE(ringscope_reserve);
NOKPROBE_SYMBOL(ringscope_reserve);
EXPORT_SYMBOL_RINGSCOPE(ringscope_commit);
NOKPROBE_SYMBOL(ringscope_commit);
EXPORT_SYMBOL_RINGSCOPE(ringscope_discard);
NOKPROBE_SYMBOL(ringscope_discard);
