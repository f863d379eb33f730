/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * shell.h - what a write finds in Linux, for core/kernel/write.h, which tells what each of these is
 * for.
 *
 * A write runs from rs_shell_enter to rs_shell_leave with preemption off, so it stays on its
 * processor; what interrupts it there enters one level deeper and has left when it goes on. That
 * makes plain increments of the processor's own words enough.
 */
#ifndef RS_LINUX_SHELL_H
#define RS_LINUX_SHELL_H

#include <linux/hardirq.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "producer.h"
#include "ringscope.h"

/*
 * Task, softirq, hard interrupt, NMI, and two for what can interrupt an NMI (breakpoint, machine
 * check).
 */
#define RS_SCRATCH_DEPTH 6u

struct rs_linux_cpu {
	u32 depth; /* writes of this processor that are under way */
	u64 entered; /* how often the depth has left 0 */
	rs_intent_record_t spare; /* deeper than there are records */
	rs_scratch_t scratch[RS_SCRATCH_DEPTH];
};

/* A write under way. */
typedef struct {
	struct rs_linux_cpu *cpu;
	u32 record; /* its depth */
	u32 processor;
} rs_write_t;

extern struct rs_linux_cpu __percpu *rs_linux_cpus;
extern const rs_producer_t __rcu *rs_linux_started[RS_SETS_MAX];

static __always_inline void rs_shell_enter(rs_write_t *write, int reads_caller)
{
	preempt_disable_notrace();
	write->processor = raw_smp_processor_id();
	write->cpu = per_cpu_ptr(rs_linux_cpus, write->processor);
	write->record = READ_ONCE(write->cpu->depth);
	/*
	 * What comes between the load and the store and enters too leaves before the store: it is
	 * counted as this one.
	 */
	if (!write->record)
		WRITE_ONCE(write->cpu->entered, READ_ONCE(write->cpu->entered) + 1);
	WRITE_ONCE(write->cpu->depth, write->record + 1);
	/*
	 * What comes from here on sees the greater depth, and leaves this one's record and scratch.
	 */
	barrier();
}

static __always_inline void rs_shell_leave(const rs_write_t *write)
{
	/* W1a: the last use of a set before the depth that says so. */
	smp_store_release(&write->cpu->depth, write->record);
	preempt_enable_notrace();
}

static inline u32 rs_shell_owner(const rs_write_t *write)
{
	return write->processor;
}

/* Null: nested so deep that there is none left. */
static inline rs_scratch_t *rs_shell_scratch(const rs_write_t *write)
{
	return write->record < RS_SCRATCH_DEPTH ? &write->cpu->scratch[write->record] : NULL;
}

/* Whoever calls in a kernel's context points to what is resident. */
static inline const void *rs_shell_bring(rs_write_t *write, const void *buffer, size_t length)
{
	return buffer;
}

static inline void rs_shell_stay(rs_write_t *write)
{
}

static inline void rs_shell_settle(rs_write_t *write)
{
}

static __always_inline const rs_producer_t *rs_shell_started(u32 n)
{
	return rcu_dereference_raw(rs_linux_started[n]);
}

static inline void rs_shell_show(u32 n, const rs_producer_t *set)
{
	rcu_assign_pointer(rs_linux_started[n], set);
}

static inline uint64_t rs_shell_clock(uint32_t kind)
{
#ifdef RS_CLOCK_COUNTER
	if (likely(kind == RS_CLOCK_COUNTER))
		return rs_clock_counter();
#endif
	return ktime_get_mono_fast_ns();
}

/* The innermost of the contexts that are under way. */
static inline u16 rs_shell_context_flags(const rs_write_t *write)
{
	if (likely(!(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))))
		return 0;
	if (in_nmi())
		return RS_FLAG_NMI;
	return in_hardirq() ? RS_FLAG_HARDIRQ : RS_FLAG_SOFTIRQ;
}

static inline u32 rs_shell_pid(void)
{
	return (u32)current->tgid;
}

static inline u32 rs_shell_tid(void)
{
	return (u32)current->pid;
}

__printf(5, 0)
static inline u32 rs_shell_format(const rs_producer_t *set, const rs_write_t *write, char *text,
				  u16 *flags, const char *format, va_list arguments)
{
	return (u32)vsnprintf(text, RS_TEXT_MAX + 1, format, arguments);
}

static inline u64 rs_shell_hash_pointer(u64 bits, const u64 key[2])
{
	const siphash_key_t wanted = {{key[0], key[1]}};

	return siphash_1u64(bits, &wanted);
}

static inline void rs_shell_begin_deep(u64 *deep_writes)
{
	store_u64_relaxed(deep_writes, load_u64_relaxed(deep_writes) + 1);
}

static inline void rs_shell_end_deep(u64 *deep_writes)
{
	store_u64_release(deep_writes, load_u64_relaxed(deep_writes) - 1);
}

static inline void rs_shell_keep(rs_slot_t *slot, const rs_producer_t *set,
				 const rs_write_t *write, const rs_claim_t *claim)
{
	slot->private_[0] = (uintptr_t)claim->header;
	slot->private_[1] = claim->state;
	slot->private_[2] = (uintptr_t)set;
}

/* Preemption is off since rs_shell_keep, and what has interrupted it has left. */
static inline const rs_producer_t *rs_shell_kept(const rs_slot_t *slot, rs_write_t *write,
						 rs_claim_t *claim)
{
	claim->header = (void *)(uintptr_t)slot->private_[0];
	claim->state = slot->private_[1];
	write->processor = raw_smp_processor_id();
	write->cpu = per_cpu_ptr(rs_linux_cpus, write->processor);
	write->record = write->cpu->depth - 1;
	return (void *)(uintptr_t)slot->private_[2];
}

/* Of sites.c. */
void rs_shell_lock_sites(void);
void rs_shell_unlock_sites(void);
/* Of writers.c: no write that has begun before is under way when it returns. */
void rs_shell_wait_for_writers(void);

static inline void *rs_shell_allocate(size_t bytes)
{
	return kzalloc(bytes, GFP_KERNEL);
}

static inline void rs_shell_free(void *memory)
{
	kfree(memory);
}

#endif /* RS_LINUX_SHELL_H */
