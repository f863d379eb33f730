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

/* Room for the names of all of them, and for the rest in hexadecimal. */
#define OPEN_FLAGS_BYTES 256

static rs_text_t open_flag_names(int flags, char place[OPEN_FLAGS_BYTES])
{
	static const char *const access[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
	text_t names = {place, 0, OPEN_FLAGS_BYTES};

	text_put(&names, access[flags & O_ACCMODE]);
	text_put_flags(&names, (unsigned int)(flags & ~O_ACCMODE), open_flags, sizeof(open_flags) / sizeof(*open_flags));
	return preload_text(&names);
}

static int makes_file(int flags)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

static void log_open(call_t *call, const char *path, int flags, mode_t mode)
{
	char names[OPEN_FLAGS_BYTES];

	if (makes_file(flags))
		LOG_CALL(call, open, "path=\"%s\" flags=%s mode=%#o", RS_ARG(path, preload_path(call, path)),
			 open_flag_names(flags, names), mode);
	else
		LOG_CALL(call, open, "path=\"%s\" flags=%s", RS_ARG(path, preload_path(call, path)), open_flag_names(flags, names));
}

static void log_openat(call_t *call, int folder, const char *path, int flags, mode_t mode)
{
	char names[OPEN_FLAGS_BYTES];

	if (makes_file(flags))
		LOG_CALL(call, openat, "dirfd=%s path=\"%s\" flags=%s mode=%#o", preload_folder(folder),
			 RS_ARG(path, preload_path(call, path)), open_flag_names(flags, names), mode);
	else
		LOG_CALL(call, openat, "dirfd=%s path=\"%s\" flags=%s", preload_folder(folder),
			 RS_ARG(path, preload_path(call, path)), open_flag_names(flags, names));
}

static void log_creat(call_t *call, const char *path, mode_t mode)
{
	LOG_CALL(call, creat, "path=\"%s\" mode=%#o", RS_ARG(path, preload_path(call, path)), mode);
}

/* The mode is there only with flags that make a file. */
#define MODE_OF(flags, mode)                                                       \
	do {                                                                       \
		if (makes_file(flags)) {                                           \
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
	RECORD(CALL(open)(path, flags, mode), log_open(&call, path, flags, mode));
}

WRAPPER int open64(const char *path, int flags, ...)
{
	mode_t mode = 0;
	MODE_OF(flags, mode);
	RECORD(CALL(open64)(path, flags, mode), log_open(&call, path, flags, mode));
}

WRAPPER int openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	MODE_OF(flags, mode);
	RECORD(CALL(openat)(folder, path, flags, mode), log_openat(&call, folder, path, flags, mode));
}

WRAPPER int openat64(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	MODE_OF(flags, mode);
	RECORD(CALL(openat64)(folder, path, flags, mode), log_openat(&call, folder, path, flags, mode));
}

WRAPPER int creat(const char *path, mode_t mode)
{
	RECORD(CALL(creat)(path, mode), log_creat(&call, path, mode));
}

WRAPPER int creat64(const char *path, mode_t mode)
{
	RECORD(CALL(creat64)(path, mode), log_creat(&call, path, mode));
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
	RECORD(CALL(__open_2)(path, flags), log_open(&call, path, flags, 0));
}

WRAPPER int __open64_2(const char *path, int flags)
{
	RECORD(CALL(__open64_2)(path, flags), log_open(&call, path, flags, 0));
}

WRAPPER int __openat_2(int folder, const char *path, int flags)
{
	RECORD(CALL(__openat_2)(folder, path, flags), log_openat(&call, folder, path, flags, 0));
}

WRAPPER int __openat64_2(int folder, const char *path, int flags)
{
	RECORD(CALL(__openat64_2)(folder, path, flags), log_openat(&call, folder, path, flags, 0));
}

REAL(fopen);
REAL(fopen64);
REAL(fclose);

static void log_fopen(call_t *call, const char *path, const char *mode)
{
	LOG_CALL(call, fopen, "path=\"%s\" mode=\"%s\"", RS_ARG(path, preload_path(call, path)),
		 RS_ARG(mode, preload_path(call, mode)));
}

#define RECORD_FOPEN(function)                                  \
	do {                                                    \
		call_t call;                                    \
		if (!preload_is_recording())                    \
			return CALL(function)(path, mode);      \
		preload_begin(&call);                           \
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

WRAPPER int fclose(FILE *stream)
{
	const int error = errno;
	const int file = fileno(stream); /* -1 for one in memory */
	errno = error;
	RECORD(CALL(fclose)(stream), LOG_CALL(&call, fclose, "fd=%d", file));
}

REAL(close);
REAL(fsync);
REAL(fdatasync);

WRAPPER int close(int file)
{
	RECORD(CALL(close)(file), LOG_CALL(&call, close, "fd=%d", file));
}

WRAPPER int fsync(int file)
{
	RECORD(CALL(fsync)(file), LOG_CALL(&call, fsync, "fd=%d", file));
}

WRAPPER int fdatasync(int file)
{
	RECORD(CALL(fdatasync)(file), LOG_CALL(&call, fdatasync, "fd=%d", file));
}

static void log_read(call_t *call, int file, size_t count)
{
	LOG_CALL(call, read, "fd=%d bytes=%zu", file, count);
}

static void log_pread(call_t *call, int file, size_t count, off64_t offset)
{
	LOG_CALL(call, pread, "fd=%d bytes=%zu offset=%" PRId64, file, count, (int64_t)offset);
}

static void log_pwrite(call_t *call, int file, size_t count, off64_t offset)
{
	LOG_CALL(call, pwrite, "fd=%d bytes=%zu offset=%" PRId64, file, count, (int64_t)offset);
}

#define LOG_PIECES(call, name, file, pieces, count)                                                            \
	do {                                                                                                   \
		uint64_t bytes;                                                                                \
		if (preload_pieces(call, pieces, (count) < 0 ? SIZE_MAX : (size_t)(count), &bytes))            \
			LOG_CALL(call, name, "fd=%d bytes=%" PRIu64, file, bytes);                             \
		else                                                                                           \
			LOG_CALL(call, name, "fd=%d", file);                                                   \
	} while (0)

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
	RECORD(CALL(read)(file, bytes, count), log_read(&call, file, count));
}

WRAPPER ssize_t pread(int file, void *bytes, size_t count, off_t offset)
{
	RECORD(CALL(pread)(file, bytes, count, offset), log_pread(&call, file, count, offset));
}

WRAPPER ssize_t pread64(int file, void *bytes, size_t count, off64_t offset)
{
	RECORD(CALL(pread64)(file, bytes, count, offset), log_pread(&call, file, count, offset));
}

WRAPPER ssize_t readv(int file, const struct iovec *pieces, int count)
{
	RECORD(CALL(readv)(file, pieces, count), LOG_PIECES(&call, readv, file, pieces, count));
}

WRAPPER ssize_t write(int file, const void *bytes, size_t count)
{
	RECORD(CALL(write)(file, bytes, count), LOG_CALL(&call, write, "fd=%d bytes=%zu", file, count));
}

WRAPPER ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset)
{
	RECORD(CALL(pwrite)(file, bytes, count, offset), log_pwrite(&call, file, count, offset));
}

WRAPPER ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset)
{
	RECORD(CALL(pwrite64)(file, bytes, count, offset), log_pwrite(&call, file, count, offset));
}

WRAPPER ssize_t writev(int file, const struct iovec *pieces, int count)
{
	RECORD(CALL(writev)(file, pieces, count), LOG_PIECES(&call, writev, file, pieces, count));
}

ssize_t __read_chk(int file, void *bytes, size_t count, size_t room);
ssize_t __pread_chk(int file, void *bytes, size_t count, off_t offset, size_t room);
ssize_t __pread64_chk(int file, void *bytes, size_t count, off64_t offset, size_t room);
REAL(__read_chk);
REAL(__pread_chk);
REAL(__pread64_chk);

WRAPPER ssize_t __read_chk(int file, void *bytes, size_t count, size_t room)
{
	RECORD(CALL(__read_chk)(file, bytes, count, room), log_read(&call, file, count));
}

WRAPPER ssize_t __pread_chk(int file, void *bytes, size_t count, off_t offset, size_t room)
{
	RECORD(CALL(__pread_chk)(file, bytes, count, offset, room), log_pread(&call, file, count, offset));
}

WRAPPER ssize_t __pread64_chk(int file, void *bytes, size_t count, off64_t offset, size_t room)
{
	RECORD(CALL(__pread64_chk)(file, bytes, count, offset, room), log_pread(&call, file, count, offset));
}

REAL(copy_file_range);
REAL(sendfile);
REAL(sendfile64);

WRAPPER ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count, unsigned int flags)
{
	RECORD(CALL(copy_file_range)(from, from_offset, to, to_offset, count, flags),
	       LOG_CALL(&call, copy_file_range, "from_fd=%d to_fd=%d bytes=%zu", from, to, count));
}

static void log_sendfile(call_t *call, int from, int to, size_t count)
{
	LOG_CALL(call, sendfile, "from_fd=%d to_fd=%d bytes=%zu", from, to, count);
}

WRAPPER ssize_t sendfile(int to, int from, off_t *offset, size_t count)
{
	RECORD(CALL(sendfile)(to, from, offset, count), log_sendfile(&call, from, to, count));
}

WRAPPER ssize_t sendfile64(int to, int from, off64_t *offset, size_t count)
{
	RECORD(CALL(sendfile64)(to, from, offset, count), log_sendfile(&call, from, to, count));
}

REAL(rename);
REAL(renameat);
REAL(renameat2);
REAL(unlink);
REAL(unlinkat);

#define RENAME_FLAGS_BYTES 64

static rs_text_t rename_flag_names(unsigned int flags, char place[RENAME_FLAGS_BYTES])
{
	static const flag_name_t flag_names[] = {
		{RENAME_NOREPLACE, "RENAME_NOREPLACE"}, {RENAME_EXCHANGE, "RENAME_EXCHANGE"}, {RENAME_WHITEOUT, "RENAME_WHITEOUT"}};
	text_t names = {place, 0, RENAME_FLAGS_BYTES};

	text_put_flags(&names, flags, flag_names, sizeof(flag_names) / sizeof(*flag_names));
	return preload_text(&names);
}

#define PATHS "from=\"%s\" to=\"%s\""
#define PATH_ARGUMENTS(call) RS_ARG(from, preload_path(call, from)), RS_ARG(to, preload_path(call, to))

static void log_renameat2(call_t *call, int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
	char names[RENAME_FLAGS_BYTES];

	if (flags)
		LOG_CALL(call, renameat2, "from_dirfd=%s to_dirfd=%s flags=%s " PATHS, preload_folder(from_folder),
			 preload_folder(to_folder), rename_flag_names(flags, names), PATH_ARGUMENTS(call));
	else
		LOG_CALL(call, renameat2, "from_dirfd=%s to_dirfd=%s " PATHS, preload_folder(from_folder), preload_folder(to_folder),
			 PATH_ARGUMENTS(call));
}

WRAPPER int rename(const char *from, const char *to)
{
	RECORD(CALL(rename)(from, to), LOG_CALL(&call, rename, PATHS, PATH_ARGUMENTS(&call)));
}

WRAPPER int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
	RECORD(CALL(renameat)(from_folder, from, to_folder, to),
	       LOG_CALL(&call, renameat, "from_dirfd=%s to_dirfd=%s " PATHS, preload_folder(from_folder), preload_folder(to_folder),
			PATH_ARGUMENTS(&call)));
}

WRAPPER int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
	RECORD(CALL(renameat2)(from_folder, from, to_folder, to, flags),
	       log_renameat2(&call, from_folder, from, to_folder, to, flags));
}

#define UNLINK_FLAGS_BYTES 32

static rs_text_t unlink_flag_names(int flags, char place[UNLINK_FLAGS_BYTES])
{
	static const flag_name_t flag_names[] = {{AT_REMOVEDIR, "AT_REMOVEDIR"}};
	text_t names = {place, 0, UNLINK_FLAGS_BYTES};

	text_put_flags(&names, (unsigned int)flags, flag_names, 1);
	return preload_text(&names);
}

static void log_unlinkat(call_t *call, int folder, const char *path, int flags)
{
	char names[UNLINK_FLAGS_BYTES];

	if (flags)
		LOG_CALL(call, unlinkat, "dirfd=%s flags=%s path=\"%s\"", preload_folder(folder), unlink_flag_names(flags, names),
			 RS_ARG(path, preload_path(call, path)));
	else
		LOG_CALL(call, unlinkat, "dirfd=%s path=\"%s\"", preload_folder(folder), RS_ARG(path, preload_path(call, path)));
}

WRAPPER int unlink(const char *path)
{
	RECORD(CALL(unlink)(path), LOG_CALL(&call, unlink, "path=\"%s\"", RS_ARG(path, preload_path(&call, path))));
}

WRAPPER int unlinkat(int folder, const char *path, int flags)
{
	RECORD(CALL(unlinkat)(folder, path, flags), log_unlinkat(&call, folder, path, flags));
}
