/* SPDX-License-Identifier: MIT */
/* main.c - runs the cases one after the other, each in a process of its own. */
#include <signal.h>
#include <sys/wait.h>

#include "device_case.h"
#include "tools.h"

/* Far beyond what a case takes on an emulated processor with the kernel's checkers on. */
#define CASE_SECONDS 600

static const struct device_case *const suites[] = {
	call_cases, linux_cases, refusal_cases, mapping_cases, life_cases, poll_cases, hostile_cases, fuzz_cases, NULL,
};

static int run_case(const struct device_case *at, const char *report_path)
{
	int status = 0;

	fflush(NULL);
	const pid_t child = fork();

	if (child == 0) {
		alarm(CASE_SECONDS);
		run_body(at, report_path);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || WIFSIGNALED(status)) {
		note("killed by signal %d (%d: it took longer than %d s)", WTERMSIG(status), SIGALRM, CASE_SECONDS);
		write_verdict(report_path, at->name, 0);
		status = 1;
	}
	remove_all_sets();
	return status == 0;
}

int main(int argc, char **argv)
{
	const int status = run_suites(suites, run_case, argc - 1, argv + 1);

	return status < 0 ? run_tool(argc - 1, argv + 1) : status;
}
