/* SPDX-License-Identifier: MIT */
/*
 * play.c - see play.h. What is checked stands in outcome.c and judge.c; that nothing is touched that is not there is up to the sanitizers
 * and to the guard pages of stand_ins.c.
 */
#define _GNU_SOURCE
#include "play.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "playing.h"
#include "stand_ins.h"

#define SLEEPS_MAX 100000u
#define SECONDS_MAX 20u

playing_t playing;

void play_print_script(void)
{
	fprintf(stderr, "script: ");
	for (size_t n = 0; n < playing.count; n++)
		fprintf(stderr, "%02x", playing.bytes[n]);
	fprintf(stderr, "\n");
}

void playing_broken(const char *format, ...)
{
	va_list arguments;
	fprintf(stderr, "BROKEN in the scene \"%s\": ", playing.script.scene->name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	abort();
}

/* What a second thread does for a real capture; 1 when a batch was given back. */
static int do_writers_part(void)
{
	rs_message_t message;
	if (!playing.is_stored)
		return outcome_take_batch();
	if (playing.is_storing)
		return 0; /* the folder's own waiting */
	playing.is_storing = 1;
	const uint64_t before = rs_pool_used_bytes(&playing.capture->pool);
	const rs_status_t status = rs_store_run(playing.capture, 0, &message);
	playing.is_storing = 0;
	HOLDS(status == RS_AGAIN || status == RS_END, "storing returned %d: %s", status, message.text);
	return rs_pool_used_bytes(&playing.capture->pool) < before;
}

static void take_batches(void)
{
	while (do_writers_part())
		;
	HOLDS(stand_ins.sleeps < SLEEPS_MAX, "the reader does not come to an end");
}

/* The folder of the run before is emptied: what a capture leaves there is a few files. */
static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *place)
{
	(void)found;
	(void)kind;
	return place->level ? remove(path) : 0;
}

static char folder[64];

static void folder_remove(void)
{
	(void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	(void)rmdir(folder);
}

static const char *folder_make(void)
{
	if (folder[0]) {
		(void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
		return folder;
	}
	snprintf(folder, sizeof(folder), "%s/ringscope-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	HOLDS(mkdtemp(folder), "no folder at %s", folder);
	atexit(folder_remove);
	return folder;
}

static void check_refusal(rs_status_t status, const rs_message_t *message)
{
	HOLDS(status == RS_NOT_RINGS || status == RS_BAD_ABI || status == RS_NO_MEMORY, "opening ended with %d: %s", status, message->text);
	HOLDS(message->text[0] && memchr(message->text, 0, sizeof(message->text)), "opening ended with %d and said nothing", status);
	HOLDS(!script_is_honest(&playing.script), "honest rings were refused: %s", message->text);
}

static int open_capture(uint32_t flags)
{
	rs_message_t message = {""};
	rs_capture_info_t info;
	const rs_status_t status = rs_capture_open(playing.script.scene->path, flags, &playing.capture, &message);
	if (status != RS_OK) {
		check_refusal(status, &message);
		playing.capture = NULL;
		return 0;
	}
	HOLDS(playing.capture->ring_count <= RINGS_SEEN_MAX, "%u rings in so small a file", playing.capture->ring_count);
	rs_capture_info(playing.capture, &info);
	playing.rows = playing.gaps = playing.batches = playing.last_index = 0;
	memset(playing.rows_of, 0, playing.capture->ring_count * sizeof(playing.rows_of[0]));
	memset(playing.gaps_of, 0, playing.capture->ring_count * sizeof(playing.gaps_of[0]));
	playing.is_over = 0;
	/* There nobody takes anything away from the next one. */
	if (playing.script.scene->header.mode == RS_MODE_OVERWRITE)
		memset(playing.is_delivered, 0, sizeof(playing.is_delivered));
	if (flags & RS_OPEN_PEEK)
		return 1;
	if (playing.script.is_filtering) {
		HOLDS(rs_filter_severity(playing.capture, FILTER_LEAST) == RS_OK, "no severity to filter by");
		HOLDS(rs_filter_pattern(playing.capture, RS_FILTER_EXCLUDE, "*e*") == RS_OK, "no pattern to filter by");
	}
	const rs_status_t opened = rs_drain_open(playing.capture, RS_POOL_BYTES_MIN, playing.script.batch_rows, 1, &message);
	HOLDS(opened == RS_OK, "no pool: %s", message.text);
	return 1;
}

static void close_capture(void)
{
	if (playing.capture)
		rs_capture_close(playing.capture);
	playing.capture = NULL;
}

static void look_once(void)
{
	uint64_t entries;
	(void)rs_drain_once(playing.capture, &entries);
	take_batches();
}

/* The counters as they are now, and what was filtered: of a reader that dies nobody says it afterwards. */
static void count_filtered(void)
{
	(void)rs_capture_stats(playing.capture, &playing.stats, playing.counters, RINGS_SEEN_MAX);
	for (uint32_t n = 0; n < playing.capture->ring_count; n++)
		playing.filtered += playing.counters[n].filtered;
}

static void count_up(void)
{
	count_filtered();
	if (!playing.is_first)
		for (uint32_t n = 0; n < playing.capture->ring_count; n++)
			playing.unstored += playing.counters[n].unstored;
}

static void finish(void)
{
	script_between(&playing.script);
	const rs_status_t status = rs_drain_finish(playing.capture, playing.script.timeout_ms);
	take_batches();
	HOLDS(status == RS_OK || playing.is_next, "the end of the capture returned %d", status);
	playing.is_over = status == RS_OK;
	count_up();
}

static void read_rows(void)
{
	rs_row_t row;
	while (rs_capture_next(playing.capture, &row) == RS_OK)
		outcome_see_row(&row);
}

static void read_next(void)
{
	playing.is_next = 1;
	for (uint32_t n = 0; n < playing.script.looks; n++) {
		script_between(&playing.script);
		read_rows();
	}
	finish();
	read_rows();
}

static void read_some(void)
{
	for (uint32_t n = 0; n < playing.script.looks; n++) {
		script_between(&playing.script);
		look_once();
	}
}

static void read_and_die(void)
{
	playing.is_first = 1;
	if (playing.script.dies_by_rows) {
		rs_row_t row;
		for (uint32_t n = 0; n < 12 && rs_capture_next(playing.capture, &row) == RS_OK; n++)
			outcome_see_row(&row);
	} else {
		read_some();
	}
	if (!playing.script.dies_by_rows && playing.script.is_sealed) {
		rs_emit_seal(playing.capture);
		take_batches();
	}
	count_filtered();
	close_capture();
	playing.is_first = 0;
	script_between(&playing.script);
	if (open_capture(RS_OPEN_DRAIN))
		finish();
}

static void read_again(void)
{
	playing.is_first = 1;
	finish();
	close_capture();
	playing.is_first = 0;
	script_between(&playing.script);
	if (open_capture(RS_OPEN_DRAIN)) {
		read_some();
		finish();
	}
}

static void read_in_loop(void)
{
	script_between(&playing.script);
	(void)rs_drain_run(playing.capture, 20);
	take_batches();
	finish();
}

static void read_and_store(void)
{
	rs_message_t message = {""};
	const rs_status_t opened = rs_store_open(playing.capture, folder_make(), 0, playing.script.is_sealed ? 4096 : 0, &message);
	HOLDS(opened == RS_OK, "no folder: %s", message.text);
	playing.is_stored = 1;
	read_some();
	finish();
	const rs_status_t ended = rs_store_finish(playing.capture, &message);
	HOLDS(ended == RS_OK, "the end of the folder returned %d: %s", ended, message.text);
	(void)rs_capture_stats(playing.capture, &playing.stats, NULL, 0);
	playing.is_stored = 0;
	HOLDS(playing.stats.stored_entries == playing.stats.entries, "%llu of %llu entries are stored", (ull_t)playing.stats.stored_entries,
	      (ull_t)playing.stats.entries);
}

static void peek(void)
{
	(void)rs_capture_stats(playing.capture, &playing.stats, playing.counters, RINGS_SEEN_MAX);
}

static void read_in_its_way(void)
{
	if (!open_capture(playing.script.way == WAY_PEEK ? RS_OPEN_PEEK : RS_OPEN_DRAIN))
		return;
	switch (playing.script.way) {
	case WAY_ONCE:
		read_some();
		finish();
		break;
	case WAY_RUN:
		read_in_loop();
		break;
	case WAY_NEXT:
		read_next();
		break;
	case WAY_KILLED:
		read_and_die();
		break;
	case WAY_AGAIN:
		read_again();
		break;
	case WAY_PEEK:
		peek();
		break;
	case WAY_STORE:
		read_and_store();
		break;
	default:
		finish();
	}
}

/* Of this process, not of the clock on the wall: a busy machine is no endless loop. */
static void limit_time(void)
{
	const struct itimerval limit = {.it_value = {SECONDS_MAX, 0}};
	(void)setitimer(ITIMER_PROF, &limit, NULL);
}

static void play_script(void)
{
	playing.is_first = playing.is_over = playing.is_next = playing.is_stored = playing.is_storing = 0;
	playing.unstored = 0;
	playing.capture = NULL;
	memset(playing.is_delivered, 0, playing.script.scene->entry_count);
	stand_ins_reset(playing.script.scene);
	stand_ins.is_header_touched = playing.script.touched.header != 0;
	stand_ins.when_it_waits = do_writers_part;
	limit_time();
	script_before(&playing.script);
	script_begin(&playing.script);
	read_in_its_way();
	judge();
	close_capture();
	script_end(&playing.script);
}

int play(const uint8_t *bytes, size_t count)
{
	playing.bytes = bytes;
	playing.count = count;
	if (!script_decode(&playing.script, bytes, count))
		return 0;
	play_script();
	return 1;
}

void play_beside(const uint8_t *bytes, size_t count, const touched_t *touched)
{
	playing.bytes = bytes;
	playing.count = count;
	if (!script_decode(&playing.script, bytes, count))
		return;
	playing.script.touched = *touched;
	play_script();
}

void play_honest_scenes(void)
{
	const uint32_t scenes = scene_make_all();
	for (uint32_t number = 0; number < scenes; number++)
		for (uint32_t way = 0; way < 32; way++) {
			/* Each way with each size of the pool, and some of the rest. */
			const uint8_t bytes[SCRIPT_HEADER_BYTES] = {(uint8_t)number, (uint8_t)(way | (way * 37 & 0xe0))};
			scene_t *scene = scene_at(number);
			if (!play(bytes, sizeof(bytes)) || scene->is_measured)
				continue;
			scene->is_measured = 1;
			for (uint32_t n = 0; n < scene->header.ring_count; n++)
				scene->attempts[n] = playing.counters[n].attempts;
		}
}
