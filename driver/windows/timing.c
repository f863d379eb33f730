/* SPDX-License-Identifier: MIT */
/* timing.c - see timing.h. */
#define RS_PLAIN_CALLS
#include "timing.h"

#include "cpu.h"
#include "irql.h"
#include "routine.h"
#include "shell.h"

/* 1601-01-01, from which Windows counts, to 1970-01-01, in units of 100 ns. */
#define UNIX_EPOCH 116444736000000000ll
/* What the system's counter has where it is made of the processor's since Windows 10 1809 ("Acquiring high-resolution time stamps"). */
#define QPC_OF_COUNTER 10000000u

typedef void(NTAPI *query_time_t)(PLARGE_INTEGER now);

static query_time_t query_time;
static uint64_t counter_rate; /* 0: not to be trusted */
static uint64_t qpc_rate;

static uint64_t read_qpc(void)
{
	return (uint64_t)KeQueryPerformanceCounter(NULL).QuadPart;
}

/* Ticks of the processor's counter in a second, against the system's. */
static uint64_t measure_counter(void)
{
	LARGE_INTEGER pause = {.QuadPart = -200000}; /* 20 ms */
	int tries;

	for (tries = 0; tries < 5; tries++) {
		const uint64_t qpc = read_qpc();
		const uint64_t counter = rs_clock_counter();
		uint64_t qpc_passed, passed;

		(void)KeDelayExecutionThread(KernelMode, FALSE, &pause);
		qpc_passed = read_qpc() - qpc;
		passed = rs_clock_counter() - counter;
		/* More than ten seconds would not fit into the product; the machine has slept. */
		if (qpc_passed && qpc_passed < 10 * qpc_rate)
			return passed * qpc_rate / qpc_passed;
	}
	return 0;
}

NTSTATUS rs_win_timing_init(void)
{
	LARGE_INTEGER rate;

	query_time = (query_time_t)rs_win_find_routine(L"KeQuerySystemTimePrecise");
	/* Exported by Wine alone; Microsoft's is an inline function. */
	if (!query_time && !rs_win_is_kernel())
		query_time = (query_time_t)rs_win_find_routine(L"KeQuerySystemTime");
	if (!query_time)
		return STATUS_NOT_SUPPORTED;
	(void)KeQueryPerformanceCounter(&rate);
	qpc_rate = (uint64_t)rate.QuadPart;
	/* Invariant: AMD APM vol. 3, E.4.6; Intel SDM vol. 3, 18.17.1. */
	if (rs_win_cpu_has(0x80000007u, RS_CPU_EDX, 8) && qpc_rate == QPC_OF_COUNTER)
		counter_rate = measure_counter();
	return STATUS_SUCCESS;
}

uint32_t rs_win_clock_kind(void)
{
	return counter_rate ? RS_CLOCK_COUNTER : RS_CLOCK_QPC;
}

uint64_t rs_win_ticks_per_second(uint32_t kind)
{
	return kind == RS_CLOCK_QPC ? qpc_rate : counter_rate;
}

int64_t rs_win_unix_ns(void)
{
	LARGE_INTEGER now;

	query_time(&now);
	return (now.QuadPart - UNIX_EPOCH) * 100;
}

uint64_t rs_win_now_ns(void)
{
	const uint64_t ticks = read_qpc();

	return ticks / qpc_rate * 1000000000u + ticks % qpc_rate * 1000000000u / qpc_rate;
}

rs_anchor_t rs_win_anchor(uint32_t kind)
{
	rs_anchor_t best = {0};
	uint64_t narrowest = UINT64_MAX;
	int n;

	for (n = 0; n < 5; n++) {
		const KIRQL before_irql = rs_win_irql();
		uint64_t before, width;
		int64_t unix_ns;

		/* A thread that loses the processor between the three would widen the bracket. */
		rs_win_set_irql(DISPATCH_LEVEL);
		before = rs_shell_clock(kind);
		unix_ns = rs_win_unix_ns();
		width = rs_shell_clock(kind) - before;
		rs_win_set_irql(before_irql);
		if (width >= narrowest)
			continue;
		narrowest = width;
		best.ticks = before + width / 2;
		best.unix_ns = unix_ns;
	}
	/* Half of a bracket of seconds still fits. */
	best.uncertainty_ns = narrowest / 2 * 1000000000u / rs_win_ticks_per_second(kind);
	return best;
}
