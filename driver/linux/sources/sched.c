// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * sched.c - what the scheduler does: who leaves a processor for whom, and who is woken.
 *
 * Probes are called with preemption off, sched_switch with interrupts off and the run queue locked:
 * they copy and write, no more. See probe.h.
 */
#include <linux/sched.h>
#include <linux/version.h>
#include <trace/events/sched.h>

#include "probe.h"

/*
 * The letters of ps(1), as the kernel's own event prints them: what the task waits for when it
 * leaves; R+ when it was made to leave.
 */
static const rs_enum_name_t state_names[] = {
	{0, "R"},
	{TASK_INTERRUPTIBLE, "S"},
	{TASK_UNINTERRUPTIBLE, "D"},
	{__TASK_STOPPED, "T"},
	{__TASK_TRACED, "t"},
	{EXIT_DEAD, "X"},
	{EXIT_ZOMBIE, "Z"},
	{TASK_PARKED, "P"},
	{TASK_REPORT_IDLE, "I"},
	{TASK_REPORT_MAX, "R+"},
};

static const rs_enum_names_t states = {"task_state", ARRAY_SIZE(state_names), state_names};

/* __task_state_index gives the number of the highest bit, 0 for a task that can run. */
static u32 state_of(bool is_preempted, unsigned int state, const struct task_struct *task)
{
	unsigned int index;

	if (is_preempted)
		return TASK_REPORT_MAX;
	index = __task_state_index(state, (unsigned int)task->exit_state);
	return index ? 1u << (index - 1) : 0;
}

static rs_text_t name_of(const struct task_struct *task)
{
	return rs_text(task->comm, strnlen(task->comm, TASK_COMM_LEN));
}

static void write_switch(const struct rs_probe *source, bool is_preempted, struct task_struct *prev, struct task_struct *next, unsigned int state)
{
	RS_EVENT(RS_TRACE, sched_switch, "prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s ==> next_comm=%s next_pid=%d next_prio=%d",
		 name_of(prev), prev->pid, prev->prio, rs_enum(state_of(is_preempted, state, prev), &states), name_of(next), next->pid,
		 next->prio);
}

/* The state became an argument in 5.18; before, it was still that of the task. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
static void on_switch(void *source, bool is_preempted, struct task_struct *prev, struct task_struct *next, unsigned int state)
{
	write_switch(source, is_preempted, prev, next, state);
}
#else
static void on_switch(void *source, bool is_preempted, struct task_struct *prev, struct task_struct *next)
{
	write_switch(source, is_preempted, prev, next, READ_ONCE(prev->__state));
}
#endif

static void on_wakeup(void *data, struct task_struct *task)
{
	const struct rs_probe *source = data;

	RS_EVENT(RS_TRACE, sched_wakeup, "comm=%s pid=%d prio=%d target_cpu=%03d", name_of(task), RS_ARG(woken_pid, task->pid), task->prio,
		 (int)task_cpu(task));
}

RS_TRACEPOINT_SOURCE(SCHED_SWITCH, sched_switch, on_switch);
RS_TRACEPOINT_SOURCE(SCHED_WAKEUP, sched_wakeup, on_wakeup);
