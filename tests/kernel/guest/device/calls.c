/* SPDX-License-Identifier: MIT */
/* calls.c - the calls of a device as one-liners. */
#include "device_case.h"

void check_errno(const char *file, int line, int error, int found, const char *what)
{
	if (found != error)
		fail_case(file, line, what, "%s, expected %s", errno_name(found), errno_name(error));
}

rs_device_make_t make_plan(const char *name)
{
	rs_device_make_t plan = {.size = sizeof(plan), .ring_bytes = 65536};

	snprintf(plan.name, sizeof(plan.name), "%s", name);
	return plan;
}

int open_new_set(const char *name)
{
	rs_device_make_t plan = make_plan(name);
	const int file = open_device();

	expect_call(0, file, RS_IOC_MAKE, &plan);
	return file;
}

int open_set(const char *name)
{
	rs_device_select_t select = {.size = sizeof(select)};
	const int file = open_device();

	snprintf(select.name, sizeof(select.name), "%s", name);
	expect_call(0, file, RS_IOC_SELECT, &select);
	return file;
}

static int call_plainly(int file, unsigned long request)
{
	rs_device_plain_t plain = {.size = sizeof(plain)};

	return call(file, request, &plain);
}

int start_set(int file)
{
	return call_plainly(file, RS_IOC_START);
}

int claim_set(int file)
{
	return call_plainly(file, RS_IOC_CLAIM);
}

rs_device_describe_t describe_set(int file)
{
	rs_device_describe_t facts = {.size = sizeof(facts)};

	expect_call(0, file, RS_IOC_DESCRIBE, &facts);
	return facts;
}

rs_device_snapshot_t take_snapshot(int file, rs_device_ring_t *rings)
{
	rs_device_snapshot_t snapshot = {.size = sizeof(snapshot), .rings = (uintptr_t)rings, .ring_count = RINGS_MAX};

	expect_call(0, file, RS_IOC_SNAPSHOT, &snapshot);
	return snapshot;
}

uint64_t count_attempts(int file)
{
	rs_device_ring_t rings[RINGS_MAX];
	const rs_device_snapshot_t snapshot = take_snapshot(file, rings);
	uint64_t attempts = 0;

	for (uint32_t n = 0; n < snapshot.ring_count; n++)
		attempts += rings[n].attempts;
	return attempts;
}

void remove_set(int file)
{
	expect_errno(0, call_plainly(file, RS_IOC_REMOVE), "RS_IOC_REMOVE");
	close_device(file);
}

void remove_mapped_set(int file)
{
	char name[RS_NAME_BYTES];

	memcpy(name, describe_set(file).name, sizeof(name));
	/* On some systems a set counts as mapped for as long as the file that mapped it is open. */
	close_device(file);
	remove_set(open_set(name));
}

rs_device_version_t ask_version(void)
{
	rs_device_version_t version = {.size = sizeof(version)};
	const int file = open_device();

	expect_call(0, file, RS_IOC_VERSION, &version);
	close_device(file);
	return version;
}

void remove_all_sets(void)
{
	/* What is in use is skipped, so each round looks at the next one. */
	for (uint32_t number = 0; number < RS_SETS_MAX;) {
		rs_device_describe_t facts = {.size = sizeof(facts), .flags = RS_DESCRIBE_NTH, .number = number};
		const int file = open_device();

		if (call(file, RS_IOC_DESCRIBE, &facts) != 0) {
			close_device(file);
			return;
		}
		rs_device_select_t select = {.size = sizeof(select)};

		memcpy(select.name, facts.name, sizeof(select.name));
		if (call(file, RS_IOC_SELECT, &select) != 0 || call_plainly(file, RS_IOC_REMOVE) != 0)
			number++;
		close_device(file);
	}
}

