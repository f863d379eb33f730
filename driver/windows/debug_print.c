/* SPDX-License-Identifier: MIT */
/* debug_print.c - see debug_print.h. Any IRQL. */
#define RS_PLAIN_CALLS
#include "debug_print.h"

#include "entries.h"
#include "sites.h"
#include "text_cut.h"

#ifndef DPFLTR_ERROR_LEVEL
#define DPFLTR_ERROR_LEVEL 0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL 2
#define DPFLTR_INFO_LEVEL 3
#endif
#define LEVELS 32u /* a larger one is a mask of levels */

const rs_producer_t *rs_win_printed_into;

/* Its name is what rules of call sites call it by; the severity is given at each call. */
static rs_site_t *site_of_prints(void)
{
	static const rs_site_source_t place = {.name = "debug_print", .file = __FILE__, .function = "DbgPrint", .format = "", .line = __LINE__};
	static rs_site_t site = RS_SITE(place);

	return &site;
}

static uint8_t severity_of(ULONG level)
{
	const uint32_t mask = level < LEVELS ? 1u << level : (uint32_t)level;

	if (mask & 1u << DPFLTR_ERROR_LEVEL)
		return RS_ERROR;
	if (mask & 1u << DPFLTR_WARNING_LEVEL)
		return RS_WARN;
	if (mask & 1u << DPFLTR_INFO_LEVEL)
		return RS_INFO;
	return mask & 1u << DPFLTR_TRACE_LEVEL ? RS_TRACE : RS_DEBUG;
}

static uint32_t without_line_end(const STRING *output)
{
	uint32_t length = output->Length;

	if (length && output->Buffer[length - 1] == '\n')
		length--;
	if (length && output->Buffer[length - 1] == '\r')
		length--;
	return length;
}

static void write_print(const rs_producer_t *set, rs_write_t *write, const STRING *output, rs_label_t label)
{
	rs_scratch_t *scratch = rs_shell_scratch(write);
	rs_site_t *site = site_of_prints();
	const uint32_t length = without_line_end(output);
	size_t kept;

	if (!scratch) {
		(void)rs_write_miss(set, write);
		return;
	}
	/* It takes the same scratch, so before the text does. */
	if (rs_site_needs_binding(site, set->serial))
		rs_site_bind(set, write, site);
	memcpy(scratch->text, output->Buffer, length < RS_TEXT_MAX ? length : RS_TEXT_MAX);
	kept = rs_text_cut(&set->rings[0], scratch->text, length, RS_TEXT_MAX, &label.flags);
	(void)rs_write_bytes(set, write, label, site, scratch->text, kept);
}

void NTAPI rs_win_debug_print(PSTRING output, ULONG component, ULONG level)
{
	const rs_label_t label = {component, level, RS_KIND_TEXT, severity_of(level), 0};
	const rs_producer_t *set;
	rs_write_t write;
	uint64_t depth;

	rs_shell_enter(&write, 0);
	depth = add_u64_total(&write.cpu->prints, 1);
	/* W5b: our slot taken, then the pointer loaded. */
	set = (const rs_producer_t *)(uintptr_t)load_u64_total((const uint64_t *)(const void *)&rs_win_printed_into);
	if (set && depth >= RS_WIN_PRINTS_MAX)
		(void)rs_write_miss(set, &write);
	else if (set)
		write_print(set, &write, output, label);
	(void)add_u64_full(&write.cpu->prints, ~0ull);
	rs_shell_leave(&write);
}
