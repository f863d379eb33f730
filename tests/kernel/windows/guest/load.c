/* SPDX-License-Identifier: MIT */
/*
 * load.c - the driver with writers: all of ringscope.sys linked in, and more calls, which have system threads and timers' DPCs log.
 */
#define RINGSCOPE_TARGET load_target /* before shell.h has ringscope.h */
#include "crash.h"
#include "driver.h"
#include "sources.h"

#include "memory.h"
#include "platform.h"
#include "ringscope.h"

#include "load.h"

typedef struct {
	uint32_t number;
	uint64_t written; /* attempts of data */
	const rs_load_wish_t *wish;
	rs_load_account_t account;
	PVOID thread;
	LONG is_writing;
	KTIMER timer;
	KDPC dpc;
} writer_t;

/* What a timer has written at least when its load ends, and how many pauses that may take. */
#define TIMER_WRITES 10u
#define TIMER_PAUSES 200u

/* Between the driver's other blocks, and so perhaps beside a set's. */
#define CANARIES 16u
#define CANARY_WORDS 512u
#define CANARY 0x5ca1ab1e0ddba11ull

/* As ntifs.h declares them. */
NTSTATUS NTAPI ZwCreateEvent(PHANDLE event, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes, EVENT_TYPE type, BOOLEAN is_set);
NTSTATUS NTAPI ZwSetEvent(HANDLE event, PLONG before);
NTSTATUS NTAPI ZwResetEvent(HANDLE event, PLONG before);

RINGSCOPE_DEFINE_TARGET(load_target, RS_LOAD_SET);

static PDRIVER_DISPATCH device_control, device_create, device_close;
static HANDLE closed; /* RS_LOAD_CLOSED */
static uint32_t open_files;
static uint64_t *canaries[CANARIES];
static uint32_t canary_count;
static rs_win_print_t print;

static void count(rs_load_account_t *account, uint64_t *done, rs_status_t status)
{
	uint64_t *counted = status == RS_OK ? done
			    : status == RS_FULL ? &account->full
			    : status == RS_TOO_BIG ? &account->too_big
			    : status == RS_OFF ? &account->off
			    : status == RS_NOT_OPEN ? &account->closed
			    : &account->other;

	++*counted;
}

static void write_data(writer_t *writer)
{
	const uint64_t number = writer->written++;
	const rs_load_data_t data = {writer->number, rs_load_check(writer->number, number), number};

	count(&writer->account, &writer->account.data, rs_send(RS_LOAD_TYPE + writer->number, (uint32_t)number, &data, sizeof(data)));
}

/* Longer than any ring takes: refused by its length, before a byte of it is looked at. */
static void write_too_big(writer_t *writer)
{
	uint64_t written = 0;

	count(&writer->account, &written, rs_send(RS_LOAD_TYPE, 0, &written, (size_t)1 << 30));
	writer->account.other += written;
}

static void write_and_discard(writer_t *writer)
{
	uint64_t reserved = 0;
	rs_slot_t slot;

	count(&writer->account, &reserved, rs_reserve(RS_INFO, RS_KIND_DATA, RS_LOAD_TYPE, 0, 64, &slot));
	if (!reserved)
		return;
	memset(slot.payload, 0xdd, 64);
	rs_discard(&slot);
	writer->account.discarded++;
}

static int is_due(uint64_t n, uint32_t every)
{
	return every && n % every == 0;
}

static void bind_thread(uint32_t number)
{
	const uint32_t processors = KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS);

	(void)KeSetSystemAffinityThreadEx((KAFFINITY)1 << (number % (processors ? processors : 1)));
}

static void NTAPI run_thread(PVOID argument)
{
	writer_t *writer = argument;
	const rs_load_wish_t *wish = writer->wish;
	rs_load_account_t *account = &writer->account;
	uint64_t n;

	if (wish->is_bound)
		bind_thread(writer->number);
	for (n = 0; n < wish->writes; n++) {
		write_data(writer);
		if (is_due(n, wish->text_every))
			count(account, &account->texts, rs_log(RS_INFO, "writer %u is at %I64u", writer->number, n));
		if (is_due(n, wish->event_every))
			count(account, &account->events,
			      RS_EVENT(RS_WARN, load_step, "writer=%u number=%llu name=%s", writer->number, (unsigned long long)n, "step"));
		if (is_due(n, wish->too_big_every))
			write_too_big(writer);
		if (is_due(n, wish->discard_every))
			write_and_discard(writer);
	}
	(void)PsTerminateSystemThread(STATUS_SUCCESS);
}

/* One that is late can still run, on another processor, when the next one begins: a writer has one order and one account. */
static void NTAPI on_timer(PKDPC dpc, PVOID argument, PVOID first, PVOID second)
{
	writer_t *writer = argument;

	(void)dpc;
	(void)first;
	(void)second;
	if (InterlockedExchange(&writer->is_writing, 1))
		return;
	write_data(writer);
	(void)InterlockedExchange(&writer->is_writing, 0);
}

static NTSTATUS start_writer(writer_t *writer)
{
	OBJECT_ATTRIBUTES attributes;
	HANDLE thread;
	NTSTATUS status;

	InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
	status = PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, &attributes, NULL, NULL, run_thread, writer);
	if (!NT_SUCCESS(status))
		return status;
	status = ObReferenceObjectByHandle(thread, SYNCHRONIZE, NULL, KernelMode, &writer->thread, NULL);
	(void)ZwClose(thread);
	return status;
}

static void start_timer(writer_t *writer)
{
	const LARGE_INTEGER soon = {.QuadPart = -10000};

	KeInitializeTimerEx(&writer->timer, NotificationTimer);
	KeInitializeDpc(&writer->dpc, on_timer, writer);
	(void)KeSetTimerEx(&writer->timer, soon, (LONG)writer->wish->timer_ms, &writer->dpc);
}

static int have_written(const writer_t *writers, uint32_t timers)
{
	uint32_t n;

	for (n = 0; n < timers; n++)
		if (*(const volatile uint64_t *)&writers[n].written < writers[n].wish->first + TIMER_WRITES)
			return 0;
	return 1;
}

static void stop_timers(writer_t *writers, uint32_t timers)
{
	LARGE_INTEGER pause = {.QuadPart = -500000};
	uint32_t n, pauses = 0;

	if (!timers)
		return;
	do
		(void)KeDelayExecutionThread(KernelMode, FALSE, &pause);
	while (!have_written(writers, timers) && ++pauses < TIMER_PAUSES);
	for (n = 0; n < timers; n++)
		(void)KeCancelTimer(&writers[n].timer);
	/* Wine's DPCs cannot be waited for: one that is under way ends before its writer is read, and one that comes later finds it taken. */
	for (n = 0; n < timers; n++)
		while (InterlockedExchange(&writers[n].is_writing, 1))
			(void)KeDelayExecutionThread(KernelMode, FALSE, &pause);
	(void)KeDelayExecutionThread(KernelMode, FALSE, &pause);
}

static NTSTATUS run(const rs_load_wish_t *wish, writer_t *writers)
{
	NTSTATUS status = STATUS_SUCCESS;
	uint32_t n;

	for (n = 0; n < wish->threads + wish->timers; n++) {
		writers[n].number = n;
		writers[n].wish = wish;
		writers[n].written = wish->first;
	}
	for (n = 0; n < wish->timers; n++)
		start_timer(&writers[wish->threads + n]);
	for (n = 0; n < wish->threads && NT_SUCCESS(status); n++)
		status = start_writer(&writers[n]);
	for (n = 0; n < wish->threads; n++) {
		if (!writers[n].thread)
			continue;
		(void)KeWaitForSingleObject(writers[n].thread, Executive, KernelMode, FALSE, NULL);
		ObfDereferenceObject(writers[n].thread);
	}
	stop_timers(&writers[wish->threads], wish->timers);
	return status;
}

static NTSTATUS answer_load(const IO_STACK_LOCATION *at, void *buffer, ULONG_PTR *told)
{
	static writer_t writers[RS_LOAD_THREADS + RS_LOAD_TIMERS];
	rs_load_account_t *accounts = buffer;
	rs_load_wish_t wish;
	NTSTATUS status;
	uint32_t count, n;

	if (at->Parameters.DeviceIoControl.InputBufferLength != sizeof(wish))
		return STATUS_INVALID_PARAMETER;
	memcpy(&wish, buffer, sizeof(wish));
	count = wish.threads + wish.timers;
	if (wish.threads > RS_LOAD_THREADS || wish.timers > RS_LOAD_TIMERS ||
	    at->Parameters.DeviceIoControl.OutputBufferLength != count * sizeof(*accounts))
		return STATUS_INVALID_PARAMETER;
	memset(writers, 0, sizeof(writers));
	status = run(&wish, writers);
	for (n = 0; n < count; n++)
		accounts[n] = writers[n].account;
	*told = count * sizeof(*accounts);
	return status;
}

static NTSTATUS answer_crash(PIRP request, ULONG_PTR *told)
{
	const uint32_t room = IoGetCurrentIrpStackLocation(request)->Parameters.DeviceIoControl.OutputBufferLength;
	rs_load_crash_t *crash = request->AssociatedIrp.SystemBuffer;
	rs_win_range_t range;
	uint32_t next = 0;

	if (room < sizeof(*crash))
		return STATUS_BUFFER_TOO_SMALL;
	memset(crash, 0, sizeof(*crash));
	while (rs_win_crash_next_range(&next, &range)) {
		crash->ranges++;
		crash->pages += range.pages;
		crash->first_words += *(const uint64_t *)range.at;
	}
	*told = sizeof(*crash) + rs_win_crash_newest((uint8_t *)(crash + 1), room - (uint32_t)sizeof(*crash));
	return STATUS_SUCCESS;
}

/* Wine has no DbgSetDebugPrintCallback. */
static NTSTATUS NTAPI set_print(rs_win_print_t wanted, BOOLEAN is_on)
{
	if (!wanted || (is_on != 0) == (print != NULL))
		return STATUS_INVALID_PARAMETER;
	print = is_on ? wanted : NULL;
	return STATUS_SUCCESS;
}

static NTSTATUS answer_offer(const IO_STACK_LOCATION *at, const uint32_t *is_there)
{
	if (at->Parameters.DeviceIoControl.InputBufferLength != sizeof(*is_there) || print)
		return STATUS_INVALID_PARAMETER;
	rs_win_sources_begin(*is_there ? set_print : NULL);
	return STATUS_SUCCESS;
}

static void add_depth(uint64_t amount)
{
	uint32_t n;

	for (n = 0; n < rs_win_cpu_count; n++)
		rs_win_cpus[n].prints += amount;
}

static NTSTATUS answer_print(const IO_STACK_LOCATION *at, rs_load_print_t *wish)
{
	STRING output;

	if (at->Parameters.DeviceIoControl.InputBufferLength != sizeof(*wish) || wish->length > sizeof(wish->text))
		return STATUS_INVALID_PARAMETER;
	if (!print)
		return STATUS_NOT_FOUND;
	output = (STRING){(USHORT)wish->length, (USHORT)wish->length, wish->text};
	add_depth(wish->depth);
	print(&output, wish->component, wish->level);
	add_depth(0 - (uint64_t)wish->depth);
	return STATUS_SUCCESS;
}

static void free_canaries(void)
{
	while (canary_count)
		ExFreePoolWithTag(canaries[--canary_count], RS_WIN_POOL_TAG);
}

/* Called before and after a set is made: the first half of the blocks, then the second; a third call begins anew. */
static NTSTATUS place_canaries(void)
{
	const uint32_t end = canary_count == CANARIES / 2 ? CANARIES : CANARIES / 2;
	uint32_t word;

	if (end == CANARIES / 2)
		free_canaries();
	for (; canary_count < end; canary_count++) {
		uint64_t *block = rs_win_allocate(CANARY_WORDS * sizeof(*block));

		if (!block)
			return STATUS_INSUFFICIENT_RESOURCES;
		for (word = 0; word < CANARY_WORDS; word++)
			block[word] = CANARY;
		canaries[canary_count] = block;
	}
	return STATUS_SUCCESS;
}

static NTSTATUS answer_canaries(const IO_STACK_LOCATION *at, uint64_t *dead, ULONG_PTR *told)
{
	uint32_t n, word;

	if (at->Parameters.DeviceIoControl.OutputBufferLength != sizeof(*dead) || canary_count != CANARIES)
		return STATUS_INVALID_PARAMETER;
	*dead = 0;
	for (n = 0; n < canary_count; n++)
		for (word = 0; word < CANARY_WORDS; word++)
			*dead += canaries[n][word] != CANARY;
	*told = sizeof(*dead);
	return STATUS_SUCCESS;
}

static NTSTATUS NTAPI control(PDEVICE_OBJECT device, PIRP request)
{
	const IO_STACK_LOCATION *at = IoGetCurrentIrpStackLocation(request);
	ULONG_PTR told = 0;
	NTSTATUS status;

	switch (at->Parameters.DeviceIoControl.IoControlCode) {
	case RS_IOC_LOAD:
		status = answer_load(at, request->AssociatedIrp.SystemBuffer, &told);
		break;
	case RS_IOC_CRASH:
		status = answer_crash(request, &told);
		break;
	case RS_IOC_CANARIES:
		status = place_canaries();
		break;
	case RS_IOC_DEAD_CANARIES:
		status = answer_canaries(at, request->AssociatedIrp.SystemBuffer, &told);
		break;
	case RS_IOC_OFFER_PRINTS:
		status = answer_offer(at, request->AssociatedIrp.SystemBuffer);
		break;
	case RS_IOC_PRINT:
		status = answer_print(at, request->AssociatedIrp.SystemBuffer);
		break;
	default:
		return device_control(device, request);
	}
	request->IoStatus.Status = status;
	request->IoStatus.Information = NT_SUCCESS(status) ? told : 0;
	IofCompleteRequest(request, IO_NO_INCREMENT);
	return status;
}

static NTSTATUS NTAPI create(PDEVICE_OBJECT device, PIRP request)
{
	NTSTATUS status;

	/* Before whoever opens it goes on. */
	if (!open_files++)
		(void)ZwResetEvent(closed, NULL);
	status = device_create(device, request);
	if (!NT_SUCCESS(status) && !--open_files)
		(void)ZwSetEvent(closed, NULL);
	return status;
}

static NTSTATUS NTAPI close(PDEVICE_OBJECT device, PIRP request)
{
	const int was_open = IoGetCurrentIrpStackLocation(request)->FileObject->FsContext != NULL;
	const NTSTATUS status = device_close(device, request);

	if (was_open && !--open_files)
		(void)ZwSetEvent(closed, NULL);
	return status;
}

static void make_event(void)
{
	static UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\BaseNamedObjects\\" RS_LOAD_CLOSED);
	OBJECT_ATTRIBUTES attributes;

	InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
	(void)ZwCreateEvent(&closed, EVENT_ALL_ACCESS, &attributes, NotificationEvent, TRUE);
}

static void NTAPI unload(PDRIVER_OBJECT driver)
{
	(void)ZwClose(closed);
	free_canaries();
	RINGSCOPE_END();
	rs_win_driver_end(driver);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING service);
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING service)
{
	NTSTATUS status;

	driver->DriverUnload = unload;
	status = rs_win_driver_begin(driver, service);
	if (!NT_SUCCESS(status))
		return status;
	device_control = driver->MajorFunction[IRP_MJ_DEVICE_CONTROL];
	device_create = driver->MajorFunction[IRP_MJ_CREATE];
	device_close = driver->MajorFunction[IRP_MJ_CLOSE];
	make_event();
	driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = control;
	driver->MajorFunction[IRP_MJ_CREATE] = create;
	driver->MajorFunction[IRP_MJ_CLOSE] = close;
	return STATUS_SUCCESS;
}
