/* SPDX-License-Identifier: MIT */
/* text.c - see text.h. */
#include "text.h"

#include <windows.h>

#include <stdio.h>
#include <string.h>

int rs_host_wide(const char *text, wchar_t *wide, int count)
{
	return MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, count) > 0;
}

static DWORD ask_words(DWORD error, DWORD language, wchar_t *wide, DWORD count)
{
	return FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, error, language, wide, count, NULL);
}

void rs_host_words(unsigned long error, char *words, size_t bytes)
{
	wchar_t wide[256];
	DWORD length = ask_words(error, MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US), wide, 255);

	if (!length)
		length = ask_words(error, 0, wide, 255);
	while (length && wcschr(L" .\r\n", wide[length - 1]))
		length--;
	const int written = WideCharToMultiByte(CP_UTF8, 0, wide, (int)length, words, (int)bytes - 1, NULL, NULL);
	if (length && written > 0)
		words[written] = '\0';
	else
		snprintf(words, bytes, "error %lu of Windows", error);
}
