/* SPDX-License-Identifier: MIT */
/*
 * A reader library of another version, for native_test.ts: every symbol is there. OTHER_MAJOR is its ABI major version;
 * OTHER_COUNT how many numbers of the layout it claims, all of them 0.
 */
#include "rs_reader.h"

uint32_t rs_reader_abi(void)
{
	return OTHER_MAJOR << 16;
}

uint32_t rs_reader_layout(uint32_t *numbers, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++)
		numbers[n] = 0;
	return OTHER_COUNT < 0 ? count : (uint32_t)OTHER_COUNT;
}

#define UNUSED_SYMBOL(name)                       \
	RS_READER_API void other_##name(void) __asm__(#name); \
	void other_##name(void)                   \
	{                                         \
	}

UNUSED_SYMBOL(rs_set_make)
UNUSED_SYMBOL(rs_set_make_in_memory)
UNUSED_SYMBOL(rs_set_release)
UNUSED_SYMBOL(rs_index_cap)
UNUSED_SYMBOL(rs_capture_open)
UNUSED_SYMBOL(rs_capture_close)
UNUSED_SYMBOL(rs_capture_info)
UNUSED_SYMBOL(rs_capture_stats)
UNUSED_SYMBOL(rs_capture_stop)
UNUSED_SYMBOL(rs_drain_open)
UNUSED_SYMBOL(rs_drain_tune)
UNUSED_SYMBOL(rs_drain_run)
UNUSED_SYMBOL(rs_drain_once)
UNUSED_SYMBOL(rs_drain_finish)
UNUSED_SYMBOL(rs_capture_next)
UNUSED_SYMBOL(rs_capture_writers)
UNUSED_SYMBOL(rs_capture_write_cost)
UNUSED_SYMBOL(rs_capture_refused_sites)
UNUSED_SYMBOL(rs_store_open)
UNUSED_SYMBOL(rs_store_tune)
UNUSED_SYMBOL(rs_store_run)
UNUSED_SYMBOL(rs_store_finish)
UNUSED_SYMBOL(rs_events_new)
UNUSED_SYMBOL(rs_events_free)
UNUSED_SYMBOL(rs_events_add)
UNUSED_SYMBOL(rs_events_format)
UNUSED_SYMBOL(rs_events_name)
UNUSED_SYMBOL(rs_events_columns)
UNUSED_SYMBOL(rs_crc32c)
