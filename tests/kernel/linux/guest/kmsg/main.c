/* SPDX-License-Identifier: MIT */
/*
 * main.c - writes every record that /dev/kmsg has just now to a file: u32 length, the record as one read gave it, and so on. Static.
 *
 *     kmsg FILE
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

int main(int count, char **words)
{
	/* The kernel's own bound of a record with its prefix and fields (PRINTKRB_RECORD_MAX and its like) is below this. */
	char record[16384];
	const int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	FILE *file = count == 2 ? fopen(words[1], "w") : NULL;

	if (log < 0 || !file) {
		perror("kmsg");
		return 1;
	}
	for (;;) {
		const ssize_t bytes = read(log, record, sizeof(record));
		/* EPIPE: some were overwritten; the test sees the hole in their numbers. */
		if (bytes < 0 && errno == EPIPE)
			continue;
		if (bytes <= 0)
			break;
		const uint32_t length = (uint32_t)bytes;
		fwrite(&length, sizeof(length), 1, file);
		fwrite(record, 1, length, file);
	}
	return fclose(file) ? 1 : 0;
}
