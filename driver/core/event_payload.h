/* SPDX-License-Identifier: MIT */
/*
 * event_payload.h - the arguments of an event as they lie in its payload: measuring them, cutting them, putting them there.
 *
 * Inlined into the shells' writes: between two locked instructions a call costs several ns. Any context. A text that ends with a zero
 * is read once to measure it and once to copy it; what somebody changes in between is copied as it then is, within the bytes measured.
 */
#ifndef RS_EVENT_PAYLOAD_H
#define RS_EVENT_PAYLOAD_H

#include "atomics.h"
#include "platform.h"
#include "rs_event.h"
#include "site_format.h"

/* Bytes of a text up to its zero that are counted; what is longer says that it has this many. */
#define RS_MEASURED_MAX 65536u

/* An argument with a length of its own, as it will lie in the payload. */
typedef struct {
	uint16_t head;
	uint16_t kept;
	uint32_t original;
} rs_measure_t;

static inline uint32_t rs_piece_bytes_before(const rs_piece_t *piece, uint32_t longest)
{
	if (piece->bytes == RS_UNTIL_ZERO)
		return (uint32_t)strnlen((const char *)piece->at, longest <= RS_ARGUMENT_MAX ? longest : RS_MEASURED_MAX);
	return piece->bytes < UINT32_MAX ? (uint32_t)piece->bytes : UINT32_MAX;
}

/* Not in the middle of a character; what is no character at all is cut where it must be. */
static inline uint32_t rs_piece_cut(uint8_t type, const uint8_t *at)
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

static inline rs_measure_t rs_piece_measure(const rs_event_site_t *event, uint32_t n, const rs_piece_t *piece)
{
	if (!piece->at)
		return (rs_measure_t){RS_ARGUMENT_NULL, 0, 0};
	const uint32_t original = rs_piece_bytes_before(piece, __atomic_load_n(&event->longest[n], __ATOMIC_RELAXED));
	if (original <= RS_ARGUMENT_MAX)
		return (rs_measure_t){(uint16_t)original, (uint16_t)original, original};
	const uint32_t kept = rs_piece_cut(load_u8_relaxed(&event->stored[n]), (const uint8_t *)piece->at);
	return (rs_measure_t){(uint16_t)(RS_ARGUMENT_CUT | kept), (uint16_t)kept, original};
}

static inline uint32_t rs_measured_bytes(const rs_measure_t *measured)
{
	return (uint32_t)sizeof(measured->head) + (measured->head & RS_ARGUMENT_CUT ? (uint32_t)sizeof(measured->original) : 0) +
	       measured->kept;
}

/* A number of 1, 2, 4 or 8 bytes: a call of memcpy for each would be most of what it costs. */
static inline uint8_t *rs_store_number(uint8_t *to, uint64_t bits, uint32_t bytes)
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

static inline uint8_t *rs_store_bytes(uint8_t *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
	return to + bytes;
}

static inline uint8_t *rs_store_measured(uint8_t *to, const rs_measure_t *measured, const void *from)
{
	to = rs_store_bytes(to, &measured->head, sizeof(measured->head));
	if (measured->head & RS_ARGUMENT_CUT)
		to = rs_store_bytes(to, &measured->original, sizeof(measured->original));
	return measured->kept ? rs_store_bytes(to, from, measured->kept) : to;
}

/* Measures every argument whose type does not say its length. Returns the bytes of all, and sets the entry's flags. */
static inline uint32_t rs_pieces_measure(const rs_event_site_t *event, const rs_piece_t *pieces, rs_measure_t *measured, uint16_t *flags)
{
	const uint32_t count = event->site.source->argument_count;
	uint32_t bytes = 0;

	for (uint32_t n = 0; n < count; n++) {
		const uint32_t fixed = rs_argument_bytes(load_u8_relaxed(&event->stored[n]));
		if (!fixed) {
			measured[n] = rs_piece_measure(event, n, &pieces[n]);
			if (measured[n].head & RS_ARGUMENT_CUT)
				*flags |= RS_FLAG_CUT_ARGUMENT;
		}
		bytes += fixed ? fixed : rs_measured_bytes(&measured[n]);
	}
	return bytes;
}

/* What becomes of a pointer on its way into an entry; `argument` is the shell's. */
typedef uint64_t (*rs_pointer_bits_t)(const void *argument, uint64_t bits);

/* Numbers have their length from their type, the others what was measured. `pointer_bits` is a constant of the caller's; null: as they are. */
static inline __attribute__((always_inline)) void rs_store_pieces(uint8_t *to, const rs_event_site_t *event, const rs_piece_t *pieces,
								   const rs_measure_t *measured, rs_pointer_bits_t pointer_bits,
								   const void *argument)
{
	const uint32_t count = event->site.source->argument_count;

	for (uint32_t n = 0; n < count; n++) {
		const uint8_t type = load_u8_relaxed(&event->stored[n]);
		const uint32_t fixed = rs_argument_bytes(type);

		if (pointer_bits && type == RS_ARGUMENT_POINTER)
			to = rs_store_number(to, pointer_bits(argument, pieces[n].bits), fixed);
		else if (fixed)
			to = rs_store_number(to, pieces[n].bits, fixed);
		else
			to = rs_store_measured(to, &measured[n], pieces[n].at);
	}
}

/* Words instead of bytes: an entry's payload and the caller's buffer both reach to a multiple of eight. */
static inline void rs_store_words(void *to, const uint64_t *from, uint32_t bytes)
{
	uint64_t *word = (uint64_t *)to;
	for (uint32_t n = 0; n < bytes; n += 8)
		*word++ = *from++;
}

/* What stands in the way of an event's write when its site is bound: the same bytes by everybody who comes by for the first time. */
static inline void rs_event_keep_arguments(rs_event_site_t *event, const rs_arguments_t *arguments)
{
	for (uint32_t n = 0; n < arguments->count; n++) {
		store_u8_relaxed(&event->stored[n], arguments->types[n]);
		__atomic_store_n(&event->longest[n], arguments->longest[n], __ATOMIC_RELAXED);
	}
}

#endif /* RS_EVENT_PAYLOAD_H */
