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
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "open.h"
#include "real.h"
#include "rs_log.h"

static pid_t own_process;

int preload_is_own_process(void)
{
	return getpid() == __atomic_load_n(&own_process, __ATOMIC_RELAXED);
}

/* Behind the library's own, which gives the child a place of its own in the intent table. */
static void after_fork(void)
{
	__atomic_store_n(&own_process, getpid(), __ATOMIC_RELAXED);
}

__attribute__((constructor)) static void start(void)
{
	const int error = errno;
	const char *path = getenv("RINGSCOPE_RINGS");

	preload_find_all();
	if (path && *path && !dlsym(RTLD_DEFAULT, "rs_write") && rs_open_unasked(path) == RS_OK &&
	    pthread_atfork(NULL, NULL, after_fork) == 0)
		after_fork();
	/* What was not found is not the program's error. */
	(void)dlerror();
	errno = error;
}
