/* SPDX-License-Identifier: MIT */
/*
 * ringscope_calls.h - the functions of ringscope.ko and of ringscope.sys behind the macros of rs_log.h and rs_event.h, which include it in
 * a kernel. Modules and drivers include ringscope.h.
 */
#ifndef RINGSCOPE_CALLS_H
#define RINGSCOPE_CALLS_H

#include "rs_log.h"
#include "rs_sal.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ringscope.sys gives them, every other driver takes them from its import library; Linux has EXPORT_SYMBOL. */
#if !defined(RS_WINDOWS_KERNEL)
#define RINGSCOPE_API
#elif defined(RINGSCOPE_ITSELF)
#define RINGSCOPE_API __declspec(dllexport)
#else
#define RINGSCOPE_API __declspec(dllimport)
#endif

/* Windows formats what DbgPrint knows, which the compiler does not. */
#ifdef RS_WINDOWS_KERNEL
#define RINGSCOPE_PRINTF(format_at, first_at)
#else
#define RINGSCOPE_PRINTF(format_at, first_at) RS_PRINTF(format_at, first_at)
#endif

/* Where a driver logs: a name, and which set that is just now. */
struct ringscope_target {
	const char *name;
	uint64_t found; /* generation of the started sets << 8 | place among them + 1 */
};

#ifndef RINGSCOPE_EMBED_H /* which has its own of all that follows */

#define RINGSCOPE_DEFINE_TARGET(variable, name) struct ringscope_target variable = {name, 0}

RINGSCOPE_API extern struct ringscope_target ringscope_default;

#ifdef RINGSCOPE_TARGET
extern struct ringscope_target RINGSCOPE_TARGET;
#else
#define RINGSCOPE_TARGET ringscope_default
#endif

/*
 * Any context, any IRQL, NMI included. Results are those of rs_log.h: RS_OK, RS_OFF, RS_FULL, RS_TOO_BIG, RS_NOT_OPEN (no set of that name
 * is started), RS_BAD_ARGUMENT, RS_NO_SPACE (an event, and no table of sites). RS_FULL and RS_TOO_BIG are counted in the rings.
 *
 * On Windows, what a text or a buffer points to is read at the caller's own IRQL: below DISPATCH_LEVEL it may be pageable.
 */
_IRQL_requires_max_(HIGH_LEVEL) RINGSCOPE_API rs_status_t
ringscope_log_at(_Inout_ struct ringscope_target *target, _Inout_ rs_site_t *site, _In_ int severity,
		 _In_ _Printf_format_string_ const char *format, ...) RINGSCOPE_PRINTF(4, 5);
_IRQL_requires_max_(HIGH_LEVEL) RINGSCOPE_API rs_status_t
ringscope_vlog(_Inout_ struct ringscope_target *target, _In_ int severity, _In_ _Printf_format_string_ const char *format,
	       va_list arguments) RINGSCOPE_PRINTF(3, 0);
_IRQL_requires_max_(HIGH_LEVEL) RINGSCOPE_API rs_status_t
ringscope_send_at(_Inout_ struct ringscope_target *target, _Inout_ rs_site_t *site, _In_ uint32_t type, _In_ uint32_t remarks,
		  _In_reads_bytes_opt_(length) const void *buffer, _In_ size_t length);
_IRQL_requires_max_(HIGH_LEVEL) RINGSCOPE_API rs_status_t
ringscope_write(_Inout_ struct ringscope_target *target, _In_ int severity, _In_ int kind, _In_ uint32_t type, _In_ uint32_t remarks,
		_In_reads_bytes_opt_(length) const void *buffer, _In_ size_t length);
_IRQL_requires_max_(HIGH_LEVEL) RINGSCOPE_API rs_status_t
ringscope_event_send(_Inout_ struct ringscope_target *target, _Inout_ rs_event_site_t *event, _In_ int severity,
		     _In_reads_bytes_opt_(bytes) const uint64_t *words, _In_ uint32_t bytes);
_IRQL_requires_max_(HIGH_LEVEL) RINGSCOPE_API rs_status_t
ringscope_event_send_pieces(_Inout_ struct ringscope_target *target, _Inout_ rs_event_site_t *event, _In_ int severity,
			    _In_ const rs_piece_t *pieces);

/*
 * From rs_reserve to rs_commit or rs_discard preemption is off, on Windows the processor at DISPATCH_LEVEL or above: `payload` is filled
 * from memory that is resident. Ended by whoever reserved, in the reverse order.
 */
_IRQL_requires_max_(HIGH_LEVEL) RINGSCOPE_API rs_status_t
ringscope_reserve(_Inout_ struct ringscope_target *target, _In_ int severity, _In_ int kind, _In_ uint32_t type, _In_ uint32_t remarks,
		  _In_ size_t length, _Out_ rs_slot_t *slot) RS_MUST_USE;
_IRQL_requires_max_(HIGH_LEVEL) RINGSCOPE_API void ringscope_commit(_Inout_ rs_slot_t *slot);
_IRQL_requires_max_(HIGH_LEVEL) RINGSCOPE_API void ringscope_discard(_Inout_ rs_slot_t *slot);

#ifdef RS_WINDOWS_KERNEL
/* The sites in this range are about to be unmapped: none of them is touched any more. PASSIVE_LEVEL. */
_IRQL_requires_max_(PASSIVE_LEVEL) RINGSCOPE_API void ringscope_sites_forget(_In_ const void *begin, _In_ const void *end);
#endif

/* What the macros of the shared headers call. */
#ifndef RS_PLAIN_CALLS
#define rs_log_at(...) ringscope_log_at(&RINGSCOPE_TARGET, __VA_ARGS__)
#define rs_vlog(...) ringscope_vlog(&RINGSCOPE_TARGET, __VA_ARGS__)
#define rs_send_at(...) ringscope_send_at(&RINGSCOPE_TARGET, __VA_ARGS__)
#define rs_write(...) ringscope_write(&RINGSCOPE_TARGET, __VA_ARGS__)
#define rs_reserve(...) ringscope_reserve(&RINGSCOPE_TARGET, __VA_ARGS__)
#define rs_commit(slot) ringscope_commit(slot)
#define rs_discard(slot) ringscope_discard(slot)
#define rs_event_send(...) ringscope_event_send(&RINGSCOPE_TARGET, __VA_ARGS__)
#define rs_event_send_pieces(...) ringscope_event_send_pieces(&RINGSCOPE_TARGET, __VA_ARGS__)
#endif

#endif /* RINGSCOPE_EMBED_H */

#ifdef __cplusplus
}
#endif
#endif /* RINGSCOPE_CALLS_H */
