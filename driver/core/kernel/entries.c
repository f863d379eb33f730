/* SPDX-License-Identifier: MIT */
/* entries.c - see entries.h. */
#define RS_PLAIN_CALLS
#include "entries.h"

#include "event_payload.h"
#include "sites.h"
#include "text_cut.h"

static inline __attribute__((always_inline)) rs_status_t write_as(const rs_producer_t *set, const rs_write_t *write, rs_label_t label,
								   const void *buffer, size_t length, enum rs_ring_kind kind)
{
	rs_claim_t claim;
	const rs_status_t status = rs_write_begin(set, write, label, length, &claim, kind);

	if (__builtin_expect(status != RS_OK, 0))
		return status;
	if (length)
		memcpy(claim.header + 1, buffer, length);
	rs_write_finish(set, write, &claim);
	return RS_OK;
}

static rs_status_t write_entry(const rs_producer_t *set, const rs_write_t *write, rs_label_t label, const void *buffer, size_t length)
{
	/* A path for each of the usual kinds: a decision between two locked instructions costs ns. */
	if (__builtin_expect(set->kind == RS_RING_INDEXED, 1))
		return write_as(set, write, label, buffer, length, RS_RING_INDEXED);
	if (set->kind == RS_RING_CLOCKED)
		return write_as(set, write, label, buffer, length, RS_RING_CLOCKED);
	return write_as(set, write, label, buffer, length, RS_RING_ANY);
}

/* A site, where there is one, decides whether this severity is written; otherwise the set's level does. */
static inline __attribute__((always_inline)) int is_switched_off(const rs_producer_t *set, const rs_write_t *write, rs_site_t *site,
								  int severity)
{
	if (!site)
		return rs_write_is_off(set, severity);
	if (__builtin_expect(rs_site_needs_binding(site, set->serial), 0))
		rs_site_bind(set, write, site);
	return !rs_site_is_on(site, severity);
}

rs_status_t rs_write_bytes(const rs_producer_t *set, rs_write_t *write, rs_label_t label, rs_site_t *site, const void *buffer, size_t length)
{
	if (is_switched_off(set, write, site, label.severity))
		return RS_OFF;
	buffer = rs_shell_bring(write, buffer, length);
	return write_entry(set, write, label, buffer, length);
}

rs_status_t rs_write_format(const rs_producer_t *set, rs_write_t *write, rs_label_t label, rs_site_t *site, const char *format, va_list arguments)
{
	rs_scratch_t *scratch = rs_shell_scratch(write);
	uint32_t original;
	size_t kept;

	if (is_switched_off(set, write, site, label.severity))
		return RS_OFF;
	if (__builtin_expect(!scratch, 0))
		return rs_write_miss(set, write);
	original = rs_shell_format(set, write, scratch->text, &label.flags, format, arguments);
	kept = rs_text_cut(&set->rings[0], scratch->text, original, RS_TEXT_MAX, &label.flags);
	rs_shell_settle(write);
	return write_entry(set, write, label, scratch->text, kept);
}

/* Everything that stands in the way of an event beside the ring. RS_OK: `label` can be written. */
static inline __attribute__((always_inline)) rs_status_t prepare(const rs_producer_t *set, const rs_write_t *write, rs_event_site_t *event,
								  int severity, uint32_t remarks, const rs_piece_t *pieces,
								  rs_label_t *label)
{
	uint64_t bound;

	if (__builtin_expect(!rs_severity_is_good(severity), 0))
		return RS_BAD_ARGUMENT;
	if (__builtin_expect(rs_site_needs_binding(&event->site, set->serial), 0)) {
		const rs_status_t status = rs_event_bind(set, write, event, pieces);

		if (status != RS_OK)
			return status;
	}
	if (__builtin_expect(!rs_site_is_on(&event->site, severity), 0))
		return RS_OFF;
	bound = load_u64_acquire(&event->site.bound);
	/* Another processor that logs into another set has just bound it there. */
	if (__builtin_expect(bound >> 32 != set->serial, 0))
		return RS_NOT_OPEN;
	if (__builtin_expect((uint32_t)bound == RS_SITE_REFUSED, 0))
		return RS_NO_SPACE;
	*label = (rs_label_t){(uint32_t)bound, remarks, RS_KIND_EVENT, (uint8_t)severity, 0};
	return RS_OK;
}

static inline __attribute__((always_inline)) rs_status_t event_as(const rs_producer_t *set, const rs_write_t *write, rs_label_t label,
								   const uint64_t *words, uint32_t bytes, enum rs_ring_kind kind)
{
	rs_claim_t claim;
	const rs_status_t status = rs_write_begin(set, write, label, bytes, &claim, kind);

	if (__builtin_expect(status != RS_OK, 0))
		return status;
	rs_store_words(claim.header + 1, words, bytes);
	rs_write_finish(set, write, &claim);
	return RS_OK;
}

rs_status_t rs_write_event(const rs_producer_t *set, rs_write_t *write, rs_event_site_t *event, int severity, uint32_t remarks,
			 const uint64_t *words, uint32_t bytes)
{
	rs_label_t label;
	const rs_status_t status = prepare(set, write, event, severity, remarks, NULL, &label);

	if (__builtin_expect(status != RS_OK, 0))
		return status;
	if (__builtin_expect(set->kind == RS_RING_INDEXED, 1))
		return event_as(set, write, label, words, bytes, RS_RING_INDEXED);
	if (set->kind == RS_RING_CLOCKED)
		return event_as(set, write, label, words, bytes, RS_RING_CLOCKED);
	return event_as(set, write, label, words, bytes, RS_RING_ANY);
}

/* No address of the kernel's leaves it: what comes out tells only which pointers are the same. */
static uint64_t pointer_bits(const void *producer, uint64_t bits)
{
	const rs_producer_t *set = producer;

	return !bits || set->has_raw_pointers ? bits : rs_shell_hash_pointer(bits, set->pointer_key);
}

rs_status_t rs_write_pieces(const rs_producer_t *set, rs_write_t *write, rs_event_site_t *event, int severity, uint32_t remarks,
			  const rs_piece_t *pieces)
{
	rs_measure_t measured[RS_ARGUMENTS_MAX];
	rs_label_t label;
	rs_claim_t claim;
	rs_status_t status = prepare(set, write, event, severity, remarks, pieces, &label);
	uint32_t bytes;

	if (__builtin_expect(status != RS_OK, 0))
		return status;
	rs_shell_stay(write);
	bytes = rs_pieces_measure(event, pieces, measured, &label.flags);
	status = rs_write_begin(set, write, label, bytes, &claim, RS_RING_ANY);
	if (__builtin_expect(status != RS_OK, 0))
		return status;
	rs_store_pieces((uint8_t *)(claim.header + 1), event, pieces, measured, pointer_bits, set);
	rs_write_finish(set, write, &claim);
	return RS_OK;
}
