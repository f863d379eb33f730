/* SPDX-License-Identifier: MIT */
/* captured.c - Ringscope's side of captured.h: `captured RINGS`, while RINGS are recorded to a folder. */
#define _GNU_SOURCE
#include "captured.h"
#include "rs_event.h"

static uint32_t write_one(uint32_t remarks, const uint8_t *payload)
{
	return rs_send(PAYLOAD_TYPE, remarks, payload, PAYLOAD_BYTES) != RS_OK;
}

static uint32_t write_five(uint32_t n)
{
	return RS_EVENT(RS_INFO, bench_five, "queue=%u tag=%u lba=%u length=%u us=%u", n >> 8, n & 255, n * 8, 4096u, n) != RS_OK;
}

int main(int argc, char **argv)
{
	char message[512];

	crew_init();
	if (argc < 2 || !pin(0))
		give_up("usage", "captured RINGS");
	if (rs_open(argv[1], message, sizeof(message)) != RS_OK)
		give_up("open the rings", message);
	return serve_captured();
}
