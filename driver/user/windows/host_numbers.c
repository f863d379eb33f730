/* SPDX-License-Identifier: MIT */
/* host_numbers.c - host_numbers.h on Windows. */
#include "host_numbers.h"

#include <stdio.h>

int rs_host_numbers_init(rs_host_numbers_t *numbers)
{
	(void)numbers;
	return 1;
}

void rs_host_numbers_fini(rs_host_numbers_t *numbers)
{
	(void)numbers;
}

void rs_host_numbers_begin(rs_host_numbers_t *numbers)
{
	numbers->threads_before = _configthreadlocale(_ENABLE_PER_THREAD_LOCALE);
	snprintf(numbers->name_before, sizeof(numbers->name_before), "%s", setlocale(LC_NUMERIC, NULL));
	setlocale(LC_NUMERIC, "C");
}

void rs_host_numbers_end(rs_host_numbers_t *numbers)
{
	setlocale(LC_NUMERIC, numbers->name_before);
	(void)_configthreadlocale(numbers->threads_before);
}
