// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * owned.c - sets that modules make for themselves: ringscope_set_make and its kin of ringscope.h.
 */
#define RS_PLAIN_CALLS
#include "export.h"
#include "set.h"

static const char *name_of(const char *name)
{
	return name && name[0] ? name : "default";
}

int ringscope_set_make_for(struct module *module, const char *name,
			   const struct ringscope_plan *plan)
{
	const struct ringscope_plan none = {};
	struct rs_linux_wish wish = {.owner = module};
	struct rs_linux_set *set;

	if (!plan)
		plan = &none;
	if (strscpy(wish.name, name_of(name), sizeof(wish.name)) < 0)
		return -EINVAL;
	wish.plan = (rs_plan_t){
		.mode = plan->mode,
		.order = plan->order,
		.ring_bytes = plan->ring_bytes,
		.ring_memory = plan->ring_memory,
		.site_count = plan->site_count,
		.site_text_bytes = plan->site_text_bytes,
	};
	mutex_lock(&rs_linux_lock);
	set = rs_linux_set_make(&wish);
	mutex_unlock(&rs_linux_lock);
	return PTR_ERR_OR_ZERO(set);
}
EXPORT_SYMBOL_RINGSCOPE(ringscope_set_make_for);

void rs_linux_set_abandon(struct rs_linux_set *set)
{
	lockdep_assert_held(&rs_linux_lock);
	if (!set->users) {
		rs_linux_set_remove(set);
		return;
	}
	rs_linux_set_stop(set);
	set->owner = NULL;
	set->is_ephemeral = true;
}

void rs_linux_sets_of_module_end(const struct module *module)
{
	struct rs_linux_set *set, *next;

	mutex_lock(&rs_linux_lock);
	list_for_each_entry_safe(set, next, &rs_linux_sets, in_sets)
		if (set->owner == module)
			rs_linux_set_abandon(set);
	mutex_unlock(&rs_linux_lock);
}

static int change(const char *name, void (*how)(struct rs_linux_set *set))
{
	struct rs_linux_set *set;

	mutex_lock(&rs_linux_lock);
	set = rs_linux_set_find(name_of(name));
	if (set)
		how(set);
	mutex_unlock(&rs_linux_lock);
	return set ? 0 : -ENOENT;
}

int ringscope_set_start(const char *name)
{
	return change(name, rs_linux_set_start);
}
EXPORT_SYMBOL_RINGSCOPE(ringscope_set_start);

int ringscope_set_stop(const char *name)
{
	return change(name, rs_linux_set_stop);
}
EXPORT_SYMBOL_RINGSCOPE(ringscope_set_stop);

int ringscope_set_remove(const char *name)
{
	return change(name, rs_linux_set_abandon);
}
EXPORT_SYMBOL_RINGSCOPE(ringscope_set_remove);
