/* SPDX-License-Identifier: MIT */
/* debug_output.c - see debug_output.h. */
#define RS_PLAIN_CALLS
#include "debug_output.h"

#include <windows.h>

#include <sddl.h>

#include <stdio.h>
#include <string.h>

#include "handle.h"
#include "host.h"
#include "open.h"
#include "rs_log.h"

/* The buffer, as senders know it: the sender's number and a zero-terminated text. */
#define BUFFER_BYTES 4096u
#define TEXT_BYTES (BUFFER_BYTES - sizeof(DWORD))
/* Each character of a code page has at most three bytes of UTF-8, or is one of two halves of one with four. */
#define UTF8_BYTES (3 * TEXT_BYTES)
/* How long a full ring is waited for: half of what a sender waits. */
#define ROOM_PATIENCE_MS 5000u
/* How long a sender may take to fill the buffer that it has taken, at the end. */
#define LAST_TEXT_MS 1000u
/*
 * Who may hand something over: everybody, low integrity included, as every viewer has it. Events: wait and set; section: map for writing. No
 * more than senders ask for, and no right to change this.
 */
#define EVERYBODY_SENDS "D:(A;;0x0012000f;;;WD)(A;;GA;;;SY)(A;;GA;;;OW)S:(ML;;NW;;;LW)"

typedef struct {
	DWORD pid;
	char text[TEXT_BYTES];
} buffer_t;

static struct {
	HANDLE buffer_ready, data_ready, section, end, thread;
	const volatile buffer_t *buffer;
} viewer;

static rs_status_t fail(const char *what, int is_global, rs_message_t *message)
{
	const DWORD error = GetLastError();

	if (error == ERROR_ACCESS_DENIED && is_global) {
		snprintf(message->text, sizeof(message->text),
			 "cannot view the debug output of the global session: Windows lets only administrators do that; start it from an elevated prompt");
		return RS_NO_PERMISSION;
	}
	return rs_host_fail(-(int)error, what, is_global ? "of the global session" : "of this session", message->text, sizeof(message->text));
}

static rs_status_t make_event(const char *name, SECURITY_ATTRIBUTES *rights, int is_global, HANDLE *event, rs_message_t *message)
{
	*event = CreateEventA(rights, FALSE, FALSE, name);
	if (!*event)
		return fail("cannot make the events of the debug output", is_global, message);
	if (GetLastError() != ERROR_ALREADY_EXISTS)
		return RS_OK;
	snprintf(message->text, sizeof(message->text),
		 "cannot view the debug output of %s session: another viewer does that already; close it (DebugView, a debugger, another capture)",
		 is_global ? "the global" : "this");
	return RS_BUSY;
}

static rs_status_t make_objects(int is_global, SECURITY_ATTRIBUTES *rights, rs_message_t *message)
{
	const char *const names[2][3] = {{"DBWIN_BUFFER_READY", "DBWIN_DATA_READY", "DBWIN_BUFFER"},
					 {"Global\\DBWIN_BUFFER_READY", "Global\\DBWIN_DATA_READY", "Global\\DBWIN_BUFFER"}};
	const char *const *const name = names[is_global];

	rs_status_t status = make_event(name[0], rights, is_global, &viewer.buffer_ready, message);
	if (status == RS_OK)
		status = make_event(name[1], rights, is_global, &viewer.data_ready, message);
	if (status != RS_OK)
		return status;
	viewer.section = CreateFileMappingA(INVALID_HANDLE_VALUE, rights, PAGE_READWRITE, 0, BUFFER_BYTES, name[2]);
	if (!viewer.section)
		return fail("cannot make the buffer of the debug output", is_global, message);
	viewer.buffer = MapViewOfFile(viewer.section, FILE_MAP_READ, 0, 0, BUFFER_BYTES);
	viewer.end = CreateEventA(NULL, TRUE, FALSE, NULL);
	return viewer.buffer && viewer.end ? RS_OK : fail("cannot map the buffer of the debug output", is_global, message);
}

/* Takes a line's end off. Returns rs_debug_end. */
static uint32_t cut_end(const char *text, size_t *length)
{
	if (!*length || text[*length - 1] != '\n')
		return RS_DEBUG_NO_END;
	(*length)--;
	if (!*length || text[*length - 1] != '\r')
		return RS_DEBUG_ENDED_LINE;
	(*length)--;
	return RS_DEBUG_ENDED_LINE_CR;
}

/* From the code page that senders hand over in. Returns 0 when it is no text of that: the bytes stay as they are. */
static size_t convert(const char *text, size_t length, char *utf8)
{
	wchar_t wide[TEXT_BYTES];
	const int count = MultiByteToWideChar(CP_ACP, MB_ERR_INVALID_CHARS, text, (int)length, wide, (int)TEXT_BYTES);

	return count > 0 ? (size_t)WideCharToMultiByte(CP_UTF8, 0, wide, count, utf8, (int)UTF8_BYTES, NULL, NULL) : 0;
}

/* The sender waits meanwhile: it does not get the buffer back before there is room. */
static void wait_for_room(size_t length)
{
	const uint64_t begun_ms = GetTickCount64();

	while (rs_pass_on_room(length) == RS_AGAIN && GetTickCount64() - begun_ms < ROOM_PATIENCE_MS &&
	       WaitForSingleObject(viewer.end, 0) != WAIT_OBJECT_0)
		rs_host_sleep_ns(1000000u);
}

/* Returns 0 when the rings take nothing any more. */
static int pass_on(void)
{
	static char utf8[UTF8_BYTES];
	rs_passed_on_t entry = {.ticks = rs_host_clock_read(RS_CLOCK_MONOTONIC_NS), .severity = RS_INFO};
	buffer_t copy;

	/* Senders may go on writing there, whatever the protocol says. */
	memcpy(&copy, (const void *)viewer.buffer, sizeof(copy));
	size_t length = strnlen(copy.text, sizeof(copy.text));
	entry.pid = copy.pid;
	entry.remarks = cut_end(copy.text, &length);
	const size_t converted = length ? convert(copy.text, length, utf8) : 0;
	const char *text = converted ? utf8 : copy.text;
	const size_t bytes = converted ? converted : length;
	wait_for_room(bytes);
	const rs_status_t status = rs_pass_on(&entry, text, bytes);
	/* Full: the ring has counted it. */
	return status == RS_OK || status == RS_FULL;
}

static DWORD WINAPI view(void *nothing)
{
	static const char told[] = "pass the debug output on: the rings are not what it needs any more\n";
	const HANDLE either[2] = {viewer.data_ready, viewer.end};
	int is_good = 1;

	(void)nothing;
	SetEvent(viewer.buffer_ready);
	while (is_good && WaitForMultipleObjects(2, either, FALSE, INFINITE) == WAIT_OBJECT_0) {
		is_good = pass_on();
		SetEvent(viewer.buffer_ready);
	}
	/* Somebody may have taken the buffer and be filling it. */
	if (WaitForSingleObject(viewer.buffer_ready, 0) != WAIT_OBJECT_0 && WaitForSingleObject(viewer.data_ready, LAST_TEXT_MS) == WAIT_OBJECT_0)
		is_good = pass_on() && is_good;
	if (!is_good)
		rs_host_complain(told, sizeof(told) - 1);
	return !is_good;
}

rs_status_t rs_debug_output_begin(const char *rings, int is_global, rs_message_t *message)
{
	SECURITY_ATTRIBUTES rights = {.nLength = sizeof(rights)};

	if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(EVERYBODY_SENDS, SDDL_REVISION_1, &rights.lpSecurityDescriptor, NULL))
		return fail("cannot describe who may send the debug output", is_global, message);
	rs_status_t status = make_objects(is_global, &rights, message);
	LocalFree(rights.lpSecurityDescriptor);
	if (status == RS_OK)
		status = rs_open(rings, message->text, sizeof(message->text));
	if (status != RS_OK)
		return status;
	viewer.thread = CreateThread(NULL, 0, view, NULL, 0, NULL);
	return viewer.thread ? RS_OK : fail("cannot start the thread that views the debug output", is_global, message);
}

void rs_debug_output_end(void)
{
	SetEvent(viewer.end);
	WaitForSingleObject(viewer.thread, INFINITE);
	rs_close();
}
