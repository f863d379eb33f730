/* SPDX-License-Identifier: MIT */
/* site_format.c - see site_format.h. */
#include "site_format.h"

/* One conversion of a format: `%-8.4lx`. */
typedef struct {
	const char *begin; /* the per cent sign */
	char letter;
	uint8_t has_precision;
	uint32_t precision;
} conversion_t;

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int is_one_of(char c, const char *set)
{
	while (*set && *set != c)
		set++;
	return c != '\0' && *set == c;
}

/* Saturates: no field is that wide, and a text is cut long before. */
static const char *read_number(const char *at, uint32_t *number)
{
	*number = 0;
	for (; is_digit(*at); at++)
		if (*number < 1000000)
			*number = *number * 10 + (uint32_t)(*at - '0');
	return at;
}

/* From behind the per cent sign to behind the letter; null where it is none that a reader can print. */
static const char *read_conversion(const char *at, conversion_t *conversion)
{
	uint32_t width;

	conversion->begin = at - 1;
	while (is_one_of(*at, "-+ #0"))
		at++;
	at = read_number(at, &width);
	conversion->has_precision = *at == '.';
	conversion->precision = 0;
	if (conversion->has_precision)
		at = read_number(at + 1, &conversion->precision);
	while (is_one_of(*at, "hljztLq"))
		at++;
	conversion->letter = *at;
	return is_one_of(*at, "diuxXocspeEfFgGaA") ? at + 1 : NULL;
}

/* Whether a conversion can print what was passed, and what is stored then; 0 where it cannot. */
static uint8_t stored_type(uint8_t type, char letter)
{
	const int is_integer = type >= RS_ARGUMENT_BOOL && type <= RS_ARGUMENT_U64;
	const int has_number = is_integer || (type >= RS_ARGUMENT_ENUM && type <= RS_ARGUMENT_HRESULT);
	const int is_string = type >= RS_ARGUMENT_TEXT && type <= RS_ARGUMENT_BYTES;

	switch (letter) {
	case 'c':
		return is_integer || type == RS_ARGUMENT_CHAR ? type : 0;
	case 's':
		return type == RS_ARGUMENT_BOOL || (type >= RS_ARGUMENT_TEXT && type <= RS_ARGUMENT_HRESULT) ? type : 0;
	case 'p':
		return type == RS_ARGUMENT_POINTER || is_string ? RS_ARGUMENT_POINTER : 0;
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		if (type == RS_ARGUMENT_CHAR)
			return (char)-1 < 0 ? RS_ARGUMENT_I8 : RS_ARGUMENT_U8;
		return has_number ? type : 0;
	default: /* floating point */
		return type == RS_ARGUMENT_F32 || type == RS_ARGUMENT_F64 ? type : 0;
	}
}

/* --- keys ------------------------------------------------------------------------------------------------------------ */

/* Copies a word if it can be a key with room for its suffixes. */
static int take_word(char *key, const char *begin, const char *end)
{
	if (begin == end || is_digit(*begin) || end - begin > (long)RS_KEY_BYTES - 8)
		return 0;
	while (begin < end)
		*key++ = *begin++;
	*key = '\0';
	return 1;
}

/* The word of `word=%d`, where plain text begins at `plain`. */
static int key_before(const char *plain, const char *conversion, char *key)
{
	if (conversion == plain || conversion[-1] != '=')
		return 0;
	const char *end = conversion - 1, *begin = end;
	while (begin > plain && is_word(begin[-1]))
		begin--;
	return take_word(key, begin, end);
}

/* Behind the literal that begins here. */
static const char *skip_literal(const char *at)
{
	const char quote = *at++;
	while (*at && *at != quote)
		at += *at == '\\' && at[1] ? 2 : 1;
	return *at ? at + 1 : at;
}

/* Behind the comma that ends this argument, or at the end: as the preprocessor splits, which knows round brackets and literals. */
static const char *skip_argument(const char *at)
{
	uint32_t depth = 0;
	while (*at) {
		if (*at == '"' || *at == '\'') {
			at = skip_literal(at);
			continue;
		}
		depth += *at == '(';
		depth -= *at == ')' && depth;
		if (*at++ == ',' && depth == 0)
			break;
	}
	return at;
}

static const char *skip_spaces(const char *at)
{
	while (is_one_of(*at, " \t\n"))
		at++;
	return at;
}

static const char *skip_text(const char *at, const char *text)
{
	for (; *text; at++, text++)
		if (*at != *text)
			return NULL;
	return at;
}

/* The key of `RS_ARG(key, value)`, also where an outer macro has made of it what RS_ARG stands for. */
static int key_named(const char *argument, char *key)
{
	const char *at = skip_text(argument, "RS_ARG");
	if (at) {
		at = skip_spaces(at);
		at = *at == '(' ? skip_spaces(at + 1) : NULL;
	} else {
		at = skip_text(argument, "((void)sizeof(\"rs_key:\" \"");
	}
	if (!at)
		return 0;
	const char *end = at;
	while (is_word(*end))
		end++;
	return take_word(key, at, end);
}

static int is_same_key(const char *a, const char *b)
{
	/* As SQL compares the names of columns. */
	while (*a && lower(*a) == lower(*b))
		a++, b++;
	return lower(*a) == lower(*b);
}

static uint32_t length_of(const char *text)
{
	uint32_t length = 0;
	while (text[length])
		length++;
	return length;
}

static void append_number(char *at, uint32_t number)
{
	if (number >= 10)
		*at++ = (char)('0' + number / 10);
	*at++ = (char)('0' + number % 10);
	*at = '\0';
}

static int is_taken(const rs_arguments_t *arguments, uint32_t before, const char *key)
{
	for (uint32_t n = 0; n < before; n++)
		if (is_same_key(arguments->keys[n], key))
			return 1;
	return 0;
}

/* No key is a column that every event has, and none is there twice. */
static void make_unique(rs_arguments_t *arguments, uint32_t number)
{
	static const char *const columns[] = {"idx",   "ts",  "processor", "severity", "level",
					      "pid", "tid", "capture",	 "site",     "message"};
	char *key = arguments->keys[number];

	for (uint32_t n = 0; n < sizeof(columns) / sizeof(columns[0]); n++)
		if (is_same_key(key, columns[n])) {
			char *end = key + length_of(key);
			end[0] = '_';
			end[1] = '\0';
			break;
		}
	char *end = key + length_of(key);
	for (uint32_t copy = 2; is_taken(arguments, number, key); copy++) {
		end[0] = '_';
		append_number(end + 1, copy);
	}
}

static void name_argument(const char *argument, const char *plain, const char *conversion, rs_arguments_t *arguments, uint32_t number)
{
	char *key = arguments->keys[number];
	if (!(argument && key_named(argument, key)) && !key_before(plain, conversion, key)) {
		key[0] = 'a', key[1] = 'r', key[2] = 'g';
		append_number(key + 3, number + 1);
	}
	make_unique(arguments, number);
}

/* --- the whole format ------------------------------------------------------------------------------------------------- */

rs_status_t rs_arguments_read(const rs_site_source_t *source, rs_arguments_t *arguments)
{
	const uint32_t count = source->argument_count;
	const char *argument = source->arguments ? skip_argument(source->arguments) : NULL;
	const char *plain = source->format; /* behind the last conversion */
	uint32_t found = 0;

	arguments->count = 0;
	if (count > RS_ARGUMENTS_MAX)
		return RS_BAD_ARGUMENT;
	/* A text or data site has a format and no arguments of its own. */
	if (source->kind != RS_KIND_EVENT)
		return count ? RS_BAD_ARGUMENT : RS_OK;
	for (const char *at = source->format; *at;) {
		conversion_t conversion;
		if (*at++ != '%')
			continue;
		if (*at == '%') {
			plain = ++at;
			continue;
		}
		at = read_conversion(at, &conversion);
		if (!at || found == count)
			return RS_BAD_ARGUMENT;
		const uint8_t stored = stored_type(source->types[found], conversion.letter);
		if (!stored)
			return RS_BAD_ARGUMENT;
		arguments->types[found] = stored;
		/* One more than is kept: whether a text is longer can be told from that. */
		arguments->longest[found] = conversion.has_precision && conversion.precision <= RS_ARGUMENT_MAX
						    ? (uint16_t)conversion.precision
						    : UINT16_MAX;
		if (argument)
			argument = skip_spaces(argument);
		name_argument(argument, plain, conversion.begin, arguments, found);
		plain = at;
		if (argument)
			argument = skip_argument(argument);
		found++;
	}
	arguments->count = found;
	return found == count ? RS_OK : RS_BAD_ARGUMENT;
}
