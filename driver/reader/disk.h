/* SPDX-License-Identifier: MIT */
/*
 * disk.h - what the writer of a capture folder asks of a system: files that are appended to, and what has to last.
 *
 * Files are numbers as in host_file.h; what can fail returns 0 or an error for rs_host_fail.
 */
#ifndef RS_READER_DISK_H
#define RS_READER_DISK_H

#include <stdint.h>
#include <stdio.h>

#ifdef _WIN32
#include <stddef.h>
typedef struct {
	void *iov_base;
	size_t iov_len;
} rs_disk_part_t;
#else
#include <sys/uio.h>
typedef struct iovec rs_disk_part_t;
#endif

/* A new file, which others may read; never replaces one. */
int rs_disk_begin(const char *path, int *file);
/* Writes all parts one behind the other; the array is used up. */
int rs_disk_append(int file, rs_disk_part_t *parts, uint32_t count);
/* Takes back what stands behind the first `bytes`, and goes on from there. */
int rs_disk_cut(int file, uint64_t bytes);
int rs_disk_sync(int file);
int rs_disk_end(int file);
/* Another number of the same open file, -1 when there is none. */
int rs_disk_twin(int file);

/* A file that is written as a whole beside the one that rs_disk_replace puts it in place of. Ending it syncs it. */
FILE *rs_disk_open_aside(const char *path, int *error);
int rs_disk_end_aside(FILE *aside);
int rs_disk_replace(const char *aside, const char *path);

/* One that is there is good too. */
int rs_disk_make_folder(const char *path);
/* What was made or renamed in it is there after a power cut. */
void rs_disk_sync_folder(const char *path);

#endif /* RS_READER_DISK_H */
