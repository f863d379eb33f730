/* SPDX-License-Identifier: MIT */
/*
 * attempt.h - one attempt to log, recorded before and after. Shared by the programs that put the driver under stress.
 *
 * Usable in a signal handler: a writer is one thread, and what a handler of it logs goes through the same writer.
 */
#ifndef STRESS_ATTEMPT_H
#define STRESS_ATTEMPT_H

#include <sched.h>
#include <string.h>

#include "payload.h"
#include "record.h"
#include "rs_log.h"

/* One logging thread. */
typedef struct {
	record_file_t *records;
	uint32_t *clock;
	uint32_t own_clock;
	uint32_t key; /* number over all processes */
	uint32_t pid, tid;
} writer_t;

/* What to try. Each of the functions may be null: `enter` and `leave` stand around the call alone, `between` is called
 * with the entry half filled (HOW_COMMIT and HOW_DISCARD). */
typedef struct {
	enum record_how how;
	uint8_t severity, kind;
	uint32_t depth;
	size_t length;
	uint8_t *payload; /* room for `length` bytes, 32 at least; made here, but for HOW_WITNESS, where the caller has made it */
	size_t payload_max;
	void (*enter)(void);
	void (*leave)(void);
	void (*between)(void *argument);
	void *argument;
} attempt_t;

static inline rs_status_t attempt_in_place(const writer_t *writer, record_t *record, const attempt_t *attempt)
{
	rs_slot_t slot;
	const size_t half = attempt->length / 2;
	const rs_status_t status = rs_reserve(attempt->severity, attempt->kind, writer->key,
					      record_number(writer->records, record), attempt->length, &slot);
	if (status != RS_OK)
		return status;
	record->seq = slot.seq;
	record->index = slot.index;
	record->processor = slot.processor;
	record->has_slot = 1;
	/* In two halves, with something in between: an entry that is shown too early is torn. */
	memcpy(slot.payload, attempt->payload, half);
	if (attempt->between)
		attempt->between(attempt->argument);
	memcpy((uint8_t *)slot.payload + half, attempt->payload + half, attempt->length - half);
	if (attempt->how == HOW_DISCARD)
		rs_discard(&slot);
	else
		rs_commit(&slot);
	return RS_OK;
}

static inline rs_status_t attempt_call(const writer_t *writer, record_t *record, const attempt_t *attempt)
{
	const uint32_t number = record_number(writer->records, record);
	switch (attempt->how) {
	case HOW_SEND:
		return rs_send(writer->key, number, attempt->payload, attempt->length);
	case HOW_LOG:
		return rs_log(attempt->severity, "%.*s", (int)attempt->length, (const char *)attempt->payload);
	case HOW_WITNESS:
		return rs_send(WITNESS_TYPE, writer->key << WITNESS_NUMBER_BITS | number, attempt->payload,
			       attempt->length);
	case HOW_COMMIT:
	case HOW_DISCARD:
		return attempt_in_place(writer, record, attempt);
	case HOW_WRITE:
	case HOW_TEXT:
		break;
	}
	return rs_write(attempt->severity, attempt->kind, writer->key, number, attempt->payload, attempt->length);
}

/* Makes the payload and the record, calls, completes the record. Returns the call's status, or RS_END when the record is
 * full and nothing was tried. */
static inline rs_status_t attempt_make(writer_t *writer, const attempt_t *attempt)
{
	record_t *record = record_claim(writer->records);
	if (!record)
		return RS_END;
	const uint32_t number = record_number(writer->records, record);
	/* What no ring takes needs no bytes: only lengths up to payload_max are made. */
	const size_t made = attempt->length <= attempt->payload_max || attempt->how == HOW_LOG ? attempt->length : 0;

	record->how = attempt->how;
	record->pid = writer->pid;
	record->tid = writer->tid;
	record->depth = attempt->depth;
	record->length = attempt->length > UINT32_MAX ? UINT32_MAX : (uint32_t)attempt->length;
	record->kind = attempt->kind;
	record->severity = attempt->severity;
	if (attempt->how == HOW_WITNESS)
		record->checksum = fnv1a(FNV1A_START, attempt->payload, made);
	else if (attempt->kind == RS_KIND_TEXT)
		record->checksum = payload_fill_text(attempt->payload, made, writer->key, number);
	else
		record->checksum = payload_fill(attempt->payload, made, writer->key, number);
	record_begin(record, writer->clock);
	if (attempt->enter)
		attempt->enter();
	const rs_status_t status = attempt_call(writer, record, attempt);
	if (attempt->leave)
		attempt->leave();
	record_end(record, writer->clock, (uint32_t)status);
	return status;
}

#endif /* STRESS_ATTEMPT_H */
