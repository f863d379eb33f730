/* SPDX-License-Identifier: MIT */
/*
 * driver.c - see driver.h: what there is once, the set that early logs go to, and in which order it comes and goes.
 *
 * README.md tells how it is built, loaded and used; driver/DESIGN.md, "In a kernel", why it is right.
 */
#define RS_PLAIN_CALLS
#include "driver.h"

#include "crash.h"
#include "device.h"
#include "driver_sites.h"
#include "keeper.h"
#include "parameters.h"
#include "routine.h"
#include "sites.h"
#include "sources.h"
#include "timing.h"

#define MEMORY_LIMIT_MIB 256u

/* AutoStart: the set "default", made and started before anybody asks for it. */
static NTSTATUS start_default(PUNICODE_STRING service)
{
	const rs_win_wish_t wish = {
		.name = "default",
		.plan = {
			.mode = rs_win_parameter(service, L"Mode", RS_MODE_DISCARD),
			.order = rs_win_parameter(service, L"Order", RS_ORDER_INDEX),
			.ring_bytes = rs_win_parameter(service, L"RingBytes", 0),
			.ring_memory = rs_win_parameter(service, L"RingMemory", 0),
		},
	};
	rs_win_set_t *set;
	NTSTATUS status;

	rs_win_lock(&rs_win_sets_lock);
	status = rs_win_set_make(&wish, &set);
	if (NT_SUCCESS(status)) {
		rs_win_set_start(set);
		status = rs_win_sources_switch(set, rs_win_parameter(service, L"DebugPrint", 0) ? RS_SOURCE_DEBUG_PRINT : 0);
		if (!NT_SUCCESS(status))
			rs_win_set_remove(set);
	}
	rs_win_unlock(&rs_win_sets_lock);
	return status;
}

static void remove_sets(void)
{
	rs_win_lock(&rs_win_sets_lock);
	while (!IsListEmpty(&rs_win_sets))
		rs_win_set_remove(RS_WIN_SET_OF(rs_win_sets.Flink));
	rs_win_unlock(&rs_win_sets_lock);
}

static NTSTATUS begin_sets(PUNICODE_STRING service)
{
	NTSTATUS status = rs_win_keeper_start();

	if (NT_SUCCESS(status) && rs_win_parameter(service, L"AutoStart", 0)) {
		status = start_default(service);
		if (!NT_SUCCESS(status))
			rs_win_keeper_stop();
	}
	return status;
}

NTSTATUS rs_win_driver_begin(PDRIVER_OBJECT driver, PUNICODE_STRING service)
{
	NTSTATUS status = rs_win_timing_init();

	if (!NT_SUCCESS(status))
		return status;
	status = rs_win_cpus_make();
	if (!NT_SUCCESS(status))
		return status;
	rs_win_lock_init(&rs_win_sets_lock);
	rs_win_sites_init();
	rs_win_waits_init();
	rs_win_crash_begin();
	rs_win_sources_begin((rs_win_set_print_t)rs_win_find_routine(L"DbgSetDebugPrintCallback"));
	rs_win_memory_limit = (uint64_t)rs_win_parameter(service, L"MemoryLimitMiB", MEMORY_LIMIT_MIB) << 20;
	rs_win_raw_pointers = rs_win_parameter(service, L"RawPointers", 0) != 0;
	status = begin_sets(service);
	if (!NT_SUCCESS(status))
		goto no_sets;
	status = rs_win_device_make(driver);
	if (!NT_SUCCESS(status))
		goto no_device;
	return STATUS_SUCCESS;

no_device:
	rs_win_keeper_stop();
	remove_sets();
	rs_win_sources_end();
no_sets:
	rs_win_crash_end();
	rs_win_cpus_free();
	return status;
}

void rs_win_driver_end(PDRIVER_OBJECT driver)
{
	rs_win_device_remove(driver);
	rs_win_keeper_stop();
	remove_sets();
	rs_win_sources_end();
	rs_sites_exit();
	rs_win_crash_end();
	rs_win_cpus_free();
}
