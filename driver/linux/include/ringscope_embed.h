/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * ringscope_embed.h - logging for a module that shall also work where there is no ringscope.ko: no
 * dependency, nothing to link.
 *
 *	#define RINGSCOPE_TARGET my_log
 *	#include "ringscope_embed.h"
 *	RINGSCOPE_DEFINE_TARGET(my_log, "default");		in one file of the module
 *
 *	ringscope_embed_start(&my_log);				first in its init; sleeps
 *	ringscope_embed_stop(&my_log);				last in its exit, and where its init fails
 *
 * In between rs_log, rs_send, RS_EVENT and the others of ringscope.h do what they do there while
 * ringscope.ko is loaded, whether it was loaded before or after, and otherwise return RS_NOT_OPEN.
 * It can be unloaded at any time: nothing here holds it. A call costs a load and a branch more than
 * with ringscope.h. To take it into another source tree, copy this file, ringscope_api.h,
 * and of driver/include ringscope_calls.h, rs_abi.h, rs_event.h, rs_event_c.h, rs_event_each.h,
 * rs_log.h, rs_site.h, rs_status.h and rs_types.h.
 *
 * How: ringscope.ko exports one structure of functions. A module notifier hears when that module
 * comes and goes; calls are made with preemption off, so that synchronize_rcu() waits for them
 * before its code is unmapped.
 */
#ifndef RINGSCOPE_EMBED_H
#define RINGSCOPE_EMBED_H

#ifndef RINGSCOPE_TARGET
#error "define RINGSCOPE_TARGET, a name for this module's own variable, before ringscope_embed.h"
#endif

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "rs_site.h"
#include "rs_status.h"

struct ringscope_embed;
extern struct ringscope_embed RINGSCOPE_TARGET;

/* Declared before rs_event.h, whose RS_SCOPE ends with it. */
static inline rs_status_t ringscope_embed_event_send(struct ringscope_embed *embed, rs_event_site_t *event, int severity, const u64 *words,
						     u32 bytes);
#define rs_event_send(...) ringscope_embed_event_send(&RINGSCOPE_TARGET, __VA_ARGS__)

#include "ringscope_api.h"

struct ringscope_embed {
	struct ringscope_target target;
	const struct ringscope_api *api;  /* null: ringscope.ko is not there */
	const struct ringscope_api *last; /* of the calls that began before it went */
	struct notifier_block modules;
	struct mutex lock; /* of those who change what stands above */
};

#define RINGSCOPE_DEFINE_TARGET(variable, set_name) \
	struct ringscope_embed variable = {.target = {set_name, 0}, .lock = __MUTEX_INITIALIZER(variable.lock)}

/* One call of ringscope.ko's, if it is there. */
#define RINGSCOPE_EMBED_CALL(embed, function, ...)                                             \
	__extension__({                                                                        \
		const struct ringscope_api *api_;                                              \
		rs_status_t called_ = RS_NOT_OPEN;                                             \
											\
		preempt_disable_notrace();                                                     \
		api_ = rcu_dereference_raw((embed)->api);                                      \
		if (api_ && READ_ONCE(api_->is_open))                                          \
			called_ = api_->function(&(embed)->target, __VA_ARGS__);               \
		preempt_enable_notrace();                                                      \
		called_;                                                                       \
	})

static inline rs_status_t ringscope_embed_event_send(struct ringscope_embed *embed, rs_event_site_t *event, int severity, const u64 *words,
						     u32 bytes)
{
	return RINGSCOPE_EMBED_CALL(embed, event_send, event, severity, words, bytes);
}

#define rs_event_send_pieces(...) RINGSCOPE_EMBED_CALL(&RINGSCOPE_TARGET, event_send_pieces, __VA_ARGS__)
#define rs_log_at(...) RINGSCOPE_EMBED_CALL(&RINGSCOPE_TARGET, log_at, __VA_ARGS__)
#define rs_vlog(...) RINGSCOPE_EMBED_CALL(&RINGSCOPE_TARGET, vlog, __VA_ARGS__)
#define rs_send_at(...) RINGSCOPE_EMBED_CALL(&RINGSCOPE_TARGET, send_at, __VA_ARGS__)
#define rs_write(...) RINGSCOPE_EMBED_CALL(&RINGSCOPE_TARGET, write, __VA_ARGS__)
#define rs_reserve(...) RINGSCOPE_EMBED_CALL(&RINGSCOPE_TARGET, reserve, __VA_ARGS__)
/*
 * Preemption is off since rs_reserve, so what reserved is still there, also when it has been
 * withdrawn since.
 */
#define rs_commit(slot) (RINGSCOPE_TARGET.last->commit(slot))
#define rs_discard(slot) (RINGSCOPE_TARGET.last->discard(slot))

/* Finds the functions and lets go of their module at once: that it ends is heard of. */
static inline void ringscope_embed_find(struct ringscope_embed *embed)
{
	const struct ringscope_api *api;

	mutex_lock(&embed->lock);
	api = embed->api ? NULL : __symbol_get(RINGSCOPE_API_SYMBOL);
	if (api) {
		if (api->version == RINGSCOPE_API_VERSION && api->size >= sizeof(*api)) {
			embed->last = api;
			rcu_assign_pointer(embed->api, api);
		} else {
			pr_warn("%s: ringscope.ko speaks version %u of its interface and this module version %u: nothing is logged; build it anew\n",
				KBUILD_MODNAME, api->version, RINGSCOPE_API_VERSION);
		}
		__symbol_put(RINGSCOPE_API_SYMBOL);
	}
	mutex_unlock(&embed->lock);
}

/*
 * Nobody is in a call of ringscope.ko's when this returns. A set found there means nothing to the
 * next one.
 */
static inline void ringscope_embed_lose(struct ringscope_embed *embed)
{
	mutex_lock(&embed->lock);
	rcu_assign_pointer(embed->api, NULL);
	synchronize_rcu();
	embed->target.found = 0;
	mutex_unlock(&embed->lock);
}

/*
 * GOING comes after that module's exit, which has withdrawn its sets, and before its code is
 * unmapped.
 */
static inline int ringscope_embed_on_module(struct notifier_block *modules, unsigned long event, void *data)
{
	struct ringscope_embed *embed = container_of(modules, struct ringscope_embed, modules);
	const struct module *module = data;

	if (strcmp(module->name, "ringscope") != 0)
		return NOTIFY_DONE;
	if (event == MODULE_STATE_LIVE)
		ringscope_embed_find(embed);
	else if (event == MODULE_STATE_GOING)
		ringscope_embed_lose(embed);
	return NOTIFY_OK;
}

/* May sleep. Returns 0, or what the kernel's register_module_notifier returned. */
static inline int ringscope_embed_start(struct ringscope_embed *embed)
{
	int error;

	embed->modules.notifier_call = ringscope_embed_on_module;
	error = register_module_notifier(&embed->modules);
	/*
	 * Heard of first, looked for second: one that is loaded in between is found by one of the
	 * two.
	 */
	if (!error)
		ringscope_embed_find(embed);
	return error;
}

/* May sleep. Calls of this module return RS_NOT_OPEN from here on. */
static inline void ringscope_embed_stop(struct ringscope_embed *embed)
{
	unregister_module_notifier(&embed->modules);
	ringscope_embed_lose(embed);
}

#endif /* RINGSCOPE_EMBED_H */
