/* SPDX-License-Identifier: MIT */
/*
 * keeper.c - runs a daemon until standard input ends: `keeper PROGRAM ARG…`.
 *
 * However the bench ends, its end of the pipe closes; then the daemon is asked to end, and everything that it has started ends with it:
 * nothing is left running. Ends with the daemon's own code.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define POLL_MS 100
#define PATIENCE_MS 10000

static pid_t start(char **command)
{
	const pid_t child = fork();
	if (child != 0)
		return child;
	/* A group of its own, so that it can be ended as a whole, and a Ctrl-C meant for the bench does not reach it. */
	(void)setpgid(0, 0);
	(void)signal(SIGINT, SIG_DFL);
	(void)freopen("/dev/null", "r", stdin);
	execvp(command[0], command);
	fprintf(stderr, "%s: %s\n", command[0], strerror(errno));
	_exit(127);
}

/* 1 while any descendant is there. */
static int collect(pid_t daemon, int *code)
{
	int status;
	for (;;) {
		const pid_t ended = waitpid(-1, &status, WNOHANG);
		if (ended <= 0)
			return ended == 0;
		if (ended == daemon)
			*code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
}

int main(int argc, char **argv)
{
	struct pollfd input = {.fd = 0, .events = POLLIN};
	char ignored[64];
	int code = -1;

	/* What the daemon leaves behind becomes ours. */
	if (argc < 2 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		return 2;
	(void)signal(SIGINT, SIG_IGN);
	const pid_t daemon = start(argv + 1);
	if (daemon < 0)
		return 2;
	(void)setpgid(daemon, daemon);
	while (collect(daemon, &code) && code < 0)
		if (poll(&input, 1, POLL_MS) > 0 && read(0, ignored, sizeof(ignored)) <= 0)
			break;
	if (code < 0)
		(void)kill(daemon, SIGTERM);
	for (int waited = 0; collect(daemon, &code) && waited < 2 * PATIENCE_MS; waited += POLL_MS) {
		if (waited == PATIENCE_MS)
			(void)kill(-daemon, SIGKILL);
		(void)poll(NULL, 0, POLL_MS);
	}
	return code < 0 ? 1 : code;
}
