/* SPDX-License-Identifier: MIT */
/* device_system.h - what device_case.h takes from Linux, and what only its cases use. See system.c. */
#ifndef DEVICE_SYSTEM_H
#define DEVICE_SYSTEM_H

#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "rs_device.h"

#define PRINTF_FORMAT printf
#define TEST_SET "test"

extern const struct device_case linux_cases[], mapping_cases[], poll_cases[], fuzz_cases[];

/* The test module's files. */
void write_module(const char *name, const char *text);
uint64_t read_module_number(const char *name);

/* Runs `body` in a child: its exit status, or 256 + the signal that killed it. */
int run_in_child(void (*body)(void *), void *argument);

#endif /* DEVICE_SYSTEM_H */
