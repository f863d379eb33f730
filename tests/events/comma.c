/* SPDX-License-Identifier: MIT */
/*
 * comma.c - formats an event where the program's locale writes 0,5. See locale_test.ts.
 *
 * Reads a descriptor from standard input and formats 0.5 with it; ends with 2 where the locale has no comma.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "rs_reader.h"

int main(int count, char **words)
{
	static uint8_t descriptor[4096], out[256];
	const double half = 0.5;
	const uint16_t class_ = RS_KIND_EVENT;
	const uint32_t type = 1;
	const int32_t offsets[] = {0, sizeof(half)};
	int32_t out_offsets[2];
	char own[16];
	rs_events_t *events = rs_events_new();

	if (count < 2 || !setlocale(LC_ALL, words[1]) || snprintf(own, sizeof(own), "%.1f", half) != 3 || own[1] != ',')
		return 2;
	const size_t bytes = fread(descriptor, 1, sizeof(descriptor), stdin);
	if (!events || rs_events_add(events, 1, descriptor, (uint32_t)bytes) != RS_OK)
		return 3;
	const uint64_t length = rs_events_format(events, 1, &class_, &type, offsets, (const uint8_t *)&half, sizeof(half), out_offsets, out,
						 sizeof(out));
	snprintf(own, sizeof(own), "%.1f", half);
	printf("%.*s, the program itself %s\n", (int)length, (const char *)out, own);
	rs_events_free(events);
	return 0;
}
