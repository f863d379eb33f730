/* SPDX-License-Identifier: MIT */
/*
 * fuzz_reader.c - the fuzz target: bytes are a script (script.h), which is played and judged (play.c).
 *
 * Driven by libFuzzer, or by plain_main.c where a compiler has none.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fuzz_reader.h"
#include "play.h"
#include "sanitizer.h"

#if SANITIZER_IS_ON
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	/* Every script frees what it took: a long memory for freed blocks would only be touched for the first time again and again. */
	return "quarantine_size_mb=4:handle_abort=1:allocator_may_return_null=1:detect_leaks=1";
}
#endif

static void when_it_hangs(int number)
{
	(void)number;
	static const char said[] = "BROKEN: the reader does not come to an end\n";
	(void)!write(2, said, sizeof(said) - 1);
	abort();
}

#if !SANITIZER_IS_ON
static void when_it_dies(int number)
{
	play_print_script();
	signal(number, SIG_DFL);
	raise(number);
}
#endif

int LLVMFuzzerInitialize(int *count, char ***words)
{
	(void)count;
	(void)words;
	/* Where pages are huge, each script would begin with clearing one. */
	(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
#if SANITIZER_IS_ON
	__sanitizer_set_death_callback(play_print_script);
#else
	static const int ends[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
	for (unsigned n = 0; n < sizeof(ends) / sizeof(ends[0]); n++)
		signal(ends[n], when_it_dies);
#endif
	signal(SIGPROF, when_it_hangs);
	play_honest_scenes();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	return play(bytes, count) ? 0 : -1;
}
