/* SPDX-License-Identifier: MIT */
/* host.c - see host.h. Linux; Windows has a file of the same name. */
#define _GNU_SOURCE
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "clock.h"

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint32_t rs_host_clock_kind(void)
{
#if defined(__x86_64__)
	unsigned int a, b, c, d;
	/* Invariant TSC: CPUID 8000_0007h, EDX bit 8 (AMD APM vol. 3, E.4.6; Intel SDM vol. 3, 18.17.1). */
	if (__get_cpuid(0x80000007u, &a, &b, &c, &d) && (d & 1u << 8))
		return RS_CLOCK_TSC;
	return RS_CLOCK_MONOTONIC_NS;
#elif defined(__aarch64__)
	return RS_CLOCK_CNTVCT;
#else
	return RS_CLOCK_MONOTONIC_NS;
#endif
}

int rs_host_clock_is_the_systems(uint32_t clock_kind)
{
	return clock_kind == RS_CLOCK_MONOTONIC_NS;
}

void rs_host_sleep_ns(uint64_t ns)
{
	const struct timespec pause = {(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
	nanosleep(&pause, NULL);
}

uint64_t rs_host_clock_read(uint32_t clock_kind)
{
#ifdef RS_CLOCK_COUNTER
	if (clock_kind == RS_CLOCK_COUNTER)
		return rs_clock_counter();
#endif
	(void)clock_kind;
	return clock_ns(CLOCK_MONOTONIC);
}

uint64_t rs_host_unix_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

uint64_t rs_host_clock_read_ordered(uint32_t clock_kind)
{
#ifdef RS_CLOCK_COUNTER
	if (clock_kind == RS_CLOCK_COUNTER)
		return rs_clock_counter_ordered();
#endif
	(void)clock_kind;
	return clock_ns(CLOCK_MONOTONIC);
}

#ifndef __aarch64__
typedef struct {
	uint64_t ticks, ns;
} moment_t;

/* Now on both clocks: of several readings the quickest, since a thread may lose its processor between the two. */
static moment_t read_both(uint32_t clock_kind)
{
	moment_t best = {0};
	uint64_t best_width = UINT64_MAX;

	for (int try = 0; try < 5; try++) {
		const uint64_t before = rs_host_clock_read(clock_kind);
		const uint64_t ns = clock_ns(CLOCK_MONOTONIC_RAW);
		const uint64_t width = rs_host_clock_read(clock_kind) - before;
		if (width < best_width) {
			best_width = width;
			best = (moment_t){.ticks = before + width / 2, .ns = ns};
		}
	}
	return best;
}
#endif

uint64_t rs_host_clock_rate(uint32_t clock_kind)
{
	if (clock_kind == RS_CLOCK_MONOTONIC_NS)
		return 1000000000u;
#if defined(__aarch64__)
	uint64_t rate;
	__asm__ __volatile__("mrs %0, cntfrq_el0" : "=r"(rate));
	return rate;
#else
	const struct timespec pause = {0, 10000000};
	const moment_t start = read_both(clock_kind);
	nanosleep(&pause, NULL);
	const moment_t stop = read_both(clock_kind);
	return (uint64_t)((double)(stop.ticks - start.ticks) * 1e9 / (double)(stop.ns - start.ns));
#endif
}

uint32_t rs_host_processors(void)
{
	const long configured = sysconf(_SC_NPROCESSORS_CONF);
	return configured < 1 ? 1 : configured > (long)RS_RING_COUNT_MAX ? RS_RING_COUNT_MAX : (uint32_t)configured;
}

/* Start time of a process or of one of its threads, and whether anything of it still runs; 0 when there is nothing to be seen. */
static int read_stat(const char *path, uint64_t *start, int *is_running)
{
	char line[1024];
	const int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	const ssize_t got = read(file, line, sizeof(line) - 1);
	close(file);
	if (got <= 0)
		return 0;
	line[got] = '\0';
	/* proc(5): the name is in parentheses and may hold anything; field 3, the state of the first thread, follows it. */
	const char *field = strrchr(line, ')');
	if (!field || field[1] != ' ')
		return 0;
	const char state = field[2];
	for (int n = 2; field && n < 20; n++)
		field = strchr(field + 1, ' ');
	if (!field)
		return 0;
	/* A zombie waits for its parent only, unless it is a first thread that ended before the others (2): field 20 counts them. */
	*is_running = state != 'Z' && state != 'X' ? 1 : strtoull(field + 1, NULL, 10) > 1 ? 2 : 0;
	for (int n = 20; field && n < 22; n++)
		field = strchr(field + 1, ' ');
	*start = field ? strtoull(field + 1, NULL, 10) : 0;
	return field != NULL;
}

static int read_process(uint32_t pid, uint64_t *start, int *is_running)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	return read_stat(path, start, is_running);
}

uint32_t rs_host_process_id(void)
{
	return (uint32_t)getpid();
}

uint64_t rs_host_process_start(uint32_t pid)
{
	uint64_t start;
	int is_running;
	return read_process(pid, &start, &is_running) ? start : 0;
}

uint64_t rs_host_process_namespace(void)
{
	struct stat found;
	return stat("/proc/self/ns/pid", &found) == 0 ? (uint64_t)found.st_ino : 0;
}

int rs_host_process_alive(uint32_t pid, uint64_t start)
{
	uint64_t found;
	int is_running;

	if (pid == 0)
		return 1;
	if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
		return 0;
	if (!read_process(pid, &found, &is_running))
		return 1;
	return is_running && (start == 0 || found == start);
}

int rs_host_thread_alive(uint64_t owner, uint64_t start, uint64_t name_space)
{
	const uint32_t pid = (uint32_t)(owner >> 32), tid = (uint32_t)owner;
	char path[64];
	uint64_t found;
	int is_running;

	/* The number of a process in another container says nothing here. */
	if (name_space != 0 && name_space != rs_host_process_namespace())
		return 1;
	if (!rs_host_process_alive(pid, start))
		return 0;
	if (pid == 0 || tid == 0)
		return 1;
	if (syscall(SYS_tgkill, (pid_t)pid, (pid_t)tid, 0) != 0 && errno == ESRCH)
		return 0;
	/* A first thread that has ended stays a zombie for as long as the others run: its own state, without counting them. */
	snprintf(path, sizeof(path), "/proc/%u/task/%u/stat", pid, tid);
	if (!read_stat(path, &found, &is_running))
		return 1;
	return tid != pid || is_running == 1;
}

rs_status_t rs_host_random(void *bytes, size_t count)
{
	char *at = bytes;
	while (count) {
		const ssize_t got = getrandom(at, count, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return RS_IO;
		at += got;
		count -= (size_t)got;
	}
	return RS_OK;
}

int rs_host_set_variable(const char *name, const char *value)
{
	return setenv(name, value, 1) == 0 ? 0 : errno;
}

void rs_host_complain(const char *line, size_t length)
{
	const ssize_t written = write(STDERR_FILENO, line, length);
	(void)written;
}

rs_status_t rs_host_fail(int error, const char *what, const char *path, char *message, size_t message_bytes)
{
	if (message && message_bytes)
		snprintf(message, message_bytes, "%s %s: %s", what, path, strerror(error));
	return rs_host_library_status(error);
}
