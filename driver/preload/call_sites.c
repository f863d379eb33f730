/* SPDX-License-Identifier: MIT */
/* call_sites.c - see call_sites.h. */
#include "call_sites.h"

#include "call.h"
#include "sites.h"

/* The linker's, around what RS_SITE_NOTE has listed. */
extern rs_event_site_t *const __start_preload_sites[] __attribute__((visibility("hidden")));
extern rs_event_site_t *const __stop_preload_sites[] __attribute__((visibility("hidden")));

void preload_register_sites(void)
{
	const producer_set_t *set = current_set();
	rs_piece_t pieces[RS_ARGUMENTS_MAX];

	if (!set || !set->sites.count)
		return;
	/* Only folders have names. */
	for (uint32_t n = 0; n < RS_ARGUMENTS_MAX; n++)
		pieces[n] = rs_piece_enum(preload_folder(0));
	const uint64_t before = load_u64_relaxed(&set->sites.page->text_used);
	for (rs_event_site_t *const *site = __start_preload_sites; site < __stop_preload_sites; site++) {
		/* What cannot be registered is counted in the set. */
		(void)rs_event_bind(set, *site, RS_FATAL, pieces);
		/* The first took no room: another process has brought it, and goes on with the others. Some 100 µs for each program otherwise. */
		if (site == __start_preload_sites && load_u64_relaxed(&set->sites.page->text_used) == before)
			return;
	}
}
