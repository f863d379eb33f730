/* SPDX-License-Identifier: MIT */
/*
 * encoding_test.c - the encodings that the reader spells itself: CRC-32C, UTF-8, FlatBuffers.
 */
#include "check.h"
#include "flatbuffer.h"
#include "rs_reader.h"
#include "utf8.h"

/* For both of its ways to compute, which are private to it. */
#define rs_crc32c crc32c_of_this_copy
#include "../../driver/reader/crc32c.c"
#undef rs_crc32c

/* --- CRC-32C -------------------------------------------------------------------------------------------------- */

/* RFC 3720, B.4; the last one is the check value that catalogues of checksums give. */
static void fill_vector(uint32_t n, uint8_t *bytes)
{
	for (uint32_t at = 0; at < 32; at++)
		bytes[at] = (uint8_t)(n == 0 ? 0 : n == 1 ? 0xff : n == 2 ? at : 31 - at);
}
static const uint32_t vectors[] = {0x8a9136aau, 0x62a8ab43u, 0x46dd794eu, 0x113fdb5cu};
static const uint8_t iscsi_read[] = {0x01, 0xc0, 0, 0, 0, 0, 0,    0, 0, 0,    0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0,
				     0,	   0,	 0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0,    0};

TEST("the checksum of the vectors in RFC 3720 is what it says there")
{
	uint8_t bytes[32];
	for (uint32_t n = 0; n < 4; n++) {
		fill_vector(n, bytes);
		CHECK_EQUAL(rs_crc32c(0, bytes, sizeof(bytes)), vectors[n]);
	}
	CHECK_EQUAL(rs_crc32c(0, iscsi_read, sizeof(iscsi_read)), 0xd9963a56u);
	CHECK_EQUAL(rs_crc32c(0, "123456789", 9), 0xe3069283u);
	CHECK_EQUAL(rs_crc32c(0, "", 0), 0);
}

TEST("the table and the instruction compute the same checksum, at every length and place")
{
	uint8_t bytes[600];
	for (uint32_t n = 0; n < sizeof(bytes); n++)
		bytes[n] = (uint8_t)(n * 167 + (n >> 3));
	for (uint32_t begin = 0; begin < 9; begin++) {
		for (uint32_t length = 0; length + begin <= sizeof(bytes); length += 1 + length / 40) {
			const uint32_t by_table = ~update_by_table(~7u, bytes + begin, length);
			CHECK_EQUAL(rs_crc32c(7, bytes + begin, length), by_table);
#if defined(__x86_64__)
			if (__builtin_cpu_supports("sse4.2"))
				CHECK_EQUAL(~update_by_instruction(~7u, bytes + begin, length), by_table);
#endif
		}
	}
}

TEST("a checksum that is continued is that of the whole")
{
	for (uint64_t cut = 0; cut <= sizeof(iscsi_read); cut++)
		CHECK_EQUAL(rs_crc32c(rs_crc32c(0, iscsi_read, cut), iscsi_read + cut, sizeof(iscsi_read) - cut), 0xd9963a56u);
}

/* --- UTF-8 ---------------------------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	int is_valid;
} texts[] = {
	{"", 1},
	{"plain", 1},
	{"\x7f", 1},
	{"\x80", 0},                 /* continuation alone */
	{"\xbf", 0},
	{"\xc0\x80", 0},             /* overlong U+0000 */
	{"\xc1\xbf", 0},             /* overlong U+007F */
	{"\xc2\x80", 1},             /* U+0080 */
	{"\xc2", 0},
	{"\xc2\x7f", 0},
	{"\xc2\xc0", 0},
	{"\xdf\xbf", 1},             /* U+07FF */
	{"\xe0\x9f\xbf", 0},         /* overlong U+07FF */
	{"\xe0\xa0\x80", 1},         /* U+0800 */
	{"\xe0\xa0", 0},
	{"\xe1\x80\x80", 1},
	{"\xec\xbf\xbf", 1},
	{"\xed\x9f\xbf", 1},         /* U+D7FF */
	{"\xed\xa0\x80", 0},         /* surrogate U+D800 */
	{"\xed\xbf\xbf", 0},         /* surrogate U+DFFF */
	{"\xee\x80\x80", 1},         /* U+E000 */
	{"\xef\xbf\xbf", 1},         /* U+FFFF */
	{"\xef\xbf\xc0", 0},
	{"\xf0\x8f\xbf\xbf", 0},     /* overlong U+FFFF */
	{"\xf0\x90\x80\x80", 1},     /* U+10000 */
	{"\xf0\x90\x80", 0},
	{"\xf0\x90\x80\x7f", 0},
	{"\xf3\xbf\xbf\xbf", 1},
	{"\xf4\x8f\xbf\xbf", 1},     /* U+10FFFF */
	{"\xf4\x90\x80\x80", 0},     /* U+110000 */
	{"\xf5\x80\x80\x80", 0},
	{"\xf8\x88\x80\x80\x80", 0}, /* five bytes */
	{"\xfe", 0},
	{"\xff", 0},
};

/* At the end of memory that ends there: a look behind the text is a fault under a sanitizer. */
static int is_valid(const char *text, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);
	REQUIRE(copy);
	memcpy(copy, text, length);
	const int result = rs_utf8_is_valid(copy, length);
	free(copy);
	return result;
}

TEST("UTF-8 is what RFC 3629 says, at the boundary of each of its ranges")
{
	for (size_t n = 0; n < sizeof(texts) / sizeof(texts[0]); n++) {
		const size_t length = strlen(texts[n].text);
		if (is_valid(texts[n].text, length) != texts[n].is_valid)
			check_complain(__FILE__, __LINE__, "text %zu, which begins with %02x", n, (uint8_t)texts[n].text[0]);
	}
	CHECK(is_valid("\0zero", 5));
}

TEST("a character is found wherever it lies among eights of ASCII")
{
	char text[40];
	for (size_t at = 0; at < 24; at++) {
		for (size_t n = 0; n < sizeof(texts) / sizeof(texts[0]); n++) {
			const size_t length = strlen(texts[n].text);
			memset(text, 'a', sizeof(text));
			memcpy(text + at, texts[n].text, length);
			CHECK_EQUAL(is_valid(text, at + length), texts[n].is_valid);
			CHECK_EQUAL(is_valid(text, at + length + 9), texts[n].is_valid);
		}
	}
}

TEST("every sequence of two bytes, and every three that begin like a character, are judged by their code point")
{
	uint8_t text[3];
	for (uint32_t first = 0; first < 256; first++) {
		for (uint32_t second = 0; second < 256; second++) {
			text[0] = (uint8_t)first, text[1] = (uint8_t)second, text[2] = 0x80;
			const int two = (first < 0x80 && second < 0x80) || (first >= 0xc2 && first <= 0xdf && (second & 0xc0) == 0x80);
			const uint32_t point = (first & 0xf) << 12 | (second & 0x3f) << 6;
			const int three = first >> 4 == 0xe && (second & 0xc0) == 0x80 && point >= 0x800 &&
					  (point < 0xd800 || point > 0xdfff);
			CHECK_EQUAL(rs_utf8_is_valid(text, 2), two);
			CHECK_EQUAL(rs_utf8_is_valid(text, 3), three || (first < 0x80 && second >= 0xc2 && second <= 0xdf));
		}
	}
}

/* --- FlatBuffers ---------------------------------------------------------------------------------------------- */

/* As large as a message's metadata is in kind: tables, strings, vectors of both sorts. */
static const uint8_t *build(rs_fb_t *fb, void *bytes, size_t capacity)
{
	static const uint64_t structs[3][2] = {{1, 2}, {3, 4}, {5, 6}};
	rs_fb_ref_t refs[2];
	rs_fb_init(fb, bytes, capacity);
	refs[0] = rs_fb_string(fb, "first", 5);
	refs[1] = rs_fb_string(fb, "", 0);
	const rs_fb_ref_t texts_ref = rs_fb_refs(fb, refs, 2);
	const rs_fb_ref_t structs_ref = rs_fb_structs(fb, structs, 3, sizeof(structs[0]), 8);
	rs_fb_table_begin(fb);
	rs_fb_field_u8(fb, 0, 0xab);
	rs_fb_field_u16(fb, 1, 0xcdef);
	rs_fb_field_u32(fb, 3, 0x12345678);
	rs_fb_field_u64(fb, 4, 0x1122334455667788ull);
	rs_fb_field_ref(fb, 5, texts_ref);
	rs_fb_field_ref(fb, 6, structs_ref);
	return rs_fb_finish(fb, rs_fb_table_end(fb));
}

static uint32_t u32_at(const uint8_t *at)
{
	uint32_t value;
	memcpy(&value, at, sizeof(value));
	return value;
}

static const uint8_t *follow(const uint8_t *at)
{
	return at + u32_at(at);
}

static const uint8_t *field_of(const uint8_t *object, uint32_t field)
{
	const uint8_t *vtable = object - (int32_t)u32_at(object);
	uint16_t offset;
	memcpy(&offset, vtable + 4 + 2 * field, sizeof(offset));
	return offset ? object + offset : NULL;
}

TEST("a table reads back, each value at a multiple of its size")
{
	_Alignas(8) uint8_t bytes[512];
	rs_fb_t fb;
	const uint8_t *buffer = build(&fb, bytes, sizeof(bytes));
	REQUIRE(!fb.is_full);
	CHECK_EQUAL(fb.used % 8, 0);
	CHECK(buffer == bytes + sizeof(bytes) - fb.used);
	const uint8_t *root = follow(buffer);
	CHECK_EQUAL(*field_of(root, 0), 0xab);
	CHECK_EQUAL(field_of(root, 1)[0] | field_of(root, 1)[1] << 8, 0xcdef);
	CHECK(field_of(root, 2) == NULL);
	CHECK_EQUAL(u32_at(field_of(root, 3)), 0x12345678);
	CHECK_EQUAL((uintptr_t)(field_of(root, 3) - buffer) % 4, 0);
	CHECK_EQUAL(u32_at(field_of(root, 4)), 0x55667788);
	CHECK_EQUAL((uintptr_t)(field_of(root, 4) - buffer) % 8, 0);
	const uint8_t *list = follow(field_of(root, 5));
	CHECK_EQUAL(u32_at(list), 2);
	CHECK_EQUAL(u32_at(follow(list + 4)), 5);
	CHECK(memcmp(follow(list + 4) + 4, "first", 6) == 0);
	CHECK_EQUAL(u32_at(follow(list + 8)), 0);
	const uint8_t *structs = follow(field_of(root, 6));
	CHECK_EQUAL(u32_at(structs), 3);
	CHECK_EQUAL((uintptr_t)(structs + 4 - buffer) % 8, 0);
	CHECK_EQUAL(u32_at(structs + 4 + 16), 3);
}

TEST("a buffer that is too small by any number of bytes is marked full and not left")
{
	_Alignas(8) uint8_t room[512];
	rs_fb_t fb;
	(void)build(&fb, room, sizeof(room));
	const size_t need = fb.used;
	for (size_t capacity = 0; capacity <= need; capacity++) {
		uint8_t *bytes = malloc(capacity ? capacity : 1);
		REQUIRE(bytes);
		const uint8_t *buffer = build(&fb, bytes, capacity);
		CHECK_EQUAL(fb.is_full, capacity < need);
		CHECK(fb.used <= capacity && buffer >= bytes && buffer <= bytes + capacity);
		free(bytes);
	}
}
