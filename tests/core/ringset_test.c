/* SPDX-License-Identifier: MIT */
/*
 * ringset_test.c - the header of a ring set and the file that it heads: what is planned, what is accepted, what is refused and how.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "folder.h"
#include "reading.h"
#include "rs_log.h"

static rs_set_header_t header;
static char message[512];
static char path[256];

static const char *new_path(void)
{
	static unsigned number;
	snprintf(path, sizeof(path), "%s/ringscope-core-%ld-set-%u", rings_folder(), (long)getpid(), number++);
	unlink(path);
	return path;
}

static rs_status_t plan(uint32_t rings, uint64_t ring_bytes, uint64_t ring_memory)
{
	message[0] = '\0';
	return rs_ringset_plan(&(rs_plan_t){.ring_count = rings, .ring_bytes = ring_bytes, .ring_memory = ring_memory}, &header,
			       message, sizeof(message));
}

static void plan_good(void)
{
	const rs_plan_t wanted = {.ring_count = 3, .ring_bytes = 8192, .site_count = 64};
	REQUIRE_EQUAL(rs_ringset_plan(&wanted, &header, message, sizeof(message)), RS_OK);
	header.state = RS_SET_READY;
	header.ticks_per_second = 1000000000;
}

/* --- plans ------------------------------------------------------------------------------------------------------- */

TEST("ring sizes that are not given follow the memory and the number of rings")
{
	static const struct {
		uint32_t rings;
		uint64_t memory, ring_bytes;
	} plans[] = {
		{1, 0, 4 << 20},	{64, 0, 4 << 20},	{65, 0, 2 << 20},	   {128, 0, 2 << 20},
		{129, 0, 1 << 20},	{2, 10000, 4096},	{2, 16384, 8192},	   {2, 16383, 4096},
		{65536, 0, 4096},	{3, 1 << 20, 1 << 18},	{1, 1ull << 40, 4 << 20},
	};
	for (uint32_t n = 0; n < sizeof(plans) / sizeof(plans[0]); n++) {
		CHECK_EQUAL(plan(plans[n].rings, 0, plans[n].memory), RS_OK);
		CHECK_EQUAL(header.ring_bytes, plans[n].ring_bytes);
		CHECK_EQUAL(header.ring_count, plans[n].rings);
	}
}

TEST("the smallest and the largest ring are possible, others are refused with their number")
{
	static const uint64_t good[] = {4096, 8192, 1 << 20, 1 << 30}, bad[] = {1, 2048, 4095, 4097, 6144, (1 << 30) + 4096, 1ull << 31, 1ull << 63, UINT64_MAX};
	for (uint32_t n = 0; n < sizeof(good) / sizeof(good[0]); n++)
		CHECK_EQUAL(plan(1, good[n], 0), RS_OK);
	for (uint32_t n = 0; n < sizeof(bad) / sizeof(bad[0]); n++) {
		char number[24];
		snprintf(number, sizeof(number), "%llu", (unsigned long long)bad[n]);
		CHECK_EQUAL(plan(1, bad[n], 0), RS_BAD_ARGUMENT);
		CHECK_SAYS(message, number);
	}
	CHECK_EQUAL(plan(0, 0, 0), RS_BAD_ARGUMENT);
	CHECK_SAYS(message, "ring count 0");
	CHECK_EQUAL(plan(65537, 0, 0), RS_BAD_ARGUMENT);
	CHECK_EQUAL(plan(2, 0, 8191), RS_BAD_ARGUMENT);
	CHECK_SAYS(message, "8191");
	CHECK_EQUAL(plan(65536, 1 << 30, 0), RS_OK);
}

TEST("modes, orders and intent tables that this version does not know are refused")
{
	rs_plan_t wanted = {.ring_count = 1, .mode = RS_MODE_OVERWRITE + 1};
	CHECK_EQUAL(rs_ringset_plan(&wanted, &header, message, sizeof(message)), RS_BAD_ARGUMENT);
	CHECK_SAYS(message, "mode 2");
	wanted = (rs_plan_t){.ring_count = 1, .order = RS_ORDER_CLOCK + 1};
	CHECK_EQUAL(rs_ringset_plan(&wanted, &header, message, sizeof(message)), RS_BAD_ARGUMENT);
	CHECK_SAYS(message, "order 2");
	wanted = (rs_plan_t){.ring_count = 1, .intent_count = 65537};
	CHECK_EQUAL(rs_ringset_plan(&wanted, &header, message, sizeof(message)), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_ringset_plan(&wanted, &header, NULL, 0), RS_BAD_ARGUMENT);
}

TEST("tables of call sites that cannot be are refused with their number, and a set may have none")
{
	static const struct {
		uint32_t count, text_bytes;
		const char *said;
	} bad[] = {{1, 0, "site count 1 "}, {96, 0, "site count 96 "}, {65600, 0, "site count 65600 "}, {64, 4095, "of 4095 "},
		   {64, 4100, "of 4100 "}, {64, (1u << 26) + 8, "of 67108872 "}};
	for (uint32_t n = 0; n < sizeof(bad) / sizeof(bad[0]); n++) {
		const rs_plan_t wanted = {.ring_count = 1, .site_count = bad[n].count, .site_text_bytes = bad[n].text_bytes};
		CHECK_EQUAL(rs_ringset_plan(&wanted, &header, message, sizeof(message)), RS_BAD_ARGUMENT);
		CHECK_SAYS(message, bad[n].said);
	}
	rs_plan_t wanted = {.ring_count = 1, .site_count = RS_SITE_COUNT_DEFAULT};
	CHECK_EQUAL(rs_ringset_plan(&wanted, &header, message, sizeof(message)), RS_OK);
	CHECK_EQUAL(header.site_text_bytes, RS_SITE_TEXT_BYTES_DEFAULT);
	CHECK(rs_ringset_has_sites(&header));
	wanted = (rs_plan_t){.ring_count = 1};
	CHECK_EQUAL(rs_ringset_plan(&wanted, &header, message, sizeof(message)), RS_OK);
	CHECK(!rs_ringset_has_sites(&header));
	CHECK_EQUAL(header.site_off, 0);
}

TEST("the sets of older minors have no table of call sites, whatever stands in its fields")
{
	plan_good();
	const rs_plan_t wanted = {.ring_count = 3, .ring_bytes = 8192};
	REQUIRE_EQUAL(rs_ringset_plan(&wanted, &header, message, sizeof(message)), RS_OK);
	header.state = RS_SET_READY, header.ticks_per_second = 1;
	header.abi_minor = 2, header.site_off = 7, header.site_count = 9, header.site_text_bytes = 11;
	CHECK_EQUAL(rs_ringset_check(&header, header.total_bytes, message, sizeof(message)), RS_OK);
	CHECK(!rs_ringset_has_sites(&header));
	header.abi_minor = 3;
	CHECK_EQUAL(rs_ringset_check(&header, header.total_bytes, message, sizeof(message)), RS_NOT_RINGS);
}

TEST("a message is cut to the room that there is for it")
{
	char small[8];
	const rs_plan_t wanted = {.ring_count = 1, .ring_bytes = UINT64_MAX};
	for (size_t bytes = 1; bytes <= sizeof(small); bytes++) {
		memset(small, 'x', sizeof(small));
		CHECK_EQUAL(rs_ringset_plan(&wanted, &header, small, bytes), RS_BAD_ARGUMENT);
		CHECK_EQUAL(strnlen(small, sizeof(small)), bytes - 1);
	}
}

/* --- headers ------------------------------------------------------------------------------------------------------- */

typedef struct {
	uint64_t begin, bytes;
} region_t;

/* Everything that would be read of an accepted set lies inside of it, and no two parts share a byte. */
static void check_inside(const rs_set_header_t *accepted, uint64_t available)
{
	const uint64_t rings = accepted->ring_count;
	const int has_sites = rs_ringset_has_sites(accepted);
	const region_t regions[] = {
		{0, sizeof(rs_set_header_t)},
		{accepted->shared_off, sizeof(rs_shared_page_t)},
		{accepted->intent_off, (uint64_t)accepted->intent_count * sizeof(rs_intent_t)},
		{has_sites ? accepted->site_off : accepted->ring_off, has_sites ? rs_ringset_site_bytes(accepted) : 0},
		{accepted->ring_off, rings * sizeof(rs_ring_page_t)},
		{accepted->data_off, rings * accepted->ring_bytes},
		{accepted->consumer_off, sizeof(rs_consumer_set_t) + rings * sizeof(rs_consumer_ring_t)},
	};
	uint64_t end = 0;
	CHECK(accepted->total_bytes <= available);
	CHECK(rings > 0 && rings <= RS_RING_COUNT_MAX);
	CHECK(accepted->ring_bytes >= 4096 && (accepted->ring_bytes & (accepted->ring_bytes - 1)) == 0);
	for (uint32_t n = 0; n < sizeof(regions) / sizeof(regions[0]); n++) {
		CHECK(regions[n].begin % RS_REGION_ALIGN == 0);
		CHECK(regions[n].begin >= end);
		CHECK(regions[n].bytes <= available && regions[n].begin <= available - regions[n].bytes);
		end = regions[n].begin + regions[n].bytes;
	}
	CHECK(end <= accepted->total_bytes);
}

static void try_header(const rs_set_header_t *mutated, uint64_t available)
{
	message[0] = '\0';
	const rs_status_t status = rs_ringset_check(mutated, available, message, sizeof(message));
	if (status == RS_OK) {
		check_inside(mutated, available);
		return;
	}
	CHECK(status == RS_NOT_RINGS || status == RS_BAD_ABI);
	CHECK(message[0] != '\0');
}

TEST("each byte of a header, changed to anything, gives no header whose parts lie outside")
{
	plan_good();
	CHECK_EQUAL(rs_ringset_check(&header, header.total_bytes, message, sizeof(message)), RS_OK);
	check_inside(&header, header.total_bytes);
	for (uint32_t at = 0; at < sizeof(header); at++) {
		for (uint32_t value = 0; value < 256; value++) {
			rs_set_header_t mutated = header;
			((uint8_t *)&mutated)[at] = (uint8_t)value;
			try_header(&mutated, header.total_bytes);
		}
	}
}

TEST("random headers give none whose parts lie outside")
{
	static const uint64_t values[] = {0, 1, 2, 4095, 4096, 8192, 65535, 65536, 65537, 1 << 20, 1 << 30, 1ull << 31, 1ull << 32,
					  1ull << 47, 1ull << 63, UINT64_MAX, UINT64_MAX - 4095, 0x7fffffffffffffffull};
	uint64_t random = 0x853c49e6748fea9bull;
	uint32_t accepted = 0;
	for (uint32_t n = 0; n < CHECK_ROUNDS(200000); n++) {
		plan_good();
		rs_set_header_t mutated = header;
		for (uint32_t changes = 0; changes < 1 + n % 4; changes++) {
			random = random * 6364136223846793005ull + 1442695040888963407ull;
			uint64_t value = values[(random >> 33) % (sizeof(values) / sizeof(values[0]))];
			if (random >> 20 & 1)
				value = random ^ random >> 29;
			/* Fields lie between bytes 16 and 128, of four and of eight bytes; 64-bit ones from 24 on. */
			const uint64_t at = 16 + (random >> 40) % 26 * 4;
			memcpy((uint8_t *)&mutated + at, &value, random >> 60 & 1 ? 8 : 4);
		}
		const uint64_t available = n % 3 ? header.total_bytes : random >> (random & 63);
		try_header(&mutated, available);
		accepted += rs_ringset_check(&mutated, available, NULL, 0) == RS_OK;
	}
	CHECK(accepted > 100);
}

TEST("a header says what is wrong with it")
{
	plan_good();
	const rs_set_header_t good = header;
	header.magic++;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes, message, sizeof(message)), RS_NOT_RINGS);
	CHECK_SAYS(message, "no ring set");
	header = good, header.abi_major = 2;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes, message, sizeof(message)), RS_BAD_ABI);
	CHECK_SAYS(message, "version is 2");
	header = good, header.byte_order = 0x04030201;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes, message, sizeof(message)), RS_BAD_ABI);
	CHECK_SAYS(message, "byte order");
	header = good, header.state = RS_SET_MAKING;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes, message, sizeof(message)), RS_NOT_RINGS);
	CHECK_SAYS(message, "not finished");
	header = good, header.mode = RS_MODE_OVERWRITE + 1;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes, message, sizeof(message)), RS_BAD_ABI);
	header = good, header.order = RS_ORDER_CLOCK + 1;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes, message, sizeof(message)), RS_BAD_ABI);
	header = good, header.ticks_per_second = 0;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes, message, sizeof(message)), RS_NOT_RINGS);
	header = good, header.site_count++;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes, message, sizeof(message)), RS_NOT_RINGS);
	CHECK_SAYS(message, "site count is 65");
	header = good, header.site_off += RS_REGION_ALIGN;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes, message, sizeof(message)), RS_NOT_RINGS);
	header = good, header.data_off += RS_REGION_ALIGN;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes, message, sizeof(message)), RS_NOT_RINGS);
	CHECK_SAYS(message, "offsets");
	header = good;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes - 1, message, sizeof(message)), RS_NOT_RINGS);
	CHECK_SAYS(message, "truncated");
	CHECK_EQUAL(rs_ringset_check(&header, 511, message, sizeof(message)), RS_NOT_RINGS);
	CHECK_SAYS(message, "only 511 bytes");
	/* What is newer in a way that does not matter is taken. */
	header.abi_minor = 9, header.features = UINT64_MAX, header.state = RS_SET_CLOSED;
	CHECK_EQUAL(rs_ringset_check(&header, good.total_bytes, message, sizeof(message)), RS_OK);
}

/* --- files ---------------------------------------------------------------------------------------------------------- */

static const rs_plan_t small = {.ring_count = 2, .ring_bytes = 4096, .intent_count = 4};

static rs_status_t map(enum rs_map_rights rights)
{
	rs_ringset_file_t file;
	message[0] = '\0';
	const rs_status_t status = rs_ringset_file_map(path, rights, &file, message, sizeof(message));
	if (status == RS_OK)
		rs_ringset_file_unmap(&file);
	else
		CHECK_SAYS(message, path);
	return status;
}

/* Changes the file from byte `at` on. */
static void overwrite(uint64_t at, const void *bytes, size_t count)
{
	const int file = open(path, O_WRONLY | O_CLOEXEC);
	CHECK_EQUAL(pwrite(file, bytes, count, (off_t)at), count);
	close(file);
}

TEST("a file that was made is private, whole, and maps with all rights")
{
	struct stat made;
	rs_ringset_file_t file;
	REQUIRE_EQUAL(rs_ringset_file_make(new_path(), &small, message, sizeof(message)), RS_OK);
	CHECK_EQUAL(stat(path, &made), 0);
	CHECK_EQUAL(made.st_mode & 0777, 0600);
	REQUIRE_EQUAL(rs_ringset_file_map(path, RS_MAP_PRODUCER, &file, message, sizeof(message)), RS_OK);
	CHECK_EQUAL(made.st_size, file.header.total_bytes);
	CHECK(made.st_blocks * 512 >= made.st_size);
	CHECK_EQUAL(file.header.creator_pid, getpid());
	CHECK_EQUAL(file.header.creator_start, rs_host_process_start((uint32_t)getpid()));
	CHECK(file.header.ticks_per_second > 0 && file.header.anchors[0].generation == 1);
	const rs_ring_page_t *pages = (const rs_ring_page_t *)(const void *)(file.bytes + file.header.ring_off);
	CHECK_EQUAL(pages[0].processor, 0);
	CHECK_EQUAL(pages[1].processor, 1);
	rs_ringset_file_unmap(&file);
	CHECK_EQUAL(map(RS_MAP_CONSUMER), RS_OK);
	CHECK_EQUAL(map(RS_MAP_PEEK), RS_OK);
	unlink(path);
}

TEST("two sets have different names and different keys")
{
	rs_set_header_t first;
	rs_ringset_file_t file;
	for (uint32_t n = 0; n < 2; n++) {
		REQUIRE_EQUAL(rs_ringset_file_make(new_path(), &small, message, sizeof(message)), RS_OK);
		REQUIRE_EQUAL(rs_ringset_file_map(path, RS_MAP_PEEK, &file, message, sizeof(message)), RS_OK);
		if (n == 0)
			first = file.header;
		else
			CHECK(memcmp(first.set_id, file.header.set_id, 16) != 0 && memcmp(first.tag_key, file.header.tag_key, 16) != 0);
		rs_ringset_file_unmap(&file);
		unlink(path);
	}
}

TEST("a set has the clock that it was planned with, in ns where that is the monotonic one")
{
	rs_plan_t wanted = small;
	rs_ringset_file_t file;
	for (uint32_t n = 0; n < 2; n++) {
		wanted.clock_kind = n ? RS_CLOCK_MONOTONIC_NS : 0;
		REQUIRE_EQUAL(rs_ringset_file_make(new_path(), &wanted, message, sizeof(message)), RS_OK);
		const uint64_t before = rs_host_clock_read(RS_CLOCK_MONOTONIC_NS);
		REQUIRE_EQUAL(rs_ringset_file_map(path, RS_MAP_PEEK, &file, message, sizeof(message)), RS_OK);
		CHECK_EQUAL(file.header.clock_kind, n ? RS_CLOCK_MONOTONIC_NS : rs_host_clock_kind());
		if (n) {
			CHECK_EQUAL(file.header.ticks_per_second, 1000000000);
			/* Within a minute: of this clock, and not of a counter. */
			CHECK(file.header.anchors[0].ticks <= before && before - file.header.anchors[0].ticks < 60000000000u);
		}
		rs_ringset_file_unmap(&file);
		unlink(path);
	}
}

TEST("a clock that this machine does not have, and the monotonic one in clock order, are refused by name")
{
	rs_plan_t wanted = small;
	wanted.clock_kind = RS_CLOCK_QPC;
	CHECK_EQUAL(rs_ringset_file_make(new_path(), &wanted, message, sizeof(message)), RS_BAD_ARGUMENT);
	CHECK_SAYS(message, path);
	CHECK_SAYS(message, "a clock of kind 4");
	wanted.clock_kind = RS_CLOCK_MONOTONIC_NS;
	wanted.order = RS_ORDER_CLOCK;
	CHECK_EQUAL(rs_ringset_file_make(path, &wanted, message, sizeof(message)), RS_BAD_ARGUMENT);
	CHECK_SAYS(message, "make it in index order");
	CHECK(access(path, F_OK) != 0);
}

TEST("a file that exists is never replaced")
{
	const int file = open(new_path(), O_WRONLY | O_CREAT | O_EXCL, 0600);
	CHECK_EQUAL(write(file, "mine", 4), 4);
	CHECK_EQUAL(rs_ringset_file_make(path, &small, message, sizeof(message)), RS_EXISTS);
	CHECK_SAYS(message, path);
	struct stat found;
	CHECK_EQUAL(fstat(file, &found), 0);
	CHECK_EQUAL(found.st_size, 4);
	close(file);
	CHECK_EQUAL(map(RS_MAP_CONSUMER), RS_NOT_RINGS);
	unlink(path);
}

TEST("files and folders that are not there are not found")
{
	CHECK_EQUAL((new_path(), map(RS_MAP_CONSUMER)), RS_NOT_FOUND);
	CHECK_EQUAL(rs_ringset_file_make("/no/such/folder/rings", &small, message, sizeof(message)), RS_NOT_FOUND);
	CHECK_SAYS(message, "/no/such/folder/rings");
	CHECK_EQUAL(rs_open("/no/such/folder/rings", message, sizeof(message)), RS_NOT_FOUND);
	CHECK_EQUAL(rs_open("/no/such/folder/rings", NULL, 0), RS_NOT_FOUND);
}

TEST("a file that is no ring set, or one that is cut, older, newer or unfinished, is refused by name")
{
	const uint16_t major = 7;
	const uint32_t order = 0x04030201, making = RS_SET_MAKING;
	struct stat made;
	rs_set_header_t good;

	const int file = open(new_path(), O_RDWR | O_CREAT | O_EXCL, 0600);
	CHECK_EQUAL(map(RS_MAP_CONSUMER), RS_NOT_RINGS); /* empty */
	CHECK_EQUAL(write(file, "text\n", 5), 5);
	CHECK_EQUAL(map(RS_MAP_CONSUMER), RS_NOT_RINGS);
	close(file);
	unlink(path);

	REQUIRE_EQUAL(rs_ringset_file_make(path, &small, message, sizeof(message)), RS_OK);
	const int again = open(path, O_RDWR);
	CHECK_EQUAL(pread(again, &good, sizeof(good), 0), sizeof(good));
	CHECK_EQUAL(fstat(again, &made), 0);
	overwrite(offsetof(rs_set_header_t, abi_major), &major, sizeof(major));
	CHECK_EQUAL(map(RS_MAP_PRODUCER), RS_BAD_ABI);
	CHECK_EQUAL(rs_open(path, message, sizeof(message)), RS_BAD_ABI);
	overwrite(0, &good, sizeof(good));
	overwrite(offsetof(rs_set_header_t, byte_order), &order, sizeof(order));
	CHECK_EQUAL(map(RS_MAP_CONSUMER), RS_BAD_ABI);
	overwrite(0, &good, sizeof(good));
	overwrite(offsetof(rs_set_header_t, state), &making, sizeof(making));
	CHECK_EQUAL(map(RS_MAP_CONSUMER), RS_NOT_RINGS);
	overwrite(0, &good, sizeof(good));
	CHECK_EQUAL(ftruncate(again, made.st_size - 1), 0);
	CHECK_EQUAL(map(RS_MAP_CONSUMER), RS_NOT_RINGS);
	CHECK_SAYS(message, "truncated");
	CHECK_EQUAL(ftruncate(again, 300), 0);
	CHECK_EQUAL(map(RS_MAP_PEEK), RS_NOT_RINGS);
	close(again);
	unlink(path);
}

TEST("rings with another machine's clock can be read and not be logged into")
{
	const uint32_t foreign = rs_host_clock_kind() == RS_CLOCK_QPC ? RS_CLOCK_TSC : RS_CLOCK_QPC;
	REQUIRE_EQUAL(rs_ringset_file_make(new_path(), &small, message, sizeof(message)), RS_OK);
	overwrite(offsetof(rs_set_header_t, clock_kind), &foreign, sizeof(foreign));
	CHECK_EQUAL(rs_open(path, message, sizeof(message)), RS_BAD_ABI);
	CHECK_SAYS(message, "clock");
	CHECK(!rs_is_open());
	CHECK_EQUAL(map(RS_MAP_CONSUMER), RS_OK);
	unlink(path);
}

/* --- what the system refuses ------------------------------------------------------------------------------------------ */

static void use_files_of_others(void *argument)
{
	(void)argument;
	rs_capture_t *capture = NULL;
	rs_message_t why = {{0}};
	/* nobody */
	REQUIRE(setgid(65534) == 0 && setuid(65534) == 0);
	CHECK_EQUAL(map(RS_MAP_CONSUMER), RS_NO_PERMISSION);
	CHECK_EQUAL(rs_open(path, message, sizeof(message)), RS_NO_PERMISSION);
	CHECK_EQUAL(rs_capture_open(path, RS_OPEN_DRAIN, &capture, &why), RS_NO_PERMISSION);
	CHECK_SAYS(why.text, path);
	/* It may be looked at. */
	CHECK_EQUAL(rs_capture_open(path, RS_OPEN_PEEK, &capture, &why), RS_OK);
	rs_capture_close(capture);
	CHECK_EQUAL(rs_ringset_file_make("/ringscope-core-rings", &small, message, sizeof(message)), RS_NO_PERMISSION);
}

TEST("a file of somebody else is no permission, and may be looked at if its rights say so")
{
	if (geteuid() != 0)
		SKIP("becoming somebody else needs root");
	REQUIRE_EQUAL(rs_ringset_file_make(new_path(), &small, message, sizeof(message)), RS_OK);
	CHECK_EQUAL(chmod(path, 0604), 0);
	CHECK_EQUAL(check_in_child(use_files_of_others, NULL), 0);
	unlink(path);
}

static void make_in_no_space(void *argument)
{
	(void)argument;
	const struct rlimit limit = {100000, RLIM_INFINITY};
	signal(SIGXFSZ, SIG_IGN);
	REQUIRE_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
	CHECK_EQUAL(rs_ringset_file_make(path, &small, message, sizeof(message)), RS_NO_SPACE);
	CHECK_SAYS(message, path);
	CHECK(access(path, F_OK) != 0);
}

TEST("a set for which there is no space leaves no file behind")
{
	new_path();
	CHECK_EQUAL(check_in_child(make_in_no_space, NULL), 0);
	unlink(path);
}

static void make_in_small_file_system(void *argument)
{
	(void)argument;
	folder_make();
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", folder, "tmpfs", 0, "size=256k,mode=700") != 0) {
		folder_remove();
		_exit(77);
	}
	snprintf(path, sizeof(path), "%.200s/rings", folder);
	CHECK_EQUAL(rs_ringset_file_make(path, &small, message, sizeof(message)), RS_NO_SPACE);
	CHECK_SAYS(message, "No space left");
	CHECK(access(path, F_OK) != 0);
	umount2(folder, MNT_DETACH);
	folder_remove();
}

TEST("a file system that is too small for a set says so before anybody logs into it")
{
	const int status = check_in_child(make_in_small_file_system, NULL);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		SKIP("no file system can be mounted here");
	CHECK_EQUAL(status, 0);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

TEST("a program whose timers interrupt it all the time can make rings")
{
	const struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART}, before;
	REQUIRE_EQUAL(sigaction(SIGALRM, &action, &before), 0);
	REQUIRE_EQUAL(setitimer(ITIMER_REAL, &often, NULL), 0);
	const rs_plan_t large = {.ring_count = 8, .ring_bytes = 4 << 20};
	const rs_status_t status = rs_ringset_file_make(new_path(), &large, message, sizeof(message));
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &before, NULL);
	CHECK_EQUAL(status, RS_OK);
	if (status != RS_OK)
		fprintf(stderr, "    %s\n", message);
	CHECK(alarms > 0);
	unlink(path);
}

static off_t given_up_beyond; /* an allocation of more bytes is interrupted; 0: none is */
static uint32_t given_up;

/* Stands before the C library's for this program: the systems that are interrupted so are old. */
int posix_fallocate(int file, off_t offset, off_t length)
{
	int (*real)(int, off_t, off_t);
	*(void **)&real = dlsym(RTLD_NEXT, "posix_fallocate");
	if (given_up_beyond && length > given_up_beyond) {
		given_up++;
		return EINTR;
	}
	return real(file, offset, length);
}

TEST("a system that gives up allocating whenever a timer interrupts it allocates rings piece by piece")
{
	const rs_plan_t large = {.ring_count = 8, .ring_bytes = 1 << 20};
	struct stat found;
	given_up = 0;
	given_up_beyond = 100000;
	const rs_status_t status = rs_ringset_file_make(new_path(), &large, message, sizeof(message));
	given_up_beyond = 0;
	CHECK_EQUAL(status, RS_OK);
	CHECK(given_up > 0);
	REQUIRE_EQUAL(stat(path, &found), 0);
	CHECK(found.st_size > 8 << 20);
	CHECK(found.st_blocks * 512 >= found.st_size);
	unlink(path);
}

#ifdef __x86_64__
static int slow_reading; /* which of the next readings of the raw clock is followed by a pause; 0: none */

/* Stands before the C library's, as posix_fallocate does. */
int clock_gettime(clockid_t clock, struct timespec *time)
{
	int (*real)(clockid_t, struct timespec *);
	*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	const int status = real(clock, time);
	if (clock == CLOCK_MONOTONIC_RAW && slow_reading > 0 && --slow_reading == 0)
		rs_sleep_ns(5000000);
	return status;
}

TEST("a processor that is lost between the readings of two clocks makes no wrong rate")
{
	const double usual = (double)rs_host_clock_rate(RS_CLOCK_TSC);
	for (int reading = 1; reading <= 10; reading++) {
		slow_reading = reading;
		const double rate = (double)rs_host_clock_rate(RS_CLOCK_TSC);
		CHECK_EQUAL(slow_reading, 0);
		if (rate < usual * 0.99 || rate > usual * 1.01)
			check_complain(__FILE__, __LINE__, "with a pause in reading %d it is %.0f, otherwise %.0f", reading, rate, usual);
	}
}
#endif

/* --- words of a header that are taken as they are ----------------------------------------------------------------------- */

TEST("clock rates and anchors that cannot be give wrong times, and nothing else")
{
	static rings_t set;
	static reading_t reading;
	static const uint64_t values[] = {1, 2, 1000000000, 1ull << 62, 1ull << 63, UINT64_MAX, 0x7fffffffffffffffull, 1ull << 40};
	rs_message_t why;

	rings_make_small(&set, 1);
	rs_set_header_t *shared = (rs_set_header_t *)(void *)set.file.bytes;
	for (uint32_t rate = 0; rate < 8; rate++) {
		for (uint32_t ticks = 0; ticks < 8; ticks++) {
			shared->ticks_per_second = values[rate];
			shared->anchors[0].ticks = values[ticks];
			shared->anchors[0].unix_ns = (int64_t)values[(rate + ticks) % 8];
			shared->anchors[rate].generation = values[ticks];
			for (uint32_t entry = 0; entry < 3; entry++) {
				const rs_claim_t claim = rings_hold(&set, 0, NULL, 8);
				claim.header->ticks = values[(ticks + entry) % 8];
				rs_ring_commit(&claim);
			}
			folder_make();
			reading_begin(&reading, &set);
			REQUIRE_EQUAL(rs_store_open(reading.capture, folder, 0, 0, &why), RS_OK);
			CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
			while (rs_store_run(reading.capture, 0, &why) == RS_AGAIN)
				;
			CHECK_EQUAL(rs_store_finish(reading.capture, &why), RS_OK);
			(void)rs_capture_stats(reading.capture, &reading.stats, NULL, 0);
			CHECK_EQUAL(reading.stats.stored_entries, 3);
			reading_end(&reading);
		}
	}
	rings_drop(&set);
}
