// SPDX-License-Identifier: GPL-2.0 OR MIT
/* probe.c - hooks probes into tracepoints and takes them out again. See probe.h. */
#define RS_PLAIN_CALLS
#include "probe.h"

#include <linux/errno.h>
#include <linux/string.h>

/*
 * Tracepoints of the kernel proper are there from its start to its end; what was found once is
 * right for ever.
 */
static void take_tracepoint(struct tracepoint *tracepoint, void *wanted)
{
	struct rs_probe *probe = wanted;

	if (strcmp(tracepoint->name, probe->tracepoint_name) == 0)
		probe->tracepoint = tracepoint;
}

int rs_probe_start(struct rs_probe *probe, struct rs_linux_set *set)
{
	if (!probe->tracepoint)
		for_each_kernel_tracepoint(take_tracepoint, probe);
	if (!probe->tracepoint)
		return -EOPNOTSUPP;
	probe->set = set;
	return tracepoint_probe_register(probe->tracepoint, probe->function, probe);
}

void rs_probe_stop(struct rs_probe *probe)
{
	tracepoint_probe_unregister(probe->tracepoint, probe->function, probe);
	/* It may have been called before that and still be on its way, on whatever processor. */
	tracepoint_synchronize_unregister();
	probe->set = NULL;
}
