/* SPDX-License-Identifier: MIT */
/*
 * files.c - the calls on files and descriptors as the program makes them, each logged with what it was given and what it gave.
 *
 * The 64-bit and the checking (_FORTIFY_SOURCE) variants are logged under the name that the programmer wrote. Of stdio only fopen
 * and fclose pass here: what it reads and writes in between does not leave the C library before its buffer is full or empty.
 */
#undef _FORTIFY_SOURCE
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include "call.h"
#include "real.h"

static const flag_name_t open_flags[] = {
	{O_TMPFILE, "O_TMPFILE"}, {O_SYNC, "O_SYNC"}, {O_APPEND, "O_APPEND"}, {O_ASYNC, "O_ASYNC"},
	{O_CLOEXEC, "O_CLOEXEC"}, {O_CREAT, "O_CREAT"}, {O_DIRECT, "O_DIRECT"}, {O_DIRECTORY, "O_DIRECTORY"},
	{O_DSYNC, "O_DSYNC"}, {O_EXCL, "O_EXCL"}, {O_NOATIME, "O_NOATIME"}, {O_NOCTTY, "O_NOCTTY"},
	{O_NOFOLLOW, "O_NOFOLLOW"}, {O_NONBLOCK, "O_NONBLOCK"}, {O_PATH, "O_PATH"}, {O_TRUNC, "O_TRUNC"},
};

static void log_open(call_t *call, const char *path, int flags, unsigned int mode)
{
	static const char *const access[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
	text_t *text = &call->text;

	preload_path(call, "path", path, TEXT_QUOTED_MAX);
	text_key(text, "flags");
	text_put(text, access[flags & O_ACCMODE]);
	text_put_flags(text, (unsigned int)(flags & ~O_ACCMODE), open_flags, sizeof(open_flags) / sizeof(*open_flags), 0);
	if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) {
		text_key(text, "mode");
		text_put(text, "0");
		text_put_unsigned(text, mode, 8);
	}
	preload_log(call);
}

/* The mode is there only with flags that make a file. */
#define MODE_OF(flags, mode)                                                       \
	do {                                                                       \
		if ((flags) & O_CREAT || ((flags) & O_TMPFILE) == O_TMPFILE) {     \
			va_list rest;                                              \
			va_start(rest, flags);                                     \
			(mode) = va_arg(rest, mode_t);                             \
			va_end(rest);                                              \
		}                                                                  \
	} while (0)

REAL(open);
REAL(open64);
REAL(openat);
REAL(openat64);
REAL(creat);
REAL(creat64);

WRAPPER int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	MODE_OF(flags, mode);
	RECORD("open", CALL(open)(path, flags, mode), log_open(&call, path, flags, mode));
}

WRAPPER int open64(const char *path, int flags, ...)
{
	mode_t mode = 0;
	MODE_OF(flags, mode);
	RECORD("open", CALL(open64)(path, flags, mode), log_open(&call, path, flags, mode));
}

static void log_openat(call_t *call, int folder, const char *path, int flags, mode_t mode)
{
	preload_folder(call, "dirfd", folder);
	log_open(call, path, flags, mode);
}

WRAPPER int openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	MODE_OF(flags, mode);
	RECORD("openat", CALL(openat)(folder, path, flags, mode), log_openat(&call, folder, path, flags, mode));
}

WRAPPER int openat64(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	MODE_OF(flags, mode);
	RECORD("openat", CALL(openat64)(folder, path, flags, mode), log_openat(&call, folder, path, flags, mode));
}

static void log_creat(call_t *call, const char *path, mode_t mode)
{
	preload_path(call, "path", path, TEXT_QUOTED_MAX);
	text_key(&call->text, "mode");
	text_put(&call->text, "0");
	text_put_unsigned(&call->text, mode, 8);
	preload_log(call);
}

WRAPPER int creat(const char *path, mode_t mode)
{
	RECORD("creat", CALL(creat)(path, mode), log_creat(&call, path, mode));
}

WRAPPER int creat64(const char *path, mode_t mode)
{
	RECORD("creat", CALL(creat64)(path, mode), log_creat(&call, path, mode));
}

/* The compiler's checks: they end the program where a mode is missing. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);
REAL(__open_2);
REAL(__open64_2);
REAL(__openat_2);
REAL(__openat64_2);

WRAPPER int __open_2(const char *path, int flags)
{
	RECORD("open", CALL(__open_2)(path, flags), log_open(&call, path, flags, 0));
}

WRAPPER int __open64_2(const char *path, int flags)
{
	RECORD("open", CALL(__open64_2)(path, flags), log_open(&call, path, flags, 0));
}

WRAPPER int __openat_2(int folder, const char *path, int flags)
{
	RECORD("openat", CALL(__openat_2)(folder, path, flags), log_openat(&call, folder, path, flags, 0));
}

WRAPPER int __openat64_2(int folder, const char *path, int flags)
{
	RECORD("openat", CALL(__openat64_2)(folder, path, flags), log_openat(&call, folder, path, flags, 0));
}

REAL(fopen);
REAL(fopen64);
REAL(fclose);

static void log_fopen(call_t *call, const char *path, const char *mode)
{
	preload_path(call, "path", path, TEXT_QUOTED_MAX);
	preload_path(call, "mode", mode, 32);
	preload_log(call);
}

#define RECORD_FOPEN(function)                                  \
	do {                                                    \
		call_t call;                                    \
		if (!preload_is_recording())                    \
			return CALL(function)(path, mode);      \
		preload_begin(&call, "fopen");                  \
		FILE *stream = CALL(function)(path, mode);      \
		preload_end(&call, stream ? fileno(stream) : -1); \
		log_fopen(&call, path, mode);                   \
		return stream;                                  \
	} while (0)

WRAPPER FILE *fopen(const char *path, const char *mode)
{
	RECORD_FOPEN(fopen);
}

WRAPPER FILE *fopen64(const char *path, const char *mode)
{
	RECORD_FOPEN(fopen64);
}

static void log_file(call_t *call, int file)
{
	text_int(&call->text, "fd", file);
	preload_log(call);
}

WRAPPER int fclose(FILE *stream)
{
	const int error = errno;
	const int file = fileno(stream); /* -1 for one in memory */
	errno = error;
	RECORD("fclose", CALL(fclose)(stream), log_file(&call, file));
}

REAL(close);
REAL(fsync);
REAL(fdatasync);

WRAPPER int close(int file)
{
	RECORD("close", CALL(close)(file), log_file(&call, file));
}

WRAPPER int fsync(int file)
{
	RECORD("fsync", CALL(fsync)(file), log_file(&call, file));
}

WRAPPER int fdatasync(int file)
{
	RECORD("fdatasync", CALL(fdatasync)(file), log_file(&call, file));
}

static void log_bytes(call_t *call, int file, size_t count)
{
	text_int(&call->text, "fd", file);
	text_unsigned(&call->text, "bytes", count);
	preload_log(call);
}

static void log_bytes_at(call_t *call, int file, size_t count, off64_t offset)
{
	text_int(&call->text, "fd", file);
	text_unsigned(&call->text, "bytes", count);
	text_int(&call->text, "offset", offset);
	preload_log(call);
}

static void log_pieces(call_t *call, int file, const struct iovec *pieces, int count)
{
	text_int(&call->text, "fd", file);
	preload_pieces(call, pieces, count < 0 ? 0 : (size_t)count);
	preload_log(call);
}

REAL(read);
REAL(pread);
REAL(pread64);
REAL(readv);
REAL(write);
REAL(pwrite);
REAL(pwrite64);
REAL(writev);

WRAPPER ssize_t read(int file, void *bytes, size_t count)
{
	RECORD("read", CALL(read)(file, bytes, count), log_bytes(&call, file, count));
}

WRAPPER ssize_t pread(int file, void *bytes, size_t count, off_t offset)
{
	RECORD("pread", CALL(pread)(file, bytes, count, offset), log_bytes_at(&call, file, count, offset));
}

WRAPPER ssize_t pread64(int file, void *bytes, size_t count, off64_t offset)
{
	RECORD("pread", CALL(pread64)(file, bytes, count, offset), log_bytes_at(&call, file, count, offset));
}

WRAPPER ssize_t readv(int file, const struct iovec *pieces, int count)
{
	RECORD("readv", CALL(readv)(file, pieces, count), log_pieces(&call, file, pieces, count));
}

WRAPPER ssize_t write(int file, const void *bytes, size_t count)
{
	RECORD("write", CALL(write)(file, bytes, count), log_bytes(&call, file, count));
}

WRAPPER ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset)
{
	RECORD("pwrite", CALL(pwrite)(file, bytes, count, offset), log_bytes_at(&call, file, count, offset));
}

WRAPPER ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset)
{
	RECORD("pwrite", CALL(pwrite64)(file, bytes, count, offset), log_bytes_at(&call, file, count, offset));
}

WRAPPER ssize_t writev(int file, const struct iovec *pieces, int count)
{
	RECORD("writev", CALL(writev)(file, pieces, count), log_pieces(&call, file, pieces, count));
}

ssize_t __read_chk(int file, void *bytes, size_t count, size_t room);
ssize_t __pread_chk(int file, void *bytes, size_t count, off_t offset, size_t room);
ssize_t __pread64_chk(int file, void *bytes, size_t count, off64_t offset, size_t room);
REAL(__read_chk);
REAL(__pread_chk);
REAL(__pread64_chk);

WRAPPER ssize_t __read_chk(int file, void *bytes, size_t count, size_t room)
{
	RECORD("read", CALL(__read_chk)(file, bytes, count, room), log_bytes(&call, file, count));
}

WRAPPER ssize_t __pread_chk(int file, void *bytes, size_t count, off_t offset, size_t room)
{
	RECORD("pread", CALL(__pread_chk)(file, bytes, count, offset, room), log_bytes_at(&call, file, count, offset));
}

WRAPPER ssize_t __pread64_chk(int file, void *bytes, size_t count, off64_t offset, size_t room)
{
	RECORD("pread", CALL(__pread64_chk)(file, bytes, count, offset, room), log_bytes_at(&call, file, count, offset));
}

REAL(copy_file_range);
REAL(sendfile);
REAL(sendfile64);

static void log_copy(call_t *call, int from, int to, size_t count)
{
	text_int(&call->text, "from_fd", from);
	text_int(&call->text, "to_fd", to);
	text_unsigned(&call->text, "bytes", count);
	preload_log(call);
}

WRAPPER ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count, unsigned int flags)
{
	RECORD("copy_file_range", CALL(copy_file_range)(from, from_offset, to, to_offset, count, flags),
	       log_copy(&call, from, to, count));
}

WRAPPER ssize_t sendfile(int to, int from, off_t *offset, size_t count)
{
	RECORD("sendfile", CALL(sendfile)(to, from, offset, count), log_copy(&call, from, to, count));
}

WRAPPER ssize_t sendfile64(int to, int from, off64_t *offset, size_t count)
{
	RECORD("sendfile", CALL(sendfile64)(to, from, offset, count), log_copy(&call, from, to, count));
}

REAL(rename);
REAL(renameat);
REAL(renameat2);
REAL(unlink);
REAL(unlinkat);

static void log_rename(call_t *call, const char *from, const char *to)
{
	preload_path(call, "from", from, TEXT_QUOTED_HALF);
	preload_path(call, "to", to, TEXT_QUOTED_HALF);
	preload_log(call);
}

static void log_renameat(call_t *call, int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
	static const flag_name_t names[] = {
		{RENAME_NOREPLACE, "RENAME_NOREPLACE"}, {RENAME_EXCHANGE, "RENAME_EXCHANGE"}, {RENAME_WHITEOUT, "RENAME_WHITEOUT"}};

	preload_folder(call, "from_dirfd", from_folder);
	preload_folder(call, "to_dirfd", to_folder);
	if (flags) {
		text_key(&call->text, "flags");
		text_put_flags(&call->text, flags, names, sizeof(names) / sizeof(*names), 1);
	}
	log_rename(call, from, to);
}

WRAPPER int rename(const char *from, const char *to)
{
	RECORD("rename", CALL(rename)(from, to), log_rename(&call, from, to));
}

WRAPPER int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
	RECORD("renameat", CALL(renameat)(from_folder, from, to_folder, to),
	       log_renameat(&call, from_folder, from, to_folder, to, 0));
}

WRAPPER int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
	RECORD("renameat2", CALL(renameat2)(from_folder, from, to_folder, to, flags),
	       log_renameat(&call, from_folder, from, to_folder, to, flags));
}

static void log_unlink(call_t *call, const char *path)
{
	preload_path(call, "path", path, TEXT_QUOTED_MAX);
	preload_log(call);
}

static void log_unlinkat(call_t *call, int folder, const char *path, int flags)
{
	static const flag_name_t names[] = {{AT_REMOVEDIR, "AT_REMOVEDIR"}};

	preload_folder(call, "dirfd", folder);
	if (flags) {
		text_key(&call->text, "flags");
		text_put_flags(&call->text, (unsigned int)flags, names, 1, 1);
	}
	log_unlink(call, path);
}

WRAPPER int unlink(const char *path)
{
	RECORD("unlink", CALL(unlink)(path), log_unlink(&call, path));
}

WRAPPER int unlinkat(int folder, const char *path, int flags)
{
	RECORD("unlinkat", CALL(unlinkat)(folder, path, flags), log_unlinkat(&call, folder, path, flags));
}
