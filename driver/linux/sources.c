// SPDX-License-Identifier: GPL-2.0 OR MIT
/* sources.c - the part of sources.h that sleeps: switching sources on and off. */
#define RS_PLAIN_CALLS
#include "sources.h"

#include "set.h"
#include "sources/list.h"

#define SOURCE(name) &rs_source_##name,
/* Ends with an empty one. */
static const struct rs_linux_source *const sources[] = {RS_LINUX_SOURCES(SOURCE) NULL};
#undef SOURCE

static u64 all_bits(void)
{
	u64 bits = 0;
	u32 n;

	for (n = 0; sources[n]; n++)
		bits |= sources[n]->bit;
	return bits;
}

/* What is on for other sets. */
static u64 taken_by_others(const struct rs_linux_set *set)
{
	const struct rs_linux_set *other;
	u64 bits = 0;

	list_for_each_entry(other, &rs_linux_sets, in_sets)
		if (other != set)
			bits |= other->sources;
	return bits;
}

static void switch_off(struct rs_linux_set *set, u64 unwanted)
{
	u32 n;

	for (n = 0; sources[n]; n++) {
		if (!(sources[n]->bit & unwanted))
			continue;
		sources[n]->stop(set);
		set->sources &= ~sources[n]->bit;
	}
}

int rs_linux_sources_switch(struct rs_linux_set *set, u64 wanted)
{
	const u64 before = set->sources;
	u32 n;

	lockdep_assert_held(&rs_linux_lock);
	if (wanted & ~RS_SOURCES_ALL)
		return -EINVAL;
	if (wanted & ~all_bits())
		return -EOPNOTSUPP;
	if (wanted && !set->place)
		return -ENODEV;
	if (wanted & taken_by_others(set))
		return -EBUSY;
	for (n = 0; sources[n]; n++) {
		int error;

		if (!(sources[n]->bit & wanted & ~set->sources))
			continue;
		error = sources[n]->start(set);
		if (error) {
			switch_off(set, set->sources & ~before);
			return error;
		}
		set->sources |= sources[n]->bit;
	}
	switch_off(set, set->sources & ~wanted);
	return 0;
}
