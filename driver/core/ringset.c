/* SPDX-License-Identifier: MIT */
/* ringset.c - see ringset.h. */
#include "ringset.h"

#include "message.h"

static uint64_t align_region(uint64_t offset)
{
	return (offset + RS_REGION_ALIGN - 1) & ~(uint64_t)(RS_REGION_ALIGN - 1);
}

static int is_power_of_two(uint64_t value)
{
	return value != 0 && (value & (value - 1)) == 0;
}

static uint64_t floor_power_of_two(uint64_t value)
{
	while (value & (value - 1))
		value &= value - 1;
	return value;
}

int rs_ringset_has_sites(const rs_set_header_t *header)
{
	return header->abi_minor >= RS_ABI_MINOR_SITES && header->site_count != 0;
}

uint64_t rs_ringset_site_bytes(const rs_set_header_t *header)
{
	return sizeof(rs_site_page_t) + header->site_count * (1 + sizeof(rs_site_slot_t)) + header->site_text_bytes;
}

static int are_sites_possible(uint64_t count, uint64_t text_bytes)
{
	return count % RS_SITE_COUNT_STEP == 0 && count <= RS_SITE_COUNT_MAX && text_bytes % 8 == 0 &&
	       text_bytes >= RS_SITE_TEXT_BYTES_MIN && text_bytes <= RS_SITE_TEXT_BYTES_MAX;
}

/* The regions follow each other without overlap; one formula for planning and checking. */
static void place_regions(rs_set_header_t *header)
{
	const uint64_t rings = header->ring_count;
	header->shared_off = RS_REGION_ALIGN;
	header->intent_off = header->shared_off + RS_REGION_ALIGN;
	header->ring_off = align_region(header->intent_off + (uint64_t)header->intent_count * sizeof(rs_intent_t));
	if (rs_ringset_has_sites(header)) {
		header->site_off = header->ring_off;
		header->ring_off = align_region(header->site_off + rs_ringset_site_bytes(header));
	} else if (header->abi_minor >= RS_ABI_MINOR_SITES) {
		header->site_off = 0;
	}
	header->data_off = align_region(header->ring_off + rings * sizeof(rs_ring_page_t));
	header->consumer_off = align_region(header->data_off + rings * header->ring_bytes);
	header->total_bytes =
		align_region(header->consumer_off + sizeof(rs_consumer_set_t) + rings * sizeof(rs_consumer_ring_t));
}

rs_status_t rs_ringset_plan(const rs_plan_t *plan, rs_set_header_t *header, char *message, size_t message_bytes)
{
	const uint64_t memory = plan->ring_memory ? plan->ring_memory : RS_RING_MEMORY_DEFAULT;
	uint64_t ring_bytes = plan->ring_bytes;

	if (plan->ring_count == 0 || plan->ring_count > RS_RING_COUNT_MAX)
		return rs_fail(RS_BAD_ARGUMENT, message, message_bytes, "ring count ", plan->ring_count,
			       " is not between 1 and 65536");
	if (plan->intent_count > RS_INTENT_COUNT_MAX)
		return rs_fail(RS_BAD_ARGUMENT, message, message_bytes, "intent count ", plan->intent_count,
			       " is above 65536");
	if (plan->mode != RS_MODE_DISCARD && plan->mode != RS_MODE_OVERWRITE)
		return rs_fail(RS_BAD_ARGUMENT, message, message_bytes, "ring mode ", plan->mode,
			       " is not known to this version; it knows 0 (discard) and 1 (overwrite)");
	if (plan->order != RS_ORDER_INDEX && plan->order != RS_ORDER_CLOCK)
		return rs_fail(RS_BAD_ARGUMENT, message, message_bytes, "ring order ", plan->order,
			       " is not known to this version; it knows 0 (index) and 1 (clock)");
	if (ring_bytes == 0) {
		ring_bytes = memory / plan->ring_count;
		if (ring_bytes < RS_RING_BYTES_MIN)
			return rs_fail(RS_BAD_ARGUMENT, message, message_bytes, "ring memory ", memory,
				       " leaves less than 4096 bytes for a ring");
		if (ring_bytes > RS_RING_BYTES_DEFAULT)
			ring_bytes = RS_RING_BYTES_DEFAULT;
		ring_bytes = floor_power_of_two(ring_bytes);
	}
	if (!is_power_of_two(ring_bytes) || ring_bytes < RS_RING_BYTES_MIN || ring_bytes > RS_RING_BYTES_MAX)
		return rs_fail(RS_BAD_ARGUMENT, message, message_bytes, "ring size ", ring_bytes,
			       " is not a power of two between 4096 and 1073741824");

	uint64_t text_bytes = plan->site_text_bytes;
	if (plan->site_count && !text_bytes) {
		text_bytes = plan->site_count * 256ull;
		if (text_bytes < RS_SITE_TEXT_BYTES_MIN)
			text_bytes = RS_SITE_TEXT_BYTES_MIN;
	}
	if (plan->site_count && !are_sites_possible(plan->site_count, RS_SITE_TEXT_BYTES_MIN))
		return rs_fail(RS_BAD_ARGUMENT, message, message_bytes, "site count ", plan->site_count,
			       " is not a multiple of 64 up to 65536");
	if (plan->site_count && !are_sites_possible(plan->site_count, text_bytes))
		return rs_fail(RS_BAD_ARGUMENT, message, message_bytes, "text of call sites of ", text_bytes,
			       " bytes is not a multiple of 8 between 4096 and 67108864");

	*header = (rs_set_header_t){0};
	header->magic = RS_ABI_MAGIC;
	header->abi_major = RS_ABI_MAJOR;
	header->abi_minor = RS_ABI_MINOR;
	header->byte_order = RS_BYTE_ORDER_MARK;
	header->header_bytes = sizeof(rs_set_header_t);
	header->ring_count = plan->ring_count;
	header->ring_bytes = ring_bytes;
	header->intent_count = plan->intent_count ? plan->intent_count : RS_INTENT_COUNT_DEFAULT;
	header->mode = plan->mode;
	header->order = plan->order;
	header->site_count = plan->site_count;
	header->site_text_bytes = plan->site_count ? (uint32_t)text_bytes : 0;
	place_regions(header);
	return RS_OK;
}

rs_status_t rs_ringset_check(const rs_set_header_t *header, uint64_t available_bytes, char *message,
			     size_t message_bytes)
{
	rs_set_header_t expected = *header;

	if (available_bytes < sizeof(rs_set_header_t))
		return rs_fail(RS_NOT_RINGS, message, message_bytes, "only ", available_bytes,
			       " bytes: too short for a ring set");
	if (header->magic != RS_ABI_MAGIC)
		return rs_fail(RS_NOT_RINGS, message, message_bytes, "no ring set: first word is ", header->magic, "");
	if (header->byte_order != RS_BYTE_ORDER_MARK)
		return rs_fail(RS_BAD_ABI, message, message_bytes, "byte order mark is ", header->byte_order,
			       ": made on a machine of the other byte order");
	if (header->abi_major != RS_ABI_MAJOR)
		return rs_fail(RS_BAD_ABI, message, message_bytes, "ABI major version is ", header->abi_major,
			       "; this version of Ringscope reads 1");
	if (header->state == RS_SET_MAKING)
		return rs_fail(RS_NOT_RINGS, message, message_bytes, "ring set is not finished; state is ",
			       header->state, "");
	if (header->ring_count == 0 || header->ring_count > RS_RING_COUNT_MAX)
		return rs_fail(RS_NOT_RINGS, message, message_bytes, "damaged header: ring count is ",
			       header->ring_count, "");
	if (!is_power_of_two(header->ring_bytes) || header->ring_bytes < RS_RING_BYTES_MIN ||
	    header->ring_bytes > RS_RING_BYTES_MAX)
		return rs_fail(RS_NOT_RINGS, message, message_bytes, "damaged header: ring size is ",
			       header->ring_bytes, "");
	if (header->intent_count > RS_INTENT_COUNT_MAX)
		return rs_fail(RS_NOT_RINGS, message, message_bytes, "damaged header: intent count is ",
			       header->intent_count, "");
	if (header->mode != RS_MODE_DISCARD && header->mode != RS_MODE_OVERWRITE)
		return rs_fail(RS_BAD_ABI, message, message_bytes, "ring mode ", header->mode,
			       " is not known to this version");
	if (header->order != RS_ORDER_INDEX && header->order != RS_ORDER_CLOCK)
		return rs_fail(RS_BAD_ABI, message, message_bytes, "ring order ", header->order,
			       " is not known to this version");
	if (header->ticks_per_second == 0)
		return rs_fail(RS_NOT_RINGS, message, message_bytes, "damaged header: ticks per second are ", 0, "");
	if (rs_ringset_has_sites(header) && !are_sites_possible(header->site_count, header->site_text_bytes))
		return rs_fail(RS_NOT_RINGS, message, message_bytes, "damaged header: site count is ", header->site_count,
			       ", or the bytes of its texts are none that can be");
	place_regions(&expected);
	if (header->shared_off != expected.shared_off || header->intent_off != expected.intent_off ||
	    header->site_off != expected.site_off || header->ring_off != expected.ring_off || header->data_off != expected.data_off ||
	    header->consumer_off != expected.consumer_off || header->total_bytes != expected.total_bytes)
		return rs_fail(RS_NOT_RINGS, message, message_bytes,
			       "damaged header: its offsets do not fit its sizes; rings begin at ", header->data_off, "");
	if (header->total_bytes > available_bytes)
		return rs_fail(RS_NOT_RINGS, message, message_bytes, "truncated: the file has ", available_bytes,
			       " bytes, fewer than its header says");
	return RS_OK;
}
