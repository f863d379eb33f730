/* SPDX-License-Identifier: MIT */
/* event_number.c - see event_number.h. */
#include "event_number.h"

#include <stdio.h>
#include <string.h>

/* 64 bits in octal. */
#define DIGITS_MAX 22

static const char pairs[] = "0001020304050607080910111213141516171819"
			    "2021222324252627282930313233343536373839"
			    "4041424344454647484950515253545556575859"
			    "6061626364656667686970717273747576777879"
			    "8081828384858687888990919293949596979899";
static const char lower_digits[] = "0123456789abcdef";
static const char upper_digits[] = "0123456789ABCDEF";

static uint32_t count_decimal(uint64_t number)
{
	uint32_t digits = 1;
	for (; number >= 10000; number /= 10000)
		digits += 4;
	return digits + (number >= 10) + (number >= 100) + (number >= 1000);
}

uint8_t *event_put_unsigned(uint8_t *out, uint64_t number)
{
	uint8_t *const end = out + count_decimal(number);
	uint8_t *at = end;
	for (; number >= 100; number /= 100)
		memcpy(at -= 2, pairs + number % 100 * 2, 2);
	if (number >= 10)
		memcpy(at - 2, pairs + number * 2, 2);
	else
		at[-1] = (uint8_t)('0' + number);
	return end;
}

uint8_t *event_put_signed(uint8_t *out, int64_t number)
{
	if (number >= 0)
		return event_put_unsigned(out, (uint64_t)number);
	*out++ = '-';
	return event_put_unsigned(out, 0 - (uint64_t)number);
}

uint8_t *event_put_hex(uint8_t *out, uint64_t number, uint32_t digits, int is_upper)
{
	const char *const letters = is_upper ? upper_digits : lower_digits;
	const uint32_t needed = number ? (67u - (uint32_t)__builtin_clzll(number)) / 4 : 1;
	uint8_t *const end = out + (needed > digits ? needed : digits);
	for (uint8_t *at = end; at > out; number >>= 4)
		*--at = (uint8_t)letters[number & 15];
	return end;
}

/* The digits of a number at the end of `text`, none for 0; returns the first. */
static char *digits_of(char *text, uint64_t number, char letter)
{
	const char *const letters = letter == 'X' ? upper_digits : lower_digits;
	const uint32_t base = letter == 'o' ? 8 : letter == 'x' || letter == 'X' || letter == 'p' ? 16 : 10;
	char *at = text + DIGITS_MAX;
	for (; number > 0; number /= base)
		*--at = letters[number % base];
	return at;
}

static uint8_t *fill(uint8_t *out, int letter, int32_t count)
{
	if (count <= 0)
		return out;
	memset(out, letter, (size_t)count);
	return out + count;
}

/* C11 7.21.6.1 with every flag. */
static uint8_t *put_laid_out(uint8_t *out, const event_piece_t *piece, uint64_t number, int is_negative)
{
	const char letter = piece->letter;
	const int is_signed = letter == 'd' || letter == 'i' || letter == 'p'; /* glibc heeds + and space for %p too */
	const int is_alternative = letter == 'p' || (piece->flags & EVENT_ALTERNATIVE);
	char text[DIGITS_MAX];
	const char *first = digits_of(text, number, letter);
	const int32_t digits = (int32_t)(text + DIGITS_MAX - first);
	int32_t zeros = (piece->precision < 0 ? 1 : piece->precision) - digits;
	char prefix[3];
	int32_t prefix_bytes = 0;

	if (is_negative)
		prefix[prefix_bytes++] = '-';
	else if (is_signed && (piece->flags & EVENT_PLUS))
		prefix[prefix_bytes++] = '+';
	else if (is_signed && (piece->flags & EVENT_SPACE))
		prefix[prefix_bytes++] = ' ';
	if (is_alternative && number > 0 && (letter == 'x' || letter == 'X' || letter == 'p')) {
		prefix[prefix_bytes++] = '0';
		prefix[prefix_bytes++] = letter == 'X' ? 'X' : 'x';
	}
	if (is_alternative && letter == 'o' && zeros <= 0)
		zeros = 1;
	if (zeros < 0)
		zeros = 0;
	int32_t spaces = piece->width - prefix_bytes - zeros - digits;
	if ((piece->flags & EVENT_ZERO) && !(piece->flags & EVENT_LEFT) && piece->precision < 0 && spaces > 0) {
		zeros += spaces;
		spaces = 0;
	}
	if (!(piece->flags & EVENT_LEFT))
		out = fill(out, ' ', spaces);
	memcpy(out, prefix, (size_t)prefix_bytes);
	out = fill(out + prefix_bytes, '0', zeros);
	memcpy(out, first, (size_t)digits);
	out += digits;
	return piece->flags & EVENT_LEFT ? fill(out, ' ', spaces) : out;
}

uint8_t *event_put_integer(uint8_t *out, const event_piece_t *piece, uint64_t number, uint32_t bits)
{
	const uint32_t unused = 64u - (piece->narrow && bits == 32 ? piece->narrow : bits);
	if (piece->letter == 'd' || piece->letter == 'i') {
		const int64_t value = (int64_t)(number << unused) >> unused;
		if (piece->is_plain)
			return event_put_signed(out, value);
		return put_laid_out(out, piece, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
	}
	number = number << unused >> unused;
	if (!piece->is_plain)
		return put_laid_out(out, piece, number, 0);
	switch (piece->letter) {
	case 'u':
		return event_put_unsigned(out, number);
	case 'x':
	case 'X':
		return event_put_hex(out, number, 1, piece->letter == 'X');
	case 'p':
		*out++ = '0';
		*out++ = 'x';
		return event_put_hex(out, number, 1, 0);
	default:
		return put_laid_out(out, piece, number, 0);
	}
}

uint8_t *event_put_float(uint8_t *out, const event_piece_t *piece, uint64_t number, uint8_t type)
{
	double value;
	if (type == RS_ARGUMENT_F32) {
		const uint32_t bits = (uint32_t)number;
		float narrow;
		memcpy(&narrow, &bits, sizeof(narrow));
		value = (double)narrow;
	} else {
		memcpy(&value, &number, sizeof(value));
	}
	/* The room is there: see longest_text in event_conversion.c, which counts the zero by being generous. */
	return out + sprintf((char *)out, piece->spec, value);
}
