/* SPDX-License-Identifier: MIT */
/* format.c - see format.h. */
#include "format.h"

#include "pointer_hash.h"

/* UNICODE_STRING and ANSI_STRING of ntdef.h: lengths in bytes. */
typedef struct {
	uint16_t bytes;
	uint16_t room;
	const void *at;
} counted_t;

typedef struct {
	char *to;
	size_t room;
	size_t count;
} output_t;

enum length { LENGTH_INT, LENGTH_CHAR, LENGTH_SHORT, LENGTH_LONG, LENGTH_64, LENGTH_WIDE };

typedef struct {
	int is_left, has_zeros, has_prefix;
	char sign; /* what a positive number begins with; 0: nothing */
	uint32_t width;
	int64_t precision; /* -1: none */
	enum length length;
} spec_t;

/* A va_list can be an array, which an argument of a function no longer is. */
typedef struct {
	va_list list;
} arguments_t;

static void put(output_t *out, char byte)
{
	if (out->count < out->room)
		out->to[out->count] = byte;
	out->count++;
}

static void put_times(output_t *out, char byte, uint64_t times)
{
	while (times--)
		put(out, byte);
}

static void put_bytes(output_t *out, const char *at, size_t bytes)
{
	size_t n;

	for (n = 0; n < bytes; n++)
		put(out, at[n]);
}

static uint64_t missing(uint64_t width, uint64_t have)
{
	return width > have ? width - have : 0;
}

static void put_padded(output_t *out, const spec_t *spec, const char *at, size_t bytes)
{
	if (!spec->is_left)
		put_times(out, ' ', missing(spec->width, bytes));
	put_bytes(out, at, bytes);
	if (spec->is_left)
		put_times(out, ' ', missing(spec->width, bytes));
}

static void put_number(output_t *out, const spec_t *spec, uint64_t number, uint32_t base, int is_upper, const char *before)
{
	const char *const names = is_upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char digits[24];
	uint32_t count = 0, prefix = 0;
	uint64_t zeros = 0;
	uint64_t all;

	while (before[prefix])
		prefix++;
	for (; number; number /= base)
		digits[count++] = names[number % base];
	if (!count && spec->precision != 0)
		digits[count++] = '0';
	if (spec->precision >= 0)
		zeros = missing((uint64_t)spec->precision, count);
	else if (spec->has_zeros && !spec->is_left)
		zeros = missing(spec->width, (uint64_t)prefix + count);
	all = prefix + zeros + count;
	if (!spec->is_left)
		put_times(out, ' ', missing(spec->width, all));
	put_bytes(out, before, prefix);
	put_times(out, '0', zeros);
	while (count)
		put(out, digits[--count]);
	if (spec->is_left)
		put_times(out, ' ', missing(spec->width, all));
}

static void put_signed(output_t *out, const spec_t *spec, int64_t number)
{
	const char before[2] = {number < 0 ? '-' : spec->sign, '\0'};

	put_number(out, spec, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, 10, 0, before);
}

static void put_left_out(output_t *out, const spec_t *spec, rs_format_state_t *state, const char *mark)
{
	size_t bytes = 0;

	while (mark[bytes])
		bytes++;
	state->has_left_out = 1;
	put_padded(out, spec, mark, bytes);
}

/* A text ends with its zero, at its precision, or where we stop looking. */
static void put_text(output_t *out, const spec_t *spec, const char *text)
{
	const uint64_t most = spec->precision >= 0 && spec->precision < RS_FORMAT_READ_MAX ? (uint64_t)spec->precision : RS_FORMAT_READ_MAX;
	size_t bytes = 0;

	if (!text)
		text = "(null)";
	while (bytes < most && text[bytes])
		bytes++;
	put_padded(out, spec, text, bytes);
}

static void put_character(output_t *out, uint32_t code)
{
	if (code < 0x80) {
		put(out, (char)code);
		return;
	}
	if (code < 0x800) {
		put(out, (char)(0xc0 | code >> 6));
	} else {
		if (code < 0x10000) {
			put(out, (char)(0xe0 | code >> 12));
		} else {
			put(out, (char)(0xf0 | code >> 18));
			put(out, (char)(0x80 | (code >> 12 & 0x3f)));
		}
		put(out, (char)(0x80 | (code >> 6 & 0x3f)));
	}
	put(out, (char)(0x80 | (code & 0x3f)));
}

static uint32_t unit_at(const void *text, size_t n)
{
	uint16_t unit;

	__builtin_memcpy(&unit, (const char *)text + 2 * n, sizeof(unit));
	return unit;
}

/* A surrogate without its other half becomes U+FFFD. */
static void put_utf16(output_t *out, const void *text, size_t units)
{
	size_t n;

	for (n = 0; n < units; n++) {
		uint32_t code = unit_at(text, n);

		if ((code & 0xfc00) == 0xd800 && n + 1 < units && (unit_at(text, n + 1) & 0xfc00) == 0xdc00)
			code = 0x10000 + ((code & 0x3ff) << 10) + (unit_at(text, ++n) & 0x3ff);
		else if ((code & 0xf800) == 0xd800)
			code = 0xfffd;
		put_character(out, code);
	}
}

/* `most`: units that there are; a zero ends the text before where `ends_with_zero`. Width and precision count what is written, and units. */
static void put_wide(output_t *out, const spec_t *spec, const void *text, size_t most, int ends_with_zero)
{
	output_t measured = {NULL, 0, 0};
	size_t units = 0;

	if (spec->precision >= 0 && (uint64_t)spec->precision < most)
		most = (size_t)spec->precision;
	while (units < most && !(ends_with_zero && unit_at(text, units) == 0))
		units++;
	put_utf16(&measured, text, units);
	if (!spec->is_left)
		put_times(out, ' ', missing(spec->width, measured.count));
	put_utf16(out, text, units);
	if (spec->is_left)
		put_times(out, ' ', missing(spec->width, measured.count));
}

static void put_wide_text(output_t *out, const spec_t *spec, rs_format_state_t *state, const void *text)
{
	if (!text)
		put_text(out, spec, NULL);
	else if (!state->may_read_wide)
		put_left_out(out, spec, state, "<text at high IRQL>");
	else
		put_wide(out, spec, text, RS_FORMAT_READ_MAX / 2, 1);
}

static void put_counted(output_t *out, const spec_t *spec, rs_format_state_t *state, const void *at)
{
	counted_t text;

	if (!at) {
		put_text(out, spec, NULL);
		return;
	}
	if (!state->may_read_wide) {
		put_left_out(out, spec, state, "<text at high IRQL>");
		return;
	}
	__builtin_memcpy(&text, at, sizeof(text));
	if (!text.at) {
		put_text(out, spec, NULL);
	} else if (spec->length == LENGTH_WIDE) {
		put_wide(out, spec, text.at, text.bytes / 2, 0);
	} else {
		put_padded(out, spec, text.at,
			   spec->precision >= 0 && spec->precision < text.bytes ? (size_t)spec->precision : text.bytes);
	}
}

static void put_pointer(output_t *out, spec_t spec, const rs_format_state_t *state, uint64_t bits)
{
	spec.precision = 16;
	put_number(out, &spec, bits && state->pointer_key ? rs_hash_u64(bits, state->pointer_key) : bits, 16, 1, "");
}

static uint64_t take_unsigned(arguments_t *arguments, enum length length)
{
	switch (length) {
	case LENGTH_64:
		return va_arg(arguments->list, uint64_t);
	case LENGTH_CHAR:
		return (uint8_t)va_arg(arguments->list, unsigned int);
	case LENGTH_SHORT:
		return (uint16_t)va_arg(arguments->list, unsigned int);
	case LENGTH_LONG:
		return va_arg(arguments->list, unsigned long);
	default:
		return va_arg(arguments->list, unsigned int);
	}
}

static int64_t take_signed(arguments_t *arguments, enum length length)
{
	switch (length) {
	case LENGTH_64:
		return va_arg(arguments->list, int64_t);
	case LENGTH_CHAR:
		return (int8_t)va_arg(arguments->list, int);
	case LENGTH_SHORT:
		return (int16_t)va_arg(arguments->list, int);
	case LENGTH_LONG:
		return va_arg(arguments->list, long);
	default:
		return va_arg(arguments->list, int);
	}
}

static const char *read_flags(const char *at, spec_t *spec)
{
	for (;; at++) {
		if (*at == '-')
			spec->is_left = 1;
		else if (*at == '0')
			spec->has_zeros = 1;
		else if (*at == '#')
			spec->has_prefix = 1;
		else if (*at == '+')
			spec->sign = '+';
		else if (*at == ' ')
			spec->sign = spec->sign ? spec->sign : ' ';
		else
			return at;
	}
}

/* More than the longest text is as good as the longest text, and cannot overflow. */
static const char *read_count(const char *at, arguments_t *arguments, int64_t *count)
{
	if (*at == '*') {
		const int64_t asked = va_arg(arguments->list, int);

		*count = asked > (int64_t)RS_FORMAT_READ_MAX ? (int64_t)RS_FORMAT_READ_MAX : asked;
		return at + 1;
	}
	for (*count = 0; *at >= '0' && *at <= '9'; at++)
		if (*count <= (int64_t)RS_FORMAT_READ_MAX)
			*count = *count * 10 + (*at - '0');
	if (*count > (int64_t)RS_FORMAT_READ_MAX)
		*count = RS_FORMAT_READ_MAX;
	return at;
}

static const char *read_length(const char *at, spec_t *spec)
{
	spec->length = LENGTH_INT;
	switch (*at) {
	case 'h':
		spec->length = at[1] == 'h' ? LENGTH_CHAR : LENGTH_SHORT;
		return at + (at[1] == 'h' ? 2 : 1);
	case 'l':
		spec->length = at[1] == 'l' ? LENGTH_64 : LENGTH_LONG;
		return at + (at[1] == 'l' ? 2 : 1);
	case 'j':
	case 'z':
	case 't':
	case 'L':
		spec->length = LENGTH_64;
		return at + 1;
	case 'w':
		spec->length = LENGTH_WIDE;
		return at + 1;
	case 'I':
		if (at[1] == '3' && at[2] == '2')
			return at + 3;
		spec->length = LENGTH_64;
		return at + (at[1] == '6' && at[2] == '4' ? 3 : 1);
	default:
		return at;
	}
}

static const char *read_spec(const char *at, arguments_t *arguments, spec_t *spec)
{
	int64_t width;

	*spec = (spec_t){.precision = -1};
	at = read_flags(at, spec);
	at = read_count(at, arguments, &width);
	if (width < 0) {
		spec->is_left = 1;
		width = -width < (int64_t)RS_FORMAT_READ_MAX ? -width : (int64_t)RS_FORMAT_READ_MAX;
	}
	spec->width = (uint32_t)width;
	if (*at == '.') {
		at = read_count(at + 1, arguments, &spec->precision);
		if (spec->precision < 0)
			spec->precision = -1;
	}
	return read_length(at, spec);
}

static void put_unsigned(output_t *out, const spec_t *spec, char conversion, uint64_t number)
{
	switch (conversion) {
	case 'x':
		put_number(out, spec, number, 16, 0, spec->has_prefix && number ? "0x" : "");
		break;
	case 'X':
		put_number(out, spec, number, 16, 1, spec->has_prefix && number ? "0X" : "");
		break;
	case 'o':
		put_number(out, spec, number, 8, 0, spec->has_prefix && number ? "0" : "");
		break;
	default:
		put_number(out, spec, number, 10, 0, "");
	}
}

static void put_char(output_t *out, const spec_t *spec, int is_wide, unsigned int value)
{
	const uint16_t unit = (uint16_t)value;
	const char byte = (char)value;
	spec_t one = *spec;

	one.precision = -1;
	if (is_wide)
		put_wide(out, &one, &unit, 1, 0);
	else
		put_padded(out, &one, &byte, 1);
}

static int is_wide(const spec_t *spec, char conversion)
{
	/* The capital is the other kind than the format's own. */
	return conversion == 'S' || conversion == 'C' ? spec->length != LENGTH_SHORT
						      : spec->length == LENGTH_LONG || spec->length == LENGTH_WIDE;
}

/* Returns 0 for a conversion that there is not. */
static int put_conversion(output_t *out, const spec_t *spec, rs_format_state_t *state, char conversion, arguments_t *arguments)
{
	switch (conversion) {
	case 'd':
	case 'i':
		put_signed(out, spec, take_signed(arguments, spec->length));
		return 1;
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		put_unsigned(out, spec, conversion, take_unsigned(arguments, spec->length));
		return 1;
	case 'c':
	case 'C':
		put_char(out, spec, is_wide(spec, conversion), va_arg(arguments->list, unsigned int));
		return 1;
	case 's':
	case 'S':
		if (is_wide(spec, conversion))
			put_wide_text(out, spec, state, va_arg(arguments->list, const void *));
		else
			put_text(out, spec, va_arg(arguments->list, const char *));
		return 1;
	case 'Z':
		put_counted(out, spec, state, va_arg(arguments->list, const void *));
		return 1;
	case 'p':
		put_pointer(out, *spec, state, (uintptr_t)va_arg(arguments->list, void *));
		return 1;
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
	case 'a':
	case 'A':
		/* Microsoft's convention hands it over in a word like any other. */
		(void)va_arg(arguments->list, uint64_t);
		put_left_out(out, spec, state, "<float>");
		return 1;
	case 'n':
		(void)va_arg(arguments->list, void *);
		return 1;
	case '%':
		put(out, '%');
		return 1;
	default:
		return 0;
	}
}

size_t rs_format(char *to, size_t room, rs_format_state_t *state, const char *format, va_list list)
{
	output_t out = {to, room, 0};
	arguments_t arguments;

	va_copy(arguments.list, list);
	while (*format) {
		const char *from = format;
		spec_t spec;

		if (*format != '%') {
			put(&out, *format++);
			continue;
		}
		format = read_spec(format + 1, &arguments, &spec);
		if (*format && put_conversion(&out, &spec, state, *format, &arguments)) {
			format++;
			continue;
		}
		while (*from)
			put(&out, *from++);
		break;
	}
	va_end(arguments.list);
	return out.count;
}
