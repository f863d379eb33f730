/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * ringscope_api.h - the functions of ringscope.ko as a module finds them that does not depend on it
 * (ringscope_embed.h).
 *
 * Such a module may have been built long before the ringscope.ko that it meets, and the kernel
 * compares no checksums between them. So this structure only grows at its end, `size` says how far,
 * and `version` changes with anything that a caller compiled earlier would get wrong: the layout of
 * a site or of a target, the meaning of an argument.
 */
#ifndef RINGSCOPE_API_H
#define RINGSCOPE_API_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "rs_event.h"
#include "rs_log.h"
#include "ringscope_calls.h"

#define RINGSCOPE_API_VERSION 1u
#define RINGSCOPE_API_SYMBOL "ringscope_api"

/* Each is what ringscope.h says of the function of its name. */
struct ringscope_api {
	u32 size; /* of the whole structure, in bytes */
	u32 version;
	u32 is_open; /* 0: ringscope.ko is about to be unloaded, and no call begins any more */
	u32 reserved;

	__printf(4, 5) rs_status_t (*log_at)(struct ringscope_target *target, rs_site_t *site, int severity, const char *format, ...);
	__printf(3, 0) rs_status_t (*vlog)(struct ringscope_target *target, int severity, const char *format, va_list arguments);
	rs_status_t (*send_at)(struct ringscope_target *target, rs_site_t *site, u32 type, u32 remarks, const void *buffer, size_t length);
	rs_status_t (*write)(struct ringscope_target *target, int severity, int kind, u32 type, u32 remarks, const void *buffer, size_t length);
	rs_status_t (*reserve)(struct ringscope_target *target, int severity, int kind, u32 type, u32 remarks, size_t length, rs_slot_t *slot);
	void (*commit)(rs_slot_t *slot);
	void (*discard)(rs_slot_t *slot);
	rs_status_t (*event_send)(struct ringscope_target *target, rs_event_site_t *event, int severity, const u64 *words, u32 bytes);
	rs_status_t (*event_send_pieces)(struct ringscope_target *target, rs_event_site_t *event, int severity, const rs_piece_t *pieces);
};

#endif /* RINGSCOPE_API_H */
