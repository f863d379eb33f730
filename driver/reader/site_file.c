/* SPDX-License-Identifier: MIT */
/* site_file.c - see site_file.h. */
#define _GNU_SOURCE
#include "site_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

#define LINE_BYTES (2 * RS_SITE_BYTES_MAX + 64u)

static rs_status_t fail(const rs_site_file_t *sites, const char *what, rs_message_t *message)
{
	return rs_host_fail(errno, what, sites->path, message->text, sizeof(message->text));
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
		close(sites->file);
	sites->file = -1;
	free(sites->written);
	sites->written = NULL;
}

/* The first site makes folder and file: a capture without sites has neither. */
static rs_status_t begin(rs_site_file_t *sites, rs_message_t *message)
{
	char folder[sizeof(sites->path)];

	strcpy(folder, sites->path);
	*strrchr(folder, '/') = '\0';
	if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		return rs_host_fail(errno, "cannot make the folder", folder, message->text, sizeof(message->text));
	const int file = open(sites->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (file < 0)
		return fail(sites, "cannot begin", message);
	pthread_mutex_lock(sites->lock);
	sites->file = file;
	pthread_mutex_unlock(sites->lock);
	return RS_OK;
}

static rs_status_t append(rs_site_file_t *sites, const char *line, size_t bytes, rs_message_t *message)
{
	rs_status_t status = sites->file < 0 ? begin(sites, message) : RS_OK;
	if (status != RS_OK)
		return status;
	for (size_t done = 0; done < bytes;) {
		const ssize_t written = write(sites->file, line + done, bytes - done);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			status = fail(sites, "cannot append to", message);
			/* Half a line would spoil the next one. */
			if (ftruncate(sites->file, (off_t)sites->bytes) != 0 || lseek(sites->file, (off_t)sites->bytes, SEEK_SET) < 0)
				return fail(sites, "cannot take back half a line from", message);
			return status;
		}
		done += (size_t)written;
	}
	sites->bytes += bytes;
	return RS_OK;
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
	return sites->file < 0 || fdatasync(sites->file) == 0 ? RS_OK : fail(sites, "cannot sync", message);
}
