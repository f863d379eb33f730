/* SPDX-License-Identifier: MIT */
/*
 * host.h - what the user-mode shell and the reader ask of a system: clocks, processes, words for its errors. Files stand in host_file.h, threads in
 * host_thread.h.
 *
 * The only place in user mode where the system's codes become rs_status_t. None of these is called on the usual write path.
 */
#ifndef RS_HOST_H
#define RS_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "rs_abi.h"
#include "rs_status.h"

/* The clock that a ring set made here uses: the counter where it is invariant, else the system's. */
uint32_t rs_host_clock_kind(void);
/* Whether it is one of the system's own clocks, which can be read whatever the processor has: RS_CLOCK_MONOTONIC_NS, and on Windows RS_CLOCK_QPC. */
int rs_host_clock_is_the_systems(uint32_t clock_kind);
/* Reads that clock. */
uint64_t rs_host_clock_read(uint32_t clock_kind);
/* Reads it after what stands before it and before what stands behind it, as clock order needs it. */
uint64_t rs_host_clock_read_ordered(uint32_t clock_kind);
/* Unix time. */
uint64_t rs_host_unix_ns(void);
/* Both clocks in one bracket; the narrowest of a few tries. */
rs_anchor_t rs_host_anchor(uint32_t clock_kind);
/* Ticks in a second, measured over about 10 ms (exact for a clock that counts ns). */
uint64_t rs_host_clock_rate(uint32_t clock_kind);

/* Sleeps at least so long. */
void rs_host_sleep_ns(uint64_t ns);

/* Number of configured processors: every number that the system may hand out is below it. */
uint32_t rs_host_processors(void);

uint32_t rs_host_process_id(void);
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

/* For programs that this one starts. Returns 0, or an error for rs_host_fail. */
int rs_host_set_variable(const char *name, const char *value);

/* Writes a line to standard error. [signal handlers too] */
void rs_host_complain(const char *line, size_t length);

/* Translates an error, errno or what functions of host_file.h return, and writes "<what> <path>: <the system's words>" to message. */
rs_status_t rs_host_fail(int error, const char *what, const char *path, char *message, size_t message_bytes);

/* What an errno means. */
rs_status_t rs_host_library_status(int error);

#endif /* RS_HOST_H */
