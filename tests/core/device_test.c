/* SPDX-License-Identifier: MIT */
/*
 * device_test.c - what the reader asks of the Linux driver's device, and what it makes of the answers.
 *
 * The device is played: /dev/null is a character device that anybody may open, and the first call that is made puts a file of rings in its
 * place. What a kernel really answers is tested in a guest (tests/kernel/linux).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <sys/ioctl.h>

#include "reading.h"
#include "rs_device.h"

#define DEVICE "/dev/null"

static struct {
	int is_played;
	rings_t set;
	char name[RS_NAME_BYTES]; /* that was selected */
	unsigned claims;
	uint32_t device_abi, claimer_pid;
	uint64_t consumer_off; /* as the driver tells it */
	int has_set, is_claimed;
} driver;

static rings_t *const set = &driver.set;
static reading_t reading;

static int refuse(int error)
{
	errno = error;
	return -1;
}

static void describe(rs_device_describe_t *found)
{
	const rs_set_header_t *header = &set->file.header;
	found->total_bytes = header->total_bytes;
	found->consumer_off = driver.consumer_off;
	found->mode = header->mode;
	found->is_claimed = (uint32_t)driver.is_claimed;
	found->claimer_pid = driver.claimer_pid;
}

static int answer(int file, unsigned long call, void *argument)
{
	rs_device_version_t *version = argument;
	switch (call) {
	case RS_IOC_VERSION:
		version->device_abi = driver.device_abi;
		version->ring_abi = RS_ABI_MAJOR << 16 | RS_ABI_MINOR;
		/* From here on the open file is one of rings. */
		return dup2(set->file.file, file) < 0 ? -1 : 0;
	case RS_IOC_SELECT:
		memcpy(driver.name, ((rs_device_select_t *)argument)->name, sizeof(driver.name));
		return driver.has_set ? 0 : refuse(ENOENT);
	case RS_IOC_DESCRIBE:
		describe(argument);
		return 0;
	case RS_IOC_CLAIM:
		driver.claims++;
		return driver.is_claimed ? refuse(EBUSY) : 0;
	default:
		return refuse(ENOTTY);
	}
}

/* In place of the C library's. */
int ioctl(int file, unsigned long call, ...)
{
	va_list arguments;
	va_start(arguments, call);
	void *argument = va_arg(arguments, void *);
	va_end(arguments);
	return driver.is_played ? answer(file, call, argument) : refuse(ENOTTY);
}

static void play(uint32_t mode)
{
	memset(&driver, 0, sizeof(driver));
	rings_make(set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 4096, .intent_count = 16, .mode = mode});
	rings_enter(set, 9, (uint32_t)getpid());
	driver.consumer_off = set->file.header.consumer_off;
	driver.device_abi = RS_DEVICE_ABI;
	driver.has_set = 1;
	driver.is_played = 1;
}

static rs_status_t open_as(const char *path, uint32_t flags)
{
	reading.message.text[0] = '\0';
	const rs_status_t status = rs_capture_open(path, flags, &reading.capture, &reading.message);
	rs_capture_close(reading.capture);
	reading.capture = NULL;
	return status;
}

static int says(const char *words)
{
	return strstr(reading.message.text, words) != NULL;
}

TEST("a set of the driver is selected by its name, claimed, and drained")
{
	play(RS_MODE_DISCARD);
	for (uint32_t n = 0; n < 5; n++)
		rings_put(set, 0, n * 10);
	snprintf(set->path, sizeof(set->path), DEVICE "@net");
	reading_all(&reading, set, 0);
	CHECK_EQUAL(reading.row_count, 5);
	CHECK_EQUAL(strcmp(driver.name, "net"), 0);
	CHECK_EQUAL(driver.claims, 1);
	CHECK_EQUAL(set->consumers[0].read_pos, set->pages[0].reserve.position);
	rings_drop(set);
}

TEST("without a name the driver's own choice is meant, and whoever only looks claims nothing")
{
	play(RS_MODE_DISCARD);
	CHECK_EQUAL(open_as(DEVICE, RS_OPEN_PEEK), RS_OK);
	CHECK_EQUAL(driver.name[0], 0);
	CHECK_EQUAL(driver.claims, 0);
	rings_drop(set);
}

TEST("a set that overwrites is claimed by nobody, and nothing is written there")
{
	play(RS_MODE_OVERWRITE);
	rings_put(set, 0, 8);
	rings_save(set);
	snprintf(set->path, sizeof(set->path), DEVICE "@net");
	reading_all(&reading, set, 0);
	CHECK_EQUAL(reading.row_count, 1);
	CHECK_EQUAL(driver.claims, 0);
	const rs_set_header_t *header = &set->file.header;
	CHECK_EQUAL(memcmp(set->file.consumer, set->saved + header->consumer_off, header->total_bytes - header->consumer_off), 0);
	rings_drop(set);
}

TEST("whoever drains a set already is named")
{
	play(RS_MODE_DISCARD);
	driver.is_claimed = 1;
	driver.claimer_pid = 4321;
	CHECK_EQUAL(open_as(DEVICE "@net", RS_OPEN_DRAIN), RS_BUSY);
	CHECK(says("process 4321 drains it already"));
	rings_drop(set);
}

TEST("a set that is not there, a driver of another version and another device are told apart")
{
	play(RS_MODE_DISCARD);
	driver.has_set = 0;
	CHECK_EQUAL(open_as(DEVICE "@net", RS_OPEN_DRAIN), RS_NOT_FOUND);
	CHECK(says("no set of the name net"));
	driver.has_set = 1;
	driver.device_abi = RS_DEVICE_ABI + 1;
	CHECK_EQUAL(open_as(DEVICE, RS_OPEN_DRAIN), RS_BAD_ABI);
	CHECK(says("build and load it again"));
	driver.is_played = 0;
	CHECK_EQUAL(open_as(DEVICE, RS_OPEN_DRAIN), RS_NOT_RINGS);
	CHECK(says("no device of Ringscope's driver"));
	rings_drop(set);
}

TEST("a header that is not that of the set which the driver tells of is refused")
{
	play(RS_MODE_DISCARD);
	driver.consumer_off -= RS_REGION_ALIGN;
	CHECK_EQUAL(open_as(DEVICE, RS_OPEN_DRAIN), RS_NOT_RINGS);
	driver.consumer_off = set->file.header.total_bytes;
	CHECK_EQUAL(open_as(DEVICE, RS_OPEN_DRAIN), RS_NOT_RINGS);
	driver.consumer_off = 100;
	CHECK_EQUAL(open_as(DEVICE, RS_OPEN_DRAIN), RS_NOT_RINGS);
	rings_drop(set);
}

TEST("a name that can be none is refused, and so is a device as an image")
{
	play(RS_MODE_DISCARD);
	CHECK_EQUAL(open_as(DEVICE "@a-name-of-more-than-thirty-one-bytes", RS_OPEN_DRAIN), RS_BAD_ARGUMENT);
	CHECK_EQUAL(open_as(DEVICE, RS_OPEN_IMAGE), RS_BAD_ARGUMENT);
	CHECK(says("its kernel runs"));
	rings_drop(set);
}
