/* SPDX-License-Identifier: MIT */
/* call.c - see call.h. */
#define _GNU_SOURCE
#include "call.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "process.h"

/* The smallest of any system: what is aligned to it and is not longer lies on one page. */
#define PAGE_BYTES 4096u

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int preload_is_recording(void)
{
	return rs_is_open() && preload_is_own_process();
}

void preload_begin(call_t *call)
{
	call->start_ns = now_ns();
}

void preload_end(call_t *call, int64_t result)
{
	call->error = errno;
	call->result = result;
	call->ns = (int64_t)(now_ns() - call->start_ns);
}

int preload_severity(const call_t *call)
{
	/* What a program that waits by itself meets all the time. */
	const int is_ordinary = call->error == EAGAIN || call->error == EINTR || call->error == EINPROGRESS;
	return is_ordinary ? RS_DEBUG : RS_WARN;
}

int preload_is_readable(const call_t *call)
{
	if (call->result >= 0)
		return 1;
	switch (call->error) {
	case EBADF:
	case EFAULT:
	case EINVAL:
	case ENOMEM:
	case ENOSYS:
	case ENOTSOCK:
		return 0;
	default:
		return 1;
	}
}

/* Whether the system can read here, asked without any other effect: it copies the new mask of signals before it looks at what to do with
 * it, which here is nothing that there is (kernel/signal.c; absl/debugging/internal/address_is_readable.cc asks the same way). */
static int is_mapped(uintptr_t address)
{
	const uintptr_t aligned = address & ~(uintptr_t)7;
	return syscall(SYS_rt_sigprocmask, -1, aligned, NULL, 8) == 0 || errno != EFAULT;
}

/* A path page by page, as far as there are pages. Null: there is not even its end. */
static rs_text_t probe_path(const char *path)
{
	size_t length = 0;
	while (length < PATH_MAX) {
		const uintptr_t at = (uintptr_t)path + length;
		const size_t here = PAGE_BYTES - at % PAGE_BYTES;
		if (!is_mapped(at))
			return rs_text(NULL, 0);
		const size_t found = strnlen(path + length, here);
		length += found;
		if (found < here)
			return rs_text(path, length);
	}
	return rs_text(path, PATH_MAX);
}

rs_text_t preload_path(const call_t *call, const char *path)
{
	/* Any failure may have come before the system looked at this path: that of a flag, of a filter, of the other path. */
	if (call->result < 0)
		return probe_path(path);
	/* It reads no further than this either, so that no byte behind need be there. */
	return rs_text(path, strnlen(path, PATH_MAX));
}

rs_enum_t preload_folder(int folder)
{
	static const rs_enum_name_t names[] = {{AT_FDCWD, "AT_FDCWD"}};
	static const rs_enum_names_t folders = {"dirfd", sizeof(names) / sizeof(*names), names};
	return rs_enum(folder, &folders);
}

int preload_pieces(const call_t *call, const struct iovec *pieces, size_t count, uint64_t *bytes)
{
	*bytes = 0;
	/* More pieces are refused before one is read. */
	if (!preload_is_readable(call) || count > IOV_MAX)
		return 0;
	for (size_t n = 0; n < count; n++)
		*bytes += pieces[n].iov_len;
	return 1;
}

static void put_internet(text_t *text, int family, const void *address, uint16_t port)
{
	char host[INET6_ADDRSTRLEN];
	if (!inet_ntop(family, address, host, sizeof(host)))
		return;
	text_put(text, family == AF_INET6 ? "[" : "");
	text_put(text, host);
	text_put(text, family == AF_INET6 ? "]:" : ":");
	text_put_unsigned(text, ntohs(port), 10);
}

static void put_unix(text_t *text, const struct sockaddr_un *address, socklen_t length)
{
	const size_t bytes = length - offsetof(struct sockaddr_un, sun_path);
	/* A name that begins with a zero byte is not in the file system; ss and netstat write it with an @. */
	const int is_abstract = bytes > 0 && address->sun_path[0] == '\0';
	text_put(text, is_abstract ? "unix:@" : "unix:");
	const char *name = address->sun_path + is_abstract;
	const size_t room = (bytes < sizeof(address->sun_path) ? bytes : sizeof(address->sun_path)) - (size_t)is_abstract;
	text_put_bytes(text, name, is_abstract ? room : strnlen(name, room));
}

rs_text_t preload_peer(const call_t *call, const void *address, socklen_t length, char place[PEER_BYTES])
{
	text_t text = {place, 0, PEER_BYTES};
	struct sockaddr_storage copy;

	if (!address || length < sizeof(sa_family_t) || !preload_is_readable(call))
		return rs_text(NULL, 0);
	if (length > sizeof(copy))
		length = sizeof(copy);
	/* The program's may lie at any address. */
	memset(&copy, 0, sizeof(copy));
	memcpy(&copy, address, length);
	/* Cut by a place that was too small. */
	if (length < (copy.ss_family == AF_INET ? sizeof(struct sockaddr_in) :
		      copy.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(sa_family_t)))
		return rs_text(NULL, 0);
	if (copy.ss_family == AF_INET) {
		const struct sockaddr_in *found = (const struct sockaddr_in *)&copy;
		put_internet(&text, AF_INET, &found->sin_addr, found->sin_port);
	} else if (copy.ss_family == AF_INET6) {
		const struct sockaddr_in6 *found = (const struct sockaddr_in6 *)&copy;
		put_internet(&text, AF_INET6, &found->sin6_addr, found->sin6_port);
	} else if (copy.ss_family == AF_UNIX) {
		put_unix(&text, (const struct sockaddr_un *)&copy, length);
	} else {
		text_put(&text, "family ");
		text_put_unsigned(&text, copy.ss_family, 10);
	}
	return preload_text(&text);
}
