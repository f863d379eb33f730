/* SPDX-License-Identifier: MIT */
/*
 * controlled.c - a program whose call sites are switched on and off from outside.
 *
 *     controlled RINGS STEP_DIR        makes the rings, unless they are there
 *
 * Makes STEP_DIR/0.done when the rings are there. Comes by all of its sites once for each file STEP_DIR/N.go, N from 1 on, and then makes STEP_DIR/N.done; ends at STEP_DIR/end. Its third
 * event is called from the second step on only, so that it registers when rules are there already.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "rs_event.h"

static int is_there(const char *folder, const char *name)
{
	char path[4096];
	struct stat found;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return stat(path, &found) == 0;
}

static void say_done(const char *folder, int step)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%d.done", folder, step);
	FILE *file = fopen(path, "w");
	if (!file || fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

static void nvme_reset(int step)
{
	(void)rs_log(RS_WARN, "reset %d", step);
}

static void come_by(int step)
{
	(void)RS_EVENT(RS_INFO, nvme_submit, "step=%d", step);
	(void)RS_EVENT(RS_ERROR, nvme_fail, "step=%d status=%s", step, rs_errno(5));
	(void)RS_EVENT(RS_DEBUG, io_poll, "step=%d", step);
	nvme_reset(step);
	if (step > 1)
		(void)RS_EVENT(RS_INFO, nvme_late, "step=%d", step);
}

int main(int count, char **arguments)
{
	char message[256] = "";
	char go[32];
	const struct timespec pause = {0, 5000000};

	if (count < 3) {
		fprintf(stderr, "usage: controlled RINGS STEP_DIR\n");
		return 2;
	}
	rs_status_t status = rs_create(arguments[1], NULL, message, sizeof(message));
	if (status == RS_EXISTS)
		status = rs_open(arguments[1], message, sizeof(message));
	if (status != RS_OK) {
		fprintf(stderr, "controlled: %s\n", message);
		return 1;
	}
	say_done(arguments[2], 0);
	for (int step = 1;; step++) {
		snprintf(go, sizeof(go), "%d.go", step);
		while (!is_there(arguments[2], go)) {
			if (is_there(arguments[2], "end"))
				return 0;
			nanosleep(&pause, NULL);
		}
		come_by(step);
		say_done(arguments[2], step);
	}
}
