/* SPDX-License-Identifier: MIT */
/*
 * hello.c - the smallest program that logs.
 *
 *     ringscope capture -- build/examples/hello
 */
#include <stdio.h>

#include "rs_event.h"

int main(void)
{
	const unsigned char packet[] = {0xde, 0xad, 0xbe, 0xef};

	if (!rs_is_open())
		fprintf(stderr, "hello: nobody records this program; start it with: ringscope capture -- hello\n");
	rs_log(RS_INFO, "Hello from %s", "Ringscope");
	rs_log(RS_WARN, "%d bytes will follow", (int)sizeof(packet));
	/* A row of the table event_packet, with the columns bytes and head. Nothing is formatted here. */
	RS_EVENT(RS_INFO, packet, "bytes=%zu head=%s", sizeof(packet), rs_bytes(packet, 2));
	rs_send(7, 42, packet, sizeof(packet)); /* type and remarks are our own numbers */
	return 0;
}
