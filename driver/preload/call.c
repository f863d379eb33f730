/* SPDX-License-Identifier: MIT */
/* call.c - see call.h. */
#define _GNU_SOURCE
#include "call.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "errno_name.h"
#include "process.h"
#include "rs_log.h"

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

void preload_begin(call_t *call, const char *name)
{
	call->text.length = 0;
	text_put(&call->text, name);
	call->start_ns = now_ns();
}

void preload_end(call_t *call, int64_t result)
{
	call->error = errno;
	call->result = result;
	call->ns = now_ns() - call->start_ns;
}

/* What a program that waits by itself meets all the time. */
static int is_ordinary(int error)
{
	return error == EAGAIN || error == EINTR || error == EINPROGRESS;
}

void preload_log(call_t *call)
{
	const int has_failed = call->result < 0;

	text_int(&call->text, "result", call->result);
	if (has_failed) {
		const char *name = preload_errno_name(call->error);
		text_key(&call->text, "errno");
		if (name)
			text_put(&call->text, name);
		else
			text_put_int(&call->text, call->error);
	}
	text_unsigned(&call->text, "ns", call->ns);
	/* A full ring counts its refusals itself. */
	(void)rs_write(has_failed && !is_ordinary(call->error) ? RS_WARN : RS_DEBUG, RS_KIND_TEXT, 0, 0, call->text.bytes,
		       call->text.length);
	errno = call->error;
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

void preload_path(call_t *call, const char *key, const char *path, size_t longest)
{
	text_key(&call->text, key);
	if (!preload_is_readable(call)) {
		text_put(&call->text, "?");
		return;
	}
	const size_t length = strlen(path);
	if (!text_put_quoted(&call->text, path, length, longest))
		return;
	text_put(&call->text, " ");
	text_put(&call->text, key);
	text_put(&call->text, "_bytes=");
	text_put_unsigned(&call->text, length, 10);
}

void preload_folder(call_t *call, const char *key, int folder)
{
	text_key(&call->text, key);
	if (folder == AT_FDCWD)
		text_put(&call->text, "AT_FDCWD");
	else
		text_put_int(&call->text, folder);
}

void preload_pieces(call_t *call, const struct iovec *pieces, size_t count)
{
	uint64_t bytes = 0;

	if (!preload_is_readable(call)) {
		text_key(&call->text, "bytes");
		text_put(&call->text, "?");
		return;
	}
	for (size_t n = 0; n < count; n++)
		bytes += pieces[n].iov_len;
	text_unsigned(&call->text, "bytes", bytes);
}

static void put_internet(text_t *text, int family, const void *address, uint16_t port)
{
	char host[INET6_ADDRSTRLEN];
	if (!inet_ntop(family, address, host, sizeof(host)))
		return;
	text_put(text, family == AF_INET6 ? "\"[" : "\"");
	text_put(text, host);
	text_put(text, family == AF_INET6 ? "]:" : ":");
	text_put_unsigned(text, ntohs(port), 10);
	text_put(text, "\"");
}

static void put_unix(text_t *text, const struct sockaddr_un *address, socklen_t length)
{
	const size_t bytes = length - offsetof(struct sockaddr_un, sun_path);
	/* A name that begins with a zero byte is not in the file system; ss and netstat write it with an @. */
	char name[sizeof("unix:@") + sizeof(address->sun_path)] = "unix:";
	size_t at = sizeof("unix:") - 1;
	const int is_abstract = bytes > 0 && address->sun_path[0] == '\0';
	for (size_t n = 0; n < bytes && n < sizeof(address->sun_path); n++) {
		if (!is_abstract && address->sun_path[n] == '\0')
			break;
		name[at++] = n == 0 && is_abstract ? '@' : address->sun_path[n];
	}
	(void)text_put_quoted(text, name, at, TEXT_QUOTED_MAX);
}

void preload_peer(call_t *call, const void *address, socklen_t length)
{
	struct sockaddr_storage copy;

	if (!address || length < sizeof(sa_family_t) || !preload_is_readable(call))
		return;
	if (length > sizeof(copy))
		length = sizeof(copy);
	/* The program's may lie at any address. */
	memset(&copy, 0, sizeof(copy));
	memcpy(&copy, address, length);
	/* Cut by a place that was too small. */
	if (length < (copy.ss_family == AF_INET ? sizeof(struct sockaddr_in) :
		      copy.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(sa_family_t)))
		return;
	text_key(&call->text, "peer");
	if (copy.ss_family == AF_INET) {
		const struct sockaddr_in *found = (const struct sockaddr_in *)&copy;
		put_internet(&call->text, AF_INET, &found->sin_addr, found->sin_port);
	} else if (copy.ss_family == AF_INET6) {
		const struct sockaddr_in6 *found = (const struct sockaddr_in6 *)&copy;
		put_internet(&call->text, AF_INET6, &found->sin6_addr, found->sin6_port);
	} else if (copy.ss_family == AF_UNIX) {
		put_unix(&call->text, (const struct sockaddr_un *)&copy, length);
	} else {
		text_put(&call->text, "\"family ");
		text_put_unsigned(&call->text, copy.ss_family, 10);
		text_put(&call->text, "\"");
	}
}
