/* SPDX-License-Identifier: MIT */
/*
 * rs_reader.h - the reader library: from a ring set to a capture folder.
 *
 * Called from Deno through FFI and from C programs; plain C types, no callbacks, no varargs. Two threads work on one
 * capture: a drainer (rs_drain_*) takes entries out of the rings into batch buffers of a bounded pool, a writer
 * (rs_store_*) appends full batches to the capture folder and gives the buffers back. Each of the two objects is used by
 * one thread at a time; rs_capture_stats and rs_capture_stop may be called by any thread at any time.
 *
 * Protocol and trust: driver/DESIGN.md. Folder: runtime/capture/README.md.
 */
#ifndef RS_READER_H
#define RS_READER_H

#include <stddef.h>
#include <stdint.h>

#include "rs_abi.h"
#include "rs_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Something else where a library of Windows is built. */
#if defined(RS_READER_API)
#elif defined(__GNUC__)
#define RS_READER_API __attribute__((visibility("default")))
#else
#define RS_READER_API
#endif

/* One line about a failure: what was attempted, what was found. Zero-terminated. */
typedef struct {
	char text[512];
} rs_message_t;

/* ABI_MAJOR << 16 | ABI_MINOR of this library. */
RS_READER_API uint32_t rs_reader_abi(void);

/* Sizes and offsets of rs_abi.h as this library was compiled, in the order of runtime/abi/layout.ts; writes at most
 * `count` numbers and returns how many there are. */
RS_READER_API uint32_t rs_reader_layout(uint32_t *numbers, uint32_t count);

/* Makes a ring set in a new file, without opening it for logging. 0 means default; see rs_log.h. mode: rs_mode, order: rs_order.
 * clock_kind: 0, or RS_CLOCK_MONOTONIC_NS for entries whose times somebody else took (index order only). */
RS_READER_API rs_status_t rs_set_make(const char *path, uint32_t ring_count, uint64_t ring_bytes, uint64_t ring_memory, uint32_t mode,
				      uint32_t order, uint32_t clock_kind, rs_message_t *message) RS_MUST_USE;

/* The same in a memory file without a name, sealed against truncation, which this process keeps open as *file until rs_set_release. `path`
 * gets where others of the same user find it: /proc/PID/fd/N. On Windows it is a temporary file, which is gone with the last process that has it. */
RS_READER_API rs_status_t rs_set_make_in_memory(uint32_t ring_count, uint64_t ring_bytes, uint64_t ring_memory, uint32_t mode,
						uint32_t order, uint32_t clock_kind, int32_t *file, rs_message_t *path, rs_message_t *message) RS_MUST_USE;

RS_READER_API void rs_set_release(int32_t file);

/* How many entries a second the one index counter of a ring set can number when every processor logs at once: its cache line changes hands
 * for each. Measured with two threads on two processors that count by turns, in about 4 ms; 0 where there is only one. See driver/DESIGN.md, "Cost". */
RS_READER_API uint64_t rs_index_cap(void);

typedef struct rs_capture rs_capture_t;

enum rs_open_flags {
	RS_OPEN_DRAIN = 0, /* takes entries: one such reader at a time; in overwrite mode it takes nothing away, and there may be many */
	RS_OPEN_PEEK = 1,  /* looks only; may be used on a file without write permission */
	/* The file is an image: whatever its header says, nobody writes into it any more, and what was not finished is abandoned. Nothing in it
	 * is changed, so it need not be writable and can be drained again. It has no clock that runs: rows have no delivery time. */
	RS_OPEN_IMAGE = 2
};

/* Opens and validates a ring set: of a file, or, where the path is that of a device with or without an @ and a name (/dev/ringscope@net, \\.\Ringscope@net),
 * of a kernel driver (rs_device.h). Returns RS_OK, RS_NOT_FOUND, RS_NO_PERMISSION, RS_NOT_RINGS, RS_BAD_ABI, RS_BUSY, RS_NO_MEMORY, RS_IO. */
RS_READER_API rs_status_t rs_capture_open(const char *path, uint32_t flags, rs_capture_t **capture,
					  rs_message_t *message) RS_MUST_USE;
/* Gives everything back. Neither thread may be inside. */
RS_READER_API void rs_capture_close(rs_capture_t *capture);

typedef struct {
	uint32_t abi_major, abi_minor;
	uint32_t ring_count, mode;
	uint32_t order, clock_kind;
	uint64_t ring_bytes;
	uint64_t ticks_per_second; /* as measured by the reader since it opened, or the header's */
	uint64_t anchor_ticks;
	int64_t anchor_unix_ns;
	uint32_t creator_pid, creator_alive;
	uint8_t set_id[16];
	uint64_t start_pending;  /* bytes that were waiting in the rings when this reader came */
	uint64_t start_unstored; /* entries taken by an earlier capture that died before it stored them */
	uint64_t features;       /* RS_FEATURE_ bits, and those that this version does not know */
} rs_capture_info_t;
RS_READER_API void rs_capture_info(rs_capture_t *capture, rs_capture_info_t *info);

/* The counters of one ring since this capture began; the order is that of `ringscope.counters`. */
typedef struct {
	uint64_t processor;
	uint64_t attempts, read, discarded;
	uint64_t lost_full, overwritten, too_big, abandoned, corrupt, unstored;
	uint64_t pending, wraps, late, stalled, mixed;
	uint64_t used_bytes, capacity_bytes;
	uint64_t filtered; /* of `read`, those that the filter kept out of the batches; 0 in what was stored before there were filters */
} rs_ring_counters_t;

typedef struct {
	uint64_t entries;        /* delivered into batches */
	uint64_t stored_entries; /* written to the folder */
	uint64_t stored_batches;
	uint64_t stored_bytes;
	uint64_t gaps;           /* rows of the gaps table */
	uint64_t pool_bytes, pool_used_bytes;
	uint64_t pool_waits;     /* how often the drainer found no free buffer */
	uint64_t violations;     /* entries that were refused by validation */
	uint64_t last_index;     /* of the last delivered entry; meaningful when entries > 0 */
	uint64_t sync_ns;        /* longest fdatasync so far */
	uint64_t stop_requested;
} rs_capture_stats_t;

/* Counters as of the last drain; `count` ring records at most. Any thread. Returns the number of rings. */
RS_READER_API uint32_t rs_capture_stats(rs_capture_t *capture, rs_capture_stats_t *stats, rs_ring_counters_t *rings,
					uint32_t count);

/* A thread that writes, or wrote until it died, as it stands in the ring set; of a kernel's, one that entries speak of. */
typedef struct {
	uint64_t start;     /* of its process, in the unit of the system (Linux: clock ticks since boot); 0: not known yet */
	uint64_t name_space; /* where the numbers mean something; 0: everywhere */
	uint32_t pid, tid;
} rs_writer_t;

/* The writers that are in the ring set now, `count` of them at most; returns how many there are. Any thread.
 *
 * A kernel's ring set names none: these are then the threads, with a start of 0, of the entries that were stored since the last call with a
 * `count` that is not 0, at most 4,096. */
RS_READER_API uint32_t rs_capture_writers(rs_capture_t *capture, rs_writer_t *writers, uint32_t count);

/* What writes cost their callers since this capture began: `rings` times RS_COST_BUCKETS counts at most, as in rs_ring_page_t.write_cost. Any
 * thread. Returns the number of rings. */
RS_READER_API uint32_t rs_capture_write_cost(rs_capture_t *capture, uint64_t *counts, uint32_t rings);

/* Registrations of call sites that were refused since the ring set was made: their events are written nowhere. 0 without a table. Any thread. */
RS_READER_API uint64_t rs_capture_refused_sites(rs_capture_t *capture);

/* Asks both loops to return soon. Any thread, and a signal handler. */
RS_READER_API void rs_capture_stop(rs_capture_t *capture);

/* --- the drainer ------------------------------------------------------------------------------------------- */

/* Makes the pool: buffer_bytes in all (0: 256 MiB), batches of at most `batch_rows` rows (0: 65,536). */
RS_READER_API rs_status_t rs_drain_open(rs_capture_t *capture, uint64_t buffer_bytes, uint32_t batch_rows,
					uint32_t batch_age_ms, rs_message_t *message) RS_MUST_USE;

/* Before rs_drain_open. stall_ms: when the entry of a writer that lives and stands still inside it is passed (0: 1,000).
 * reorder_bytes: memory for entries that wait for an earlier one while their rings go on (0: 256 MiB). */
RS_READER_API void rs_drain_tune(rs_capture_t *capture, uint32_t stall_ms, uint64_t reorder_bytes);

enum rs_filter_kind {
	RS_FILTER_ONLY = 0,   /* an event is wanted when it matches one of these, where there are any */
	RS_FILTER_EXCLUDE = 1 /* and none of these */
};

/* Before rs_drain_open: which entries become rows. What is not wanted is read, counted as `filtered`, and not lost. A pattern is one of call sites, as
 * rs_control takes it: without a colon it is compared with an event's name, with one with `file:line` (the last part of the path). Texts and data have no
 * site in their entries: no pattern matches them. May be called several times. Marks (RS_TYPE_MARK) are wanted always.
 * Returns RS_OK, RS_BAD_ARGUMENT (an empty pattern, one of RS_SITE_PATTERN_BYTES or more, or too late), RS_NO_MEMORY. */
RS_READER_API rs_status_t rs_filter_pattern(rs_capture_t *capture, uint32_t kind, const char *pattern) RS_MUST_USE;
/* As above: only entries of at least this severity, RS_TRACE … RS_FATAL. */
RS_READER_API rs_status_t rs_filter_severity(rs_capture_t *capture, uint32_t least) RS_MUST_USE;

/* Drains until rs_capture_stop or for about budget_ms, sleeping between looks: 1 ms when busy, 2 ms when idle.
 * Returns RS_AGAIN (budget used up), RS_END (stop was asked for), RS_IO (the file of the rings was cut short: what it held is gone, and
 * rs_drain_finish hands out what had been taken). */
RS_READER_API rs_status_t rs_drain_run(rs_capture_t *capture, uint32_t budget_ms);

/* One look at the rings: takes what is there. `entries` gets the number of entries taken. Returns RS_OK, RS_AGAIN when
 * the pool was full, or RS_IO as rs_drain_run. */
RS_READER_API rs_status_t rs_drain_once(rs_capture_t *capture, uint64_t *entries);

/* The end of a capture: takes a last snapshot of the rings and drains up to it, waits at most timeout_ms for writers that are
 * inside an entry, counts what is still not committed as abandoned (owner dead) or pending (owner alive), flushes the last
 * batch and tells the writer that no more will come. Returns RS_OK, RS_AGAIN (the writer gave no buffer back for too long), RS_IO as
 * rs_drain_run. */
RS_READER_API rs_status_t rs_drain_finish(rs_capture_t *capture, uint32_t timeout_ms);

/* --- rows for C programs, instead of the writer ------------------------------------------------------------ */

/* One entry in index order. `payload` is a private copy and valid until the next call. */
typedef struct {
	uint64_t index, seq, ticks;
	uint32_t processor, pid, tid, remarks, type, length;
	uint8_t kind, severity;
	uint16_t flags;
	const void *payload;
} rs_row_t;

/* The next entry, draining when the ones already taken are used up. After rs_drain_open; not together with rs_drain_run or
 * rs_store_*. An entry counts as stored when the next one is asked for. After rs_drain_finish it hands out what is left. Returns RS_OK, RS_AGAIN (nothing now), RS_END. */
RS_READER_API rs_status_t rs_capture_next(rs_capture_t *capture, rs_row_t *row) RS_MUST_USE;

/* --- the writer -------------------------------------------------------------------------------------------- */

/* Begins segment 1 below `folder` (which exists; logs/ and gaps/ are made, and events/ with the first call site). sync_ms 0: only at the end. segment_bytes 0: 256 MiB. */
RS_READER_API rs_status_t rs_store_open(rs_capture_t *capture, const char *folder, uint32_t sync_ms,
					uint64_t segment_bytes, rs_message_t *message) RS_MUST_USE;

/* Between rs_store_open and rs_store_run. segment_age_ms: a segment whose first batch is so old is closed although it is small (0: none is). */
RS_READER_API void rs_store_tune(rs_capture_t *capture, uint32_t segment_age_ms);

/* Appends batches as they come, for about budget_ms. Returns RS_AGAIN, RS_END (everything is written), RS_NO_SPACE or RS_IO
 * (message says what; the batch is kept and tried again by the next call). */
RS_READER_API rs_status_t rs_store_run(rs_capture_t *capture, uint32_t budget_ms, rs_message_t *message);

/* Ends the segments with Arrow's end mark, writes their meta.json, syncs files and folders. */
RS_READER_API rs_status_t rs_store_finish(rs_capture_t *capture, rs_message_t *message) RS_MUST_USE;

/* --- typed events ------------------------------------------------------------------------------------------ */

/* What the call sites of a ring set's events are, so that their raw arguments become messages and columns (driver/EVENTS.md). Used by one
 * thread at a time; has nothing to do with a capture, and works on batches of years ago. */
typedef struct rs_events rs_events_t;

/* Null: no memory. */
RS_READER_API rs_events_t *rs_events_new(void);
RS_READER_API void rs_events_free(rs_events_t *events);

#define RS_EVENTS_SITE_MAX (1u << 20) /* largest number of a site that is taken */

/* Tells what the descriptor of a site is; it is copied before it is looked at. Returns RS_OK, RS_EXISTS (a number is given once),
 * RS_BAD_ARGUMENT (the descriptor breaks the contract: the number is taken, and its events are those of an unknown site), RS_NO_MEMORY. */
RS_READER_API rs_status_t rs_events_add(rs_events_t *events, uint32_t site, const void *descriptor, uint32_t bytes) RS_MUST_USE;

#define RS_EVENTS_REFUSED UINT64_MAX

/* The message of each row of a batch as it lies in a segment of `logs` (runtime/arrow/wire.ts), as a column of Arrow's type utf8. A text is what it is, without
 * the length behind one that was cut, and with U+FFFD where it is not UTF-8; data has none and is empty; an event is formatted. An event of an unknown site is
 * `<unknown site N>`, and a payload that does not fit its site says so at its end: `<damaged: …>`.
 *
 * class_ and type have `rows` values; offsets and out_offsets have one more. Returns the bytes of all messages: where they are more than out_bytes, or than
 * INT32_MAX, `out` and out_offsets hold nothing of use, and the caller comes again with more room, or with fewer rows. RS_EVENTS_REFUSED: the offsets lead
 * outside of the payload, or there is no memory. */
RS_READER_API uint64_t rs_events_format(rs_events_t *events, uint32_t rows, const uint16_t *class_, const uint32_t *type, const int32_t *offsets,
					const uint8_t *payload, uint64_t payload_bytes, int32_t *out_offsets, uint8_t *out,
					uint64_t out_bytes) RS_MUST_USE;

enum rs_event_column_type {
	RS_COLUMN_BOOL = 1, /* one bit for each row, the lowest first */
	RS_COLUMN_I8,
	RS_COLUMN_U8,
	RS_COLUMN_I16,
	RS_COLUMN_U16,
	RS_COLUMN_I32,
	RS_COLUMN_U32,
	RS_COLUMN_I64,
	RS_COLUMN_U64, /* pointers too */
	RS_COLUMN_F32,
	RS_COLUMN_F64,
	RS_COLUMN_TEXT, /* utf8: texts, single characters, names */
	RS_COLUMN_BYTES /* binary */
};

#define RS_EVENT_COLUMNS_MAX 1024u

/* A column as three buffers of Arrow. Texts that were cut end with `…` and their original length in bytes: `\\Device\\Hard…(4096)`. */
typedef struct {
	const char *name;        /* zero-terminated UTF-8 */
	uint64_t type;           /* rs_event_column_type */
	uint64_t null_count;
	const uint8_t *validity; /* one bit for each row; null where null_count is 0 */
	const int32_t *offsets;  /* of texts and bytes: one more than rows; else null */
	const uint8_t *values;
	uint64_t value_bytes;
} rs_event_column_t;

/* The rows of one event in a batch. */
typedef struct {
	uint64_t rows;
	uint64_t column_count;
	const uint32_t *row_numbers; /* where each of them stands in the batch, rising */
	const rs_event_column_t *columns;
} rs_event_table_t;

/* The nth name of an event, in the order in which the names came; null beyond the last. Names that differ in the case of their letters only are one
 * event, because they are one table to SQL. */
RS_READER_API const char *rs_events_name(const rs_events_t *events, uint32_t n);

/* One typed column for each argument of the sites of this name that are known by now. An argument that another site of the name has too shares its column
 * where its type is the same; where it is not, it gets a column of its own, KEY_site_N after the first site that has it so.
 * Enumerations, errno, NTSTATUS and HRESULT are numbers, and beside each stands KEY_name, as %s prints them. Null stands where a site has no
 * such argument, where a payload is damaged, and for null pointers to texts. A table has at most RS_EVENT_COLUMNS_MAX columns; further arguments are in
 * messages only.
 *
 * What `table` points to is valid until the next call with these events. Returns RS_OK, RS_NOT_FOUND (no site has this name), RS_BAD_ARGUMENT (the offsets lead outside of the
 * payload), RS_TOO_BIG (a column of more than INT32_MAX bytes: come with fewer rows), RS_NO_MEMORY. */
RS_READER_API rs_status_t rs_events_columns(rs_events_t *events, const char *name, uint32_t rows, const uint16_t *class_, const uint32_t *type,
					    const int32_t *offsets, const uint8_t *payload, uint64_t payload_bytes,
					    rs_event_table_t *table) RS_MUST_USE;

/* CRC-32C of `length` bytes, continued from `crc` (0 to begin). */
RS_READER_API uint32_t rs_crc32c(uint32_t crc, const void *bytes, uint64_t length);

#ifdef __cplusplus
}
#endif
#endif /* RS_READER_H */
