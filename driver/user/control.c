/* SPDX-License-Identifier: MIT */
/*
 * control.c - switching call sites on and off, and telling of them: rs_control of rs_event.h.
 *
 * One controller at a time among all processes: it holds a lock of the ring file, on an open file of its own, so that the threads of one
 * process and the two sides of a fork exclude each other as well. A lock goes with its holder.
 */
#define RS_PLAIN_CALLS
#include "rs_event.h"

#include <string.h>

#include "host.h"
#include "host_file.h"
#include "producer.h"
#include "site_change.h"

static rs_status_t lock_rules(const producer_set_t *set, int *lock)
{
	/* Opened unasked (open.h), it has no file to lock. */
	if (set->file.file < 0)
		return RS_NO_PERMISSION;
	const int error = rs_host_file_lock_rules(set->file.file, lock);
	return error ? rs_host_fail(error, "cannot lock", "the rules of the ring set", NULL, 0) : RS_OK;
}

static rs_status_t find_table(const producer_set_t *set)
{
	return !set ? RS_NOT_OPEN : set->sites.count ? RS_OK : RS_NO_SPACE;
}

rs_status_t rs_control_all(const rs_rule_t *changes, uint32_t count, int is_reset)
{
	const producer_set_t *set = current_set();
	rs_change_room_t room;
	int lock;

	rs_status_t status = find_table(set);
	if (status != RS_OK)
		return status;
	if (count && (!changes || !rs_changes_are_possible(changes, count)))
		return RS_BAD_ARGUMENT;
	status = lock_rules(set, &lock);
	if (status != RS_OK)
		return status;
	status = rs_site_change_rules(&set->sites, changes, count, is_reset, &room);
	rs_host_file_close(lock);
	return status;
}

rs_status_t rs_control(const char *pattern, int level)
{
	rs_rule_t wanted = {.level = (uint8_t)level};

	const rs_status_t status = find_table(current_set());
	if (status != RS_OK)
		return status;
	if (level < RS_LEVEL_UNDECIDED || level > RS_LEVEL_OFF)
		return RS_BAD_ARGUMENT;
	if (pattern && (!*pattern || strnlen(pattern, RS_SITE_PATTERN_BYTES) == RS_SITE_PATTERN_BYTES))
		return RS_BAD_ARGUMENT;
	if (pattern)
		memcpy(wanted.pattern, pattern, strlen(pattern));
	return rs_control_all(&wanted, 1, 0);
}

/* A text of a descriptor, ended with a zero in room that the caller has. */
static const char *end_text(char **room, const rs_span_t *text)
{
	char *begin = *room;
	memcpy(begin, text->at, text->bytes);
	begin[text->bytes] = '\0';
	*room += text->bytes + 1;
	return begin;
}

rs_status_t rs_control_list(void (*tell)(void *argument, const rs_site_info_t *site), void *argument)
{
	const producer_set_t *set = current_set();
	uint8_t copy[RS_SITE_BYTES_MAX];
	char texts[RS_SITE_BYTES_MAX]; /* less than the descriptor: a zero takes the place of a length of two bytes */
	rs_site_read_t read;

	const rs_status_t status = find_table(set);
	if (status != RS_OK)
		return status;
	if (!tell)
		return RS_BAD_ARGUMENT;
	for (uint32_t number = 1; number <= set->sites.count; number++) {
		if (!rs_site_copy(&set->sites, number, copy, &read))
			continue;
		char *room = texts;
		const rs_site_info_t site = {
			.number = number,
			.line = read.line,
			.kind = read.kind,
			.role = read.role,
			.severity = read.severity,
			.level = load_u8_relaxed(rs_site_level(&set->sites, number)),
			.name = end_text(&room, &read.name),
			.file = end_text(&room, &read.file),
			.function = end_text(&room, &read.function),
			.format = end_text(&room, &read.format),
		};
		tell(argument, &site);
	}
	return RS_OK;
}

rs_status_t rs_control_rules(void (*tell)(void *argument, const char *pattern, int level), void *argument)
{
	const producer_set_t *set = current_set();
	rs_rule_t rules[RS_SITE_RULES_MAX];

	const rs_status_t status = find_table(set);
	if (status != RS_OK)
		return status;
	if (!tell)
		return RS_BAD_ARGUMENT;
	const uint32_t count = rs_rules_read(set->sites.page, rules);
	for (uint32_t n = 0; n < count; n++)
		tell(argument, rules[n].pattern, rules[n].level);
	tell(argument, NULL, rs_rules_default(set->sites.page));
	return RS_OK;
}
