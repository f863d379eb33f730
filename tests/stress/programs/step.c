/* SPDX-License-Identifier: MIT */
/*
 * step.c - something happens at every single instruction of a write. x86-64: the processor's trap flag raises SIGTRAP
 * after each instruction, so that the place is exact and every one of them is met, inside of the library too.
 *
 *     step signal --records FOLDER …     a handler logs at instruction 1, 2, 3 … of a write, until a write ends before it
 *     step nest   --records FOLDER …     a handler logs in there, and another one in that handler's write
 *     step first  --records FOLDER …     the interrupted write is the first one of its thread
 *     step kill   --records FOLDER …     the process is killed there; the next one goes on
 *
 * Options: --payload BYTES --ring-bytes BYTES --stride N (only every Nth place); for kill also --crowd N (so many
 * processes log and end before) and --through N (after each kill so many entries must find room: a dead writer that is
 * not passed leaves none). Logs into the rings that RINGSCOPE_RINGS names; prints how many places there were.
 */
#define _GNU_SOURCE
/* Steps through writes. To register a call's site takes some ten thousand instructions, once; tests/core/event_sites_test.c stops at its
 * named steps instead. */
#define RS_PLAIN_CALLS
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "attempt.h"

#define TRAP_FLAG 0x100
#define LEVELS 3 /* the thread, a handler, a handler of the handler */
#define PLACES_MAX 100000u
#define PAYLOAD_MAX 4096u
#define REFUSALS_MAX 10000u /* a ms apart */

static const enum record_how hows[] = {HOW_SEND, HOW_LOG, HOW_COMMIT, HOW_DISCARD, HOW_TEXT};
#define HOWS (sizeof(hows) / sizeof(hows[0]))

static struct {
	const char *records;
	size_t payload, payload_max;
	uint32_t stride, crowd, through;
} options = {.payload = 40, .payload_max = 456, .stride = 1, .through = 1};

typedef struct {
	uint32_t target; /* instruction after which something happens; 0: not stepping */
	uint32_t steps;
	int has_fired;
} stepper_t;

static writer_t writer;
static stepper_t steppers[LEVELS];
static volatile uint32_t level;
static uint8_t payloads[LEVELS][PAYLOAD_MAX + 64];
static void (*on_place)(void);

static void fail(const char *what)
{
	perror(what);
	exit(3);
}

/* The red zone below the stack pointer belongs to the compiler. */
static void start_stepping(void)
{
	__asm__ __volatile__("lea -128(%%rsp), %%rsp\n\t"
			     "pushfq\n\t"
			     "orq %0, (%%rsp)\n\t"
			     "popfq\n\t"
			     "lea 128(%%rsp), %%rsp"
			     :
			     : "i"(TRAP_FLAG)
			     : "memory", "cc");
}

static void stop_stepping(void)
{
	__asm__ __volatile__("lea -128(%%rsp), %%rsp\n\t"
			     "pushfq\n\t"
			     "andq %0, (%%rsp)\n\t"
			     "popfq\n\t"
			     "lea 128(%%rsp), %%rsp"
			     :
			     : "i"(~TRAP_FLAG)
			     : "memory", "cc");
}

static rs_status_t try_once(enum record_how how, int is_stepped)
{
	const int is_text = how == HOW_TEXT || how == HOW_LOG;
	const attempt_t attempt = {
		.how = how,
		.severity = RS_INFO,
		.kind = is_text ? RS_KIND_TEXT : RS_KIND_DATA,
		.depth = level,
		.length = options.payload,
		.payload = payloads[level],
		.payload_max = options.payload_max,
		.enter = is_stepped ? start_stepping : NULL,
		.leave = is_stepped ? stop_stepping : NULL,
	};
	const rs_status_t status = attempt_make(&writer, &attempt);
	if (status == RS_END) {
		fprintf(stderr, "step: the record is full\n");
		exit(3);
	}
	return status;
}

/* Tries once and steps until `target`. Returns 1 when the attempt was long enough to get there. */
static int try_stepped(enum record_how how, uint32_t target)
{
	stepper_t *stepper = &steppers[level];
	*stepper = (stepper_t){.target = target};
	try_once(how, 1);
	stepper->target = 0;
	return stepper->has_fired;
}

static void on_trap(int signal_number, siginfo_t *info, void *context)
{
	stepper_t *stepper = &steppers[level];
	const int error = errno;
	(void)signal_number;
	(void)info;
	if (stepper->target == 0 || ++stepper->steps != stepper->target)
		return;
	stepper->has_fired = 1;
	/* The rest of the write runs at full speed. */
	((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
	level++;
	on_place();
	level--;
	errno = error;
}

static void log_there(void)
{
	try_once(HOW_SEND, 0);
}

static uint32_t inner_target;
static int inner_fired;

static void log_stepped_there(void)
{
	if (level == LEVELS - 1)
		try_once(HOW_SEND, 0);
	else
		inner_fired = try_stepped(HOW_SEND, inner_target);
}

static void die_there(void)
{
	kill(getpid(), SIGKILL);
}

static void begin_thread(uint32_t key, uint32_t capacity)
{
	writer = (writer_t){.key = key, .pid = (uint32_t)getpid(), .tid = (uint32_t)syscall(SYS_gettid)};
	writer.records = record_file_make(options.records, key, capacity);
	writer.clock = &writer.own_clock;
}

/* --- modes ------------------------------------------------------------------------------------------------- */

static uint32_t step_signals(void)
{
	uint32_t places = 0;
	on_place = log_there;
	begin_thread(0, PLACES_MAX);
	for (uint32_t n = 0; n < HOWS; n++) {
		try_once(hows[n], 0); /* what is done once is behind us */
		/* Most of rs_log is the C library's formatting: a tenth of its places will do. */
		const uint32_t stride = hows[n] == HOW_LOG ? options.stride * 10 : options.stride;
		for (uint32_t target = 1; try_stepped(hows[n], target); target += stride)
			places++;
	}
	writer.records->is_done = 1;
	return places;
}

static uint32_t step_nests(void)
{
	uint32_t places = 0;
	on_place = log_stepped_there;
	begin_thread(0, PLACES_MAX);
	try_once(HOW_SEND, 0);
	for (uint32_t target = 1;; target += options.stride) {
		int is_long_enough = 0;
		inner_target = 1 + target % options.stride;
		do {
			is_long_enough = try_stepped(HOW_SEND, target);
			places += is_long_enough && inner_fired;
			inner_target += options.stride;
		} while (is_long_enough && inner_fired);
		if (!is_long_enough)
			break;
	}
	writer.records->is_done = 1;
	return places;
}

static void *write_first(void *argument)
{
	const uint32_t *target = argument;
	static uint32_t key;
	int is_long_enough;
	begin_thread(key++, 4);
	is_long_enough = try_stepped(HOW_SEND, *target);
	writer.records->is_done = 1;
	return is_long_enough ? argument : NULL;
}

static uint32_t step_first_writes(void)
{
	on_place = log_there;
	for (uint32_t target = 1;; target++) {
		pthread_t thread;
		void *result = NULL;
		if (pthread_create(&thread, NULL, write_first, &target) != 0 || pthread_join(thread, &result) != 0)
			fail("pthread_create");
		if (!result)
			return target - 1;
	}
}

/* Logs until `through` entries were taken. A ring that stays full is a stall; the bound only turns it into a failure. */
static void get_through(uint32_t place)
{
	const struct timespec pause = {0, 1000000};
	uint32_t refused = 0;
	for (uint32_t taken = 0; taken < options.through;) {
		if (try_once(HOW_SEND, 0) == RS_OK) {
			taken++;
			continue;
		}
		if (++refused > REFUSALS_MAX) {
			fprintf(stderr, "step: stalled after the kill at place %u\n", place);
			exit(1);
		}
		nanosleep(&pause, NULL);
	}
}

/* Processes that log once and end without a word to anybody, as the children of a server do. */
static void let_crowd_pass(uint32_t first_key)
{
	for (uint32_t n = 0; n < options.crowd; n++) {
		const pid_t child = fork();
		if (child < 0)
			fail("fork");
		if (child == 0) {
			begin_thread(first_key + n, 1);
			try_once(HOW_SEND, 0);
			writer.records->is_done = 1;
			_exit(0);
		}
		if (waitpid(child, NULL, 0) < 0)
			fail("waitpid");
	}
}

/* Returns 1 when the child was killed at its place, 0 when its write ended before. */
static int kill_a_child(uint32_t key, enum record_how how, uint32_t target)
{
	int status = 0;
	const pid_t child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0) {
		begin_thread(key, 4);
		/* On odd ones the killed write is the first of its process. Behind a crowd that one is long: it looks for a free
		 * intent record among those of all who came before. */
		if (target % 2 == 0 || options.crowd)
			try_once(HOW_SEND, 0);
		(void)try_stepped(how, target);
		writer.records->is_done = 1;
		_exit(0);
	}
	if (waitpid(child, &status, 0) < 0)
		fail("waitpid");
	if (status != 0 && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)) {
		fprintf(stderr, "step: a child ended with wait status 0x%x\n", (unsigned)status);
		exit(1);
	}
	return status != 0;
}

static uint32_t step_kills(void)
{
	uint32_t key = 1, places = 0;
	on_place = die_there;
	begin_thread(0, PLACES_MAX * 2);
	let_crowd_pass(key);
	key += options.crowd;
	for (uint32_t n = 0; n < 2; n++) {
		const enum record_how how = n ? HOW_DISCARD : HOW_SEND;
		/* Two in a row must get to the end: the first write of a process is longer than the next. */
		for (uint32_t target = 1, ended = 0; ended < 2; target += options.stride) {
			const int is_killed = kill_a_child(key++, how, target);
			ended = is_killed ? 0 : ended + 1;
			places += (uint32_t)is_killed;
			get_through(target);
		}
	}
	writer.records->is_done = 1;
	return places;
}

int main(int argc, char **argv)
{
	static const struct option names[] = {{"records", 1, NULL, 'r'},
					      {"payload", 1, NULL, 'p'},
					      {"ring-bytes", 1, NULL, 'b'},
					      {"stride", 1, NULL, 's'},
					      {"crowd", 1, NULL, 'c'},
					      {"through", 1, NULL, 't'},
					      {0}};
	const struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_NODEFER};
	int letter;

	while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1) {
		const unsigned long value = strtoul(optarg ? optarg : "", NULL, 10);
		if (letter == 'r')
			options.records = optarg;
		else if (letter == 'p')
			options.payload = value;
		else if (letter == 'b')
			options.payload_max = value / 8 - RS_ENTRY_HEADER_BYTES;
		else if (letter == 's')
			options.stride = (uint32_t)value;
		else if (letter == 'c')
			options.crowd = (uint32_t)value;
		else if (letter == 't')
			options.through = (uint32_t)value;
		else
			return 2;
	}
	if (!options.records || optind + 1 != argc || options.stride == 0 || options.payload > PAYLOAD_MAX) {
		fprintf(stderr, "usage: step signal|nest|first|kill --records FOLDER [options]\n");
		return 2;
	}
	if (!rs_is_open()) {
		fprintf(stderr, "step: no rings are open: set RINGSCOPE_RINGS\n");
		return 3;
	}
	if (sigaction(SIGTRAP, &action, NULL) != 0)
		fail("sigaction");
	const char *mode = argv[optind];
	uint32_t places;
	if (strcmp(mode, "signal") == 0)
		places = step_signals();
	else if (strcmp(mode, "nest") == 0)
		places = step_nests();
	else if (strcmp(mode, "first") == 0)
		places = step_first_writes();
	else if (strcmp(mode, "kill") == 0)
		places = step_kills();
	else
		return 2;
	printf("%u\n", places);
	return 0;
}
