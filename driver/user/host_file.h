/* SPDX-License-Identifier: MIT */
/*
 * host_file.h - what the user-mode shell and the reader ask of a system about files, mappings and memory.
 *
 * A file is a number, -1 where there is none: a descriptor of POSIX, a handle of Windows, whose handles have 32 bits. What can fail returns
 * 0 or an error for rs_host_fail.
 */
#ifndef RS_HOST_FILE_H
#define RS_HOST_FILE_H

#include <stddef.h>
#include <stdint.h>

int rs_host_file_open(const char *path, int is_writing, int *file);
/* A new file of the user's own; never replaces one. */
int rs_host_file_make(const char *path, int *file);
void rs_host_file_close(int file);
void rs_host_file_remove(const char *path);
int rs_host_file_exists(const char *path);
/* The folder for files of rings: in memory where the system has one there. Returns `folder`. */
const char *rs_host_file_place(char *folder, size_t folder_bytes);

/* A file that is gone with the last process that has it, of memory as long as there is some. */
int rs_host_file_make_in_memory(const char *name, int *file);
/* From here on it keeps its length, where the system can promise that. */
int rs_host_file_seal(int file);
/* A path by which this process and, while it lives, others of the same user open it again. Returns how long it is, or less than 0. */
int rs_host_file_name(int file, char *path, size_t path_bytes);

/* Gives it its length with room for all of that, or a full file system would be found out by the first write to a mapping. */
int rs_host_file_allocate(int file, uint64_t bytes);
/* Its first `bytes`, or what there is of them, and its length. */
int rs_host_file_read_start(int file, void *start, size_t bytes, size_t *got, uint64_t *length);

/* A lock that goes with the open file, however that ends. *is_ours is 0 when another one has it. */
int rs_host_file_lock(int file, int *is_ours);

/* Waits for the lock of a file's rules, which is another one: of a second open file in `lock`, which is closed to give it back. */
int rs_host_file_lock_rules(int file, int *lock);

enum rs_host_map {
	RS_HOST_MAP_READ = 0,
	RS_HOST_MAP_WRITE = 1,
	RS_HOST_MAP_OWN = 2, /* what is written stays here */
	RS_HOST_MAP_NOW = 4  /* every page at once instead of when it is used first */
};

/* Offsets are multiples of RS_REGION_ALIGN, which every system can map. */
int rs_host_file_map(int file, uint64_t offset, uint64_t bytes, unsigned how, uint8_t **mapped);
void rs_host_file_unmap(uint8_t *mapped, uint64_t bytes);

/* Memory of whole pages, backed when first used. Returns null when there is none. */
void *rs_host_memory_take(uint64_t bytes, int is_for_large_pages);
/* What lies there is not needed any more; the room is. */
void rs_host_memory_forget(void *memory, uint64_t bytes);
void rs_host_memory_give_back(void *memory, uint64_t bytes);

#endif /* RS_HOST_FILE_H */
