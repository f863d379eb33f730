/* SPDX-License-Identifier: MIT */
/*
 * site_change.h - changing the rules of a table of call sites, for whoever keeps other controllers away meanwhile.
 */
#ifndef RS_SITE_CHANGE_H
#define RS_SITE_CHANGE_H

#include "site.h"

/* Room for a change: about 6 KiB. */
typedef struct {
	rs_rule_t rules[RS_SITE_RULES_MAX];
	uint32_t count;
	uint8_t default_level;
	uint8_t scratch[RS_SITE_BYTES_MAX];
} rs_change_room_t;

/* Whether each of the changes is one: a pattern that ends, a level that there is. */
int rs_changes_are_possible(const rs_rule_t *changes, uint32_t count);

/*
 * Applies changes in their order as rs_control_all of rs_event.h tells, to the table's rules or, where `is_reset`, to none, and gives every
 * site its level: an empty pattern is the level where nothing matches, level 0 takes a pattern back. Returns RS_OK, or RS_BAD_ARGUMENT (a
 * pattern to be taken back is not there) or RS_NO_SPACE; then nothing has changed.
 */
rs_status_t rs_site_change_rules(const rs_site_table_t *table, const rs_rule_t *changes, uint32_t count, int is_reset, rs_change_room_t *room)
	RS_MUST_USE;

#endif /* RS_SITE_CHANGE_H */
