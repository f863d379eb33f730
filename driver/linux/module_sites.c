// SPDX-License-Identifier: GPL-2.0 OR MIT
/* module_sites.c - see module_sites.h. */
#define RS_PLAIN_CALLS
#include "module_sites.h"

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>

#include "set.h"
#include "sites.h"

/* Of whoever goes through the handles or takes some out; new ones come without it. */
static DEFINE_MUTEX(known_lock);

void rs_shell_lock_sites(void)
{
	mutex_lock(&known_lock);
}

void rs_shell_unlock_sites(void)
{
	mutex_unlock(&known_lock);
}

static int is_of_module(const rs_site_t *site, const void *module)
{
	return within_module_core((unsigned long)site, module);
}

/* A module that has ended, or has failed to begin: its handles are about to be unmapped. */
static int on_module(struct notifier_block *block, unsigned long event, void *module)
{
	if (event == MODULE_STATE_GOING) {
		rs_linux_sets_of_module_end(module);
		rs_shell_lock_sites();
		rs_known_forget(&rs_sites_known, is_of_module, module);
		rs_shell_unlock_sites();
	}
	return NOTIFY_OK;
}

static struct notifier_block module_notifier = {
	.notifier_call = on_module,
};

int rs_linux_sites_init(void)
{
	return register_module_notifier(&module_notifier);
}

void rs_linux_sites_exit(void)
{
	rs_sites_exit();
	/* Last: a module that ends meanwhile takes its handles out first. */
	unregister_module_notifier(&module_notifier);
}
