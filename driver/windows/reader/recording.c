/* SPDX-License-Identifier: MIT */
/* recording.c - see recording.h. */
#include "recording.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomics.h"
#include "capture.h"
#include "disk.h"
#include "facts.h"
#include "host.h"
#include "host_file.h"

/* One call into the library lasts about so long, as where Deno records. */
#define BUDGET_MS 100u
/* How long a writer that is inside an entry is waited for at the end. */
#define FINISH_MS 2000u
#define SYNC_MS 5000u
#define SEGMENT_AGE_MS 600000u
/* How long a disk may be full before the capture is given up, and the pause before it is tried again. */
#define FULL_DISK_MS 10000u
#define RETRY_NS 100000000u

typedef struct {
	rs_capture_t *capture;
	uint32_t is_given_up; /* nobody takes batches away any more */
	rs_status_t status; /* read when its thread has ended */
	rs_message_t message;
} writer_t;

/* Goes on over a full disk for a while: room may be made. Returns 0 when it is to be tried again no more. */
static int is_patient(rs_status_t status, uint64_t *full_ns)
{
	if (status != RS_NO_SPACE) {
		*full_ns = 0;
		return status == RS_AGAIN;
	}
	if (!*full_ns)
		*full_ns = rs_monotonic_ns();
	if (rs_monotonic_ns() - *full_ns > FULL_DISK_MS * 1000000ull)
		return 0;
	rs_sleep_ns(RETRY_NS);
	return 1;
}

static void *store_all(void *argument)
{
	writer_t *writer = argument;
	uint64_t full_ns = 0;

	do
		writer->status = rs_store_run(writer->capture, BUDGET_MS, &writer->message);
	while (is_patient(writer->status, &full_ns));
	if (writer->status == RS_END)
		writer->status = RS_OK;
	if (writer->status != RS_OK) {
		store_u32_release(&writer->is_given_up, 1);
		rs_capture_stop(writer->capture);
	}
	return NULL;
}

static rs_status_t make_folder(const char *folder, rs_message_t *message)
{
	if (rs_host_file_exists(folder)) {
		snprintf(message->text, sizeof(message->text), "cannot make the capture %s: it exists; use another name, or remove it first",
			 folder);
		return RS_EXISTS;
	}
	const int error = rs_disk_make_folder(folder);
	return error ? rs_host_fail(error, "cannot make the folder", folder, message->text, sizeof(message->text)) : RS_OK;
}

/* Until the end is wished, or nothing can be stored or read any more. Returns RS_OK or RS_IO. */
static rs_status_t drain(const rs_recording_t *recording, rs_capture_t *capture)
{
	const uint64_t begun_ns = rs_monotonic_ns();
	rs_status_t status = RS_AGAIN;

	while (!recording->is_once && status == RS_AGAIN && !load_u32_acquire(recording->is_over)) {
		const uint64_t gone_ms = (rs_monotonic_ns() - begun_ns) / 1000000;
		if (recording->duration_ms && gone_ms >= recording->duration_ms)
			break;
		status = rs_drain_run(capture, BUDGET_MS);
	}
	return status == RS_IO ? RS_IO : RS_OK;
}

static void note_account(rs_facts_t *facts, rs_capture_t *capture)
{
	rs_capture_stats_t stats;
	rs_ring_counters_t *rings = calloc(capture->ring_count, sizeof(*rings));
	uint64_t rows = 0;

	if (!rings)
		return;
	(void)rs_capture_stats(capture, &stats, rings, capture->ring_count);
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		const rs_ring_counters_t *ring = &rings[n];
		const uint64_t lost = ring->lost_full + ring->overwritten + ring->too_big + ring->abandoned + ring->corrupt + ring->unstored + ring->mixed;
		rows += ring->read - ring->filtered;
		if (ring->attempts != ring->read + ring->discarded + lost + ring->pending)
			rs_facts_warn(facts, "processor %llu does not add up: %llu attempts, but %llu read, %llu discarded, %llu lost and %llu pending",
				      (unsigned long long)ring->processor, (unsigned long long)ring->attempts, (unsigned long long)ring->read,
				      (unsigned long long)ring->discarded, (unsigned long long)lost, (unsigned long long)ring->pending);
	}
	free(rings);
	if (rows != stats.stored_entries)
		rs_facts_warn(facts, "%llu entries were taken from the rings to be stored, %llu are in the capture", (unsigned long long)rows,
			      (unsigned long long)stats.stored_entries);
	const uint64_t refused = rs_capture_refused_sites(capture);
	if (refused)
		rs_facts_warn(facts,
			      "%llu registrations of call sites were refused since the rings were made, and the events of these sites are not logged: "
			      "their format does not fit their arguments, or the table of sites is full",
			      (unsigned long long)refused);
}

/* Drains with a thread beside that stores. Returns what stopped it, and `message` says that too. */
static rs_status_t run(const rs_recording_t *recording, rs_capture_t *capture, rs_message_t *message)
{
	writer_t writer = {.capture = capture};
	pthread_t thread;
	rs_status_t finished = RS_OK;

	const int error = pthread_create(&thread, NULL, store_all, &writer);
	if (error)
		return rs_host_fail(error, "cannot start the thread that stores into", recording->folder, message->text, sizeof(message->text));
	const rs_status_t drained = drain(recording, capture);
	if (recording->end_writers)
		recording->end_writers();
	/* With nobody to take the batches away there would be no end. */
	if (!load_u32_acquire(&writer.is_given_up))
		finished = rs_drain_finish(capture, FINISH_MS);
	pthread_join(thread, NULL);
	if (writer.status != RS_OK) {
		*message = writer.message;
		return writer.status;
	}
	if (drained != RS_OK || finished == RS_IO) {
		snprintf(message->text, sizeof(message->text),
			 "the file %s was truncated while it was recorded: what had been taken is stored, the rest is gone", recording->rings);
		return RS_IO;
	}
	if (finished != RS_OK) {
		snprintf(message->text, sizeof(message->text),
			 "the last entries of %s found no free buffer: the disk took nothing for too long", recording->rings);
		return RS_IO;
	}
	return rs_store_finish(capture, message);
}

static rs_status_t record(const rs_recording_t *recording, rs_capture_t *capture, rs_facts_t *facts, rs_message_t *message)
{
	rs_drain_tune(capture, recording->stall_ms, 0);
	rs_status_t status = rs_drain_open(capture, 0, 0, 0, message);

	if (status == RS_OK)
		status = make_folder(recording->folder, message);
	if (status == RS_OK)
		status = rs_store_open(capture, recording->folder, SYNC_MS, 0, message);
	if (status != RS_OK)
		return status;
	rs_store_tune(capture, SEGMENT_AGE_MS);
	if (capture->start_unstored)
		rs_facts_warn(facts, "an earlier capture of these rings died with %llu entries that it had taken and not stored; they are counted as unstored",
			      (unsigned long long)capture->start_unstored);
	facts->started_ns = (int64_t)rs_host_unix_ns();
	status = rs_facts_write(facts, capture, message);
	if (status != RS_OK)
		return status;
	status = run(recording, capture, message);
	if (status != RS_OK)
		rs_facts_warn(facts, "%s", message->text);
	note_account(facts, capture);
	facts->stopped_ns = (int64_t)rs_host_unix_ns();
	facts->is_complete = status == RS_OK;
	rs_message_t second;
	const rs_status_t written = rs_facts_write(facts, capture, &second);
	if (status == RS_OK && written != RS_OK)
		*message = second;
	return status == RS_OK ? written : status;
}

rs_status_t rs_record(const rs_recording_t *recording, rs_message_t *message)
{
	rs_capture_t *capture;
	rs_facts_t facts = {
		.rings = recording->shown,
		.driver = recording->driver,
		.folder = recording->folder,
		.note = recording->note,
		.words = recording->words,
		.duration_ms = recording->duration_ms,
		.is_once = recording->is_once,
	};

	rs_status_t status = rs_host_random(facts.id, sizeof(facts.id));
	if (status != RS_OK) {
		snprintf(message->text, sizeof(message->text), "cannot name the capture %s: Windows gives no random numbers", recording->folder);
		return status;
	}
	status = rs_capture_open(recording->rings, recording->is_image ? RS_OPEN_IMAGE : RS_OPEN_DRAIN, &capture, message);
	if (status != RS_OK)
		return status;
	status = record(recording, capture, &facts, message);
	rs_capture_close(capture);
	return status;
}
