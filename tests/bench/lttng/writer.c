/* SPDX-License-Identifier: MIT */
/* writer.c - LTTng's side of captured.h, while a session of LTTng records it to a folder. */
#define _GNU_SOURCE
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "provider.h"

#include "captured.h"

static uint32_t write_one(uint32_t remarks, const uint8_t *payload)
{
	lttng_ust_tracepoint(ringscope_bench, send, PAYLOAD_TYPE, remarks, payload, PAYLOAD_BYTES);
	/* It does not say; the session knows. */
	return 0;
}

static uint32_t write_five(uint32_t n)
{
	lttng_ust_tracepoint(ringscope_bench, five, n >> 8, n & 255, n * 8, 4096u, n);
	return 0;
}

int main(void)
{
	crew_init();
	if (!pin(0))
		give_up("bind a thread", "the system refused");
	if (!lttng_ust_tracepoint_enabled(ringscope_bench, send))
		give_up("be recorded by LTTng", "the session does not know this program");
	return serve_captured();
}
