/* SPDX-License-Identifier: MIT */
/*
 * ringset_file.h - a ring set in a file of the host: making it, mapping it.
 */
#ifndef RS_RINGSET_FILE_H
#define RS_RINGSET_FILE_H

#include "ringset.h"

typedef struct {
	int file;
	uint8_t *bytes;    /* [0, consumer_off): header, index, intents, ring pages, data */
	uint8_t *consumer; /* [consumer_off, total_bytes) */
	rs_set_header_t header; /* private copy, checked */
} rs_ringset_file_t;

/* Rights of the two halves. */
enum rs_map_rights {
	RS_MAP_PRODUCER, /* both writable: in user mode every producer is its own driver */
	RS_MAP_CONSUMER, /* producer's half read only, consumer's half writable */
	RS_MAP_PEEK      /* both read only */
};

/* Makes a ring set at `path`, mode 0600, every page of it allocated. Never replaces a file. Returns RS_OK, RS_EXISTS, RS_NO_SPACE,
 * RS_NO_PERMISSION, RS_NOT_FOUND, RS_BAD_ARGUMENT, RS_NO_MEMORY, RS_IO. */
rs_status_t rs_ringset_file_make(const char *path, const rs_plan_t *plan, char *message,
				 size_t message_bytes) RS_MUST_USE;

/* Opens, checks and maps. Returns RS_OK, RS_NOT_FOUND, RS_NO_PERMISSION, RS_NOT_RINGS, RS_BAD_ABI, RS_NO_MEMORY, RS_IO. */
rs_status_t rs_ringset_file_map(const char *path, enum rs_map_rights rights, rs_ringset_file_t *set, char *message,
				size_t message_bytes) RS_MUST_USE;

void rs_ringset_file_unmap(rs_ringset_file_t *set);

#endif /* RS_RINGSET_FILE_H */
