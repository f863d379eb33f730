/* SPDX-License-Identifier: MIT */
/*
 * dump_secondary.h - writes what rs_dump_secondary.h describes, on a machine that has just stopped.
 *
 * No lock, no allocation, no system call; on no write path. Whatever stands in the sets' pages, no byte outside of them or of the buffer
 * is touched. Nothing else may run meanwhile.
 */
#ifndef RS_CORE_DUMP_SECONDARY_H
#define RS_CORE_DUMP_SECONDARY_H

#include "rs_dump_secondary.h"

#define RS_SECONDARY_SETS_MAX 16u

typedef struct {
	const rs_set_header_t *header; /* the driver's own copy */
	const uint8_t *shared;	       /* the set's bytes before consumer_off */
	const uint8_t *consumer;       /* … and from there on */
	const char *name;	       /* ends with a zero, within RS_SECONDARY_NAME_BYTES */
	int64_t made_unix_ns;
} rs_secondary_set_t;

/* Returns how many of `room` bytes are written, 0 where not even a header fits. `to` begins at a multiple of eight. Sets for which there is no
 * room are left out, and of more than RS_SECONDARY_SETS_MAX the last ones. */
uint32_t rs_secondary_write(const rs_secondary_set_t *sets, uint32_t set_count, uint32_t os, uint8_t *to, uint32_t room);

#endif /* RS_CORE_DUMP_SECONDARY_H */
