/* SPDX-License-Identifier: MIT */
/*
 * rings.h - a ring set as its reader sees it, for benches that return the space of what they wrote by themselves, or wait until a
 * reader has.
 */
#ifndef RS_BENCH_RINGS_H
#define RS_BENCH_RINGS_H

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rs_abi.h"
#include "worker.h"

#define READER_PATIENCE_NS 10e9
#define BURST_MAX 20000u
#define TYPICAL_BYTES 120u /* of an entry with 64 bytes */

typedef struct {
	uint8_t *bytes;
	const rs_set_header_t *header;
} rings_t;

static inline rings_t map_rings(const char *path)
{
	struct stat found;
	rings_t rings = {0};
	const int file = open(path, O_RDWR | O_CLOEXEC);
	if (file < 0 || fstat(file, &found) != 0)
		give_up("open the rings", path);
	rings.bytes = mmap(NULL, (size_t)found.st_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
	if (rings.bytes == MAP_FAILED)
		give_up("map the rings", path);
	rings.header = (const rs_set_header_t *)(const void *)rings.bytes;
	close(file);
	return rings;
}

static inline rs_ring_page_t *ring_page(const rings_t *rings, uint32_t ring)
{
	return (rs_ring_page_t *)(void *)(rings->bytes + rings->header->ring_off) + ring;
}

static inline rs_consumer_ring_t *ring_consumer(const rings_t *rings, uint32_t ring)
{
	uint8_t *first = rings->bytes + rings->header->consumer_off + sizeof(rs_consumer_set_t);
	return (rs_consumer_ring_t *)(void *)first + ring;
}

/* Entries of so many bytes that fit into three quarters of a ring. */
static inline uint32_t burst_of(const rings_t *rings, uint64_t entry_bytes)
{
	const uint64_t fit = rings->header->ring_bytes / 4 * 3 / entry_bytes;
	return fit < BURST_MAX ? (uint32_t)fit : BURST_MAX;
}

/* As a reader does that has read everything. Nobody may be writing. */
static inline void return_space(const rings_t *rings)
{
	for (uint32_t ring = 0; ring < rings->header->ring_count; ring++)
		__atomic_store_n(&ring_consumer(rings, ring)->read_pos, ring_page(rings, ring)->reserve.position,
				 __ATOMIC_RELEASE);
}

/* 1 when a reader has returned the space of everything. */
static inline int is_space_returned(const rings_t *rings)
{
	for (uint32_t ring = 0; ring < rings->header->ring_count; ring++)
		if (__atomic_load_n(&ring_consumer(rings, ring)->read_pos, __ATOMIC_ACQUIRE) !=
		    ring_page(rings, ring)->reserve.position)
			return 0;
	return 1;
}

static inline void wait_for_reader(const rings_t *rings)
{
	const double patience = now_ns() + READER_PATIENCE_NS;
	while (!is_space_returned(rings)) {
		if (now_ns() > patience)
			give_up("wait for the reader", "it does not return the space");
		pause_ns(50000);
	}
}

#endif /* RS_BENCH_RINGS_H */
