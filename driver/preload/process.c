/* SPDX-License-Identifier: MIT */
/*
 * process.c - see process.h.
 *
 * A program that links libringscope.so tells what it does itself: it is left alone, and so is one whose rings cannot be opened, in
 * silence: most of those are children that outlived the capture.
 */
#define _GNU_SOURCE
#include "process.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "call_sites.h"
#include "host.h"
#include "open.h"
#include "real.h"
#include "rs_log.h"
#include "text.h"

#define ARGUMENTS_BYTES 1024u
/* Bytes of a quoted value, its escapes included. Both, their keys and the numbers fit into a line that rs_write does not cut. */
#define QUOTED_BYTES 350u
#define LINE_BYTES RS_TEXT_MAX

static pid_t own_process;
static uint64_t born, start_ns;

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void put_path(text_t *text)
{
	char path[PATH_MAX];
	const ssize_t length = readlink("/proc/self/exe", path, sizeof(path));
	if (length <= 0)
		return;
	text_key(text, "path");
	text_put_quoted(text, path, (size_t)length, QUOTED_BYTES);
}

static void put_arguments(text_t *text)
{
	char arguments[ARGUMENTS_BYTES];
	/* Past the wrappers: own_calls.c. */
	const int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? 0 : read(file, arguments, sizeof(arguments));
	if (file >= 0)
		close(file);
	while (length > 0 && arguments[length - 1] == '\0')
		length--;
	if (length <= 0)
		return;
	for (ssize_t n = 0; n < length; n++)
		if (arguments[n] == '\0')
			arguments[n] = ' ';
	text_key(text, "args");
	text_put_quoted(text, arguments, (size_t)length, QUOTED_BYTES);
}

/* `begun_ns`: when what the duration is of began. */
static void log_process(text_t *text, uint32_t type, uint64_t begun_ns)
{
	text_unsigned(text, "ppid", (uint64_t)getppid());
	text_unsigned(text, "born", born);
	text_unsigned(text, "ns", now_ns() - begun_ns);
	/* A full ring counts its refusals itself. */
	(void)rs_write(RS_DEBUG, RS_KIND_TEXT, type, 0, text->bytes, text->length);
}

/* The duration is what it takes to find this out and, in a program that was just executed, to open the rings. */
static void log_start(uint64_t begun_ns)
{
	char line[LINE_BYTES];
	text_t text = TEXT_IN(line);

	born = rs_host_process_start((uint32_t)getpid());
	start_ns = begun_ns;
	text_put(&text, "start");
	put_path(&text);
	put_arguments(&text);
	log_process(&text, PRELOAD_TYPE_START, begun_ns);
}

int preload_is_own_process(void)
{
	return getpid() == __atomic_load_n(&own_process, __ATOMIC_RELAXED);
}

/* Behind the library's own, which gives the child a place of its own in the intent table. */
static void after_fork(void)
{
	const int error = errno;
	__atomic_store_n(&own_process, getpid(), __ATOMIC_RELAXED);
	log_start(now_ns());
	errno = error;
}

/* Of a program that ends in order: by exit, or by returning from main. The duration is its recorded life. */
__attribute__((destructor)) static void end(void)
{
	const int error = errno;
	char line[LINE_BYTES];
	text_t text = TEXT_IN(line);

	if (rs_is_open() && preload_is_own_process()) {
		text_put(&text, "end");
		log_process(&text, PRELOAD_TYPE_END, start_ns);
	}
	errno = error;
}

__attribute__((constructor)) static void start(void)
{
	const int error = errno;
	const uint64_t begun_ns = now_ns();
	const char *path = getenv("RINGSCOPE_RINGS");

	preload_find_all();
	if (path && *path && !dlsym(RTLD_DEFAULT, "rs_write") && rs_open_unasked(path) == RS_OK &&
	    pthread_atfork(NULL, NULL, after_fork) == 0) {
		__atomic_store_n(&own_process, getpid(), __ATOMIC_RELAXED);
		preload_register_sites();
		log_start(begun_ns);
	}
	/* What was not found is not the program's error. */
	(void)dlerror();
	errno = error;
}
