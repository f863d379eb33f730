/* SPDX-License-Identifier: MIT */
/* control.c - changing the rules of a set's table of call sites. See device.h. */
#define RS_PLAIN_CALLS
#include "device.h"

#include "sites.h"

static NTSTATUS status_of(rs_status_t status)
{
	switch (status) {
	case RS_OK:
		return STATUS_SUCCESS;
	case RS_NOT_FOUND:
		return STATUS_NOT_SUPPORTED;
	case RS_NO_MEMORY:
		return STATUS_INSUFFICIENT_RESOURCES;
	case RS_NO_SPACE:
		return STATUS_QUOTA_EXCEEDED;
	default:
		return STATUS_INVALID_PARAMETER;
	}
}

NTSTATUS rs_win_control(rs_win_set_t *set, const rs_rule_t *changes, uint32_t count, int is_reset)
{
	return status_of(rs_sites_control(&set->producer, set->place != 0, changes, count, is_reset));
}
