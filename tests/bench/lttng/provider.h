/* SPDX-License-Identifier: MIT */
/*
 * provider.h - the tracepoints that carry to LTTng-UST what Ringscope gets: type, remarks, and bytes with their length, as rs_send has them;
 * and five numbers, as an event of rs_event.h has them.
 * LTTng reads it several times, each time as something else; see lttng-ust(3).
 */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER ringscope_bench

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "provider.h"

#if !defined(RS_BENCH_PROVIDER_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define RS_BENCH_PROVIDER_H

#include <lttng/tracepoint.h>
#include <stdint.h>

LTTNG_UST_TRACEPOINT_EVENT(
	ringscope_bench, send,
	LTTNG_UST_TP_ARGS(uint32_t, type, uint32_t, remarks, const uint8_t *, payload, uint32_t, length),
	LTTNG_UST_TP_FIELDS(lttng_ust_field_integer(uint32_t, type, type) lttng_ust_field_integer(uint32_t, remarks, remarks)
				    lttng_ust_field_sequence(uint8_t, payload, payload, uint32_t, length)))

LTTNG_UST_TRACEPOINT_EVENT(
	ringscope_bench, five,
	LTTNG_UST_TP_ARGS(uint32_t, queue, uint32_t, tag, uint32_t, lba, uint32_t, bytes, uint32_t, us),
	LTTNG_UST_TP_FIELDS(lttng_ust_field_integer(uint32_t, queue, queue) lttng_ust_field_integer(uint32_t, tag, tag)
				    lttng_ust_field_integer(uint32_t, lba, lba) lttng_ust_field_integer(uint32_t, length, bytes)
					    lttng_ust_field_integer(uint32_t, us, us)))

#endif /* RS_BENCH_PROVIDER_H */

#include <lttng/tracepoint-event.h>
