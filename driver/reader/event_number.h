/* SPDX-License-Identifier: MIT */
/* event_number.h - integers, pointers and floating point as printf writes them. Each writes without a terminating zero and returns where it ended. */
#ifndef RS_EVENT_NUMBER_H
#define RS_EVENT_NUMBER_H

#include "event_payload.h"

/* `number` by the piece's letter (diuxXop). `bits`: how many of it the letter sees, 32 or 64. */
uint8_t *event_put_integer(uint8_t *out, const event_piece_t *piece, uint64_t number, uint32_t bits);

/* A number as %d and %llu write it. */
uint8_t *event_put_signed(uint8_t *out, int64_t number);
uint8_t *event_put_unsigned(uint8_t *out, uint64_t number);

/* The same in hexadecimal with at least so many digits. */
uint8_t *event_put_hex(uint8_t *out, uint64_t number, uint32_t digits, int is_upper);

/* The C library's own, with the numbers of the locale that the thread uses. `type`: RS_ARGUMENT_F32 or RS_ARGUMENT_F64. */
uint8_t *event_put_float(uint8_t *out, const event_piece_t *piece, uint64_t number, uint8_t type);

#endif /* RS_EVENT_NUMBER_H */
