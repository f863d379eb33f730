/* SPDX-License-Identifier: MIT */
/*
 * host.h - what the user-mode shell and the reader ask of a POSIX system: clocks, processes, files.
 *
 * The only place in user mode where the system's codes become rs_status_t. None of these is called on the write path.
 */
#ifndef RS_HOST_H
#define RS_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "rs_abi.h"
#include "rs_status.h"

/* The clock that a ring set made here uses: the counter where it is invariant, else CLOCK_MONOTONIC in ns. */
uint32_t rs_host_clock_kind(void);
/* Reads that clock. */
uint64_t rs_host_clock_read(uint32_t clock_kind);
/* Reads it after what stands before it and before what stands behind it, as clock order needs it. */
uint64_t rs_host_clock_read_ordered(uint32_t clock_kind);
/* Both clocks in one bracket; the narrowest of a few tries. */
rs_anchor_t rs_host_anchor(uint32_t clock_kind);
/* Ticks in a second, measured over about 10 ms (exact for a clock that counts ns). */
uint64_t rs_host_clock_rate(uint32_t clock_kind);

/* Number of configured processors: every number that the system may hand out is below it. */
uint32_t rs_host_processors(void);

/* Start time of a process in the system's own unit, 0 when it does not exist or cannot be seen. */
uint64_t rs_host_process_start(uint32_t pid);
/* Names the space of process numbers that this process lives in, 0 when it cannot be seen. */
uint64_t rs_host_process_namespace(void);
/* 0 only when it is certain that the process which had this number and start time has ended. */
int rs_host_process_alive(uint32_t pid, uint64_t start);
/* 0 only when it is certain that the thread has ended. `owner` is pid << 32 | tid of the namespace; 0 stands for ours. */
int rs_host_thread_alive(uint64_t owner, uint64_t start, uint64_t name_space);

/* Fills with random bytes; returns RS_OK or RS_IO. */
rs_status_t rs_host_random(void *bytes, size_t count) RS_MUST_USE;

/* Translates errno, and writes "<what> <path>: <the system's words>" to message. */
rs_status_t rs_host_fail(int error, const char *what, const char *path, char *message, size_t message_bytes);

#endif /* RS_HOST_H */
