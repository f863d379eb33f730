/* SPDX-License-Identifier: MIT */
/*
 * crash.c - what the driver would give to a crash dump, asked for while the machine runs.
 *
 *     crash.exe DRIVER.sys        ends with 0 when nothing failed; a line for each check
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service.h"

#include "load.h"
#include "rs_dump_secondary.h"

#define SERVICE "ringscope_test"
#define ROOM (1u << 20)
#define WRITES 50u

static HANDLE device;
static rs_load_crash_t *crash;

static int ask_crash(void)
{
	memset(crash, 0, sizeof(*crash));
	return rs_ask(device, RS_IOC_CRASH, crash, sizeof(*crash), ROOM);
}

static void make(const char *name)
{
	rs_device_make_t made = {.size = sizeof(made), .ring_bytes = 1u << 16};

	snprintf(made.name, sizeof(made.name), "%s", name);
	CHECK("a set is made", ASK(device, RS_IOC_MAKE, made));
}

static uint64_t pages_of_set(void)
{
	rs_device_describe_t found = {.size = sizeof(found)};

	(void)ASK(device, RS_IOC_DESCRIBE, found);
	return found.total_bytes / RS_PAGE_BYTES + (found.total_bytes / RS_PAGE_BYTES + 495) / 496;
}

/* Entries of data in all rings' records of one set, by their headers. */
static uint32_t count_entries(uint32_t set)
{
	const rs_secondary_header_t *header = (const void *)(crash + 1);
	const uint8_t *at = (const uint8_t *)(header + 1);
	uint32_t n, entries = 0;

	for (n = 0; n < header->record_count; n++) {
		const rs_secondary_record_t *record = (const void *)at;
		uint64_t off = 0;

		at = (const uint8_t *)(record + 1);
		while (record->kind == RS_SECONDARY_RING && record->set == set && off < record->data_bytes) {
			const rs_entry_header_t *entry = (const void *)(at + off);

			entries += (entry->state & 7) == RS_STATE_COMMITTED && entry->kind == RS_KIND_DATA;
			off += (entry->state >> RS_STATE_BITS & 0xffff) * 8;
		}
		at += (record->data_bytes + 7) & ~7ull;
	}
	return entries;
}

static void check_sets(void)
{
	const rs_secondary_header_t *header = (const void *)(crash + 1);
	rs_load_wish_t wish = {.threads = 1, .writes = WRITES};
	rs_load_account_t account;
	rs_device_plain_t plain = {.size = sizeof(plain)};
	rs_device_select_t select = {.size = sizeof(select), .name = "other"};
	uint64_t pages;

	CHECK("without a set there is no page", ask_crash() && !crash->ranges && !crash->pages);
	CHECK("… and a block that says so", header->magic[0] == RS_SECONDARY_MAGIC_LOW && !header->set_count);
	make("other");
	pages = pages_of_set();
	make("default");
	pages += pages_of_set();
	CHECK("it is started", ASK(device, RS_IOC_START, plain));
	memcpy(&account, &wish, sizeof(wish));
	CHECK("somebody logs", rs_ask(device, RS_IOC_LOAD, &account, sizeof(wish), sizeof(account)));
	CHECK("every page of both sets is named, and can be read", ask_crash() && crash->ranges == 6 && crash->pages == pages &&
									   crash->first_words);
	CHECK("both sets are in the block", header->set_count == 2 && header->os == 2 && !header->flags);
	CHECK("… with every entry in the one that was logged into", count_entries(1) == WRITES && count_entries(0) == 0);
	CHECK("a set that is emptied", ASK(device, RS_IOC_RESET, plain) && ask_crash());
	CHECK("… is there and empty", header->set_count == 2 && crash->pages == pages && count_entries(0) + count_entries(1) == 0);
	CHECK("sets that go", ASK(device, RS_IOC_REMOVE, plain) && ASK(device, RS_IOC_SELECT, select) && ASK(device, RS_IOC_REMOVE, plain));
	CHECK("… are in no dump", ask_crash() && !crash->ranges && !header->set_count);
}

int main(int count, char **words)
{
	SC_HANDLE service;

	if (count != 2)
		return 2;
	crash = malloc(ROOM);
	service = rs_install(SERVICE, words[1]);
	CHECK("the driver starts", rs_start(service));
	device = rs_open_device(GENERIC_READ | GENERIC_WRITE, 0);
	if (CHECK("the device opens", crash && device != INVALID_HANDLE_VALUE))
		check_sets();
	CloseHandle(device);
	rs_remove(service);
	return rs_test_end();
}
