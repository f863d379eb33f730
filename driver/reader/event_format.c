/* SPDX-License-Identifier: MIT */
/* event_format.c - see event_format.h. */
#include "event_format.h"

#include <string.h>

#include "event_names.h"
#include "event_number.h"
#include "event_text.h"

static uint8_t *put(uint8_t *out, const void *bytes, uint32_t count)
{
	memcpy(out, bytes, count);
	return out + count;
}

static uint8_t *put_string(uint8_t *out, const char *string)
{
	return put(out, string, (uint32_t)strlen(string));
}

static uint8_t *put_enumerator(uint8_t *out, const event_argument_t *argument, int64_t value)
{
	for (uint32_t n = 0; n < argument->enumerator_count; n++)
		if (argument->enumerators[n].value == value)
			return put(out, argument->enumerators[n].name.at, argument->enumerators[n].name.bytes);
	return event_put_signed(out, value);
}

/* The kernel returns errors as negative numbers: those are shown as -EIO. */
static uint8_t *put_errno(uint8_t *out, int32_t error)
{
	const char *name = error == INT32_MIN ? NULL : event_errno_name(error < 0 ? -error : error);
	if (!name)
		return event_put_signed(out, error);
	if (error < 0)
		*out++ = '-';
	return put_string(out, name);
}

static uint8_t *put_code(uint8_t *out, uint32_t code, const char *name)
{
	return name ? put_string(out, name) : event_put_hex(put_string(out, "0x"), code, 8, 0);
}

static uint8_t *put_name(uint8_t *out, const event_argument_t *argument, uint64_t number)
{
	switch (argument->type) {
	case RS_ARGUMENT_BOOL:
		return put_string(out, number ? "true" : "false");
	case RS_ARGUMENT_ENUM:
		return put_enumerator(out, argument, (int64_t)number);
	case RS_ARGUMENT_ERRNO:
		return put_errno(out, (int32_t)number);
	case RS_ARGUMENT_NTSTATUS:
		return put_code(out, (uint32_t)number, event_ntstatus_name((uint32_t)number));
	default:
		return put_code(out, (uint32_t)number, event_hresult_name((uint32_t)number));
	}
}

/* At most `limit` bytes of a text, as the precision of %s says. *is_whole: the limit cost nothing. */
static uint8_t *put_text(uint8_t *out, const event_argument_t *argument, const event_value_t *value, uint32_t limit, int *is_whole)
{
	uint8_t *const begin = out;
	if (argument->type == RS_ARGUMENT_TEXT16 && value->bytes)
		return out + event_text_from_utf16(value->bytes, value->length, limit, out, is_whole);
	if (argument->type == RS_ARGUMENT_TEXT && value->bytes) {
		*is_whole = value->length <= limit;
		return put(out, value->bytes, *is_whole ? value->length : limit);
	}
	if (argument->type == RS_ARGUMENT_BYTES && value->bytes)
		out += event_text_from_bytes(value->bytes, value->length, out);
	else if (event_type_bytes(argument->type) == 0)
		out = put_string(out, limit < 6 ? "" : "(null)"); /* as glibc does it */
	else
		out = put_name(out, argument, value->number);
	*is_whole = (uint64_t)(out - begin) <= limit;
	return *is_whole ? out : begin + limit;
}

uint8_t *event_put_text(uint8_t *out, const event_argument_t *argument, const event_value_t *value)
{
	int is_whole;
	return put_text(out, argument, value, UINT32_MAX, &is_whole);
}

/* Moves what stands between `begin` and `end` so that it fills `width`. */
static uint8_t *pad(uint8_t *begin, uint8_t *end, const event_piece_t *piece)
{
	const int64_t spaces = piece->width - (end - begin);
	if (spaces <= 0)
		return end;
	if (piece->flags & EVENT_LEFT) {
		memset(end, ' ', (size_t)spaces);
	} else {
		memmove(begin + spaces, begin, (size_t)(end - begin));
		memset(begin, ' ', (size_t)spaces);
	}
	return end + spaces;
}

static uint8_t *put_padded_text(uint8_t *out, const event_piece_t *piece, const event_argument_t *argument,
				const event_value_t *value)
{
	const uint32_t limit = piece->precision < 0 ? UINT32_MAX : (uint32_t)piece->precision;
	int is_whole;
	uint8_t *end = put_text(out, argument, value, limit, &is_whole);
	/* A precision that ends where the kept text does would have cut the whole text there, too. */
	if (event_type_bytes(argument->type) == 0 && value->is_cut && value->bytes && is_whole && (uint64_t)(end - out) < limit)
		end = put_string(end, "\xe2\x80\xa6");
	return pad(out, end, piece);
}

static uint32_t bits_of(uint8_t type)
{
	return event_type_bytes(type) == 8 ? 64 : 32;
}

static uint8_t *put_value(uint8_t *out, const event_piece_t *piece, const event_argument_t *argument, const event_value_t *value)
{
	switch (piece->letter) {
	case 's':
		return put_padded_text(out, piece, argument, value);
	case 'c':
		*out = (uint8_t)value->number;
		return pad(out, out + 1, piece);
	case 'p':
		if (value->number == 0)
			return pad(out, put_string(out, "(nil)"), piece);
		return event_put_integer(out, piece, value->number, 64);
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		return event_put_integer(out, piece, value->number, bits_of(argument->type));
	default:
		return event_put_float(out, piece, value->number, argument->type);
	}
}

uint8_t *event_format(const event_site_t *site, const uint8_t *payload, uint32_t bytes, uint8_t *out)
{
	event_value_t values[RS_ARGUMENTS_MAX];
	uint32_t left, n;
	const uint32_t count = event_payload_read(site, payload, bytes, values, &left);

	for (n = 0; n < count; n++) {
		const event_piece_t *piece = &site->pieces[n];
		out = put(out, piece->literal.at, piece->literal.bytes);
		out = put_value(out, piece, &site->arguments[n], &values[n]);
	}
	out = put(out, site->pieces[n].literal.at, site->pieces[n].literal.bytes);
	if (n < site->argument_count) {
		out = put_string(out, "<damaged: the payload ends before ");
		out = put_string(out, site->arguments[n].key);
		*out++ = '>';
	} else if (left > 0) {
		out = put_string(out, " <damaged: ");
		out = event_put_unsigned(out, left);
		out = put_string(out, left == 1 ? " byte is left over>" : " bytes are left over>");
	}
	return out;
}
