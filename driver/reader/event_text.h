/* SPDX-License-Identifier: MIT */
/* event_text.h - texts of events as valid UTF-8. */
#ifndef RS_EVENT_TEXT_H
#define RS_EVENT_TEXT_H

#include <stdint.h>

/* Copies a text and puts U+FFFD where it is not UTF-8: one for each longest piece that could begin a character, as browsers and
 * Deno's TextDecoder do it (encoding.spec.whatwg.org, "UTF-8 decoder"; Unicode 15, 3.9, "Substitution of Maximal Subparts"). `out` has room for 3 * bytes. Returns the bytes written. */
uint32_t event_text_lenient(const uint8_t *text, uint32_t bytes, uint8_t *out);

/* Writes UTF-16 (little endian) as UTF-8, U+FFFD for a surrogate without its other half and for half a unit at the end. `limit`: a character that would
 * go beyond so many bytes ends the text. `out` has room for min(limit, 3 * ceil(bytes / 2)). Returns the bytes written; *is_whole tells whether all of it is there. */
uint32_t event_text_from_utf16(const uint8_t *units, uint32_t bytes, uint32_t limit, uint8_t *out, int *is_whole);

/* Writes bytes as pairs of hexadecimal digits with a space between: 3 * bytes - 1 characters. Returns how many. */
uint32_t event_text_from_bytes(const uint8_t *bytes, uint32_t count, uint8_t *out);

#endif /* RS_EVENT_TEXT_H */
