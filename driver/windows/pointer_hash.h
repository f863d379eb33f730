/* SPDX-License-Identifier: MIT */
/*
 * pointer_hash.h - SipHash-2-4 of one word (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012): what becomes of addresses
 * before they leave the kernel. Pure, any context.
 */
#ifndef RS_WIN_POINTER_HASH_H
#define RS_WIN_POINTER_HASH_H

#include "rs_types.h"

static inline void rs_hash_round(uint64_t v[4])
{
#define RS_TURN(word, bits) ((word) << (bits) | (word) >> (64 - (bits)))
	v[0] += v[1];
	v[2] += v[3];
	v[1] = RS_TURN(v[1], 13) ^ v[0];
	v[3] = RS_TURN(v[3], 16) ^ v[2];
	v[0] = RS_TURN(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = RS_TURN(v[1], 17) ^ v[2];
	v[3] = RS_TURN(v[3], 21) ^ v[0];
	v[2] = RS_TURN(v[2], 32);
#undef RS_TURN
}

static inline void rs_hash_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	rs_hash_round(v);
	rs_hash_round(v);
	v[0] ^= word;
}

static inline uint64_t rs_hash_u64(uint64_t word, const uint64_t key[2])
{
	uint64_t v[4] = {key[0] ^ 0x736f6d6570736575ull, key[1] ^ 0x646f72616e646f6dull, key[0] ^ 0x6c7967656e657261ull,
			 key[1] ^ 0x7465646279746573ull};
	int n;

	rs_hash_word(v, word);
	rs_hash_word(v, 8ull << 56); /* the length in bytes */
	v[2] ^= 0xff;
	for (n = 0; n < 4; n++)
		rs_hash_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

#endif /* RS_WIN_POINTER_HASH_H */
