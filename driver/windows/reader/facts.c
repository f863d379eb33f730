/* SPDX-License-Identifier: MIT */
/* facts.c - see facts.h. */
#include "facts.h"

#include <windows.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../version.h"
#include "disk.h"
#include "host.h"
#include "json.h"

/* The fields of rs_ring_counters_t in their order, as runtime/arrow/wire.ts has them. */
static const char *const counter_names[] = {
	"processor",	"attempts", "read",    "discarded", "lost_full", "overwritten", "too_big",    "abandoned",	"corrupt",
	"unstored",	"pending",  "wraps",   "late",	    "stalled",	 "mixed",	"used_bytes", "capacity_bytes", "filtered",
};
/* As Deno calls them. */
#if defined(__aarch64__)
#define ARCHITECTURE "aarch64"
#else
#define ARCHITECTURE "x86_64"
#endif

#define COUNTERS (sizeof(counter_names) / sizeof(counter_names[0]))
_Static_assert(sizeof(rs_ring_counters_t) == COUNTERS * sizeof(uint64_t), "a counter has no name");

void rs_facts_warn(rs_facts_t *facts, const char *format, ...)
{
	va_list arguments;

	if (facts->warning_count == RS_WARNINGS_MAX)
		return;
	rs_message_t *warning = &facts->warnings[facts->warning_count++];
	va_start(arguments, format);
	vsnprintf(warning->text, sizeof(warning->text), format, arguments);
	va_end(arguments);
}

static void write_id(FILE *out, const uint8_t *id)
{
	/* RFC 9562, version 4. */
	fprintf(out, "\"%02x%02x%02x%02x-%02x%02x-4%x%02x-%x%x%02x-%02x%02x%02x%02x%02x%02x\"", id[0], id[1], id[2], id[3], id[4], id[5],
		id[6] & 15u, id[7], 8u | (id[8] & 3u), id[8] >> 4, id[9], id[10], id[11], id[12], id[13], id[14], id[15]);
}

/* The folder's own name. */
static const char *name_of(const char *folder)
{
	const char *name = folder;

	for (const char *at = folder; *at; at++)
		if ((*at == '/' || *at == '\\') && at[1])
			name = at + 1;
	return name;
}

static void write_machine(FILE *out)
{
	typedef LONG(WINAPI *get_version_t)(OSVERSIONINFOW *version);
	/* GetVersionEx tells programs without a manifest of Windows 8. */
	const get_version_t get_version = (get_version_t)(void (*)(void))GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetVersion");
	OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof(version)};
	wchar_t wide[256];
	DWORD count = 256;
	char host[768] = "";

	if (GetComputerNameExW(ComputerNameDnsHostname, wide, &count))
		(void)WideCharToMultiByte(CP_UTF8, 0, wide, -1, host, sizeof(host), NULL, NULL);
	if (get_version)
		(void)get_version(&version);
	fputs("  \"host\": ", out);
	rs_json_text(out, host);
	fprintf(out, ",\n  \"os\": \"windows %lu.%lu.%lu\",\n  \"arch\": \"" ARCHITECTURE "\",\n  \"processors\": %lu,\n", version.dwMajorVersion,
		version.dwMinorVersion, version.dwBuildNumber, GetActiveProcessorCount(ALL_PROCESSOR_GROUPS));
}

static void write_info(FILE *out, const rs_facts_t *facts, const rs_capture_info_t *info)
{
	static const char *const clocks[] = {"unknown", "tsc", "cntvct", "monotonic_ns", "qpc"};
	const uint32_t clock = info->clock_kind < sizeof(clocks) / sizeof(clocks[0]) ? info->clock_kind : 0;

	fprintf(out, "  \"abi\": \"%u.%u\",\n  \"driver\": ", info->abi_major, info->abi_minor);
	rs_json_text(out, facts->driver);
	fprintf(out, ",\n  \"version\": \"" RINGSCOPE_VERSION "\",\n  \"mode\": \"%s\",\n  \"order\": \"%s\",\n",
		info->mode == RS_MODE_OVERWRITE ? "overwrite" : "discard", info->order == RS_ORDER_CLOCK ? "clock" : "index");
	fprintf(out, "  \"clock\": {\"kind\": \"%s\", \"ticks_per_second\": \"%" PRIu64 "\", \"anchors\": [{\"ticks\": \"%" PRIu64 "\", \"unix_ns\": ",
		clocks[clock], info->ticks_per_second, info->anchor_ticks);
	rs_json_signed_text(out, info->anchor_unix_ns);
	fputs("}]},\n  \"source\": {\"rings\": ", out);
	rs_json_text(out, facts->rings);
	fputs(", \"set_id\": ", out);
	rs_json_hex(out, info->set_id, sizeof(info->set_id));
	fprintf(out, ", \"ring_count\": %u, \"ring_bytes\": ", info->ring_count);
	rs_json_unsigned(out, info->ring_bytes);
	fputs("},\n", out);
}

static void write_settings(FILE *out, const rs_facts_t *facts)
{
	fprintf(out, "  \"settings\": {\"engine\": \"native\", \"attached\": true, \"once\": %s, \"format\": \"arrow\", \"duration_ms\": ",
		facts->is_once ? "true" : "false");
	if (facts->duration_ms)
		rs_json_unsigned(out, facts->duration_ms);
	else
		fputs("null", out);
	fputs(", \"only\": [], \"exclude\": [], \"min_severity\": \"trace\", \"command\": null},\n  \"command_line\": [", out);
	for (char *const *word = facts->words; *word; word++) {
		if (word != facts->words)
			fputs(", ", out);
		rs_json_text(out, *word);
	}
	fputs("],\n", out);
}

static void write_counters(FILE *out, const rs_capture_info_t *info, const rs_capture_stats_t *stats, const rs_ring_counters_t *rings)
{
	fputs("  \"start_pending\": ", out);
	rs_json_unsigned(out, info->start_pending);
	fputs(",\n  \"start_unstored\": ", out);
	rs_json_unsigned(out, info->start_unstored);
	fputs(",\n  \"counters\": [", out);
	for (uint32_t ring = 0; ring < info->ring_count; ring++) {
		const uint64_t *values = (const uint64_t *)(const void *)&rings[ring];
		fputs(ring ? ",\n    {" : "\n    {", out);
		for (uint32_t n = 0; n < COUNTERS; n++) {
			fprintf(out, "%s\"%s\": ", n ? ", " : "", counter_names[n]);
			rs_json_unsigned(out, values[n]);
		}
		fputc('}', out);
	}
	fputs("\n  ],\n  \"entries\": ", out);
	rs_json_unsigned(out, stats->stored_entries);
	fputs(",\n  \"batches\": ", out);
	rs_json_unsigned(out, stats->stored_batches);
	fputs(",\n  \"bytes\": ", out);
	rs_json_unsigned(out, stats->stored_bytes);
}

/* What the files are made from. */
typedef struct {
	const rs_facts_t *facts;
	rs_capture_info_t info;
	rs_capture_stats_t stats;
	rs_ring_counters_t *rings; /* of each */
	uint64_t *cost;		   /* RS_COST_BUCKETS of each */
} account_t;

static void write_facts(FILE *out, const void *what)
{
	const account_t *account = what;
	const rs_facts_t *facts = account->facts;

	fputs("{\n  \"format_version\": 1,\n  \"id\": ", out);
	write_id(out, facts->id);
	fputs(",\n  \"name\": ", out);
	rs_json_text(out, name_of(facts->folder));
	fprintf(out, ",\n  \"complete\": %s,\n  \"started\": ", facts->is_complete ? "true" : "false");
	rs_json_time(out, facts->started_ns);
	fputs(",\n  \"stopped\": ", out);
	if (facts->stopped_ns)
		rs_json_time(out, facts->stopped_ns);
	else
		fputs("null", out);
	fputs(",\n", out);
	write_machine(out);
	write_info(out, facts, &account->info);
	write_settings(out, facts);
	write_counters(out, &account->info, &account->stats, account->rings);
	fputs(",\n  \"warnings\": [", out);
	for (uint32_t n = 0; n < facts->warning_count; n++) {
		fputs(n ? ", " : "", out);
		rs_json_text(out, facts->warnings[n].text);
	}
	fputs("],\n  \"notes\": [", out);
	if (facts->note)
		rs_json_text(out, facts->note);
	fputs("]\n}\n", out);
}

/* Writes a file aside, then puts it in its place. */
static rs_status_t replace(const char *folder, const char *name, void (*write)(FILE *out, const void *what), const void *what,
			   rs_message_t *message)
{
	char path[4096], aside[4104];
	int error;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	snprintf(aside, sizeof(aside), "%s.part", path);
	FILE *out = rs_disk_open_aside(aside, &error);
	if (out) {
		write(out, what);
		error = rs_disk_end_aside(out);
		if (!error)
			error = rs_disk_replace(aside, path);
	}
	return error ? rs_host_fail(error, "cannot write", path, message->text, sizeof(message->text)) : RS_OK;
}

static void write_cost(FILE *out, const void *what)
{
	const account_t *account = what;
	const char *separator = "[";

	for (uint32_t ring = 0; ring < account->info.ring_count; ring++)
		for (uint32_t bucket = 0; bucket < RS_COST_BUCKETS; bucket++) {
			const uint64_t writes = account->cost[ring * RS_COST_BUCKETS + bucket];
			if (!writes)
				continue;
			fprintf(out, "%s{\"processor\":%" PRIu64 ",\"bucket\":%u,\"writes\":\"%" PRIu64 "\"}", separator,
				account->rings[ring].processor, bucket, writes);
			separator = ",\n ";
		}
	fputs("]\n", out);
}

static int is_cost_known(const account_t *account)
{
	for (uint32_t n = 0; n < account->info.ring_count * RS_COST_BUCKETS; n++)
		if (account->cost[n])
			return 1;
	return 0;
}

rs_status_t rs_facts_write(const rs_facts_t *facts, rs_capture_t *capture, rs_message_t *message)
{
	account_t account = {.facts = facts};
	rs_status_t status;

	rs_capture_info(capture, &account.info);
	account.rings = calloc(account.info.ring_count, sizeof(*account.rings));
	account.cost = calloc(account.info.ring_count, RS_COST_BUCKETS * sizeof(*account.cost));
	if (account.rings && account.cost) {
		(void)rs_capture_stats(capture, &account.stats, account.rings, account.info.ring_count);
		(void)rs_capture_write_cost(capture, account.cost, account.info.ring_count);
		status = is_cost_known(&account) ? replace(facts->folder, "write_cost.json", write_cost, &account, message) : RS_OK;
		if (status == RS_OK)
			status = replace(facts->folder, "capture.json", write_facts, &account, message);
	} else {
		status = rs_host_fail(-ERROR_NOT_ENOUGH_MEMORY, "cannot write the facts of", facts->folder, message->text, sizeof(message->text));
	}
	free(account.rings);
	free(account.cost);
	return status;
}
