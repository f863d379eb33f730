// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * debugfs.c - how a guest's programs speak to the module, in /sys/kernel/debug/rs_test.
 *
 *     count          attempts of each thread              length_max     longest payload of data, bytes
 *     timer_us       period of timers; 0: none            open_ns        how long an entry made in place is kept open
 *     *_every        every n-th attempt of a thread is that: text, event, discard, too_big, in_place, chain, nmi, tower; 0: none
 *     pause_us       between two attempts of a thread
 *     run            written: one run; returns when it is through
 *     say            "N [TEXT]" written: N texts from the writing process, with preemption on
 *     account        one line for each context of each processor; written: all are 0 again
 *     canary         words that were damaged; written: 64 more areas
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "rs_test.h"

/* Far more than an attempt takes, and an end where one was under way when its account was reset. */
#define COPY_TRIES 100000

static struct dentry *folder;
/* One run, reset or report at a time. */
static DEFINE_MUTEX(lock);

static const char * const context_names[] = { "thread", "softirq", "hardirq", "nmi" };

static ssize_t write_run(struct file *file, const char __user *text, size_t bytes, loff_t *at)
{
	int status = mutex_lock_interruptible(&lock);

	if (status)
		return status;
	status = rs_test_run();
	mutex_unlock(&lock);
	return status ?: (ssize_t)bytes;
}

static ssize_t write_say(struct file *file, const char __user *text, size_t bytes, loff_t *at)
{
	char line[80] = "";
	char what[60] = "said";
	u32 count;
	u32 n;

	if (bytes >= sizeof(line))
		return -E2BIG;
	if (copy_from_user(line, text, bytes))
		return -EFAULT;
	if (sscanf(line, "%u %59s", &count, what) < 1)
		return -EINVAL;
	for (n = 0; n < count; n++)
		(void)rs_log(RS_INFO, "%s %u", what, n);
	return bytes;
}

/* What is shown of an account. */
struct counts {
	u64 attempts;
	u64 results[RS_TEST_RESULTS];
	u64 forms[RS_TEST_FORMS];
};

/* Copies the counts; returns whether no attempt was under way meanwhile, which has counted itself and not yet its result. */
static bool copy_counts(const struct rs_test_account *own, struct counts *copy)
{
	u64 results = 0;
	u64 forms = 0;
	int n;

	copy->attempts = READ_ONCE(own->attempts);
	for (n = 0; n < RS_TEST_RESULTS; n++)
		results += copy->results[n] = READ_ONCE(own->results[n]);
	for (n = 0; n < RS_TEST_FORMS; n++)
		forms += copy->forms[n] = READ_ONCE(own->forms[n]);
	return results == copy->attempts && forms == copy->results[RS_TEST_WRITTEN] && READ_ONCE(own->attempts) == copy->attempts;
}

/* The monitor's NMIs come when they come, on other processors also while they are counted here. */
static void copy_whole_counts(const struct rs_test_account *own, struct counts *copy)
{
	int tries;

	for (tries = 0; tries < COPY_TRIES && !copy_counts(own, copy); tries++)
		cpu_relax();
}

static int show_account(struct seq_file *file, void *unused)
{
	int cpu;
	int context;

	seq_puts(file, "processor context attempts written discarded full too_big off not_open other data text event ");
	seq_puts(file, "nested_in_call nested_in_entry depth_max\n");
	for_each_possible_cpu(cpu) {
		for (context = 0; context < RS_TEST_CONTEXTS; context++) {
			const struct rs_test_account *const own = &per_cpu_ptr(rs_test_processors, cpu)->accounts[context];
			struct counts copy;
			int n;

			copy_whole_counts(own, &copy);
			seq_printf(file, "%d %s %llu", cpu, context_names[context], copy.attempts);
			for (n = 0; n < RS_TEST_RESULTS; n++)
				seq_printf(file, " %llu", copy.results[n]);
			for (n = 0; n < RS_TEST_FORMS; n++)
				seq_printf(file, " %llu", copy.forms[n]);
			seq_printf(file, " %llu %llu %llu\n", own->nested_in_call, own->nested_in_entry, own->depth_max);
		}
	}
	return 0;
}

static int open_account(struct inode *inode, struct file *file)
{
	return single_open(file, show_account, NULL);
}

static ssize_t write_account(struct file *file, const char __user *text, size_t bytes, loff_t *at)
{
	mutex_lock(&lock);
	rs_test_reset_accounts();
	mutex_unlock(&lock);
	return bytes;
}

static int show_canary(struct seq_file *file, void *unused)
{
	seq_printf(file, "%llu\n", rs_test_canary_count_damage());
	return 0;
}

static int open_canary(struct inode *inode, struct file *file)
{
	return single_open(file, show_canary, NULL);
}

static ssize_t write_canary(struct file *file, const char __user *text, size_t bytes, loff_t *at)
{
	return rs_test_canary_plant() ?: (ssize_t)bytes;
}

static const struct file_operations run_operations = {
	.owner = THIS_MODULE,
	.write = write_run,
};

static const struct file_operations say_operations = {
	.owner = THIS_MODULE,
	.write = write_say,
};

static const struct file_operations account_operations = {
	.owner = THIS_MODULE,
	.open = open_account,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
	.write = write_account,
};

static const struct file_operations canary_operations = {
	.owner = THIS_MODULE,
	.open = open_canary,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
	.write = write_canary,
};

static const struct {
	const char *name;
	u32 *value;
} settings[] = {
	{ "count", &rs_test_settings.count },
	{ "length_max", &rs_test_settings.length_max },
	{ "timer_us", &rs_test_settings.timer_us },
	{ "text_every", &rs_test_settings.text_every },
	{ "event_every", &rs_test_settings.event_every },
	{ "discard_every", &rs_test_settings.discard_every },
	{ "too_big_every", &rs_test_settings.too_big_every },
	{ "in_place_every", &rs_test_settings.in_place_every },
	{ "open_ns", &rs_test_settings.open_ns },
	{ "chain_every", &rs_test_settings.chain_every },
	{ "nmi_every", &rs_test_settings.nmi_every },
	{ "tower_every", &rs_test_settings.tower_every },
	{ "pause_us", &rs_test_settings.pause_us },
};

int rs_test_debugfs_init(void)
{
	size_t n;

	folder = debugfs_create_dir("rs_test", NULL);
	if (IS_ERR(folder))
		return PTR_ERR(folder);
	for (n = 0; n < ARRAY_SIZE(settings); n++)
		debugfs_create_u32(settings[n].name, 0600, folder, settings[n].value);
	debugfs_create_file("run", 0200, folder, NULL, &run_operations);
	debugfs_create_file("say", 0200, folder, NULL, &say_operations);
	debugfs_create_file("account", 0600, folder, NULL, &account_operations);
	debugfs_create_file("canary", 0600, folder, NULL, &canary_operations);
	return 0;
}

void rs_test_debugfs_fini(void)
{
	debugfs_remove(folder);
}
