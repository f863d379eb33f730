/* SPDX-License-Identifier: MIT */
/* findings.h - what is wrong with an episode: the first few lines of it, and how many there are. */
#ifndef KILL_FINDINGS_H
#define KILL_FINDINGS_H

#include <stdarg.h>
#include <stdio.h>

#define FINDINGS_SHOWN 12u

static struct {
	const char *subject; /* printed before the first finding */
	uint32_t count;      /* of this episode */
} findings;

__attribute__((format(printf, 1, 2))) static inline void complain(const char *format, ...)
{
	va_list arguments;
	if (findings.count++ == 0)
		fprintf(stderr, "FAILED: %s\n", findings.subject);
	if (findings.count > FINDINGS_SHOWN)
		return;
	fputs("    ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

static inline void expect_equal(const char *what, uint64_t number, uint64_t found, uint64_t expected)
{
	if (found != expected)
		complain("%s %llu: %llu, expected %llu", what, (unsigned long long)number, (unsigned long long)found,
			 (unsigned long long)expected);
}

static inline void expect_within(const char *what, uint64_t found, uint64_t least, uint64_t most)
{
	if (found < least || found > most)
		complain("%s: %llu, expected %llu to %llu", what, (unsigned long long)found, (unsigned long long)least,
			 (unsigned long long)most);
}

/* What tests/core/check.h calls them, for arrow_walk.h: check.h itself brings a main of its own. */
#define CHECK_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define CHECK(condition)                                                    \
	do {                                                                \
		if (!(condition))                                           \
			complain("%s:%d: %s", __FILE__, __LINE__, #condition); \
	} while (0)
#define REQUIRE(condition)                                                  \
	do {                                                                \
		if (!(condition)) {                                         \
			complain("%s:%d: %s", __FILE__, __LINE__, #condition); \
			exit(1);                                            \
		}                                                           \
	} while (0)
#define CHECK_EQUAL(found, expected) expect_equal(#found, (uint64_t)__LINE__, (uint64_t)(found), (uint64_t)(expected))

#endif /* KILL_FINDINGS_H */
