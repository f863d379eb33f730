/* SPDX-License-Identifier: MIT */
/* device_system.h - what device_case.h takes from Windows, and what only its cases use. See system.c. */
#ifndef DEVICE_SYSTEM_H
#define DEVICE_SYSTEM_H

#include <stdint.h>
/* winternl.h has none of these. */
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <winternl.h>

#include "load.h"

#define PRINTF_FORMAT gnu_printf
#define TEST_SET RS_LOAD_SET
/* Words of device_case.h for rights of pages. */
#define PROT_READ 1
#define PROT_WRITE 2
#define MAP_FAILED ((void *)-1)

extern const struct device_case buffer_cases[], rights_cases[], process_cases[], control_cases[], fuzz_cases[], driver_cases[];

/* A file of the device is a handle, of which 32 bits count. */
static inline HANDLE handle_of(int file)
{
	return (HANDLE)(intptr_t)file;
}

/* The call as it is: what it returns, and how many bytes came back. */
NTSTATUS control_device(int file, uint32_t code, const void *in, uint32_t in_bytes, void *out, uint32_t out_bytes, uint32_t *told);
/* The status's error as rs_device_windows.h has it; the status itself where that names none. */
int error_of(NTSTATUS status);
rs_device_map_t map_handles(int file);

/* Has the test driver work; `accounts` has an element for each thread and each timer. */
void run_wish(const rs_load_wish_t *wish, rs_load_account_t *accounts);
uint64_t count_calls(const rs_load_account_t *account, const char *column);

/* This program once more, with these words. */
HANDLE start_self(const char *words);
/* Waits at most so long; the exit code, or -1 where it had to be ended. */
int64_t wait_for_end(HANDLE process, unsigned seconds);
/* The words of processes that cases start; exit status, or -1 where the word is another. */
int run_helper(int words, char **word);

/* Of service.c: 0, or the system's error. ask_to_stop does not wait for the end. */
int start_driver(void);
int stop_driver(void);
int ask_to_stop(void);
void set_parameter(const char *name, uint32_t value);
void forget_parameters(void);
int run_service_tool(int words, char **word);

/* Of record.c: a load into a set, which is left as a file. */
int run_record_tool(int words, char **word);

#endif /* DEVICE_SYSTEM_H */
