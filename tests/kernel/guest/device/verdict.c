/* SPDX-License-Identifier: MIT */
/* verdict.c - what becomes of a case: its verdict, as a line of the report. */
#include <stdarg.h>

#include "device_case.h"

static char detail[800];
/* The case that this process runs, and the process: a child of a case is another one. */
static const char *current_name, *current_report;
static pid_t runner;

void note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(detail, sizeof(detail), format, arguments);
	va_end(arguments);
}

_Noreturn void fail_case(const char *file, int line, const char *condition, const char *format, ...)
{
	char what[600];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	const char *const slash = strrchr(file, '/');

	snprintf(detail, sizeof(detail), "%s:%d: %s: %s", slash ? slash + 1 : file, line, condition, what);
	if (getpid() != runner) {
		fprintf(stderr, "beside the cases: %s\n", detail);
		_exit(99);
	}
	write_verdict(current_report, current_name, 0);
	/* The process is the case's own: whatever it has open, mapped or running goes with it. */
	_exit(1);
}

/* As JSON, which has its own ideas of quotes. */
static void print_text(FILE *report, const char *text)
{
	fputc('"', report);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', report);
		fputc((unsigned char)*text < ' ' ? ' ' : *text, report);
	}
	fputc('"', report);
}

void write_verdict(const char *report_path, const char *name, int ok)
{
	FILE *const report = fopen(report_path, "a");

	if (!report) {
		fprintf(stderr, "open %s: %s\n", report_path, strerror(errno));
		exit(2);
	}
	fprintf(report, "verdict {\"ok\":%s,\"name\":", ok ? "true" : "false");
	print_text(report, name);
	fputs(",\"detail\":", report);
	print_text(report, detail);
	fputs("}\n", report);
	fclose(report);
}

void run_body(const struct device_case *at, const char *report_path)
{
	current_name = at->name;
	current_report = report_path;
	runner = getpid();
	detail[0] = 0;
	at->run();
	write_verdict(report_path, at->name, 1);
	fflush(NULL);
}

int run_suites(const struct device_case *const *suites, run_case_t run_case, int words, char **word)
{
	const int is_listing = words == 1 && strcmp(word[0], "list") == 0;
	const int is_running = (words == 2 || words == 3) && strcmp(word[0], "run") == 0;
	int failures = 0;

	if (!is_listing && !is_running)
		return -1;
	for (; *suites; suites++) {
		for (const struct device_case *at = *suites; at->name; at++) {
			if (is_listing)
				puts(at->name);
			else if (words < 3 || strstr(at->name, word[2]))
				failures += !run_case(at, word[1]);
		}
	}
	return failures > 0;
}
