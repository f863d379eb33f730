/* SPDX-License-Identifier: MIT */
/*
 * call.h - one call of the program: when it began and ended, what it gave, and the typed event that tells it.
 *
 * A wrapper asks preload_is_recording, begins, calls, ends, and logs. The program's errno is taken at the end of the call and put back
 * behind the event, so that nothing in between shows. Any context.
 */
#ifndef RS_PRELOAD_CALL_H
#define RS_PRELOAD_CALL_H

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

/* Every call site is listed for call_sites.c. By a pointer: the compiler aligns larger objects as it likes, and a list has no gaps. */
#define RS_SITE_NOTE(site) \
	static rs_event_site_t *const preload_site_ __attribute__((section("preload_sites"), used)) = &(site);
#include "rs_event.h"
#include "text.h"

typedef struct {
	uint64_t start_ns;
	int64_t result, ns;
	int error; /* the program's errno behind the call */
} call_t;

/* 0 before the rings are open, and in a child that shares its parent's memory (vfork) or was made past the C library (clone): it
 * must not write as its parent. */
int preload_is_recording(void);

void preload_begin(call_t *call);
void preload_end(call_t *call, int64_t result);

/* How severe a failure is: waiting is none. */
int preload_severity(const call_t *call);

/* Whether what the arguments point at may be read: the system has read it before. Behind a failure that can come earlier, a
 * pointer may lead nowhere, and the program has a right to its EFAULT. */
int preload_is_readable(const call_t *call);

/* Arguments of events. A path that cannot be read is a null text. */
rs_text_t preload_path(const call_t *call, const char *path);
/* AT_FDCWD or the number. */
rs_enum_t preload_folder(int folder);
/* The bytes of all pieces. Returns 0 where they must not be read. */
int preload_pieces(const call_t *call, const struct iovec *pieces, size_t count, uint64_t *bytes);
/* `127.0.0.1:80`, `[::1]:80`, `unix:/path`; a null text where there is no address. */
#define PEER_BYTES 128
rs_text_t preload_peer(const call_t *call, const void *address, socklen_t length, char place[PEER_BYTES]);

/* The text of an event's argument, in the place that it was put together in. */
static inline rs_text_t preload_text(const text_t *text)
{
	return rs_text(text->bytes, text->length);
}

/* The body of a wrapper: the call as it is while nothing is recorded, and measured when it is. `log` writes what there is to tell of `call`. */
#define RECORD(invocation, log)                                  \
	do {                                                     \
		call_t call;                                     \
		if (!preload_is_recording())                     \
			return (invocation);                     \
		preload_begin(&call);                            \
		const __typeof__(invocation) got = (invocation); \
		preload_end(&call, (int64_t)got);                \
		log;                                             \
		return got;                                      \
	} while (0)

/*
 * Writes the event of a call: its own keys, then what it gave, errno where it failed, and how long it took. A call that failed has a site
 * of its own, so that errno is null in the event's table for all others; so has what is not always there, in different LOG_CALLs of one name.
 * A full ring counts its refusals itself.
 */
#define LOG_CALL(call, name, keys, ...)                                                                                            \
	do {                                                                                                                       \
		if ((call)->result < 0)                                                                                            \
			(void)RS_EVENT(preload_severity(call), name, #name " " keys " result=%" PRId64 " errno=%s ns=%" PRId64,    \
				       __VA_ARGS__, (call)->result, rs_errno((call)->error), (call)->ns);                          \
		else                                                                                                               \
			(void)RS_EVENT(RS_DEBUG, name, #name " " keys " result=%" PRId64 " ns=%" PRId64, __VA_ARGS__,              \
				       (call)->result, (call)->ns);                                                                \
		errno = (call)->error;                                                                                             \
	} while (0)

#endif /* RS_PRELOAD_CALL_H */
