/* SPDX-License-Identifier: MIT */
/*
 * events.c - typed events as a driver writes them, told one by one in events_test.ts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>

#include "rs_event.h"

static const rs_enum_name_t states[] = {{0, "IDLE"}, {1, "BUSY"}};
static const rs_enum_names_t state_names = {"io_state", 2, states};

static void finish(uint32_t bytes, int error, const char *path)
{
	RS_EVENT(error ? RS_WARN : RS_INFO, io_done, "bytes=%u status=%s path=%s state=%s", bytes, rs_errno(error), path,
		 rs_enum(error != 0, &state_names));
}

int main(void)
{
	rs_log(RS_INFO, "begins");
	RS_BEGIN(RS_DEBUG, request, "id=%d", 7);
	RS_BEGIN(RS_DEBUG, request, "id=%d", 8);
	finish(512, 0, "/dev/a");
	RS_END(RS_DEBUG, request, "");
	finish(4096, -EIO, NULL);
	RS_END(RS_DEBUG, request, "");
	RS_BEGIN(RS_DEBUG, flush, "queue=%u", 1u);
	return 0;
}
