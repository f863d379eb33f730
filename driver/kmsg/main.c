/* SPDX-License-Identifier: MIT */
/*
 * main.c - ringscope-kmsg: passes the Linux kernel's log on into a ring set. Started by `ringscope capture --kmsg`.
 *
 *     ringscope-kmsg --check                     says whether the log can be read: status 0, or 1 and why
 *     ringscope-kmsg RINGS all|new follow|once   begins with what dmesg shows, or with the next record;
 *                                                goes on, or takes what is there
 *
 * It ends in order on SIGTERM, SIGINT and at the end of its standard input, which its parent holds open: it never outlives it. Then it
 * takes what the kernel has logged by that time. Status 1 and one line on standard error when something fails, 2 for wrong use.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "open.h"
#include "relay.h"
#include "rs_log.h"

/* How long is still read after the wish to end, where the kernel logs faster than that or nobody makes room in the ring. */
#define END_PATIENCE_MS 1000u
/* Between two looks for room in the ring, whose reader tells nobody when it has made some. */
#define ROOM_WAIT_MS 1

static const char kmsg_path[] = "/dev/kmsg";
/* Documentation/admin-guide/devices.txt: character device 1, 11. */
#define KMSG_MAJOR 1
#define KMSG_MINOR 11

typedef struct {
	int log, signals;
	int is_following;
	int is_ending, is_orphan;
	uint64_t end_ms;
	rs_kmsg_relay_t relay;
	char record[RS_KMSG_RECORD_BYTES];
} reader_t;

static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* What to do about an open or a read that the system refuses. */
static int complain(const char *what, int error)
{
	const char *advice = "does dmesg show the kernel's log?";

	if (error == EPERM || error == EACCES)
		advice = "the kernel's log is for root and CAP_SYSLOG here: run it with sudo, or open it to everybody with "
			 "\"sudo sysctl kernel.dmesg_restrict=0\" (in a container: docker run --cap-add SYSLOG --device /dev/kmsg)";
	else if (error == ENOENT || error == ENXIO || error == ENODEV)
		advice = "there is no such device; in a container give it one: docker run --cap-add SYSLOG --device /dev/kmsg";
	fprintf(stderr, "%s %s: %s; %s\n", what, kmsg_path, strerror(error), advice);
	return 1;
}

/* Returns 0 when the log can be read: the kernel asks for the right to when it is opened. */
static int open_log(reader_t *reader)
{
	reader->log = open(kmsg_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (reader->log < 0)
		return complain("open", errno);
	/* Containers put other things in its place, which could be read for ever, or never: the null device, a console. */
	struct stat found;
	if (fstat(reader->log, &found) < 0)
		return complain("look at", errno);
	if (!S_ISCHR(found.st_mode) || found.st_rdev != makedev(KMSG_MAJOR, KMSG_MINOR)) {
		fprintf(stderr, "read %s: it is not the kernel's log but something else of that name; in a container: docker run "
				"--cap-add SYSLOG --device /dev/kmsg\n", kmsg_path);
		return 1;
	}
	/* To the first record that was not cleared with `dmesg --clear`: what dmesg shows. */
	if (lseek(reader->log, 0, SEEK_DATA) < 0)
		return complain("read", errno);
	return 0;
}

static void end_soon(reader_t *reader)
{
	if (!reader->is_ending)
		reader->end_ms = now_ms() + END_PATIENCE_MS;
	reader->is_ending = 1;
}

/* Waits for a record, or only for the wish to end, and notes the latter. */
static void wait_for(reader_t *reader, int with_log, int timeout_ms)
{
	struct pollfd found[3] = {{reader->signals, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}, {with_log ? reader->log : -1, POLLIN, 0}};

	/* Its end would be told again and again. */
	if (reader->is_orphan)
		found[1].fd = -1;
	if (poll(found, 3, timeout_ms) <= 0)
		return;
	if (found[0].revents) {
		struct signalfd_siginfo which;
		if (read(reader->signals, &which, sizeof(which)) == (ssize_t)sizeof(which))
			end_soon(reader);
	}
	if (found[1].revents) {
		char nothing[64];
		if (read(STDIN_FILENO, nothing, sizeof(nothing)) <= 0) {
			reader->is_orphan = 1;
			end_soon(reader);
		}
	}
}

static int is_over(const reader_t *reader)
{
	return reader->is_ending && now_ms() >= reader->end_ms;
}

/* One record: its bytes, 0 when there is none now, or -1 with errno. */
static ssize_t read_record(reader_t *reader)
{
	for (;;) {
		const ssize_t got = read(reader->log, reader->record, sizeof(reader->record));
		if (got >= 0)
			return got;
		/* EPIPE: the kernel has overwritten what came next; the number of the next record tells how many those were. */
		if (errno == EPIPE || errno == EINTR)
			continue;
		return errno == EAGAIN ? 0 : -1;
	}
}

/* Behind everything that is there, so that what is lost from here on can be counted. Returns 0, or -1 with errno. */
static int skip_all(reader_t *reader)
{
	ssize_t got;
	while ((got = read_record(reader)) > 0 && !is_over(reader))
		rs_kmsg_skip(&reader->relay, reader->record, (size_t)got);
	return got < 0 ? -1 : 0;
}

/* Until the end. Returns the program's status. */
static int pass_all_on(reader_t *reader)
{
	while (!is_over(reader)) {
		const ssize_t got = read_record(reader);
		if (got < 0)
			return complain("read", errno);
		if (got == 0) {
			if (reader->is_ending || !reader->is_following)
				return 0;
			wait_for(reader, 1, -1);
			continue;
		}
		/* The kernel's buffer is as good a place to wait in as the ring: nothing is refused here. */
		rs_status_t status;
		while ((status = rs_pass_on_room((size_t)got)) == RS_AGAIN && !is_over(reader))
			wait_for(reader, 0, ROOM_WAIT_MS);
		if (status == RS_AGAIN)
			return 0;
		if (status == RS_OK)
			status = rs_kmsg_pass_on(&reader->relay, reader->record, (size_t)got);
		/* Full: somebody else wrote in between, and the ring has counted it. */
		if (status != RS_OK && status != RS_FULL) {
			fprintf(stderr, "pass the kernel's log on: the rings are not what it needs, or were cut short (status %d)\n", status);
			return 1;
		}
		wait_for(reader, 0, 0);
	}
	return 0;
}

/* Ends in order: not in the middle of an entry. */
static int open_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int main(int count, char **arguments)
{
	static reader_t reader;
	char message[512];

	if (count == 2 && strcmp(arguments[1], "--check") == 0)
		return open_log(&reader);
	if (count != 4 || (strcmp(arguments[2], "all") != 0 && strcmp(arguments[2], "new") != 0) ||
	    (strcmp(arguments[3], "follow") != 0 && strcmp(arguments[3], "once") != 0)) {
		fprintf(stderr, "usage: ringscope-kmsg --check | RINGS all|new follow|once\n");
		return 2;
	}
	reader.is_following = strcmp(arguments[3], "follow") == 0;
	reader.signals = open_signals();
	if (open_log(&reader) != 0)
		return 1;
	if (strcmp(arguments[2], "new") == 0 && skip_all(&reader) != 0)
		return complain("read", errno);
	if (rs_open(arguments[1], message, sizeof(message)) != RS_OK) {
		fprintf(stderr, "pass the kernel's log on: %s\n", message);
		return 1;
	}
	return pass_all_on(&reader);
}
