/* SPDX-License-Identifier: MIT */
/* event.c - writes of rs_event.h: raw arguments into an entry that carries the number of its site. */
#define _GNU_SOURCE
#define RS_PLAIN_CALLS
#include "rs_event.h"

#include <string.h>

#include "sites.h"
#include "write.h"

/* Bytes of a text up to its zero that are counted; what is longer says that it has this many. */
#define MEASURED_MAX 65536u

/* An argument with a length of its own, as it will lie in the payload. */
typedef struct {
	uint16_t head;
	uint16_t kept;
	uint32_t original;
} measure_t;

static uint32_t original_bytes(const rs_piece_t *piece, uint32_t longest)
{
	if (piece->bytes == RS_UNTIL_ZERO)
		return (uint32_t)strnlen(piece->at, longest <= RS_ARGUMENT_MAX ? longest : MEASURED_MAX);
	return piece->bytes < UINT32_MAX ? (uint32_t)piece->bytes : UINT32_MAX;
}

/* Not in the middle of a character; what is no character at all is cut where it must be. */
static uint32_t cut(uint8_t type, const uint8_t *at)
{
	uint32_t kept = RS_ARGUMENT_MAX;
	if (type == RS_ARGUMENT_TEXT) {
		while (kept > RS_ARGUMENT_MAX - 3 && (at[kept] & 0xc0) == 0x80)
			kept--;
		return (at[kept] & 0xc0) == 0x80 ? RS_ARGUMENT_MAX : kept;
	}
	/* A high surrogate at the end has its low one behind. */
	if (type == RS_ARGUMENT_TEXT16 && (at[kept - 1] & 0xfc) == 0xd8 && (at[kept + 1] & 0xfc) == 0xdc)
		return kept - 2;
	return kept;
}

static measure_t measure(const rs_event_site_t *event, uint32_t n, const rs_piece_t *piece)
{
	if (!piece->at)
		return (measure_t){RS_ARGUMENT_NULL, 0, 0};
	const uint32_t original = original_bytes(piece, __atomic_load_n(&event->longest[n], __ATOMIC_RELAXED));
	if (original <= RS_ARGUMENT_MAX)
		return (measure_t){(uint16_t)original, (uint16_t)original, original};
	const uint32_t kept = cut(load_u8_relaxed(&event->stored[n]), piece->at);
	return (measure_t){(uint16_t)(RS_ARGUMENT_CUT | kept), (uint16_t)kept, original};
}

static uint32_t bytes_of(const measure_t *measured)
{
	return (uint32_t)sizeof(measured->head) + (measured->head & RS_ARGUMENT_CUT ? (uint32_t)sizeof(measured->original) : 0) +
	       measured->kept;
}

static uint8_t *put(uint8_t *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
	return to + bytes;
}

/* A number of 1, 2, 4 or 8 bytes: a call of memcpy for each would be most of what it costs. */
static inline uint8_t *put_number(uint8_t *to, uint64_t bits, uint32_t bytes)
{
	switch (bytes) {
	case 1:
		*to = (uint8_t)bits;
		break;
	case 2:
		__builtin_memcpy(to, &bits, 2);
		break;
	case 4:
		__builtin_memcpy(to, &bits, 4);
		break;
	default:
		__builtin_memcpy(to, &bits, 8);
	}
	return to + bytes;
}

static uint8_t *put_measured(uint8_t *to, const measure_t *measured, const void *from)
{
	to = put(to, &measured->head, sizeof(measured->head));
	if (measured->head & RS_ARGUMENT_CUT)
		to = put(to, &measured->original, sizeof(measured->original));
	return measured->kept ? put(to, from, measured->kept) : to;
}

/* Words instead of bytes: an entry's payload and the caller's buffer both reach to a multiple of eight. */
static inline void copy_words(void *to, const uint64_t *from, uint32_t bytes)
{
	uint64_t *word = to;
	for (uint32_t n = 0; n < bytes; n += 8)
		*word++ = *from++;
}

static inline __attribute__((always_inline)) rs_status_t send_as(const producer_set_t *set, label_t label, const uint64_t *words,
								 uint32_t bytes, enum rs_ring_kind kind)
{
	const rs_ring_t *ring;
	rs_claim_t claim;

	const rs_status_t status = begin(set, label, bytes, &ring, &claim, kind);
	if (__builtin_expect(status != RS_OK, 0))
		return status;
	copy_words(claim.header + 1, words, bytes);
	finish(set, ring, &claim);
	return RS_OK;
}

static __attribute__((noinline)) rs_status_t send_other(const producer_set_t *set, label_t label, const uint64_t *words, uint32_t bytes)
{
	return send_as(set, label, words, bytes, RS_RING_ANY);
}

/* Everything that stands in the way of a write beside the ring. RS_OK: `label` can be written. */
static inline rs_status_t prepare(const producer_set_t *set, rs_event_site_t *event, int severity, const rs_piece_t *pieces,
				  label_t *label)
{
	if (!set)
		return RS_NOT_OPEN;
	if (__builtin_expect(!is_severity_good(severity), 0))
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
	*label = (label_t){(uint32_t)bound, 0, RS_KIND_EVENT, (uint8_t)severity, 0};
	return RS_OK;
}

rs_status_t rs_event_send(rs_event_site_t *event, int severity, const uint64_t *words, uint32_t bytes)
{
	const producer_set_t *set = current_set();
	label_t label;

	const rs_status_t status = prepare(set, event, severity, NULL, &label);
	if (__builtin_expect(status != RS_OK, 0))
		return status;
	if (__builtin_expect(set->kind == RS_RING_INDEXED, 1))
		return send_as(set, label, words, bytes, RS_RING_INDEXED);
	if (set->kind == RS_RING_CLOCKED)
		return send_as(set, label, words, bytes, RS_RING_CLOCKED);
	return send_other(set, label, words, bytes);
}

/* Numbers have their length from their type, the others what was measured. */
static inline __attribute__((always_inline)) rs_status_t send_pieces_as(const producer_set_t *set, label_t label, const rs_event_site_t *event,
									const rs_piece_t *pieces, const measure_t *measured,
									uint32_t bytes, enum rs_ring_kind kind)
{
	const uint32_t count = event->site.source->argument_count;
	const rs_ring_t *ring;
	rs_claim_t claim;

	const rs_status_t status = begin(set, label, bytes, &ring, &claim, kind);
	if (__builtin_expect(status != RS_OK, 0))
		return status;
	uint8_t *to = (uint8_t *)(claim.header + 1);
	for (uint32_t n = 0; n < count; n++) {
		const uint32_t fixed = rs_argument_bytes(load_u8_relaxed(&event->stored[n]));
		to = fixed ? put_number(to, pieces[n].bits, fixed) : put_measured(to, &measured[n], pieces[n].at);
	}
	finish(set, ring, &claim);
	return RS_OK;
}

static __attribute__((noinline)) rs_status_t send_pieces_other(const producer_set_t *set, label_t label, const rs_event_site_t *event,
							       const rs_piece_t *pieces, const measure_t *measured, uint32_t bytes)
{
	return send_pieces_as(set, label, event, pieces, measured, bytes, RS_RING_ANY);
}

rs_status_t rs_event_send_pieces(rs_event_site_t *event, int severity, const rs_piece_t *pieces)
{
	const producer_set_t *set = current_set();
	measure_t measured[RS_ARGUMENTS_MAX];
	uint32_t bytes = 0;
	label_t label;

	const rs_status_t status = prepare(set, event, severity, pieces, &label);
	if (__builtin_expect(status != RS_OK, 0))
		return status;
	/* Measured before anything is reserved: a text may be on a page that has to be read in. */
	const uint32_t count = event->site.source->argument_count;
	for (uint32_t n = 0; n < count; n++) {
		const uint32_t fixed = rs_argument_bytes(load_u8_relaxed(&event->stored[n]));
		if (!fixed) {
			measured[n] = measure(event, n, &pieces[n]);
			if (measured[n].head & RS_ARGUMENT_CUT)
				label.flags = RS_FLAG_CUT_ARGUMENT;
		}
		bytes += fixed ? fixed : bytes_of(&measured[n]);
	}
	if (__builtin_expect(set->kind == RS_RING_INDEXED, 1))
		return send_pieces_as(set, label, event, pieces, measured, bytes, RS_RING_INDEXED);
	if (set->kind == RS_RING_CLOCKED)
		return send_pieces_as(set, label, event, pieces, measured, bytes, RS_RING_CLOCKED);
	return send_pieces_other(set, label, event, pieces, measured, bytes);
}
