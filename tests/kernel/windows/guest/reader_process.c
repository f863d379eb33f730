/* SPDX-License-Identifier: MIT */
/* reader_process.c - see reader_process.h. */
#include "reader_process.h"

#include <stdio.h>

#define PATIENCE_MS 60000

static HANDLE begin(const char *words, HANDLE input)
{
	STARTUPINFOA startup = {.cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES, .hStdInput = input};
	PROCESS_INFORMATION process = {0};
	char command[2 * MAX_PATH];

	snprintf(command, sizeof(command), "%s", words);
	startup.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
	startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
	CHECK("a process begins", rs_create_process(command, TRUE, &startup, &process));
	return process.hProcess;
}

reader_process_t rs_begin_reader(const char *words)
{
	SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited), .bInheritHandle = TRUE};
	reader_process_t reader = {0};
	HANDLE its_end = NULL;
	char command[2 * MAX_PATH];

	CHECK("a pipe is made", CreatePipe(&its_end, &reader.input, &inherited, 0));
	SetHandleInformation(reader.input, HANDLE_FLAG_INHERIT, 0);
	snprintf(command, sizeof(command), "%s --until-input-ends", words);
	reader.process = begin(command, its_end);
	CloseHandle(its_end);
	return reader;
}

void rs_end_reader(reader_process_t *reader)
{
	CloseHandle(reader->input);
	rs_wait_for_end(reader->process, 0);
}

HANDLE rs_begin_process(const char *words)
{
	return begin(words, GetStdHandle(STD_INPUT_HANDLE));
}

void rs_wait_for_end(HANDLE process, DWORD code)
{
	DWORD found = 99;

	CHECK("it ends", WaitForSingleObject(process, PATIENCE_MS) == WAIT_OBJECT_0);
	CHECK("… as it should", GetExitCodeProcess(process, &found) && found == code);
	CloseHandle(process);
}
