/* SPDX-License-Identifier: MIT */
/* slot.h - what whoever fills an entry in place is shown of it: the slot of rs_log.h. */
#ifndef RS_SLOT_H
#define RS_SLOT_H

#include "ring.h"
#include "rs_log.h"

/* All but `private_`, which is the shell's. */
static inline void rs_slot_show(const rs_claim_t *claim, uint32_t processor, size_t length, rs_slot_t *slot)
{
	slot->payload = claim->header + 1;
	slot->seq = claim->seq;
	slot->index = claim->index;
	slot->processor = processor;
	slot->length = (uint32_t)length;
}

#endif /* RS_SLOT_H */
