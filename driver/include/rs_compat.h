/* SPDX-License-Identifier: MIT */
/*
 * rs_compat.h - the names of Win-Kernel-Logger, with their meaning there, over Ringscope's rings.
 *
 * A driver written for that logger recompiles against this header unchanged. It needs no other header of
 * Ringscope, and defines the Windows types that it uses only where the system has none of its own.
 *
 *      half        names                                           library
 *      producer    LogMessage, SendData                            libringscope
 *      consumer    enable_logger, ReadLogs, stop_logger,           libringscope_reader
 *                  disable_logger
 *
 * A program that links both reads what it logs itself. A program that links only the producer half is recorded when
 * RINGSCOPE_RINGS names a ring set: by `ringscope capture -- PROGRAM`, or because a consumer that called
 * enable_logger started it.
 *
 * In a Windows kernel, after ntddk.h or wdm.h, there is the producer half alone, in ringscope.sys: it logs into the set "default", at any
 * IRQL, and a text is cut at 1,016 bytes. Who links Ringscope's static library instead defines RINGSCOPE_ITSELF.
 *
 * What is kept: LogMessage is level 1; the type of SendData is stored as LogLevel; both report success when nobody
 * records; ReadLogs calls back in the order of Index, over all processors. What differs, because it had to: every
 * function but enable_logger may be called in any context; an entry that finds no room is refused and counted
 * instead of overwriting others; Index has holes where an entry was lost, and ReadLogs steps over them; Timestamp counts
 * the clock of the ring set (QPC on Windows, the processor's counter elsewhere).
 */
#ifndef RS_COMPAT_H
#define RS_COMPAT_H

#include <stddef.h>
#include <stdint.h>

#if defined(_NTDDK_) || defined(_WDMDDK_) || defined(RS_WINDOWS_KERNEL)
#define RS_COMPAT_IN_KERNEL 1
#else
#define RS_COMPAT_IN_KERNEL 0
#endif

/* Something else where a library of Windows is built. */
#if defined(RS_COMPAT_API)
#elif RS_COMPAT_IN_KERNEL && defined(RINGSCOPE_ITSELF)
#define RS_COMPAT_API __declspec(dllexport)
#elif RS_COMPAT_IN_KERNEL
#define RS_COMPAT_API __declspec(dllimport)
#elif defined(__GNUC__)
#define RS_COMPAT_API __attribute__((visibility("default")))
#else
#define RS_COMPAT_API
#endif

#if !defined(_WIN32) && !defined(_NTDEF_)
typedef int32_t NTSTATUS;
typedef int BOOL;
typedef char CHAR, *PCHAR;
typedef unsigned char UCHAR, *PUCHAR;
typedef uint32_t UINT32, *PUINT32;
typedef uint64_t UINT64, *PUINT64;
typedef size_t SIZE_T, *PSIZE_T;
#endif
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef NT_SUCCESS
#define NT_SUCCESS(status) ((NTSTATUS)(status) >= 0)
#endif
#ifndef STATUS_SUCCESS
#define STATUS_SUCCESS ((NTSTATUS)0x00000000)
#endif
#ifndef STATUS_UNSUCCESSFUL
#define STATUS_UNSUCCESSFUL ((NTSTATUS)0xC0000001)
#endif
#ifndef STATUS_INVALID_PARAMETER
#define STATUS_INVALID_PARAMETER ((NTSTATUS)0xC000000D)
#endif
#ifndef STATUS_NO_MEMORY
#define STATUS_NO_MEMORY ((NTSTATUS)0xC0000017)
#endif
#ifndef STATUS_BUFFER_TOO_SMALL
#define STATUS_BUFFER_TOO_SMALL ((NTSTATUS)0xC0000023)
#endif
#ifndef STATUS_INSUFFICIENT_RESOURCES
#define STATUS_INSUFFICIENT_RESOURCES ((NTSTATUS)0xC000009A)
#endif
#ifndef STATUS_DEVICE_BUSY
#define STATUS_DEVICE_BUSY ((NTSTATUS)0x80000011)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* PCHAR, as drivers know it; C++ allows no string literal there. */
#ifdef __cplusplus
#define RS_COMPAT_FORMAT const CHAR *
#else
#define RS_COMPAT_FORMAT PCHAR
#endif

/* Longest text of LogMessage in bytes, in user mode. What is longer is cut. */
#define RS_COMPAT_TEXT_MAX 4095u

typedef struct _LOG_ENTRY {
	UINT64 Timestamp; /* ticks of the ring set's clock */
	UINT64 Index;     /* place in the total order over all processors */
	UINT32 Processor;
	UINT32 LogLevel; /* 1 for text and for typed events, which come as their message; the type of SendData for data */
	UINT32 Length;   /* bytes in Data */
	UINT32 Remarks;  /* 0 for text, the remarks of SendData for data */
	CHAR Data[];     /* not zero-terminated as far as Length goes; one zero byte follows */
} LOG_ENTRY, LogEntry, *PLOG_ENTRY;

/* `length` counts the whole entry: sizeof(LOG_ENTRY) + entry->Length. The entry is valid until the callback returns. */
typedef void (*LogCallback)(PLOG_ENTRY entry, SIZE_T length);

#if !RS_COMPAT_IN_KERNEL
/* What enable_logger returns. Everything behind the first field is private. */
typedef struct _RING_BUFFER_CONTEXTS {
	SIZE_T ProcessorCount; /* rings; no limit of 32 */
} RING_BUFFER_CONTEXTS, *PRING_BUFFER_CONTEXTS;
#endif

/*
 * Text, formatted on the spot, level 1. Any context, as far as the C library's vsnprintf may be used there. The
 * format is not checked by the compiler, since drivers' formats hold conversions that only their kernel knows.
 * Returns STATUS_SUCCESS (also when nobody records), STATUS_INSUFFICIENT_RESOURCES (the ring is full: counted as lost),
 * STATUS_BUFFER_TOO_SMALL (longer than this ring can ever take: counted as too big), STATUS_INVALID_PARAMETER.
 */
RS_COMPAT_API NTSTATUS LogMessage(RS_COMPAT_FORMAT format, ...);

/* `len` raw bytes; type is stored as LogLevel. Any context. Returns as LogMessage does; STATUS_INVALID_PARAMETER when
 * buffer is null and len is not 0. */
RS_COMPAT_API NTSTATUS SendData(UINT32 type, UINT32 remarks, PUCHAR buffer, SIZE_T len);

#if !RS_COMPAT_IN_KERNEL
/*
 * Makes rings of bytes_per_ring each, rounded up to a power of two of at least 4 KiB, one per processor, and attaches to
 * them as their reader. Where RINGSCOPE_RINGS names a ring set that exists, attaches to that one instead and leaves its
 * size alone. Otherwise sets RINGSCOPE_RINGS, so that programs started from here are recorded, and starts recording this
 * program if it links libringscope too. Returns null after one line on standard error. Not in a signal handler; call it
 * before other threads read the environment.
 */
RS_COMPAT_API PRING_BUFFER_CONTEXTS enable_logger(SIZE_T bytes_per_ring);

/*
 * Calls back for each entry, in the order of Index. One-shot (continuous is FALSE): everything that was logged
 * before the call, until nothing more is found. Continuous: until stop_logger. May be called again: goes on behind the
 * last entry, never waits for one that was lost. One thread at a time. Returns STATUS_SUCCESS, STATUS_INVALID_PARAMETER
 * (null argument), STATUS_DEVICE_BUSY (another thread is inside).
 */
RS_COMPAT_API NTSTATUS ReadLogs(PRING_BUFFER_CONTEXTS contexts, LogCallback callback, BOOL continuous);

/* Lets ReadLogs return behind the entry that it is at; what is left is for the next call. Without a ReadLogs under way it
 * ends the next one. Any thread, the callback, a signal handler. */
RS_COMPAT_API void stop_logger(PRING_BUFFER_CONTEXTS contexts);

/* Detaches, and removes the rings that enable_logger made. No thread may be inside of ReadLogs. */
RS_COMPAT_API void disable_logger(PRING_BUFFER_CONTEXTS contexts);
#endif

#ifdef __cplusplus
}
#if !RS_COMPAT_IN_KERNEL
/* Where the seed's consumers find it. */
namespace driver_control {
using ::enable_logger;
}
#endif
#endif
#endif /* RS_COMPAT_H */
