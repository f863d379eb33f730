/* SPDX-License-Identifier: MIT */
/*
 * main.c - the device of ringscope.ko for shell scripts in a guest that has neither Deno nor time for it. Static; one call of the device each.
 *
 *     rings make NAME RING_BYTES        make it and start it
 *     rings start NAME, rings stop NAME
 *     rings sources NAME [SOURCE…]      exactly these are on; none: all off
 *     rings copy NAME FILE              all its bytes, for a reader on another machine
 *
 * Exit status: 0, 1 with a line that tells what failed, 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rs_device.h"

static _Noreturn void fail(const char *what, const char *name)
{
	fprintf(stderr, "rings: %s %s: %s\n", what, name, strerror(errno));
	exit(1);
}

static int open_device(void)
{
	const int device = open(RS_DEVICE_PATH, O_RDWR | O_CLOEXEC);
	if (device < 0)
		fail("open", RS_DEVICE_PATH);
	return device;
}

static int open_set(const char *name)
{
	rs_device_select_t select = {.size = sizeof(select)};
	const int device = open_device();

	snprintf(select.name, sizeof(select.name), "%s", name);
	if (ioctl(device, RS_IOC_SELECT, &select))
		fail("select", name);
	return device;
}

static void start_or_stop(int device, unsigned long call, const char *name)
{
	rs_device_plain_t plain = {.size = sizeof(plain)};
	if (ioctl(device, call, &plain))
		fail("start or stop", name);
}

static void make(const char *name, const char *ring_bytes)
{
	rs_device_make_t make = {.size = sizeof(make), .ring_bytes = strtoull(ring_bytes, NULL, 0)};
	const int device = open_device();

	snprintf(make.name, sizeof(make.name), "%s", name);
	if (ioctl(device, RS_IOC_MAKE, &make))
		fail("make", name);
	start_or_stop(device, RS_IOC_START, name);
}

static uint64_t bit_of(const char *source)
{
#define BIT(number, constant, text)            \
	if (strcmp(source, text) == 0)         \
		return RS_SOURCE_##constant;
	RS_SOURCES(BIT)
#undef BIT
	fprintf(stderr, "rings: there is no source %s\n", source);
	exit(2);
}

static void choose_sources(const char *name, char **sources)
{
	rs_device_sources_t choice = {.size = sizeof(choice)};

	for (; *sources; sources++)
		choice.sources |= bit_of(*sources);
	if (ioctl(open_set(name), RS_IOC_SOURCES, &choice))
		fail("sources of", name);
}

static void write_all(int file, const char *bytes, size_t count, const char *path)
{
	while (count) {
		const ssize_t written = write(file, bytes, count);
		if (written <= 0)
			fail("write", path);
		bytes += written;
		count -= (size_t)written;
	}
}

static void copy(const char *name, const char *path)
{
	rs_device_describe_t set = {.size = sizeof(set)};
	const int device = open_set(name);

	if (ioctl(device, RS_IOC_DESCRIBE, &set))
		fail("describe", name);
	const size_t parts[2][2] = {{0, set.consumer_off}, {set.consumer_off, set.total_bytes - set.consumer_off}};
	const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (file < 0)
		fail("open", path);
	for (int part = 0; part < 2; part++) {
		const size_t bytes = parts[part][1];
		void *at = mmap(NULL, bytes, PROT_READ, MAP_SHARED, device, (off_t)parts[part][0]);
		if (at == MAP_FAILED)
			fail("map", name);
		write_all(file, at, bytes, path);
	}
}

int main(int count, char **words)
{
	const char *command = count > 2 ? words[1] : "";

	if (strcmp(command, "make") == 0 && count == 4)
		make(words[2], words[3]);
	else if (strcmp(command, "start") == 0)
		start_or_stop(open_set(words[2]), RS_IOC_START, words[2]);
	else if (strcmp(command, "stop") == 0)
		start_or_stop(open_set(words[2]), RS_IOC_STOP, words[2]);
	else if (strcmp(command, "sources") == 0)
		choose_sources(words[2], words + 3);
	else if (strcmp(command, "copy") == 0 && count == 4)
		copy(words[2], words[3]);
	else
		return 2;
	return 0;
}
