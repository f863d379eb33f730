/* SPDX-License-Identifier: MIT */
/* switch_off.c - switches sites off in the rings that it is recorded in, then becomes another program: switch_off PATTERN PROGRAM ARGUMENTS… */
#include <unistd.h>

#include "rs_event.h"

int main(int count, char **arguments)
{
	if (count < 3 || rs_control(arguments[1], RS_LEVEL_OFF) != RS_OK)
		return 2;
	execv(arguments[2], arguments + 2);
	return 3;
}
