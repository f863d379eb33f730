/* SPDX-License-Identifier: MIT */
/* producer.c - see shell.h. Any IRQL. */
#define RS_PLAIN_CALLS
#include "shell.h"

#include "format.h"
#include "platform.h"

/* The system loads what others import without calling its DriverEntry: they may log before anything has begun, or when it has failed. */
static rs_win_cpu_t for_all;
rs_win_cpu_t *rs_win_cpus = &for_all;
uint32_t rs_win_cpu_count = 1;
const rs_producer_t *rs_win_started[RS_SETS_MAX];

static uint32_t current_processor(void)
{
	const uint32_t processor = KeGetCurrentProcessorNumberEx(NULL);

	/* Wine can say more than it said when it was asked how many there are. */
	return processor < rs_win_cpu_count ? processor : processor % rs_win_cpu_count;
}

/* Returns RS_WIN_SLOTS where all are taken. */
static uint32_t take_slot(rs_win_cpu_t *cpu)
{
	uint64_t busy = load_u64_relaxed(&cpu->busy);

	for (;;) {
		const uint64_t free = ~busy & ((1ull << RS_WIN_SLOTS) - 1);

		if (!free)
			return RS_WIN_SLOTS;
		/* W5b: the slot before any pointer to a set. */
		if (swap_u64_total(&cpu->busy, &busy, busy | (free & (0 - free))))
			return (uint32_t)__builtin_ctzll(free);
	}
}

static void raise(rs_write_t *write)
{
	write->is_raised = write->irql < DISPATCH_LEVEL;
	if (write->is_raised)
		rs_win_set_irql(DISPATCH_LEVEL);
}

void rs_shell_enter(rs_write_t *write, int reads_caller)
{
	write->irql = rs_win_irql();
	write->is_raised = 0;
	write->is_guarded = 0;
	if (!reads_caller) {
		raise(write);
	} else if (write->irql < DISPATCH_LEVEL) {
		/* A thread that is suspended with a slot would hold up every withdrawal. */
		KeEnterCriticalRegion();
		write->is_guarded = 1;
	}
	write->owner = write->processor = current_processor();
	write->cpu = &rs_win_cpus[write->owner];
	write->record = take_slot(write->cpu);
	if (write->record == RS_WIN_SLOTS)
		(void)add_u64_total(&write->cpu->crowd, 1);
}

void rs_shell_stay(rs_write_t *write)
{
	write->processor = current_processor();
}

void rs_shell_settle(rs_write_t *write)
{
	if (!write->is_raised)
		raise(write);
	write->processor = current_processor();
}

void rs_shell_leave(const rs_write_t *write)
{
	/* W1a: the last use of a set before the slot that says so. */
	if (write->record < RS_WIN_SLOTS)
		clear_u64_release(&write->cpu->busy, 1ull << write->record);
	else
		(void)add_u64_full(&write->cpu->crowd, ~0ull);
	if (write->is_raised)
		rs_win_set_irql(write->irql);
	if (write->is_guarded)
		KeLeaveCriticalRegion();
}

const void *rs_shell_bring(rs_write_t *write, const void *buffer, size_t length)
{
	rs_scratch_t *scratch = rs_shell_scratch(write);

	/* Who has entered without reading what its caller points to has nothing pageable. */
	if (write->is_guarded && length) {
		/* May be pageable: copied first where there is room, or else in the reservation itself, at the caller's IRQL. */
		if (!scratch || length > sizeof(scratch->text)) {
			rs_shell_stay(write);
			return buffer;
		}
		memcpy(scratch->text, buffer, length);
		buffer = scratch->text;
	}
	rs_shell_settle(write);
	return buffer;
}

uint32_t rs_shell_format(const rs_producer_t *set, const rs_write_t *write, char *text, uint16_t *flags, const char *format,
			 va_list arguments)
{
	rs_format_state_t state = {write->irql < DISPATCH_LEVEL, set->has_raw_pointers ? NULL : set->pointer_key, 0};
	const size_t length = rs_format(text, RS_TEXT_MAX + 1, &state, format, arguments);

	if (state.has_left_out)
		*flags |= RS_FLAG_CUT_ARGUMENT;
	return (uint32_t)length;
}
