/* SPDX-License-Identifier: MIT */
/*
 * library_rows.c - a C program that reads an image of rings by ringscope.dll.
 *
 *     library_rows.exe IMAGE        a line for each entry: row INDEX PROCESSOR SEQ LENGTH
 */
#include <stdio.h>

#include "rs_reader.h"

static int fail(const rs_message_t *message)
{
	fprintf(stderr, "%s\n", message->text);
	return 1;
}

int main(int count, char **words)
{
	rs_message_t message = {{0}};
	rs_capture_t *capture;
	rs_row_t row;

	if (count != 2)
		return 2;
	if (rs_capture_open(words[1], RS_OPEN_IMAGE, &capture, &message) != RS_OK || rs_drain_open(capture, 0, 0, 0, &message) != RS_OK)
		return fail(&message);
	if (rs_drain_finish(capture, 0) != RS_OK)
		return 1;
	while (rs_capture_next(capture, &row) == RS_OK)
		printf("row %llu %u %llu %u\n", (unsigned long long)row.index, row.processor, (unsigned long long)row.seq, row.length);
	rs_capture_close(capture);
	return 0;
}
