/* SPDX-License-Identifier: MIT */
/* pages.c - see pages.h. */
#define RS_PLAIN_CALLS
#include "pages.h"

#include "ring_bind.h"

void rs_pages_bind(const rs_set_header_t *header, uint8_t *set, uint8_t *consumer, rs_producer_t *producer)
{
	static const uint8_t everything = RS_LEVEL_UNDECIDED;

	rs_rings_bind(header, set, consumer, producer->rings);
	producer->ring_count = header->ring_count;
	producer->clock_kind = header->clock_kind;
	producer->kind = rs_rings_kind(header);
	producer->intents = (rs_intent_t *)(void *)(set + header->intent_off);
	producer->sites = rs_site_table_at(header, set);
	producer->default_level = producer->sites.count ? &producer->sites.page->default_level : &everything;
}

static void key_rings(const rs_set_header_t *header, rs_ring_t *rings)
{
	for (uint32_t n = 0; n < header->ring_count; n++) {
		rings[n].tag_key[0] = header->tag_key[0];
		rings[n].tag_key[1] = header->tag_key[1];
		rings[n].page->processor = n;
	}
}

static void name_owners(const rs_set_header_t *header, rs_intent_t *intents)
{
	for (uint32_t n = 0; n < header->intent_count; n++)
		intents[n].owner = (uint64_t)RS_OWNER_KERNEL << 32 | n;
}

void rs_pages_fill(rs_set_header_t *header, uint8_t *set, rs_producer_t *producer, rs_anchor_t anchor)
{
	rs_set_header_t *shared = (rs_set_header_t *)(void *)set;

	key_rings(header, producer->rings);
	name_owners(header, producer->intents);
	header->state = RS_SET_MAKING;
	*shared = *header;
	rs_pages_store_anchor(shared, anchor, 1);
	header->state = RS_SET_READY;
	/* H1a: everything else before the state that says it is there. */
	store_u32_release(&shared->state, RS_SET_READY);
}

void rs_pages_store_anchor(rs_set_header_t *set, rs_anchor_t anchor, uint64_t generation)
{
	rs_anchor_t *at = &set->anchors[generation % RS_ANCHOR_COUNT];

	store_u64_relaxed(&at->generation, 0);
	fence_release();
	store_u64_relaxed(&at->ticks, anchor.ticks);
	store_u64_relaxed((uint64_t *)&at->unix_ns, (uint64_t)anchor.unix_ns);
	store_u64_relaxed(&at->uncertainty_ns, anchor.uncertainty_ns);
	/* Written last: a reader takes the anchor with the largest. */
	store_u64_release(&at->generation, generation);
}
