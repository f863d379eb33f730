/* SPDX-License-Identifier: MIT */
/*
 * payload.h - what stress entries carry: made from thread and record number alone, and proving itself.
 *
 *      data    u32 thread | u32 number | bytes of a generator … | u32 FNV-1a of everything before (from 16 bytes on)
 *      text    "k<thread> n<number> " and letters of a generator, cut or filled to the length
 *
 *      witness u64 chain | u64 step
 *
 * Shorter ones are cut from the front part. Mirrored by tests/stress/oracle/payload.ts.
 */
#ifndef STRESS_PAYLOAD_H
#define STRESS_PAYLOAD_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define PAYLOAD_PROVEN_BYTES 16u /* from here on a data payload ends with its own checksum */

static inline uint32_t fnv1a(uint32_t hash, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash;
}

/* A witness has a type of its own, 'RSCW', so that its remarks name thread and record number both. */
#define WITNESS_TYPE 0x52534357u
#define WITNESS_NUMBER_BITS 20u
#define WITNESS_BYTES 16u

#define FNV1A_START 2166136261u

static inline uint32_t payload_seed(uint32_t thread, uint32_t number)
{
	return thread * 2654435761u + number * 40503u + 1u;
}

static inline uint32_t payload_step(uint32_t state)
{
	return state * 1664525u + 1013904223u;
}

/* Fills `length` bytes and returns the checksum of all of them. */
static inline uint32_t payload_fill(uint8_t *bytes, size_t length, uint32_t thread, uint32_t number)
{
	const uint32_t head[2] = {thread, number};
	uint32_t state = payload_seed(thread, number);
	size_t body = length;

	memcpy(bytes, head, length < sizeof(head) ? length : sizeof(head));
	if (length >= PAYLOAD_PROVEN_BYTES)
		body -= sizeof(uint32_t);
	for (size_t i = sizeof(head); i < body; i++) {
		state = payload_step(state);
		bytes[i] = (uint8_t)(state >> 24);
	}
	uint32_t hash = fnv1a(FNV1A_START, bytes, body);
	if (body == length)
		return hash;
	memcpy(bytes + body, &hash, sizeof(hash));
	return fnv1a(hash, bytes + body, sizeof(hash));
}

static inline size_t put_number(uint8_t *at, uint8_t letter, uint32_t value)
{
	uint8_t digits[10];
	size_t count = 0, length = 0;
	do {
		digits[count++] = (uint8_t)('0' + value % 10);
		value /= 10;
	} while (value);
	at[length++] = letter;
	while (count)
		at[length++] = digits[--count];
	at[length++] = ' ';
	return length;
}

/* Fills at least 32 bytes at `bytes`; only the first `length` count. Returns the checksum of those. */
static inline uint32_t payload_fill_text(uint8_t *bytes, size_t length, uint32_t thread, uint32_t number)
{
	uint32_t state = payload_seed(thread, number);
	size_t at = put_number(bytes, 'k', thread);
	at += put_number(bytes + at, 'n', number);
	for (; at < length; at++) {
		state = payload_step(state);
		bytes[at] = (uint8_t)('a' + (state >> 24) % 26);
	}
	return fnv1a(FNV1A_START, bytes, length);
}

#endif /* STRESS_PAYLOAD_H */
