/* SPDX-License-Identifier: MIT */
/*
 * wait.c - see wait.h.
 *
 * Two locks: rs_win_sets_lock keeps the files and their sets, the spin lock here the one word that the canceller takes a request out of.
 * Whoever takes it out completes it, and nobody else looks at it again.
 */
#define RS_PLAIN_CALLS
#include "wait.h"

#include "device.h"
#include "keeper.h"
#include "pending.h"
#include "rs_device_windows.h"
#include "timing.h"

static DRIVER_CANCEL on_cancel;

static LIST_ENTRY waits = {&waits, &waits};
static KSPIN_LOCK taking;

void rs_win_waits_init(void)
{
	KeInitializeSpinLock(&taking);
}

static void complete(PIRP request, NTSTATUS status)
{
	request->IoStatus.Status = status;
	request->IoStatus.Information = 0;
	IofCompleteRequest(request, IO_NO_INCREMENT);
}

/* The request, to be completed by the caller; null: there is none, or its cancellation is under way and completes it. */
static PIRP take(rs_win_wait_t *wait)
{
	const KIRQL before = KeAcquireSpinLockRaiseToDpc(&taking);
	PIRP request = wait->request;

	if (request && IoSetCancelRoutine(request, NULL))
		wait->request = NULL;
	else
		request = NULL;
	KeReleaseSpinLock(&taking, before);
	return request;
}

/* A request that is pending holds its file open, so that the file is there until it is completed. */
static void NTAPI on_cancel(PDEVICE_OBJECT device, PIRP request)
{
	rs_win_file_t *file = IoGetCurrentIrpStackLocation(request)->FileObject->FsContext;
	KIRQL before;

	(void)device;
	IoReleaseCancelSpinLock(request->CancelIrql);
	before = KeAcquireSpinLockRaiseToDpc(&taking);
	file->wait.request = NULL;
	KeReleaseSpinLock(&taking, before);
	complete(request, STATUS_CANCELLED);
}

/* Returns 0 where it has been cancelled before anybody could have cancelled it here; then it is the caller's to complete. */
static int give(rs_win_wait_t *wait, PIRP request)
{
	const KIRQL before = KeAcquireSpinLockRaiseToDpc(&taking);
	int is_given = 1;

	wait->request = request;
	(void)IoSetCancelRoutine(request, on_cancel);
	if (request->Cancel && IoSetCancelRoutine(request, NULL)) {
		wait->request = NULL;
		is_given = 0;
	}
	KeReleaseSpinLock(&taking, before);
	return is_given;
}

static int is_waiting(rs_win_wait_t *wait)
{
	const KIRQL before = KeAcquireSpinLockRaiseToDpc(&taking);
	const int is_so = wait->request != NULL;

	KeReleaseSpinLock(&taking, before);
	return is_so;
}

static uint64_t pending_bytes(const rs_win_file_t *file, rs_fill_t *fill)
{
	const rs_win_set_t *set = file->set;

	*fill = rs_fill_of(set->producer.rings, set->producer.ring_count);
	return rs_pending_bytes(fill, set->header.mode == RS_MODE_OVERWRITE, file->wait.told);
}

/* Little is worth waking somebody for once it has waited for a while. */
static int is_ready(rs_win_file_t *file, uint64_t now_ns, rs_fill_t *fill)
{
	const uint64_t pending = pending_bytes(file, fill);
	rs_win_wait_t *wait = &file->wait;

	if (!pending)
		wait->pending_since_ns = 0;
	else if (!wait->pending_since_ns)
		wait->pending_since_ns = now_ns;
	return pending &&
	       (rs_is_much(pending, file->set->header.ring_bytes) || now_ns - wait->pending_since_ns >= RS_LITTLE_WAITS_NS);
}

/* Who asks anew is told of the least that there is. */
static int has_something(rs_win_file_t *file)
{
	rs_fill_t fill;

	if (!pending_bytes(file, &fill))
		return 0;
	file->wait.told = fill.written;
	return 1;
}

static void unlink(rs_win_wait_t *wait)
{
	if (!wait->in_waits.Flink)
		return;
	RemoveEntryList(&wait->in_waits);
	wait->in_waits.Flink = NULL;
}

NTSTATUS rs_win_wait_begin(rs_win_file_t *file, PIRP request, uint32_t timeout_ms)
{
	rs_win_wait_t *wait = &file->wait;

	if (is_waiting(wait))
		return STATUS_DEVICE_BUSY;
	if (has_something(file))
		return STATUS_SUCCESS;
	if (!timeout_ms)
		return STATUS_TIMEOUT;
	wait->deadline_ns = timeout_ms == RS_WAIT_FOR_EVER ? UINT64_MAX : rs_win_now_ns() + timeout_ms * 1000000ull;
	wait->pending_since_ns = 0;
	/* The wait of before was cancelled, and the thread has not looked since. */
	unlink(wait);
	InsertTailList(&waits, &wait->in_waits);
	IoMarkIrpPending(request);
	if (!give(wait, request)) {
		unlink(wait);
		complete(request, STATUS_CANCELLED);
	}
	rs_win_keeper_wake();
	return STATUS_PENDING;
}

void rs_win_wait_end(rs_win_file_t *file)
{
	PIRP request = take(&file->wait);

	unlink(&file->wait);
	file->wait.told = 0;
	if (request)
		complete(request, STATUS_CANCELLED);
}

static void look_at(rs_win_file_t *file, uint64_t now_ns)
{
	rs_fill_t fill;
	const int is_woken = is_ready(file, now_ns, &fill);
	PIRP request;

	if (!is_woken && now_ns < file->wait.deadline_ns && is_waiting(&file->wait))
		return;
	request = take(&file->wait);
	unlink(&file->wait);
	if (!request)
		return;
	if (is_woken)
		file->wait.told = fill.written;
	/* The last use of the file: what held it open ends with this. */
	complete(request, is_woken ? STATUS_SUCCESS : STATUS_TIMEOUT);
}

int rs_win_waits_look(void)
{
	const uint64_t now_ns = rs_win_now_ns();
	LIST_ENTRY *entry = waits.Flink;

	while (entry != &waits) {
		rs_win_file_t *file = CONTAINING_RECORD(entry, rs_win_file_t, wait.in_waits);

		entry = entry->Flink;
		look_at(file, now_ns);
	}
	return !IsListEmpty(&waits);
}
