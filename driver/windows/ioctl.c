/* SPDX-License-Identifier: MIT */
/*
 * ioctl.c - the calls of rs_device_windows.h.
 *
 * The system has copied the caller's buffer; what is in it is checked, worked on and copied out again. A structure is worked on as a
 * private copy, so that an answer never begins with part of a question.
 */
#define RS_PLAIN_CALLS
#include "device.h"

#include "platform.h"
#include "publish.h"
#include "rs_device_windows.h"
#include "sources.h"
#include "version.h"

/* Everything that a call's structure can be. */
typedef union {
	rs_device_plain_t plain;
	rs_device_version_t version;
	rs_device_make_t make;
	rs_device_select_t select;
	rs_device_describe_t describe;
	rs_device_snapshot_t snapshot;
	rs_device_control_t control;
	rs_device_sources_t sources;
	rs_device_map_t map;
	rs_device_wait_t wait;
} asked_t;

/* A call under way: what stands behind its structure in the buffer, coming and going. */
typedef struct {
	PIRP request;
	rs_win_file_t *file;
	uint8_t *behind;
	uint64_t bytes_in, bytes_out; /* behind the structure */
	uint64_t told;		      /* bytes of them that go out */
} call_t;

typedef NTSTATUS (*work_t)(call_t *call, asked_t *asked);

typedef struct {
	uint32_t code;
	uint32_t bytes; /* of its structure */
	uint32_t flags; /* that there are */
	uint8_t needs_set;
	uint8_t tells; /* comes back with more than its result */
	uint8_t has_more; /* something stands behind the structure */
	work_t work;
} kind_t;

/* "" is "default". */
static NTSTATUS copy_name(char name[RS_NAME_BYTES], const char from[RS_NAME_BYTES])
{
	const size_t length = strnlen(from, RS_NAME_BYTES);

	if (length == RS_NAME_BYTES)
		return STATUS_INVALID_PARAMETER;
	memset(name, 0, RS_NAME_BYTES);
	memcpy(name, length ? from : "default", length ? length : sizeof("default"));
	return STATUS_SUCCESS;
}

static NTSTATUS tell_version(call_t *call, asked_t *asked)
{
	(void)call;
	asked->version = (rs_device_version_t){
		.size = sizeof(asked->version),
		.device_abi = RS_DEVICE_ABI,
		.ring_abi = RS_ABI_MAJOR << 16 | RS_ABI_MINOR,
		.version = RINGSCOPE_VERSION,
		.set_count = rs_win_set_count,
		.memory_used = rs_win_memory_used,
		.memory_limit = rs_win_memory_limit,
	};
	return STATUS_SUCCESS;
}

static NTSTATUS make(call_t *call, asked_t *asked)
{
	const rs_device_make_t *made = &asked->make;
	rs_win_wish_t wish = {
		.plan = {
			.mode = made->mode,
			.order = made->order,
			.ring_bytes = made->ring_bytes,
			.ring_memory = made->ring_memory,
			.site_count = made->site_count,
			.site_text_bytes = made->site_text_bytes,
		},
		.is_ephemeral = (made->flags & RS_MAKE_EPHEMERAL) != 0,
	};
	rs_win_set_t *set;
	NTSTATUS status = copy_name(wish.name, made->name);

	if (!NT_SUCCESS(status))
		return status;
	if (call->file->has_mapped)
		return STATUS_DEVICE_BUSY;
	status = rs_win_set_make(&wish, &set);
	if (NT_SUCCESS(status))
		rs_win_select(call->file, set);
	return status;
}

static NTSTATUS select(call_t *call, asked_t *asked)
{
	char name[RS_NAME_BYTES];
	rs_win_set_t *set;
	const NTSTATUS status = copy_name(name, asked->select.name);

	if (!NT_SUCCESS(status))
		return status;
	set = rs_win_set_find(name);
	if (!set)
		return STATUS_OBJECT_NAME_NOT_FOUND;
	if (set != call->file->set && call->file->has_mapped)
		return STATUS_DEVICE_BUSY;
	rs_win_select(call->file, set);
	return STATUS_SUCCESS;
}

static const rs_win_set_t *set_of_number(uint32_t number)
{
	LIST_ENTRY *entry;

	for (entry = rs_win_sets.Flink; entry != &rs_win_sets; entry = entry->Flink)
		if (!number--)
			return RS_WIN_SET_OF(entry);
	return NULL;
}

static NTSTATUS describe(call_t *call, asked_t *asked)
{
	rs_device_describe_t *described = &asked->describe;
	const rs_win_set_t *set = described->flags & RS_DESCRIBE_NTH ? set_of_number(described->number) : call->file->set;

	if (described->reserved)
		return STATUS_INVALID_PARAMETER;
	if (!set)
		return STATUS_OBJECT_NAME_NOT_FOUND;
	*described = (rs_device_describe_t){
		.size = sizeof(*described),
		.flags = described->flags,
		.number = described->number,
		.total_bytes = set->header.total_bytes,
		.consumer_off = set->header.consumer_off,
		.ring_bytes = set->header.ring_bytes,
		.ring_count = set->header.ring_count,
		.mode = set->header.mode,
		.order = set->header.order,
		.is_started = set->place != 0,
		.is_claimed = set->claimer != NULL,
		.claimer_pid = set->claimer_pid,
		.mapped = set->mapped,
		.is_ephemeral = (uint32_t)set->is_ephemeral,
		.sources = set->sources,
		.made_unix_ns = set->made_unix_ns,
	};
	memcpy(described->name, set->producer.name, sizeof(described->name));
	memcpy(described->set_id, set->header.set_id, sizeof(described->set_id));
	return STATUS_SUCCESS;
}

static NTSTATUS start(call_t *call, asked_t *asked)
{
	(void)asked;
	rs_win_set_start(call->file->set);
	return STATUS_SUCCESS;
}

static NTSTATUS stop(call_t *call, asked_t *asked)
{
	(void)asked;
	rs_win_set_stop(call->file->set);
	return STATUS_SUCCESS;
}

/* Nothing is layered above or below the device: requests come in their own process. (Wine has no IoGetRequestorProcessId.) */
static uint32_t caller(void)
{
	return (uint32_t)(uintptr_t)PsGetCurrentProcessId();
}

static NTSTATUS claim(call_t *call, asked_t *asked)
{
	rs_win_set_t *set = call->file->set;

	(void)asked;
	if (set->header.mode == RS_MODE_OVERWRITE)
		return STATUS_INVALID_PARAMETER;
	if (set->claimer && set->claimer != call->file)
		return STATUS_DEVICE_BUSY;
	set->claimer = call->file;
	set->claimer_pid = caller();
	return STATUS_SUCCESS;
}

static NTSTATUS reset(call_t *call, asked_t *asked)
{
	(void)asked;
	if (call->file->set->mapped)
		return STATUS_DEVICE_BUSY;
	rs_win_set_reset(call->file->set);
	return STATUS_SUCCESS;
}

static NTSTATUS remove(call_t *call, asked_t *asked)
{
	rs_win_set_t *set = call->file->set;

	(void)asked;
	if (set->mapped || set->users > 1)
		return STATUS_DEVICE_BUSY;
	/* Deselecting an ephemeral one is removing it. */
	set->is_ephemeral = 1;
	rs_win_deselect(call->file);
	return STATUS_SUCCESS;
}

static void read_counters(const rs_producer_t *producer, rs_device_ring_t *rings)
{
	uint32_t n;

	for (n = 0; n < producer->ring_count; n++)
		/* R1b: every ring's attempts before any position. */
		rings[n].attempts = load_u64_acquire(&producer->rings[n].page->reserve.attempts);
	for (n = 0; n < producer->ring_count; n++) {
		const rs_ring_page_t *page = producer->rings[n].page;

		rings[n].position = load_u64_acquire(&page->reserve.position);
		rings[n].lost_full = load_u64_relaxed(&page->lost_full);
		rings[n].too_big = load_u64_relaxed(&page->too_big);
		rings[n].missed = load_u64_relaxed(&page->missed);
		rings[n].oldest_pos = load_u64_relaxed(&page->oldest_pos);
	}
}

/* As rs_reader's horizon: the counter, every ring's attempts, every ring's position. */
static NTSTATUS take_snapshot(call_t *call, asked_t *asked)
{
	const rs_win_set_t *set = call->file->set;
	const rs_shared_page_t *shared = (const rs_shared_page_t *)(const void *)(set->shared.bytes + set->header.shared_off);
	rs_device_snapshot_t *snapshot = &asked->snapshot;
	const uint64_t bytes = set->header.ring_count * sizeof(rs_device_ring_t);

	if (snapshot->reserved || snapshot->rings || snapshot->ring_count > call->bytes_out / sizeof(rs_device_ring_t))
		return STATUS_INVALID_PARAMETER;
	if (snapshot->ring_count < set->header.ring_count)
		return STATUS_BUFFER_TOO_SMALL;
	snapshot->ring_count = set->header.ring_count;
	/* I1b */
	snapshot->next_index = load_u64_acquire(&shared->next_index);
	/* A structure's size is a multiple of eight, and a system buffer begins at one. */
	read_counters(&set->producer, (rs_device_ring_t *)(void *)call->behind);
	call->told = bytes;
	return STATUS_SUCCESS;
}

static NTSTATUS control(call_t *call, asked_t *asked)
{
	const rs_device_control_t *changed = &asked->control;

	if (changed->reserved || changed->changes || changed->count > RS_CONTROL_MAX || call->bytes_in != changed->count * sizeof(rs_rule_t))
		return STATUS_INVALID_PARAMETER;
	/* The system's copy: nobody else changes it. */
	return rs_win_control(call->file->set, (const rs_rule_t *)(const void *)call->behind, changed->count,
			      (changed->flags & RS_CONTROL_RESET) != 0);
}

static NTSTATUS switch_sources(call_t *call, asked_t *asked)
{
	const NTSTATUS status = rs_win_sources_switch(call->file->set, asked->sources.sources);

	asked->sources.sources = call->file->set->sources;
	return status;
}

static NTSTATUS open_caller(HANDLE *process)
{
	CLIENT_ID id = {.UniqueProcess = (HANDLE)(uintptr_t)caller()};
	OBJECT_ATTRIBUTES attributes;

	InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
	return ZwOpenProcess(process, PROCESS_DUP_HANDLE, &attributes, &id);
}

/* Both handles, or none. */
static NTSTATUS hand(const rs_win_set_t *set, HANDLE process, int may_take, rs_device_map_t *map)
{
	HANDLE shared, consumer;
	NTSTATUS status = rs_win_memory_hand(&set->shared, process, SECTION_MAP_READ, &shared);

	if (!NT_SUCCESS(status))
		return status;
	status = rs_win_memory_hand(&set->consumer, process, may_take ? SECTION_MAP_READ | SECTION_MAP_WRITE : SECTION_MAP_READ, &consumer);
	if (!NT_SUCCESS(status)) {
		rs_win_memory_take_back(process, shared);
		return status;
	}
	map->shared = (uintptr_t)shared;
	map->consumer = (uintptr_t)consumer;
	map->total_bytes = set->header.total_bytes;
	map->consumer_off = set->header.consumer_off;
	return STATUS_SUCCESS;
}

static NTSTATUS map(call_t *call, asked_t *asked)
{
	rs_win_file_t *file = call->file;
	rs_device_map_t *mapped = &asked->map;
	HANDLE process;
	NTSTATUS status;

	if (mapped->shared || mapped->consumer || mapped->total_bytes || mapped->consumer_off)
		return STATUS_INVALID_PARAMETER;
	status = open_caller(&process);
	if (!NT_SUCCESS(status))
		return status;
	status = hand(file->set, process, file->set->claimer == file, mapped);
	(void)ZwClose(process);
	if (NT_SUCCESS(status) && !file->has_mapped) {
		file->has_mapped = 1;
		file->set->mapped++;
	}
	return status;
}

static NTSTATUS wait(call_t *call, asked_t *asked)
{
	return asked->wait.reserved ? STATUS_INVALID_PARAMETER : rs_win_wait_begin(call->file, call->request, asked->wait.timeout_ms);
}

#define BYTES(field) sizeof(((asked_t *)0)->field)
static const kind_t kinds[] = {
	{RS_IOC_VERSION, BYTES(version), 0, 0, 1, 0, tell_version},
	{RS_IOC_MAKE, BYTES(make), RS_MAKE_EPHEMERAL, 0, 0, 0, make},
	{RS_IOC_SELECT, BYTES(select), 0, 0, 0, 0, select},
	{RS_IOC_DESCRIBE, BYTES(describe), RS_DESCRIBE_NTH, 0, 1, 0, describe},
	{RS_IOC_START, BYTES(plain), 0, 1, 0, 0, start},
	{RS_IOC_STOP, BYTES(plain), 0, 1, 0, 0, stop},
	{RS_IOC_CLAIM, BYTES(plain), 0, 1, 0, 0, claim},
	{RS_IOC_SNAPSHOT, BYTES(snapshot), 0, 1, 1, 1, take_snapshot},
	{RS_IOC_RESET, BYTES(plain), 0, 1, 0, 0, reset},
	{RS_IOC_REMOVE, BYTES(plain), 0, 1, 0, 0, remove},
	{RS_IOC_CONTROL, BYTES(control), RS_CONTROL_RESET, 1, 0, 1, control},
	{RS_IOC_SOURCES, BYTES(sources), 0, 1, 1, 0, switch_sources},
	{RS_IOC_MAP, BYTES(map), 0, 1, 1, 0, map},
	{RS_IOC_WAIT, BYTES(wait), 0, 1, 0, 0, wait},
};

static const kind_t *find_kind(uint32_t code)
{
	size_t n;

	for (n = 0; n < sizeof(kinds) / sizeof(*kinds); n++)
		if (kinds[n].code == code)
			return &kinds[n];
	return NULL;
}

static NTSTATUS work(const kind_t *kind, call_t *call, asked_t *asked)
{
	NTSTATUS status = STATUS_OBJECT_NAME_NOT_FOUND;

	rs_win_lock(&rs_win_sets_lock);
	if (!kind->needs_set || call->file->set)
		status = kind->work(call, asked);
	rs_win_unlock(&rs_win_sets_lock);
	return status;
}

/* Returns the bytes that go out in `told`. STATUS_PENDING: the request is somebody else's by now. */
static NTSTATUS answer(PIRP request, uint64_t *told)
{
	const IO_STACK_LOCATION *at = IoGetCurrentIrpStackLocation(request);
	const uint64_t in = at->Parameters.DeviceIoControl.InputBufferLength;
	const uint64_t out = at->Parameters.DeviceIoControl.OutputBufferLength;
	const kind_t *kind = find_kind(at->Parameters.DeviceIoControl.IoControlCode);
	uint8_t *buffer = request->AssociatedIrp.SystemBuffer;
	call_t call = {.request = request, .file = at->FileObject->FsContext};
	asked_t asked;
	NTSTATUS status;

	if (!kind)
		return STATUS_INVALID_DEVICE_REQUEST;
	if (!buffer || in < kind->bytes || (in > kind->bytes && !kind->has_more) || (kind->tells && out < kind->bytes))
		return STATUS_BUFFER_TOO_SMALL;
	if (!call.file)
		return STATUS_INVALID_HANDLE;
	memset(&asked, 0, sizeof(asked));
	memcpy(&asked, buffer, kind->bytes);
	if (asked.plain.size != kind->bytes || (asked.plain.flags & ~kind->flags))
		return STATUS_INVALID_PARAMETER;
	call.behind = buffer + kind->bytes;
	call.bytes_in = in - kind->bytes;
	call.bytes_out = out > kind->bytes ? out - kind->bytes : 0;
	status = work(kind, &call, &asked);
	if (NT_SUCCESS(status) && kind->tells) {
		memcpy(buffer, &asked, kind->bytes);
		*told = kind->bytes + call.told;
	}
	return status;
}

NTSTATUS NTAPI rs_win_device_control(PDEVICE_OBJECT device, PIRP request)
{
	uint64_t told = 0;
	const NTSTATUS status = answer(request, &told);

	(void)device;
	if (status == STATUS_PENDING)
		return status;
	request->IoStatus.Status = status;
	request->IoStatus.Information = told;
	IofCompleteRequest(request, IO_NO_INCREMENT);
	return status;
}
