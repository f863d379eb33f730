/* SPDX-License-Identifier: MIT */
/* load_calls.c - see load_calls.h. */
#include "load_calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4u

void rs_run_load(HANDLE device, uint32_t writes, uint32_t first)
{
	rs_load_account_t accounts[THREADS + 1];
	rs_load_wish_t wish = {
		.threads = THREADS, .timers = 1, .writes = writes, .timer_ms = 1, .text_every = 16, .event_every = 32, .first = first,
	};
	uint32_t n;

	memcpy(accounts, &wish, sizeof(wish));
	CHECK("the writers write", rs_ask(device, RS_IOC_LOAD, accounts, sizeof(wish), sizeof(accounts)));
	for (n = 0; n <= THREADS; n++)
		printf("account %u %llu %llu %llu %llu %llu\n", n, (unsigned long long)accounts[n].data, (unsigned long long)accounts[n].texts,
		       (unsigned long long)accounts[n].events, (unsigned long long)accounts[n].full, (unsigned long long)accounts[n].other);
}

void rs_tell_snapshot(HANDLE device, uint32_t ring_count)
{
	const DWORD bytes = (DWORD)(sizeof(rs_device_snapshot_t) + ring_count * sizeof(rs_device_ring_t));
	rs_device_snapshot_t *snapshot = calloc(1, bytes);
	const rs_device_ring_t *rings = (const rs_device_ring_t *)(snapshot + 1);
	uint32_t n;

	snapshot->size = sizeof(*snapshot);
	snapshot->ring_count = ring_count - 1;
	CHECK("a snapshot without room for every ring is refused", !rs_ask(device, RS_IOC_SNAPSHOT, snapshot, sizeof(*snapshot), bytes));
	snapshot->size = sizeof(*snapshot);
	snapshot->ring_count = ring_count;
	CHECK("a snapshot is taken", rs_ask(device, RS_IOC_SNAPSHOT, snapshot, sizeof(*snapshot), bytes));
	printf("index %llu\n", (unsigned long long)snapshot->next_index);
	for (n = 0; n < ring_count; n++)
		printf("ring %u %llu %llu\n", n, (unsigned long long)rings[n].attempts, (unsigned long long)rings[n].lost_full);
	free(snapshot);
}
