/* SPDX-License-Identifier: MIT */
/*
 * producer.c - logs entries that a test knows in advance.
 *
 *     producer entries          one of each severity, three pieces of data, and a text with a line break
 *     producer burst N          N texts, "burst 0" to "burst N-1"
 *     producer forever          a text each millisecond until a signal ends it
 *     producer rings PATH N     makes a ring set at PATH, logs N texts into it, and keeps it
 *     producer exit CODE        one text, then ends with CODE
 *     producer kill SIGNAL      one text, then dies of SIGNAL
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rs_log.h"

static void log_entries(void)
{
	static const char *const names[] = {"trace", "debug", "info", "warn", "error", "fatal"};
	static const unsigned char bytes[] = {0x00, 0xff, 0x0a, 0x2c};

	for (int severity = RS_TRACE; severity <= RS_FATAL; severity++)
		rs_log(severity, "this is %s", names[severity - 1]);
	rs_send(1, 10, bytes, sizeof(bytes));
	rs_send(2, 20, NULL, 0);
	rs_send(4000000000u, 30, "text", 4);
	rs_log(RS_INFO, "two\nlines, \"quoted\" | piped");
}

static void log_texts(unsigned long count)
{
	for (unsigned long n = 0; n < count; n++)
		rs_log(RS_INFO, "burst %lu", n);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "entries";
	const unsigned long number = argc > 2 ? strtoul(argv[argc - 1], NULL, 10) : 0;

	if (strcmp(what, "entries") == 0) {
		log_entries();
	} else if (strcmp(what, "burst") == 0) {
		log_texts(number);
	} else if (strcmp(what, "forever") == 0) {
		for (;;) {
			rs_log(RS_INFO, "still here");
			nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
		}
	} else if (strcmp(what, "rings") == 0 && argc == 4) {
		char message[512];
		if (rs_create(argv[2], NULL, message, sizeof(message)) != RS_OK) {
			fprintf(stderr, "producer: %s\n", message);
			return 1;
		}
		log_texts(number);
	} else if (strcmp(what, "exit") == 0) {
		rs_log(RS_INFO, "ending with %lu", number);
		return (int)number;
	} else if (strcmp(what, "kill") == 0) {
		rs_log(RS_INFO, "dying of %lu", number);
		raise((int)number);
	} else {
		fprintf(stderr, "producer: unknown: %s\n", what);
		return 2;
	}
	return 0;
}
