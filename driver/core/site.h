/* SPDX-License-Identifier: MIT */
/*
 * site.h - the table of call sites in a ring set: registering a site, and changing which sites write.
 *
 * Lock-free and safe against death at any step: nobody waits for anybody, and whoever is killed in the middle leaves a slot that the next
 * one completes. Told in driver/EVENTS.md; labels are those of the order pairs in driver/DESIGN.md. Pure: no system call, no allocation.
 */
#ifndef RS_SITE_TABLE_H
#define RS_SITE_TABLE_H

#include "site_rules.h"

/* A private view of a table. Nothing in here is read back from shared memory. */
typedef struct {
	rs_site_page_t *page;
	uint8_t *levels;
	rs_site_slot_t *slots;
	uint8_t *text;
	uint32_t count;
	uint32_t text_bytes;
} rs_site_table_t;

/* The table of a set with a checked header, whose first byte is at `set`; without one count is 0. */
rs_site_table_t rs_site_table_at(const rs_set_header_t *header, uint8_t *set);

/*
 * Registers a site, or finds it registered, and decides its level. Any context; cost: a pass over the table at most, and microseconds.
 * `number` gets its number, 1 …; it is the same for everybody who registers the same words.
 *
 * Returns RS_OK; RS_TOO_BIG (the words take more than RS_SITE_BYTES_MAX) or RS_NO_SPACE (slots or text are full), both counted in
 * `refused`.
 */
rs_status_t rs_site_register(const rs_site_table_t *table, const rs_site_words_t *words, uint32_t *number) RS_MUST_USE;

/* Counts a site that cannot be registered. */
void rs_site_refuse(const rs_site_table_t *table);

/* The byte with the level of a site. */
static inline uint8_t *rs_site_level(const rs_site_table_t *table, uint32_t number)
{
	return &table->levels[number - 1];
}

/* Copies the descriptor of a site that is published and reads it. Returns its bytes; 0 when there is none, or none that can be. */
uint32_t rs_site_copy(const rs_site_table_t *table, uint32_t number, uint8_t copy[RS_SITE_BYTES_MAX], rs_site_read_t *read);

/*
 * Replaces all rules and the default, then gives every published site its level. One caller at a time among all processes; one that dies in the
 * middle leaves an odd generation, and levels of which some are old, until the next call. `scratch` is the caller's.
 */
void rs_site_set_rules(const rs_site_table_t *table, const rs_rule_t *rules, uint32_t rule_count, uint8_t default_level,
		       uint8_t scratch[RS_SITE_BYTES_MAX]);

#endif /* RS_SITE_TABLE_H */
