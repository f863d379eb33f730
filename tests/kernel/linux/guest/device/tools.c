/* SPDX-License-Identifier: MIT */
/*
 * tools.c - the device's calls for the scripts of the guest, which share no code with the readers that are tested.
 *
 *     make NAME RING_BYTES discard|overwrite index|clock
 *     start NAME, stop NAME, remove NAME
 *     snapshot NAME    next_index, then for each ring: number attempts position lost_full too_big missed oldest_pos
 */
#include "device_case.h"
#include "tools.h"

static int report(const char *what, int error)
{
	if (error)
		fprintf(stderr, "%s: %s\n", what, strerror(error));
	return error != 0;
}

static int make(const char *name, const char *ring_bytes, const char *mode, const char *order)
{
	rs_device_make_t plan = make_plan(name);

	plan.ring_bytes = strtoull(ring_bytes, NULL, 10);
	plan.mode = strcmp(mode, "overwrite") == 0 ? RS_MODE_OVERWRITE : RS_MODE_DISCARD;
	plan.order = strcmp(order, "clock") == 0 ? RS_ORDER_CLOCK : RS_ORDER_INDEX;
	return report("make the set", call(open_device(), RS_IOC_MAKE, &plan));
}

static int change(const char *what, const char *name, unsigned long request)
{
	rs_device_plain_t plain = {.size = sizeof(plain)};

	return report(what, call(open_set(name), request, &plain));
}

static int print_snapshot(const char *name)
{
	static rs_device_ring_t rings[1024];
	rs_device_snapshot_t snapshot = {.size = sizeof(snapshot), .rings = (uintptr_t)rings, .ring_count = 1024};
	const int error = call(open_set(name), RS_IOC_SNAPSHOT, &snapshot);

	if (error)
		return report("take a snapshot", error);
	printf("%llu\n", (unsigned long long)snapshot.next_index);
	for (uint32_t n = 0; n < snapshot.ring_count; n++) {
		const rs_device_ring_t *const at = &rings[n];

		printf("%u %llu %llu %llu %llu %llu %llu\n", n, (unsigned long long)at->attempts, (unsigned long long)at->position,
		       (unsigned long long)at->lost_full, (unsigned long long)at->too_big, (unsigned long long)at->missed,
		       (unsigned long long)at->oldest_pos);
	}
	return 0;
}

int run_tool(int words, char **word)
{
	if (words == 5 && strcmp(word[0], "make") == 0)
		return make(word[1], word[2], word[3], word[4]);
	if (words == 2 && strcmp(word[0], "start") == 0)
		return change("start the set", word[1], RS_IOC_START);
	if (words == 2 && strcmp(word[0], "stop") == 0)
		return change("stop the set", word[1], RS_IOC_STOP);
	if (words == 2 && strcmp(word[0], "remove") == 0)
		return change("remove the set", word[1], RS_IOC_REMOVE);
	if (words == 2 && strcmp(word[0], "snapshot") == 0)
		return print_snapshot(word[1]);
	fputs("device list | run REPORT [PART_OF_NAME] | make NAME BYTES MODE ORDER | start, stop, remove, snapshot NAME\n", stderr);
	return 2;
}
