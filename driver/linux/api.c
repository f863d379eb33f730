// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * api.c - the exported functions as one structure, for modules that do not depend on this one. See
 * ringscope_api.h.
 */
#define RS_PLAIN_CALLS
#include "api.h"

#include <linux/rcupdate.h>

#include "export.h"
#include "ringscope.h"
#include "ringscope_api.h"

struct ringscope_api ringscope_api = {
	.size = sizeof(struct ringscope_api),
	.version = RINGSCOPE_API_VERSION,
	.is_open = 1,
	.log_at = ringscope_log_at,
	.vlog = ringscope_vlog,
	.send_at = ringscope_send_at,
	.write = ringscope_write,
	.reserve = ringscope_reserve,
	.commit = ringscope_commit,
	.discard = ringscope_discard,
	.event_send = ringscope_event_send,
	.event_send_pieces = ringscope_event_send_pieces,
};

/* In no namespace: it is looked up by its name, by modules that import nothing. */
EXPORT_SYMBOL_GPL(ringscope_api);

void rs_linux_api_close(void)
{
	WRITE_ONCE(ringscope_api.is_open, 0);
	/* Their calls are made with preemption off. */
	synchronize_rcu();
}
