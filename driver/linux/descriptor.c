// SPDX-License-Identifier: GPL-2.0 OR MIT
/* descriptor.c - see descriptor.h. */
#define RS_PLAIN_CALLS
#include "descriptor.h"

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "dump.h"
#include "set.h"

int rs_linux_descriptor_allocate(struct rs_linux_set *set)
{
	set->block_count = rs_dump_block_count(set->header.total_bytes);
	set->blocks = __vmalloc(set->block_count * sizeof(*set->blocks),
				GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
	return set->blocks ? 0 : -ENOMEM;
}

/* Frames are of 4,096 bytes; a page of the kernel's may hold several. */
static u64 frame_of(const struct rs_linux_set *set, u64 page)
{
	const u8 *at = set->bytes + page * RS_PAGE_BYTES;

	return (u64)vmalloc_to_pfn(at) * (PAGE_SIZE / RS_PAGE_BYTES) +
	       offset_in_page(at) / RS_PAGE_BYTES;
}

void rs_linux_descriptor_fill(struct rs_linux_set *set)
{
	const rs_dump_set_t described = {
		.set_id = set->header.set_id,
		.name = set->producer.name,
		.total_bytes = set->header.total_bytes,
		.made_unix_ns = set->made_unix_ns,
		.os = RS_DUMP_LINUX,
	};
	u32 n, i;

	for (n = 0; n < set->block_count; n++) {
		rs_dump_block_t *block = &set->blocks[n];

		rs_dump_block_begin(block, &described, n);
		for (i = 0; i < block->frame_count; i++)
			block->frame[i] = frame_of(set, (u64)block->first_page + i);
		rs_dump_block_finish(block);
		cond_resched();
	}
}

void rs_linux_descriptor_erase(struct rs_linux_set *set)
{
	u32 n;

	for (n = 0; n < set->block_count; n++)
		rs_dump_block_erase(&set->blocks[n]);
}

void rs_linux_descriptor_free(struct rs_linux_set *set)
{
	vfree(set->blocks);
}
