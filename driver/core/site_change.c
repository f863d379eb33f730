/* SPDX-License-Identifier: MIT */
/* site_change.c - see site_change.h. */
#include "site_change.h"

static int is_same_pattern(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

/* Takes the rule with this pattern out; the others keep their order. */
static int take_out(rs_change_room_t *rules, const char *pattern)
{
	uint32_t kept = 0;
	for (uint32_t n = 0; n < rules->count; n++)
		if (!is_same_pattern(rules->rules[n].pattern, pattern))
			rules->rules[kept++] = rules->rules[n];
	const int was_there = kept != rules->count;
	rules->count = kept;
	return was_there;
}

static rs_status_t change(rs_change_room_t *rules, const rs_rule_t *wanted)
{
	if (!wanted->pattern[0]) {
		rules->default_level = wanted->level;
		return RS_OK;
	}
	const int was_there = take_out(rules, wanted->pattern);
	if (wanted->level == RS_LEVEL_UNDECIDED)
		return was_there ? RS_OK : RS_BAD_ARGUMENT;
	if (rules->count == RS_SITE_RULES_MAX)
		return RS_NO_SPACE;
	rs_rule_t *rule = &rules->rules[rules->count++];
	*rule = (rs_rule_t){.level = wanted->level};
	for (uint32_t n = 0; wanted->pattern[n]; n++)
		rule->pattern[n] = wanted->pattern[n];
	return RS_OK;
}

int rs_changes_are_possible(const rs_rule_t *changes, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++) {
		uint32_t bytes = 0;
		while (bytes < RS_SITE_PATTERN_BYTES && changes[n].pattern[bytes])
			bytes++;
		if (changes[n].level > RS_LEVEL_OFF || bytes == RS_SITE_PATTERN_BYTES)
			return 0;
	}
	return 1;
}

rs_status_t rs_site_change_rules(const rs_site_table_t *table, const rs_rule_t *changes, uint32_t count, int is_reset, rs_change_room_t *room)
{
	rs_status_t status = RS_OK;

	room->count = is_reset ? 0 : rs_rules_read(table->page, room->rules);
	room->default_level = is_reset ? RS_LEVEL_UNDECIDED : rs_rules_default(table->page);
	for (uint32_t n = 0; n < count && status == RS_OK; n++)
		status = change(room, &changes[n]);
	if (status == RS_OK)
		rs_site_set_rules(table, room->rules, room->count, room->default_level, room->scratch);
	return status;
}
