/* SPDX-License-Identifier: MIT */
/*
 * store.c - the writer: full batches from the pool to the capture folder. See rs_reader.h; folder: runtime/capture/README.md.
 *
 * Syncing is a thread of its own, so that a disk that takes a second over it delays no append.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomics.h"
#include "capture.h"
#include "disk.h"
#include "host.h"
#include "host_thread.h"
#include "segment.h"
#include "site_file.h"

#define SEGMENT_BYTES_DEFAULT (256ull << 20)

#define CAUSES 7u

/* What one processor lost to one cause in a segment: the sum of its holes, and the neighbours around them all. */
typedef struct {
	uint64_t lost;
	int64_t prev_ns, next_ns;
	uint16_t processor;
	uint8_t cause; /* rs_cause */
	uint8_t known; /* as in rs_gap_t */
} lost_t;

/* What meta.json says of a segment. */
typedef struct {
	uint64_t rows, batches, first_idx, last_idx;
	int64_t first_ns, last_ns;
	uint64_t severities[8];
	uint8_t processors[RS_RING_COUNT_MAX / 8];
	uint64_t begun_ns; /* monotonic: when its first batch was written */
	/* Of its last batch. */
	uint64_t last_batch;
	int64_t counters_ns;
	uint32_t lost_count;
} segment_facts_t;

typedef struct rs_store {
	char folder[2048];
	uint32_t number;
	uint64_t segment_bytes, segment_age_ns; /* an age of 0: none */
	rs_arrow_t arrow;
	rs_segment_t logs, gaps;
	rs_site_file_t sites;
	segment_facts_t facts;
	uint32_t ring_count;
	rs_ring_counters_t *counters; /* one a ring: of the segment's last batch */
	lost_t *losses;               /* ring_count * CAUSES, of which facts.lost_count are in use */
	int is_segment_open;  /* begun, and not yet ended with its meta.json */
	int are_gaps_written; /* of the batch that is tried again */

	pthread_t syncer;
	int has_syncer, is_syncer_stopping;
	uint32_t sync_ms;
	pthread_mutex_t sync_lock; /* guards the files' numbers against their closing */
	pthread_cond_t sync_wake;
	int sync_error;
} rs_store_t;

/* --- syncing --- */

static void sync_file(rs_capture_t *capture, int file)
{
	const uint64_t start = rs_monotonic_ns();
	const int error = rs_disk_sync(file);
	if (error)
		capture->store->sync_error = error;
	(void)rs_disk_end(file);
	const uint64_t took = rs_monotonic_ns() - start;
	pthread_mutex_lock(&capture->stats_lock);
	if (took > capture->public_stats.sync_ns)
		capture->public_stats.sync_ns = took;
	pthread_mutex_unlock(&capture->stats_lock);
}

static void *sync_loop(void *argument)
{
	rs_capture_t *capture = argument;
	rs_store_t *store = capture->store;

	pthread_mutex_lock(&store->sync_lock);
	while (!store->is_syncer_stopping) {
		if (rs_host_condition_wait(&store->sync_wake, &store->sync_lock, rs_monotonic_ns() + store->sync_ms * 1000000ull))
			continue;
		/* Copies of the numbers: the writer may go on to the next segment meanwhile. */
		const int sites = store->sites.file >= 0 ? rs_disk_twin(store->sites.file) : -1;
		const int logs = store->logs.file >= 0 ? rs_disk_twin(store->logs.file) : -1;
		const int gaps = store->gaps.file >= 0 ? rs_disk_twin(store->gaps.file) : -1;
		pthread_mutex_unlock(&store->sync_lock);
		/* First: events whose site is not there say nothing. */
		if (sites >= 0)
			sync_file(capture, sites);
		if (logs >= 0)
			sync_file(capture, logs);
		if (gaps >= 0)
			sync_file(capture, gaps);
		pthread_mutex_lock(&store->sync_lock);
	}
	pthread_mutex_unlock(&store->sync_lock);
	return NULL;
}

static rs_status_t start_syncer(rs_capture_t *capture, rs_message_t *message)
{
	rs_store_t *store = capture->store;

	rs_host_condition_init(&store->sync_wake);
	if (!store->sync_ms)
		return RS_OK;
	const int error = pthread_create(&store->syncer, NULL, sync_loop, capture);
	store->has_syncer = error == 0;
	return error ? rs_host_fail(error, "cannot start the thread that syncs", store->folder, message->text, sizeof(message->text))
		     : RS_OK;
}

static void stop_syncer(rs_store_t *store)
{
	if (!store->has_syncer)
		return;
	pthread_mutex_lock(&store->sync_lock);
	store->is_syncer_stopping = 1;
	pthread_cond_signal(&store->sync_wake);
	pthread_mutex_unlock(&store->sync_lock);
	pthread_join(store->syncer, NULL);
	store->has_syncer = 0;
}

/* --- segments --- */

static void path_of(const rs_store_t *store, const char *table, const char *ending, char *path, size_t path_bytes)
{
	snprintf(path, path_bytes, "%s/%s/%06" PRIu32 ".%s", store->folder, table, store->number, ending);
}

static rs_status_t make_folder(const rs_store_t *store, const char *table, rs_message_t *message)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", store->folder, table);
	const int error = rs_disk_make_folder(path);
	return error ? rs_host_fail(error, "cannot make the folder", path, message->text, sizeof(message->text)) : RS_OK;
}

static void count_bytes(rs_capture_t *capture, uint64_t bytes)
{
	pthread_mutex_lock(&capture->stats_lock);
	capture->public_stats.stored_bytes += bytes;
	pthread_mutex_unlock(&capture->stats_lock);
}

static rs_status_t begin_segment(rs_capture_t *capture, rs_segment_t *segment, const char *table, rs_message_t *message)
{
	rs_store_t *store = capture->store;
	rs_arrow_message_t schema;
	rs_segment_t begun = {.file = -1};
	rs_status_t status = segment == &store->logs ? rs_arrow_logs_schema(&store->arrow, &schema)
						     : rs_arrow_gaps_schema(&store->arrow, &schema);
	if (status != RS_OK)
		return status;
	path_of(store, table, "arrows", begun.path, sizeof(begun.path));
	status = rs_segment_begin(&begun, &schema, message);
	if (status != RS_OK)
		return status;
	pthread_mutex_lock(&store->sync_lock);
	*segment = begun;
	pthread_mutex_unlock(&store->sync_lock);
	store->is_segment_open = 1;
	count_bytes(capture, begun.bytes);
	return RS_OK;
}

/* Can be called again when it has failed. */
static rs_status_t end_file(rs_capture_t *capture, rs_segment_t *segment, rs_message_t *message)
{
	rs_store_t *store = capture->store;

	if (segment->file < 0)
		return RS_OK;
	const uint64_t before = segment->bytes;
	const rs_status_t status = rs_segment_end(segment, message);
	count_bytes(capture, segment->bytes - before);
	if (status != RS_OK)
		return status;
	pthread_mutex_lock(&store->sync_lock);
	const int file = segment->file;
	segment->file = -1;
	pthread_mutex_unlock(&store->sync_lock);
	const int error = rs_disk_end(file);
	return error ? rs_host_fail(error, "cannot close", segment->path, message->text, sizeof(message->text)) : RS_OK;
}

static void write_side(FILE *out, int is_known, int64_t ns)
{
	if (is_known)
		fprintf(out, ", \"%" PRId64 "\"", ns);
	else
		fprintf(out, ", null");
}

/* What has to be known of the segment when it is gone. */
static void write_account(FILE *out, const rs_store_t *store)
{
	const segment_facts_t *facts = &store->facts;

	fprintf(out, ",\n  \"last_batch\": %" PRIu64 ",\n  \"counters_ns\": \"%" PRId64 "\",\n  \"counters\": [", facts->last_batch,
		facts->counters_ns);
	for (uint32_t ring = 0; ring < store->ring_count; ring++) {
		const uint64_t *values = (const uint64_t *)(const void *)&store->counters[ring];
		for (uint32_t n = 0; n < sizeof(rs_ring_counters_t) / sizeof(uint64_t); n++)
			fprintf(out, "%s%" PRIu64, n ? ", " : ring ? ", [" : "[", values[n]);
		fprintf(out, "]");
	}
	fprintf(out, "],\n  \"lost\": [");
	for (uint32_t n = 0; n < facts->lost_count; n++) {
		const lost_t *lost = &store->losses[n];
		fprintf(out, "%s[%u, %u, %" PRIu64, n ? ", " : "", lost->processor, lost->cause, lost->lost);
		write_side(out, lost->known & 1, lost->prev_ns);
		write_side(out, lost->known & 2, lost->next_ns);
		fprintf(out, "]");
	}
	fprintf(out, "]");
}

static void write_facts(FILE *out, const rs_store_t *store)
{
	const segment_facts_t *facts = &store->facts;
	const char *separator = "";

	fprintf(out, "{\n  \"rows\": %" PRIu64 ",\n  \"batches\": %" PRIu64 ",\n  \"bytes\": %" PRIu64 ",\n", facts->rows,
		facts->batches, store->logs.bytes);
	if (facts->rows)
		fprintf(out,
			"  \"first_idx\": \"%" PRIu64 "\",\n  \"last_idx\": \"%" PRIu64 "\",\n  \"first_ns\": \"%" PRId64
			"\",\n  \"last_ns\": \"%" PRId64 "\",\n",
			facts->first_idx, facts->last_idx, facts->first_ns, facts->last_ns);
	fprintf(out, "  \"processors\": [");
	for (uint32_t n = 0; n < RS_RING_COUNT_MAX; n++) {
		if (!(facts->processors[n / 8] & 1u << n % 8))
			continue;
		fprintf(out, "%s%" PRIu32, separator, n);
		separator = ", ";
	}
	fprintf(out, "],\n  \"severities\": {");
	for (uint32_t n = RS_TRACE; n <= RS_FATAL; n++)
		fprintf(out, "%s\"%" PRIu32 "\": %" PRIu64, n == RS_TRACE ? "" : ", ", n, facts->severities[n]);
	fprintf(out, "}");
	if (facts->batches)
		write_account(out, store);
	fprintf(out, "\n}\n");
}

/* Beside and renamed: a reader finds the whole file or none. */
static rs_status_t write_meta(rs_store_t *store, rs_message_t *message)
{
	char path[4096], aside[4104];
	path_of(store, "logs", "meta.json", path, sizeof(path));
	snprintf(aside, sizeof(aside), "%s.part", path);
	int error;
	FILE *out = rs_disk_open_aside(aside, &error);
	if (!out)
		return rs_host_fail(error, "cannot write", aside, message->text, sizeof(message->text));
	write_facts(out, store);
	error = rs_disk_end_aside(out);
	if (!error)
		error = rs_disk_replace(aside, path);
	return error ? rs_host_fail(error, "cannot write", path, message->text, sizeof(message->text)) : RS_OK;
}

static rs_status_t end_segments(rs_capture_t *capture, rs_message_t *message)
{
	rs_store_t *store = capture->store;
	char path[4096];

	rs_status_t status = end_file(capture, &store->logs, message);
	if (status == RS_OK)
		status = end_file(capture, &store->gaps, message);
	if (status == RS_OK)
		status = write_meta(store, message);
	if (status != RS_OK)
		return status;
	store->is_segment_open = 0;
	snprintf(path, sizeof(path), "%s/logs", store->folder);
	rs_disk_sync_folder(path);
	return RS_OK;
}

static int64_t unix_ns_of(const rs_batch_t *batch, uint64_t ticks)
{
	const int64_t away = (int64_t)(ticks - batch->anchor.ticks);
	const uint64_t away_ns = (uint64_t)((__int128)away * 1000000000 / (__int128)batch->ticks_per_second);
	/* Unsigned: a header whose anchor cannot be gives times that cannot be. */
	return (int64_t)((uint64_t)batch->anchor.unix_ns + away_ns);
}

static void note_lost(rs_store_t *store, const rs_batch_t *batch, const rs_gap_t *gap)
{
	segment_facts_t *facts = &store->facts;
	lost_t *lost = store->losses, *end = lost + facts->lost_count;

	while (lost < end && (lost->processor != gap->processor || lost->cause != gap->cause))
		lost++;
	if (lost == end) {
		if (facts->lost_count == store->ring_count * CAUSES)
			return;
		facts->lost_count++;
		*lost = (lost_t){.processor = gap->processor, .cause = gap->cause, .known = gap->known & 1};
		lost->prev_ns = unix_ns_of(batch, gap->prev_ticks);
	}
	lost->lost += gap->lost;
	lost->known = (uint8_t)((lost->known & 1) | (gap->known & 2));
	lost->next_ns = unix_ns_of(batch, gap->next_ticks);
}

/* Of a batch with its gaps. */
static void note_account(rs_store_t *store, const rs_batch_t *batch)
{
	segment_facts_t *facts = &store->facts;

	if (!facts->batches)
		facts->begun_ns = rs_monotonic_ns();
	facts->last_batch = batch->number;
	/* As the store shows it: without a clock of its own the reader knows only the anchor's time. */
	facts->counters_ns = batch->drain_ticks ? unix_ns_of(batch, batch->drain_ticks) : batch->anchor.unix_ns;
	memcpy(store->counters, batch->counters, store->ring_count * sizeof(*store->counters));
	for (uint32_t n = 0; n < batch->gap_count; n++)
		note_lost(store, batch, &batch->gaps[n]);
}

static void note_facts(segment_facts_t *facts, const rs_batch_t *batch)
{
	facts->batches++;
	if (!batch->rows)
		return;
	if (!facts->rows)
		facts->first_idx = batch->base_idx;
	facts->last_idx = batch->base_idx + batch->idx_delta[batch->rows - 1];
	uint64_t low = UINT64_MAX, high = 0;
	for (uint32_t row = 0; row < batch->rows; row++) {
		low = batch->ticks[row] < low ? batch->ticks[row] : low;
		high = batch->ticks[row] > high ? batch->ticks[row] : high;
		facts->severities[batch->class_[row] >> 2 & 7u]++;
		const uint32_t processor = batch->processor[row];
		facts->processors[processor / 8] = (uint8_t)(facts->processors[processor / 8] | 1u << processor % 8);
	}
	const int64_t low_ns = unix_ns_of(batch, low), high_ns = unix_ns_of(batch, high);
	facts->first_ns = !facts->rows || low_ns < facts->first_ns ? low_ns : facts->first_ns;
	facts->last_ns = !facts->rows || high_ns > facts->last_ns ? high_ns : facts->last_ns;
	facts->rows += batch->rows;
}

/* --- the writer's calls --- */

rs_status_t rs_store_open(rs_capture_t *capture, const char *folder, uint32_t sync_ms, uint64_t segment_bytes,
			  rs_message_t *message)
{
	if (strlen(folder) >= sizeof(capture->store->folder)) {
		snprintf(message->text, sizeof(message->text), "cannot store into a path of %zu bytes: at most %zu are possible",
			 strlen(folder), sizeof(capture->store->folder) - 1);
		return RS_BAD_ARGUMENT;
	}
	rs_store_t *store = calloc(1, sizeof(*store));
	if (!store) {
		snprintf(message->text, sizeof(message->text), "cannot store into %s: %s", folder, strerror(ENOMEM));
		return RS_NO_MEMORY;
	}
	capture->store = store;
	strcpy(store->folder, folder);
	store->number = 1;
	store->segment_bytes = segment_bytes ? segment_bytes : SEGMENT_BYTES_DEFAULT;
	store->sync_ms = sync_ms;
	store->logs.file = store->gaps.file = -1;
	pthread_mutex_init(&store->sync_lock, NULL);
	store->ring_count = capture->ring_count;
	store->counters = calloc(store->ring_count, sizeof(*store->counters));
	store->losses = calloc(store->ring_count * CAUSES, sizeof(*store->losses));
	rs_status_t status = rs_site_file_init(&store->sites, store->folder, &capture->file, &store->sync_lock);
	if (status == RS_OK)
		status = rs_arrow_init(&store->arrow, capture->ring_count);
	if (status == RS_OK && (!store->counters || !store->losses))
		status = RS_NO_MEMORY;
	if (status == RS_OK)
		status = start_syncer(capture, message);
	if (status == RS_OK)
		status = make_folder(store, "logs", message);
	if (status == RS_OK)
		status = make_folder(store, "gaps", message);
	if (status == RS_OK)
		status = begin_segment(capture, &store->logs, "logs", message);
	if (status != RS_OK)
		rs_store_destroy(capture);
	return status;
}

void rs_store_tune(rs_capture_t *capture, uint32_t segment_age_ms)
{
	capture->store->segment_age_ns = segment_age_ms * 1000000ull;
}

static rs_status_t store_gaps(rs_capture_t *capture, const rs_batch_t *batch, rs_message_t *message)
{
	rs_store_t *store = capture->store;
	rs_arrow_message_t arrow;
	rs_status_t status = RS_OK;

	if (!batch->gap_count || store->are_gaps_written)
		return RS_OK;
	if (store->gaps.file < 0)
		status = begin_segment(capture, &store->gaps, "gaps", message);
	if (status == RS_OK)
		status = rs_arrow_gaps_batch(&store->arrow, batch, &arrow);
	if (status == RS_OK)
		status = rs_segment_append(&store->gaps, &arrow, message);
	if (status == RS_OK)
		count_bytes(capture, arrow.bytes);
	store->are_gaps_written = status == RS_OK;
	return status;
}

/* The next batch begins another one. */
static rs_status_t close_segment(rs_capture_t *capture, rs_message_t *message)
{
	rs_store_t *store = capture->store;
	const rs_status_t status = end_segments(capture, message);
	if (status != RS_OK)
		return status;
	store->number++;
	memset(&store->facts, 0, sizeof(store->facts));
	return RS_OK;
}

/* A batch whose gaps are written and that is not has to follow them into the same segment. */
static int is_too_old(const rs_store_t *store)
{
	return store->segment_age_ns && store->is_segment_open && store->facts.batches && !store->are_gaps_written &&
	       rs_monotonic_ns() - store->facts.begun_ns >= store->segment_age_ns;
}

static rs_status_t store_batch(rs_capture_t *capture, const rs_batch_t *batch, rs_message_t *message)
{
	rs_store_t *store = capture->store;
	rs_arrow_message_t arrow;
	rs_status_t status = RS_OK;

	if (store->is_segment_open && store->logs.bytes >= store->segment_bytes)
		status = close_segment(capture, message);
	if (status == RS_OK && !store->is_segment_open)
		status = begin_segment(capture, &store->logs, "logs", message);
	/* Sites and gaps first: a logs batch that is there has them there too. */
	if (status == RS_OK)
		status = rs_site_file_note(&store->sites, batch, message);
	if (status == RS_OK)
		status = store_gaps(capture, batch, message);
	if (status == RS_OK)
		status = rs_arrow_logs_batch(&store->arrow, batch, capture->ring_count, &arrow);
	if (status == RS_OK)
		status = rs_segment_append(&store->logs, &arrow, message);
	if (status != RS_OK)
		return status;
	store->are_gaps_written = 0;
	note_account(store, batch);
	note_facts(&store->facts, batch);
	if (capture->seen)
		rs_seen_note(capture->seen, batch);
	for (uint32_t n = 0; n < capture->ring_count; n++)
		rs_checkpoint_stored(capture, n, batch->read_total[n]);
	pthread_mutex_lock(&capture->stats_lock);
	capture->public_stats.stored_entries += batch->rows;
	capture->public_stats.stored_batches++;
	capture->public_stats.stored_bytes += arrow.bytes;
	pthread_mutex_unlock(&capture->stats_lock);
	return RS_OK;
}

rs_status_t rs_store_run(rs_capture_t *capture, uint32_t budget_ms, rs_message_t *message)
{
	const uint64_t deadline = rs_monotonic_ns() + budget_ms * 1000000ull;
	message->text[0] = '\0';
	for (;;) {
		if (is_too_old(capture->store)) {
			const rs_status_t closed = close_segment(capture, message);
			if (closed != RS_OK)
				return closed;
		}
		const uint64_t now = rs_monotonic_ns();
		rs_batch_t *batch = rs_pool_peek_full(&capture->pool, now < deadline ? (uint32_t)((deadline - now) / 1000000) + 1 : 0);
		if (!batch)
			return rs_pool_is_done(&capture->pool) ? RS_END : RS_AGAIN;
		const rs_status_t status = store_batch(capture, batch, message);
		if (status != RS_OK)
			return status;
		rs_pool_release(&capture->pool, batch);
		if (rs_monotonic_ns() >= deadline)
			return RS_AGAIN;
	}
}

rs_status_t rs_store_finish(rs_capture_t *capture, rs_message_t *message)
{
	rs_store_t *store = capture->store;
	rs_status_t status = RS_OK;

	stop_syncer(store);
	status = rs_site_file_finish(&store->sites, message);
	if (status == RS_OK && store->is_segment_open)
		status = end_segments(capture, message);
	rs_disk_sync_folder(store->folder);
	if (status == RS_OK && store->sync_error)
		status = rs_host_fail(store->sync_error, "cannot sync", store->folder, message->text, sizeof(message->text));
	return status;
}

void rs_store_destroy(rs_capture_t *capture)
{
	rs_store_t *store = capture->store;
	if (!store)
		return;
	stop_syncer(store);
	if (store->logs.file >= 0)
		(void)rs_disk_end(store->logs.file);
	if (store->gaps.file >= 0)
		(void)rs_disk_end(store->gaps.file);
	rs_site_file_fini(&store->sites);
	rs_arrow_fini(&store->arrow);
	free(store->counters);
	free(store->losses);
	free(store);
	capture->store = NULL;
}
