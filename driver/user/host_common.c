/* SPDX-License-Identifier: MIT */
/* host_common.c - what is the same on every system: see host.h. */
#include <errno.h>

#include "host.h"

rs_anchor_t rs_host_anchor(uint32_t clock_kind)
{
	rs_anchor_t best = {0};
	uint64_t best_width = UINT64_MAX;

	for (int try = 0; try < 5; try++) {
		const uint64_t before_ns = rs_host_clock_read(RS_CLOCK_MONOTONIC_NS);
		const uint64_t before = rs_host_clock_read(clock_kind);
		const uint64_t unix_ns = rs_host_unix_ns();
		const uint64_t after = rs_host_clock_read(clock_kind);
		const uint64_t after_ns = rs_host_clock_read(RS_CLOCK_MONOTONIC_NS);
		if (after - before < best_width) {
			best_width = after - before;
			best.ticks = before + best_width / 2;
			best.unix_ns = (int64_t)unix_ns;
			best.uncertainty_ns = (after_ns - before_ns + 1) / 2;
		}
	}
	best.generation = 1;
	return best;
}

rs_status_t rs_host_library_status(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return RS_NOT_FOUND;
	case EACCES:
	case EPERM:
	case EROFS:
		return RS_NO_PERMISSION;
	case EEXIST:
		return RS_EXISTS;
	case ENOSPC:
#ifdef EDQUOT
	case EDQUOT:
#endif
	case EFBIG:
		return RS_NO_SPACE;
	case ENOMEM:
		return RS_NO_MEMORY;
	default:
		return RS_IO;
	}
}
