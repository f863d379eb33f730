/* SPDX-License-Identifier: MIT */
/* debugger.c - see debugger.h. */
#include "debugger.h"

#include <stddef.h>

_Static_assert(offsetof(rs_win_debugger_t, sets) == 16 && offsetof(rs_win_debugger_t, reader) == 36,
	       "ringscope.windbg.js reads these places");
_Static_assert(RS_NAME_BYTES == 32, "and so long a name");

const rs_win_debugger_t ringscope_debugger = {
	.magic = RS_WIN_DEBUGGER_MAGIC,
	.version = 1,
	.sets = &rs_win_sets,
	.in_sets = offsetof(rs_win_set_t, in_sets),
	.name = offsetof(rs_win_set_t, producer.name),
	.shared = offsetof(rs_win_set_t, shared.bytes),
	.reader = offsetof(rs_win_set_t, consumer.bytes),
};
