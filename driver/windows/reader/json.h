/* SPDX-License-Identifier: MIT */
/*
 * json.h - writing JSON as the capture folder has it: texts in UTF-8, and integers as texts where a number of JavaScript does not hold them.
 */
#ifndef RS_READER_JSON_H
#define RS_READER_JSON_H

#include <stdint.h>
#include <stdio.h>

/* Zero-terminated. Bytes that are no UTF-8 come out as U+FFFD. */
void rs_json_text(FILE *out, const char *text);
void rs_json_unsigned(FILE *out, uint64_t value);
void rs_json_signed_text(FILE *out, int64_t value);
void rs_json_hex(FILE *out, const uint8_t *bytes, size_t count);
/* RFC 3339 in UTC with nanoseconds. */
void rs_json_time(FILE *out, int64_t unix_ns);

#endif /* RS_READER_JSON_H */
