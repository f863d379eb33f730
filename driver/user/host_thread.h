/* SPDX-License-Identifier: MIT */
/*
 * host_thread.h - what the user-mode shell and the reader ask of a system about threads and processors beyond pthreads, which Windows has
 * by MinGW-w64's library.
 */
#ifndef RS_HOST_THREAD_H
#define RS_HOST_THREAD_H

#include <pthread.h>
#include <stdint.h>

uint32_t rs_host_thread_id(void);
/* Called before a fork and after it in both processes, where there is such a thing; null: not. Returns 0, or an error as pthreads have them. */
int rs_host_at_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void));

/* The processor that this thread is on; by the next instruction it may be another. */
uint32_t rs_host_processor(void);
/* Where the system keeps that number for the thread that asks; a word of UINT32_MAX where it does not. */
const uint32_t *rs_host_processor_word(void);
/* At most `count` processors that this thread may use. Returns how many there are of them. */
uint32_t rs_host_processors_allowed(uint32_t *processors, uint32_t count);
void rs_host_thread_keep_to(uint32_t processor);

/* A condition whose waits are bounded by a clock that nobody sets. */
void rs_host_condition_init(pthread_cond_t *condition);
/* Waits until it is signalled, or until rs_monotonic_ns of the reader would tell this. Returns 0 when that time has come. */
int rs_host_condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock, uint64_t until_ns);

#endif /* RS_HOST_THREAD_H */
