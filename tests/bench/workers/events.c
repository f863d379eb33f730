/* SPDX-License-Identifier: MIT */
/*
 * events.c - what reading typed events costs: `events_format`, `events_columns`, in million entries a second.
 *
 * A batch as a drain makes it, of events `irp=%p status=%x us=%u`, to messages or to columns.
 */
#define _GNU_SOURCE
#include "worker.h"

#include "rs_reader.h"

#define ROWS 60000u
#define OUT_BYTES (ROWS * 128u)

typedef struct __attribute__((packed)) {
	uint64_t irp;
	uint32_t status, us;
} io_done_t;

static rs_events_t *events;
static uint16_t class_[ROWS];
static uint32_t type[ROWS];
static int32_t offsets[ROWS + 1], out_offsets[ROWS + 1];
static io_done_t payload[ROWS];
static uint8_t out[OUT_BYTES];

/* A descriptor by hand; see driver/EVENTS.md. */
static const char site[] = "\x6d\0\0\0" "\x2a\0\0\0" "\x03\x02\0\x03"
			   "\x07\0io_done" "\x06\0disk.c" "\x06\0finish" "\x16\0irp=%p status=%x us=%u"
			   "\x0c\x03\0irp" "\x07\x06\0status" "\x07\x02\0us";

static void make_batch(void)
{
	static uint8_t descriptor[sizeof(site)];
	const uint32_t bytes = sizeof(site) - 1;

	memcpy(descriptor, site, bytes);
	memcpy(descriptor, &bytes, sizeof(bytes));
	events = rs_events_new();
	if (!events || rs_events_add(events, 1, descriptor, bytes) != RS_OK)
		give_up("make a site", "the descriptor was refused");
	for (uint32_t n = 0; n < ROWS; n++) {
		class_[n] = RS_KIND_EVENT | RS_INFO << 2;
		type[n] = 1;
		payload[n] = (io_done_t){0xffffa00112340000ull + 64u * n, n % 5 ? 0 : 0xc0000022u, n * 2654435761u >> (n % 20)};
		offsets[n + 1] = (int32_t)((n + 1) * sizeof(io_done_t));
	}
}

static void answer(double begin)
{
	printf("%.4f\n", ROWS / (now_ns() - begin) * 1e3);
}

static void events_format(void)
{
	const double begin = now_ns();
	const uint64_t bytes = rs_events_format(events, ROWS, class_, type, offsets, (const uint8_t *)payload, sizeof(payload), out_offsets,
						out, sizeof(out));
	if (bytes > sizeof(out))
		give_up("format a batch", "there is no room");
	answer(begin);
}

static void events_columns(void)
{
	rs_event_table_t table;
	const double begin = now_ns();
	if (rs_events_columns(events, "io_done", ROWS, class_, type, offsets, (const uint8_t *)payload, sizeof(payload), &table) != RS_OK ||
	    table.rows != ROWS)
		give_up("make columns", "the library refused");
	answer(begin);
}

static const row_t rows[] = {{"events_format", events_format}, {"events_columns", events_columns}};

int main(void)
{
	if (!pin(0))
		give_up("bind a thread", "the system refused");
	make_batch();
	return serve(rows, sizeof(rows) / sizeof(rows[0]));
}
