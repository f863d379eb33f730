/* SPDX-License-Identifier: MIT */
/*
 * call.h - one call of the program: when it began and ended, what it gave, and the entry that tells it.
 *
 * A wrapper asks preload_is_recording, begins, calls, ends, adds what matters to the line, and logs it. The program's errno is taken
 * at the end of the call and put back by preload_log, so that nothing in between shows. Any context.
 */
#ifndef RS_PRELOAD_CALL_H
#define RS_PRELOAD_CALL_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "text.h"

typedef struct {
	uint64_t start_ns, ns;
	int64_t result;
	int error; /* the program's errno behind the call */
	text_t text;
} call_t;

/* 0 before the rings are open, and in a child that shares its parent's memory (vfork) or was made past the C library (clone): it
 * must not write as its parent. */
int preload_is_recording(void);

void preload_begin(call_t *call, const char *name);
void preload_end(call_t *call, int64_t result);
/* Adds result, errno and duration, and writes the entry. */
void preload_log(call_t *call);

/* Whether what the arguments point at may be read: the system has read it before. Behind a failure that can come earlier, a
 * pointer may lead nowhere, and the program has a right to its EFAULT. */
int preload_is_readable(const call_t *call);

/* " key="…"", or " key=?" where it must not be read. */
void preload_path(call_t *call, const char *key, const char *path, size_t longest);
/* " key=AT_FDCWD" or the number. */
void preload_folder(call_t *call, const char *key, int folder);
/* " bytes=" of all pieces. */
void preload_pieces(call_t *call, const struct iovec *pieces, size_t count);
/* " peer="127.0.0.1:80"", `"[::1]:80"`, `"unix:/path"`; nothing where there is no address. */
void preload_peer(call_t *call, const void *address, socklen_t length);

/* The body of a wrapper: the call as it is while nothing is recorded, and measured when it is. `describe` adds to `call` what matters, and logs. */
#define RECORD(name, invocation, describe)                  \
	do {                                                \
		call_t call;                                \
		if (!preload_is_recording())                \
			return (invocation);                \
		preload_begin(&call, name);                 \
		const __typeof__(invocation) got = (invocation); \
		preload_end(&call, (int64_t)got);           \
		describe;                                   \
		return got;                                 \
	} while (0)

#endif /* RS_PRELOAD_CALL_H */
