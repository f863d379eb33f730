// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * syscall.c - system calls, from their begin to their end. See probe.h.
 *
 * Numbers are those of the calling program's ABI, which `compat` tells: a 32-bit program has
 * others. Arguments are as the program passed them; what they point to is not read. A call that
 * does not return (exit, a program replaced by execve of another ABI) has no end.
 */
#include <linux/compat.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <trace/events/syscalls.h>

#include "probe.h"

static void on_enter(void *data, struct pt_regs *regs, long id)
{
	const struct rs_probe *source = data;
	unsigned long args[6];

	syscall_get_arguments(current, regs, args);
	RS_BEGIN(RS_TRACE, syscall, "NR %ld (%lx, %lx, %lx, %lx, %lx, %lx) compat=%d", RS_ARG(id, id), RS_ARG(arg0, args[0]),
		 RS_ARG(arg1, args[1]), RS_ARG(arg2, args[2]), RS_ARG(arg3, args[3]), RS_ARG(arg4, args[4]), RS_ARG(arg5, args[5]),
		 in_compat_syscall());
}

static void on_exit(void *data, struct pt_regs *regs, long ret)
{
	const struct rs_probe *source = data;

	RS_END(RS_TRACE, syscall, "NR %ld = %ld", RS_ARG(id, (long)syscall_get_nr(current, regs)), RS_ARG(ret, ret));
}

RS_TRACEPOINT_SOURCE(SYS_ENTER, sys_enter, on_enter);
RS_TRACEPOINT_SOURCE(SYS_EXIT, sys_exit, on_exit);
