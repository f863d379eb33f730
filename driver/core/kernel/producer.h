/* SPDX-License-Identifier: MIT */
/*
 * producer.h - a set as the writes of a kernel driver see it, and the room that a write has for what is too much for its stack.
 */
#ifndef RS_KERNEL_PRODUCER_H
#define RS_KERNEL_PRODUCER_H

#include "entry.h"
#include "rs_device.h"
#include "rs_event.h"
#include "site.h"
#include "site_format.h"

/* The stack of an NMI has 4 KiB on Linux, and a deep interrupt finds any stack nearly full. */
typedef union {
	char text[RS_TEXT_MAX + 8];
	rs_arguments_t arguments;
} rs_scratch_t;

/* Unchanged from its publication to its withdrawal. */
typedef struct {
	uint32_t serial; /* of all publications: 1 … */
	uint32_t ring_count;
	uint32_t clock_kind;
	int has_raw_pointers;
	enum rs_ring_kind kind;
	rs_ring_t *rings;
	rs_intent_t *intents;
	rs_site_table_t sites;
	const uint8_t *default_level; /* of what has no site */
	uint64_t pointer_key[2];
	char name[RS_NAME_BYTES];
} rs_producer_t;

#endif /* RS_KERNEL_PRODUCER_H */
