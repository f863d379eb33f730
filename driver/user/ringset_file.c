/* SPDX-License-Identifier: MIT */
/* ringset_file.c - see ringset_file.h. */
#define _GNU_SOURCE
#include "ringset_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomics.h"
#include "host.h"

static rs_status_t fill_identity(rs_set_header_t *header)
{
	rs_status_t status = rs_host_random(header->set_id, sizeof(header->set_id));
	if (status == RS_OK)
		status = rs_host_random(header->tag_key, sizeof(header->tag_key));
	header->ticks_per_second = rs_host_clock_rate(header->clock_kind);
	header->anchors[0] = rs_host_anchor(header->clock_kind);
	header->creator_pid = (uint32_t)getpid();
	header->creator_start = rs_host_process_start(header->creator_pid);
	header->creator_namespace = rs_host_process_namespace();
	return status;
}

static rs_status_t write_pages(int file, rs_set_header_t *header)
{
	uint8_t *bytes = mmap(NULL, header->total_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (bytes == MAP_FAILED)
		return errno == ENOMEM ? RS_NO_MEMORY : RS_IO;
	for (uint32_t n = 0; n < header->ring_count; n++)
		((rs_ring_page_t *)(void *)(bytes + header->ring_off))[n].processor = n;
	rs_set_header_t *shared = (rs_set_header_t *)(void *)bytes;
	header->state = RS_SET_MAKING;
	memcpy(shared, header, sizeof(*header));
	/* H1a: everything else before the state that says it is there. */
	store_u32_release(&shared->state, RS_SET_READY);
	munmap(bytes, header->total_bytes);
	return RS_OK;
}

static rs_status_t plan_header(const rs_plan_t *plan, rs_set_header_t *header, const char *path, char *message, size_t message_bytes)
{
	const uint32_t best = rs_host_clock_kind();
	const rs_status_t status = rs_ringset_plan(plan, header, message, message_bytes);
	if (status != RS_OK)
		return status;
	header->clock_kind = plan->clock_kind ? plan->clock_kind : best;
	if (header->clock_kind != best && header->clock_kind != RS_CLOCK_MONOTONIC_NS) {
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
	/* Allocated now, or a full file system would be a SIGBUS in the producer later. */
	const int error = posix_fallocate(file, 0, (off_t)header->total_bytes);
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

	const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return rs_host_fail(errno, "cannot make the ring set", path, message, message_bytes);
	status = fill_file(file, &header, path, message, message_bytes);
	close(file);
	if (status != RS_OK)
		unlink(path);
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

	const int made = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (made < 0)
		return rs_host_fail(errno, "cannot make the memory file", name, message, message_bytes);
	status = fill_file(made, &header, name, message, message_bytes);
	if (status == RS_OK && fcntl(made, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
		status = rs_host_fail(errno, "cannot seal the memory file", name, message, message_bytes);
	if (status != RS_OK) {
		close(made);
		return status;
	}
	snprintf(path, path_bytes, "/proc/%ld/fd/%d", (long)getpid(), made);
	*file = made;
	return RS_OK;
}

static rs_status_t map_halves(const char *path, enum rs_map_rights rights, rs_ringset_file_t *set, char *message,
			      size_t message_bytes)
{
	const rs_set_header_t *header = &set->header;
	const int is_producer = rights == RS_MAP_PRODUCER || rights == RS_MAP_PASSER_BY;
	const int producer = is_producer ? PROT_READ | PROT_WRITE : PROT_READ;
	const int consumer = rights == RS_MAP_PEEK ? PROT_READ : PROT_READ | PROT_WRITE;

	/* A first lap over pages that are not mapped yet costs 70 ns an entry; mapping them all costs 0.7 ms for each MiB. */
	const int how = rights == RS_MAP_PASSER_BY ? MAP_SHARED : MAP_SHARED | MAP_POPULATE;

	/* Watched from the first access on. */
	set->bytes = mmap(NULL, header->consumer_off, producer, how, set->file, 0);
	if (set->bytes == MAP_FAILED) {
		set->bytes = NULL;
		return rs_host_fail(errno, "cannot map the ring set", path, message, message_bytes);
	}
	set->consumer = mmap(NULL, header->total_bytes - header->consumer_off, consumer, how,
			     set->file, (off_t)header->consumer_off);
	if (set->consumer == MAP_FAILED) {
		set->consumer = NULL;
		return rs_host_fail(errno, "cannot map the ring set", path, message, message_bytes);
	}
	(void)rs_guard_add(&set->guards[0], set->bytes, header->consumer_off, NULL);
	(void)rs_guard_add(&set->guards[1], set->consumer, header->total_bytes - header->consumer_off, NULL);
	return RS_OK;
}

rs_status_t rs_ringset_file_map(const char *path, enum rs_map_rights rights, rs_ringset_file_t *set, char *message,
				size_t message_bytes)
{
	struct stat found;
	char why[256];
	ssize_t got = 0;

	memset(set, 0, sizeof(*set));
	set->file = open(path, (rights == RS_MAP_PEEK ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	if (set->file < 0)
		return rs_host_fail(errno, "cannot open the ring set", path, message, message_bytes);
	rs_status_t status = RS_OK;
	if (fstat(set->file, &found) != 0 || (got = pread(set->file, &set->header, sizeof(set->header), 0)) < 0)
		status = rs_host_fail(errno, "cannot read the ring set", path, message, message_bytes);
	if (status == RS_OK) {
		/* The copy was read by a system call: H1b is the acquire of the same word in the mapping. */
		status = rs_ringset_check(&set->header, (size_t)got < sizeof(set->header) ? (uint64_t)got
											    : (uint64_t)found.st_size,
					  why, sizeof(why));
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
		munmap(set->bytes, set->header.consumer_off);
	if (set->consumer)
		munmap(set->consumer, set->header.total_bytes - set->header.consumer_off);
	if (set->file >= 0)
		close(set->file);
	set->bytes = NULL;
	set->consumer = NULL;
	set->file = -1;
}
