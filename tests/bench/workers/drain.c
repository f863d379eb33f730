/* SPDX-License-Identifier: MIT */
/*
 * drain.c - how fast full rings become batches, and batches Arrow messages: `drain RINGS`.
 *
 * The rings are filled in turns, so that each entry's successor in index order lies in another ring. Built with the reader's own
 * sources, since only they can give batches back unwritten.
 */
#define _GNU_SOURCE
#include "arrow.h"
#include "capture.h"
#include "clock.h"
#include "ring.h"
#include "rings.h"
#include "worker.h"

#define ENTRIES 60000u /* of 64 bytes: what a reader finds after a millisecond at the rate that is aimed for */
#define PAYLOAD_BYTES 64u

static const char *path;
static rings_t rings;
static rs_ring_t *writers;
static rs_capture_t *capture;
static rs_arrow_t arrow;
static uint64_t waiting; /* entries in the rings */

static void bind_writers(void)
{
	const rs_set_header_t *header = rings.header;
	writers = aligned_alloc(_Alignof(rs_ring_t), header->ring_count * sizeof(*writers));
	if (!writers)
		give_up("fill the rings", "no memory");
	for (uint32_t n = 0; n < header->ring_count; n++)
		writers[n] = (rs_ring_t){
			.data = rings.bytes + header->data_off + n * header->ring_bytes,
			.ring_bytes = header->ring_bytes,
			.entry_bytes_max = rs_entry_bytes_max(header->ring_bytes),
			.tag_key = {header->tag_key[0], header->tag_key[1]},
			.page = ring_page(&rings, n),
			.floor_pos = &ring_consumer(&rings, n)->read_pos,
			.next_index = &((rs_shared_page_t *)(void *)(rings.bytes + header->shared_off))->next_index,
			.number = n,
		};
}

static void write_entry(uint32_t ring, uint32_t number, uint32_t length)
{
	static rs_intent_record_t intent;
	rs_claim_t claim;
	if (rs_ring_reserve(&writers[ring], &intent, length, &claim) != RS_OK)
		give_up("fill the rings", "there is no room");
	rs_entry_header_t *header = claim.header;
	header->index = claim.index;
	header->seq = claim.seq;
	header->ticks = number;
	header->pid = 1;
	header->tid = 1;
	header->remarks = number;
	header->type = 7;
	header->length = length;
	header->kind = RS_KIND_DATA;
	header->severity = RS_INFO;
	header->flags = 0;
	memset(header + 1, (int)(number & 0xff), length);
	rs_ring_commit(&claim);
	waiting++;
}

/* Rings of one size that stand at one offset would all fight for the same lines of the caches, which rings in use never do. */
static void make_uneven(void)
{
	for (uint32_t ring = 0; ring < rings.header->ring_count; ring++)
		for (uint32_t n = 0; n < ring * 37 % 73; n++)
			write_entry(ring, n, 0);
}

static void fill(void)
{
	for (uint32_t n = 0; n < ENTRIES; n++)
		write_entry(n % rings.header->ring_count, n, PAYLOAD_BYTES);
}

static void open_capture(void)
{
	rs_message_t message;
	if (rs_capture_open(path, RS_OPEN_DRAIN, &capture, &message) != RS_OK ||
	    rs_drain_open(capture, 0, 0, 0, &message) != RS_OK)
		give_up("open the rings", message.text);
	if (rs_arrow_init(&arrow, rings.header->ring_count) != RS_OK)
		give_up("make messages", "no memory");
}

static void take_batches(int are_messages_made)
{
	rs_arrow_message_t message;
	rs_batch_t *batch;
	while ((batch = rs_pool_peek_full(&capture->pool, 0))) {
		if (are_messages_made && rs_arrow_logs_batch(&arrow, batch, rings.header->ring_count, &message) != RS_OK)
			give_up("make a message", "no memory");
		rs_pool_release(&capture->pool, batch);
	}
}

static void drain(int are_messages_made)
{
	if (!capture)
		open_capture();
	fill();
	const uint64_t entries = waiting;
	const double start = now_ns();
	while (waiting) {
		uint64_t taken = 0;
		(void)rs_drain_once(capture, &taken);
		if (!taken)
			give_up("drain the rings", "entries are missing");
		waiting -= taken;
		take_batches(are_messages_made);
	}
	/* Each time ends with whole batches, or one in several would carry the message of the others. */
	rs_emit_seal(capture);
	take_batches(are_messages_made);
	printf("%.4f\n", (double)entries / (now_ns() - start) * 1e3);
}

static void drain_columns(void)
{
	drain(0);
}

static void drain_messages(void)
{
	drain(1);
}

static void fill_only(void)
{
	fill();
	/* Somebody else takes them. */
	printf("%llu\n", (unsigned long long)waiting);
	waiting = 0;
}

static const row_t ROWS[] = {{"columns", drain_columns}, {"messages", drain_messages}, {"fill", fill_only}};

int main(int argc, char **argv)
{
	if (argc < 2 || !pin(0))
		give_up("usage", "drain RINGS");
	path = argv[1];
	rings = map_rings(path);
	bind_writers();
	make_uneven();
	return serve(ROWS, sizeof(ROWS) / sizeof(ROWS[0]));
}
