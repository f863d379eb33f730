/* SPDX-License-Identifier: MIT */
/* site_rules.c - see site_rules.h. */
#include "site_rules.h"

#include "atomics.h"

/* `file:line` without a buffer for it: text, then more text. */
typedef struct {
	rs_span_t first, second;
} joined_t;

static char char_at(const joined_t *text, uint32_t at)
{
	return at < text->first.bytes ? text->first.at[at] : text->second.at[at - text->first.bytes];
}

/* Goes back to the last `*` only: what an earlier one could take, the last one can take as well. So a long text costs at most its length
 * times the pattern's. */
static int matches(const char *pattern, const joined_t *text)
{
	const uint32_t bytes = text->first.bytes + text->second.bytes;
	const char *star = NULL;
	uint32_t at = 0, taken = 0;

	while (at < bytes) {
		if (*pattern == '*') {
			star = pattern++;
			taken = at;
		} else if (*pattern && (*pattern == '?' || *pattern == char_at(text, at))) {
			pattern++;
			at++;
		} else if (star) {
			pattern = star + 1;
			at = ++taken;
		} else {
			return 0;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

static int has_colon(const char *pattern)
{
	while (*pattern && *pattern != ':')
		pattern++;
	return *pattern == ':';
}

static rs_span_t last_part(rs_span_t path)
{
	uint32_t begin = path.bytes;
	while (begin && path.at[begin - 1] != '/' && path.at[begin - 1] != '\\')
		begin--;
	return (rs_span_t){path.at + begin, path.bytes - begin};
}

int rs_pattern_matches(const char *pattern, const rs_site_place_t *place)
{
	char number[11];
	uint32_t first = sizeof(number);
	uint32_t line = place->line;

	if (!has_colon(pattern))
		return matches(pattern, &(joined_t){place->name, {NULL, 0}});
	do {
		number[--first] = (char)('0' + line % 10);
		line /= 10;
	} while (line);
	number[--first] = ':';
	return matches(pattern, &(joined_t){last_part(place->file), {number + first, (uint32_t)sizeof(number) - first}});
}

/* K1b: word by word, since somebody may be writing there; whether the words belong together tells the generation. */
static void copy_rule(const rs_rule_t *from, rs_rule_t *to)
{
	uint64_t words[sizeof(rs_rule_t) / 8];
	for (uint32_t n = 0; n < sizeof(words) / 8; n++)
		words[n] = load_u64_relaxed((const uint64_t *)(const void *)from + n);
	__builtin_memcpy(to, words, sizeof(words));
	to->pattern[RS_SITE_PATTERN_BYTES - 1] = '\0';
	if (to->level < RS_TRACE || to->level > RS_LEVEL_OFF)
		to->level = RS_TRACE;
}

static uint32_t rule_count(const rs_site_page_t *page)
{
	const uint32_t count = load_u32_relaxed(&page->rule_count);
	return count < RS_SITE_RULES_MAX ? count : RS_SITE_RULES_MAX;
}

uint8_t rs_rules_default(const rs_site_page_t *page)
{
	const uint8_t level = load_u8_relaxed(&page->default_level);
	return level <= RS_LEVEL_OFF ? level : RS_LEVEL_UNDECIDED;
}

uint8_t rs_rules_level(const rs_site_page_t *page, const rs_site_place_t *place)
{
	rs_rule_t rule;
	for (uint32_t n = rule_count(page); n > 0; n--) {
		copy_rule(&page->rules[n - 1], &rule);
		if (rs_pattern_matches(rule.pattern, place))
			return rule.level;
	}
	const uint8_t level = rs_rules_default(page);
	return level < RS_TRACE ? RS_TRACE : level;
}

uint32_t rs_rules_read(const rs_site_page_t *page, rs_rule_t rules[RS_SITE_RULES_MAX])
{
	const uint32_t count = rule_count(page);
	for (uint32_t n = 0; n < count; n++)
		copy_rule(&page->rules[n], &rules[n]);
	return count;
}
