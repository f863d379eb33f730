/* SPDX-License-Identifier: MIT */
/*
 * printf.c - the C library's own printf, for printf_test.ts to compare with.
 *
 * Reads cases from standard input: u8 type, u16 length and format with a terminating zero, u16 length and value. Answers each with u32 length
 * and what snprintf wrote. Types are those of driver/EVENTS.md; texts come with a terminating zero, and without any bytes as a null pointer.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static char format[65536], value[65536], text[65536];

static size_t take(void *to, size_t bytes)
{
	return fread(to, 1, bytes, stdin);
}

static size_t take_long(char *to)
{
	uint16_t bytes = 0;
	if (take(&bytes, sizeof(bytes)) != sizeof(bytes) || take(to, bytes) != bytes)
		exit(1);
	return bytes;
}

#define PRINT(c_type)                                                                                          \
	do {                                                                                                   \
		c_type argument;                                                                               \
		memcpy(&argument, value, sizeof(argument));                                                    \
		return snprintf(text, sizeof(text), format, argument);                                         \
	} while (0)

static int print(uint8_t type, size_t bytes)
{
	switch (type) {
	case 1: PRINT(_Bool);
	case 2: PRINT(int8_t);
	case 3: PRINT(uint8_t);
	case 4: PRINT(int16_t);
	case 5: PRINT(uint16_t);
	case 6: PRINT(int32_t);
	case 7: PRINT(uint32_t);
	case 8: PRINT(int64_t);
	case 9: PRINT(uint64_t);
	case 10: PRINT(float);
	case 11: PRINT(double);
	case 12: PRINT(void *);
	case 13: return snprintf(text, sizeof(text), format, bytes == 0 ? NULL : value);
	case 20: PRINT(char);
	default: exit(2);
	}
}

int main(void)
{
	uint8_t type;
	while (take(&type, sizeof(type)) == sizeof(type)) {
		take_long(format);
		const size_t bytes = take_long(value);
		const int written = print(type, bytes);
		const uint32_t length = (uint32_t)written;
		if (written < 0 || length >= sizeof(text))
			return 3;
		fwrite(&length, sizeof(length), 1, stdout);
		fwrite(text, 1, length, stdout);
	}
	return 0;
}
