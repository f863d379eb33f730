/* SPDX-License-Identifier: MIT */
/*
 * service.h - what every test program under Wine does: checks with a line for each, calls of the device, and the driver's service.
 */
#ifndef RS_TEST_SERVICE_H
#define RS_TEST_SERVICE_H

#include <windows.h>
#include <winioctl.h>

#include "rs_device_windows.h"

/* Prints a line; what failed is counted by rs_test_end. Returns whether it is so. */
int rs_check(const char *sentence, int is_so);
/* Prints how many failed; the exit code. */
int rs_test_end(void);

#define CHECK(sentence, condition) rs_check(sentence, (condition) != 0)

/* A call of the device; 0: refused, GetLastError says why. */
int rs_ask(HANDLE file, DWORD code, void *buffer, DWORD in, DWORD out);
#define ASK(file, code, asked) rs_ask(file, code, &(asked), sizeof(asked), sizeof(asked))

/* `flags`: FILE_FLAG_OVERLAPPED or 0. INVALID_HANDLE_VALUE. */
HANDLE rs_open_device(DWORD access, DWORD flags);

/* Installs the driver at `path` under that name; checks it. */
SC_HANDLE rs_install(const char *name, const char *path);
/* 1: it runs. Wine's service manager may still be busy with the services of a new prefix. */
int rs_start(SC_HANDLE service);
/* Wine tells the driver of a closed file at some time after that, and a stop that overtakes it finds the driver in use. 0: it is not told in a
 * minute, or is not the test driver. */
int rs_wait_until_closed(void);
/* Stops the test driver, of which nobody has a file open any more, and removes the service; checks both. */
void rs_remove(SC_HANDLE service);

/* CreateProcess. Under Wine it fails once in some thousand times, before anything has run: it is tried again. `command` may be written to. */
int rs_create_process(char *command, int is_inheriting, STARTUPINFOA *startup, PROCESS_INFORMATION *process);

#endif /* RS_TEST_SERVICE_H */
