/* SPDX-License-Identifier: MIT */
/* ringset_file.c - see ringset_file.h. */
#include "ringset_file.h"

#include <stdio.h>
#include <string.h>

#include "atomics.h"
#include "host.h"
#include "host_file.h"

static rs_status_t fill_identity(rs_set_header_t *header)
{
	rs_status_t status = rs_host_random(header->set_id, sizeof(header->set_id));
	if (status == RS_OK)
		status = rs_host_random(header->tag_key, sizeof(header->tag_key));
	header->ticks_per_second = rs_host_clock_rate(header->clock_kind);
	header->anchors[0] = rs_host_anchor(header->clock_kind);
	header->creator_pid = rs_host_process_id();
	header->creator_start = rs_host_process_start(header->creator_pid);
	header->creator_namespace = rs_host_process_namespace();
	return status;
}

static rs_status_t write_pages(int file, rs_set_header_t *header)
{
	uint8_t *bytes;
	const int error = rs_host_file_map(file, 0, header->total_bytes, RS_HOST_MAP_WRITE, &bytes);
	if (error)
		return rs_host_fail(error, "cannot map", "the new ring set", NULL, 0);
	for (uint32_t n = 0; n < header->ring_count; n++)
		((rs_ring_page_t *)(void *)(bytes + header->ring_off))[n].processor = n;
	rs_set_header_t *shared = (rs_set_header_t *)(void *)bytes;
	header->state = RS_SET_MAKING;
	memcpy(shared, header, sizeof(*header));
	/* H1a: everything else before the state that says it is there. */
	store_u32_release(&shared->state, RS_SET_READY);
	rs_host_file_unmap(bytes, header->total_bytes);
	return RS_OK;
}

static rs_status_t plan_header(const rs_plan_t *plan, rs_set_header_t *header, const char *path, char *message, size_t message_bytes)
{
	const uint32_t best = rs_host_clock_kind();
	const rs_status_t status = rs_ringset_plan(plan, header, message, message_bytes);
	if (status != RS_OK)
		return status;
	header->clock_kind = plan->clock_kind ? plan->clock_kind : best;
	if (header->clock_kind != best && !rs_host_clock_is_the_systems(header->clock_kind)) {
		if (message && message_bytes)
			snprintf(message, message_bytes,
				 "cannot make the ring set %s with a clock of kind %u: this machine has kind %u and, in index order, "
				 "kind %u (monotonic)",
				 path, header->clock_kind, best, (unsigned)RS_CLOCK_MONOTONIC_NS);
		return RS_BAD_ARGUMENT;
	}
	if (plan->order != RS_ORDER_CLOCK || header->clock_kind != RS_CLOCK_MONOTONIC_NS)
		return RS_OK;
	if (message && message_bytes)
		snprintf(message, message_bytes, "cannot make the ring set %s in clock order: %s is not invariant; make it in index order",
			 path, plan->clock_kind ? "the monotonic clock that it is to have" : "this machine's time stamp counter");
	return RS_BAD_ARGUMENT;
}

static rs_status_t fill_file(int file, rs_set_header_t *header, const char *path, char *message, size_t message_bytes)
{
	rs_status_t status = RS_OK;
	/* Allocated now, or a full file system would be a fault in the producer later. */
	const int error = rs_host_file_allocate(file, header->total_bytes);
	if (error) {
		char what[128];
		snprintf(what, sizeof(what), "cannot allocate %llu bytes for the ring set",
			 (unsigned long long)header->total_bytes);
		status = rs_host_fail(error, what, path, message, message_bytes);
	}
	if (status == RS_OK)
		status = fill_identity(header);
	return status == RS_OK ? write_pages(file, header) : status;
}

rs_status_t rs_ringset_file_make(const char *path, const rs_plan_t *plan, char *message, size_t message_bytes)
{
	rs_set_header_t header;
	rs_status_t status = plan_header(plan, &header, path, message, message_bytes);
	if (status != RS_OK)
		return status;

	int file;
	const int error = rs_host_file_make(path, &file);
	if (error)
		return rs_host_fail(error, "cannot make the ring set", path, message, message_bytes);
	status = fill_file(file, &header, path, message, message_bytes);
	rs_host_file_close(file);
	if (status != RS_OK)
		rs_host_file_remove(path);
	return status;
}

rs_status_t rs_ringset_memory_make(const rs_plan_t *plan, int *file, char *path, size_t path_bytes, char *message,
				   size_t message_bytes)
{
	static const char name[] = "ringscope.rings";
	rs_set_header_t header;
	rs_status_t status = plan_header(plan, &header, name, message, message_bytes);
	if (status != RS_OK)
		return status;

	int made;
	int error = rs_host_file_make_in_memory(name, &made);
	if (error)
		return rs_host_fail(error, "cannot make the memory file", name, message, message_bytes);
	status = fill_file(made, &header, name, message, message_bytes);
	if (status == RS_OK && (error = rs_host_file_seal(made)) != 0)
		status = rs_host_fail(error, "cannot seal the memory file", name, message, message_bytes);
	if (status != RS_OK) {
		rs_host_file_close(made);
		return status;
	}
	(void)rs_host_file_name(made, path, path_bytes);
	*file = made;
	return RS_OK;
}

static rs_status_t map_halves(const char *path, enum rs_map_rights rights, rs_ringset_file_t *set, char *message,
			      size_t message_bytes)
{
	const rs_set_header_t *header = &set->header;
	const int is_producer = rights == RS_MAP_PRODUCER || rights == RS_MAP_PASSER_BY;
	const unsigned producer = is_producer ? RS_HOST_MAP_WRITE : RS_HOST_MAP_READ;
	const unsigned consumer = rights == RS_MAP_PEEK ? RS_HOST_MAP_READ : rights == RS_MAP_IMAGE ? RS_HOST_MAP_OWN : RS_HOST_MAP_WRITE;

	/* A first lap over pages that are not mapped yet costs 70 ns an entry; mapping them all costs 0.7 ms for each MiB. */
	const unsigned how = rights == RS_MAP_PASSER_BY ? 0 : RS_HOST_MAP_NOW;
	const unsigned how_consumer = rights == RS_MAP_IMAGE ? 0 : how;

	/* Watched from the first access on. */
	int error = rs_host_file_map(set->file, 0, header->consumer_off, producer | how, &set->bytes);
	if (!error)
		error = rs_host_file_map(set->file, header->consumer_off, header->total_bytes - header->consumer_off,
					 consumer | how_consumer, &set->consumer);
	if (error)
		return rs_host_fail(error, "cannot map the ring set", path, message, message_bytes);
	(void)rs_guard_add(&set->guards[0], set->bytes, header->consumer_off, NULL);
	(void)rs_guard_add(&set->guards[1], set->consumer, header->total_bytes - header->consumer_off, NULL);
	return RS_OK;
}

rs_status_t rs_ringset_file_map(const char *path, enum rs_map_rights rights, rs_ringset_file_t *set, char *message,
				size_t message_bytes)
{
	char why[256];
	uint64_t length = 0;
	size_t got = 0;

	memset(set, 0, sizeof(*set));
	const int is_read_only = rights == RS_MAP_PEEK || rights == RS_MAP_IMAGE;
	set->is_read_only = is_read_only;
	int error = rs_host_file_open(path, !is_read_only, &set->file);
	if (error)
		return rs_host_fail(error, "cannot open the ring set", path, message, message_bytes);
	rs_status_t status = RS_OK;
	error = rs_host_file_read_start(set->file, &set->header, sizeof(set->header), &got, &length);
	if (error)
		status = rs_host_fail(error, "cannot read the ring set", path, message, message_bytes);
	if (status == RS_OK) {
		/* The copy was read by a system call: H1b is the acquire of the same word in the mapping. */
		status = rs_ringset_check(&set->header, got < sizeof(set->header) ? (uint64_t)got : length, why, sizeof(why));
		if (status != RS_OK && message && message_bytes)
			snprintf(message, message_bytes, "cannot use %s: %s", path, why);
	}
	if (status == RS_OK)
		status = map_halves(path, rights, set, message, message_bytes);
	if (status == RS_OK &&
	    /* H1b: everything that the header describes is there. */
	    load_u32_acquire(&((const rs_set_header_t *)(const void *)set->bytes)->state) == RS_SET_MAKING) {
		status = RS_NOT_RINGS;
		if (message && message_bytes)
			snprintf(message, message_bytes, "cannot use %s: it is not finished yet", path);
	}
	if (status != RS_OK)
		rs_ringset_file_unmap(set);
	return status;
}

int rs_ringset_file_is_cut(const rs_ringset_file_t *set)
{
	return rs_guard_is_cut(&set->guards[0]) || rs_guard_is_cut(&set->guards[1]);
}

void rs_ringset_file_unmap(rs_ringset_file_t *set)
{
	rs_guard_remove(&set->guards[0]);
	rs_guard_remove(&set->guards[1]);
	if (set->bytes)
		rs_host_file_unmap(set->bytes, set->header.consumer_off);
	if (set->consumer)
		rs_host_file_unmap(set->consumer, set->header.total_bytes - set->header.consumer_off);
	if (set->file >= 0)
		rs_host_file_close(set->file);
	set->bytes = NULL;
	set->consumer = NULL;
	set->file = -1;
}
