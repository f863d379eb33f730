/* SPDX-License-Identifier: MIT */
/*
 * writers.c - has the test driver log for as long as somebody else records it: the command of a recording.
 *
 *     writers.exe WRITES     the driver is there already; prints what load_calls.h says
 */
#include <stdlib.h>

#include "load_calls.h"

int main(int count, char **words)
{
	const HANDLE device = rs_open_device(GENERIC_READ | GENERIC_WRITE, 0);

	if (CHECK("the device is opened", device != INVALID_HANDLE_VALUE))
		rs_run_load(device, count > 1 ? (uint32_t)strtoul(words[1], NULL, 10) : 1000, 0);
	CloseHandle(device);
	return rs_test_end();
}
