/* SPDX-License-Identifier: MIT */
/*
 * fuzz_cases.c - any call with any bytes, and any order of calls, from several threads over shared files.
 *
 * What they return is not looked at. That the kernel goes on, says nothing on its console, has all its memory again and works as
 * before is.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "device_case.h"
#include "xorshift.h"

#define THREADS 3
#define FILES 6
#define SECONDS 6
/* That are made at least, however long it takes. */
#define CALLS_LEAST 1000u

static atomic_int files[FILES];
static atomic_ullong calls_made;

static void random_name(char name[RS_NAME_BYTES], uint64_t *state)
{
	static const char *const names[] = {"", "a", "b", TEST_SET};

	snprintf(name, RS_NAME_BYTES, "%s", names[random_word(state) % 4]);
}

/* A call that is well formed in most of its fields, so that it gets somewhere. */
static void call_at_random(int file, uint64_t *state)
{
	static uint8_t garbage[8192];
	union {
		struct {
			uint32_t size, flags;
		};
		rs_device_make_t make;
		rs_device_select_t select;
		rs_device_describe_t describe;
		rs_device_snapshot_t snapshot;
		rs_device_control_t control;
		rs_device_sources_t sources;
		uint64_t words[32];
	} at;
	uint32_t number = (uint32_t)(random_word(state) % 14);
	static const uint32_t sizes[14] = {8, 72, 72, 40, 136, 8, 8, 8, 32, 8, 8, 24, 16, 8};

	/* Making, stopping and removing wait for every processor: there would be little else. */
	if ((number == 2 || number == 6 || number == 9 || number == 10) && random_word(state) % 8)
		number = (uint32_t[]){1, 3, 4, 7}[random_word(state) % 4];
	unsigned long request = _IOC(_IOC_READ | _IOC_WRITE, 'R', number, sizes[number]);

	memset(&at, 0, sizeof(at));
	at.size = sizes[number];
	if (number == 2 || number == 3)
		random_name(at.make.name, state);
	if (number == 2) {
		at.flags = random_word(state) & 1;
		at.make.ring_bytes = UINT64_C(4096) << random_word(state) % 6;
		at.make.mode = random_word(state) % 4 == 0;
		at.make.site_count = random_word(state) % 2 ? RS_DEVICE_NO_SITES : 64;
	} else if (number == 4) {
		at.flags = random_word(state) & 1;
		at.describe.number = (uint32_t)(random_word(state) % 4);
	} else if (number == 8) {
		at.snapshot.rings = (uintptr_t)garbage;
		at.snapshot.ring_count = (uint32_t)(random_word(state) % 16);
	} else if (number == 11) {
		at.flags = random_word(state) & 1;
		at.control.changes = (uintptr_t)garbage + random_word(state) % 4096;
		at.control.count = (uint32_t)(random_word(state) % 64);
		for (size_t n = 0; n < 64; n++)
			garbage[random_word(state) % sizeof(garbage)] = (uint8_t)random_word(state);
	} else if (number == 12) {
		/* Of the real ones only those that say little. */
		at.sources.sources = random_word(state) % 2 ? 0 : random_word(state) & ~UINT64_C(0x7ff);
	}
	if (random_word(state) % 3 == 0)
		at.words[random_word(state) % (sizeof(at) / 8)] ^= UINT64_C(1) << random_word(state) % 64;
	if (random_word(state) % 16 == 0)
		request = random_word(state) & 0xffffffff;
	(void)ioctl(file, request, &at);
	atomic_fetch_add(&calls_made, 1);
}

/* Maps some pages, looks at or writes to the first, and lets go in two steps. Nothing twice: another thread may have got it meanwhile. */
static void map_at_random(int file, uint64_t *state)
{
	const uint64_t pages = 1 + random_word(state) % 40;
	const off_t offset = (off_t)(random_word(state) % 64 * 65536);
	const int protection = random_word(state) % 2 ? PROT_READ : PROT_READ | PROT_WRITE;
	volatile uint64_t *const at = mmap(NULL, pages * 4096, protection, MAP_SHARED, file, offset);

	if (at == MAP_FAILED)
		return;
	if (protection & PROT_WRITE)
		at[random_word(state) % 512] = random_word(state);
	else
		(void)at[random_word(state) % 512];
	const uint64_t first = random_word(state) % pages;

	if (first)
		munmap((void *)(uintptr_t)at, first * 4096);
	munmap((uint8_t *)(uintptr_t)at + first * 4096, (pages - first) * 4096);
}

static void *fuzz(void *seed)
{
	uint64_t state = 0x9e3779b97f4a7c15 * ((uintptr_t)seed + 1);
	const time_t end = time(NULL) + SECONDS;

	while (time(NULL) < end || atomic_load(&calls_made) <= CALLS_LEAST) {
		for (int n = 0; n < 200; n++) {
			atomic_int *const slot = &files[random_word(&state) % FILES];
			const uint64_t dice = random_word(&state) % 100;

			if (dice < 3) {
				const int fresh = open(RS_DEVICE_PATH, dice ? O_RDWR : O_RDONLY);
				const int old = atomic_exchange(slot, fresh);

				/* Somebody may be using it this moment, as threads of a careless program do. */
				if (old >= 0)
					close(old);
			} else if (dice < 15) {
				map_at_random(atomic_load(slot), &state);
			} else {
				call_at_random(atomic_load(slot), &state);
			}
		}
	}
	return NULL;
}

static void *keep_logging(void *is_stopping)
{
	while (!atomic_load((atomic_int *)is_stopping))
		write_module("say", "50");
	return NULL;
}

static void random_calls(void)
{
	pthread_t threads[THREADS], logger;
	static atomic_int is_stopping;

	for (size_t n = 0; n < FILES; n++)
		atomic_store(&files[n], open_device());
	expect(pthread_create(&logger, NULL, keep_logging, &is_stopping) == 0, "no thread");
	for (uintptr_t n = 0; n < THREADS; n++)
		expect(pthread_create(&threads[n], NULL, fuzz, (void *)n) == 0, "no thread");
	for (size_t n = 0; n < THREADS; n++)
		pthread_join(threads[n], NULL);
	atomic_store(&is_stopping, 1);
	pthread_join(logger, NULL);
	for (size_t n = 0; n < FILES; n++)
		close(atomic_load(&files[n]));
	remove_all_sets();
	const rs_device_version_t version = ask_version();

	expect(version.set_count == 0 && version.memory_used == 0, "%u sets of %llu bytes are left", version.set_count,
	       (unsigned long long)version.memory_used);
	const int file = open_new_set(TEST_SET);

	expect_errno(0, start_set(file), "RS_IOC_START");
	write_module("account", "0");
	write_module("say", "5");
	remove_set(file);
	note("%llu calls", (unsigned long long)atomic_load(&calls_made));
	expect(atomic_load(&calls_made) > CALLS_LEAST, "only %llu calls were made", (unsigned long long)atomic_load(&calls_made));
}

const struct device_case fuzz_cases[] = {
	{"random calls, mappings and files of several threads leave a sound device behind", random_calls},
	{0},
};
