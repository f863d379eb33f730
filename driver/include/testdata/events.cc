/* SPDX-License-Identifier: MIT */
/*
 * events.cc - events of a C++ program, and what lies in its ring afterwards: one line for each entry (name, severity, flags, payload in hex),
 * then one for each site.
 */
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "rs_event.h"

namespace {

enum class color : uint8_t { red = 200 };
enum plain { one = 1 };

struct device {
	static const int limit = 5; /* has no place in memory: a reference to it would not link */
	unsigned ready : 1;
	unsigned long long lba : 40;
};

template <class T> rs_status_t log_any(T value)
{
	return RS_EVENT(RS_DEBUG, any, "value=%s", value);
}

void log_numbers()
{
	const device nvme = {1, 0xff00000001ull};
	(void)RS_EVENT(RS_INFO, integers, "%d %hhd %hu %u %lld %lu", true, static_cast<signed char>(-2), static_cast<unsigned short>(3), 4u,
		       -5ll, 6ul);
	(void)RS_EVENT(RS_INFO, others, "%c %f %f %Lf %p %p", 'x', 1.5f, -2.0, 0.5L, nullptr, reinterpret_cast<void *>(0x1234));
	(void)RS_EVENT(RS_INFO, enums, "%d %u %d ready=%u lba=%llu", color::red, one, device::limit, nvme.ready,
		       static_cast<unsigned long long>(nvme.lba));
}

void log_texts()
{
	const std::string text = "string";
	const std::string_view view = std::string_view("view, cut here").substr(0, 4);
	char array[8] = "array";
	const char *none = nullptr;
	(void)RS_EVENT(RS_WARN, texts, "%s %s %s %s %s", text, view, array, none, std::string("temporary"));
	(void)RS_EVENT(RS_WARN, wide, "%s %s", std::u16string(u"\u00e9"), rs_utf16(u"ab", 1));
	(void)RS_EVENT(RS_WARN, coded, "%s %s %s %s", rs_bytes("\1\2", 2), rs_errno(5), rs_ntstatus(0xc0000022u), rs_hresult(0x80004005u));
	(void)RS_EVENT(RS_WARN, named, "%s", RS_ARG(reason, text));
	(void)log_any("c string");
	(void)log_any(std::string("c++ string"));
}

void log_scopes(bool is_thrown)
{
	RS_SCOPE(RS_INFO, request, "n=%d", 1);
	RS_SCOPE(RS_INFO, retry, "n=%d", 2);
	if (is_thrown)
		throw std::runtime_error("thrown");
	(void)RS_EVENT(RS_INFO, inside, "");
}

std::map<uint32_t, std::string> names;

void note_site(void *, const rs_site_info_t *site)
{
	names[site->number] = site->name;
}

void print_site(void *, const rs_site_info_t *site)
{
	std::printf("site %s %u %u %s\n", site->name, site->severity, site->role, site->format);
}

std::vector<uint8_t> read_rings()
{
	char path[64];
	if (rs_path(path, sizeof(path)) != RS_OK)
		throw std::runtime_error("the rings have no path");
	std::ifstream file(path, std::ios::binary);
	return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void print_entries(const std::vector<uint8_t> &bytes)
{
	rs_set_header_t header;
	rs_ring_page_t page;
	std::memcpy(&header, bytes.data(), sizeof(header));
	std::memcpy(&page, bytes.data() + header.ring_off, sizeof(page));
	for (uint64_t at = 0; at < page.reserve.position;) {
		rs_entry_header_t entry;
		const uint8_t *from = bytes.data() + header.data_off + at;
		std::memcpy(&entry, from, sizeof(entry));
		std::printf("%s %u %u ", names[entry.type].c_str(), entry.severity, entry.flags);
		for (uint32_t n = 0; n < entry.length; n++)
			std::printf("%02x", from[sizeof(entry) + n]);
		std::printf("\n");
		at += (entry.state >> RS_STATE_BITS & ((1u << RS_UNITS_BITS) - 1)) * 8;
	}
}

} // namespace

int main()
{
	char message[256] = "";
	rs_create_options_t options = {};
	options.ring_count = 1;
	options.ring_bytes = 65536;
	if (rs_create(nullptr, &options, message, sizeof(message)) != RS_OK) {
		std::fprintf(stderr, "%s\n", message);
		return 1;
	}
	log_numbers();
	log_texts();
	log_scopes(false);
	try {
		log_scopes(true);
	} catch (const std::runtime_error &) {
	}
	(void)rs_log(RS_INFO, "text %d", 7);
	(void)rs_control_list(note_site, nullptr);
	names[0] = "(text)";
	print_entries(read_rings());
	(void)rs_control_list(print_site, nullptr);
	return 0;
}
