/* SPDX-License-Identifier: MIT */
/* keeper.c - see keeper.h. */
#define RS_PLAIN_CALLS
#include "keeper.h"

#include "device.h"
#include "routine.h"
#include "timing.h"

#define SECOND_NS 1000000000ull
#define ANCHOR_EVERY_NS 900000000ull /* a wait of a second can end a tick early */
#define NS_PER_UNIT 100 /* of the system's times */
#define LOOK_EVERY_NS 1000000

/* Exported by every Windows; Wine's is not to be called. */
typedef ULONG(NTAPI *set_resolution_t)(ULONG units, BOOLEAN is_set);

static KEVENT wake; /* somebody waits, or the end has come */
static LONG is_ending;
static KSTART_ROUTINE keep;

static PVOID thread;
static set_resolution_t set_resolution;
static int is_fine;

/* Waits end at the system's tick, up to 15.6 ms apart: too long for rings that fill. While nobody waits it stays as it is. */
static void make_fine(int is_wanted)
{
	if (is_fine == is_wanted || !set_resolution)
		return;
	(void)set_resolution(LOOK_EVERY_NS / NS_PER_UNIT, (BOOLEAN)is_wanted);
	is_fine = is_wanted;
}

static int look(void)
{
	int is_awaited;

	rs_win_lock(&rs_win_sets_lock);
	is_awaited = rs_win_waits_look();
	rs_win_unlock(&rs_win_sets_lock);
	return is_awaited;
}

static void NTAPI keep(PVOID nothing)
{
	uint64_t anchored_ns = rs_win_now_ns();
	int is_awaited = 0;

	(void)nothing;
	for (;;) {
		LARGE_INTEGER pause = {.QuadPart = -(LONGLONG)(is_awaited ? LOOK_EVERY_NS : SECOND_NS) / NS_PER_UNIT};
		uint64_t now_ns;

		(void)KeWaitForSingleObject(&wake, Executive, KernelMode, FALSE, &pause);
		if (InterlockedCompareExchange(&is_ending, 0, 0))
			break;
		is_awaited = look();
		make_fine(is_awaited);
		now_ns = rs_win_now_ns();
		if (now_ns - anchored_ns >= ANCHOR_EVERY_NS) {
			rs_win_sets_anchor();
			anchored_ns = now_ns;
		}
	}
	make_fine(0);
	(void)PsTerminateSystemThread(STATUS_SUCCESS);
}

NTSTATUS rs_win_keeper_start(void)
{
	OBJECT_ATTRIBUTES attributes;
	HANDLE handle;
	NTSTATUS status;

	is_ending = 0;
	set_resolution = rs_win_is_kernel() ? (set_resolution_t)rs_win_find_routine(L"ExSetTimerResolution") : NULL;
	KeInitializeEvent(&wake, SynchronizationEvent, FALSE);
	InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
	status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, &attributes, NULL, NULL, keep, NULL);
	if (!NT_SUCCESS(status))
		return status;
	status = ObReferenceObjectByHandle(handle, SYNCHRONIZE, NULL, KernelMode, &thread, NULL);
	if (!NT_SUCCESS(status)) {
		/* It cannot be waited for by its object; by its handle it can. */
		(void)InterlockedExchange(&is_ending, 1);
		rs_win_keeper_wake();
		(void)ZwWaitForSingleObject(handle, FALSE, NULL);
	}
	(void)ZwClose(handle);
	return status;
}

void rs_win_keeper_stop(void)
{
	(void)InterlockedExchange(&is_ending, 1);
	rs_win_keeper_wake();
	(void)KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
	ObfDereferenceObject(thread);
}

void rs_win_keeper_wake(void)
{
	(void)KeSetEvent(&wake, IO_NO_INCREMENT, FALSE);
}
