/* SPDX-License-Identifier: MIT */
/*
 * debug_sender.c - programs that hand texts to OutputDebugString while ringscope-reader.exe views them.
 *
 *     debug_sender.exe READER.exe FOLDER COUNT    starts the reader, a second one in vain, and four of itself: two in a row, two at once
 *     debug_sender.exe send NAME COUNT            prints its process's number and sends COUNT numbered texts, in turn A and W
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "reader_process.h"

static int send_texts(const char *name, int count)
{
	char text[256];
	wchar_t wide[256];
	int n;

	printf("sender %s %lu\n", name, GetCurrentProcessId());
	fflush(stdout);
	for (n = 0; n < count; n++) {
		if (n % 2 == 0) {
			snprintf(text, sizeof(text), "%s %d\n", name, n);
			OutputDebugStringA(text);
		} else {
			swprintf(wide, 256, L"%hs %d\r\n", name, n);
			OutputDebugStringW(wide);
		}
	}
	/* ä in the code page that Wine has here, 1252. */
	OutputDebugStringA("\xe4 without an end");
	return 0;
}

static HANDLE begin_sender(const char *self, const char *name, const char *count)
{
	char words[2 * MAX_PATH];

	snprintf(words, sizeof(words), "%s send %s %s", self, name, count);
	return rs_begin_process(words);
}

static int is_viewed(void)
{
	HANDLE ready = OpenEventA(SYNCHRONIZE, FALSE, "DBWIN_BUFFER_READY");

	if (ready)
		CloseHandle(ready);
	return ready != NULL;
}

int main(int count, char **words)
{
	char command[2 * MAX_PATH];
	reader_process_t reader;
	HANDLE senders[2];
	int tries;

	if (count != 4)
		return 2;
	if (strcmp(words[1], "send") == 0)
		return send_texts(words[2], atoi(words[3]));
	snprintf(command, sizeof(command), "%s debug-output %s", words[1], words[2]);
	reader = rs_begin_reader(command);
	for (tries = 0; tries < 2400 && !is_viewed(); tries++)
		Sleep(50);
	CHECK("somebody views the debug output", is_viewed());
	snprintf(command, sizeof(command), "%s debug-output %s-second", words[1], words[2]);
	rs_wait_for_end(rs_begin_process(command), 1);
	rs_wait_for_end(begin_sender(words[0], "first", words[3]), 0);
	rs_wait_for_end(begin_sender(words[0], "second", words[3]), 0);
	senders[0] = begin_sender(words[0], "third", words[3]);
	senders[1] = begin_sender(words[0], "fourth", words[3]);
	rs_wait_for_end(senders[0], 0);
	rs_wait_for_end(senders[1], 0);
	rs_end_reader(&reader);
	return rs_test_end();
}
