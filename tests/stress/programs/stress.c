/* SPDX-License-Identifier: MIT */
/*
 * stress.c - processes and threads that log as unkindly as the contract allows, and keep a record of their own.
 *
 *     stress make RINGS RING_COUNT RING_BYTES               makes a ring set
 *     stress run --records FOLDER [options]                 logs into the rings that RINGSCOPE_RINGS names
 *
 * With --until FILE each thread goes on slowly after its attempts, until that file is there. Processes that --kills counts log until they
 * are killed.
 *
 * What it tried and what the calls returned goes to FOLDER (record.h); check.ts compares that with what was captured.
 * Every choice comes from --seed; what the system decides (scheduling, arrival of signals) does not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attempt.h"

#ifndef sigev_notify_thread_id /* glibc before 2.41 and musl */
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define HANDLERS 3 /* signals that interrupt each other */
#define DEPTHS (HANDLERS + 1)
#define PROCESSES_MAX 64u
#define THREADS_MAX 256u
#define TEXT_MIN 20u   /* names its thread and number */
#define TEXT_MAX 1200u /* some are longer than rs_log keeps */
#define UNTIL_MORE 60000u /* attempts that there is room for after the usual ones, a ms apart */

enum placing { PLACING_FREE, PLACING_PINNED, PLACING_ROAMING };

static struct {
	const char *records, *until;
	uint32_t seed, processes, threads, attempts;
	uint32_t ring_bytes;
	uint32_t payload_max;     /* most that a ring takes: ring size / 8, less the header */
	uint32_t usual_max;       /* longest of the usual payloads */
	uint32_t large_per_mille; /* how many may be as long as payload_max, or longer */
	uint32_t signal_us;       /* mean interval of each timer; 0: no signals */
	uint32_t kills;
	enum placing placing;
	int is_clock_shared, is_patient;
} options = {.seed = 1,
	     .processes = 2,
	     .threads = 4,
	     .attempts = 10000,
	     .ring_bytes = RS_RING_BYTES_MIN,
	     .usual_max = 200,
	     .large_per_mille = 20};

/* Shared by all processes. */
typedef struct {
	uint32_t clock;
	uint32_t ready; /* threads that are waiting for the start */
	uint32_t progress[PROCESSES_MAX];
} common_t;

typedef struct {
	pthread_t thread;
	writer_t writer;
	uint32_t process;
	uint32_t processor;
	uint32_t depth;
	int is_logging; /* handlers may log */
	uint32_t random[DEPTHS];
	uint8_t *payloads[DEPTHS];
	timer_t timers[HANDLERS];
} thread_t;

static common_t *common;
static thread_t *threads;
static cpu_set_t processors; /* that the program may use */
static uint32_t working;     /* threads of this process that have not finished */
static pthread_barrier_t leaving;
static int signals[HANDLERS];
static __thread thread_t *self;

static void fail(const char *what, int error)
{
	fprintf(stderr, "stress: %s: %s\n", what, strerror(error));
	exit(3);
}

/* Each depth has a generator of its own, so that a handler does not tear the state of what it interrupts. */
static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return (uint32_t)((uint64_t)*state * below >> 32);
}

static uint32_t nth_processor(uint32_t n)
{
	n %= (uint32_t)CPU_COUNT(&processors);
	for (uint32_t processor = 0;; processor++) {
		if (CPU_ISSET(processor, &processors) && n-- == 0)
			return processor;
	}
}

static void move_to(uint32_t tid, uint32_t processor)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(processor, &one);
	/* A thread that has ended in between is no failure. */
	if (sched_setaffinity((pid_t)tid, sizeof(one), &one) != 0 && errno != ESRCH)
		fail("sched_setaffinity", errno);
}

/* --- one attempt ------------------------------------------------------------------------------------------- */

/* Beyond what fits in memory is possible: the call must refuse before it looks at the bytes. */
static size_t draw_length(uint32_t *random, enum record_how how)
{
	const size_t immense[] = {(size_t)options.payload_max + 1, UINT32_MAX, (size_t)UINT32_MAX + 9, SIZE_MAX};

	if (how == HOW_LOG)
		return TEXT_MIN + draw(random, draw(random, 20) ? 120 : TEXT_MAX - TEXT_MIN);
	if (draw(random, 1000) < options.large_per_mille)
		return draw(random, 4) ? 1 + draw(random, options.payload_max) : immense[draw(random, 4)];
	if (draw(random, 12) == 0)
		return draw(random, 17); /* around every edge of the alignment, and nothing at all */
	return draw(random, options.usual_max + 1);
}

/* With the entry half filled: a handler that logs, another thread, or neither. */
static void come_between(void *argument)
{
	thread_t *thread = argument;
	const uint32_t depth = thread->depth;
	uint32_t *random = &thread->random[depth];

	switch (draw(random, 16)) {
	case 0:
	case 1:
		if (depth < HANDLERS && options.signal_us)
			pthread_kill(pthread_self(), signals[depth + draw(random, HANDLERS - depth)]);
		break;
	case 2:
		sched_yield();
		break;
	default:
		break;
	}
}

static enum record_how draw_how(uint32_t *random)
{
	static const uint8_t hows[] = {HOW_WRITE, HOW_WRITE, HOW_SEND,   HOW_SEND,   HOW_TEXT,
				       HOW_LOG,   HOW_LOG,   HOW_COMMIT, HOW_COMMIT, HOW_DISCARD};
	return (enum record_how)hows[draw(random, sizeof(hows))];
}

static rs_status_t try_something(void)
{
	uint32_t *random = &self->random[self->depth];
	const enum record_how how = draw_how(random);
	const int is_text = how == HOW_TEXT || how == HOW_LOG || (how == HOW_COMMIT && draw(random, 2));
	const attempt_t attempt = {
		.how = how,
		.severity = (uint8_t)(how == HOW_SEND ? RS_INFO : RS_TRACE + (int)draw(random, RS_FATAL)),
		.kind = is_text ? RS_KIND_TEXT : RS_KIND_DATA,
		.depth = self->depth,
		.length = draw_length(random, how),
		.payload = self->payloads[self->depth],
		.payload_max = options.payload_max,
		.between = come_between,
		.argument = self,
	};
	return attempt_make(&self->writer, &attempt);
}

static void on_signal(int signal_number)
{
	const int error = errno;
	(void)signal_number;
	if (self && self->is_logging && self->depth < HANDLERS) {
		self->depth++;
		try_something();
		self->depth--;
	}
	errno = error;
}

/* --- threads ----------------------------------------------------------------------------------------------- */

/* A handler is interrupted by the signals above its own, so that the nest is at most HANDLERS deep. */
static void install_handlers(void)
{
	signals[0] = SIGUSR1;
	signals[1] = SIGUSR2;
	signals[2] = SIGRTMIN;
	for (int n = 0; n < HANDLERS; n++) {
		struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
		sigemptyset(&action.sa_mask);
		for (int lower = 0; lower <= n; lower++)
			sigaddset(&action.sa_mask, signals[lower]);
		if (sigaction(signals[n], &action, NULL) != 0)
			fail("sigaction", errno);
	}
}

static void start_timers(void)
{
	for (int n = 0; n < HANDLERS; n++) {
		struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signals[n]};
		/* Uneven intervals, so that the three drift through each other. */
		const long ns = (long)options.signal_us * (600 + (long)draw(&self->random[0], 800)) + n;
		const struct itimerspec when = {{0, ns}, {0, ns}};
		event.sigev_notify_thread_id = (pid_t)self->writer.tid;
		if (timer_create(CLOCK_MONOTONIC, &event, &self->timers[n]) != 0)
			fail("timer_create", errno);
		if (timer_settime(self->timers[n], 0, &when, NULL) != 0)
			fail("timer_settime", errno);
	}
}

static void stop_timers(void)
{
	for (int n = 0; n < HANDLERS; n++)
		timer_delete(self->timers[n]);
}

static void wait_for_start(void)
{
	const struct timespec pause = {0, 100000};
	__atomic_add_fetch(&common->ready, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&common->ready, __ATOMIC_SEQ_CST) < options.processes * options.threads)
		nanosleep(&pause, NULL);
}

/* Somebody still wants entries: one now and then, until he has had enough or the record is full. */
static void trickle(void)
{
	const struct timespec pause = {0, 1000000};
	while (options.until && access(options.until, F_OK) != 0 && try_something() != RS_END)
		nanosleep(&pause, NULL);
}

static int is_doomed(const thread_t *thread)
{
	return thread->process < options.kills;
}

static void *log_much(void *argument)
{
	self = argument;
	self->writer.tid = (uint32_t)syscall(SYS_gettid);
	if (options.placing == PLACING_PINNED)
		move_to(0, self->processor);
	wait_for_start();
	__atomic_store_n(&self->is_logging, 1, __ATOMIC_SEQ_CST);
	if (options.signal_us)
		start_timers();
	for (uint32_t n = 0; n < options.attempts || is_doomed(self); n++) {
		if (options.placing == PLACING_ROAMING && draw(&self->random[0], 16) == 0)
			move_to(0, nth_processor(draw(&self->random[0], 64)));
		const rs_status_t status = try_something();
		if (status == RS_END)
			break;
		if (status == RS_FULL && options.is_patient)
			sched_yield();
		__atomic_add_fetch(&common->progress[self->process], 1, __ATOMIC_RELAXED);
	}
	/* Its record is full, and it has not been killed yet: it waits for that, and does not end in order. */
	while (is_doomed(self)) {
		__atomic_store_n(&common->progress[self->process], UINT32_MAX / 2, __ATOMIC_RELAXED);
		pause();
	}
	if (options.signal_us)
		stop_timers();
	__atomic_store_n(&self->is_logging, 0, __ATOMIC_SEQ_CST);
	trickle();
	__atomic_store_n(&self->writer.records->is_done, 1, __ATOMIC_RELEASE);
	__atomic_sub_fetch(&working, 1, __ATOMIC_SEQ_CST);
	pthread_barrier_wait(&leaving);
	return NULL;
}

/* Throws signals at the threads and moves them, from outside: in the middle of whatever they do. */
static void disturb(uint32_t process)
{
	const struct timespec pause = {0, 30000};
	uint32_t random = options.seed * 7919u + process * 104729u + 17u;

	while (__atomic_load_n(&working, __ATOMIC_SEQ_CST)) {
		thread_t *thread = &threads[draw(&random, options.threads)];
		if (__atomic_load_n(&thread->is_logging, __ATOMIC_SEQ_CST)) {
			if (options.signal_us)
				pthread_kill(thread->thread, signals[draw(&random, HANDLERS)]);
			if (options.placing == PLACING_ROAMING)
				move_to(thread->writer.tid, nth_processor(draw(&random, 64)));
		}
		nanosleep(&pause, NULL);
	}
	pthread_barrier_wait(&leaving);
}

static void prepare(thread_t *thread, uint32_t process, uint32_t number)
{
	writer_t *writer = &thread->writer;
	/* Room for what handlers log; when it is full they keep silent and the thread ends. */
	const uint32_t capacity = (options.signal_us ? options.attempts * 3 : options.attempts) + (options.until ? UNTIL_MORE : 0);
	const size_t bytes = (options.payload_max > TEXT_MAX ? options.payload_max : TEXT_MAX) + 64;

	thread->process = process;
	writer->pid = (uint32_t)getpid();
	writer->key = process * options.threads + number;
	thread->processor = nth_processor(writer->key);
	writer->records = record_file_make(options.records, writer->key, capacity);
	writer->records->clock = options.is_clock_shared ? 1 : 0;
	writer->records->pinned_plus_1 = options.placing == PLACING_PINNED ? thread->processor + 1 : 0;
	writer->clock = options.is_clock_shared ? &common->clock : &writer->own_clock;
	for (uint32_t depth = 0; depth < DEPTHS; depth++) {
		thread->random[depth] = payload_seed(options.seed + writer->key, depth * 77u) | 1u;
		thread->payloads[depth] = malloc(bytes);
		if (!thread->payloads[depth])
			fail("malloc", ENOMEM);
	}
}

static int run_process(uint32_t process)
{
	threads = calloc(options.threads, sizeof(*threads));
	if (!threads)
		fail("calloc", ENOMEM);
	working = options.threads;
	pthread_barrier_init(&leaving, NULL, options.threads + 1);
	install_handlers();
	for (uint32_t n = 0; n < options.threads; n++)
		prepare(&threads[n], process, n);
	for (uint32_t n = 0; n < options.threads; n++) {
		const int error = pthread_create(&threads[n].thread, NULL, log_much, &threads[n]);
		if (error)
			fail("pthread_create", error);
	}
	disturb(process);
	for (uint32_t n = 0; n < options.threads; n++) {
		pthread_join(threads[n].thread, NULL);
		for (uint32_t depth = 0; depth < DEPTHS; depth++)
			free(threads[n].payloads[depth]);
	}
	free(threads);
	return 0;
}

/* --- processes --------------------------------------------------------------------------------------------- */

/* Kills the first `kills` processes, each at another part of its work. */
static void kill_some(const pid_t *children)
{
	const struct timespec pause = {0, 200000};
	for (uint32_t n = 0; n < options.kills; n++) {
		const uint32_t enough = options.attempts * options.threads / (options.kills + 2) * (n + 1);
		while (__atomic_load_n(&common->progress[n], __ATOMIC_RELAXED) < enough)
			nanosleep(&pause, NULL);
		kill(children[n], SIGKILL);
	}
}

static int run(void)
{
	pid_t children[PROCESSES_MAX];
	char path[4096];
	int result = 0;

	if (!rs_is_open()) {
		fprintf(stderr, "stress: no rings are open: set RINGSCOPE_RINGS\n");
		return 3;
	}
	if (sched_getaffinity(0, sizeof(processors), &processors) != 0)
		fail("sched_getaffinity", errno);
	snprintf(path, sizeof(path), "%s/common", options.records);
	common = map_new_file(path, sizeof(*common));
	for (uint32_t n = 0; n < options.processes; n++) {
		children[n] = fork();
		if (children[n] < 0)
			fail("fork", errno);
		if (children[n] == 0)
			exit(run_process(n));
	}
	kill_some(children);
	for (uint32_t n = 0; n < options.processes; n++) {
		int status = 0;
		if (waitpid(children[n], &status, 0) < 0)
			fail("waitpid", errno);
		const int is_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && n < options.kills;
		if (!is_killed && status != 0) {
			fprintf(stderr, "stress: process %u ended with wait status 0x%x\n", n, (unsigned)status);
			result = 1;
		}
	}
	return result;
}

static int make(int argc, char **argv)
{
	char message[512];
	if (argc != 7)
		return 2;
	const rs_create_options_t wanted = {.ring_count = (uint32_t)strtoul(argv[3], NULL, 10),
					    .ring_bytes = strtoull(argv[4], NULL, 10),
					    .mode = (uint32_t)strtoul(argv[5], NULL, 10),
					    .order = (uint32_t)strtoul(argv[6], NULL, 10)};
	if (rs_create(argv[2], &wanted, message, sizeof(message)) == RS_OK)
		return 0;
	fprintf(stderr, "stress: %s\n", message);
	return 3;
}

static int parse_options(int argc, char **argv)
{
	/* Options with a number, by their place in `names`. */
	uint32_t *const numbers[] = {&options.seed,      &options.processes,       &options.threads,   &options.attempts,
				     &options.usual_max, &options.large_per_mille, &options.signal_us, &options.kills,
				     &options.ring_bytes};
	int placing = PLACING_FREE;
	const struct option names[] = {{"seed", 1, NULL, 0},
				       {"processes", 1, NULL, 1},
				       {"threads", 1, NULL, 2},
				       {"attempts", 1, NULL, 3},
				       {"usual-max", 1, NULL, 4},
				       {"large-per-mille", 1, NULL, 5},
				       {"signal-us", 1, NULL, 6},
				       {"kills", 1, NULL, 7},
				       {"ring-bytes", 1, NULL, 8},
				       {"records", 1, NULL, 'r'},
				       {"until", 1, NULL, 'u'},
				       {"pinned", 0, &placing, PLACING_PINNED},
				       {"roaming", 0, &placing, PLACING_ROAMING},
				       {"shared-clock", 0, &options.is_clock_shared, 1},
				       {"patient", 0, &options.is_patient, 1},
				       {0}};
	int found, place;

	while ((found = getopt_long(argc, argv, "", names, &place)) != -1) {
		if (found == '?')
			return 0;
		if (found == 'r')
			options.records = optarg;
		else if (found == 'u')
			options.until = optarg;
		else if (!names[place].flag)
			*numbers[found] = (uint32_t)strtoul(optarg, NULL, 10);
	}
	options.placing = (enum placing)placing;
	const uint32_t entry_max = options.ring_bytes / 8;
	options.payload_max = (entry_max < RS_ENTRY_BYTES_MAX ? entry_max : RS_ENTRY_BYTES_MAX) - RS_ENTRY_HEADER_BYTES;
	return options.records && optind + 1 == argc && strcmp(argv[optind], "run") == 0 && options.processes > 0 &&
	       options.processes <= PROCESSES_MAX && options.threads > 0 && options.threads <= THREADS_MAX &&
	       options.kills <= options.processes && options.usual_max <= options.payload_max;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "make") == 0)
		return make(argc, argv);
	if (parse_options(argc, argv))
		return run();
	fprintf(stderr, "usage: stress make RINGS COUNT BYTES | stress run --records FOLDER [options]\n");
	return 2;
}
