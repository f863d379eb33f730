/* SPDX-License-Identifier: MIT */
/*
 * event_conversion.c - the format of a site, compiled: literal pieces and conversions. See event_site.h.
 *
 * Grammar and meaning are those of C11, 7.21.6.1, without what reads or writes where nobody meant it: `*`, `n`, positions,
 * and what depends on the locale.
 */
#include "event_site.h"

#include <stdio.h>
#include <string.h>

#include "utf8.h"

/* Longer than every name of event_names.h, and than every number: 64 bits in octal. */
#define NAME_BYTES_MAX 64u
#define NUMBER_BYTES_MAX 28u
/* DBL_MAX by %f has 309 digits; sign, point and exponent come to less than what is added here. */
#define FLOAT_BYTES_MAX 330u
/* "(null)" or the three bytes of an ellipsis. */
#define TEXT_EXTRA_BYTES 8u

static int is_digit(uint8_t letter)
{
	return letter >= '0' && letter <= '9';
}

static int is_one_of(char letter, const char *letters)
{
	return letter != '\0' && strchr(letters, letter) != NULL;
}

/* Digits as a number; what is beyond any text stays there. */
static int32_t take_width(const uint8_t **at, const uint8_t *end)
{
	int32_t width = 0;
	for (; *at < end && is_digit(**at); (*at)++)
		if (width < 100000)
			width = width * 10 + (**at - '0');
	return width;
}

static int32_t bounded(int32_t width)
{
	return width > EVENT_WIDTH_MAX ? EVENT_WIDTH_MAX : width;
}

static uint8_t take_flags(const uint8_t **at, const uint8_t *end)
{
	uint8_t flags = 0;
	for (; *at < end; (*at)++) {
		switch (**at) {
		case '-': flags |= EVENT_LEFT; break;
		case '+': flags |= EVENT_PLUS; break;
		case ' ': flags |= EVENT_SPACE; break;
		case '#': flags |= EVENT_ALTERNATIVE; break;
		case '0': flags |= EVENT_ZERO; break;
		default: return flags;
		}
	}
	return flags;
}

/* The stored type says how long an argument is; only h and hh say more: that less of it counts. */
static uint8_t take_length(const uint8_t **at, const uint8_t *end)
{
	const uint8_t *const begin = *at;
	while (*at < end && is_one_of((char)**at, "hljztLq"))
		(*at)++;
	if (*at - begin == 1)
		return begin[0] == 'h' ? 16 : 0;
	return *at - begin == 2 && begin[0] == 'h' && begin[1] == 'h' ? 8 : 0;
}

static rs_status_t take_conversion(event_piece_t *piece, const uint8_t **at, const uint8_t *end)
{
	piece->flags = take_flags(at, end);
	piece->width = bounded(take_width(at, end));
	piece->precision = -1;
	if (*at < end && **at == '.') {
		(*at)++;
		piece->precision = take_width(at, end);
	}
	piece->narrow = take_length(at, end);
	if (*at == end || !is_one_of((char)**at, "diuxXocspeEfFgGaA"))
		return RS_BAD_ARGUMENT;
	piece->letter = (char)*(*at)++;
	if (piece->letter != 's')
		piece->precision = bounded(piece->precision);
	return RS_OK;
}

static int fits(char letter, uint8_t type)
{
	switch (type) {
	case RS_ARGUMENT_F32:
	case RS_ARGUMENT_F64:
		return is_one_of(letter, "eEfFgGaA");
	case RS_ARGUMENT_TEXT:
	case RS_ARGUMENT_TEXT16:
	case RS_ARGUMENT_BYTES:
		return letter == 's';
	case RS_ARGUMENT_POINTER:
		return is_one_of(letter, "pdiuxXo");
	case RS_ARGUMENT_BOOL:
	case RS_ARGUMENT_ENUM:
	case RS_ARGUMENT_ERRNO:
	case RS_ARGUMENT_NTSTATUS:
	case RS_ARGUMENT_HRESULT:
		return is_one_of(letter, "sdiuxXoc");
	default:
		return is_one_of(letter, "diuxXoc");
	}
}

static void make_spec(event_piece_t *piece)
{
	static const char flags[] = "-+ #0";
	char *spec = piece->spec;
	*spec++ = '%';
	for (uint32_t n = 0; n < sizeof(flags) - 1; n++)
		if (piece->flags & 1u << n)
			*spec++ = flags[n];
	if (piece->width > 0)
		spec += sprintf(spec, "%d", piece->width);
	if (piece->precision >= 0)
		spec += sprintf(spec, ".%d", piece->precision);
	*spec++ = piece->letter;
	*spec = '\0';
}

static uint64_t longest_name(const event_argument_t *argument)
{
	uint64_t longest = NAME_BYTES_MAX;
	for (uint32_t n = 0; n < argument->enumerator_count; n++)
		if (argument->enumerators[n].name.bytes > longest)
			longest = argument->enumerators[n].name.bytes;
	return longest;
}

/* Bytes of the longest text of a conversion, without what stands in the payload. */
static uint64_t longest_text(const event_piece_t *piece, const event_argument_t *argument)
{
	const uint64_t given = (uint64_t)piece->width + (uint64_t)(piece->precision > 0 ? piece->precision : 0);
	if (event_type_bytes(argument->type) == 0)
		return (uint64_t)piece->width + TEXT_EXTRA_BYTES;
	if (piece->letter == 's')
		return (uint64_t)piece->width + longest_name(argument);
	return given + (argument->type == RS_ARGUMENT_F32 || argument->type == RS_ARGUMENT_F64 ? FLOAT_BYTES_MAX : NUMBER_BYTES_MAX);
}

static int is_always_utf8(const event_piece_t *piece, const event_argument_t *argument)
{
	if (piece->letter == 'c' || argument->type == RS_ARGUMENT_TEXT)
		return 0;
	if (argument->type != RS_ARGUMENT_ENUM || piece->letter != 's')
		return 1;
	if (piece->precision >= 0)
		return 0;
	for (uint32_t n = 0; n < argument->enumerator_count; n++)
		if (!rs_utf8_is_valid(argument->enumerators[n].name.at, argument->enumerators[n].name.bytes))
			return 0;
	return 1;
}

/* Copies up to the next conversion, with %% as what it stands for. Returns whether there is one; `at` is then behind its %. */
static int take_literal(event_span_t *literal, const uint8_t **at, const uint8_t *end, uint8_t *text)
{
	literal->at = text;
	literal->bytes = 0;
	while (*at < end) {
		const uint8_t letter = *(*at)++;
		if (letter == '%') {
			if (*at == end || **at != '%')
				return 1;
			(*at)++;
		}
		text[literal->bytes++] = letter;
	}
	return 0;
}

rs_status_t event_format_parse(event_site_t *site, event_span_t format, uint8_t *text)
{
	const uint8_t *at = format.at, *const end = format.at + format.bytes;
	uint32_t count = 0;
	event_piece_t *piece = site->pieces;

	site->is_always_utf8 = 1;
	for (; take_literal(&piece->literal, &at, end, text); piece++) {
		const event_argument_t *argument = &site->arguments[count];
		if (count++ == site->argument_count || take_conversion(piece, &at, end) != RS_OK || !fits(piece->letter, argument->type))
			return RS_BAD_ARGUMENT;
		piece->is_plain = !piece->flags && !piece->width && piece->precision < 0 && !piece->narrow;
		if (argument->type == RS_ARGUMENT_F32 || argument->type == RS_ARGUMENT_F64)
			make_spec(piece);
		text += piece->literal.bytes;
		site->message_bytes += piece->literal.bytes + longest_text(piece, argument);
		site->is_always_utf8 &= (uint8_t)(is_always_utf8(piece, argument) &&
						  rs_utf8_is_valid(piece->literal.at, piece->literal.bytes));
	}
	site->message_bytes += piece->literal.bytes;
	site->is_always_utf8 &= (uint8_t)rs_utf8_is_valid(piece->literal.at, piece->literal.bytes);
	return count == site->argument_count ? RS_OK : RS_BAD_ARGUMENT;
}
