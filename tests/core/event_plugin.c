/* SPDX-License-Identifier: MIT */
/* event_plugin.c - a library that logs, for event_sites_test.c to load and unload: one site for each kind of handle. */
#include "rs_event.h"

rs_status_t plugin_log(uint32_t n);
rs_status_t plugin_log(uint32_t n)
{
	const rs_status_t text = rs_log(RS_INFO, "plugin %u", n);
	const rs_status_t event = RS_EVENT(RS_INFO, mixed, "n=%u text=%s", n, "text");
	return text == RS_OK ? event : text;
}

/* What logs while the library goes: after this nobody may touch the handle. */
__attribute__((destructor)) static void log_at_the_end(void)
{
	(void)RS_EVENT(RS_INFO, mixed, "n=%u text=%s", 0u, "text");
}
