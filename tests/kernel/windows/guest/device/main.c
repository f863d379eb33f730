/* SPDX-License-Identifier: MIT */
/*
 * main.c - runs the cases one after the other, each in a process of its own, with the driver loaded.
 *
 *     device list | run REPORT [PART_OF_NAME] | service … | record … ; other words are those of processes that cases start
 */
#include "device_case.h"

/* Far beyond what a case takes on a machine that does something else too. */
#define CASE_SECONDS 600

static const struct device_case *const suites[] = {
	call_cases,   buffer_cases,  refusal_cases, rights_cases, life_cases, process_cases,
	control_cases, hostile_cases, fuzz_cases,    driver_cases, NULL,
};

static int run_case(const struct device_case *at, const char *report_path)
{
	char words[900];

	snprintf(words, sizeof(words), "case %s \"%s\"", report_path, at->name);
	const int64_t code = wait_for_end(start_self(words), CASE_SECONDS);

	if (code < 0 || code > 1) {
		note("it ended with %#llx (-1: after %d s, by force)", (long long)code, CASE_SECONDS);
		write_verdict(report_path, at->name, 0);
	}
	remove_all_sets();
	return code == 0;
}

static int run_one(const char *report_path, const char *name)
{
	for (size_t suite = 0; suites[suite]; suite++)
		for (const struct device_case *at = suites[suite]; at->name; at++)
			if (strcmp(at->name, name) == 0)
				return run_body(at, report_path), 0;
	return 2;
}

int main(int count, char **words)
{
	int status = run_suites(suites, run_case, count - 1, words + 1);

	/* A crash ends a process, and does not ask anybody. */
	SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
	if (status < 0 && count == 4 && strcmp(words[1], "case") == 0)
		status = run_one(words[2], words[3]);
	if (status < 0)
		status = run_helper(count - 1, words + 1);
	if (status < 0)
		status = run_service_tool(count - 1, words + 1);
	if (status < 0)
		status = run_record_tool(count - 1, words + 1);
	return status < 0 ? 2 : status;
}
