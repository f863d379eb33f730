/* SPDX-License-Identifier: MIT */
/*
 * calls.c - what drivers call: the functions of ringscope_calls.h around those of entries.h.
 *
 * Each enters, finds the set, writes, leaves. Any context.
 */
#define RS_PLAIN_CALLS
#include "entries.h"
#include "slot.h"

struct ringscope_target ringscope_default = {"default", 0};

static inline __attribute__((always_inline)) RINGSCOPE_PRINTF(4, 0) rs_status_t log_text(struct ringscope_target *target, rs_site_t *site,
											   int severity, const char *format,
											   va_list arguments)
{
	const rs_label_t label = {0, 0, RS_KIND_TEXT, (uint8_t)severity, 0};
	const rs_producer_t *set;
	rs_status_t status = RS_NOT_OPEN;
	rs_write_t write;

	rs_shell_enter(&write, 1);
	set = rs_target_find(target);
	if (set)
		status = !format || !rs_severity_is_good(severity) ? RS_BAD_ARGUMENT
								   : rs_write_format(set, &write, label, site, format, arguments);
	rs_shell_leave(&write);
	return status;
}

rs_status_t ringscope_log_at(struct ringscope_target *target, rs_site_t *site, int severity, const char *format, ...)
{
	rs_status_t status;
	va_list arguments;

	va_start(arguments, format);
	status = log_text(target, site, severity, format, arguments);
	va_end(arguments);
	return status;
}

rs_status_t ringscope_vlog(struct ringscope_target *target, int severity, const char *format, va_list arguments)
{
	return log_text(target, NULL, severity, format, arguments);
}

static inline __attribute__((always_inline)) rs_status_t write_bytes(struct ringscope_target *target, rs_site_t *site, rs_label_t label,
								      int is_possible, const void *buffer, size_t length)
{
	const rs_producer_t *set;
	rs_status_t status = RS_NOT_OPEN;
	rs_write_t write;

	rs_shell_enter(&write, length != 0);
	set = rs_target_find(target);
	if (__builtin_expect(set != NULL, 1))
		status = __builtin_expect(!is_possible || (!buffer && length), 0)
				 ? RS_BAD_ARGUMENT
				 : rs_write_bytes(set, &write, label, site, buffer, length);
	rs_shell_leave(&write);
	return status;
}

rs_status_t ringscope_send_at(struct ringscope_target *target, rs_site_t *site, uint32_t type, uint32_t remarks, const void *buffer,
			      size_t length)
{
	const rs_label_t label = {type, remarks, RS_KIND_DATA, RS_INFO, 0};

	return write_bytes(target, site, label, 1, buffer, length);
}

rs_status_t ringscope_write(struct ringscope_target *target, int severity, int kind, uint32_t type, uint32_t remarks, const void *buffer,
			    size_t length)
{
	const rs_label_t label = {type, remarks, (uint8_t)kind, (uint8_t)severity, 0};

	return write_bytes(target, NULL, label, rs_severity_is_good(severity) && rs_kind_is_good(kind), buffer, length);
}

/* The words lie on the caller's stack, which is resident while its thread runs. */
rs_status_t ringscope_event_send(struct ringscope_target *target, rs_event_site_t *event, int severity, const uint64_t *words,
				 uint32_t bytes)
{
	const rs_producer_t *set;
	rs_status_t status = RS_NOT_OPEN;
	rs_write_t write;

	rs_shell_enter(&write, 0);
	set = rs_target_find(target);
	if (__builtin_expect(set != NULL, 1))
		status = rs_write_event(set, &write, event, severity, 0, words, bytes);
	rs_shell_leave(&write);
	return status;
}

rs_status_t ringscope_event_send_pieces(struct ringscope_target *target, rs_event_site_t *event, int severity, const rs_piece_t *pieces)
{
	const rs_producer_t *set;
	rs_status_t status = RS_NOT_OPEN;
	rs_write_t write;

	rs_shell_enter(&write, 1);
	set = rs_target_find(target);
	if (__builtin_expect(set != NULL, 1))
		status = rs_write_pieces(set, &write, event, severity, 0, pieces);
	rs_shell_leave(&write);
	return status;
}

/* The processor stays entered from here to the end of the slot. */
rs_status_t ringscope_reserve(struct ringscope_target *target, int severity, int kind, uint32_t type, uint32_t remarks, size_t length,
			      rs_slot_t *slot)
{
	const rs_label_t label = {type, remarks, (uint8_t)kind, (uint8_t)severity, 0};
	const rs_producer_t *set;
	rs_status_t status = RS_NOT_OPEN;
	rs_write_t write;
	rs_claim_t claim;

	rs_shell_enter(&write, 0);
	set = rs_target_find(target);
	if (set) {
		if (!slot || !rs_severity_is_good(severity) || !rs_kind_is_good(kind))
			status = RS_BAD_ARGUMENT;
		else if (rs_write_is_off(set, severity))
			status = RS_OFF;
		else
			status = rs_write_begin(set, &write, label, length, &claim, RS_RING_ANY);
	}
	if (status != RS_OK) {
		rs_shell_leave(&write);
		return status;
	}
	rs_slot_show(&claim, write.processor, length, slot);
	rs_shell_keep(slot, set, &write, &claim);
	return RS_OK;
}

static void end_slot(const rs_slot_t *slot, int is_kept)
{
	rs_write_t write;
	rs_claim_t claim;
	const rs_producer_t *set = rs_shell_kept(slot, &write, &claim);

	rs_entry_end(&claim, is_kept);
	if (__builtin_expect(write.record >= RS_INTENT_DEPTH, 0))
		rs_write_end_deep(set, &write);
	rs_shell_leave(&write);
}

void ringscope_commit(rs_slot_t *slot)
{
	end_slot(slot, 1);
}

void ringscope_discard(rs_slot_t *slot)
{
	end_slot(slot, 0);
}
