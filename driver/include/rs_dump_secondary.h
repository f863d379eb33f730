/* SPDX-License-Identifier: MIT */
/*
 * rs_dump_secondary.h - the newest entries of all ring sets as one block of bytes, for dumps that have no room for the rings themselves.
 *
 * ringscope.sys hands it to Windows as secondary dump data, under the GUID below, which every kind of dump carries, minidumps too. Written
 * by driver/core/dump_secondary.c, read by runtime/import/memory. Everything is little endian; there are no addresses.
 *
 * A header, then records, one behind the other; a record is its head, its data, and zeros up to a multiple of eight bytes. Records of a set
 * come in any order behind its SET; kinds that a reader does not know are stepped over. What stands in none of them is not known, and in an
 * image of the set zero: the consumer's pages above all.
 *
 *      SET      the first 512 bytes of the set (rs_set_header_t) and its name
 *      BYTES    bytes of the set from offset a on: index counter, intents, of each ring's page what is before write_cost, the call sites
 *      RING     of ring a the bytes from position b to position c, which is where the next entry would have been reserved. At b an entry
 *               begins (b = c: there is none). Position p lies in the set at data_off + a * ring_bytes + (p & (ring_bytes - 1)).
 *               d is the consumer's read_pos, as it was found: what lies before it had been delivered.
 *
 * Where the room is short the rings share it equally, a ring that needs less leaving the rest to the others; the call sites get no more
 * than a quarter of it. What is older than b is not lost, it is not here.
 */
#ifndef RS_DUMP_SECONDARY_H
#define RS_DUMP_SECONDARY_H

#include "rs_abi.h"

/* {bf714e8a-fcd9-4e66-bf4a-551be25b800a} */
#define RS_SECONDARY_GUID {0xbf714e8a, 0xfcd9, 0x4e66, {0xbf, 0x4a, 0x55, 0x1b, 0xe2, 0x5b, 0x80, 0x0a}}

#define RS_SECONDARY_MAGIC_LOW 0x5952444e55445352ull /* "RSDUNDRY", then bytes that are no text */
#define RS_SECONDARY_MAGIC_HIGH 0x0a1a0a0d7be2ce97ull
#define RS_SECONDARY_VERSION 1u
#define RS_SECONDARY_NAME_BYTES 32u
#define RS_SECONDARY_RING_PAGE_BYTES 512u /* of a ring's page: reserve, oldest_pos, counters */
#define RS_SECONDARY_SHARED_BYTES 136u	  /* of the shared page: next_index, unlisted_writers */

enum rs_secondary_flag {
	RS_SECONDARY_SHORTENED = 1 /* something was left out for want of room */
};

typedef struct {
	uint64_t magic[2];
	uint32_t version;
	uint32_t header_bytes;
	uint64_t bytes; /* of all of it; a multiple of 8 */
	uint32_t record_count;
	uint32_t set_count;
	uint32_t os; /* rs_dump_os */
	uint32_t flags;
	uint32_t reserved[3];
	uint32_t crc32c; /* of all of it with 0 in this place */
} rs_secondary_header_t;

enum rs_secondary_kind { RS_SECONDARY_SET = 1, RS_SECONDARY_BYTES = 2, RS_SECONDARY_RING = 3 };

/* Of a SET: b. */
enum rs_secondary_set_flag {
	RS_SECONDARY_NO_SITES = 1,    /* the call sites are not there; events can be told apart and not read */
	RS_SECONDARY_SHORT_RINGS = 2, /* of a ring there was more */
};

typedef struct {
	uint32_t kind;
	uint32_t set; /* number of the set in here: 0 … */
	uint64_t data_bytes;
	uint64_t a; /* SET: made_unix_ns. BYTES: offset. RING: number */
	uint64_t b; /* SET: rs_secondary_set_flag. RING: first position */
	uint64_t c; /* RING: position behind the last byte */
	uint64_t d; /* RING: read_pos */
} rs_secondary_record_t;

RS_ABI_ASSERT(sizeof(rs_secondary_header_t) == 64);
RS_ABI_AT(rs_secondary_header_t, bytes, 24);
RS_ABI_AT(rs_secondary_header_t, os, 40);
RS_ABI_AT(rs_secondary_header_t, crc32c, 60);
RS_ABI_ASSERT(sizeof(rs_secondary_record_t) == 48);
RS_ABI_AT(rs_secondary_record_t, a, 16);

#endif /* RS_DUMP_SECONDARY_H */
