/* SPDX-License-Identifier: MIT */
/*
 * on_pty.c - runs a program on a terminal of its own, as a person would: what comes in here is typed there.
 *
 *     on_pty PROGRAM ARGUMENT…
 *
 * Standard input goes to the terminal (a byte 3 is Ctrl-C), what the terminal shows to standard output. Ends with the program's
 * status, 128 + n for a signal, after the last process that has the terminal open has closed it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int copy(int from, int to)
{
	char bytes[4096];
	const ssize_t count = read(from, bytes, sizeof(bytes));
	if (count <= 0)
		return 0;
	for (ssize_t done = 0; done < count;) {
		const ssize_t written = write(to, bytes + done, (size_t)(count - done));
		if (written <= 0)
			return 0;
		done += written;
	}
	return 1;
}

int main(int argc, char **argv)
{
	struct winsize size = {.ws_row = 40, .ws_col = 120};
	int terminal, status;

	if (argc < 2)
		return 2;
	const pid_t child = forkpty(&terminal, NULL, NULL, &size);
	if (child < 0) {
		fprintf(stderr, "on_pty: %s\n", strerror(errno));
		return 1;
	}
	if (child == 0) {
		execvp(argv[1], argv + 1);
		fprintf(stderr, "on_pty: %s: %s\n", argv[1], strerror(errno));
		_exit(127);
	}
	struct pollfd ends[] = {{.fd = terminal, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
	for (;;) {
		if (poll(ends, 2, -1) < 0)
			break;
		/* Reading fails with EIO when nobody has the other side open any more. */
		if (ends[0].revents && !copy(terminal, STDOUT_FILENO))
			break;
		if (ends[1].revents && !copy(STDIN_FILENO, terminal))
			ends[1].fd = -1;
	}
	if (waitpid(child, &status, 0) != child)
		return 1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
