/* SPDX-License-Identifier: MIT */
/*
 * site_file.h - events/sites.ndjson of a capture folder: the call sites of the ring set, so that stored events can be read when the rings
 * are gone. Form: runtime/capture/README.md.
 *
 * Used by the writer's thread (store.c). A site is appended before the first batch with an event of it, and the rest of the table at the end,
 * so a capture that is killed has the site of every event that it stored.
 */
#ifndef RS_SITE_FILE_H
#define RS_SITE_FILE_H

#include <pthread.h>

#include "batch.h"
#include "ringset_file.h"
#include "site.h"

typedef struct {
	int file; /* -1: no site has been written */
	uint64_t bytes;
	rs_site_table_t table;  /* of the mapped set; its count is 0 where it has none */
	uint8_t *written;       /* one bit for each number; null without a table */
	pthread_mutex_t *lock;  /* guards `file` against the thread that syncs */
	char path[4096];
} rs_site_file_t;

/* Of a capture in `folder`, which exists; nothing is made yet. Returns RS_OK, RS_NO_MEMORY. */
rs_status_t rs_site_file_init(rs_site_file_t *sites, const char *folder, const rs_ringset_file_t *set, pthread_mutex_t *lock) RS_MUST_USE;
/* Closes the file as it is. */
void rs_site_file_fini(rs_site_file_t *sites);

/* Appends the sites of a batch's events that were not met before. After a failure the file holds whole lines, and it can be called again. */
rs_status_t rs_site_file_note(rs_site_file_t *sites, const rs_batch_t *batch, rs_message_t *message) RS_MUST_USE;
/* Appends what else the table holds, and syncs. Can be called again. */
rs_status_t rs_site_file_finish(rs_site_file_t *sites, rs_message_t *message) RS_MUST_USE;

#endif /* RS_SITE_FILE_H */
