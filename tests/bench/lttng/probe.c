/* SPDX-License-Identifier: MIT */
/* probe.c - can this machine build a program that LTTng-UST records? */
#include <lttng/tracepoint.h>

int main(void)
{
	return 0;
}
