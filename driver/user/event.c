/* SPDX-License-Identifier: MIT */
/* event.c - writes of rs_event.h: raw arguments into an entry that carries the number of its site. */
#define _GNU_SOURCE
#define RS_PLAIN_CALLS
#include "rs_event.h"

#include "event_payload.h"
#include "sites.h"
#include "write.h"

static inline __attribute__((always_inline)) rs_status_t send_as(const producer_set_t *set, rs_label_t label, const uint64_t *words,
								 uint32_t bytes, enum rs_ring_kind kind)
{
	const rs_ring_t *ring;
	rs_claim_t claim;

	const rs_status_t status = begin(set, label, bytes, &ring, &claim, kind);
	if (__builtin_expect(status != RS_OK, 0))
		return status;
	rs_store_words(claim.header + 1, words, bytes);
	finish(set, ring, &claim);
	return RS_OK;
}

static __attribute__((noinline)) rs_status_t send_other(const producer_set_t *set, rs_label_t label, const uint64_t *words, uint32_t bytes)
{
	return send_as(set, label, words, bytes, RS_RING_ANY);
}

/* Everything that stands in the way of a write beside the ring. RS_OK: `label` can be written. */
static inline rs_status_t prepare(const producer_set_t *set, rs_event_site_t *event, int severity, const rs_piece_t *pieces,
				  rs_label_t *label)
{
	if (!set)
		return RS_NOT_OPEN;
	if (__builtin_expect(!rs_severity_is_good(severity), 0))
		return RS_BAD_ARGUMENT;
	uint64_t bound = load_u64_acquire(&event->site.bound);
	if (__builtin_expect(bound >> 32 != set->serial, 0)) {
		const rs_status_t status = rs_event_bind(set, event, severity, pieces);
		if (status != RS_OK)
			return status;
		bound = load_u64_acquire(&event->site.bound);
		/* Another set was opened meanwhile, and the site is registered there. */
		if (bound >> 32 != set->serial)
			return RS_NOT_OPEN;
	} else if (rs_site_is_off(&event->site, severity)) {
		return RS_OFF;
	}
	if (__builtin_expect((uint32_t)bound == RS_SITE_REFUSED, 0))
		return RS_NO_SPACE;
	*label = (rs_label_t){(uint32_t)bound, 0, RS_KIND_EVENT, (uint8_t)severity, 0};
	return RS_OK;
}

rs_status_t rs_event_send(rs_event_site_t *event, int severity, const uint64_t *words, uint32_t bytes)
{
	const producer_set_t *set = current_set();
	rs_label_t label;

	const rs_status_t status = prepare(set, event, severity, NULL, &label);
	if (__builtin_expect(status != RS_OK, 0))
		return status;
	if (__builtin_expect(set->kind == RS_RING_INDEXED, 1))
		return send_as(set, label, words, bytes, RS_RING_INDEXED);
	if (set->kind == RS_RING_CLOCKED)
		return send_as(set, label, words, bytes, RS_RING_CLOCKED);
	return send_other(set, label, words, bytes);
}

static inline __attribute__((always_inline)) rs_status_t send_pieces_as(const producer_set_t *set, rs_label_t label, const rs_event_site_t *event,
									const rs_piece_t *pieces, const rs_measure_t *measured,
									uint32_t bytes, enum rs_ring_kind kind)
{
	const rs_ring_t *ring;
	rs_claim_t claim;

	const rs_status_t status = begin(set, label, bytes, &ring, &claim, kind);
	if (__builtin_expect(status != RS_OK, 0))
		return status;
	rs_store_pieces((uint8_t *)(claim.header + 1), event, pieces, measured, NULL, NULL);
	finish(set, ring, &claim);
	return RS_OK;
}

static __attribute__((noinline)) rs_status_t send_pieces_other(const producer_set_t *set, rs_label_t label, const rs_event_site_t *event,
							       const rs_piece_t *pieces, const rs_measure_t *measured, uint32_t bytes)
{
	return send_pieces_as(set, label, event, pieces, measured, bytes, RS_RING_ANY);
}

rs_status_t rs_event_send_pieces(rs_event_site_t *event, int severity, const rs_piece_t *pieces)
{
	const producer_set_t *set = current_set();
	rs_measure_t measured[RS_ARGUMENTS_MAX];
	rs_label_t label;

	const rs_status_t status = prepare(set, event, severity, pieces, &label);
	if (__builtin_expect(status != RS_OK, 0))
		return status;
	/* Measured before anything is reserved: a text may be on a page that has to be read in. */
	const uint32_t bytes = rs_pieces_measure(event, pieces, measured, &label.flags);
	if (__builtin_expect(set->kind == RS_RING_INDEXED, 1))
		return send_pieces_as(set, label, event, pieces, measured, bytes, RS_RING_INDEXED);
	if (set->kind == RS_RING_CLOCKED)
		return send_pieces_as(set, label, event, pieces, measured, bytes, RS_RING_CLOCKED);
	return send_pieces_other(set, label, event, pieces, measured, bytes);
}
