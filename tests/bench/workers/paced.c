/* SPDX-License-Identifier: MIT */
/*
 * paced.c - a producer that keeps to a rate: `paced REPORT RATE SECONDS [text]`, started by a capture.
 *
 * One thread, on whatever processor the system gives it. Each burst has a deadline of its own, counted from the beginning: a thread that
 * was late makes up for it. Sends 64 bytes, or logs texts as drivers do. Writes "attempts accepted seconds" to REPORT.
 */
#define _GNU_SOURCE
#include "rs_log.h"
#include "worker.h"

#define BURSTS_PER_SECOND 10000

/* The number is multiplied so that what looks random is, and the same in every run. */
static rs_status_t log_text(uint64_t number)
{
	const uint32_t mixed = (uint32_t)(number / 2) * 2654435761u;
	if (number % 2)
		return rs_log(RS_INFO, "nvme%u request %u completed, status 0x%04x, %u us", mixed >> 31, (uint32_t)(number / 2),
			      mixed % 50 ? 0 : 0x4002, 40 + mixed % 600);
	return rs_log(RS_DEBUG, "nvme%u request %u queue %u opcode 0x02 lba 0x%08x length %u", mixed >> 31, (uint32_t)(number / 2),
		      mixed % 8, mixed & 0x7fff8, 8u << mixed % 5);
}

int main(int argc, char **argv)
{
	char payload[64] = {1};
	if (argc < 4 || !rs_is_open())
		give_up("usage", "a capture starts: paced REPORT RATE SECONDS [text]");
	const double rate = atof(argv[2]);
	const double seconds = atof(argv[3]);
	const int is_text = argc > 4 && strcmp(argv[4], "text") == 0;
	const double start = now_ns();
	uint64_t attempts = 0, accepted = 0;

	for (long burst = 1; (double)burst <= seconds * BURSTS_PER_SECOND; burst++) {
		const double deadline = start + (double)burst * (1e9 / BURSTS_PER_SECOND);
		const struct timespec until = {(time_t)(deadline / 1e9), (long)(deadline - (double)(time_t)(deadline / 1e9) * 1e9)};
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
		const uint64_t due = (uint64_t)((double)burst / BURSTS_PER_SECOND * rate);
		for (; attempts < due; attempts++)
			accepted += (is_text ? log_text(attempts) : rs_send(7, (uint32_t)attempts, payload, sizeof(payload))) == RS_OK;
	}
	const double taken = (now_ns() - start) / 1e9;
	FILE *report = fopen(argv[1], "w");
	if (!report || fprintf(report, "%llu %llu %.6f\n", (unsigned long long)attempts, (unsigned long long)accepted, taken) < 0 ||
	    fclose(report) != 0)
		give_up("write the report", argv[1]);
	return 0;
}
