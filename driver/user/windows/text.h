/* SPDX-License-Identifier: MIT */
/*
 * text.h - texts between us, who have UTF-8, and Windows, which has UTF-16.
 */
#ifndef RS_HOST_TEXT_H
#define RS_HOST_TEXT_H

#include <stddef.h>
#include <wchar.h>

/* Longest path that is taken, in units of UTF-16. */
#define RS_HOST_PATH_MAX 4096

/* Returns 0 when it is no UTF-8, or too long. */
int rs_host_wide(const char *text, wchar_t *wide, int count);

/* What Windows says of an error, in English where it has that, without its line's end. */
void rs_host_words(unsigned long error, char *words, size_t bytes);

#endif /* RS_HOST_TEXT_H */
