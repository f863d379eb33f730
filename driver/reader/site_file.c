/* SPDX-License-Identifier: MIT */
/* site_file.c - see site_file.h. */
#include "site_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "host.h"

#define LINE_BYTES (2 * RS_SITE_BYTES_MAX + 64u)

static rs_status_t fail(const rs_site_file_t *sites, int error, const char *what, rs_message_t *message)
{
	return rs_host_fail(error, what, sites->path, message->text, sizeof(message->text));
}

rs_status_t rs_site_file_init(rs_site_file_t *sites, const char *folder, const rs_ringset_file_t *set, pthread_mutex_t *lock)
{
	*sites = (rs_site_file_t){.file = -1, .lock = lock};
	snprintf(sites->path, sizeof(sites->path), "%s/events/sites.ndjson", folder);
	/* Mapped read only: of the table only what rs_site_copy reads is used. */
	sites->table = rs_site_table_at(&set->header, set->bytes);
	if (!sites->table.count)
		return RS_OK;
	sites->written = calloc(sites->table.count / 8 + 1, 1);
	return sites->written ? RS_OK : RS_NO_MEMORY;
}

void rs_site_file_fini(rs_site_file_t *sites)
{
	if (sites->file >= 0)
		(void)rs_disk_end(sites->file);
	sites->file = -1;
	free(sites->written);
	sites->written = NULL;
}

/* The first site makes folder and file: a capture without sites has neither. */
static rs_status_t begin(rs_site_file_t *sites, rs_message_t *message)
{
	char folder[sizeof(sites->path)];
	int file;

	strcpy(folder, sites->path);
	*strrchr(folder, '/') = '\0';
	int error = rs_disk_make_folder(folder);
	if (error)
		return rs_host_fail(error, "cannot make the folder", folder, message->text, sizeof(message->text));
	error = rs_disk_begin(sites->path, &file);
	if (error)
		return fail(sites, error, "cannot begin", message);
	pthread_mutex_lock(sites->lock);
	sites->file = file;
	pthread_mutex_unlock(sites->lock);
	return RS_OK;
}

static rs_status_t append(rs_site_file_t *sites, char *line, size_t bytes, rs_message_t *message)
{
	rs_disk_part_t whole = {line, bytes};
	const rs_status_t status = sites->file < 0 ? begin(sites, message) : RS_OK;
	if (status != RS_OK)
		return status;
	const int error = rs_disk_append(sites->file, &whole, 1);
	if (!error) {
		sites->bytes += bytes;
		return RS_OK;
	}
	/* Half a line would spoil the next one. */
	const int second = rs_disk_cut(sites->file, sites->bytes);
	return second ? fail(sites, second, "cannot take back half a line from", message)
		      : fail(sites, error, "cannot append to", message);
}

static int is_written(const rs_site_file_t *sites, uint32_t number)
{
	return sites->written[number / 8] >> number % 8 & 1;
}

/* Nothing is written of a number without a descriptor that can be: no producer of ours gives it to an entry. */
static rs_status_t write_site(rs_site_file_t *sites, uint32_t number, rs_message_t *message)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t copy[RS_SITE_BYTES_MAX];
	rs_site_read_t read;
	char line[LINE_BYTES];
	const uint32_t bytes = rs_site_copy(&sites->table, number, copy, &read);

	if (!bytes)
		return RS_OK;
	size_t at = (size_t)snprintf(line, sizeof(line), "{\"site\": %" PRIu32 ", \"descriptor\": \"", number);
	for (uint32_t n = 0; n < bytes; n++) {
		line[at++] = digits[copy[n] >> 4];
		line[at++] = digits[copy[n] & 15];
	}
	memcpy(line + at, "\"}\n", 3);
	const rs_status_t status = append(sites, line, at + 3, message);
	if (status == RS_OK)
		sites->written[number / 8] = (uint8_t)(sites->written[number / 8] | 1u << number % 8);
	return status;
}

rs_status_t rs_site_file_note(rs_site_file_t *sites, const rs_batch_t *batch, rs_message_t *message)
{
	if (!sites->written)
		return RS_OK;
	for (uint32_t row = 0; row < batch->rows; row++) {
		const uint32_t number = batch->type[row];
		if ((batch->class_[row] & 3u) != RS_KIND_EVENT || number == 0 || number > sites->table.count || is_written(sites, number))
			continue;
		const rs_status_t status = write_site(sites, number, message);
		if (status != RS_OK)
			return status;
	}
	return RS_OK;
}

rs_status_t rs_site_file_finish(rs_site_file_t *sites, rs_message_t *message)
{
	for (uint32_t number = 1; sites->written && number <= sites->table.count; number++) {
		const rs_status_t status = is_written(sites, number) ? RS_OK : write_site(sites, number, message);
		if (status != RS_OK)
			return status;
	}
	const int error = sites->file < 0 ? 0 : rs_disk_sync(sites->file);
	return error ? fail(sites, error, "cannot sync", message) : RS_OK;
}
