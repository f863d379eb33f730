/* SPDX-License-Identifier: MIT */
/*
 * reader.h - a process that drains the rings with the public API: entry by entry, or into a folder of its own, there with one
 * thread or two. Until it is asked to stop, when it ends in order, or it is killed.
 */
#ifndef KILL_READER_H
#define KILL_READER_H

#include <sys/stat.h>

#include "producer.h"

/* A dead writer is passed within 150 ms: 20 of grace, 100 until a doubtful owner is looked at again. A round without progress is
 * followed by 1 ms of sleep. */
#define IDLE_ROUNDS_MOST 400u
#define POOL_BYTES (4u << 20)  /* the least there is: four batches of 1 MiB */
#define POOL_BYTES_LARGE (32u << 20)
#define BATCH_ROWS_LARGE 10000u

static rs_capture_t *capture;
static int is_pool_empty; /* no batch was there to be filled: the thread that stores is waited for, and no writer */

static void give_up(const char *what, const char *why)
{
	snprintf(me->complaint, sizeof(me->complaint), "%s: %s", what, why);
	exit(3);
}

static void be_at(enum reader_place place)
{
	store_word(&me->last[0], place);
}

static void note_row(const rs_row_t *row)
{
	const uint32_t number = __atomic_fetch_add(&board->row_count, 1, __ATOMIC_RELAXED);
	if (number >= area.rows_most)
		give_up("the log of rows", "it is full");
	row_t *line = &area.rows[number];
	*line = (row_t){.index = row->index,
			.seq = row->seq,
			.ticks = row->ticks,
			.processor = row->processor,
			.pid = row->pid,
			.tid = row->tid,
			.type = row->type,
			.remarks = row->remarks,
			.length = row->length,
			.checksum = fnv1a(FNV1A_START, row->payload, row->length),
			.flags = row->flags,
			.kind = row->kind,
			.severity = row->severity};
	store_word(&line->reader_plus_1, me->number + 1);
}

/* Takes what is there, with a pause here and there: a batch is handed out entry by entry. Returns 1 when entries came out. */
static int take_rows(uint32_t *random)
{
	rs_row_t row;
	int taken = 0;
	be_at(READER_DRAINING);
	while (rs_capture_next(capture, &row) == RS_OK) {
		note_row(&row);
		taken = 1;
		if (draw(random, 64) == 0)
			sleep_us(draw(random, 50));
	}
	return taken;
}

/* Everything that is full: without a budget one call stores one batch. */
static void store_full(void)
{
	rs_message_t message = {{0}};
	rs_capture_stats_t stats = {0};
	uint64_t before;
	do {
		before = stats.stored_batches;
		const rs_status_t status = rs_store_run(capture, 0, &message);
		if (status != RS_AGAIN && status != RS_END)
			give_up("rs_store_run", message.text);
		(void)rs_capture_stats(capture, &stats, NULL, 0);
	} while (stats.stored_batches != before);
}

static void *store_all(void *argument)
{
	rs_message_t message = {{0}};
	uint32_t random = draw_seed(board->settings.seed, me->number);
	(void)argument;
	for (;;) {
		const rs_status_t status = rs_store_run(capture, 5, &message);
		if (status == RS_END)
			return NULL;
		if (status != RS_AGAIN)
			give_up("rs_store_run", message.text);
		if (board->settings.disk_pause_us)
			sleep_us(draw(&random, board->settings.disk_pause_us));
	}
}

static int look(uint32_t *random)
{
	uint64_t entries = 0;
	if (me->reading == READING_NEXT)
		return take_rows(random);
	be_at(READER_DRAINING);
	is_pool_empty = rs_drain_once(capture, &entries) == RS_AGAIN;
	if (me->reading == READING_STORE) {
		if (board->settings.disk_pause_us)
			sleep_us(draw(random, board->settings.disk_pause_us));
		be_at(READER_STORING);
		store_full();
	}
	return entries > 0;
}

/* What tells that a round has done something: entries, or space. */
static uint64_t measure(uint64_t *left)
{
	uint64_t done = 0;
	const uint32_t rings = rs_capture_stats(capture, NULL, me->rings, RINGS_MOST);
	*left = 0;
	for (uint32_t n = 0; n < rings; n++) {
		*left += me->rings[n].used_bytes;
		done += me->rings[n].attempts + me->rings[n].read;
	}
	return done - *left;
}

/* Nobody writes any more: everything must come out, or be counted, within a bounded number of rounds. */
static void empty_rings(uint32_t *random)
{
	uint64_t left, before = ~0ull;
	uint32_t idle = 0;
	for (;;) {
		(void)look(random);
		const uint64_t now = measure(&left);
		if (!left)
			return;
		if (!is_pool_empty)
			idle = now == before ? idle + 1 : 0;
		before = now;
		if (idle > me->idle_rounds)
			me->idle_rounds = idle;
		if (idle > IDLE_ROUNDS_MOST) {
			snprintf(me->complaint, sizeof(me->complaint), "%llu bytes stay in the rings after %u rounds without progress",
				 (unsigned long long)left, idle);
			return;
		}
		sleep_us(1000);
	}
}

static void finish_reader(pthread_t storing, uint32_t *random)
{
	rs_message_t message = {{0}};
	if (load_word(&board->is_quiet)) {
		empty_rings(random);
		me->is_complete = 1;
	}
	be_at(READER_FINISHING);
	/* More may wait than the pool takes: somebody has to store while the end is drained. */
	if (me->reading == READING_STORE && pthread_create(&storing, NULL, store_all, NULL) != 0)
		give_up("pthread_create", "no thread");
	/* Writers that live are not waited for: the next reader takes what they are inside of. */
	if (rs_drain_finish(capture, 0) != RS_OK)
		give_up("rs_drain_finish", "the batches do not come back");
	if (me->reading == READING_NEXT) {
		(void)take_rows(random);
	} else {
		pthread_join(storing, NULL);
		if (rs_store_finish(capture, &message) != RS_OK)
			give_up("rs_store_finish", message.text);
	}
	(void)rs_capture_stats(capture, NULL, me->rings, RINGS_MOST);
	rs_capture_close(capture);
	store_word(&me->is_finished, 1);
	exit(0);
}

static void folder_of(uint32_t number, char *path, size_t bytes)
{
	snprintf(path, bytes, "%s/reader-%u", board->folder, number);
}

static void open_reader(pthread_t *storing)
{
	rs_message_t message = {{0}};
	rs_capture_info_t info;
	char folder[PATH_BYTES + 32];

	be_at(READER_OPENING);
	if (rs_capture_open(board->rings, RS_OPEN_DRAIN, &capture, &message) != RS_OK)
		give_up("rs_capture_open", message.text);
	rs_capture_info(capture, &info);
	me->unstored = info.start_unstored;
	if (rs_drain_open(capture, me->batch_rows < BATCH_ROWS_LARGE ? POOL_BYTES : POOL_BYTES_LARGE, me->batch_rows, 1, &message) != RS_OK)
		give_up("rs_drain_open", message.text);
	store_word(&me->is_open, 1);
	if (me->reading == READING_NEXT)
		return;
	folder_of(me->number, folder, sizeof(folder));
	if (mkdir(folder, 0700) != 0)
		give_up("mkdir", folder);
	if (rs_store_open(capture, folder, 0, 0, &message) != RS_OK)
		give_up("rs_store_open", message.text);
	if (me->reading == READING_THREADS && pthread_create(storing, NULL, store_all, NULL) != 0)
		give_up("pthread_create", "no thread");
}

/* The whole life of a reader. Never returns. */
static void run_reader(party_t *party)
{
	pthread_t storing = 0;
	me = party;
	me->pid = (uint32_t)getpid();
	uint32_t random = draw_seed(board->settings.seed, me->number);
	rs_test_point_hook = pass_point;
	open_reader(&storing);
	while (!load_word(&me->stop)) {
		const int is_busy = look(&random);
		be_at(READER_RESTING);
		if (!is_busy || draw(&random, 4) == 0)
			sleep_us(draw(&random, board->settings.reader_pause_us + 1));
	}
	finish_reader(storing, &random);
}

#endif /* KILL_READER_H */
