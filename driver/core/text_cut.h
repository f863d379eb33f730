/* SPDX-License-Identifier: MIT */
/* text_cut.h - how much of a text goes into an entry. */
#ifndef RS_TEXT_CUT_H
#define RS_TEXT_CUT_H

#include "ring.h"

/* How much of a text is kept where an entry takes at most `longest` bytes and a small ring still less: all of it, or what leaves
 * room for the original length behind it. Not cut in the middle of a character. */
static inline size_t rs_text_kept(const rs_ring_t *ring, const char *text, size_t length, size_t longest)
{
	const size_t ring_max = (size_t)ring->entry_bytes_max - RS_ENTRY_HEADER_BYTES;
	if (ring_max < longest)
		longest = ring_max;
	if (length <= longest)
		return length;
	size_t kept = longest - sizeof(uint32_t);
	while (kept && (text[kept] & 0xc0) == 0x80)
		kept--;
	return kept;
}

/* The same for a text that has room behind it, where its original length goes. Returns what the entry takes. */
static inline size_t rs_text_cut(const rs_ring_t *ring, char *text, uint32_t original, size_t longest, uint16_t *flags)
{
	const size_t kept = rs_text_kept(ring, text, original, longest);
	if (__builtin_expect(kept == original, 1))
		return kept;
	memcpy(text + kept, &original, sizeof(original));
	*flags |= RS_FLAG_TRUNCATED;
	return kept + sizeof(original);
}

#endif /* RS_TEXT_CUT_H */
