/* SPDX-License-Identifier: MIT */
/*
 * guard.h - mappings of files that somebody may cut short: SIGBUS at a page that is gone becomes a page of zeros and a word that says so.
 *
 * A ring set lies in a file with a name, which only its owner can write, and which nothing can seal. Whoever truncates it must not
 * kill the program that logs, nor the one that reads. A file without a name is sealed instead (ringset_file.h).
 */
#ifndef RS_GUARD_H
#define RS_GUARD_H

#include <stdint.h>

#define RS_GUARDS_MAX 256u

typedef struct rs_guard {
	uint8_t *begin, *end;
	uint32_t is_cut; /* read with rs_guard_is_cut */
	/* Called once from the signal handler when the first page is found missing; may be null. */
	void (*on_cut)(struct rs_guard *guard);
} rs_guard_t;

/* Watches a mapping, and catches SIGBUS from the first call on. A handler that the program had is called for everything else; one that it
 * installs later takes ours away. Returns 0 when there are RS_GUARDS_MAX of them already: the mapping is then not watched. */
int rs_guard_add(rs_guard_t *guard, void *bytes, uint64_t length, void (*on_cut)(rs_guard_t *guard));
/* Before it is unmapped. */
void rs_guard_remove(rs_guard_t *guard);
int rs_guard_is_cut(const rs_guard_t *guard);

#endif /* RS_GUARD_H */
