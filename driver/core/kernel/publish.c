/* SPDX-License-Identifier: MIT */
/* publish.c - a set becomes visible to producers, and invisible again. See publish.h. */
#define RS_PLAIN_CALLS
#include "publish.h"

static uint32_t last_serial;

static void change_place(uint32_t n, const rs_producer_t *set)
{
	rs_shell_show(n, set);
	/* W2a: the pointers before the generation that has them looked up again. */
	store_u64_release(&rs_started_generation, rs_started_generation + 1);
}

uint32_t rs_set_publish(rs_producer_t *set)
{
	uint32_t n = 0;

	while (rs_shell_started(n))
		n++;
	set->serial = ++last_serial;
	change_place(n, set);
	return n + 1;
}

void rs_set_withdraw(uint32_t place)
{
	change_place(place - 1, NULL);
	rs_shell_wait_for_writers();
}
