/* SPDX-License-Identifier: MIT */
/* environment.c - opens the rings that the environment names, in a program that links libringscope.so. */
#include <stdio.h>
#include <stdlib.h>

#define RS_PLAIN_CALLS
#include "rs_log.h"

/* A program that links this library and is started by `ringscope capture -- PROGRAM` is recorded from its first line. */
__attribute__((constructor)) static void open_from_environment(void)
{
	char message[512];
	const char *path = getenv("RINGSCOPE_RINGS");
	if (!path || !*path)
		return;
	if (rs_open(path, message, sizeof(message)) != RS_OK)
		fprintf(stderr, "ringscope: this program is not recorded: %s\n", message);
}
