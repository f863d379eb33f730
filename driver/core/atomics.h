/* SPDX-License-Identifier: MIT */
/*
 * atomics.h - every memory ordering that Ringscope uses, by name. The only file that spells one.
 *
 * A name's suffix is the truth: _relaxed orders nothing, _acquire and _release pair up, _full is both and a
 * single point in the order of its word. Which access pairs with which stands in driver/DESIGN.md.
 */
#ifndef RS_ATOMICS_H
#define RS_ATOMICS_H

#include "rs_abi.h"

#ifdef __KERNEL__
#include <asm/barrier.h>
#include <linux/instrumented.h>
#endif

/* TSan knows neither fences nor assembler: it is told what they order. In a kernel the same macro is KCSAN's, which knows both. */
#if defined(__SANITIZE_THREAD__) && !defined(__KERNEL__)
#define RS_UNDER_TSAN 1
#include <sanitizer/tsan_interface.h>
#endif

#if !defined(__GNUC__)
#error "atomics.h needs GCC's or Clang's atomic builtins"
#endif
#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the ABI is little endian"
#endif

static inline uint64_t load_u64_relaxed(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline uint64_t load_u64_acquire(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline uint32_t load_u32_relaxed(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline uint32_t load_u32_acquire(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void store_u64_relaxed(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static inline void store_u64_release(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline void store_u32_relaxed(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static inline void store_u32_release(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline uint8_t load_u8_relaxed(const uint8_t *byte)
{
	return __atomic_load_n(byte, __ATOMIC_RELAXED);
}

static inline void store_u8_relaxed(uint8_t *byte, uint8_t value)
{
	__atomic_store_n(byte, value, __ATOMIC_RELAXED);
}

static inline int swap_u8_relaxed(uint8_t *byte, uint8_t *expected, uint8_t desired)
{
	return __atomic_compare_exchange_n(byte, expected, desired, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static inline uint64_t add_u64_relaxed(uint64_t *word, uint64_t amount)
{
	return __atomic_fetch_add(word, amount, __ATOMIC_RELAXED);
}

static inline uint64_t add_u64_full(uint64_t *word, uint64_t amount)
{
	return __atomic_fetch_add(word, amount, __ATOMIC_ACQ_REL);
}

static inline int swap_u64_full(uint64_t *word, uint64_t *expected, uint64_t desired)
{
	return __atomic_compare_exchange_n(word, expected, desired, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* Accesses that stand in one order with all others of this kind, on whichever word: of two processors that each store to a word of
 * their own and then load the other's, one sees what the other has stored. */
static inline int swap_u64_total(uint64_t *word, uint64_t *expected, uint64_t desired)
{
	return __atomic_compare_exchange_n(word, expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static inline uint64_t add_u64_total(uint64_t *word, uint64_t amount)
{
	return __atomic_fetch_add(word, amount, __ATOMIC_SEQ_CST);
}

static inline uint64_t load_u64_total(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static inline void store_u64_total(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

/* Takes bits out of a word; what was done before is seen by whoever sees them gone. */
static inline void clear_u64_release(uint64_t *word, uint64_t bits)
{
	(void)__atomic_fetch_and(word, ~bits, __ATOMIC_RELEASE);
}

/* Compare and swap of both halves of a reserve word, locked. Returns non-zero when it took place; otherwise
 * `expected` holds what was found (on arm64 possibly two halves of different moments: only a start for the
 * next try). Spelled out because GCC sends the builtin to libatomic, which takes a lock where it wants
 * to, and because TSan always takes one, of its own process: swaps of other processes would be lost. */
static inline int swap_reserve_full(rs_reserve_t *word, rs_reserve_t *expected, rs_reserve_t desired)
{
#ifdef __KERNEL__
	instrument_atomic_read_write(word, sizeof(*word));
#endif
#if defined(__x86_64__)
	unsigned char done;
#ifdef RS_UNDER_TSAN
	/* Told before it is known whether the swap takes place: whoever sees it must be known to come after. */
	__tsan_release(word);
#endif
	__asm__ __volatile__("lock cmpxchg16b %1"
			     : "=@cce"(done), "+m"(*word), "+a"(expected->position), "+d"(expected->attempts)
			     : "b"(desired.position), "c"(desired.attempts)
			     : "memory");
#ifdef RS_UNDER_TSAN
	__tsan_acquire(word);
#endif
	return done;
#elif defined(__aarch64__)
	uint64_t position, attempts;
	uint32_t failed;
	do {
		__asm__ __volatile__("ldaxp %0, %1, %2" : "=&r"(position), "=&r"(attempts) : "Q"(*word) : "memory");
		if (position != expected->position || attempts != expected->attempts) {
			__asm__ __volatile__("clrex" : : : "memory");
			expected->position = position;
			expected->attempts = attempts;
			return 0;
		}
		__asm__ __volatile__("stlxp %w0, %2, %3, %1"
				     : "=&r"(failed), "=Q"(*word)
				     : "r"(desired.position), "r"(desired.attempts)
				     : "memory");
	} while (failed);
	return 1;
#else
#error "swap_reserve_full: x86-64 and arm64 only"
#endif
}

/* Stores before it are seen before stores behind it. (TSan knows no fences, and runs on x86-64 here, where both are only for the
 * compiler.) */
static inline void fence_release(void)
{
#if defined(RS_UNDER_TSAN)
	__atomic_signal_fence(__ATOMIC_RELEASE);
#elif defined(__KERNEL__) && defined(__x86_64__)
	smp_wmb(); /* every store there is one that releases; this keeps compiler and KCSAN to it */
#elif defined(__KERNEL__)
	smp_mb(); /* kernels have nothing between this and stores alone */
#else
	__atomic_thread_fence(__ATOMIC_RELEASE);
#endif
}

/* Loads before it have been done before loads behind it. */
static inline void fence_acquire(void)
{
#if defined(RS_UNDER_TSAN)
	__atomic_signal_fence(__ATOMIC_ACQUIRE);
#elif defined(__KERNEL__) && defined(__x86_64__)
	smp_rmb();
#elif defined(__KERNEL__)
	smp_mb();
#else
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
#endif
}

/* Stores before it are seen by everybody before loads behind it are done: the only fence that orders these two. */
static inline void fence_full(void)
{
#if defined(RS_UNDER_TSAN)
	static uint64_t word;
	(void)__atomic_fetch_add(&word, 1, __ATOMIC_SEQ_CST);
#elif defined(__KERNEL__)
	smp_mb();
#else
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

/* Keeps the compiler from moving accesses of one thread across an interruption of that same thread. */
static inline void barrier_signal(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

#endif /* RS_ATOMICS_H */
