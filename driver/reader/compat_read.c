/* SPDX-License-Identifier: MIT */
/* compat_read.c - the consumer half of rs_compat.h: enable_logger and ReadLogs over the rows of rs_reader.h. */
#ifdef _WIN32
#define WIN32_NO_STATUS /* the header below has those that are needed */
#include <windows.h>
#include <winternl.h>
#endif

#include "rs_compat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomics.h"
#include "capture.h"
#include "compat_event.h"
#include "device.h"
#include "host.h"
#include "host_file.h"
#include "rs_abi.h"
#include "rs_reader.h"

#define RINGS_VARIABLE "RINGSCOPE_RINGS"
#define LEVEL_OF_TEXT 1u
#define IDLE_NS 2000000u
#define POOL_BYTES (32ull << 20)

/* A program that links the producer half too reads what it logs itself. */
#ifdef _WIN32
/* A library there is linked with all that it will ever call. */
static rs_status_t (*const rs_open)(const char *path, char *message, size_t message_bytes);
#else
extern rs_status_t rs_open(const char *path, char *message, size_t message_bytes) __attribute__((weak));
#endif

typedef struct reader {
	RING_BUFFER_CONTEXTS shown; /* first: callers see only this */
	rs_capture_t *capture;
	char path[4096];
	uint32_t maker;         /* the process that made the rings and removes them; 0: they were there */
	uint64_t is_reading;
	uint64_t is_stopping;
	struct reader *next_made;
	rs_compat_events_t events;
	LOG_ENTRY *entry;     /* header, the longest payload, one zero byte */
} reader_t;

static reader_t *made_readers;

static reader_t *reader_of(PRING_BUFFER_CONTEXTS contexts)
{
	return (reader_t *)(void *)contexts;
}

/* A fork's child must not take the rings away from its parent. */
static void remove_rings(const reader_t *reader)
{
	if (reader->maker == rs_host_process_id())
		rs_host_file_remove(reader->path);
}

__attribute__((destructor)) static void remove_all_rings(void)
{
	for (const reader_t *reader = made_readers; reader; reader = reader->next_made)
		remove_rings(reader);
}

static void forget(reader_t *reader)
{
	for (reader_t **link = &made_readers; *link; link = &(*link)->next_made) {
		if (*link == reader) {
			*link = reader->next_made;
			return;
		}
	}
}

static uint64_t round_up(SIZE_T bytes)
{
	uint64_t rounded = RS_RING_BYTES_MIN;
	while (rounded < bytes && rounded < RS_RING_BYTES_MAX)
		rounded <<= 1;
	return rounded;
}

/* Finds or makes the rings and names them in reader->path and in the environment. */
static rs_status_t find_rings(reader_t *reader, SIZE_T bytes_per_ring, rs_message_t *message)
{
	static unsigned serial;
	char folder[1024];
	const char *given = getenv(RINGS_VARIABLE);
	int written;

	if (given && *given)
		written = snprintf(reader->path, sizeof(reader->path), "%s", given);
	else
		written = snprintf(reader->path, sizeof(reader->path), "%s/ringscope-%u-%u.rings",
				   rs_host_file_place(folder, sizeof(folder)), rs_host_process_id(), serial++);
	if (written < 0 || (size_t)written >= sizeof(reader->path)) {
		snprintf(message->text, sizeof(message->text), "the path of the rings is longer than %zu bytes",
			 sizeof(reader->path) - 1);
		return RS_BAD_ARGUMENT;
	}
	if (given && *given && (rs_device_is(reader->path) || rs_host_file_exists(reader->path)))
		return RS_OK;
	const uint64_t ring_bytes = round_up(bytes_per_ring);
	/* The caller's size is asked of every ring, so the memory limit follows it. */
	const rs_status_t status = rs_set_make(reader->path, 0, ring_bytes, UINT64_MAX, RS_MODE_DISCARD, RS_ORDER_INDEX, 0, message);
	if (status != RS_OK)
		return status;
	reader->maker = rs_host_process_id();
	return RS_OK;
}

static rs_status_t attach(reader_t *reader, rs_message_t *message)
{
	rs_capture_info_t info;
	rs_status_t status = rs_capture_open(reader->path, RS_OPEN_DRAIN, &reader->capture, message);
	if (status != RS_OK)
		return status;
	status = rs_drain_open(reader->capture, POOL_BYTES, 0, 0, message);
	if (status != RS_OK)
		return status;
	rs_capture_info(reader->capture, &info);
	reader->shown.ProcessorCount = info.ring_count;
	reader->entry = malloc(sizeof(LOG_ENTRY) + RS_ENTRY_BYTES_MAX + 1);
	if (!reader->entry) {
		snprintf(message->text, sizeof(message->text), "no memory for an entry");
		return RS_NO_MEMORY;
	}
	if (rs_open && reader->maker)
		return rs_open(reader->path, message->text, sizeof(message->text));
	return RS_OK;
}

PRING_BUFFER_CONTEXTS enable_logger(SIZE_T bytes_per_ring)
{
	rs_message_t message = {{0}};
	reader_t *reader = calloc(1, sizeof(*reader));
	if (!reader) {
		fprintf(stderr, "ringscope: enable_logger: no memory\n");
		return NULL;
	}
	rs_status_t status = find_rings(reader, bytes_per_ring, &message);
	if (status == RS_OK)
		status = attach(reader, &message);
	if (status == RS_OK && reader->maker) {
		const int error = rs_host_set_variable(RINGS_VARIABLE, reader->path);
		if (error)
			status = rs_host_fail(error, "cannot set", RINGS_VARIABLE, message.text, sizeof(message.text));
	}
	if (status != RS_OK) {
		fprintf(stderr, "ringscope: enable_logger: %s\n", message.text);
		disable_logger(&reader->shown);
		return NULL;
	}
	if (reader->maker) {
		reader->next_made = made_readers;
		made_readers = reader;
	}
	return &reader->shown;
}

void disable_logger(PRING_BUFFER_CONTEXTS contexts)
{
	if (!contexts)
		return;
	reader_t *reader = reader_of(contexts);
	forget(reader);
	if (reader->capture)
		rs_capture_close(reader->capture);
	remove_rings(reader);
	rs_compat_events_fini(&reader->events);
	free(reader->entry);
	free(reader);
}

static void hand_out(reader_t *reader, const rs_row_t *row, LogCallback callback)
{
	LOG_ENTRY *entry = reader->entry;
	uint32_t length = row->length < RS_ENTRY_BYTES_MAX ? row->length : RS_ENTRY_BYTES_MAX;

	if (row->kind == RS_KIND_EVENT) {
		length = rs_compat_event_text(&reader->events, reader->capture, row, entry->Data, RS_ENTRY_BYTES_MAX);
	} else {
		if ((row->flags & RS_FLAG_TRUNCATED) && length >= sizeof(uint32_t))
			length -= (uint32_t)sizeof(uint32_t); /* the original length, no part of the text */
		if (length)
			memcpy(entry->Data, row->payload, length);
	}
	entry->Timestamp = row->ticks;
	entry->Index = row->index;
	entry->Processor = row->processor;
	entry->LogLevel = row->kind == RS_KIND_DATA ? row->type : LEVEL_OF_TEXT;
	entry->Length = length;
	entry->Remarks = row->remarks;
	entry->Data[length] = 0;
	callback(entry, sizeof(*entry) + length);
}

NTSTATUS ReadLogs(PRING_BUFFER_CONTEXTS contexts, LogCallback callback, BOOL continuous)
{
	uint64_t nobody = 0;
	rs_row_t row;

	if (!contexts || !callback)
		return STATUS_INVALID_PARAMETER;
	reader_t *reader = reader_of(contexts);
	if (!swap_u64_full(&reader->is_reading, &nobody, 1))
		return STATUS_DEVICE_BUSY;
	while (!load_u64_acquire(&reader->is_stopping)) {
		if (rs_capture_next(reader->capture, &row) == RS_OK)
			hand_out(reader, &row, callback);
		else if (continuous)
			rs_sleep_ns(IDLE_NS);
		else
			break;
	}
	store_u64_release(&reader->is_stopping, 0);
	store_u64_release(&reader->is_reading, 0);
	return STATUS_SUCCESS;
}

void stop_logger(PRING_BUFFER_CONTEXTS contexts)
{
	if (contexts)
		store_u64_release(&reader_of(contexts)->is_stopping, 1);
}
