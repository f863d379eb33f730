/* SPDX-License-Identifier: MIT */
/*
 * own_calls.c - the system as the ring library in here sees it: past the wrappers, so that its own files are never logged.
 *
 * The linker leads the library's calls here (--wrap, see runtime/build/build.ts). Being bare system calls they are no
 * cancellation points either: a thread that is cancelled does not end in the middle of an entry.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

int __wrap_open(const char *path, int flags, ...);
int __wrap_close(int file);
ssize_t __wrap_read(int file, void *bytes, size_t count);
ssize_t __wrap_pread(int file, void *bytes, size_t count, off_t offset);
ssize_t __wrap_write(int file, const void *bytes, size_t count);
int __wrap_unlink(const char *path);

int __wrap_open(const char *path, int flags, ...)
{
	va_list rest;
	va_start(rest, flags);
	const unsigned int mode = flags & O_CREAT ? va_arg(rest, unsigned int) : 0;
	va_end(rest);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int __wrap_close(int file)
{
	return (int)syscall(SYS_close, file);
}

ssize_t __wrap_read(int file, void *bytes, size_t count)
{
	return syscall(SYS_read, file, bytes, count);
}

ssize_t __wrap_pread(int file, void *bytes, size_t count, off_t offset)
{
	return syscall(SYS_pread64, file, bytes, count, offset);
}

ssize_t __wrap_write(int file, const void *bytes, size_t count)
{
	return syscall(SYS_write, file, bytes, count);
}

int __wrap_unlink(const char *path)
{
	return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}
