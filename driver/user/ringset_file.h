/* SPDX-License-Identifier: MIT */
/*
 * ringset_file.h - a ring set in a file of the host: making it, mapping it.
 *
 * A file with a name outlives everybody who has it open, and can be truncated by its owner: mappings are watched (guard.h). A memory
 * file without a name is sealed against that, needs no room in /dev/shm, and is gone with the last process that has it.
 */
#ifndef RS_RINGSET_FILE_H
#define RS_RINGSET_FILE_H

#include "guard.h"
#include "ringset.h"

typedef struct {
	int file;
	int is_device;     /* a driver's, not a file's: it cannot be cut short, and can be waited for */
	int is_read_only;  /* opened without the right to write */
	uint8_t *bytes;    /* [0, consumer_off): header, index, intents, ring pages, data */
	uint8_t *consumer; /* [consumer_off, total_bytes) */
	rs_set_header_t header; /* private copy, checked */
	rs_guard_t guards[2];   /* of the two mappings; so the structure stays where it was filled */
} rs_ringset_file_t;

/* Rights of the two halves. */
enum rs_map_rights {
	RS_MAP_PRODUCER, /* both writable: in user mode every producer is its own driver */
	RS_MAP_PASSER_BY, /* as RS_MAP_PRODUCER, page by page when it is used: for a process that may end after a few entries */
	RS_MAP_CONSUMER, /* producer's half read only, consumer's half writable */
	RS_MAP_PEEK,     /* both read only */
	RS_MAP_IMAGE     /* as RS_MAP_CONSUMER, of a file that is only read: what is written into the consumer's half stays here */
};

/* Makes a ring set at `path`, mode 0600, every page of it allocated. Never replaces a file. Returns RS_OK, RS_EXISTS, RS_NO_SPACE,
 * RS_NO_PERMISSION, RS_NOT_FOUND, RS_BAD_ARGUMENT, RS_NO_MEMORY, RS_IO. */
rs_status_t rs_ringset_file_make(const char *path, const rs_plan_t *plan, char *message,
				 size_t message_bytes) RS_MUST_USE;

/* Makes a ring set in a sealed memory file that this process keeps open as `*file`; `path` gets the name under which it and, while it lives,
 * others of the same user can open it: /proc/PID/fd/N. Returns RS_OK, RS_NO_SPACE, RS_BAD_ARGUMENT, RS_NO_MEMORY, RS_IO. */
rs_status_t rs_ringset_memory_make(const rs_plan_t *plan, int *file, char *path, size_t path_bytes, char *message,
				   size_t message_bytes) RS_MUST_USE;

/* Opens, checks and maps. Returns RS_OK, RS_NOT_FOUND, RS_NO_PERMISSION, RS_NOT_RINGS, RS_BAD_ABI, RS_NO_MEMORY, RS_IO. */
rs_status_t rs_ringset_file_map(const char *path, enum rs_map_rights rights, rs_ringset_file_t *set, char *message,
				size_t message_bytes) RS_MUST_USE;

void rs_ringset_file_unmap(rs_ringset_file_t *set);

/* 1 when the file was cut short while it was mapped: what is missing reads as zeros, and is nobody else's. */
int rs_ringset_file_is_cut(const rs_ringset_file_t *set);

#endif /* RS_RINGSET_FILE_H */
