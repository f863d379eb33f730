/* SPDX-License-Identifier: MIT */
/*
 * site_rules.h - which level a call site gets: patterns, rules, and the table's own default.
 *
 * Rules stand in the page of the table, where every producer can write: each is copied once and bounded before it is used. Pure, any context.
 */
#ifndef RS_SITE_RULES_H
#define RS_SITE_RULES_H

#include "site_text.h"

/* What rules are matched against. */
typedef struct {
	rs_span_t name;
	rs_span_t file; /* as the compiler calls it; its last part is compared */
	uint32_t line;
} rs_site_place_t;

/* `*` stands for any bytes, `?` for one. A pattern with a colon is matched against `file:line`, any other against the name. */
int rs_pattern_matches(const char *pattern, const rs_site_place_t *place);

/* The level that the rules in `page` give now: RS_TRACE … RS_FATAL or RS_LEVEL_OFF. Whoever needs rules that belong together looks at
 * control_generation before and after. */
uint8_t rs_rules_level(const rs_site_page_t *page, const rs_site_place_t *place);
/* The default, of what is in no table: RS_LEVEL_UNDECIDED … RS_LEVEL_OFF. */
uint8_t rs_rules_default(const rs_site_page_t *page);

/* Copies of the rules, bounded; at most RS_SITE_RULES_MAX. Returns how many. */
uint32_t rs_rules_read(const rs_site_page_t *page, rs_rule_t rules[RS_SITE_RULES_MAX]);

#endif /* RS_SITE_RULES_H */
