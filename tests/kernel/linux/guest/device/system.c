/* SPDX-License-Identifier: MIT */
/* system.c - /dev/ringscope, the test module's files, and what else Linux has for device_case.h. */
#include <fcntl.h>
#include <sys/wait.h>

#include "device_case.h"

#define MODULE_FOLDER "/sys/kernel/debug/rs_test/"

int call(int file, unsigned long request, void *argument)
{
	return ioctl(file, request, argument) == 0 ? 0 : errno;
}

const char *errno_name(int error)
{
	return error == 0 ? "success" : strerrorname_np(error);
}

static int open_as(int access)
{
	const int file = open(RS_DEVICE_PATH, access | O_CLOEXEC);

	expect(file >= 0, "open %s: %s", RS_DEVICE_PATH, strerror(errno));
	return file;
}

int open_device(void)
{
	return open_as(O_RDWR);
}

int open_device_for_reading(void)
{
	return open_as(O_RDONLY);
}

void close_device(int file)
{
	close(file);
}

void *map_producer(int file, int protection)
{
	return mmap(NULL, describe_set(file).consumer_off, protection, MAP_SHARED, file, 0);
}

void *map_consumer(int file, int protection)
{
	const rs_device_describe_t facts = describe_set(file);

	return mmap(NULL, facts.total_bytes - facts.consumer_off, protection, MAP_SHARED, file, (off_t)facts.consumer_off);
}

void unmap(void *half, uint64_t bytes)
{
	munmap(half, bytes);
}

void write_module(const char *name, const char *text)
{
	char path[100];

	snprintf(path, sizeof(path), MODULE_FOLDER "%s", name);
	const int file = open(path, O_WRONLY | O_CLOEXEC);

	expect(file >= 0, "open %s: %s", path, strerror(errno));
	const ssize_t written = write(file, text, strlen(text));

	expect(written == (ssize_t)strlen(text), "write %s to %s: %s", text, path, strerror(errno));
	close(file);
}

static FILE *open_module(const char *name)
{
	char path[100];

	snprintf(path, sizeof(path), MODULE_FOLDER "%s", name);
	FILE *const file = fopen(path, "r");

	expect(file, "open %s: %s", path, strerror(errno));
	return file;
}

uint64_t read_module_number(const char *name)
{
	unsigned long long number = 0;
	FILE *const file = open_module(name);

	expect(fscanf(file, "%llu", &number) == 1, "%s holds no number", name);
	fclose(file);
	return number;
}

/* `processor` < 0: over all of them. */
static uint64_t sum_account_of(const char *column, int processor)
{
	char line[512];
	char *rest;
	uint64_t sum = 0;
	int at = -1;
	FILE *const file = open_module("account");

	expect(fgets(line, sizeof(line), file), "the account is empty");
	int n = 0;

	for (char *word = strtok_r(line, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest), n++)
		if (strcmp(word, column) == 0)
			at = n;
	expect(at >= 0, "the account has no column %s", column);
	while (fgets(line, sizeof(line), file)) {
		char *word = strtok_r(line, " \n", &rest);

		if (processor >= 0 && atoi(word) != processor)
			continue;
		for (n = 0; n < at; n++)
			word = strtok_r(NULL, " \n", &rest);
		sum += strtoull(word, NULL, 10);
	}
	fclose(file);
	return sum;
}

uint64_t sum_account(const char *column)
{
	return sum_account_of(column, -1);
}

/* The module's writes stay on their processor, and each processor's own account is that of its own ring. */
void expect_attempts_by_ring(const rs_device_ring_t *rings, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++) {
		const uint64_t attempts = sum_account_of("attempts", (int)n);

		expect(rings[n].attempts == attempts, "ring %u counts %llu attempts, the test module %llu", n,
		       (unsigned long long)rings[n].attempts, (unsigned long long)attempts);
	}
}

static void write_module_number(const char *name, unsigned number)
{
	char text[20];

	snprintf(text, sizeof(text), "%u", number);
	write_module(name, text);
}

void say(unsigned entries)
{
	write_module_number("say", entries);
}

void run_load(unsigned entries)
{
	write_module("account", "0");
	write_module_number("count", entries);
	write_module("too_big_every", "31");
	write_module("timer_us", "200");
	write_module("run", "1");
}

void place_canaries(void)
{
	write_module("canary", "1");
}

uint64_t count_dead_canaries(void)
{
	return read_module_number("canary");
}

static uint64_t read_meminfo(const char *name)
{
	char line[200];
	unsigned long long kib = 0;
	FILE *const file = fopen("/proc/meminfo", "r");

	expect(file, "open /proc/meminfo: %s", strerror(errno));
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, name, strlen(name)) == 0)
			kib = strtoull(line + strlen(name) + 1, NULL, 10);
	fclose(file);
	expect(kib, "/proc/meminfo has no %s", name);
	return kib << 10;
}

/* Lines of /proc/vmallocinfo, which is one for each range: exact where sums of pages are not. Those that are free and not yet unmapped are no one's. */
static int count_ranges(void)
{
	char line[400];
	int ranges = 0;
	FILE *const file = fopen("/proc/vmallocinfo", "r");

	expect(file, "open /proc/vmallocinfo: %s", strerror(errno));
	while (fgets(line, sizeof(line), file))
		ranges += strchr(line, '\n') && !strstr(line, "unpurged");
	fclose(file);
	return ranges;
}

void expect_no_leak(void (*once)(void), int times)
{
	/* What is allocated once, for the module or for this program, is there after the first one. */
	once();
	const int ranges = count_ranges();
	const uint64_t vmalloc = read_meminfo("VmallocUsed"), slab = read_meminfo("SUnreclaim");

	for (int n = 0; n < times; n++)
		once();
	note("vmalloc %+lld KiB in %+d ranges, slab %+lld KiB after %d times", (long long)(read_meminfo("VmallocUsed") - vmalloc) / 1024,
	     count_ranges() - ranges, (long long)(read_meminfo("SUnreclaim") - slab) / 1024, times);
	/* Other tasks' stacks come and go; a range of each time would be a hundred. */
	expect(count_ranges() - ranges < times / 4, "%d more ranges than before", count_ranges() - ranges);
	expect(read_meminfo("VmallocUsed") < vmalloc + (1 << 20), "%llu more bytes of vmalloc than before",
	       (unsigned long long)(read_meminfo("VmallocUsed") - vmalloc));
	expect(read_meminfo("SUnreclaim") < slab + (2 << 20), "%llu more bytes of slabs than before",
	       (unsigned long long)(read_meminfo("SUnreclaim") - slab));
}

int run_in_child(void (*body)(void *), void *argument)
{
	int status;

	fflush(NULL);
	const pid_t child = fork();

	expect(child >= 0, "fork: %s", strerror(errno));
	if (child == 0) {
		body(argument);
		_exit(0);
	}
	expect(waitpid(child, &status, 0) == child, "waitpid: %s", strerror(errno));
	return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}
