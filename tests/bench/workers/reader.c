/* SPDX-License-Identifier: MIT */
/*
 * reader.c - a reader at its own pace that throws away what it reads, until standard input ends.
 *
 * Built with the reader's own sources, since only they can give batches back unwritten.
 */
#define _GNU_SOURCE
#include <poll.h>

#include "capture.h"
#include "worker.h"

#define BUDGET_MS 20u /* far less than the buffers last for */

int main(int argc, char **argv)
{
	rs_capture_t *capture;
	rs_message_t message;
	rs_batch_t *batch;
	struct pollfd input = {.fd = 0, .events = POLLIN};

	if (argc < 2)
		give_up("usage", "reader RINGS");
	/* Away from the writer, where there is more than one processor. */
	(void)pin(1);
	if (rs_capture_open(argv[1], RS_OPEN_DRAIN, &capture, &message) != RS_OK ||
	    rs_drain_open(capture, 0, 0, 0, &message) != RS_OK)
		give_up("open the rings", message.text);
	while (poll(&input, 1, 0) == 0) {
		(void)rs_drain_run(capture, BUDGET_MS);
		while ((batch = rs_pool_peek_full(&capture->pool, 0)))
			rs_pool_release(&capture->pool, batch);
	}
	rs_capture_close(capture);
	return 0;
}
