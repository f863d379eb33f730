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

static void put_message_flags(call_t *call, int flags)
{
	if (!flags)
		return;
	text_key(&call->text, "flags");
	text_put_flags(&call->text, (unsigned int)flags, message_flags, sizeof(message_flags) / sizeof(*message_flags), 1);
}

REAL(connect);
REAL(accept);
REAL(accept4);

static void log_connect(call_t *call, int file, const struct sockaddr *address, socklen_t length)
{
	text_int(&call->text, "fd", file);
	preload_peer(call, address, length);
	preload_log(call);
}

WRAPPER int connect(int file, __CONST_SOCKADDR_ARG address, socklen_t length)
{
	RECORD("connect", CALL(connect)(file, address, length), log_connect(&call, file, address.__sockaddr__, length));
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

static void log_accept(call_t *call, int file, const peer_t *peer, int flags)
{
	static const flag_name_t names[] = {{SOCK_NONBLOCK, "SOCK_NONBLOCK"}, {SOCK_CLOEXEC, "SOCK_CLOEXEC"}};

	text_int(&call->text, "fd", file);
	if (flags) {
		text_key(&call->text, "flags");
		text_put_flags(&call->text, (unsigned int)flags, names, sizeof(names) / sizeof(*names), 1);
	}
	if (call->result >= 0)
		preload_peer(call, peer->address, *peer->length < peer->room ? *peer->length : peer->room);
	preload_log(call);
}

WRAPPER int accept(int file, __SOCKADDR_ARG address, socklen_t *length)
{
	peer_t peer;

	if (!preload_is_recording())
		return CALL(accept)(file, address, length);
	place_peer(&peer, address.__sockaddr__, length);
	RECORD("accept", CALL(accept)(file, peer.address, peer.length), log_accept(&call, file, &peer, 0));
}

WRAPPER int accept4(int file, __SOCKADDR_ARG address, socklen_t *length, int flags)
{
	peer_t peer;

	if (!preload_is_recording())
		return CALL(accept4)(file, address, length, flags);
	place_peer(&peer, address.__sockaddr__, length);
	RECORD("accept4", CALL(accept4)(file, peer.address, peer.length, flags), log_accept(&call, file, &peer, flags));
}

REAL(send);
REAL(sendto);
REAL(sendmsg);

static void log_message(call_t *call, int file, size_t count, int flags, const void *address, socklen_t length)
{
	text_int(&call->text, "fd", file);
	text_unsigned(&call->text, "bytes", count);
	put_message_flags(call, flags);
	preload_peer(call, address, length);
	preload_log(call);
}

/* `room`: of the address of who sent it, before the call; the address of whom it goes to is as long as it says. */
static void log_header(call_t *call, int file, const struct msghdr *header, int flags, socklen_t room)
{
	text_int(&call->text, "fd", file);
	if (preload_is_readable(call))
		preload_pieces(call, header->msg_iov, header->msg_iovlen);
	put_message_flags(call, flags);
	if (preload_is_readable(call))
		preload_peer(call, header->msg_name, header->msg_namelen < room ? header->msg_namelen : room);
	preload_log(call);
}

WRAPPER ssize_t send(int file, const void *bytes, size_t count, int flags)
{
	RECORD("send", CALL(send)(file, bytes, count, flags), log_message(&call, file, count, flags, NULL, 0));
}

WRAPPER ssize_t sendto(int file, const void *bytes, size_t count, int flags, __CONST_SOCKADDR_ARG address, socklen_t length)
{
	RECORD("sendto", CALL(sendto)(file, bytes, count, flags, address, length),
	       log_message(&call, file, count, flags, address.__sockaddr__, length));
}

WRAPPER ssize_t sendmsg(int file, const struct msghdr *header, int flags)
{
	RECORD("sendmsg", CALL(sendmsg)(file, header, flags), log_header(&call, file, header, flags, UINT32_MAX));
}

REAL(recv);
REAL(recvfrom);
REAL(recvmsg);

/* Behind a failure there is no address. */
static void log_received(call_t *call, int file, size_t count, int flags, const void *address, const socklen_t *length, socklen_t room)
{
	const int has_peer = call->result >= 0 && address && length;
	log_message(call, file, count, flags, has_peer ? address : NULL, has_peer ? (*length < room ? *length : room) : 0);
}

WRAPPER ssize_t recv(int file, void *bytes, size_t count, int flags)
{
	RECORD("recv", CALL(recv)(file, bytes, count, flags), log_message(&call, file, count, flags, NULL, 0));
}

WRAPPER ssize_t recvfrom(int file, void *bytes, size_t count, int flags, __SOCKADDR_ARG address, socklen_t *length)
{
	const socklen_t room = address.__sockaddr__ && length ? *length : 0;
	RECORD("recvfrom", CALL(recvfrom)(file, bytes, count, flags, address, length),
	       log_received(&call, file, count, flags, address.__sockaddr__, length, room));
}

WRAPPER ssize_t recvmsg(int file, struct msghdr *header, int flags)
{
	const socklen_t room = header && header->msg_name ? header->msg_namelen : 0;
	RECORD("recvmsg", CALL(recvmsg)(file, header, flags), log_header(&call, file, header, flags, call.result < 0 ? 0 : room));
}

ssize_t __recv_chk(int file, void *bytes, size_t count, size_t room, int flags);
ssize_t __recvfrom_chk(int file, void *bytes, size_t count, size_t room, int flags, __SOCKADDR_ARG address, socklen_t *length);
REAL(__recv_chk);
REAL(__recvfrom_chk);

WRAPPER ssize_t __recv_chk(int file, void *bytes, size_t count, size_t room, int flags)
{
	RECORD("recv", CALL(__recv_chk)(file, bytes, count, room, flags), log_message(&call, file, count, flags, NULL, 0));
}

WRAPPER ssize_t __recvfrom_chk(int file, void *bytes, size_t count, size_t room, int flags, __SOCKADDR_ARG address, socklen_t *length)
{
	const socklen_t address_room = address.__sockaddr__ && length ? *length : 0;
	RECORD("recvfrom", CALL(__recvfrom_chk)(file, bytes, count, room, flags, address, length),
	       log_received(&call, file, count, flags, address.__sockaddr__, length, address_room));
}
