/* SPDX-License-Identifier: MIT */
/*
 * event_keys.c - names of columns from the keys of arguments. See event_site.h.
 *
 * A producer has made its keys unique already; a descriptor can come from anywhere. SQL does not tell `Irp` from `irp`.
 */
#include "event_site.h"

#include <stdio.h>
#include <string.h>

#include "event_text.h"

static const char *const taken_by_all[] = {"idx", "ts", "processor", "severity", "level", "pid",
					    "tid", "capture", "site", "message"};

static char lower(char letter)
{
	return letter >= 'A' && letter <= 'Z' ? (char)(letter + ('a' - 'A')) : letter;
}

int event_is_same_name(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

static int is_taken_by_all(const char *key)
{
	for (size_t n = 0; n < sizeof(taken_by_all) / sizeof(taken_by_all[0]); n++)
		if (event_is_same_name(key, taken_by_all[n]))
			return 1;
	return 0;
}

static int is_taken_before(const event_site_t *site, uint32_t argument, const char *key)
{
	for (uint32_t n = 0; n < argument; n++)
		if (event_is_same_name(site->arguments[n].key, key))
			return 1;
	return 0;
}

void event_keys_make(event_site_t *site, const event_span_t *keys, char *text)
{
	for (uint32_t n = 0; n < site->argument_count; n++) {
		uint32_t length = event_text_lenient(keys[n].at, keys[n].bytes, (uint8_t *)text);
		for (uint32_t at = 0; at < length; at++)
			if ((uint8_t)text[at] < 0x20 || text[at] == 0x7f)
				text[at] = '_';
		if (length == 0)
			length = (uint32_t)sprintf(text, "arg%u", n + 1);
		text[length] = '\0';
		if (is_taken_by_all(text)) {
			text[length++] = '_';
			text[length] = '\0';
		}
		char *end = text + length;
		for (uint32_t number = 2; is_taken_before(site, n, text); number++)
			end = text + length + sprintf(text + length, "_%u", number);
		site->arguments[n].key = text;
		text = end + 1;
	}
}
