/* SPDX-License-Identifier: MIT */
/*
 * record.c - a load into a set of its own, which is left behind as a file that readers of ring sets open. What it prints is the account
 * of both sides.
 *
 *     record RINGS.bin RING_BYTES discard|overwrite index|clock THREADS WRITES TIMERS [TOO_BIG_EVERY DISCARD_EVERY]
 *
 *     account WRITER data texts events discarded full too_big other       the writers' own
 *     index NEXT_INDEX, ring NUMBER attempts lost_full too_big missed     the driver's
 */
#include "device_case.h"

static void print_accounts(const rs_load_account_t *accounts, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++) {
		const rs_load_account_t *const at = &accounts[n];

		printf("account %u %llu %llu %llu %llu %llu %llu %llu\n", n, (unsigned long long)at->data, (unsigned long long)at->texts,
		       (unsigned long long)at->events, (unsigned long long)at->discarded, (unsigned long long)at->full,
		       (unsigned long long)at->too_big, (unsigned long long)(at->off + at->closed + at->other));
	}
}

static void print_snapshot(int file)
{
	static rs_device_ring_t rings[RINGS_MAX];
	const rs_device_snapshot_t snapshot = take_snapshot(file, rings);

	printf("index %llu\n", (unsigned long long)snapshot.next_index);
	for (uint32_t n = 0; n < snapshot.ring_count; n++)
		printf("ring %u %llu %llu %llu %llu\n", n, (unsigned long long)rings[n].attempts, (unsigned long long)rings[n].lost_full,
		       (unsigned long long)rings[n].too_big, (unsigned long long)rings[n].missed);
}

static int write_half(FILE *to, const void *half, uint64_t bytes)
{
	return half != MAP_FAILED && fwrite(half, 1, bytes, to) == bytes;
}

static int write_rings(const char *path, int file)
{
	const rs_device_describe_t facts = describe_set(file);
	FILE *const to = fopen(path, "wb");
	const int is_whole = to && write_half(to, map_producer(file, PROT_READ), facts.consumer_off) &&
			     write_half(to, map_consumer(file, PROT_READ), facts.total_bytes - facts.consumer_off);

	if (!is_whole || fclose(to) != 0) {
		fprintf(stderr, "write the rings to %s: %s\n", path, strerror(errno));
		return 1;
	}
	return 0;
}

int run_record_tool(int words, char **word)
{
	rs_load_wish_t wish = {.timer_ms = 1, .text_every = 16, .event_every = 32, .is_bound = 1};
	static rs_load_account_t accounts[RS_LOAD_THREADS + RS_LOAD_TIMERS];
	rs_device_make_t plan = make_plan(TEST_SET);
	rs_device_plain_t plain = {.size = sizeof(plain)};
	int status;

	if ((words != 8 && words != 10) || strcmp(word[0], "record") != 0)
		return -1;
	plan.ring_bytes = strtoull(word[2], NULL, 10);
	plan.mode = strcmp(word[3], "overwrite") == 0 ? RS_MODE_OVERWRITE : RS_MODE_DISCARD;
	plan.order = strcmp(word[4], "clock") == 0 ? RS_ORDER_CLOCK : RS_ORDER_INDEX;
	wish.threads = (uint32_t)strtoul(word[5], NULL, 10);
	wish.writes = (uint32_t)strtoul(word[6], NULL, 10);
	wish.timers = (uint32_t)strtoul(word[7], NULL, 10);
	if (words == 10) {
		wish.too_big_every = (uint32_t)strtoul(word[8], NULL, 10);
		wish.discard_every = (uint32_t)strtoul(word[9], NULL, 10);
	}
	const int file = open_device();

	expect_call(0, file, RS_IOC_MAKE, &plan);
	expect_errno(0, start_set(file), "RS_IOC_START");
	run_wish(&wish, accounts);
	expect_call(0, file, RS_IOC_STOP, &plain);
	print_accounts(accounts, wish.threads + wish.timers);
	print_snapshot(file);
	status = write_rings(word[1], file);
	remove_mapped_set(file);
	return status;
}
