/* SPDX-License-Identifier: MIT */
/* Prints sizes and offsets of the structures of rs_reader.h, for structs_test.ts. */
#include <stdio.h>

#include "rs_reader.h"

#define SIZE(name, type) printf("%s %zu\n", name, sizeof(type))
#define AT(name, type, field) printf("%s.%s %zu\n", name, #field, offsetof(type, field))
#define INFO(field) AT("info", rs_capture_info_t, field)
#define STATS(field) AT("stats", rs_capture_stats_t, field)
#define COUNTERS(field) AT("counters", rs_ring_counters_t, field)

int main(void)
{
	SIZE("message", rs_message_t);
	SIZE("info", rs_capture_info_t);
	INFO(abi_major), INFO(abi_minor), INFO(ring_count), INFO(mode), INFO(order), INFO(clock_kind);
	INFO(ring_bytes), INFO(ticks_per_second), INFO(anchor_ticks), INFO(anchor_unix_ns);
	INFO(creator_pid), INFO(creator_alive), INFO(set_id), INFO(start_pending), INFO(start_unstored), INFO(features);
	SIZE("stats", rs_capture_stats_t);
	STATS(entries), STATS(stored_entries), STATS(stored_batches), STATS(stored_bytes), STATS(gaps);
	STATS(pool_bytes), STATS(pool_used_bytes), STATS(pool_waits), STATS(violations), STATS(last_index);
	STATS(sync_ns), STATS(stop_requested);
	SIZE("counters", rs_ring_counters_t);
	COUNTERS(processor), COUNTERS(attempts), COUNTERS(read), COUNTERS(discarded), COUNTERS(lost_full);
	COUNTERS(overwritten), COUNTERS(too_big), COUNTERS(abandoned), COUNTERS(corrupt), COUNTERS(unstored);
	COUNTERS(pending), COUNTERS(wraps), COUNTERS(late), COUNTERS(stalled), COUNTERS(mixed);
	COUNTERS(used_bytes), COUNTERS(capacity_bytes), COUNTERS(filtered);
	SIZE("writer", rs_writer_t);
	AT("writer", rs_writer_t, start), AT("writer", rs_writer_t, name_space);
	AT("writer", rs_writer_t, pid), AT("writer", rs_writer_t, tid);
	SIZE("event_table", rs_event_table_t);
	AT("event_table", rs_event_table_t, rows), AT("event_table", rs_event_table_t, column_count);
	AT("event_table", rs_event_table_t, row_numbers), AT("event_table", rs_event_table_t, columns);
	SIZE("event_column", rs_event_column_t);
	AT("event_column", rs_event_column_t, name), AT("event_column", rs_event_column_t, type);
	AT("event_column", rs_event_column_t, null_count), AT("event_column", rs_event_column_t, validity);
	AT("event_column", rs_event_column_t, offsets), AT("event_column", rs_event_column_t, values);
	AT("event_column", rs_event_column_t, value_bytes);
	return 0;
}
