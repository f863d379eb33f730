/* SPDX-License-Identifier: MIT */
/*
 * store_test.c - the writer: segments that read back, and disks that are full for a while.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "arrow_walk.h"
#include "folder.h"
#include "reading.h"
#include "segment.h"

#define LOGS_PAYLOAD 20u /* of the body's buffers: the bytes of the payload column */
#define INDEXES_MAX 2000u

static rings_t set;
static reading_t reading;

/* --- what is in the folder ----------------------------------------------------------------------------------- */

typedef struct {
	uint32_t segments;
	uint32_t logs_batches, gaps_batches;
	uint64_t gap_rows;
	uint32_t index_count;
	uint64_t index[INDEXES_MAX];
} found_t;

static found_t found;

static void path_of(char *path, size_t bytes, const char *table, uint32_t segment, const char *ending)
{
	snprintf(path, bytes, "%s/%s/%06u.%s", folder, table, segment, ending);
}

static void see_logs(const walked_t *batch)
{
	CHECK_EQUAL(batch->batch, found.logs_batches);
	found.logs_batches++;
	CHECK_EQUAL(batch->lengths[1], batch->rows * 4);
	REQUIRE(found.index_count + batch->rows <= INDEXES_MAX);
	for (uint64_t row = 0; row < batch->rows; row++) {
		const uint32_t begin = word32(batch->columns[19] + 4 * row), end = word32(batch->columns[19] + 4 * row + 4);
		const uint32_t serial = word32(batch->columns[15] + 4 * row);
		found.index[found.index_count++] = batch->base_idx + word32(batch->columns[1] + 4 * row);
		for (uint32_t n = begin; n < end; n++)
			if (batch->columns[LOGS_PAYLOAD][n] != payload_byte(serial, n - begin)) {
				check_complain(__FILE__, __LINE__, "the payload of entry %u is torn", serial);
				break;
			}
	}
}

static void see_gaps(const walked_t *batch)
{
	found.gaps_batches++;
	found.gap_rows += batch->rows;
}

/* Reads one file from its schema to its end mark. Returns 0 when it is not there. */
static int walk_segment(const char *table, uint32_t segment, void (*see)(const walked_t *batch))
{
	char path[512];
	file_t file;
	walked_t walked;
	int kind;

	path_of(path, sizeof(path), table, segment, "arrows");
	if (!read_file(path, &file))
		return 0;
	CHECK_EQUAL(walk_message(&file, 0, &walked), 1);
	CHECK_EQUAL(walked.type, 1);
	while ((kind = walk_message(&file, walked.end, &walked)) == 1) {
		CHECK_EQUAL(walked.type, 3);
		see(&walked);
	}
	if (kind != 0)
		check_complain(__FILE__, __LINE__, "%s is torn at byte %llu of %llu", path, (unsigned long long)walked.at,
			       (unsigned long long)file.length);
	else
		CHECK_EQUAL(walked.end, file.length);
	free(file.bytes);
	return 1;
}

static void check_meta(uint32_t segment, uint64_t rows)
{
	char path[512], expected[64];
	struct stat logs;
	file_t meta;
	path_of(path, sizeof(path), "logs", segment, "meta.json");
	if (!read_file(path, &meta)) {
		check_complain(__FILE__, __LINE__, "%s is missing", path);
		return;
	}
	path_of(path, sizeof(path), "logs", segment, "arrows");
	CHECK_EQUAL(stat(path, &logs), 0);
	snprintf(expected, sizeof(expected), "\"bytes\": %lld,", (long long)logs.st_size);
	CHECK_SAYS((const char *)meta.bytes, expected);
	snprintf(expected, sizeof(expected), "\"rows\": %llu,", (unsigned long long)rows);
	CHECK_SAYS((const char *)meta.bytes, expected);
	free(meta.bytes);
}

static uint32_t count_files(const char *table)
{
	char path[512];
	uint32_t files = 0;
	snprintf(path, sizeof(path), "%s/%s", folder, table);
	DIR *entries = opendir(path);
	for (struct dirent *entry; entries && (entry = readdir(entries));)
		files += entry->d_name[0] != '.';
	if (entries)
		closedir(entries);
	return files;
}

/* A folder that was ended in order: whole segments, nothing else. */
static void check_folder(void)
{
	uint32_t gaps = 0;
	memset(&found, 0, sizeof(found));
	for (uint32_t segment = 1;; segment++) {
		const uint32_t before = found.index_count;
		if (!walk_segment("logs", segment, see_logs))
			break;
		check_meta(segment, found.index_count - before);
		found.segments++;
		gaps += (uint32_t)walk_segment("gaps", segment, see_gaps);
	}
	CHECK_EQUAL(count_files("logs"), 2 * found.segments);
	CHECK_EQUAL(count_files("gaps"), gaps);
	for (uint32_t n = 1; n < found.index_count; n++)
		CHECK_EQUAL(found.index[n], found.index[n - 1] + 1);
}

/* --- storing -------------------------------------------------------------------------------------------------- */

/* Batches of `rows` entries each, some with gaps. */
static void make_entries(uint32_t entries)
{
	rings_make(&set, &(rs_plan_t){.ring_count = 2, .ring_bytes = 1u << 16, .intent_count = 16});
	for (uint32_t n = 0; n < entries; n++) {
		rings_put(&set, n % 2, n % 50);
		if (n % 16 == 15)
			rings_refuse(&set, n / 16 % 2, 0, 2);
	}
	rings_save(&set);
}

static void begin_storing(uint32_t batch_rows, uint32_t sync_ms, uint64_t segment_bytes)
{
	rs_message_t message = {{0}};
	folder_make();
	REQUIRE_EQUAL(reading_try(&reading, &set, RS_POOL_BYTES_MIN, batch_rows), RS_OK);
	if (rs_store_open(reading.capture, folder, sync_ms, segment_bytes, &message) != RS_OK)
		check_complain(__FILE__, __LINE__, "%s", message.text);
}

static void store_what_is_there(void)
{
	rs_message_t message;
	rs_status_t status;
	do {
		status = rs_store_run(reading.capture, 0, &message);
	} while (status == RS_AGAIN && rs_pool_peek_full(&reading.capture->pool, 0));
	CHECK(status == RS_AGAIN || status == RS_END);
}

/* Drains and stores everything with no more than the smallest pool. */
static void store_everything(void)
{
	rs_message_t message;
	uint64_t entries = 0;
	while (rs_drain_once(reading.capture, &entries) == RS_AGAIN)
		store_what_is_there();
	store_what_is_there();
	CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
	CHECK_EQUAL(rs_store_run(reading.capture, 0, &message), RS_AGAIN);
	while (rs_store_run(reading.capture, 0, &message) == RS_AGAIN)
		;
	CHECK_EQUAL(rs_store_run(reading.capture, 0, &message), RS_END);
	CHECK_EQUAL(rs_store_finish(reading.capture, &message), RS_OK);
}

TEST("a capture without entries is a schema, an empty batch with the counters, and the end mark")
{
	rings_make_small(&set, 2);
	begin_storing(0, 0, 0);
	store_everything();
	check_folder();
	CHECK_EQUAL(found.segments, 1);
	CHECK_EQUAL(found.logs_batches, 1);
	CHECK_EQUAL(found.index_count, 0);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("entries and gaps read back whole, in order, with checksums that fit")
{
	rs_capture_stats_t stats;
	make_entries(600);
	begin_storing(50, 0, 0);
	store_everything();
	check_folder();
	CHECK_EQUAL(found.segments, 1);
	CHECK_EQUAL(found.index_count, 600);
	CHECK_EQUAL(found.gap_rows, 600 / 16);
	CHECK(found.logs_batches >= 12);
	(void)rs_capture_stats(reading.capture, &stats, NULL, 0);
	CHECK_EQUAL(stats.stored_entries, 600);
	CHECK_EQUAL(stats.stored_batches, found.logs_batches);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("a segment that has grown past its size is ended and the next one begins")
{
	make_entries(600);
	begin_storing(50, 0, 6000);
	store_everything();
	check_folder();
	CHECK(found.segments >= 6);
	CHECK_EQUAL(found.index_count, 600);
	CHECK_EQUAL(found.gap_rows, 600 / 16);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("a segment that is old is ended although it is small, and the next one begins with the next batch")
{
	char path[sizeof(folder) + 32], text[4096] = {0};
	uint64_t entries = 0;

	make_entries(40);
	begin_storing(20, 0, 0);
	rs_store_tune(reading.capture, 1);
	while (rs_drain_once(reading.capture, &entries) == RS_AGAIN)
		;
	store_what_is_there();
	const struct timespec longer = {.tv_nsec = 3000000};
	nanosleep(&longer, NULL);
	store_what_is_there();
	snprintf(path, sizeof(path), "%s/logs/000001.meta.json", folder);
	FILE *meta = fopen(path, "r");
	REQUIRE(meta != NULL);
	CHECK(fread(text, 1, sizeof(text) - 1, meta) > 0);
	fclose(meta);
	/* What has to be known of it when it is gone. */
	CHECK(strstr(text, "\"last_batch\": ") != NULL);
	CHECK(strstr(text, "\"counters\": [[0, ") != NULL);
	CHECK(strstr(text, "\"lost\": [[") != NULL);
	store_everything();
	check_folder();
	CHECK(found.segments >= 2);
	CHECK_EQUAL(found.index_count, 40);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("a folder that is there already is not written over")
{
	rs_message_t message;
	rings_make_small(&set, 1);
	begin_storing(0, 0, 0);
	store_everything();
	reading_end(&reading);
	REQUIRE_EQUAL(reading_try(&reading, &set, RS_POOL_BYTES_MIN, 0), RS_OK);
	CHECK_EQUAL(rs_store_open(reading.capture, folder, 0, 0, &message), RS_EXISTS);
	CHECK_SAYS(message.text, "000001.arrows");
	reading_end(&reading);
	check_folder();
	rings_drop(&set);
}

/* --- all threads of a capture ------------------------------------------------------------------------------------ */

static uint32_t polls;

static void *drain_in_thread(void *argument)
{
	/* Relaxed: what was asked before is not ordered before what follows here. */
	while (__atomic_load_n(&polls, __ATOMIC_RELAXED) < 2)
		sched_yield();
	CHECK_EQUAL(rs_drain_open(reading.capture, RS_POOL_BYTES_MIN, 40, 1, &reading.message), RS_OK);
	__atomic_store_n((int *)argument, 1, __ATOMIC_RELEASE);
	while (rs_drain_run(reading.capture, 3) != RS_END)
		;
	CHECK_EQUAL(rs_drain_finish(reading.capture, 1000), RS_OK);
	return NULL;
}

static void *store_in_thread(void *argument)
{
	rs_message_t message;
	rs_status_t status;
	while (!__atomic_load_n((int *)argument, __ATOMIC_ACQUIRE))
		sched_yield();
	CHECK_EQUAL(rs_store_open(reading.capture, folder, 1, 5000, &message), RS_OK);
	while ((status = rs_store_run(reading.capture, 2, &message)) == RS_AGAIN)
		;
	CHECK_EQUAL(status, RS_END);
	CHECK_EQUAL(rs_store_finish(reading.capture, &message), RS_OK);
	return NULL;
}

TEST("one thread drains, one stores, one syncs, and numbers may be asked for all the time")
{
	pthread_t drainer, writer;
	rs_capture_stats_t stats = {0};
	rs_ring_counters_t rings[2];
	int is_drain_open = 0;
	uint32_t left = 900;

	polls = 0;
	rings_make_small(&set, 2);
	folder_make();
	memset(&reading, 0, sizeof(reading));
	REQUIRE_EQUAL(rs_capture_open(set.path, RS_OPEN_DRAIN, &reading.capture, &reading.message), RS_OK);
	rs_drain_tune(reading.capture, PATIENCE_MS, 0);
	REQUIRE_EQUAL(pthread_create(&drainer, NULL, drain_in_thread, &is_drain_open), 0);
	REQUIRE_EQUAL(pthread_create(&writer, NULL, store_in_thread, &is_drain_open), 0);
	while (stats.stored_entries < 900) {
		rs_claim_t claim;
		if (left && rings_begin(&set, left % 2, NULL, left % 30, &claim) == RS_OK) {
			rs_ring_commit(&claim);
			left--;
		}
		CHECK_EQUAL(rs_capture_stats(reading.capture, &stats, rings, 2), 2);
		__atomic_fetch_add(&polls, 1, __ATOMIC_RELAXED);
		CHECK(stats.pool_used_bytes <= stats.pool_bytes || stats.pool_bytes == 0);
	}
	rs_capture_stop(reading.capture);
	REQUIRE_EQUAL(pthread_join(drainer, NULL), 0);
	REQUIRE_EQUAL(pthread_join(writer, NULL), 0);
	(void)rs_capture_stats(reading.capture, &stats, rings, 2);
	CHECK_EQUAL(stats.stop_requested, 1);
	CHECK_EQUAL(rings[0].read + rings[1].read, 900);
	CHECK(stats.stored_batches > 10);
	reading_end(&reading);
	check_folder();
	CHECK_EQUAL(found.index_count, 900);
	rings_drop(&set);
}

/* --- no space -------------------------------------------------------------------------------------------------- */

/* No file may grow beyond this: a disk that is full at an exact byte. */
static void limit_files(uint64_t bytes)
{
	const struct rlimit limit = {bytes, RLIM_INFINITY};
	REQUIRE_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A call that failed has left files of whole messages behind. */
static void check_nothing_torn(const char *table)
{
	char path[512];
	file_t file;
	walk_checksums = 0;
	for (uint32_t segment = 1; path_of(path, sizeof(path), table, segment, "arrows"), read_file(path, &file); segment++) {
		walked_t walked = {0};
		int kind;
		do
			kind = walk_message(&file, walked.end, &walked);
		while (kind == 1);
		CHECK_EQUAL(kind == 0 ? walked.end : walked.at, file.length);
		free(file.bytes);
	}
	walk_checksums = 1;
}

typedef struct {
	uint64_t limit, step;
	uint32_t refusals;
} space_t;

/* 1 when the call has to be made again, with more space. */
static int is_refused(space_t *space, rs_status_t status, const rs_message_t *message)
{
	if (status != RS_NO_SPACE)
		return 0;
	CHECK_SAYS(message->text, folder);
	check_nothing_torn("logs");
	check_nothing_torn("gaps");
	space->refusals++;
	space->limit += space->step;
	limit_files(space->limit);
	return 1;
}

/* Stores with so little space that calls fail, and goes on with `step` bytes more each time. */
static void store_in_little_space(space_t *space, uint64_t segment_bytes)
{
	rs_message_t message = {{0}};
	rs_status_t status;

	rings_restore(&set);
	folder_make();
	REQUIRE_EQUAL(reading_try(&reading, &set, 64 * RS_POOL_BYTES_MIN, 20), RS_OK);
	limit_files(space->limit);
	while (is_refused(space, status = rs_store_open(reading.capture, folder, 0, segment_bytes, &message), &message))
		;
	CHECK_EQUAL(status, RS_OK);
	CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
	do {
		status = rs_store_run(reading.capture, 0, &message);
	} while (is_refused(space, status, &message) || status == RS_AGAIN);
	CHECK_EQUAL(status, RS_END);
	while (is_refused(space, status = rs_store_finish(reading.capture, &message), &message))
		;
	CHECK_EQUAL(status, RS_OK);
	limit_files(RLIM_INFINITY);
	reading_end(&reading);
	check_folder();
	CHECK_EQUAL(found.index_count, 80);
	CHECK_EQUAL(found.gap_rows, 5);
}

static void store_in_little_spaces(void *argument)
{
	const uint64_t segment_bytes = *(const uint64_t *)argument;
	uint32_t refusals = 0;
	signal(SIGXFSZ, SIG_IGN);
	for (uint64_t limit = 8; limit < 9000; limit += 8 + limit / CHECK_ROUNDS(8)) {
		const unsigned complaints = check.complaints;
		space_t space = {.limit = limit, .step = 1 + limit % 97};
		store_in_little_space(&space, segment_bytes);
		refusals += space.refusals;
		if (check.complaints != complaints)
			fprintf(stderr, "    segments of %llu bytes, the first %llu were free\n", (unsigned long long)segment_bytes,
				(unsigned long long)limit);
	}
	CHECK(refusals > 100);
	folder_remove();
}

TEST("a disk that is full at any byte tears and doubles nothing, and the capture goes on when there is space")
{
	static uint64_t sizes[] = {1u << 20, 4000};
	make_entries(80);
	for (uint32_t n = 0; n < 2; n++)
		CHECK_EQUAL(check_in_child(store_in_little_spaces, &sizes[n]), 0);
	rings_drop(&set);
}

/* The end of a segment is as large as its end mark: exactly there the space ends. */
static void fill_up_at_the_end(void *argument)
{
	rs_message_t message = {{0}};
	rs_status_t status;
	(void)argument;
	signal(SIGXFSZ, SIG_IGN);
	for (uint64_t room = 0; room < 8; room++) {
		rings_restore(&set);
		folder_make();
		REQUIRE_EQUAL(reading_try(&reading, &set, 64 * RS_POOL_BYTES_MIN, 20), RS_OK);
		REQUIRE_EQUAL(rs_store_open(reading.capture, folder, 0, 2000, &message), RS_OK);
		CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
		do {
			/* What is there of the current segment is all that there is room for, but for a part of the mark. */
			char path[512];
			struct stat logs = {0};
			for (uint32_t segment = 1; path_of(path, sizeof(path), "logs", segment, "arrows"), access(path, F_OK) == 0; segment++)
				CHECK_EQUAL(stat(path, &logs), 0);
			limit_files((uint64_t)logs.st_size + room);
			status = rs_store_run(reading.capture, 0, &message);
			limit_files(RLIM_INFINITY);
			if (status == RS_NO_SPACE)
				status = rs_store_run(reading.capture, 0, &message);
		} while (status == RS_AGAIN);
		CHECK_EQUAL(status, RS_END);
		limit_files(0);
		CHECK_EQUAL(rs_store_finish(reading.capture, &message), RS_NO_SPACE);
		limit_files(RLIM_INFINITY);
		CHECK_EQUAL(rs_store_finish(reading.capture, &message), RS_OK);
		reading_end(&reading);
		check_folder();
		CHECK_EQUAL(found.index_count, 80);
	}
	folder_remove();
}

TEST("a disk that is full where a segment ends leaves no segment without its end")
{
	make_entries(80);
	CHECK_EQUAL(check_in_child(fill_up_at_the_end, NULL), 0);
	rings_drop(&set);
}

/* A real file system of 64 KiB, seen by this process only. */
static void fill_a_file_system(void *argument)
{
	char path[512];
	rs_message_t message = {{0}};
	rs_status_t status;
	uint32_t refusals = 0;
	(void)argument;
	folder_make();
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", folder, "tmpfs", 0, "size=64k,mode=700") != 0) {
		folder_remove();
		_exit(77);
	}
	snprintf(path, sizeof(path), "%s/ballast", folder);
	int ballast = open(path, O_RDWR | O_CREAT, 0600);
	REQUIRE_EQUAL(posix_fallocate(ballast, 0, 40 << 10), 0);
	REQUIRE_EQUAL(reading_try(&reading, &set, 64 * RS_POOL_BYTES_MIN, 20), RS_OK);
	REQUIRE_EQUAL(rs_store_open(reading.capture, folder, 0, 8000, &message), RS_OK);
	CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
	while ((status = rs_store_run(reading.capture, 0, &message)) == RS_AGAIN || status == RS_NO_SPACE) {
		if (status != RS_NO_SPACE)
			continue;
		CHECK_SAYS(message.text, "No space left");
		refusals++;
		REQUIRE_EQUAL(ftruncate(ballast, (40 << 10) - (off_t)refusals * 4096), 0);
	}
	CHECK_EQUAL(status, RS_END);
	while ((status = rs_store_finish(reading.capture, &message)) == RS_NO_SPACE)
		REQUIRE_EQUAL(ftruncate(ballast, (40 << 10) - (off_t)++refusals * 4096), 0);
	CHECK_EQUAL(status, RS_OK);
	CHECK(refusals > 0);
	reading_end(&reading);
	check_folder();
	CHECK_EQUAL(found.index_count, 80);
	close(ballast);
	umount2(folder, MNT_DETACH);
	folder_remove();
}

TEST("a file system that is full is waited for, and then holds everything")
{
	make_entries(80);
	const int status = check_in_child(fill_a_file_system, NULL);
	rings_drop(&set);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		SKIP("no file system can be mounted here");
	CHECK_EQUAL(status, 0);
}
