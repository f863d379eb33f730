/* SPDX-License-Identifier: MIT */
/*
 * random.c - see random.h.
 *
 * The system's generator lives in a driver of its own (cng.sys) that boot-start drivers and Wine have not got. The processor's is
 * asked instead, and what comes is mixed with all that was asked before, with counters and with addresses, so that a bad one makes
 * nothing worse.
 */
#include "random.h"

#include "clock.h"
#include "cpu.h"
#include "ddk.h"
#include "platform.h"
#include "pointer_hash.h"

static uint64_t pool[2];

/* 0 where there is none; up to ten tries, as Intel's guide to it asks for. */
static uint64_t ask_processor(void)
{
	int n;

	/* RDRAND (Intel SDM vol. 2, CPUID). */
	if (!rs_win_cpu_has(1, RS_CPU_ECX, 30))
		return 0;
	for (n = 0; n < 10; n++) {
		uint64_t number;
		unsigned char is_there;

		__asm__ __volatile__("rdrand %0" : "=r"(number), "=@ccc"(is_there));
		if (is_there)
			return number;
	}
	return 0;
}

static void stir(uint64_t word)
{
	pool[0] = rs_hash_u64(word ^ rs_clock_counter(), pool);
	pool[1] = rs_hash_u64(word + (uint64_t)KeQueryPerformanceCounter(NULL).QuadPart, pool);
}

void rs_win_random(void *bytes, size_t count)
{
	uint8_t *at = bytes;

	stir((uintptr_t)bytes);
	stir((uintptr_t)PsGetCurrentThreadId());
	while (count) {
		const size_t here = count < sizeof(uint64_t) ? count : sizeof(uint64_t);
		uint64_t word;

		stir(ask_processor());
		stir(ask_processor());
		word = rs_hash_u64(pool[0] ^ pool[1], pool);
		memcpy(at, &word, here);
		at += here;
		count -= here;
	}
}
