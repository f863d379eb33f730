/* SPDX-License-Identifier: MIT */
/*
 * rs_event_cpp.h - the part of rs_event.h that is C++'s: an argument's type chosen by overloads and templates. C++17.
 *
 * Beside what C takes: enumerations (as the type that they are stored in), std::string and std::string_view and what else has data() and size() of
 * char or char16_t, nullptr.
 */
#ifndef RS_EVENT_CPP_H
#define RS_EVENT_CPP_H

#if __cplusplus < 201703L
#error "rs_event.h needs C++17"
#endif

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace ringscope {

template <class T> inline constexpr bool is_wrapper =
	std::is_same_v<T, rs_text_t> || std::is_same_v<T, rs_utf16_t> || std::is_same_v<T, rs_bytes_t> || std::is_same_v<T, rs_enum_t> ||
	std::is_same_v<T, rs_errno_t> || std::is_same_v<T, rs_ntstatus_t> || std::is_same_v<T, rs_hresult_t>;

template <class T, class C, class = void> inline constexpr bool is_string_of = false;
template <class T, class C>
inline constexpr bool is_string_of<
	T, C, std::void_t<decltype(std::declval<const T &>().data()), decltype(std::declval<const T &>().size())>> =
	std::is_convertible_v<decltype(std::declval<const T &>().data()), const C *>;

/* An argument by value: what a call works with. Scalars are not bound to references, which constants without a place have none for. */
template <class T, std::enable_if_t<std::is_arithmetic_v<T> || std::is_pointer_v<T> || std::is_null_pointer_v<T>, int> = 0>
constexpr T hold(T value)
{
	return value;
}

template <class T, std::enable_if_t<std::is_enum_v<T>, int> = 0> constexpr std::underlying_type_t<T> hold(T value)
{
	return static_cast<std::underlying_type_t<T>>(value);
}

template <class T, std::enable_if_t<std::is_class_v<T>, int> = 0> constexpr auto hold(const T &value)
{
	if constexpr (is_wrapper<T>) {
		return value;
	} else if constexpr (is_string_of<T, char>) {
		return rs_text_t{value.data(), value.size()};
	} else {
		static_assert(is_string_of<T, char16_t>, "an event takes numbers, pointers, texts and what rs_text … rs_hresult make");
		return rs_utf16_t{value.data(), value.size() * 2};
	}
}

template <class T> constexpr uint8_t type_of()
{
	if constexpr (std::is_same_v<T, bool>)
		return RS_ARGUMENT_BOOL;
	else if constexpr (std::is_same_v<T, char>)
		return RS_ARGUMENT_CHAR;
	else if constexpr (std::is_integral_v<T>)
		return static_cast<uint8_t>((sizeof(T) == 1   ? RS_ARGUMENT_I8
					     : sizeof(T) == 2 ? RS_ARGUMENT_I16
					     : sizeof(T) == 4 ? RS_ARGUMENT_I32
							      : RS_ARGUMENT_I64) +
					    (std::is_unsigned_v<T> ? 1 : 0));
	else if constexpr (std::is_same_v<T, float>)
		return RS_ARGUMENT_F32;
	else if constexpr (std::is_floating_point_v<T>)
		return RS_ARGUMENT_F64;
	else if constexpr (std::is_same_v<T, char *> || std::is_same_v<T, const char *> || std::is_same_v<T, rs_text_t>)
		return RS_ARGUMENT_TEXT;
	else if constexpr (std::is_same_v<T, rs_utf16_t>)
		return RS_ARGUMENT_TEXT16;
	else if constexpr (std::is_same_v<T, rs_bytes_t>)
		return RS_ARGUMENT_BYTES;
	else if constexpr (std::is_same_v<T, rs_enum_t>)
		return RS_ARGUMENT_ENUM;
	else if constexpr (std::is_same_v<T, rs_errno_t>)
		return RS_ARGUMENT_ERRNO;
	else if constexpr (std::is_same_v<T, rs_ntstatus_t>)
		return RS_ARGUMENT_NTSTATUS;
	else if constexpr (std::is_same_v<T, rs_hresult_t>)
		return RS_ARGUMENT_HRESULT;
	else
		return RS_ARGUMENT_POINTER;
}

template <class T> constexpr bool is_long()
{
	return type_of<T>() >= RS_ARGUMENT_TEXT && type_of<T>() <= RS_ARGUMENT_ENUM;
}

/* What is stored of an argument that has a fixed length. */
template <class T> inline auto stored(T value)
{
	if constexpr (std::is_same_v<T, long double>)
		return static_cast<double>(value);
	else if constexpr (std::is_null_pointer_v<T>)
		return uint64_t{0};
	else if constexpr (std::is_pointer_v<T>)
		return static_cast<uint64_t>(reinterpret_cast<uintptr_t>(value));
	else
		return value;
}

template <class T> constexpr uint32_t bytes_of()
{
	if constexpr (is_long<T>())
		return 0;
	else
		return static_cast<uint32_t>(sizeof(stored(std::declval<T>())));
}

template <class T> inline unsigned char *put(unsigned char *at, T value)
{
	const auto kept = stored(value);
	__builtin_memcpy(at, &kept, sizeof(kept));
	return at + sizeof(kept);
}

template <class T> inline rs_piece_t piece(T value)
{
	rs_piece_t made = {0, nullptr, 0};
	if constexpr (std::is_same_v<T, char *> || std::is_same_v<T, const char *>) {
		made = {reinterpret_cast<uintptr_t>(value), value, RS_UNTIL_ZERO};
	} else if constexpr (std::is_same_v<T, rs_enum_t>) {
		made = {static_cast<uint64_t>(value.value), value.names, 0};
	} else if constexpr (is_long<T>()) {
		made = {reinterpret_cast<uintptr_t>(value.at), value.at, value.bytes};
	} else {
		const auto kept = stored(value);
		__builtin_memcpy(&made.bits, &kept, sizeof(kept));
	}
	return made;
}

template <class... A> inline rs_status_t write(rs_event_site_t *site, int severity, A... arguments)
{
	if constexpr ((is_long<A>() || ...)) {
		const rs_piece_t pieces[] = {piece(arguments)...};
		return rs_event_send_pieces(site, severity, pieces);
	} else {
		constexpr uint32_t bytes = (0 + ... + bytes_of<A>());
		uint64_t words[bytes / 8 + 1];
		unsigned char *at = reinterpret_cast<unsigned char *>(words);
		words[bytes / 8] = 0;
		((at = put(at, arguments)), ...);
		(void)at;
		return rs_event_send(site, severity, words, bytes);
	}
}

/* In the place of an argument where format and arguments are compared. */
template <class T> constexpr auto stand_in(T value)
{
	if constexpr (is_wrapper<T>)
		return static_cast<const char *>(nullptr);
	else if constexpr (std::is_null_pointer_v<T>)
		return static_cast<const void *>(nullptr);
	else
		return value;
}

/* The end of RS_SCOPE. Where the begin was switched off there is no end either. */
class scope {
public:
	scope(rs_event_site_t *end, int severity, rs_status_t begin) : end_(begin == RS_OFF ? nullptr : end), severity_(severity) {}
	scope(const scope &) = delete;
	scope &operator=(const scope &) = delete;
	~scope()
	{
		const uint64_t nothing = 0;
		if (end_ && rs_site_is_on(&end_->site, severity_))
			(void)rs_event_send(end_, severity_, &nothing, 0);
	}

private:
	rs_event_site_t *end_;
	int severity_;
};

} // namespace ringscope

#define RS_TYPE_ITEM(x) ::ringscope::type_of<decltype(::ringscope::hold(x))>(),
#define RS_STAND_IN_ITEM(x) , ::ringscope::stand_in(::ringscope::hold(x))
#define RS_HOLD_ITEM(x) , ::ringscope::hold(x)
#define RS_EVENT_WRITE(site_, severity_, ...) ::ringscope::write(site_, severity_ RS_EACH(RS_HOLD_ITEM, __VA_ARGS__))

#define RS_SCOPE_GUARD(number, site_, severity_, begin) \
	[[maybe_unused]] const ::ringscope::scope rs_scope_##number(site_, severity_, begin)

#endif /* RS_EVENT_CPP_H */
