// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * payload.c - bytes that tell whose they are. tests/kernel/linux/check/payload.ts is the other side.
 */
#include <linux/string.h>

#include "rs_test.h"

#define FNV_BASIS 0x811c9dc5u
#define FNV_PRIME 0x01000193u

/* Fills `head->length` bytes from `payload` on. Any context. */
void rs_test_fill(u8 *payload, const struct rs_test_payload *head)
{
	const u32 seed = (u32)head->number * 167u + head->context * 59u + head->processor * 101u;
	struct rs_test_payload *const at = (void *)payload;
	u32 sum = FNV_BASIS;
	u32 i;

	*at = *head;
	at->checksum = 0;
	for (i = sizeof(*at); i < head->length; i++)
		payload[i] = (u8)(seed + i * 13u);
	for (i = 0; i < head->length; i++)
		sum = (sum ^ payload[i]) * FNV_PRIME;
	at->checksum = sum;
}
