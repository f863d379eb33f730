/* SPDX-License-Identifier: MIT */
/*
 * events.c - typed events of a driver that there is not: requests to a disk, each a span, with what went wrong in it.
 *
 * deno task capture -- build/examples/events
 *
 * Each event is a table, event_disk_request and event_disk_error, whose columns are the arguments.
 */
#include <errno.h>

#include "rs_event.h"

static const rs_enum_name_t operation_names[] = {{0, "read"}, {1, "write"}, {2, "flush"}};
static const rs_enum_names_t operations = {"operation", 3, operation_names};

/* Every seventh request fails. */
static int complete(unsigned tag)
{
	return tag % 7 == 6 ? EIO : 0;
}

static void handle_request(unsigned queue, unsigned tag)
{
	const unsigned long long lba = 0x1000ull + 8ull * tag;
	const unsigned char command[4] = {0x28, (unsigned char)queue, (unsigned char)tag, 0};

	/* Begins here, and ends where the function is left. */
	RS_SCOPE(RS_DEBUG, disk_request, "queue=%u tag=%u operation=%s lba=%llu", queue, tag, rs_enum(tag % 3, &operations), lba);
	const int error = complete(tag);
	if (error)
		(void)RS_EVENT(RS_ERROR, disk_error, "tag=%u error=%s command=%s", tag, rs_errno(error), rs_bytes(command, sizeof(command)));
}

int main(void)
{
	for (unsigned n = 0; n < 20; n++) {
		/* The second half without its spans: nobody has to be asked, and another process could have done it. */
		if (n == 10)
			(void)rs_control("disk_request", RS_LEVEL_OFF);
		handle_request(n % 2, n);
	}
	return 0;
}
