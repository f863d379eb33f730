/* SPDX-License-Identifier: MIT */
/*
 * phase.c - one phase of a soak: rings of one size, producers and readers at one pace, faults all the time, and the account.
 *
 *     phase --seconds N --seed S [--kind 0..3] [--rings N] [--ring-bytes B] [--producers N] [--threads N] [--usual-max B]
 *           [--pace-us U] [--reader-pause-us U] [--disk-pause-us U] [--nest-per-mille N] [--kill-ms M] [--stop-ms M]
 *
 * A phase is made of laps: when the logs of the producers are full, the lap is brought to its end, checked, and the next one begins
 * with new rings. Prints one JSON object a line: {"progress": …} now and then, {"lap": …} for each lap. Ends with 0 whatever the
 * laps say, 4 when rings of this kind cannot be made.
 */
#define _GNU_SOURCE
#include <getopt.h>

#include "../kill/episode.h"

#define RECORDS 50000u      /* of each thread */
#define ROWS_MOST 3000000u
#define ATTEMPTS_MOST 800000u /* of a lap */
#define PROGRESS_US 1000000u
#define STOP_US_MIN 500000u
#define STOP_US_MAX 3000000u

static uint32_t seconds = 5, seed = 1, kind, ring_count = 2, ring_bytes = 65536, producers = 2, threads = 2, usual_max = 100,
		pace_us = 200, reader_pause_us = 1000, disk_pause_us, nest_per_mille = 5, kill_ms = 200, stop_ms = 3000;

static const struct {
	const char *name;
	uint32_t *number;
} numbers[] = {{"seconds", &seconds},
	       {"seed", &seed},
	       {"kind", &kind},
	       {"rings", &ring_count},
	       {"ring-bytes", &ring_bytes},
	       {"producers", &producers},
	       {"threads", &threads},
	       {"usual-max", &usual_max},
	       {"pace-us", &pace_us},
	       {"reader-pause-us", &reader_pause_us},
	       {"disk-pause-us", &disk_pause_us},
	       {"nest-per-mille", &nest_per_mille},
	       {"kill-ms", &kill_ms},
	       {"stop-ms", &stop_ms}};
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* Faults of the lap under way. */
static struct {
	uint64_t killed_producers, killed_readers, ended_readers, stopped_writers;
	party_t *standing; /* the producer that is stopped, or will be at its next point */
	uint64_t stands_until_us;
} faults;

static uint64_t count_attempts(void)
{
	uint64_t used = 0;
	for (uint32_t n = 0; n < board->log_count; n++)
		used += log_used(log_of(n));
	return used;
}

static uint64_t in_about(uint32_t *random, uint32_t ms)
{
	return now_us() + (ms ? draw(random, 2 * ms) * 1000ull : UINT32_MAX * 1000ull);
}

static void let_go(void)
{
	siginfo_t found;
	if (faults.standing && pids[faults.standing->number]) {
		const pid_t pid = pids[faults.standing->number];
		/* Where it has taken the order to stop it may not have stopped yet, and would after it was told to go on. */
		if (!__atomic_exchange_n(&faults.standing->stand_at, 0, __ATOMIC_RELAXED))
			while (waitid(P_PID, (id_t)pid, &found, WSTOPPED | WEXITED | WNOWAIT) < 0 && errno == EINTR)
				;
		kill(pid, SIGCONT);
	}
	faults.standing = NULL;
}

/* By time, which is mostly outside of an entry, or by itself inside of one. */
static void stop_writer(uint32_t *random)
{
	static const char *const places[] = {"reserve:swapped", "reserve:marked", "reserve:indexed", "commit:begin", "discard:begin"};
	const uint32_t count = count_running(0);
	if (!count || faults.standing)
		return;
	party_t *party = running(0, draw(random, count));
	faults.standing = party;
	faults.stands_until_us = now_us() + STOP_US_MIN + draw(random, STOP_US_MAX - STOP_US_MIN);
	faults.stopped_writers++;
	if (draw(random, 3) == 0)
		kill(pids[party->number], SIGSTOP);
	else
		store_word(&party->stand_at, point_number(places[draw(random, 5)]) + 1);
}

/* In overwrite mode every reader counts for itself: the first one is left alone, so that its account is that of the whole lap. */
static uint32_t readers_left_alone(void)
{
	return is_overwriting() ? 1 : 0;
}

static void kill_someone(uint32_t *random)
{
	const uint32_t way = draw(random, 10), alone = readers_left_alone();
	const uint32_t writers = count_running(0), readers = count_running(1);
	if (way < 5 && writers) {
		faults.killed_producers += (uint64_t)kill_now(running(0, draw(random, writers)));
	} else if (way < 9 && readers > alone) {
		faults.killed_readers += (uint64_t)kill_now(running(1, alone + draw(random, readers - alone)));
	} else if (readers > alone) {
		faults.ended_readers++;
		stop_party(running(1, alone + draw(random, readers - alone)));
	}
	if (faults.standing && !pids[faults.standing->number])
		faults.standing = NULL;
}

static void populate(uint32_t *random)
{
	reap();
	while (count_running(0) < producers && !is_full())
		(void)start_producer(0, 0);
	while (count_running(1) < 1 + readers_left_alone() && !is_full())
		(void)start_reader(random, 0, 0, 0);
}

static void print_progress(uint64_t start_us)
{
	printf("{\"progress\":{\"seconds\":%.1f,\"attempts\":%llu,\"killed\":%llu}}\n", (double)(now_us() - start_us) / 1e6,
	       (unsigned long long)count_attempts(), (unsigned long long)(faults.killed_producers + faults.killed_readers));
	fflush(stdout);
}

/* Until the phase is over or the lap's logs are full. */
static void disturb(uint32_t *random, uint64_t until_us)
{
	const uint64_t start_us = now_us();
	uint64_t next_kill = in_about(random, kill_ms), next_stop = in_about(random, stop_ms), next_progress = start_us + PROGRESS_US;
	while (now_us() < until_us && !is_interrupted && !is_full() && count_attempts() < ATTEMPTS_MOST) {
		populate(random);
		sleep_us(1000);
		const uint64_t now = now_us();
		if (now >= next_kill)
			kill_someone(random), next_kill = in_about(random, kill_ms);
		if (now >= next_stop)
			stop_writer(random), next_stop = in_about(random, stop_ms);
		if (faults.standing && now >= faults.stands_until_us)
			let_go();
		if (now >= next_progress)
			print_progress(start_us), next_progress = now + PROGRESS_US;
	}
	let_go();
}

static void print_lap(uint64_t start_us)
{
	const account_t *found = &oracle.account;
	const struct {
		const char *name;
		uint64_t value;
	} values[] = {{"attempts", found->attempts},
		      {"read", found->read},
		      {"discarded", found->discarded},
		      {"lost_full", found->lost_full},
		      {"overwritten", found->overwritten},
		      {"too_big", found->too_big},
		      {"abandoned", found->abandoned},
		      {"corrupt", found->corrupt},
		      {"unstored", found->unstored},
		      {"mixed", found->mixed},
		      {"pending", found->pending},
		      {"late", found->late},
		      {"stalled", found->stalled},
		      {"committed", oracle.tally.committed},
		      {"killed_producers", faults.killed_producers},
		      {"killed_readers", faults.killed_readers},
		      {"ended_readers", faults.ended_readers},
		      {"stopped_writers", faults.stopped_writers},
		      {"findings", findings.count}};
	printf("{\"lap\":{\"seconds\":%.2f", (double)(now_us() - start_us) / 1e6);
	for (size_t n = 0; n < sizeof(values) / sizeof(values[0]); n++)
		printf(",\"%s\":%llu", values[n].name, (unsigned long long)values[n].value);
	printf("}}\n");
	fflush(stdout);
}

static int run_lap(const settings_t *settings, uint32_t *random, uint64_t until_us)
{
	const uint64_t start_us = now_us();
	memset(&faults, 0, sizeof(faults));
	if (!episode_begin(settings)) {
		fprintf(stderr, "phase: %s\n", board->refusal);
		episode_remove();
		return 0;
	}
	disturb(random, until_us);
	while (count_running(0))
		stop_party(running(0, 0));
	board->is_quiet = 1;
	if (readers_left_alone() && count_running(1))
		stop_party(running(1, 0));
	episode_end(random);
	episode_remove();
	print_lap(start_us);
	return 1;
}

static void note_interrupt(int signal_number)
{
	(void)signal_number;
	is_interrupted = 1;
}

static int run(void)
{
	static char subject[160];
	const struct sigaction stop = {.sa_handler = note_interrupt};
	const uint64_t until_us = now_us() + seconds * 1000000ull;
	uint32_t random = draw_seed(seed, 0);
	uint32_t lap = 0;

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	board_make(RECORDS, ROWS_MOST);
	findings.subject = subject;
	do {
		const settings_t settings = {.seed = draw(&random, UINT32_MAX),
					     .mode = kind / 2,
					     .order = kind % 2,
					     .ring_count = ring_count,
					     .ring_bytes = ring_bytes,
					     .intent_count = 256,
					     .threads = threads,
					     .usual_max = usual_max,
					     .depth_most = RS_INTENT_DEPTH,
					     .nest_per_mille = nest_per_mille,
					     .pace_us = pace_us,
					     .reader_pause_us = reader_pause_us,
					     .disk_pause_us = disk_pause_us};
		snprintf(subject, sizeof(subject), "lap %u of phase seed %u", ++lap, seed);
		if (!run_lap(&settings, &random, until_us))
			return 4;
	} while (now_us() < until_us && !is_interrupted);
	return 0;
}

static int parse_options(int argc, char **argv)
{
	struct option names[NUMBERS + 1] = {{0}};
	int place, letter;
	for (size_t n = 0; n < NUMBERS; n++)
		names[n] = (struct option){numbers[n].name, 1, NULL, 1};
	while ((letter = getopt_long(argc, argv, "", names, &place)) != -1) {
		if (letter == '?')
			return 0;
		*numbers[place].number = (uint32_t)strtoul(optarg, NULL, 10);
	}
	return optind == argc && kind < KINDS && ring_count > 0 && ring_count <= RINGS_MOST && threads > 0 && threads <= THREADS_MOST &&
	       ring_bytes >= RS_RING_BYTES_MIN && usual_max <= ring_bytes / 8 - RS_ENTRY_HEADER_BYTES;
}

int main(int argc, char **argv)
{
	if (parse_options(argc, argv))
		return run();
	fprintf(stderr, "usage: phase --seconds N --seed S [options]\n");
	return 2;
}
