/* SPDX-License-Identifier: MIT */
/*
 * check.h - tests of the C core: named by sentences, run one after the other, counted.
 *
 *     TEST("an empty ring is not full") { CHECK(…); CHECK_EQUAL(found, expected); }
 *
 * Included once by each program, which it gives its main. A word as argument runs only the tests that contain it; the
 * environment's CHECK_LEFT_OUT names tests, one a line, that are not run. What fails goes to standard error; the last line on
 * standard output is the one that tests/support/core_suite.ts counts.
 */
#ifndef CHECK_H
#define CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "rs_status.h"

typedef struct check_test {
	const char *sentence;
	void (*run)(void);
	struct check_test *next;
} check_test_t;

static struct {
	check_test_t *first, *last, *now;
	unsigned complaints; /* of the test that runs */
	const char *skipped; /* why this machine cannot run it */
	jmp_buf out;
} check;

/* In the order of the file: where a compiler's own start code calls constructors the last one comes first. */
static inline void check_add(check_test_t *test)
{
#ifdef __MINGW32__
	test->next = check.first;
	check.first = test;
#else
	if (check.last)
		check.last->next = test;
	else
		check.first = test;
	check.last = test;
#endif
}

#define TEST(sentence) CHECK_TEST_AT(sentence, __COUNTER__)
#define CHECK_TEST_AT(sentence, number) CHECK_TEST_NUMBERED(sentence, number)
#define CHECK_TEST_NUMBERED(sentence, number)                                                                  \
	static void test_##number(void);                                                                       \
	__attribute__((constructor)) static void add_test_##number(void)                                       \
	{                                                                                                      \
		static check_test_t test = {sentence, test_##number, NULL};                                    \
		check_add(&test);                                                                              \
	}                                                                                                      \
	static void test_##number(void)

static inline void RS_PRINTF(3, 4) check_complain(const char *file, int line, const char *format, ...)
{
	va_list arguments;
	if (check.complaints++ == 0)
		fprintf(stderr, "FAILED: %s\n", check.now ? check.now->sentence : "(before the tests)");
	if (check.complaints > 20)
		return;
	fprintf(stderr, "    %s:%d: ", file, line);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

#define CHECK(condition)                                                                                       \
	do {                                                                                                   \
		if (!(condition))                                                                              \
			check_complain(__FILE__, __LINE__, "%s", #condition);                                  \
	} while (0)

/* Without it the rest of the test makes no sense. */
#define REQUIRE(condition)                                                                                     \
	do {                                                                                                   \
		if (!(condition)) {                                                                            \
			check_complain(__FILE__, __LINE__, "%s", #condition);                                  \
			longjmp(check.out, 1);                                                                 \
		}                                                                                              \
	} while (0)

#define CHECK_EQUAL(found, expected)                                                                           \
	do {                                                                                                   \
		const long long found_ = (long long)(found), expected_ = (long long)(expected);                \
		if (found_ != expected_)                                                                       \
			check_complain(__FILE__, __LINE__, "%s is %lld, not %lld", #found, found_, expected_); \
	} while (0)

#define REQUIRE_EQUAL(found, expected)                                                                         \
	do {                                                                                                   \
		const unsigned complaints_ = check.complaints;                                                 \
		CHECK_EQUAL(found, expected);                                                                  \
		if (check.complaints != complaints_)                                                           \
			longjmp(check.out, 1);                                                                 \
	} while (0)

#define CHECK_SAYS(text, words)                                                                                \
	do {                                                                                                   \
		if (!strstr(text, words))                                                                      \
			check_complain(__FILE__, __LINE__, "\"%s\" does not say \"%s\"", text, words);         \
	} while (0)

/* Loops of one thread: a sanitizer that looks at threads and makes them ten times as long has nothing to find there. */
#if defined(__SANITIZE_THREAD__)
#define CHECK_ROUNDS(rounds) ((rounds) / 10 + 1)
#else
#define CHECK_ROUNDS(rounds) (rounds)
#endif

/* Leaves the test: it counts as passed, and its name and the reason are printed. */
#define SKIP(reason)                                                                                           \
	do {                                                                                                   \
		check.skipped = (reason);                                                                      \
		longjmp(check.out, 1);                                                                         \
	} while (0)

#ifndef _WIN32
/* Runs `body` in a process of its own and returns its wait status, 0 when nothing failed there. */
static inline int check_in_child(void (*body)(void *), void *argument)
{
	int status = -1;
	fflush(NULL);
	const pid_t child = fork();
	if (child == 0) {
		check.complaints = 0;
		if (setjmp(check.out) == 0)
			body(argument);
		_exit(check.complaints ? 1 : 0);
	}
	if (child > 0 && waitpid(child, &status, 0) != child)
		status = -1;
	return status;
}
#else
static inline int check_in_child(void (*body)(void *), void *argument)
{
	(void)body;
	(void)argument;
	SKIP("Windows has no fork");
	return -1;
}
#endif

/* Whether the list has the sentence as one of its lines. */
static inline int check_is_listed(const char *list, const char *sentence)
{
	const size_t length = strlen(sentence);
	for (const char *line = list; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, sentence, length) == 0 && (line[length] == '\n' || line[length] == '\0'))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *left_out = getenv("CHECK_LEFT_OUT");
	unsigned passed = 0, failed = 0;
	for (check.now = check.first; check.now; check.now = check.now->next) {
		if (argc > 1 && !strstr(check.now->sentence, argv[1]))
			continue;
		if (check_is_listed(left_out, check.now->sentence)) {
			printf("left out: %s\n", check.now->sentence);
			continue;
		}
		check.complaints = 0;
		check.skipped = NULL;
		if (setjmp(check.out) == 0)
			check.now->run();
		if (check.skipped)
			printf("not run: %s: %s\n", check.now->sentence, check.skipped);
		*(check.complaints ? &failed : &passed) += 1;
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed ? 1 : 0;
}

#endif /* CHECK_H */
