/* SPDX-License-Identifier: MIT */
/* site.c - see site.h. */
#include "site.h"

#include "atomics.h"
#include "ringset.h"
#include "test_point.h"

#define PLACE_BYTES_BITS 16u
#define HALF_CHANGE_LOOKS 100u
#define PLACE_BYTES_MASK ((1u << PLACE_BYTES_BITS) - 1)

rs_site_table_t rs_site_table_at(const rs_set_header_t *header, uint8_t *set)
{
	if (!rs_ringset_has_sites(header))
		return (rs_site_table_t){0};
	uint8_t *at = set + header->site_off;
	const uint64_t slots = sizeof(rs_site_page_t) + header->site_count;
	return (rs_site_table_t){
		.page = (rs_site_page_t *)(void *)at,
		.levels = at + sizeof(rs_site_page_t),
		.slots = (rs_site_slot_t *)(void *)(at + slots),
		.text = at + slots + header->site_count * sizeof(rs_site_slot_t),
		.count = header->site_count,
		.text_bytes = header->site_text_bytes,
	};
}

void rs_site_refuse(const rs_site_table_t *table)
{
	add_u64_relaxed(&table->page->refused, 1);
}

/* The words of a place, bounded: where a descriptor is, and how long; null when it cannot be there. */
static const uint8_t *text_at(const rs_site_table_t *table, uint64_t place, uint32_t *bytes)
{
	const uint64_t offset = place >> PLACE_BYTES_BITS;
	*bytes = (uint32_t)(place & PLACE_BYTES_MASK);
	return *bytes && *bytes <= RS_SITE_BYTES_MAX && offset % 8 == 0 && offset <= table->text_bytes - *bytes ? table->text + offset
														: NULL;
}

/* A copy of our own words in the text; 0: no room. What is not published afterwards is lost until the set is made anew. */
static uint64_t bring_words(const rs_site_table_t *table, const rs_site_words_t *words, uint32_t bytes)
{
	const uint64_t need = (bytes + 7u) & ~7u;
	/* Looked at before it is added to, so that many who find no room do not make it run over. */
	if (load_u64_relaxed(&table->page->text_used) > table->text_bytes - need)
		return 0;
	const uint64_t offset = add_u64_relaxed(&table->page->text_used, need);
	RS_SITE_POINT("site:taken");
	if (offset % 8 != 0 || offset > table->text_bytes - need || !rs_site_text_store(words, table->text + offset, bytes))
		return 0;
	RS_SITE_POINT("site:stored");
	return offset << PLACE_BYTES_BITS | bytes;
}

/* Whether a slot is the one for our key: it was, or it is now. */
static int claim(rs_site_slot_t *slot, uint64_t key)
{
	/* A key alone shows nothing, so it needs no order. */
	uint64_t found = load_u64_relaxed(&slot->key);
	if (found == 0 && swap_u64_full(&slot->key, &found, key)) {
		RS_SITE_POINT("site:claimed");
		return 1;
	}
	return found == key;
}

static rs_site_place_t place_of(const rs_site_source_t *source)
{
	uint32_t name = 0, file = 0;
	while (source->name && source->name[name])
		name++;
	while (source->file && source->file[file])
		file++;
	return (rs_site_place_t){{source->name, name}, {source->file, file}, source->line};
}

/*
 * Gives a published site the level that the rules say. Between our publishing and our look at the rules stands a full fence, and between the
 * controller's rules and its look at what is published: one of the two sees the other. A rule that changes while we look is looked at again,
 * and what was seen of half a change is not stored: a level that no rules ever gave would let something through. Only a controller that has died
 * in the middle leaves it at half a change; nobody waits for it longer than HALF_CHANGE_LOOKS.
 */
static void decide(const rs_site_table_t *table, const rs_site_source_t *source, uint8_t *level)
{
	const rs_site_page_t *page = table->page;
	const rs_site_place_t place = place_of(source);
	uint64_t generation;
	uint32_t looks = 0;
	int is_whole;

	do {
		/* L1a: published before, rules behind. */
		fence_full();
		uint8_t seen = load_u8_relaxed(level);
		RS_SITE_POINT("site:seen");
		/* K1b: the generation, then the rules, then the generation again. */
		generation = load_u64_acquire(&page->control_generation);
		const uint8_t wanted = rs_rules_level(page, &place);
		RS_SITE_POINT("site:asked");
		fence_full();
		is_whole = (generation & 1) == 0 && load_u64_relaxed(&page->control_generation) == generation;
		/* Where the level has changed meanwhile it is a later one than ours, or ours. */
		if (is_whole || ++looks == HALF_CHANGE_LOOKS)
			(void)swap_u8_relaxed(level, &seen, wanted);
		RS_SITE_POINT("site:decided");
		fence_full();
	} while (load_u64_relaxed(&page->control_generation) != generation || (!is_whole && looks < HALF_CHANGE_LOOKS));
}

rs_status_t rs_site_register(const rs_site_table_t *table, const rs_site_words_t *words, uint32_t *number)
{
	uint64_t key, own = 0;
	const uint32_t bytes = rs_site_text_measure(words, &key);

	if (bytes > RS_SITE_BYTES_MAX) {
		rs_site_refuse(table);
		return RS_TOO_BIG;
	}
	RS_SITE_POINT("site:begin");
	for (uint32_t probe = 0; probe < table->count; probe++) {
		const uint32_t at = (uint32_t)((key % table->count + probe) % table->count);
		rs_site_slot_t *slot = &table->slots[at];
		uint32_t found_bytes;

		if (!claim(slot, key))
			continue;
		/* V1b: a place that is seen has all its words. */
		uint64_t place = load_u64_acquire(&slot->place);
		if (place == 0) {
			/* Whoever claimed it is on the way, or dead: nobody waits to find out. */
			if (!own)
				own = bring_words(table, words, bytes);
			if (!own)
				break;
			/* V1a: the words before the place that shows them. */
			if (swap_u64_full(&slot->place, &place, own))
				place = own;
			RS_SITE_POINT("site:published");
		}
		const uint8_t *text = text_at(table, place, &found_bytes);
		/* Another descriptor with the same hash. */
		if (!text || found_bytes != bytes || !rs_site_text_is(words, text, bytes))
			continue;
		*number = at + 1;
		decide(table, words->source, &table->levels[at]);
		return RS_OK;
	}
	rs_site_refuse(table);
	return RS_NO_SPACE;
}

uint32_t rs_site_copy(const rs_site_table_t *table, uint32_t number, uint8_t copy[RS_SITE_BYTES_MAX], rs_site_read_t *read)
{
	uint32_t bytes;

	if (number == 0 || number > table->count)
		return 0;
	/* V1b */
	const uint8_t *text = text_at(table, load_u64_acquire(&table->slots[number - 1].place), &bytes);
	if (!text)
		return 0;
	__builtin_memcpy(copy, text, bytes);
	return rs_site_text_read(copy, bytes, read) ? bytes : 0;
}

static void store_rule(rs_rule_t *to, const rs_rule_t *from)
{
	uint64_t words[sizeof(rs_rule_t) / 8];
	__builtin_memcpy(words, from, sizeof(words));
	for (uint32_t n = 0; n < sizeof(words) / 8; n++)
		store_u64_relaxed((uint64_t *)(void *)to + n, words[n]);
}

void rs_site_set_rules(const rs_site_table_t *table, const rs_rule_t *rules, uint32_t rule_count, uint8_t default_level,
		       uint8_t scratch[RS_SITE_BYTES_MAX])
{
	rs_site_page_t *page = table->page;
	/* Odd also where a dead controller has left it odd, and another number than before. */
	const uint64_t odd = (load_u64_relaxed(&page->control_generation) + 1) | 1;
	rs_site_read_t read;

	store_u64_relaxed(&page->control_generation, odd);
	/* K1a: who sees a new rule sees that the generation was odd, or is another one. */
	fence_release();
	RS_SITE_POINT("control:begun");
	for (uint32_t n = 0; n < rule_count && n < RS_SITE_RULES_MAX; n++)
		store_rule(&page->rules[n], &rules[n]);
	store_u32_relaxed(&page->rule_count, rule_count < RS_SITE_RULES_MAX ? rule_count : RS_SITE_RULES_MAX);
	store_u8_relaxed(&page->default_level, default_level);
	RS_SITE_POINT("control:ruled");
	/* K1a */
	store_u64_release(&page->control_generation, odd + 1);
	/* L1b: the rules before the look at what is published. */
	fence_full();
	RS_SITE_POINT("control:even");
	for (uint32_t number = 1; number <= table->count; number++) {
		if (!rs_site_copy(table, number, scratch, &read))
			continue;
		store_u8_relaxed(rs_site_level(table, number),
				 rs_rules_level(page, &(rs_site_place_t){read.name, read.file, read.line}));
		RS_SITE_POINT("control:levelled");
	}
}
