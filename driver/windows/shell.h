/* SPDX-License-Identifier: MIT */
/*
 * shell.h - what a write finds in Windows, for core/kernel/write.h, which tells what each of these is for. Any IRQL.
 *
 * A write runs from rs_shell_enter to rs_shell_leave. It takes a slot of the processor by an atomic operation, not by its depth: below
 * DISPATCH_LEVEL threads take turns on a processor in any order while they read what may be pageable, and under Wine always. The
 * slot is its record of intent, the room for its text, and what a set's withdrawal waits for.
 */
#ifndef RS_WIN_SHELL_H
#define RS_WIN_SHELL_H

#include "irql.h"
#include "memory.h"
#include "pointer_hash.h"
#include "producer.h"
#include "ringscope.h"

/* Writes that can be under way on a processor. Each nests at most a dozen deep; the rest are threads that lost it in the middle. */
#define RS_WIN_SLOTS 32u

typedef struct {
	uint64_t busy;  /* bit n: slot n is taken */
	uint64_t crowd; /* writes under way that found none */
	uint64_t prints; /* of DbgPrint, under way */
	rs_intent_record_t spare; /* of slots beyond the records */
	rs_scratch_t scratch[RS_WIN_SLOTS];
} __attribute__((aligned(RS_CACHE_LINE))) rs_win_cpu_t;

/* A write under way. */
typedef struct {
	rs_win_cpu_t *cpu;
	uint32_t owner;     /* the processor whose slot it has */
	uint32_t record;    /* its slot; RS_WIN_SLOTS: none */
	uint32_t processor; /* whose ring is written; of rs_shell_settle */
	KIRQL irql;         /* of the caller */
	uint8_t is_raised;
	uint8_t is_guarded; /* in a critical region: no suspension in the middle */
} rs_write_t;

/* One for each processor that there can be, from rs_win_cpus_make to rs_win_cpus_free; one for all where the driver has not begun. */
extern rs_win_cpu_t *rs_win_cpus;
extern uint32_t rs_win_cpu_count;
extern const rs_producer_t *rs_win_started[RS_SETS_MAX];

/* Of processors.c. PASSIVE_LEVEL, while no set is started. STATUS_INSUFFICIENT_RESOURCES. */
NTSTATUS rs_win_cpus_make(void);
void rs_win_cpus_free(void);

/*
 * `reads_caller`: the write is going to read what the caller points to, which has to happen at the caller's IRQL; otherwise the processor is
 * at DISPATCH_LEVEL or above from here on.
 */
void rs_shell_enter(rs_write_t *write, int reads_caller);
void rs_shell_leave(const rs_write_t *write);
/* From here on to the end everything that is read is resident: raises where rs_shell_enter has not. */
void rs_shell_settle(rs_write_t *write);
/* Goes on at the caller's IRQL because what is copied may be pageable; only chooses the ring. */
void rs_shell_stay(rs_write_t *write);
/* A buffer of the caller's, or where it may be pageable and there is room its copy: then settled, and otherwise the caller's and staying. */
const void *rs_shell_bring(rs_write_t *write, const void *buffer, size_t length);
/* The text's whole length, and RS_FLAG_CUT_ARGUMENT where something of it might not be read. */
uint32_t rs_shell_format(const rs_producer_t *set, const rs_write_t *write, char *text, uint16_t *flags, const char *format,
			 va_list arguments);

static inline uint32_t rs_shell_owner(const rs_write_t *write)
{
	return write->owner;
}

/* Null: there was no slot. */
static inline rs_scratch_t *rs_shell_scratch(const rs_write_t *write)
{
	return write->record < RS_WIN_SLOTS ? &write->cpu->scratch[write->record] : NULL;
}

static inline const rs_producer_t *rs_shell_started(uint32_t n)
{
	/* W5b: our slot taken, then the pointer loaded: where it is still there, withdrawal sees the slot. */
	return (const rs_producer_t *)(uintptr_t)load_u64_total((const uint64_t *)(const void *)&rs_win_started[n]);
}

static inline void rs_shell_show(uint32_t n, const rs_producer_t *set)
{
	/* W5a: the pointer taken out, then the slots looked at. */
	store_u64_total((uint64_t *)(void *)&rs_win_started[n], (uintptr_t)set);
}

static inline uint64_t rs_shell_clock(uint32_t kind)
{
#ifdef RS_CLOCK_COUNTER
	if (__builtin_expect(kind == RS_CLOCK_COUNTER, 1))
		return rs_clock_counter();
#endif
	return (uint64_t)KeQueryPerformanceCounter(NULL).QuadPart;
}

/* DISPATCH_LEVEL is what Linux calls a softirq, everything above it an interrupt. An NMI cannot be told: it leaves the IRQL as it was. */
static inline uint16_t rs_shell_context_flags(const rs_write_t *write)
{
	return write->irql < DISPATCH_LEVEL ? 0 : write->irql == DISPATCH_LEVEL ? RS_FLAG_SOFTIRQ : RS_FLAG_HARDIRQ;
}

static inline uint32_t rs_shell_pid(void)
{
	return (uint32_t)(uintptr_t)PsGetCurrentProcessId();
}

static inline uint32_t rs_shell_tid(void)
{
	return (uint32_t)(uintptr_t)PsGetCurrentThreadId();
}

static inline uint64_t rs_shell_hash_pointer(uint64_t bits, const uint64_t key[2])
{
	return rs_hash_u64(bits, key);
}

/* Threads can take turns in slots, so that these are counted together. */
static inline void rs_shell_begin_deep(uint64_t *deep_writes)
{
	(void)add_u64_relaxed(deep_writes, 1);
}

static inline void rs_shell_end_deep(uint64_t *deep_writes)
{
	(void)add_u64_full(deep_writes, ~0ull);
}

static inline void rs_shell_keep(rs_slot_t *slot, const rs_producer_t *set, const rs_write_t *write, const rs_claim_t *claim)
{
	slot->private_[0] = (uintptr_t)set;
	slot->private_[1] = claim->state;
	slot->private_[2] =
		(uint64_t)write->owner | (uint64_t)write->record << 32 | (uint64_t)write->irql << 40 | (uint64_t)write->is_raised << 48;
}

/* The entry's header lies before its payload. */
static inline const rs_producer_t *rs_shell_kept(const rs_slot_t *slot, rs_write_t *write, rs_claim_t *claim)
{
	const uint64_t kept = slot->private_[2];

	*claim = (rs_claim_t){.header = (rs_entry_header_t *)slot->payload - 1, .state = slot->private_[1]};
	*write = (rs_write_t){
		.cpu = &rs_win_cpus[(uint32_t)kept],
		.owner = (uint32_t)kept,
		.record = (uint8_t)(kept >> 32),
		.irql = (KIRQL)(kept >> 40),
		.is_raised = (uint8_t)(kept >> 48),
	};
	return (const rs_producer_t *)(uintptr_t)slot->private_[0];
}

/* Of driver_sites.c. PASSIVE_LEVEL. */
void rs_shell_lock_sites(void);
void rs_shell_unlock_sites(void);
/* Of writers.c: no write that has begun before is under way when it returns. PASSIVE_LEVEL. */
void rs_shell_wait_for_writers(void);

static inline void *rs_shell_allocate(size_t bytes)
{
	return rs_win_allocate(bytes);
}

static inline void rs_shell_free(void *memory)
{
	rs_win_free(memory);
}

#endif /* RS_WIN_SHELL_H */
