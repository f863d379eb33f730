/* SPDX-License-Identifier: MIT */
/*
 * log.c - the producer API of rs_log.h over rings in a file: the user-mode driver.
 *
 * What a write is stands in write.h; here is what programs call, and opening and closing.
 */
#define RS_PLAIN_CALLS
#include "rs_log.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_file.h"
#include "open.h"
#include "ring_bind.h"
#include "sites.h"
#include "slot.h"
#include "text_cut.h"
#include "write.h"

producer_set_t *rs_open_set;
static producer_set_t *last_set;
static pthread_mutex_t open_lock = PTHREAD_MUTEX_INITIALIZER;

static int are_arguments_good(int severity, int kind)
{
	return rs_severity_is_good(severity) && rs_kind_is_good(kind);
}

static inline __attribute__((always_inline)) rs_status_t write_as(const producer_set_t *set, rs_label_t label, const void *buffer,
								  size_t length, enum rs_ring_kind kind)
{
	const rs_ring_t *ring;
	rs_claim_t claim;

	const rs_status_t status = begin(set, label, length, &ring, &claim, kind);
	if (__builtin_expect(status != RS_OK, 0))
		return status;
	if (length)
		memcpy(claim.header + 1, buffer, length);
	finish(set, ring, &claim);
	return RS_OK;
}

static __attribute__((noinline)) rs_status_t write_other(const producer_set_t *set, rs_label_t label, const void *buffer, size_t length)
{
	return write_as(set, label, buffer, length, RS_RING_ANY);
}

static inline __attribute__((always_inline)) rs_status_t write_entry(const producer_set_t *set, rs_label_t label, const void *buffer,
								     size_t length)
{
	/* A path for each of the usual kinds: a call, or a decision between two locked instructions, costs several ns. */
	if (__builtin_expect(set->kind == RS_RING_INDEXED, 1))
		return write_as(set, label, buffer, length, RS_RING_INDEXED);
	if (set->kind == RS_RING_CLOCKED)
		return write_as(set, label, buffer, length, RS_RING_CLOCKED);
	return write_other(set, label, buffer, length);
}

rs_status_t rs_write(int severity, int kind, uint32_t type, uint32_t remarks, const void *buffer, size_t length)
{
	const producer_set_t *set = current_set();
	if (!set)
		return RS_NOT_OPEN;
	if (!are_arguments_good(severity, kind) || (!buffer && length))
		return RS_BAD_ARGUMENT;
	if (is_default_off(set, severity))
		return RS_OFF;
	return write_entry(set, (rs_label_t){type, remarks, (uint8_t)kind, (uint8_t)severity, 0}, buffer, length);
}

rs_status_t rs_send(uint32_t type, uint32_t remarks, const void *buffer, size_t length)
{
	const producer_set_t *set = current_set();
	if (!set)
		return RS_NOT_OPEN;
	if (!buffer && length)
		return RS_BAD_ARGUMENT;
	if (is_default_off(set, RS_INFO))
		return RS_OFF;
	return write_entry(set, (rs_label_t){type, remarks, RS_KIND_DATA, RS_INFO, 0}, buffer, length);
}

rs_status_t rs_send_at(rs_site_t *site, uint32_t type, uint32_t remarks, const void *buffer, size_t length)
{
	const producer_set_t *set = current_set();
	if (!set)
		return RS_NOT_OPEN;
	if (!buffer && length)
		return RS_BAD_ARGUMENT;
	if (rs_site_needs_binding(site, set->serial) ? !rs_site_bind(set, site, RS_INFO) : rs_site_is_off(site, RS_INFO))
		return RS_OFF;
	return write_entry(set, (rs_label_t){type, remarks, RS_KIND_DATA, RS_INFO, 0}, buffer, length);
}

static rs_status_t write_text(const producer_set_t *set, int severity, const char *format, va_list arguments)
{
	char text[RS_TEXT_MAX + 1];
	const int formatted = vsnprintf(text, sizeof(text), format, arguments);
	if (formatted < 0)
		return RS_BAD_ARGUMENT;
	rs_label_t label = {0, 0, RS_KIND_TEXT, (uint8_t)severity, 0};
	const size_t kept = rs_text_kept(&set->rings[0], text, (size_t)formatted, RS_TEXT_MAX);
	if (kept == (size_t)formatted)
		return write_entry(set, label, text, kept);
	const uint32_t original = (uint32_t)formatted;
	memcpy(text + kept, &original, sizeof(original));
	label.flags = RS_FLAG_TRUNCATED;
	return write_entry(set, label, text, kept + sizeof(original));
}

rs_status_t rs_vlog(int severity, const char *format, va_list arguments)
{
	const producer_set_t *set = current_set();
	if (!set)
		return RS_NOT_OPEN;
	if (!format || !are_arguments_good(severity, RS_KIND_TEXT))
		return RS_BAD_ARGUMENT;
	return is_default_off(set, severity) ? RS_OFF : write_text(set, severity, format, arguments);
}

rs_status_t rs_log(int severity, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	const rs_status_t status = rs_vlog(severity, format, arguments);
	va_end(arguments);
	return status;
}

rs_status_t rs_log_at(rs_site_t *site, int severity, const char *format, ...)
{
	va_list arguments;
	const producer_set_t *set = current_set();
	if (!set)
		return RS_NOT_OPEN;
	if (!format || !are_arguments_good(severity, RS_KIND_TEXT))
		return RS_BAD_ARGUMENT;
	if (rs_site_needs_binding(site, set->serial) ? !rs_site_bind(set, site, severity) : rs_site_is_off(site, severity))
		return RS_OFF;
	va_start(arguments, format);
	const rs_status_t status = write_text(set, severity, format, arguments);
	va_end(arguments);
	return status;
}

rs_status_t rs_reserve(int severity, int kind, uint32_t type, uint32_t remarks, size_t length, rs_slot_t *slot)
{
	const rs_ring_t *ring;
	rs_claim_t claim;
	const producer_set_t *set = current_set();
	if (!set)
		return RS_NOT_OPEN;
	if (!slot || !are_arguments_good(severity, kind))
		return RS_BAD_ARGUMENT;
	if (is_default_off(set, severity))
		return RS_OFF;
	const rs_label_t label = {type, remarks, (uint8_t)kind, (uint8_t)severity, 0};
	const rs_status_t status = begin(set, label, length, &ring, &claim, RS_RING_ANY);
	if (status != RS_OK)
		return status;
	rs_slot_show(&claim, ring->number, length, slot);
	slot->private_[0] = (uint64_t)(uintptr_t)claim.header;
	slot->private_[1] = claim.state;
	return RS_OK;
}

static rs_claim_t claim_of(const rs_slot_t *slot)
{
	return (rs_claim_t){(rs_entry_header_t *)(uintptr_t)slot->private_[0], slot->private_[1], slot->seq,
			    slot->index, 0};
}

void rs_commit(rs_slot_t *slot)
{
	const rs_claim_t claim = claim_of(slot);
	rs_ring_commit(&claim);
	end();
}

void rs_discard(rs_slot_t *slot)
{
	const rs_claim_t claim = claim_of(slot);
	rs_ring_discard(&claim);
	end();
}

static rs_status_t check_passing_on(const producer_set_t *set)
{
	if (!set)
		return RS_NOT_OPEN;
	return set->ring_count == 1 && set->clock_kind == RS_CLOCK_MONOTONIC_NS ? RS_OK : RS_BAD_ARGUMENT;
}

rs_status_t rs_pass_on(const rs_passed_on_t *entry, const char *text, size_t length)
{
	const producer_set_t *set = current_set();
	const rs_status_t checked = check_passing_on(set);
	if (checked != RS_OK)
		return checked;
	const size_t kept = rs_text_kept(&set->rings[0], text, length, SIZE_MAX);
	const uint32_t original = (uint32_t)length;
	const int is_cut = kept < length;
	const rs_label_t label = {0, entry->remarks, RS_KIND_TEXT, entry->severity, is_cut ? RS_FLAG_TRUNCATED : 0};
	const rs_ring_t *ring;
	rs_claim_t claim;
	const rs_status_t status = begin(set, label, is_cut ? kept + sizeof(original) : length, &ring, &claim, RS_RING_ANY);
	if (status != RS_OK)
		return status;
	claim.header->ticks = entry->ticks;
	claim.header->pid = entry->pid;
	claim.header->tid = entry->tid;
	char *payload = (char *)(claim.header + 1);
	memcpy(payload, text, kept);
	if (is_cut)
		memcpy(payload + kept, &original, sizeof(original));
	rs_ring_commit(&claim);
	end();
	return RS_OK;
}

rs_status_t rs_pass_on_room(size_t length)
{
	const producer_set_t *set = current_set();
	const rs_status_t checked = check_passing_on(set);
	if (checked != RS_OK)
		return checked;
	const uint64_t longest = set->rings[0].entry_bytes_max - RS_ENTRY_HEADER_BYTES;
	return rs_ring_has_room(&set->rings[0], length < longest ? length : longest) ? RS_OK : RS_AGAIN;
}

rs_status_t rs_pass_on_missed(uint64_t count)
{
	const producer_set_t *set = current_set();
	const rs_status_t checked = check_passing_on(set);
	if (checked != RS_OK)
		return checked;
	/* It reserves nothing, so nobody would look for whose it was. */
	rs_intent_record_t none = {0};
	rs_ring_miss(&set->rings[0], &none, count);
	return RS_OK;
}

static void bind_rings(producer_set_t *set)
{
	const rs_set_header_t *header = &set->file.header;
	uint8_t *bytes = set->file.bytes;
	rs_shared_page_t *shared = (rs_shared_page_t *)(void *)(bytes + header->shared_off);

	rs_rings_bind(header, bytes, set->file.consumer, set->rings);
	set->ring_count = header->ring_count;
	set->clock_kind = header->clock_kind;
	set->kind = rs_rings_kind(header);

	static const uint8_t everything = RS_LEVEL_UNDECIDED;
	set->sites = rs_site_table_at(header, bytes);
	set->default_level = set->sites.count ? &set->sites.page->default_level : &everything;
	set->intents.slots = (rs_intent_t *)(void *)(bytes + header->intent_off);
	set->intents.count = header->intent_count;
	set->intents.ring_count = header->ring_count;
	set->intents.rings = set->rings;
	set->intents.unlisted_writers = &shared->unlisted_writers;
	rs_thread_sweep(&set->intents);
}

static int is_clock_usable(const rs_set_header_t *header)
{
	return header->clock_kind == rs_host_clock_kind() ||
	       (rs_host_clock_is_the_systems(header->clock_kind) && header->order != RS_ORDER_CLOCK);
}

/* The file was cut short: from here on nothing is logged, and this program goes on as if it had never been recorded. In a signal handler. */
static void stop_logging(rs_guard_t *guard)
{
	static const char told[] = "ringscope: the file of the rings was cut short; this program is not recorded any more\n";
	const producer_set_t *set = current_set();

	if (set && (guard == &set->file.guards[0] || guard == &set->file.guards[1]))
		__atomic_store_n(&rs_open_set, NULL, __ATOMIC_RELEASE);
	rs_host_complain(told, sizeof(told) - 1);
}

static rs_status_t open_as(const char *path, enum rs_map_rights rights, char *message, size_t message_bytes)
{
	static int is_set_up;
	producer_set_t *set = calloc(1, sizeof(*set));
	if (!set)
		return rs_host_fail(ENOMEM, "cannot open the ring set", path, message, message_bytes);

	rs_status_t status = rs_ringset_file_map(path, rights, &set->file, message, message_bytes);
	const rs_set_header_t *header = &set->file.header;
	if (status == RS_OK && !is_clock_usable(header)) {
		status = RS_BAD_ABI;
		if (message && message_bytes)
			snprintf(message, message_bytes, "cannot log into %s: its clock (kind %u) is not this machine's", path,
				 header->clock_kind);
	}
	if (status == RS_OK) {
		set->rings = rs_host_memory_take(header->ring_count * sizeof(rs_ring_t), 0);
		if (!set->rings)
			status = rs_host_fail(ENOMEM, "cannot open the ring set", path, message, message_bytes);
	}
	if (status != RS_OK) {
		rs_ringset_file_unmap(&set->file);
		free(set);
		return status;
	}
	bind_rings(set);
	if (rights == RS_MAP_PASSER_BY) {
		/* The program's descriptors are counted from where it expects them, and it may close them all. */
		rs_host_file_close(set->file.file);
		set->file.file = -1;
	}
	set->file.guards[0].on_cut = set->file.guards[1].on_cut = stop_logging;

	pthread_mutex_lock(&open_lock);
	if (!is_set_up && rs_thread_setup() == 0 && rs_sites_setup() == 0)
		is_set_up = 1;
	set->before = last_set;
	set->serial = last_set ? last_set->serial + 1 : 1;
	last_set = set;
	__atomic_store_n(&rs_open_set, set, __ATOMIC_RELEASE);
	rs_sites_reset();
	pthread_mutex_unlock(&open_lock);
	return RS_OK;
}

rs_status_t rs_open(const char *path, char *message, size_t message_bytes)
{
	return open_as(path, RS_MAP_PRODUCER, message, message_bytes);
}

rs_status_t rs_open_unasked(const char *path)
{
	return open_as(path, RS_MAP_PASSER_BY, NULL, 0);
}

rs_status_t rs_create(const char *path, const rs_create_options_t *options, char *message, size_t message_bytes)
{
	const rs_create_options_t none = {0};
	const rs_create_options_t *wanted = options ? options : &none;
	const rs_plan_t plan = {
		.ring_count = wanted->ring_count ? wanted->ring_count : rs_host_processors(),
		.intent_count = wanted->intent_count,
		.mode = wanted->mode,
		.order = wanted->order,
		.ring_bytes = wanted->ring_bytes,
		.ring_memory = wanted->ring_memory,
		.site_count = wanted->site_count == RS_NO_SITES ? 0 : wanted->site_count ? wanted->site_count : RS_SITE_COUNT_DEFAULT,
		.site_text_bytes = wanted->site_text_bytes,
	};
	char memory[64];
	int file;
	const rs_status_t status = path ? rs_ringset_file_make(path, &plan, message, message_bytes)
					: rs_ringset_memory_make(&plan, &file, memory, sizeof(memory), message, message_bytes);
	if (status != RS_OK)
		return status;
	const rs_status_t opened = rs_open(path ? path : memory, message, message_bytes);
	if (!path)
		rs_host_file_close(file); /* rs_open has one of its own */
	return opened;
}

void rs_close(void)
{
	pthread_mutex_lock(&open_lock);
	__atomic_store_n(&rs_open_set, NULL, __ATOMIC_RELEASE);
	rs_sites_reset();
	pthread_mutex_unlock(&open_lock);
}

rs_status_t rs_path(char *path, size_t path_bytes)
{
	const producer_set_t *set = current_set();
	if (!set)
		return RS_NOT_OPEN;
	const int written = rs_host_file_name(set->file.file, path, path_bytes);
	return written < 0 || (size_t)written >= path_bytes ? RS_BAD_ARGUMENT : RS_OK;
}

int rs_is_open(void)
{
	return current_set() != NULL;
}
