/* SPDX-License-Identifier: MIT */
/*
 * host_numbers.h - numbers as C's own locale writes them, for one thread and for a while: a decimal point is a comma where a program has
 * said so.
 */
#ifndef RS_HOST_NUMBERS_H
#define RS_HOST_NUMBERS_H

#include <locale.h>

typedef struct {
#ifdef _WIN32
	int threads_before;  /* whether this thread had a locale of its own */
	char name_before[64];
#else
	locale_t c, before;
#endif
} rs_host_numbers_t;

/* Returns 0 when there is no memory. */
int rs_host_numbers_init(rs_host_numbers_t *numbers);
void rs_host_numbers_fini(rs_host_numbers_t *numbers);

/* Between these two, by the same thread. */
void rs_host_numbers_begin(rs_host_numbers_t *numbers);
void rs_host_numbers_end(rs_host_numbers_t *numbers);

#endif /* RS_HOST_NUMBERS_H */
