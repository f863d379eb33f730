/* SPDX-License-Identifier: MIT */
/*
 * witness.c - causes and effects: one party logs, hands a token to the next one, and that one logs. What was logged
 * because of something else must stand behind it, whatever threads, processes and processors the two are on.
 *
 *     witness atomic|futex|pipe --records FOLDER --steps N --parties P --noise T
 *
 *     atomic    parties are threads that watch a word
 *     futex     parties are processes that sleep on a word of shared memory
 *     pipe      parties are processes that read a byte
 *
 * Each step also logs a witness, an entry that says so itself (payload.h). Noise are threads that log without regard to
 * anybody and leave witnesses of their own order. Each party keeps a record (tests/stress/programs/record.h) whose stamps come from
 * the token's step alone: the token is the only thing that orders the parties. Logs into the rings that RINGSCOPE_RINGS names.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../stress/programs/attempt.h"

#define PARTIES_MAX 16u
#define TOKEN_CLOCK 1
#define PAYLOAD 48
#define NOISE_CAPACITY 20000u
#define TOKEN_CHAIN 0u /* noise has the chains of its keys */

static struct {
	const char *mode, *records;
	uint32_t steps, parties, noise;
} options = {.steps = 2000, .parties = 3, .noise = 2};

/* The step that is to be taken next. */
typedef struct {
	uint32_t next;
	uint32_t is_over;
} token_t;

static token_t *token;
static int pipes[PARTIES_MAX][2]; /* the n-th party reads from the n-th */

static void fail(const char *what)
{
	perror(what);
	exit(3);
}

static long futex(uint32_t *word, int operation, uint32_t value)
{
	return syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

/* Each returns when it is this party's turn for `step`. What the previous party did is then visible, and ordered before. */
static void await_atomic(uint32_t step)
{
	while (__atomic_load_n(&token->next, __ATOMIC_ACQUIRE) != step)
		sched_yield();
}

static void await_futex(uint32_t step)
{
	uint32_t seen;
	while ((seen = __atomic_load_n(&token->next, __ATOMIC_ACQUIRE)) != step)
		futex(&token->next, FUTEX_WAIT, seen);
}

static void await_pipe(uint32_t step)
{
	uint32_t told;
	if (read(pipes[step % options.parties][0], &told, sizeof(told)) != (ssize_t)sizeof(told) || told != step)
		fail("read a token");
}

static void pass_atomic(uint32_t step)
{
	__atomic_store_n(&token->next, step, __ATOMIC_RELEASE);
}

static void pass_futex(uint32_t step)
{
	__atomic_store_n(&token->next, step, __ATOMIC_RELEASE);
	futex(&token->next, FUTEX_WAKE, INT32_MAX);
}

static void pass_pipe(uint32_t step)
{
	if (write(pipes[step % options.parties][1], &step, sizeof(step)) != (ssize_t)sizeof(step))
		fail("write a token");
}

static const struct {
	const char *name;
	void (*await)(uint32_t step);
	void (*pass)(uint32_t step);
	int is_of_processes;
} modes[] = {{"atomic", await_atomic, pass_atomic, 0},
	     {"futex", await_futex, pass_futex, 1},
	     {"pipe", await_pipe, pass_pipe, 1}};
static uint32_t mode;

static void begin_writer(writer_t *writer, uint32_t key, uint32_t capacity)
{
	*writer = (writer_t){.key = key, .pid = (uint32_t)getpid(), .tid = (uint32_t)syscall(SYS_gettid)};
	writer->clock = &writer->own_clock;
	writer->records = record_file_make(options.records, key, capacity);
}

/* Neighbours are on different processors, where there are several. */
static void sit_apart(uint32_t party)
{
	cpu_set_t allowed, one;
	uint32_t skip;
	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		fail("sched_getaffinity");
	skip = party % (uint32_t)CPU_COUNT(&allowed);
	for (uint32_t processor = 0; processor < CPU_SETSIZE; processor++) {
		if (!CPU_ISSET(processor, &allowed) || skip-- != 0)
			continue;
		CPU_ZERO(&one);
		CPU_SET(processor, &one);
		if (sched_setaffinity(0, sizeof(one), &one) != 0)
			fail("sched_setaffinity");
		return;
	}
}

static void try_one(writer_t *writer, uint32_t number)
{
	static const enum record_how hows[] = {HOW_COMMIT, HOW_SEND, HOW_LOG, HOW_COMMIT, HOW_DISCARD};
	uint8_t payload[PAYLOAD + 32];
	const enum record_how how = hows[number % (sizeof(hows) / sizeof(hows[0]))];
	const attempt_t attempt = {
		.how = how,
		.severity = RS_INFO,
		.kind = how == HOW_LOG ? RS_KIND_TEXT : RS_KIND_DATA,
		.length = PAYLOAD,
		.payload = payload,
		.payload_max = PAYLOAD,
	};
	(void)attempt_make(writer, &attempt);
}

static void leave_witness(writer_t *writer, uint64_t chain, uint64_t step)
{
	uint64_t payload[WITNESS_BYTES / sizeof(uint64_t)] = {chain, step};
	const attempt_t attempt = {
		.how = HOW_WITNESS,
		.severity = RS_INFO,
		.kind = RS_KIND_DATA,
		.length = WITNESS_BYTES,
		.payload = (uint8_t *)payload,
		.payload_max = PAYLOAD,
	};
	(void)attempt_make(writer, &attempt);
}

static void *take_part(void *argument)
{
	const uint32_t party = (uint32_t)(uintptr_t)argument;
	writer_t writer;

	begin_writer(&writer, party, 2 * (options.steps / options.parties + 1));
	writer.records->clock = TOKEN_CLOCK;
	sit_apart(party);
	for (uint32_t step = party; step < options.steps; step += options.parties) {
		modes[mode].await(step);
		writer.own_clock = 4 * step; /* two attempts, two stamps each */
		try_one(&writer, step);
		leave_witness(&writer, TOKEN_CHAIN, step);
		modes[mode].pass(step + 1);
	}
	writer.records->is_done = 1;
	return NULL;
}

static void *make_noise(void *argument)
{
	writer_t writer;
	begin_writer(&writer, PARTIES_MAX + (uint32_t)(uintptr_t)argument, NOISE_CAPACITY);
	for (uint32_t n = 0; n < NOISE_CAPACITY / 2 && !__atomic_load_n(&token->is_over, __ATOMIC_ACQUIRE); n++) {
		try_one(&writer, n);
		leave_witness(&writer, writer.key, n);
		sched_yield();
	}
	writer.records->is_done = 1;
	return NULL;
}

static void start_threads(pthread_t *threads, uint32_t count, void *(*run)(void *))
{
	for (uint32_t n = 0; n < count; n++) {
		if (pthread_create(&threads[n], NULL, run, (void *)(uintptr_t)n) != 0)
			fail("pthread_create");
	}
}

static void join_threads(const pthread_t *threads, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++)
		pthread_join(threads[n], NULL);
}

static void run_processes(void)
{
	for (uint32_t n = 0; n < options.parties; n++) {
		const pid_t child = fork();
		if (child < 0)
			fail("fork");
		if (child == 0) {
			take_part((void *)(uintptr_t)n);
			exit(0);
		}
	}
	for (uint32_t n = 0; n < options.parties; n++) {
		int status = 0;
		if (wait(&status) < 0 || status != 0) {
			fprintf(stderr, "witness: a party ended with wait status 0x%x\n", (unsigned)status);
			exit(1);
		}
	}
}

static int run(void)
{
	pthread_t parties[PARTIES_MAX], noise[PARTIES_MAX];
	char path[4096];

	snprintf(path, sizeof(path), "%s/token", options.records);
	token = map_new_file(path, sizeof(*token));
	for (uint32_t n = 0; n < options.parties; n++) {
		if (pipe(pipes[n]) != 0)
			fail("pipe");
	}
	/* The first token comes from nobody. The last one is taken by nobody: it stays in its pipe. */
	if (strcmp(modes[mode].name, "pipe") == 0)
		pass_pipe(0);
	start_threads(noise, options.noise, make_noise);
	if (modes[mode].is_of_processes) {
		run_processes();
	} else {
		start_threads(parties, options.parties, take_part);
		join_threads(parties, options.parties);
	}
	__atomic_store_n(&token->is_over, 1, __ATOMIC_RELEASE);
	join_threads(noise, options.noise);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option names[] = {{"records", 1, NULL, 'r'}, {"steps", 1, NULL, 's'},
					      {"parties", 1, NULL, 'p'}, {"noise", 1, NULL, 'n'},
					      {"ring-bytes", 1, NULL, 'b'}, {0}};
	int letter;

	while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1) {
		const uint32_t value = (uint32_t)strtoul(optarg ? optarg : "", NULL, 10);
		switch (letter) {
		case 'r':
			options.records = optarg;
			break;
		case 's':
			options.steps = value;
			break;
		case 'p':
			options.parties = value;
			break;
		case 'n':
			options.noise = value;
			break;
		case 'b': /* the caller tells it every program; nothing here depends on it */
			break;
		default:
			return 2;
		}
	}
	while (optind < argc && mode < 3 && strcmp(argv[optind], modes[mode].name) != 0)
		mode++;
	if (!options.records || optind + 1 != argc || mode == 3 || options.parties == 0 || options.parties > PARTIES_MAX ||
	    options.noise > PARTIES_MAX) {
		fprintf(stderr, "usage: witness atomic|futex|pipe --records FOLDER [--steps N --parties P --noise T]\n");
		return 2;
	}
	if (!rs_is_open()) {
		fprintf(stderr, "witness: no rings are open: set RINGSCOPE_RINGS\n");
		return 3;
	}
	return run();
}
