/* SPDX-License-Identifier: MIT */
/* sockets.c - the calls on sockets as the program makes them, with the peer where the call tells one. */
#undef _FORTIFY_SOURCE
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "call.h"
#include "real.h"

static const flag_name_t message_flags[] = {
	{MSG_OOB, "MSG_OOB"}, {MSG_PEEK, "MSG_PEEK"}, {MSG_DONTROUTE, "MSG_DONTROUTE"}, {MSG_TRUNC, "MSG_TRUNC"},
	{MSG_DONTWAIT, "MSG_DONTWAIT"}, {MSG_EOR, "MSG_EOR"}, {MSG_WAITALL, "MSG_WAITALL"}, {MSG_CONFIRM, "MSG_CONFIRM"},
	{MSG_ERRQUEUE, "MSG_ERRQUEUE"}, {MSG_NOSIGNAL, "MSG_NOSIGNAL"}, {MSG_MORE, "MSG_MORE"},
	{MSG_FASTOPEN, "MSG_FASTOPEN"}, {MSG_CMSG_CLOEXEC, "MSG_CMSG_CLOEXEC"},
};

/* Room for the names of all of them, and for the rest in hexadecimal. */
#define MESSAGE_FLAGS_BYTES 192

static rs_text_t message_flag_names(int flags, char place[MESSAGE_FLAGS_BYTES])
{
	text_t names = {place, 0, MESSAGE_FLAGS_BYTES};

	text_put_flags(&names, (unsigned int)flags, message_flags, sizeof(message_flags) / sizeof(*message_flags));
	return preload_text(&names);
}

/* A call on a socket that may have a peer. */
#define LOG_WITH_PEER(call, name, text, keys, ...)                                                           \
	do {                                                                                                 \
		if ((text).at)                                                                               \
			LOG_CALL(call, name, keys " peer=\"%s\"", __VA_ARGS__, RS_ARG(peer, text));        \
		else                                                                                         \
			LOG_CALL(call, name, keys, __VA_ARGS__);                                             \
	} while (0)

REAL(connect);
REAL(accept);
REAL(accept4);

static void log_connect(call_t *call, int file, const struct sockaddr *address, socklen_t length)
{
	char place[PEER_BYTES];
	const rs_text_t peer = preload_peer(call, address, length, place);

	LOG_WITH_PEER(call, connect, peer, "fd=%d", file);
}

WRAPPER int connect(int file, __CONST_SOCKADDR_ARG address, socklen_t length)
{
	RECORD(CALL(connect)(file, address, length), log_connect(&call, file, address.__sockaddr__, length));
}

/* Where an accepted peer's address goes. A program that does not want to know it gives no place; the log has one. */
typedef struct {
	struct sockaddr_storage own;
	socklen_t own_length;
	struct sockaddr *address;
	socklen_t *length;
	socklen_t room; /* the system writes no more, and tells in *length how much there was */
} peer_t;

static void place_peer(peer_t *peer, struct sockaddr *address, socklen_t *length)
{
	peer->own_length = sizeof(peer->own);
	peer->address = address ? address : (struct sockaddr *)&peer->own;
	peer->length = address ? length : &peer->own_length;
	peer->room = peer->length ? *peer->length : 0;
}

/* A null text where there is none: behind a failure too. */
static rs_text_t accepted_peer(const call_t *call, const peer_t *peer, char place[PEER_BYTES])
{
	if (call->result < 0)
		return rs_text(NULL, 0);
	return preload_peer(call, peer->address, *peer->length < peer->room ? *peer->length : peer->room, place);
}

static void log_accept(call_t *call, int file, const peer_t *accepted)
{
	char place[PEER_BYTES];
	const rs_text_t peer = accepted_peer(call, accepted, place);

	LOG_WITH_PEER(call, accept, peer, "fd=%d", file);
}

#define ACCEPT_FLAGS_BYTES 48

static rs_text_t accept_flag_names(int flags, char place[ACCEPT_FLAGS_BYTES])
{
	static const flag_name_t flag_names[] = {{SOCK_NONBLOCK, "SOCK_NONBLOCK"}, {SOCK_CLOEXEC, "SOCK_CLOEXEC"}};
	text_t names = {place, 0, ACCEPT_FLAGS_BYTES};

	text_put_flags(&names, (unsigned int)flags, flag_names, sizeof(flag_names) / sizeof(*flag_names));
	return preload_text(&names);
}

static void log_accept4(call_t *call, int file, const peer_t *accepted, int flags)
{
	char place[PEER_BYTES], names[ACCEPT_FLAGS_BYTES];
	const rs_text_t peer = accepted_peer(call, accepted, place);

	if (flags)
		LOG_WITH_PEER(call, accept4, peer, "fd=%d flags=%s", file, accept_flag_names(flags, names));
	else
		LOG_WITH_PEER(call, accept4, peer, "fd=%d", file);
}

WRAPPER int accept(int file, __SOCKADDR_ARG address, socklen_t *length)
{
	peer_t peer;

	if (!preload_is_recording())
		return CALL(accept)(file, address, length);
	place_peer(&peer, address.__sockaddr__, length);
	RECORD(CALL(accept)(file, peer.address, peer.length), log_accept(&call, file, &peer));
}

WRAPPER int accept4(int file, __SOCKADDR_ARG address, socklen_t *length, int flags)
{
	peer_t peer;

	if (!preload_is_recording())
		return CALL(accept4)(file, address, length, flags);
	place_peer(&peer, address.__sockaddr__, length);
	RECORD(CALL(accept4)(file, peer.address, peer.length, flags), log_accept4(&call, file, &peer, flags));
}

REAL(send);
REAL(sendto);
REAL(sendmsg);

#define LOG_MESSAGE(call, name, file, count, flags)                                                                            \
	do {                                                                                                                   \
		char names[MESSAGE_FLAGS_BYTES];                                                                               \
		if (flags)                                                                                                     \
			LOG_CALL(call, name, "fd=%d bytes=%" PRIu64 " flags=%s", file, (uint64_t)(count),                      \
				 message_flag_names(flags, names));                                                            \
		else                                                                                                           \
			LOG_CALL(call, name, "fd=%d bytes=%" PRIu64, file, (uint64_t)(count));                                 \
	} while (0)

#define LOG_MESSAGE_WITH_PEER(call, name, file, count, flags, text)                                                            \
	do {                                                                                                                   \
		char flag_names[MESSAGE_FLAGS_BYTES];                                                                          \
		if (!(text).at)                                                                                                \
			LOG_MESSAGE(call, name, file, count, flags);                                                           \
		else if (flags)                                                                                                \
			LOG_CALL(call, name, "fd=%d bytes=%" PRIu64 " flags=%s peer=\"%s\"", file, (uint64_t)(count),        \
				 message_flag_names(flags, flag_names), RS_ARG(peer, text));                                   \
		else                                                                                                           \
			LOG_CALL(call, name, "fd=%d bytes=%" PRIu64 " peer=\"%s\"", file, (uint64_t)(count), RS_ARG(peer, text)); \
	} while (0)

/* A header that must not be read says neither how much it is about nor with whom. `room`: of the address of who sent it, before the call; the
 * address of whom it goes to is as long as it says. */
#define LOG_HEADER(call, name, file, header, flags, room)                                                                      \
	do {                                                                                                                   \
		char place[PEER_BYTES], header_names[MESSAGE_FLAGS_BYTES];                                                     \
		uint64_t bytes;                                                                                                \
		if (preload_is_readable(call) && preload_pieces(call, (header)->msg_iov, (header)->msg_iovlen, &bytes)) {      \
			const socklen_t said = (header)->msg_namelen;                                                          \
			const rs_text_t peer = preload_peer(call, (header)->msg_name, said < (room) ? said : (room), place);   \
			LOG_MESSAGE_WITH_PEER(call, name, file, bytes, flags, peer);                                           \
		} else if (flags) {                                                                                            \
			LOG_CALL(call, name, "fd=%d flags=%s", file, message_flag_names(flags, header_names));                 \
		} else {                                                                                                       \
			LOG_CALL(call, name, "fd=%d", file);                                                                   \
		}                                                                                                              \
	} while (0)

static void log_sendto(call_t *call, int file, size_t count, int flags, const void *address, socklen_t length)
{
	char place[PEER_BYTES];
	const rs_text_t peer = preload_peer(call, address, length, place);

	LOG_MESSAGE_WITH_PEER(call, sendto, file, count, flags, peer);
}

static void log_sendmsg(call_t *call, int file, const struct msghdr *header, int flags)
{
	LOG_HEADER(call, sendmsg, file, header, flags, UINT32_MAX);
}

WRAPPER ssize_t send(int file, const void *bytes, size_t count, int flags)
{
	RECORD(CALL(send)(file, bytes, count, flags), LOG_MESSAGE(&call, send, file, count, flags));
}

WRAPPER ssize_t sendto(int file, const void *bytes, size_t count, int flags, __CONST_SOCKADDR_ARG address, socklen_t length)
{
	RECORD(CALL(sendto)(file, bytes, count, flags, address, length),
	       log_sendto(&call, file, count, flags, address.__sockaddr__, length));
}

WRAPPER ssize_t sendmsg(int file, const struct msghdr *header, int flags)
{
	RECORD(CALL(sendmsg)(file, header, flags), log_sendmsg(&call, file, header, flags));
}

REAL(recv);
REAL(recvfrom);
REAL(recvmsg);

static void log_recv(call_t *call, int file, size_t count, int flags)
{
	LOG_MESSAGE(call, recv, file, count, flags);
}

/* Behind a failure there is no address. */
static void log_recvfrom(call_t *call, int file, size_t count, int flags, const void *address, const socklen_t *length, socklen_t room)
{
	const int has_peer = call->result >= 0 && address && length;
	char place[PEER_BYTES];
	const rs_text_t peer = has_peer ? preload_peer(call, address, *length < room ? *length : room, place) : rs_text(NULL, 0);

	LOG_MESSAGE_WITH_PEER(call, recvfrom, file, count, flags, peer);
}

static void log_recvmsg(call_t *call, int file, const struct msghdr *header, int flags, socklen_t room)
{
	const socklen_t filled = call->result < 0 ? 0 : room;
	LOG_HEADER(call, recvmsg, file, header, flags, filled);
}

WRAPPER ssize_t recv(int file, void *bytes, size_t count, int flags)
{
	RECORD(CALL(recv)(file, bytes, count, flags), log_recv(&call, file, count, flags));
}

WRAPPER ssize_t recvfrom(int file, void *bytes, size_t count, int flags, __SOCKADDR_ARG address, socklen_t *length)
{
	const socklen_t room = address.__sockaddr__ && length ? *length : 0;
	RECORD(CALL(recvfrom)(file, bytes, count, flags, address, length),
	       log_recvfrom(&call, file, count, flags, address.__sockaddr__, length, room));
}

WRAPPER ssize_t recvmsg(int file, struct msghdr *header, int flags)
{
	const socklen_t room = header && header->msg_name ? header->msg_namelen : 0;
	RECORD(CALL(recvmsg)(file, header, flags), log_recvmsg(&call, file, header, flags, room));
}

ssize_t __recv_chk(int file, void *bytes, size_t count, size_t room, int flags);
ssize_t __recvfrom_chk(int file, void *bytes, size_t count, size_t room, int flags, __SOCKADDR_ARG address, socklen_t *length);
REAL(__recv_chk);
REAL(__recvfrom_chk);

WRAPPER ssize_t __recv_chk(int file, void *bytes, size_t count, size_t room, int flags)
{
	RECORD(CALL(__recv_chk)(file, bytes, count, room, flags), log_recv(&call, file, count, flags));
}

WRAPPER ssize_t __recvfrom_chk(int file, void *bytes, size_t count, size_t room, int flags, __SOCKADDR_ARG address, socklen_t *length)
{
	const socklen_t address_room = address.__sockaddr__ && length ? *length : 0;
	RECORD(CALL(__recvfrom_chk)(file, bytes, count, room, flags, address, length),
	       log_recvfrom(&call, file, count, flags, address.__sockaddr__, length, address_room));
}
