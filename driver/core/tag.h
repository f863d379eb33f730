/* SPDX-License-Identifier: MIT */
/*
 * tag.h - the state word of an entry: state, length, keyed tag. Used by writers and readers alike.
 *
 * The tag names the entry's position: 45 bits, a bijection of position / 8 modulo 2^45, so that two positions
 * of one ring share a tag only when they lie 2^48 bytes apart. The key keeps payload bytes that somebody
 * chose from carrying the tag of the place where they will land.
 */
#ifndef RS_TAG_H
#define RS_TAG_H

#include "rs_abi.h"

#define RS_TAG_MASK ((1ull << RS_TAG_BITS) - 1)
#define RS_UNITS_MASK ((1ull << RS_UNITS_BITS) - 1)

static inline uint64_t rs_tag(uint64_t position, const uint64_t key[2])
{
	uint64_t x = (((position >> 3) ^ key[0]) * (key[1] | 1)) & RS_TAG_MASK;
	x ^= x >> 23;
	return (x * 0x9E3779B97F4A7C15ull) & RS_TAG_MASK;
}

static inline uint64_t rs_state_word(enum rs_entry_state state, uint64_t units, uint64_t tag)
{
	return (uint64_t)state | units << RS_STATE_BITS | tag << (RS_STATE_BITS + RS_UNITS_BITS);
}

static inline enum rs_entry_state rs_state_of(uint64_t word)
{
	return (enum rs_entry_state)(word & ((1u << RS_STATE_BITS) - 1));
}

static inline uint64_t rs_units_of(uint64_t word)
{
	return word >> RS_STATE_BITS & RS_UNITS_MASK;
}

static inline uint64_t rs_tag_of(uint64_t word)
{
	return word >> (RS_STATE_BITS + RS_UNITS_BITS);
}

/* Bytes that an entry with `length` payload bytes occupies. */
static inline uint64_t rs_entry_bytes(uint64_t length)
{
	return (RS_ENTRY_HEADER_BYTES + length + 7) & ~7ull;
}

/* Largest entry, header included, that a ring of this capacity takes. */
static inline uint64_t rs_entry_bytes_max(uint64_t ring_bytes)
{
	return ring_bytes / 8 < RS_ENTRY_BYTES_MAX ? ring_bytes / 8 : RS_ENTRY_BYTES_MAX;
}

#endif /* RS_TAG_H */
