/* SPDX-License-Identifier: MIT */
/* host_file.c - see host_file.h. Linux; Windows has a file of the same name. */
#define _GNU_SOURCE
#include "host_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes that a system allocates within some ten microseconds. */
#define ALLOCATED_MIN (64u << 10)

static int open_as(const char *path, int flags, int *file)
{
	*file = open(path, flags | O_CLOEXEC, 0600);
	return *file < 0 ? errno : 0;
}

int rs_host_file_open(const char *path, int is_writing, int *file)
{
	return open_as(path, is_writing ? O_RDWR : O_RDONLY, file);
}

int rs_host_file_make(const char *path, int *file)
{
	return open_as(path, O_RDWR | O_CREAT | O_EXCL, file);
}

void rs_host_file_close(int file)
{
	close(file);
}

void rs_host_file_remove(const char *path)
{
	(void)unlink(path);
}

int rs_host_file_exists(const char *path)
{
	struct stat found;
	return stat(path, &found) == 0;
}

const char *rs_host_file_place(char *folder, size_t folder_bytes)
{
	const char *temporary = getenv("TMPDIR");
	const char *found = temporary && *temporary ? temporary : "/tmp";

	snprintf(folder, folder_bytes, "%s", access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : found);
	return folder;
}

int rs_host_file_make_in_memory(const char *name, int *file)
{
	*file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return *file < 0 ? errno : 0;
}

int rs_host_file_seal(int file)
{
	return fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0 ? 0 : errno;
}

int rs_host_file_name(int file, char *path, size_t path_bytes)
{
	return snprintf(path, path_bytes, "/proc/%ld/fd/%d", (long)getpid(), file);
}

/* On tmpfs of Linux before 6.9 any signal makes the system give back what it has just allocated (EINTR), and a program whose timer is faster
 * than that would never get its rings. So what was interrupted is asked for again, half as much at a time. */
int rs_host_file_allocate(int file, uint64_t bytes)
{
	uint64_t there = 0, piece = bytes;
	int error;

	do {
		if (piece > bytes - there)
			piece = bytes - there;
		error = posix_fallocate(file, (off_t)there, (off_t)piece);
		if (!error)
			there += piece;
		else if (error == EINTR && piece / 2 >= ALLOCATED_MIN)
			piece /= 2;
	} while (error ? error == EINTR : there < bytes);
	return error;
}

int rs_host_file_read_start(int file, void *start, size_t bytes, size_t *got, uint64_t *length)
{
	struct stat found;
	ssize_t there;

	if (fstat(file, &found) != 0 || (there = pread(file, start, bytes, 0)) < 0)
		return errno;
	*got = (size_t)there;
	*length = (uint64_t)found.st_size;
	return 0;
}

int rs_host_file_lock(int file, int *is_ours)
{
	*is_ours = flock(file, LOCK_EX | LOCK_NB) == 0;
	return *is_ours || errno == EWOULDBLOCK ? 0 : errno;
}

/* By an open file of its own, so that the threads of one process and the two sides of a fork exclude each other as well. */
int rs_host_file_lock_rules(int file, int *lock)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	int error = open_as(path, O_RDWR, lock);
	while (!error && fcntl(*lock, F_OFD_SETLKW, &whole) != 0)
		error = errno == EINTR ? 0 : errno;
	if (error && *lock >= 0)
		close(*lock);
	return error;
}

int rs_host_file_map(int file, uint64_t offset, uint64_t bytes, unsigned how, uint8_t **mapped)
{
	const int rights = how & (RS_HOST_MAP_WRITE | RS_HOST_MAP_OWN) ? PROT_READ | PROT_WRITE : PROT_READ;
	const int kind = (how & RS_HOST_MAP_OWN ? MAP_PRIVATE : MAP_SHARED) | (how & RS_HOST_MAP_NOW ? MAP_POPULATE : 0);
	void *found = mmap(NULL, bytes, rights, kind, file, (off_t)offset);

	*mapped = found == MAP_FAILED ? NULL : found;
	return *mapped ? 0 : errno;
}

void rs_host_file_unmap(uint8_t *mapped, uint64_t bytes)
{
	munmap(mapped, bytes);
}

void *rs_host_memory_take(uint64_t bytes, int is_for_large_pages)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	if (is_for_large_pages)
		(void)madvise(memory, bytes, MADV_HUGEPAGE);
	return memory;
}

void rs_host_memory_forget(void *memory, uint64_t bytes)
{
	(void)madvise(memory, bytes, MADV_DONTNEED);
}

void rs_host_memory_give_back(void *memory, uint64_t bytes)
{
	munmap(memory, bytes);
}
