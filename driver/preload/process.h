/* SPDX-License-Identifier: MIT */
/*
 * process.h - the program that this library was loaded into: opens the rings that it is recorded in.
 */
#ifndef RS_PRELOAD_PROCESS_H
#define RS_PRELOAD_PROCESS_H

/* Whether the caller is the process that opened the rings, or a child that fork has made since. One getpid. [any context] */
int preload_is_own_process(void);

#endif /* RS_PRELOAD_PROCESS_H */
