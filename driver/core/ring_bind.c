/* SPDX-License-Identifier: MIT */
/* ring_bind.c - see ring_bind.h. */
#include "ring_bind.h"

void rs_rings_bind(const rs_set_header_t *header, uint8_t *set, uint8_t *consumer, rs_ring_t *rings)
{
	rs_consumer_ring_t *consumers = (rs_consumer_ring_t *)(void *)(consumer + sizeof(rs_consumer_set_t));
	rs_shared_page_t *shared = (rs_shared_page_t *)(void *)(set + header->shared_off);
	rs_ring_page_t *pages = (rs_ring_page_t *)(void *)(set + header->ring_off);
	const int is_overwriting = header->mode == RS_MODE_OVERWRITE;

	for (uint32_t n = 0; n < header->ring_count; n++) {
		rings[n] = (rs_ring_t){
			.data = set + header->data_off + n * header->ring_bytes,
			.ring_bytes = header->ring_bytes,
			.entry_bytes_max = rs_entry_bytes_max(header->ring_bytes),
			.tag_key = {header->tag_key[0], header->tag_key[1]},
			.page = &pages[n],
			.floor_pos = is_overwriting ? &pages[n].oldest_pos : &consumers[n].read_pos,
			.next_index = header->order == RS_ORDER_CLOCK ? NULL : &shared->next_index,
			.number = n,
			.is_overwriting = (uint32_t)is_overwriting,
		};
	}
}

enum rs_ring_kind rs_rings_kind(const rs_set_header_t *header)
{
	if (header->mode == RS_MODE_OVERWRITE)
		return RS_RING_ANY;
	return header->order == RS_ORDER_CLOCK ? RS_RING_CLOCKED : RS_RING_INDEXED;
}
