/* SPDX-License-Identifier: MIT */
/*
 * call_sites.h - the events of all calls, told to the ring set before one is made.
 *
 * A capture has a table for each call and a column for each key then, also of calls that nobody made and of failures that never came: a query
 * that counts failures answers 0 where there are none.
 */
#ifndef RS_PRELOAD_CALL_SITES_H
#define RS_PRELOAD_CALL_SITES_H

/* Registers every site in the set that is open, as far as no other process has done so. Not in a signal handler. */
void preload_register_sites(void);

#endif /* RS_PRELOAD_CALL_SITES_H */
