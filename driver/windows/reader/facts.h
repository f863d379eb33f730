/* SPDX-License-Identifier: MIT */
/*
 * facts.h - capture.json: what was recorded, how, and the account at the end; and write_cost.json. Its keys are told in runtime/capture/README.md; where Deno
 * records, runtime/capture/capture_json.ts writes the same.
 */
#ifndef RS_READER_FACTS_H
#define RS_READER_FACTS_H

#include "rs_reader.h"

#define RS_WARNINGS_MAX 8u

typedef struct {
	const char *rings;  /* as they were named */
	const char *driver; /* what wrote them */
	const char *folder;
	const char *note;   /* what has to be known of every such capture; null: nothing */
	char *const *words; /* the command line, ended with a null */
	uint64_t duration_ms; /* 0: none was given */
	int is_once;        /* only what was there */
	int64_t started_ns, stopped_ns; /* Unix time; 0: not yet */
	int is_complete;
	uint8_t id[16];
	uint32_t warning_count;
	rs_message_t warnings[RS_WARNINGS_MAX];
} rs_facts_t;

/* Adds a line to the warnings, as printf does; what there is no room for is left out. */
void rs_facts_warn(rs_facts_t *facts, const char *format, ...) RS_PRINTF(2, 3);

/* Replaces capture.json, and write_cost.json where something was measured, so that a reader finds the old one or the new one. Returns RS_OK, or what the disk says. */
rs_status_t rs_facts_write(const rs_facts_t *facts, rs_capture_t *capture, rs_message_t *message) RS_MUST_USE;

#endif /* RS_READER_FACTS_H */
