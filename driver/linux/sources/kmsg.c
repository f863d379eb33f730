// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * kmsg.c - the kernel's own log, taken where printk stores a line: in its context, with its level,
 * before any console. See sources.h.
 *
 * The kernel's tracepoint for this, `console`, knows no level, and in an NMI it warns about itself
 * (it goes through SRCU, which an NMI may not). A kprobe on vprintk_store does not nest: an
 * interrupt or NMI that prints while the probe runs would be missed. The function tracer calls us
 * at the entry of vprintk_store with its arguments, in every context, and keeps apart what nests.
 * Each text is formatted as printk itself is about to format it.
 */
#include <linux/ftrace.h>
#include <linux/kern_levels.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/ptrace.h>
#include <linux/version.h>

#define RS_PLAIN_CALLS
#include "list.h"
#include "set.h"
#include "sites.h"
#include "sources.h"
#include "text_cut.h"

/*
 * `type` of a text that goes on with the line before it of the same task (KERN_CONT): "CONT" in
 * memory.
 */
#define RS_TYPE_CONTINUED 0x544e4f43u

#if defined(CONFIG_DYNAMIC_FTRACE_WITH_REGS) || (defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0))

/* What interrupts what: task, softirq, hard interrupt, NMI. */
#define CONTEXTS 4

/*
 * The level of a line that has its first part on this processor: what continues it has none of its
 * own.
 */
typedef struct {
	const struct task_struct *task;
	int level;
} line_t;

typedef struct {
	int facility;
	int level;
	bool continues;
} print_t;

static DEFINE_PER_CPU(line_t[CONTEXTS], lines);
static const rs_producer_t *set;

static const u8 severities[8] = {RS_FATAL, RS_FATAL, RS_FATAL, RS_ERROR, RS_WARN, RS_INFO, RS_INFO, RS_DEBUG};

/* As vprintk_store reads it: KERN_ERR and its like, of which the first counts, and KERN_CONT. */
static const char *read_prefix(const char *text, print_t *print)
{
	int found;

	while ((found = printk_get_level(text)) != 0) {
		if (found >= '0' && found <= '7' && print->level == LOGLEVEL_DEFAULT)
			print->level = found - '0';
		if (found == 'c')
			print->continues = true;
		text = printk_skip_level(text);
	}
	return text;
}

static u32 context_number(void)
{
	if (in_nmi())
		return 3;
	if (in_hardirq())
		return 2;
	return in_serving_softirq() ? 1 : 0;
}

/*
 * Once more, what printk does: a line without a level has the default one, and the rest of a line
 * that of its begin.
 */
static void decide_level(print_t *print, line_t *line)
{
	if (print->level == LOGLEVEL_DEFAULT)
		print->level = print->continues && line->task == current ? line->level : default_message_loglevel;
	*line = (line_t){current, print->level};
}

/*
 * Its name is what rs_control and `deno task control` call it by; the level is given at each call.
 */
static rs_site_t *site_of_log(void)
{
	static const rs_site_source_t place = {.name = "kmsg", .file = __FILE__, .function = "vprintk_store", .format = "", .line = __LINE__};
	static rs_site_t site = RS_SITE(place);

	return &site;
}

/* A text that is too long for the ring says how long it was. */
static void write_text(rs_write_t *write, rs_label_t label, char *text, size_t length)
{
	const size_t kept = rs_text_cut(&set->rings[0], text, (u32)length, RS_TEXT_MAX, &label.flags);

	rs_write_bytes(set, write, label, site_of_log(), text, kept);
}

__printf(3, 0)
static void write_line(rs_write_t *write, print_t print, const char *format, va_list arguments)
{
	rs_scratch_t *scratch = rs_shell_scratch(write);
	char *text = scratch->text;
	char *begin = text;
	int length;

	length = vscnprintf(text, sizeof(scratch->text), format, arguments);
	if (length && text[length - 1] == '\n')
		text[--length] = '\0';
	if (print.facility == 0)
		begin = text + (read_prefix(text, &print) - text);
	decide_level(&print, &(*this_cpu_ptr(&lines))[context_number()]);
	write_text(write,
		   (rs_label_t){print.continues ? RS_TYPE_CONTINUED : 0, (u32)print.facility, RS_KIND_TEXT, severities[print.level & 7], 0},
		   begin, (size_t)(text + length - begin));
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) && defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#define ARGUMENT(n) ftrace_regs_get_argument(fregs, n)
#define NEEDS 0
#else
#define ARGUMENT(n) regs_get_kernel_argument(ftrace_get_regs(fregs), n)
#define NEEDS FTRACE_OPS_FL_SAVE_REGS
#endif

/*
 * vprintk_store(int facility, int level, const struct dev_printk_info *, const char *format,
 * va_list arguments). Where va_list is no pointer, as on x86 and arm64, its address is what is
 * passed.
 */
static void notrace on_print(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	const print_t print = {(int)ARGUMENT(0), (int)ARGUMENT(1), false};
	const char *format = (const char *)ARGUMENT(3);
	va_list *passed = (va_list *)ARGUMENT(4);
	rs_write_t write;
	va_list arguments;

	rs_shell_enter(&write, 0);
	if (!rs_shell_scratch(&write)) {
		rs_write_miss(set, &write);
	} else {
		/* It takes the same scratch, so before the text does. */
		if (rs_site_needs_binding(site_of_log(), set->serial))
			rs_site_bind(set, &write, site_of_log());
		va_copy(arguments, *passed);
		write_line(&write, print, format, arguments);
		va_end(arguments);
	}
	rs_shell_leave(&write);
}

/*
 * PERMANENT: nobody can switch it off by the sysctl ftrace_enabled. RECURSION: the tracer does not
 * call us while we are called in the same context.
 */
static const struct ftrace_ops unused_hook = {
	.func = on_print,
	.flags = NEEDS | FTRACE_OPS_FL_PERMANENT | FTRACE_OPS_FL_RECURSION,
};

static struct ftrace_ops hook;

static int start(struct rs_linux_set *wanted)
{
	unsigned char function[] = "vprintk_store";
	int error;

	set = &wanted->producer;
	/* Anew each time: ftrace_free_filter leaves pointers to what it has freed. */
	hook = unused_hook;
	error = ftrace_set_filter(&hook, function, sizeof(function) - 1, 1);
	if (!error)
		error = register_ftrace_function(&hook);
	if (error)
		ftrace_free_filter(&hook);
	/*
	 * -EINVAL: no such function that can be traced; -ENODEV, -EBUSY: the tracer is switched
	 * off.
	 */
	return error == -ENOMEM || !error ? error : -EOPNOTSUPP;
}

/* The tracer waits until nobody is in on_print any more. */
static void stop(struct rs_linux_set *was)
{
	unregister_ftrace_function(&hook);
	ftrace_free_filter(&hook);
	set = NULL;
}

#else

static int start(struct rs_linux_set *wanted)
{
	return -EOPNOTSUPP;
}

static void stop(struct rs_linux_set *was)
{
}

#endif

const struct rs_linux_source rs_source_kmsg = {"kmsg", RS_SOURCE_KMSG, start, stop};
