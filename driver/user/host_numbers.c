/* SPDX-License-Identifier: MIT */
/* host_numbers.c - see host_numbers.h. POSIX; Windows has a file of the same name. */
#define _GNU_SOURCE
#include "host_numbers.h"

int rs_host_numbers_init(rs_host_numbers_t *numbers)
{
	numbers->c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
	return numbers->c != (locale_t)0;
}

void rs_host_numbers_fini(rs_host_numbers_t *numbers)
{
	freelocale(numbers->c);
}

void rs_host_numbers_begin(rs_host_numbers_t *numbers)
{
	numbers->before = uselocale(numbers->c);
}

void rs_host_numbers_end(rs_host_numbers_t *numbers)
{
	uselocale(numbers->before);
}
