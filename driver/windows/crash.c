/* SPDX-License-Identifier: MIT */
/* crash.c - see crash.h. */
#define RS_PLAIN_CALLS
#include "crash.h"

#include "dump_secondary.h"

#define NEWEST_BYTES (1u << 20) /* what Windows takes at most is said in the callback, and differs with the kind of dump */
#define RANGES_OF_SET 3u	/* descriptor blocks, producers' pages, consumer's pages */

typedef struct {
	KBUGCHECK_REASON_CALLBACK_RECORD record;
	int is_registered;
} callback_t;

static UCHAR component[] = "ringscope";
static callback_t add_pages, add_newest;
static uint8_t *room_of_newest;
/* Not the list: the machine can stop while that is changed. */
static const rs_win_set_t *shown[RS_SETS_MAX];

void rs_win_crash_show(const rs_win_set_t *set)
{
	uint32_t n = 0;

	while (n < RS_SETS_MAX - 1 && shown[n] && shown[n] != set)
		n++;
	/* Everything of the set before the pointer. */
	store_u64_release((uint64_t *)(void *)&shown[n], (uintptr_t)set);
}

void rs_win_crash_hide(const rs_win_set_t *set)
{
	uint32_t n;

	for (n = 0; n < RS_SETS_MAX; n++)
		if (shown[n] == set)
			store_u64_relaxed((uint64_t *)(void *)&shown[n], 0);
	/* Whatever happens to the set now, a machine that stops has not done it before this. */
	fence_release();
}

static const rs_win_set_t *shown_at(uint32_t n)
{
	return (const rs_win_set_t *)(uintptr_t)load_u64_acquire((const uint64_t *)(const void *)&shown[n]);
}

static rs_win_range_t range_of(const rs_win_set_t *set, uint32_t which)
{
	switch (which) {
	case 0:
		return (rs_win_range_t){set->blocks, set->block_count * (sizeof(*set->blocks) / PAGE_SIZE)};
	case 1:
		return (rs_win_range_t){set->shared.bytes, set->shared.size / PAGE_SIZE};
	default:
		return (rs_win_range_t){set->consumer.bytes, set->consumer.size / PAGE_SIZE};
	}
}

int rs_win_crash_next_range(uint32_t *next, rs_win_range_t *range)
{
	for (; *next < RS_SETS_MAX * RANGES_OF_SET; ++*next) {
		const rs_win_set_t *set = shown_at(*next / RANGES_OF_SET);

		if (!set)
			continue;
		*range = range_of(set, *next % RANGES_OF_SET);
		++*next;
		return 1;
	}
	return 0;
}

uint32_t rs_win_crash_newest(uint8_t *to, uint32_t room)
{
	rs_secondary_set_t sets[RS_SETS_MAX];
	uint32_t count = 0, n;

	for (n = 0; n < RS_SETS_MAX; n++) {
		const rs_win_set_t *set = shown_at(n);

		if (set)
			sets[count++] = (rs_secondary_set_t){.header = &set->header,
							     .shared = set->shared.bytes,
							     .consumer = set->consumer.bytes,
							     .name = set->producer.name,
							     .made_unix_ns = set->made_unix_ns};
	}
	return rs_secondary_write(sets, count, RS_DUMP_WINDOWS, to, room);
}

static KBUGCHECK_REASON_CALLBACK_ROUTINE on_add_pages, on_add_newest;

/* Called again and again while it says that there is more; `Context` is null at first, and then what was left there. */
static void NTAPI on_add_pages(KBUGCHECK_CALLBACK_REASON reason, struct _KBUGCHECK_REASON_CALLBACK_RECORD *record, PVOID data, ULONG bytes)
{
	PKBUGCHECK_ADD_PAGES wanted = data;
	uint32_t next;
	rs_win_range_t range;

	(void)record;
	if (reason != KbCallbackAddPages || bytes < sizeof(*wanted))
		return;
	next = (uint32_t)(uintptr_t)wanted->Context;
	wanted->Flags = KB_ADD_PAGES_FLAG_VIRTUAL_ADDRESS;
	wanted->Count = 0;
	if (!rs_win_crash_next_range(&next, &range))
		return;
	wanted->Address = (ULONG_PTR)range.at;
	wanted->Count = (ULONG_PTR)range.pages;
	wanted->Context = (PVOID)(uintptr_t)next;
	wanted->Flags |= KB_ADD_PAGES_FLAG_ADDITIONAL_RANGES_EXIST;
}

/* Called twice, for the size and for the bytes: they are written each time, since nothing changes between. */
static void NTAPI on_add_newest(KBUGCHECK_CALLBACK_REASON reason, struct _KBUGCHECK_REASON_CALLBACK_RECORD *record, PVOID data, ULONG bytes)
{
	static const GUID guid = RS_SECONDARY_GUID;
	PKBUGCHECK_SECONDARY_DUMP_DATA wanted = data;
	const int is_own = room_of_newest != NULL;
	ULONG room;

	(void)record;
	if (reason != KbCallbackSecondaryDumpData || bytes < sizeof(*wanted))
		return;
	room = is_own ? NEWEST_BYTES : wanted->InBufferLength;
	if (room > wanted->MaximumAllowed)
		room = wanted->MaximumAllowed;
	wanted->Guid = guid;
	wanted->OutBuffer = is_own ? room_of_newest : wanted->InBuffer;
	wanted->OutBufferLength = wanted->OutBuffer ? rs_win_crash_newest(wanted->OutBuffer, room) : 0;
	if (!wanted->OutBufferLength)
		wanted->OutBuffer = NULL;
}

static void enter(callback_t *callback, PKBUGCHECK_REASON_CALLBACK_ROUTINE routine, KBUGCHECK_CALLBACK_REASON reason)
{
	/* KeInitializeCallbackRecord, whose macro MinGW spells without parentheses. */
	callback->record.State = BufferEmpty;
	callback->is_registered = KeRegisterBugCheckReasonCallback(&callback->record, routine, reason, component);
}

static void leave(callback_t *callback)
{
	if (callback->is_registered)
		(void)KeDeregisterBugCheckReasonCallback(&callback->record);
	callback->is_registered = 0;
}

void rs_win_crash_begin(void)
{
	/* Under Wine no machine stops. */
	if (!rs_win_is_kernel())
		return;
	/* It may be too much: then what the system offers is used. */
	room_of_newest = rs_win_allocate(NEWEST_BYTES);
	enter(&add_pages, on_add_pages, KbCallbackAddPages);
	enter(&add_newest, on_add_newest, KbCallbackSecondaryDumpData);
}

void rs_win_crash_end(void)
{
	leave(&add_newest);
	leave(&add_pages);
	rs_win_free(room_of_newest);
	room_of_newest = NULL;
}
