/* SPDX-License-Identifier: MIT */
/*
 * process.h - the program that this library was loaded into: opens the rings that it is recorded in, and logs its start and end.
 */
#ifndef RS_PRELOAD_PROCESS_H
#define RS_PRELOAD_PROCESS_H

/* Whether the caller is the process that opened the rings, or a child that fork has made since. One getpid. [any context] */
int preload_is_own_process(void);

/* Types of the texts that tell of a process's start and end: "STRT" and "EXIT" in memory. queries/processes/_announced.sql reads them. */
#define PRELOAD_TYPE_START 0x54525453u
#define PRELOAD_TYPE_END 0x54495845u

#endif /* RS_PRELOAD_PROCESS_H */
