/* SPDX-License-Identifier: MIT */
/*
 * layout.c - rs_reader_layout: the layout of rs_abi.h as this library's compiler sees it.
 *
 * The order is told in runtime/abi/layout.ts, which compares itself with this list before it reads a ring set.
 */
#include "rs_reader.h"

#define AT(type, field) (uint32_t)offsetof(type, field)
#define SIZE(type) (uint32_t)sizeof(type)

static const uint32_t layout[] = {
	/* constants */
	(uint32_t)(RS_ABI_MAGIC & 0xffffffffu), (uint32_t)(RS_ABI_MAGIC >> 32), RS_ABI_MAJOR, RS_ABI_MINOR,
	RS_BYTE_ORDER_MARK, RS_PAGE_BYTES, RS_REGION_ALIGN, RS_CACHE_LINE, RS_RING_BYTES_MIN, RS_RING_BYTES_MAX,
	RS_RING_COUNT_MAX, RS_ENTRY_HEADER_BYTES, RS_ENTRY_BYTES_MAX, RS_ANCHOR_COUNT, RS_COST_BUCKETS,
	RS_INTENT_DEPTH, RS_PASSED_MAX, RS_STATE_BITS, RS_UNITS_BITS, RS_TAG_BITS,
	RS_ABI_MINOR_SITES, RS_SITE_COUNT_STEP, RS_SITE_COUNT_MAX, RS_SITE_TEXT_BYTES_MIN, RS_SITE_TEXT_BYTES_MAX,
	RS_SITE_BYTES_MAX, RS_SITE_RULES_MAX, RS_SITE_PATTERN_BYTES, RS_ARGUMENTS_MAX, RS_ARGUMENT_MAX,
	RS_ARGUMENT_NULL, RS_ARGUMENT_CUT, RS_ABI_MINOR_KERNEL, RS_OWNER_KERNEL,

	/* enumerations */
	RS_MODE_DISCARD, RS_MODE_OVERWRITE,
	RS_ORDER_INDEX, RS_ORDER_CLOCK,
	RS_CLOCK_TSC, RS_CLOCK_CNTVCT, RS_CLOCK_MONOTONIC_NS, RS_CLOCK_QPC,
	RS_FEATURE_KERNEL,
	RS_SET_MAKING, RS_SET_READY, RS_SET_CLOSED,
	RS_KIND_TEXT, RS_KIND_DATA, RS_KIND_EVENT,
	RS_TRACE, RS_DEBUG, RS_INFO, RS_WARN, RS_ERROR, RS_FATAL,
	RS_FLAG_TRUNCATED, RS_FLAG_INVALID_UTF8, RS_FLAG_CUT_ARGUMENT, RS_FLAG_SOFTIRQ, RS_FLAG_HARDIRQ, RS_FLAG_NMI,
	RS_STATE_NONE, RS_STATE_RESERVED, RS_STATE_COMMITTED, RS_STATE_DISCARDED, RS_STATE_PADDING,
	RS_STATE_ABANDONED,
	RS_LEVEL_UNDECIDED, RS_LEVEL_OFF,
	RS_ROLE_EVENT, RS_ROLE_BEGIN, RS_ROLE_END,
	RS_ARGUMENT_BOOL, RS_ARGUMENT_I8, RS_ARGUMENT_U8, RS_ARGUMENT_I16, RS_ARGUMENT_U16, RS_ARGUMENT_I32,
	RS_ARGUMENT_U32, RS_ARGUMENT_I64, RS_ARGUMENT_U64, RS_ARGUMENT_F32, RS_ARGUMENT_F64, RS_ARGUMENT_POINTER,
	RS_ARGUMENT_TEXT, RS_ARGUMENT_TEXT16, RS_ARGUMENT_BYTES, RS_ARGUMENT_ENUM, RS_ARGUMENT_ERRNO,
	RS_ARGUMENT_NTSTATUS, RS_ARGUMENT_HRESULT, RS_ARGUMENT_CHAR,

	SIZE(rs_anchor_t), AT(rs_anchor_t, generation), AT(rs_anchor_t, ticks), AT(rs_anchor_t, unix_ns),
	AT(rs_anchor_t, uncertainty_ns),

	SIZE(rs_set_header_t), AT(rs_set_header_t, magic), AT(rs_set_header_t, abi_major),
	AT(rs_set_header_t, abi_minor), AT(rs_set_header_t, byte_order), AT(rs_set_header_t, header_bytes),
	AT(rs_set_header_t, ring_count), AT(rs_set_header_t, features), AT(rs_set_header_t, total_bytes),
	AT(rs_set_header_t, set_id), AT(rs_set_header_t, ring_bytes), AT(rs_set_header_t, shared_off),
	AT(rs_set_header_t, intent_off), AT(rs_set_header_t, ring_off), AT(rs_set_header_t, data_off),
	AT(rs_set_header_t, consumer_off), AT(rs_set_header_t, intent_count), AT(rs_set_header_t, mode),
	AT(rs_set_header_t, order), AT(rs_set_header_t, clock_kind), AT(rs_set_header_t, ticks_per_second),
	AT(rs_set_header_t, tag_key), AT(rs_set_header_t, creator_pid), AT(rs_set_header_t, state),
	AT(rs_set_header_t, creator_start), AT(rs_set_header_t, creator_namespace),
	AT(rs_set_header_t, site_off), AT(rs_set_header_t, site_count), AT(rs_set_header_t, site_text_bytes),
	AT(rs_set_header_t, anchors),

	SIZE(rs_shared_page_t), AT(rs_shared_page_t, next_index), AT(rs_shared_page_t, unlisted_writers),

	SIZE(rs_intent_record_t), AT(rs_intent_record_t, position), AT(rs_intent_record_t, ring_plus_1),
	AT(rs_intent_record_t, units),

	SIZE(rs_intent_t), AT(rs_intent_t, owner), AT(rs_intent_t, owner_start),
	AT(rs_intent_t, owner_namespace), AT(rs_intent_t, deep_writes), AT(rs_intent_t, records),

	SIZE(rs_rule_t), AT(rs_rule_t, pattern), AT(rs_rule_t, level),

	SIZE(rs_site_page_t), AT(rs_site_page_t, text_used), AT(rs_site_page_t, refused),
	AT(rs_site_page_t, control_generation), AT(rs_site_page_t, rule_count), AT(rs_site_page_t, default_level),
	AT(rs_site_page_t, rules),

	SIZE(rs_site_slot_t), AT(rs_site_slot_t, key), AT(rs_site_slot_t, place),

	SIZE(rs_reserve_t), AT(rs_reserve_t, position), AT(rs_reserve_t, attempts),

	SIZE(rs_ring_page_t), AT(rs_ring_page_t, reserve), AT(rs_ring_page_t, oldest_pos),
	AT(rs_ring_page_t, lost_full), AT(rs_ring_page_t, too_big), AT(rs_ring_page_t, wraps),
	AT(rs_ring_page_t, missed), AT(rs_ring_page_t, processor), AT(rs_ring_page_t, write_cost),

	SIZE(rs_checkpoint_t), AT(rs_checkpoint_t, read_pos), AT(rs_checkpoint_t, next_seq),
	AT(rs_checkpoint_t, read), AT(rs_checkpoint_t, discarded), AT(rs_checkpoint_t, refused),
	AT(rs_checkpoint_t, abandoned), AT(rs_checkpoint_t, corrupt), AT(rs_checkpoint_t, late),
	AT(rs_checkpoint_t, stalled), AT(rs_checkpoint_t, overwritten),
	AT(rs_checkpoint_t, scanned_pos), AT(rs_checkpoint_t, passed_count),
	AT(rs_checkpoint_t, open_abandoned), AT(rs_checkpoint_t, open_corrupt),

	SIZE(rs_consumer_set_t), AT(rs_consumer_set_t, generation), AT(rs_consumer_set_t, base_index),
	AT(rs_consumer_set_t, consumer_pid), AT(rs_consumer_set_t, base_ticks), AT(rs_consumer_set_t, base_ring_plus_1),
	AT(rs_consumer_set_t, base_position),

	SIZE(rs_consumer_ring_t), AT(rs_consumer_ring_t, read_pos), AT(rs_consumer_ring_t, checkpoint),
	AT(rs_consumer_ring_t, stored_read), AT(rs_consumer_ring_t, passed),

	SIZE(rs_entry_header_t), AT(rs_entry_header_t, state), AT(rs_entry_header_t, index),
	AT(rs_entry_header_t, seq), AT(rs_entry_header_t, ticks), AT(rs_entry_header_t, pid),
	AT(rs_entry_header_t, tid), AT(rs_entry_header_t, remarks), AT(rs_entry_header_t, type),
	AT(rs_entry_header_t, length), AT(rs_entry_header_t, kind), AT(rs_entry_header_t, severity),
	AT(rs_entry_header_t, flags),
};

uint32_t rs_reader_layout(uint32_t *numbers, uint32_t count)
{
	const uint32_t all = sizeof(layout) / sizeof(layout[0]);
	for (uint32_t n = 0; n < count && n < all; n++)
		numbers[n] = layout[n];
	return all;
}
