/* SPDX-License-Identifier: MIT */
/*
 * episode.h - the processes of one ring set, seen from their parent: made, killed, followed by others, and brought to an end.
 *
 * The parent itself never opens the rings: what it knows of them it knows from the board.
 */
#ifndef KILL_EPISODE_H
#define KILL_EPISODE_H

#include <ftw.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "histogram.h"
#include "oracle.h"
#include "reader.h"

#define END_PATIENCE_US 60000000u   /* a process that was asked to end and has not by then hangs */
#define PROGRESS_PATIENCE_US 120000000u /* dozens of dead entries may be in the way, and each is looked at for a while */
#define PROGRESS_PAUSE_US 100000u
#define PROGRESS 20u                /* entries that a new producer must bring in */

static pid_t pids[PARTIES_MOST]; /* 0: not running */
static volatile sig_atomic_t is_interrupted;

static inline void fail(const char *what)
{
	perror(what);
	exit(3);
}

static inline const char *memory_folder(void)
{
	const char *temporary = getenv("TMPDIR");
	return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : temporary && *temporary ? temporary : "/tmp";
}

static inline int remove_one(const char *path, const struct stat *found, int kind, struct FTW *place)
{
	(void)found;
	(void)kind;
	(void)place;
	return remove(path);
}

static inline pid_t fork_child(void)
{
	const pid_t parent = getpid();
	fflush(NULL);
	const pid_t child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0) {
		/* Nobody stays behind, and Ctrl-C is the parent's. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(3);
		signal(SIGINT, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
	}
	return child;
}

/* Makes the ring set in a process that has ended before anybody writes. Returns 0 where the rings cannot be; board->refusal tells why. */
static inline int make_rings(const settings_t *settings)
{
	const rs_create_options_t options = {.ring_count = settings->ring_count,
					     .mode = settings->mode,
					     .order = settings->order,
					     .intent_count = settings->intent_count,
					     .ring_bytes = settings->ring_bytes};
	int status = 0;
	const pid_t child = fork_child();
	if (child == 0) {
		exit(rs_create(board->rings, &options, board->refusal, sizeof(board->refusal)) == RS_OK ? 0 : 4);
	}
	if (waitpid(child, &status, 0) < 0)
		fail("waitpid");
	return status == 0;
}

/* A clear board, a folder and new rings. Returns as make_rings. */
static inline int episode_begin(const settings_t *settings)
{
	board_clear();
	findings.count = 0;
	memset(pids, 0, sizeof(pids));
	board->settings = *settings;
	snprintf(board->folder, sizeof(board->folder), "%s/ringscope-kill-XXXXXX", memory_folder());
	if (!mkdtemp(board->folder))
		fail(board->folder);
	snprintf(board->rings, sizeof(board->rings), "%.200s/rings", board->folder);
	return make_rings(settings);
}

static inline void episode_remove(void)
{
	(void)nftw(board->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline int is_full(void)
{
	return board->party_count + 4 > PARTIES_MOST || board->log_count + 4 * board->settings.threads > LOGS_MOST;
}

static inline party_t *new_party(void)
{
	party_t *party = &board->parties[board->party_count];
	party->number = board->party_count++;
	return party;
}

static inline party_t *start_producer(uint32_t target, uint32_t countdown)
{
	party_t *party = new_party();
	party->target = target;
	party->countdown = countdown;
	party->first_log = board->log_count;
	board->log_count += board->settings.threads;
	pids[party->number] = fork_child();
	if (pids[party->number] == 0)
		run_producer(party);
	return party;
}

static inline party_t *start_reader(uint32_t *random, uint32_t target, uint32_t countdown, uint32_t stop)
{
	party_t *party = new_party();
	party->is_reader = 1;
	party->reading = draw(random, READINGS);
	party->batch_rows = 16 + draw(random, 200);
	/* Who takes rows one by one can end only if the pool takes all that waits, in the rings and copied out of them. */
	if (party->reading == READING_NEXT)
		party->batch_rows += BATCH_ROWS_LARGE;
	party->target = target;
	party->countdown = countdown;
	party->stop = stop;
	pids[party->number] = fork_child();
	if (pids[party->number] == 0)
		run_reader(party);
	return party;
}

/* Waits for the end of a process, for at most `us`. Returns 0 when it is still there. */
static inline int wait_party(const party_t *party, uint32_t us, int *status)
{
	const uint64_t until = now_us() + us;
	for (;;) {
		const pid_t found = waitpid(pids[party->number], status, WNOHANG);
		if (found < 0)
			fail("waitpid");
		if (found > 0) {
			pids[party->number] = 0;
			return 1;
		}
		if (now_us() >= until)
			return 0;
		sleep_us(50);
	}
}

/* A process that nobody wanted dead must end with 0. */
static inline void judge_end(const party_t *party, int status)
{
	if (status != 0 && !party->complaint[0])
		complain("%s %u ended with wait status 0x%x", party->is_reader ? "reader" : "producer", party->number,
			 (unsigned)status);
}

/* Kills a process that runs. Returns 0 when it had ended before. */
static inline int kill_now(const party_t *party)
{
	int status = 0;
	if (kill(pids[party->number], SIGKILL) != 0)
		fail("kill");
	if (waitpid(pids[party->number], &status, 0) < 0)
		fail("waitpid");
	pids[party->number] = 0;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
		histogram_by_time(party);
		return 1;
	}
	judge_end(party, status);
	return 0;
}

/* Waits until a victim reaches its point. Returns 1 when it died there, 0 when it was killed later or ended before. */
static inline int await_point(const party_t *party, uint32_t us)
{
	int status = 0;
	if (!wait_party(party, us, &status))
		return (void)kill_now(party), 0;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
		histogram_at_point(party->target - 1);
		return 1;
	}
	judge_end(party, status);
	return 0;
}

static inline uint32_t count_running(int is_reader)
{
	uint32_t count = 0;
	for (uint32_t n = 0; n < board->party_count; n++)
		count += pids[n] && (int)board->parties[n].is_reader == is_reader;
	return count;
}

/* The nth running process of its kind. */
static inline party_t *running(int is_reader, uint32_t nth)
{
	for (uint32_t n = 0; n < board->party_count; n++)
		if (pids[n] && (int)board->parties[n].is_reader == is_reader && nth-- == 0)
			return &board->parties[n];
	return NULL;
}

/* Takes notice of those that have ended by themselves: producers whose logs are full. */
static inline void reap(void)
{
	for (uint32_t n = 0; n < board->party_count; n++) {
		int status = 0;
		if (pids[n] && wait_party(&board->parties[n], 0, &status))
			judge_end(&board->parties[n], status);
	}
}

static inline void stop_party(party_t *party)
{
	int status = 0;
	store_word(&party->stop, 1);
	if (wait_party(party, END_PATIENCE_US, &status)) {
		judge_end(party, status);
		return;
	}
	complain("%s %u does not end", party->is_reader ? "reader" : "producer", party->number);
	(void)kill_now(party);
}

/* With a reader at work, new entries come in, whoever has died before. */
static inline void expect_progress(void)
{
	const uint64_t until = now_us() + PROGRESS_PATIENCE_US;
	uint64_t committed = 0;
	while (committed < PROGRESS && now_us() < until && !is_full()) {
		party_t *party = start_producer(0, 0);
		int status = 0;
		while (load_word(&party->committed) < PROGRESS && now_us() < until && !wait_party(party, 500, &status))
			;
		committed += load_word(&party->committed);
		if (!pids[party->number])
			judge_end(party, status);
		if (committed < PROGRESS)
			sleep_us(PROGRESS_PAUSE_US);
	}
	if (committed < PROGRESS)
		complain("only %llu entries came in while a reader was there: %u parties, %.1f s", (unsigned long long)committed,
			 board->party_count, (double)(now_us() + PROGRESS_PATIENCE_US - until) / 1e6);
}

/* Whoever still runs ends in order; what a new last reader has not taken by then stays. */
static inline void episode_end(uint32_t *random)
{
	board->is_quiet = 1;
	while (count_running(1)) {
		party_t *reader = running(1, 0);
		if (draw(random, 3) == 0)
			(void)kill_now(reader);
		else
			stop_party(reader);
	}
	stop_party(start_reader(random, 0, 0, 1));
	oracle_check();
}

#endif /* KILL_EPISODE_H */
