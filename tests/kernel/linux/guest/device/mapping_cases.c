/* SPDX-License-Identifier: MIT */
/* mapping_cases.c - who may see and change which pages. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/uio.h>
#include <time.h>

#include "device_case.h"

#define PAGE 4096u
/* How long mapping is tried in vain, or without being refused. */
#define PATIENCE_SECONDS 60

static void read_half_cannot_become_writable(void)
{
	const int file = open_new_set("mapping");
	uint8_t *const half = map_producer(file, PROT_READ);

	expect(half != MAP_FAILED, "map the producer half for reading: %s", strerror(errno));
	const uint64_t magic = RS_ABI_MAGIC;

	expect(memcmp(half, &magic, sizeof(magic)) == 0, "the header does not begin with the magic");
	const uint64_t bytes = describe_set(file).consumer_off;

	for (uint64_t at = 0; at < bytes; at += bytes / 16 / PAGE * PAGE) {
		const int error = mprotect(half + at, PAGE, PROT_READ | PROT_WRITE) == 0 ? 0 : errno;

		expect_errno(EACCES, error, "mprotect");
	}
	expect(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) == MAP_FAILED, "the header was mapped writable");
	expect(errno == EACCES || errno == EINVAL || errno == EPERM, "mapping it writable gave %s", errno_name(errno));
	munmap(half, bytes);
	remove_set(file);
}

static void private_mapping_is_refused(void)
{
	const int file = open_new_set("mapping");
	const rs_device_describe_t facts = describe_set(file);

	expect(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED, "a private mapping of the header was given");
	expect_errno(EINVAL, errno, "mmap");
	expect(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, (off_t)facts.consumer_off) == MAP_FAILED,
	       "a private mapping of the consumer half was given");
	expect_errno(EINVAL, errno, "mmap");
	remove_set(file);
}

static void mapping_outside_is_refused(void)
{
	const int file = open_new_set("mapping");
	const rs_device_describe_t facts = describe_set(file);
	const struct {
		uint64_t offset, bytes;
	} wrong[] = {
		{0, facts.total_bytes},
		{facts.consumer_off - PAGE, 2 * PAGE},
		{facts.total_bytes, PAGE},
		{facts.total_bytes - PAGE, 2 * PAGE},
		{0, facts.total_bytes + PAGE},
		{facts.consumer_off, facts.total_bytes - facts.consumer_off + PAGE},
		{UINT64_C(1) << 40, PAGE},
		{UINT64_C(0x7fffffffffff000), PAGE},
		{UINT64_C(0x7ffffffffffff000), PAGE},
	};

	for (size_t n = 0; n < sizeof(wrong) / sizeof(*wrong); n++) {
		void *const at = mmap(NULL, wrong[n].bytes, PROT_READ, MAP_SHARED, file, (off_t)wrong[n].offset);

		expect(at == MAP_FAILED, "%#llx bytes from %#llx on were mapped", (unsigned long long)wrong[n].bytes,
		       (unsigned long long)wrong[n].offset);
		expect(errno == EINVAL || errno == EOVERFLOW || errno == ENOMEM, "mmap of case %zu gave %s", n, errno_name(errno));
	}
	remove_set(file);
}

static void only_the_claimer_may_write(void)
{
	const int claimer = open_new_set("mapping");
	const int other = open_set("mapping");
	const rs_device_describe_t facts = describe_set(claimer);
	const uint64_t bytes = facts.total_bytes - facts.consumer_off;

	expect_errno(0, claim_set(claimer), "RS_IOC_CLAIM");
	uint64_t *const own = map_consumer(claimer, PROT_READ | PROT_WRITE);
	uint64_t *const seen = map_consumer(other, PROT_READ);

	expect(own != MAP_FAILED && seen != MAP_FAILED, "map the consumer half: %s", strerror(errno));
	own[bytes / 8 - 1] = 42;
	expect(seen[bytes / 8 - 1] == 42, "the other file does not see what the claimer wrote");
	expect(mprotect(seen, PAGE, PROT_READ | PROT_WRITE) != 0, "the other one made its mapping writable");
	expect_errno(EACCES, errno, "mprotect");
	expect(map_consumer(other, PROT_READ | PROT_WRITE) == MAP_FAILED, "the other one mapped it writable");
	expect(errno == EACCES || errno == EPERM, "mapping it writable gave %s", errno_name(errno));
	munmap(own, bytes);
	munmap(seen, bytes);
	close(other);
	remove_set(claimer);
}

static void store_one(void *address)
{
	signal(SIGSEGV, SIG_DFL);
	*(volatile uint8_t *)address = 1;
}

static void store_into_own_mapping(void *unused)
{
	(void)unused;
	const int file = open_set("mapping");

	store_one(map_producer(file, PROT_READ));
}

static void store_into_read_half_kills(void)
{
	const int file = open_new_set("mapping");
	const int status = run_in_child(store_into_own_mapping, NULL);

	expect(status == 256 + SIGSEGV, "the child that stored into the producer half ended with %d", status);
	remove_set(file);
}

static void child_inherits_no_mapping(void)
{
	const int file = open_new_set("mapping");

	expect_errno(0, claim_set(file), "RS_IOC_CLAIM");
	uint8_t *const half = map_consumer(file, PROT_READ | PROT_WRITE);

	expect(half != MAP_FAILED, "map: %s", strerror(errno));
	const int status = run_in_child(store_one, half);

	expect(status == 256 + SIGSEGV, "the child that used its parent's mapping ended with %d", status);
	const rs_device_describe_t facts = describe_set(file);

	munmap(half, facts.total_bytes - facts.consumer_off);
	expect(describe_set(file).mapped == 0, "%u mappings are counted, expected none", describe_set(file).mapped);
	remove_set(file);
}

/* What a debugger may do to a process's memory must not reach the driver's. */
static void no_way_around_page_rights(void)
{
	const int file = open_new_set("mapping");
	uint64_t *const half = map_producer(file, PROT_READ);
	const uint64_t was = half[1];
	uint64_t evil = ~was;
	const int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);

	expect(memory >= 0, "open /proc/self/mem: %s", strerror(errno));
	expect(pwrite(memory, &evil, sizeof(evil), (off_t)(uintptr_t)(half + 1)) < 0, "/proc/self/mem wrote into the producer half");
	const struct iovec from = {&evil, sizeof(evil)}, to = {half + 1, sizeof(evil)};

	expect(process_vm_writev(getpid(), &from, 1, &to, 1, 0) < 0, "process_vm_writev wrote into the producer half");
	const int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	expect(read(zero, half + 1, sizeof(evil)) < 0, "read() stored into the producer half");
	expect(half[1] == was, "the word has changed");
	close(zero);
	close(memory);
	munmap(half, describe_set(file).consumer_off);
	remove_set(file);
}

static void mapping_does_not_grow(void)
{
	const int file = open_new_set("mapping");
	const uint64_t bytes = describe_set(file).consumer_off;
	void *const whole = map_producer(file, PROT_READ);

	expect(mremap(whole, bytes, bytes + PAGE, MREMAP_MAYMOVE) == MAP_FAILED, "a mapping was grown into the other half");
	munmap(whole, bytes);
	void *const page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);

	expect(page != MAP_FAILED, "map one page: %s", strerror(errno));
	expect(mremap(page, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED, "a mapping of one page was grown");
	munmap(page, PAGE);
	remove_set(file);
}

static void mapping_outlives_its_file(void)
{
	const int maker = open_new_set("mapping");
	const int reader = open_set("mapping");
	const uint64_t bytes = describe_set(reader).consumer_off;
	volatile uint64_t *const half = map_producer(reader, PROT_READ);
	rs_device_plain_t plain = {.size = sizeof(plain)};

	expect(half != MAP_FAILED, "map: %s", strerror(errno));
	close(reader);
	expect(half[0] == RS_ABI_MAGIC, "the pages went with the file");
	expect(describe_set(maker).mapped == 1, "%u mappings are counted, expected 1", describe_set(maker).mapped);
	expect_call(EBUSY, maker, RS_IOC_REMOVE, &plain);
	expect_call(EBUSY, maker, RS_IOC_RESET, &plain);
	/* Cutting a hole makes two of one; both have to go. */
	munmap((void *)(uintptr_t)(half + PAGE / 8), PAGE);
	expect_call(EBUSY, maker, RS_IOC_REMOVE, &plain);
	munmap((void *)(uintptr_t)half, bytes);
	expect(describe_set(maker).mapped == 0, "%u mappings are counted, expected none", describe_set(maker).mapped);
	remove_set(maker);
}

static volatile int is_emptying;

static void *keep_emptying(void *argument)
{
	const int file = *(const int *)argument;
	rs_device_plain_t plain = {.size = sizeof(plain)};

	for (unsigned n = 0; is_emptying; n++) {
		(void)call(file, RS_IOC_RESET, &plain);
		/* It waits for every processor however fast they are, and without a pause there would be next to nothing between two of them. */
		usleep(n % 3 * 1000);
	}
	return NULL;
}

/* A mapping comes before or after: what is mapped is whole, and does not change its identity. */
static void no_mapping_while_emptied(void)
{
	int emptier = open_new_set("mapping");
	const int file = open_set("mapping");
	const uint64_t bytes = describe_set(file).consumer_off;
	const time_t end = time(NULL) + PATIENCE_SECONDS;
	int mapped = 0, refused = 0;
	pthread_t thread;

	is_emptying = 1;
	expect(pthread_create(&thread, NULL, keep_emptying, &emptier) == 0, "no thread");
	while (time(NULL) < end && (mapped < 20 || refused < 20)) {
		const volatile rs_set_header_t *const header = map_producer(file, PROT_READ);

		if (header == MAP_FAILED) {
			expect_errno(EBUSY, errno, "mmap of a set that is emptied");
			refused++;
			usleep(1000);
			continue;
		}
		const uint8_t first = header->set_id[0], second = header->set_id[1];

		expect(header->magic == RS_ABI_MAGIC && header->state == RS_SET_READY, "a set was mapped in the middle of a RESET");
		usleep(2000);
		expect(header->set_id[0] == first && header->set_id[1] == second, "a set was emptied while it was mapped");
		mapped++;
		munmap((void *)(uintptr_t)header, bytes);
	}
	is_emptying = 0;
	pthread_join(thread, NULL);
	note("mapped %d times, refused %d times", mapped, refused);
	expect(mapped > 0, "never mapped in %d s", PATIENCE_SECONDS);
	close(file);
	remove_set(emptier);
}

const struct device_case mapping_cases[] = {
	{"the producer half of a set cannot be made writable", read_half_cannot_become_writable},
	{"a private mapping of a set is refused", private_mapping_is_refused},
	{"a mapping across the halves of a set or beyond its end is refused", mapping_outside_is_refused},
	{"only the claimer of a set can write to its consumer half", only_the_claimer_may_write},
	{"a store into the producer half kills its process", store_into_read_half_kills},
	{"a child inherits no mapping of a set", child_inherits_no_mapping},
	{"neither /proc/self/mem nor process_vm_writev nor read() stores into the producer half", no_way_around_page_rights},
	{"a mapping of a set cannot be grown", mapping_does_not_grow},
	{"a mapping outlives its file, and keeps its set from being removed", mapping_outlives_its_file},
	{"a set is mapped before or after it is emptied", no_mapping_while_emptied},
	{0},
};
