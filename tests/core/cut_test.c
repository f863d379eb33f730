/* SPDX-License-Identifier: MIT */
/*
 * cut_test.c - the file of a ring set is cut short under those who have it mapped: nobody gets SIGBUS, and each is told. And memory files, which
 * cannot be cut.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include "reading.h"
#include "rs_log.h"

static rings_t set;
static reading_t reading;

static void make(void)
{
	rings_make(&set, &(rs_plan_t){.ring_count = 2, .ring_bytes = 65536, .intent_count = 16});
}

static void silence(void)
{
	REQUIRE(freopen("/dev/null", "w", stderr) != NULL);
}

/* 0, and not a signal. */
#define CHECK_ENDS_WELL(status) CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0)

static const uint64_t lengths[] = {0, 4096, 65536, 65536 + 4096, 200000};

static void log_into_cut_file(void *argument)
{
	char message[512];
	const uint64_t length = *(const uint64_t *)argument;
	silence();
	if (rs_open(set.path, message, sizeof(message)) != RS_OK)
		_exit(3);
	if (rs_send(1, 2, "before", 6) != RS_OK)
		_exit(4);
	if (ftruncate(set.file.file, (off_t)length) != 0)
		_exit(5);
	/* Sooner or later a page is touched that is gone. */
	for (uint32_t n = 0; n < 10000 && rs_is_open(); n++)
		(void)rs_send(1, 2, "behind", 6);
	if (rs_is_open() || rs_send(1, 2, "behind", 6) != RS_NOT_OPEN)
		_exit(6);
	_exit(0);
}

TEST("a program whose rings are cut short goes on, not recorded any more")
{
	for (uint32_t n = 0; n < sizeof(lengths) / sizeof(lengths[0]); n++) {
		make();
		uint64_t length = lengths[n];
		const int status = check_in_child(log_into_cut_file, &length);
		CHECK_ENDS_WELL(status);
		/* Our own mapping is watched too. */
		(void)*(volatile uint64_t *)(void *)&set.pages[0].reserve.position;
		rings_drop(&set);
	}
}

#if !defined(__SANITIZE_THREAD__) /* TSan takes the pages that the handler puts in place for those that were there */
static int is_stopping;
static uint32_t loggers;

static void *log_on(void *argument)
{
	(void)argument;
	(void)rs_send(1, 2, "some bytes", 10);
	__atomic_add_fetch(&loggers, 1, __ATOMIC_RELAXED);
	while (!__atomic_load_n(&is_stopping, __ATOMIC_RELAXED))
		(void)rs_send(1, 2, "some bytes", 10);
	return NULL;
}

static void log_from_threads_into_cut_file(void *argument)
{
	pthread_t threads[4];
	char message[512];
	(void)argument;
	silence();
	if (rs_open(set.path, message, sizeof(message)) != RS_OK)
		_exit(3);
	for (uint32_t n = 0; n < 4; n++)
		if (pthread_create(&threads[n], NULL, log_on, NULL) != 0)
			_exit(4);
	while (__atomic_load_n(&loggers, __ATOMIC_RELAXED) < 4)
		rs_sleep_ns(1000000);
	if (ftruncate(set.file.file, 0) != 0)
		_exit(5);
	/* The first that touches a page closes the rings; the others may be inside of theirs. */
	while (rs_is_open())
		rs_sleep_ns(1000000);
	rs_sleep_ns(20000000);
	__atomic_store_n(&is_stopping, 1, __ATOMIC_RELAXED);
	for (uint32_t n = 0; n < 4; n++)
		pthread_join(threads[n], NULL);
	_exit(0);
}

TEST("threads in the middle of their writes survive it too")
{
	for (uint32_t n = 0; n < 20; n++) {
		make();
		const int status = check_in_child(log_from_threads_into_cut_file, NULL);
		CHECK_ENDS_WELL(status);
		rings_drop(&set);
	}
}

#endif

TEST("a reader whose rings are cut short says so, and keeps what it had taken")
{
	for (uint32_t n = 0; n < sizeof(lengths) / sizeof(lengths[0]); n++) {
		uint64_t entries = 0;
		make();
		reading_begin(&reading, &set);
		for (uint32_t entry = 0; entry < 20; entry++)
			rings_put(&set, entry % 2, 100);
		reading_look(&reading);
		CHECK_EQUAL(reading.row_count, 20);
		rings_put(&set, 1, 8);
		REQUIRE_EQUAL(ftruncate(set.file.file, (off_t)lengths[n]), 0);
		rs_status_t status = RS_OK;
		for (uint32_t look = 0; look < 3 && status == RS_OK; look++)
			status = rs_drain_once(reading.capture, &entries);
		CHECK_EQUAL(status, RS_IO);
		CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_IO);
		reading_count(&reading);
		CHECK(reading.row_count >= 20);
		for (uint32_t ring = 0; ring < 2; ring++)
			CHECK_EQUAL(reading.rings[ring].attempts,
				    reading.rings[ring].read + rs_hole_lost(&reading.rings[ring]) + reading.rings[ring].pending);
		reading_end(&reading);
		rings_drop(&set);
	}
}

static volatile sig_atomic_t own_handler_calls;
static uint8_t *own_page;

static void own_handler(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	own_handler_calls++;
	REQUIRE_EQUAL((uintptr_t)info->si_addr, (uintptr_t)own_page);
	(void)mmap(own_page, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void fault_elsewhere(void *argument)
{
	char message[512];
	struct sigaction action = {.sa_sigaction = own_handler, .sa_flags = SA_SIGINFO};
	(void)argument;
	/* This program's handler was there first: ours sits in front of it. */
	sigaction(SIGBUS, &action, NULL);
	if (rs_open(set.path, message, sizeof(message)) != RS_OK)
		_exit(3);
	const int file = memfd_create("another file", 0);
	own_page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	*(volatile uint8_t *)own_page = 1;
	_exit(own_handler_calls == 1 && rs_is_open() ? 0 : 4);
}

static void fault_without_handler(void *argument)
{
	char message[512];
	(void)argument;
	signal(SIGBUS, SIG_DFL);
	if (rs_open(set.path, message, sizeof(message)) != RS_OK)
		_exit(3);
	const int file = memfd_create("another file", 0);
	*(volatile uint8_t *)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) = 1;
	_exit(0);
}


TEST("memory files cannot be cut, by anybody, and are read like others")
{
	char path[64];
	char message[512] = "";
	memset(&reading, 0, sizeof(reading));
	REQUIRE_EQUAL(rs_create(NULL, &(rs_create_options_t){.ring_count = 2, .ring_bytes = 65536}, message, sizeof(message)), RS_OK);
	REQUIRE_EQUAL(rs_path(path, sizeof(path)), RS_OK);
	CHECK_EQUAL(rs_path(path, 5), RS_BAD_ARGUMENT);
	REQUIRE_EQUAL(rs_path(path, sizeof(path)), RS_OK);
	CHECK_EQUAL(truncate(path, 0), -1);
	CHECK_EQUAL(errno, EPERM);
	CHECK_EQUAL(truncate(path, 1 << 30), -1);
	CHECK_EQUAL(rs_send(7, 8, "1234", 4), RS_OK);
	rs_row_t row;
	rs_capture_t *capture;
	rs_message_t why;
	REQUIRE_EQUAL(rs_capture_open(path, RS_OPEN_DRAIN, &capture, &why), RS_OK);
	REQUIRE_EQUAL(rs_drain_open(capture, RS_POOL_BYTES_MIN, 0, 0, &why), RS_OK);
	REQUIRE_EQUAL(rs_capture_next(capture, &row), RS_OK);
	CHECK_EQUAL(row.type, 7);
	CHECK_EQUAL(row.length, 4);
	rs_capture_close(capture);
	rs_close();
	CHECK_EQUAL(rs_path(path, sizeof(path)), RS_NOT_OPEN);
}

TEST("what is no fault of the rings goes to the program's own handler, or ends it as before")
{
	/* A fresh program: in this one the guard is installed already. */
	make();
	char command[256];
	snprintf(command, sizeof(command), "RINGSCOPE_CUT_RINGS=/proc/%ld/fd/%d exec /proc/%ld/exe", (long)getpid(), set.file.file,
		 (long)getpid());
	setenv("RINGSCOPE_CUT_TEST", "handler", 1);
	CHECK_ENDS_WELL(system(command));
	setenv("RINGSCOPE_CUT_TEST", "none", 1);
	const int status = system(command);
	CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS) || (WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGBUS));
	unsetenv("RINGSCOPE_CUT_TEST");
	rings_drop(&set);
}

/* The program that the test above starts: this one again, before its tests. */
__attribute__((constructor)) static void fault_instead(void)
{
	const char *which = getenv("RINGSCOPE_CUT_TEST");
	if (!which)
		return;
	snprintf(set.path, sizeof(set.path), "%s", getenv("RINGSCOPE_CUT_RINGS"));
	if (strcmp(which, "handler") == 0)
		fault_elsewhere(NULL);
	fault_without_handler(NULL);
}
