/* SPDX-License-Identifier: MIT */
/*
 * rs_event_c.h - the part of rs_event.h that is C's: an argument's type chosen by _Generic.
 *
 * Every argument is written several times in the expansion of RS_EVENT and evaluated in one of them.
 */
#ifndef RS_EVENT_C_H
#define RS_EVENT_C_H

/* A kernel has no floating point. */
#ifdef RS_IN_KERNEL
#define RS_FLOATS(X)
#define RS_FLOAT_TYPES
#define RS_FLOAT_FUNCTIONS(prefix)
#else
#define RS_FLOATS(X) X(float, float) X(double, double)
#define RS_FLOAT_TYPES float: RS_ARGUMENT_F32, double: RS_ARGUMENT_F64, long double: RS_ARGUMENT_F64,
#define RS_FLOAT_FUNCTIONS(prefix) float: prefix##float, double: prefix##double, long double: prefix##ldouble,
#endif

/* type, its name here */
#define RS_NUMBERS(X)              \
	X(_Bool, bool)             \
	X(char, char)              \
	X(signed char, schar)      \
	X(unsigned char, uchar)    \
	X(short, short)            \
	X(unsigned short, ushort)  \
	X(int, int)                \
	X(unsigned int, uint)      \
	X(long, long)              \
	X(unsigned long, ulong)    \
	X(long long, llong)        \
	X(unsigned long long, ullong) \
	RS_FLOATS(X)               \
	X(rs_errno_t, errno)       \
	X(rs_ntstatus_t, ntstatus) \
	X(rs_hresult_t, hresult)

#define RS_NUMBER(type, name)                                                                      \
	static inline unsigned char *rs_put_##name(unsigned char *at, type value)                  \
	{                                                                                          \
		__builtin_memcpy(at, &value, sizeof(value));                                       \
		return at + sizeof(value);                                                         \
	}                                                                                          \
	static inline rs_piece_t rs_piece_##name(type value)                                       \
	{                                                                                          \
		rs_piece_t piece = {0, NULL, 0};                                                   \
		__builtin_memcpy(&piece.bits, &value, sizeof(value));                              \
		return piece;                                                                      \
	}
RS_NUMBERS(RS_NUMBER)

#ifndef RS_IN_KERNEL
static inline unsigned char *rs_put_ldouble(unsigned char *at, long double value)
{
	return rs_put_double(at, (double)value);
}

static inline rs_piece_t rs_piece_ldouble(long double value)
{
	return rs_piece_double((double)value);
}
#endif

/* Any other argument has to be a pointer. */
static inline unsigned char *rs_put_pointer(unsigned char *at, const volatile void *value)
{
	return rs_put_ullong(at, (uintptr_t)value);
}

static inline rs_piece_t rs_piece_pointer(const volatile void *value)
{
	return rs_piece_ullong((uintptr_t)value);
}

/* With %p the pointer is the argument, and with %s what stands there: the format decides, when the site is registered. */
static inline rs_piece_t rs_piece_string(const char *text)
{
	const rs_piece_t piece = {(uintptr_t)text, text, RS_UNTIL_ZERO};
	return piece;
}

static inline rs_piece_t rs_piece_text(rs_text_t text)
{
	const rs_piece_t piece = {(uintptr_t)text.at, text.at, text.bytes};
	return piece;
}

static inline rs_piece_t rs_piece_utf16(rs_utf16_t text)
{
	const rs_piece_t piece = {(uintptr_t)text.at, text.at, text.bytes};
	return piece;
}

static inline rs_piece_t rs_piece_bytes(rs_bytes_t bytes)
{
	const rs_piece_t piece = {(uintptr_t)bytes.at, bytes.at, bytes.bytes};
	return piece;
}

static inline rs_piece_t rs_piece_enum(rs_enum_t value)
{
	const rs_piece_t piece = {(uint64_t)value.value, value.names, 0};
	return piece;
}

/* An event with one of these is written by pieces. */
static inline unsigned char *rs_put_string(unsigned char *at, const char *text)
{
	(void)text;
	return at;
}
#define RS_NO_NUMBER(type, name)                                                \
	static inline unsigned char *rs_put_##name(unsigned char *at, type argument) \
	{                                                                       \
		(void)argument;                                                 \
		return at;                                                      \
	}
RS_NO_NUMBER(rs_text_t, text)
RS_NO_NUMBER(rs_utf16_t, utf16)
RS_NO_NUMBER(rs_bytes_t, bytes)
RS_NO_NUMBER(rs_enum_t, enum)
#undef RS_NO_NUMBER
#undef RS_NUMBER

#define RS_OF_SIZE(type, of_8, of_4) (sizeof(type) == 8 ? (of_8) : (of_4))

#define RS_TYPE_OF(x)                                                                    \
	_Generic((x),                                                                    \
		_Bool: RS_ARGUMENT_BOOL,                                                 \
		char: RS_ARGUMENT_CHAR,                                                  \
		signed char: RS_ARGUMENT_I8,                                             \
		unsigned char: RS_ARGUMENT_U8,                                           \
		short: RS_ARGUMENT_I16,                                                  \
		unsigned short: RS_ARGUMENT_U16,                                         \
		int: RS_ARGUMENT_I32,                                                    \
		unsigned int: RS_ARGUMENT_U32,                                           \
		long: RS_OF_SIZE(long, RS_ARGUMENT_I64, RS_ARGUMENT_I32),                \
		unsigned long: RS_OF_SIZE(unsigned long, RS_ARGUMENT_U64, RS_ARGUMENT_U32), \
		long long: RS_ARGUMENT_I64,                                              \
		unsigned long long: RS_ARGUMENT_U64,                                     \
		RS_FLOAT_TYPES                                                           \
		char *: RS_ARGUMENT_TEXT,                                                \
		const char *: RS_ARGUMENT_TEXT,                                          \
		rs_text_t: RS_ARGUMENT_TEXT,                                             \
		rs_utf16_t: RS_ARGUMENT_TEXT16,                                          \
		rs_bytes_t: RS_ARGUMENT_BYTES,                                           \
		rs_enum_t: RS_ARGUMENT_ENUM,                                             \
		rs_errno_t: RS_ARGUMENT_ERRNO,                                           \
		rs_ntstatus_t: RS_ARGUMENT_NTSTATUS,                                     \
		rs_hresult_t: RS_ARGUMENT_HRESULT,                                       \
		default: RS_ARGUMENT_POINTER)

#define RS_FUNCTION_OF(x, prefix)                                                                                        \
	_Generic((x),                                                                                                    \
		_Bool: prefix##bool, char: prefix##char, signed char: prefix##schar, unsigned char: prefix##uchar,       \
		short: prefix##short, unsigned short: prefix##ushort, int: prefix##int, unsigned int: prefix##uint,      \
		long: prefix##long, unsigned long: prefix##ulong, long long: prefix##llong,                              \
		unsigned long long: prefix##ullong, RS_FLOAT_FUNCTIONS(prefix) char *: prefix##string, const char *: prefix##string,                      \
		rs_text_t: prefix##text, rs_utf16_t: prefix##utf16, rs_bytes_t: prefix##bytes, rs_enum_t: prefix##enum,  \
		rs_errno_t: prefix##errno, rs_ntstatus_t: prefix##ntstatus, rs_hresult_t: prefix##hresult,               \
		default: prefix##pointer)

#define RS_STAND_IN(x)                                                                                                  \
	_Generic((x),                                                                                                   \
		rs_text_t: (const char *)0, rs_utf16_t: (const char *)0, rs_bytes_t: (const char *)0,                   \
		rs_enum_t: (const char *)0, rs_errno_t: (const char *)0, rs_ntstatus_t: (const char *)0,                \
		rs_hresult_t: (const char *)0, default: (x))

/* Written by pieces. In a kernel pointers too: its library does not let them out as they are. */
#ifdef RS_IN_KERNEL
#define RS_IS_LONG_TYPE(type) ((type) >= RS_ARGUMENT_POINTER && (type) <= RS_ARGUMENT_ENUM)
#else
#define RS_IS_LONG_TYPE(type) ((type) >= RS_ARGUMENT_TEXT && (type) <= RS_ARGUMENT_ENUM)
#endif

#define RS_TYPE_ITEM(x) RS_TYPE_OF(x),
#define RS_STAND_IN_ITEM(x) , RS_STAND_IN(x)
#define RS_BYTES_ITEM(x) +RS_ARGUMENT_BYTES(RS_TYPE_OF(x))
#define RS_LONG_ITEM(x) | RS_IS_LONG_TYPE(RS_TYPE_OF(x))
#define RS_PUT_ITEM(x) rs_at_ = RS_FUNCTION_OF(x, rs_put_)(rs_at_, (x));
#define RS_PIECE_ITEM(x) RS_FUNCTION_OF(x, rs_piece_)((x)),

#define RS_EVENT_WRITE(site_, severity_, ...)                                                                        \
	__extension__({                                                                                              \
		enum {                                                                                               \
			rs_bytes_ = 0 RS_EACH(RS_BYTES_ITEM, __VA_ARGS__),                                           \
			rs_is_long_ = 0 RS_EACH(RS_LONG_ITEM, __VA_ARGS__)                                           \
		};                                                                                                   \
		rs_status_t rs_written_;                                                                             \
		if (rs_is_long_) {                                                                                   \
			const rs_piece_t rs_pieces_[] = {RS_EACH(RS_PIECE_ITEM, __VA_ARGS__){0, NULL, 0}};           \
			rs_written_ = rs_event_send_pieces(site_, severity_, rs_pieces_);                            \
		} else {                                                                                             \
			uint64_t rs_words_[rs_bytes_ / 8 + 1];                                                       \
			unsigned char *rs_at_ = (unsigned char *)rs_words_;                                          \
			rs_words_[rs_bytes_ / 8] = 0;                                                                \
			RS_EACH(RS_PUT_ITEM, __VA_ARGS__)                                                            \
			(void)rs_at_;                                                                                \
			rs_written_ = rs_event_send(site_, severity_, rs_words_, rs_bytes_);                         \
		}                                                                                                    \
		rs_written_;                                                                                         \
	})

#if !defined(RS_IN_KERNEL) || !defined(RS_PLAIN_CALLS)
/* The end of RS_SCOPE. Where the begin was switched off there is no end either. */
typedef struct {
	rs_event_site_t *end;
	int severity;
} rs_scope_t;

static inline void rs_scope_end(const rs_scope_t *scope)
{
	const uint64_t nothing = 0;
	if (scope->end && rs_site_is_on(&scope->end->site, scope->severity))
		(void)rs_event_send(scope->end, scope->severity, &nothing, 0);
}

#define RS_SCOPE_GUARD(number, site_, severity_, begin)                                              \
	const rs_scope_t rs_scope_##number __attribute__((cleanup(rs_scope_end), unused)) = {        \
		(begin) == RS_OFF ? NULL : (site_), (severity_)}
#endif

#endif /* RS_EVENT_C_H */
