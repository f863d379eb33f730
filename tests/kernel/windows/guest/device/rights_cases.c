/* SPDX-License-Identifier: MIT */
/* rights_cases.c - who may see and change which pages, and what a handle can be exchanged for. */
#include "device_case.h"

#define PAGE 4096u

static HANDLE section_of(uint64_t handle)
{
	return (HANDLE)(uintptr_t)handle;
}

static void expect_not_mapped(uint64_t section, DWORD access, const char *how)
{
	SetLastError(0);
	expect(!MapViewOfFile(section_of(section), access, 0, 0, 0), "it was mapped %s", how);
	expect(GetLastError() == ERROR_ACCESS_DENIED, "mapping it %s gave error %lu", how, GetLastError());
}

static void producers_pages_stay_read_only(void)
{
	const int file = open_new_set("rights");
	const uint64_t bytes = describe_set(file).consumer_off, magic = RS_ABI_MAGIC;
	const DWORD rights[] = {PAGE_READWRITE, PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE};

	/* Who drains has no other right to them. */
	expect_errno(0, claim_set(file), "RS_IOC_CLAIM");
	const rs_device_map_t map = map_handles(file);
	uint8_t *const half = map_producer(file, PROT_READ);

	expect(half != MAP_FAILED && memcmp(half, &magic, sizeof(magic)) == 0, "the header does not begin with the magic");
	for (uint64_t at = 0; at < bytes; at += bytes / 16 / PAGE * PAGE) {
		for (size_t n = 0; n < sizeof(rights) / sizeof(*rights); n++) {
			DWORD before;

			expect(!VirtualProtect(half + at, PAGE, rights[n], &before), "page %llu was given the rights %#lx",
			       (unsigned long long)at / PAGE, rights[n]);
		}
	}
	expect_not_mapped(map.shared, FILE_MAP_WRITE, "writable");
	expect_not_mapped(map.shared, FILE_MAP_READ | FILE_MAP_WRITE, "readable and writable");
	expect_not_mapped(map.shared, FILE_MAP_READ | FILE_MAP_EXECUTE, "executable");
	unmap(half, bytes);
	remove_mapped_set(file);
}

static void handles_are_not_exchanged(void)
{
	const int file = open_new_set("rights");
	const rs_device_map_t map = map_handles(file);
	const uint64_t sections[] = {map.shared, map.consumer};
	const DWORD more[] = {
		SECTION_MAP_WRITE, SECTION_MAP_READ | SECTION_MAP_WRITE, SECTION_MAP_EXECUTE, SECTION_EXTEND_SIZE, SECTION_ALL_ACCESS,
		GENERIC_WRITE, GENERIC_ALL, WRITE_DAC, WRITE_OWNER, DELETE,
	};

	for (size_t n = 0; n < 2; n++) {
		HANDLE other = NULL;

		for (size_t k = 0; k < sizeof(more) / sizeof(*more); k++)
			expect(!DuplicateHandle(GetCurrentProcess(), section_of(sections[n]), GetCurrentProcess(), &other, more[k], FALSE, 0),
			       "handle %zu was exchanged for one with the rights %#lx", n, more[k]);
		expect(DuplicateHandle(GetCurrentProcess(), section_of(sections[n]), GetCurrentProcess(), &other, 0, FALSE,
				       DUPLICATE_SAME_ACCESS),
		       "a handle was not copied as it is: error %lu", GetLastError());
		expect_not_mapped((uintptr_t)other, FILE_MAP_WRITE, "writable by a copy of the handle");
	}
	remove_mapped_set(file);
}

static void only_the_claimer_writes(void)
{
	const int claimer = open_new_set("rights");
	const int other = open_set("rights");
	const rs_device_describe_t facts = describe_set(claimer);
	const uint64_t bytes = facts.total_bytes - facts.consumer_off;
	const rs_device_map_t early = map_handles(claimer);

	expect_errno(0, claim_set(claimer), "RS_IOC_CLAIM");
	expect_not_mapped(early.consumer, FILE_MAP_WRITE, "writable by a handle from before the claim");
	uint64_t *const own = map_consumer(claimer, PROT_READ | PROT_WRITE);
	uint64_t *const seen = map_consumer(other, PROT_READ);

	expect(own != MAP_FAILED && seen != MAP_FAILED, "map the consumer half: %s", errno_name(errno));
	own[bytes / 8 - 1] = 42;
	expect(seen[bytes / 8 - 1] == 42, "the other file does not see what the claimer wrote");
	expect(map_consumer(other, PROT_READ | PROT_WRITE) == MAP_FAILED && errno == EACCES, "the other one mapped it writable");
	expect_not_mapped(map_handles(other).consumer, FILE_MAP_WRITE, "writable by a file that has not claimed");
	unmap(own, bytes);
	unmap(seen, bytes);
	close_device(claimer);
	expect_errno(0, claim_set(other), "RS_IOC_CLAIM after the first one went");
	uint64_t *const next = map_consumer(other, PROT_READ | PROT_WRITE);

	expect(next != MAP_FAILED, "the next one could not map it writable: %s", errno_name(errno));
	unmap(next, bytes);
	remove_mapped_set(other);
}

/* A removed set's pages are nobody's but the views': a set that is made again has others. */
static void views_outlive_their_set(void)
{
	const int file = open_new_set("rights");
	const rs_device_describe_t facts = describe_set(file);
	const uint64_t bytes = facts.total_bytes - facts.consumer_off;

	expect_errno(0, claim_set(file), "RS_IOC_CLAIM");
	volatile uint64_t *const half = map_producer(file, PROT_READ);
	uint64_t *const consumer = map_consumer(file, PROT_READ | PROT_WRITE);

	expect(half != MAP_FAILED && consumer != MAP_FAILED, "map: %s", errno_name(errno));
	remove_mapped_set(file);
	expect(ask_version().memory_used == 0, "%llu bytes are counted for a removed set", (unsigned long long)ask_version().memory_used);
	expect(half[0] == RS_ABI_MAGIC, "the pages went while they were mapped");
	const int again = open_new_set("rights");
	uint64_t *const fresh = map_consumer(again, PROT_READ);

	memset(consumer, 0xff, bytes);
	for (uint64_t word = 0; word < bytes / 8; word++)
		expect(fresh[word] == 0, "a removed set's view writes into the next one: word %llu", (unsigned long long)word);
	unmap(fresh, bytes);
	unmap(consumer, bytes);
	unmap((void *)(uintptr_t)half, facts.consumer_off);
	remove_mapped_set(again);
}

static void mapping_is_counted_by_file(void)
{
	const int maker = open_new_set("rights");
	const int reader = open_set("rights");

	for (int n = 0; n < 3; n++)
		(void)map_handles(reader);
	expect(describe_set(maker).mapped == 1, "%u files are counted, expected 1", describe_set(maker).mapped);
	(void)map_handles(maker);
	expect(describe_set(maker).mapped == 2, "%u files are counted, expected 2", describe_set(maker).mapped);
	close_device(reader);
	expect(describe_set(maker).mapped == 1, "%u files are counted after one has gone, expected 1", describe_set(maker).mapped);
	remove_mapped_set(maker);
}

const struct device_case rights_cases[] = {
	{"the producers' pages can be made neither writable nor executable", producers_pages_stay_read_only},
	{"no handle of a section is exchanged for one with more rights", handles_are_not_exchanged},
	{"only the claimer of a set can write to its consumer half", only_the_claimer_writes},
	{"views outlive their set, and reach no other", views_outlive_their_set},
	{"a set counts the files that have it mapped", mapping_is_counted_by_file},
	{0},
};
