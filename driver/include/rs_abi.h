/* SPDX-License-Identifier: MIT */
/*
 * rs_abi.h - the bytes that producers and readers of a ring set share.
 *
 * Owns the layout and nothing else: no function, no pointer, no compiler-dependent type. Included by the
 * ring core, every driver shell, the reader and (by a test) compared with the TypeScript mirror in
 * runtime/abi/layout.ts. The protocol that moves these bytes is told in driver/DESIGN.md.
 *
 * A ring set is one contiguous range of bytes: a shared-memory file, a device mapping, a section, or an
 * image of one of them. Everything is little endian. Pages are 4,096 bytes here, whatever the machine's
 * own page size is; each region below begins on a multiple of RS_REGION_ALIGN, so that a machine with
 * larger pages can still map the regions with different rights.
 *
 *      offset            what                                written by      mapped by a reader
 *      ------            ----                                ----------      ------------------
 *      0                 rs_set_header_t                     producer        read only
 *      shared_off        rs_shared_page_t (the index)        producer        read only
 *      intent_off        rs_intent_t [intent_count]          producer        read only
 *      site_off          rs_site_page_t (rules)              producer        read only
 *                        u8 level [site_count]               producer        read only
 *                        rs_site_slot_t [site_count]         producer        read only
 *                        text, site_text_bytes               producer        read only
 *      ring_off          rs_ring_page_t [ring_count]         producer        read only
 *      data_off          ring_count x ring_bytes             producer        read only
 *      consumer_off      rs_consumer_set_t                   consumer        read, write
 *                        rs_consumer_ring_t [ring_count]     consumer        read, write
 *
 * Pages are split by who writes them. A producer never believes what stands in a consumer page before it
 * has bounded it, and keeps private copies of everything else; a reader never believes anything.
 *
 * One ring is `ring_bytes` long, a power of two. Positions are free-running byte counts; the offset of a
 * position is `position & (ring_bytes - 1)`. An entry occupies a multiple of eight bytes and never crosses
 * the end of its ring: what is left there becomes a padding entry.
 *
 *        read_pos                                                     reserve.position
 *           |                                                                |
 *   ...-----+-------------+----------------+-----------+---------+-----------+-----...
 *     free  |  committed  |   reserved     | committed | padding | committed |  free
 *   ...-----+-------------+----------------+-----------+---------+-----------+-----...
 *            <------------------- at most ring_bytes ----------------------->
 *
 * An entry is a 56 byte header and its payload:
 *
 *       0  u64 state      3 bits state | 16 bits whole length in 8-byte units | 45 bits keyed tag
 *       8  u64 index      place in the total order over all processors
 *      16  u64 seq        number of the attempt in this ring; a hole is what was refused there
 *      24  u64 ticks      the clock named by clock_kind
 *      32  u32 pid, u32 tid
 *      40  u32 remarks, u32 type
 *      48  u32 length     exact payload bytes
 *      52  u8 kind, u8 severity, u16 flags
 *      56  payload        where RS_FLAG_TRUNCATED is set its last four bytes are the original length
 *
 * The table of call sites (driver/EVENTS.md) is there since minor 3, and only where site_count is not 0: older sets have none, and
 * their site_off is not looked at. An entry of kind RS_KIND_EVENT carries the number of its site in `type` (slot + 1) and the raw
 * arguments as payload.
 *
 * In overwrite mode nothing is refused because a ring is full of finished entries: the oldest make room, and
 * `oldest_pos` stands where `read_pos` stands in the drawing.
 *
 * The state word is the only part of an entry that is written more than once, and the only one that a
 * reader looks at before it is committed:
 *
 *      (bytes of an earlier lap) --reserve, mark--> RESERVED --commit---> COMMITTED
 *                                                       |-----discard---> DISCARDED
 *                                                       `--its writer is dead, overwrite mode--> ABANDONED
 *                                 `-------mark-------------------------> PADDING
 *
 * The tag is the entry's own position mixed with a key that is drawn when the rings are made (rs_tag in
 * core/tag.h). Bytes of an earlier lap carry another position's tag and a crafted payload cannot know
 * the key, so neither can pass for an entry.
 *
 * Versioning: an unknown abi_major is refused. abi_minor grows when fields are added to reserved space;
 * unknown bits in `features` are ignored.
 */
#ifndef RS_ABI_H
#define RS_ABI_H

#include "rs_types.h"

#define RS_ABI_MAGIC 0x0053474e49525352ull /* "RSRINGS\0" read as a little-endian word */
#define RS_ABI_MAJOR 1u
#define RS_ABI_MINOR 4u
#define RS_ABI_MINOR_SITES 3u /* the first with a table of call sites */
#define RS_ABI_MINOR_KERNEL 4u /* the first with feature bits and with contexts in the flags of an entry */
#define RS_BYTE_ORDER_MARK 0x01020304u

#define RS_PAGE_BYTES 4096u
#define RS_REGION_ALIGN 65536u /* the largest page size of any supported machine */
#define RS_CACHE_LINE 128u     /* two lines: the adjacent-line prefetcher shares in pairs */

#define RS_RING_BYTES_MIN 4096u
#define RS_RING_BYTES_MAX (1u << 30)
#define RS_RING_COUNT_MAX 65536u /* processor numbers are 16 bits */
#define RS_ENTRY_HEADER_BYTES 56u
#define RS_ENTRY_BYTES_MAX 524280u /* 65,535 units of eight bytes */
#define RS_ANCHOR_COUNT 8u
#define RS_COST_BUCKETS 64u
#define RS_INTENT_DEPTH 4u
#define RS_PASSED_MAX 16u
#define RS_OWNER_KERNEL 0xffffffffu /* upper half of an intent's owner, since minor 4: the lower is a processor's number */
#define RS_SITE_COUNT_STEP 64u /* site_count is a multiple of it, so that the slots behind the levels are aligned */
#define RS_SITE_COUNT_MAX 65536u
#define RS_SITE_TEXT_BYTES_MIN 4096u
#define RS_SITE_TEXT_BYTES_MAX (1u << 26)
#define RS_SITE_BYTES_MAX 4096u /* of one descriptor */
#define RS_SITE_RULES_MAX 48u
#define RS_SITE_PATTERN_BYTES 62u /* with its final zero */
#define RS_ARGUMENTS_MAX 16u
#define RS_ARGUMENT_MAX 1024u      /* bytes that are kept of one text or block of bytes */
#define RS_ARGUMENT_NULL 0x7fffu   /* instead of a length: there was none, but a null pointer */
#define RS_ARGUMENT_CUT 0x8000u    /* the original length follows */

enum rs_mode { RS_MODE_DISCARD = 0, RS_MODE_OVERWRITE = 1 };
enum rs_order { RS_ORDER_INDEX = 0, RS_ORDER_CLOCK = 1 };
enum rs_clock { RS_CLOCK_TSC = 1, RS_CLOCK_CNTVCT = 2, RS_CLOCK_MONOTONIC_NS = 3, RS_CLOCK_QPC = 4 };
/* Bits of a set's `features`, since minor 4. */
enum rs_feature {
	RS_FEATURE_KERNEL = 1 /* the writers are a kernel's contexts: intent slot n is processor n's, and none of them dies alone */
};
enum rs_set_state { RS_SET_MAKING = 0, RS_SET_READY = 1, RS_SET_CLOSED = 2 };
enum rs_kind { RS_KIND_TEXT = 0, RS_KIND_DATA = 1, RS_KIND_EVENT = 2, RS_KIND_MAX = 2 };
/* `type` of a text that marks a place in a log, as `ringscope mark` writes it: "MARK" in memory. */
#define RS_TYPE_MARK 0x4b52414du
enum rs_severity {
	RS_TRACE = 1,
	RS_DEBUG = 2,
	RS_INFO = 3,
	RS_WARN = 4,
	RS_ERROR = 5,
	RS_FATAL = 6
};
enum rs_entry_flag {
	RS_FLAG_TRUNCATED = 1,   /* the payload was cut; its last four bytes are the original length */
	RS_FLAG_INVALID_UTF8 = 2, /* set by a reader, never by a producer: text that is not UTF-8 */
	RS_FLAG_CUT_ARGUMENT = 4, /* an argument is longer than what is kept of it; of a text: it could not be read where it was logged */
	/* The context that wrote it, since minor 4; none of them: a task, or a program. The numbers are those of the task that was interrupted. */
	RS_FLAG_SOFTIRQ = 8,
	RS_FLAG_HARDIRQ = 16,
	RS_FLAG_NMI = 32
};
/* Level of a site: the least severity that is written. */
enum rs_level {
	RS_LEVEL_UNDECIDED = 0, /* nobody has said; everything is written */
	RS_LEVEL_OFF = 7
};
enum rs_site_role { RS_ROLE_EVENT = 0, RS_ROLE_BEGIN = 1, RS_ROLE_END = 2 };
/* What an argument is, and how it lies in the payload: packed, little endian. */
enum rs_argument_type {
	RS_ARGUMENT_BOOL = 1,
	RS_ARGUMENT_I8 = 2,
	RS_ARGUMENT_U8 = 3,
	RS_ARGUMENT_I16 = 4,
	RS_ARGUMENT_U16 = 5,
	RS_ARGUMENT_I32 = 6,
	RS_ARGUMENT_U32 = 7,
	RS_ARGUMENT_I64 = 8,
	RS_ARGUMENT_U64 = 9,
	RS_ARGUMENT_F32 = 10,
	RS_ARGUMENT_F64 = 11,
	RS_ARGUMENT_POINTER = 12, /* 8 bytes */
	/* u16 length, with RS_ARGUMENT_CUT the original length (u32), then the bytes */
	RS_ARGUMENT_TEXT = 13,   /* UTF-8 */
	RS_ARGUMENT_TEXT16 = 14, /* UTF-16, little endian */
	RS_ARGUMENT_BYTES = 15,
	RS_ARGUMENT_ENUM = 16,     /* i64; the names are in the descriptor */
	RS_ARGUMENT_ERRNO = 17,    /* i32 */
	RS_ARGUMENT_NTSTATUS = 18, /* u32 */
	RS_ARGUMENT_HRESULT = 19,  /* u32 */
	RS_ARGUMENT_CHAR = 20      /* 1 byte */
};

/* State word: bits 0-2 state, 3-18 length in units of eight bytes, 19-63 tag. */
enum rs_entry_state {
	RS_STATE_NONE = 0,
	RS_STATE_RESERVED = 1,
	RS_STATE_COMMITTED = 2,
	RS_STATE_DISCARDED = 3,
	RS_STATE_PADDING = 4,
	RS_STATE_ABANDONED = 5
};
#define RS_STATE_BITS 3u
#define RS_UNITS_BITS 16u
#define RS_TAG_BITS 45u

/* A moment on the producer's clock and the same moment in unix time. `generation` is 0 while unused and
 * is written last; a reader takes the anchor with the largest. */
typedef struct {
	uint64_t generation;
	uint64_t ticks;
	int64_t unix_ns;
	uint64_t uncertainty_ns; /* half the width of the bracket in which both clocks were read */
} rs_anchor_t;

typedef struct {
	uint64_t magic;
	uint16_t abi_major;
	uint16_t abi_minor;
	uint32_t byte_order;
	uint32_t header_bytes;
	uint32_t ring_count;
	uint64_t features;
	uint64_t total_bytes;
	uint8_t set_id[16]; /* random; names this ring set and no other */
	uint64_t ring_bytes;
	uint64_t shared_off;
	uint64_t intent_off;
	uint64_t ring_off;
	uint64_t data_off;
	uint64_t consumer_off;
	uint32_t intent_count;
	uint32_t mode;
	uint32_t order;
	uint32_t clock_kind;
	uint64_t ticks_per_second;
	uint64_t tag_key[2];
	uint32_t creator_pid;
	uint32_t state; /* rs_set_state; stored with release when everything else is written */
	uint64_t creator_start;
	uint64_t creator_namespace; /* as in rs_intent_t */
	/* Since minor 3; all 0 where there is no table of call sites. */
	uint64_t site_off;
	uint32_t site_count;
	uint32_t site_text_bytes;
	uint8_t reserved[72];
	rs_anchor_t anchors[RS_ANCHOR_COUNT];
} rs_set_header_t;

typedef struct {
	uint64_t next_index;
	uint8_t pad0[RS_CACHE_LINE - 8];
	uint64_t unlisted_writers; /* not 0: somebody writes or wrote who has no slot in the intent table */
	uint8_t reserved[RS_PAGE_BYTES - RS_CACHE_LINE - 8];
} rs_shared_page_t;

/* What one thread is about to reserve, so that a writer killed between the swap and the mark can be
 * stepped over. `owner` is pid << 32 | tid, 0 while free. Record n belongs to nesting depth n. */
typedef struct {
	uint64_t position;
	uint32_t ring_plus_1; /* 0: none */
	uint32_t units;       /* padding and entry together */
} rs_intent_record_t;

typedef struct {
	uint64_t owner;
	uint64_t owner_start; /* start time of the process, in the unit of its system */
	uint64_t owner_namespace; /* where its numbers mean something; 0: everywhere */
	uint64_t deep_writes; /* under way, nested deeper than there are records */
	uint8_t reserved[32];
	rs_intent_record_t records[RS_INTENT_DEPTH];
} rs_intent_t;

/* A pattern and the level of the sites that it matches. */
typedef struct {
	char pattern[RS_SITE_PATTERN_BYTES]; /* ends with a zero */
	uint8_t level;
	uint8_t reserved;
} rs_rule_t;

typedef struct {
	uint64_t text_used;          /* of site_text_bytes; beyond them when somebody found no room */
	uint64_t refused;            /* registrations that found no room, or whose format says what cannot be */
	uint64_t control_generation; /* odd while rules are changed */
	uint32_t rule_count;         /* the last rule that matches decides */
	uint8_t default_level;       /* where none does */
	uint8_t reserved0[3];
	uint8_t reserved[992];
	rs_rule_t rules[RS_SITE_RULES_MAX];
} rs_site_page_t;

typedef struct {
	uint64_t key;   /* hash of the descriptor, never 0; claimed by a swap from 0 */
	uint64_t place; /* offset in the text << 16 | bytes of the descriptor; 0 until it is published */
} rs_site_slot_t;

/* The two halves of the reserve word, swapped as one. */
typedef struct {
	uint64_t position;
	uint64_t attempts;
} rs_reserve_t;

typedef struct {
	rs_reserve_t reserve; /* 16-byte aligned */
	uint8_t pad0[RS_CACHE_LINE - 16];
	uint64_t oldest_pos; /* overwrite mode: entries before it have made room */
	uint8_t pad1[RS_CACHE_LINE - 8];
	/* Refusals and rare events, counted by the producer where they happen. */
	uint64_t lost_full;
	uint64_t too_big;
	uint64_t wraps;
	uint64_t missed; /* attempts for entries that were lost before they came here; since minor 2 */
	uint8_t pad2[RS_CACHE_LINE - 32];
	uint32_t processor;
	uint32_t reserved0;
	uint8_t pad3[RS_CACHE_LINE - 8];
	uint64_t write_cost[RS_COST_BUCKETS]; /* bucket b: 2^b <= ticks < 2^(b+1), every 1,024th write */
	uint8_t reserved[RS_PAGE_BYTES - 4 * RS_CACHE_LINE - 8 * RS_COST_BUCKETS];
} rs_ring_page_t;

/* Where a reader stands in one ring and what it has counted so far, since the rings were made. */
typedef struct {
	uint64_t read_pos;
	uint64_t next_seq; /* the attempt number after the last one counted below */
	uint64_t read;
	uint64_t discarded;
	uint64_t refused; /* attempts in holes: refused by the producer; those that it missed are in `overwritten` */
	uint64_t abandoned;
	uint64_t corrupt;
	uint64_t late;
	uint64_t stalled;
	uint64_t overwritten;
	uint64_t scanned_pos; /* everything before it is counted above; between read_pos and here what lies before
				 the base is delivered, and the rest is not yet */
	uint64_t passed_count; /* entries of writers that stand still, counted as abandoned and not yet free */
	uint64_t open_abandoned; /* stepped over before scanned_pos; their attempts are counted with the next neighbour */
	uint64_t open_corrupt;
	uint8_t reserved[16];
} rs_checkpoint_t;

/* One unit over all rings: every ring's checkpoint[generation & 1] and the bases of that half are written, then
 * `generation` is released, then each ring's read_pos. Nobody writes here in overwrite mode.
 *
 * The base is what has been delivered: in index order every index below base_index; in clock order, where rows are numbered as
 * they are delivered, every entry up to and including this one, by ticks, then ring, then position. */
typedef struct {
	uint64_t generation;
	uint64_t base_index[2]; /* of the next row */
	uint32_t consumer_pid;
	uint32_t reserved0;
	uint64_t base_ticks[2];
	uint64_t base_ring_plus_1[2]; /* 0: none yet */
	uint64_t base_position[2];
	uint8_t reserved[RS_PAGE_BYTES - 80];
} rs_consumer_set_t;

typedef struct {
	uint64_t read_pos; /* the only word here that a producer reads */
	uint8_t pad0[RS_CACHE_LINE - 8];
	rs_checkpoint_t checkpoint[2];
	uint64_t stored_read; /* of `read`, those that a capture has written to its folder */
	uint8_t pad1[RS_CACHE_LINE - 8];
	uint64_t passed[2][RS_PASSED_MAX]; /* positions, rising; as many as the checkpoint of the same half says */
	uint8_t reserved[RS_PAGE_BYTES - 2 * RS_CACHE_LINE - 2 * 128 - 2 * 8 * RS_PASSED_MAX];
} rs_consumer_ring_t;

typedef struct {
	uint64_t state;
	uint64_t index;
	uint64_t seq;
	uint64_t ticks;
	uint32_t pid;
	uint32_t tid;
	uint32_t remarks;
	uint32_t type;
	uint32_t length;
	uint8_t kind;
	uint8_t severity;
	uint16_t flags;
} rs_entry_header_t;

#ifdef __cplusplus
#define RS_ABI_ASSERT(condition) static_assert(condition, #condition)
#else
#define RS_ABI_ASSERT(condition) _Static_assert(condition, #condition)
#endif
#define RS_ABI_AT(type, field, offset) RS_ABI_ASSERT(__builtin_offsetof(type, field) == (offset))

RS_ABI_ASSERT(sizeof(rs_anchor_t) == 32);
RS_ABI_ASSERT(sizeof(rs_set_header_t) == 512);
RS_ABI_AT(rs_set_header_t, abi_major, 8);
RS_ABI_AT(rs_set_header_t, abi_minor, 10);
RS_ABI_AT(rs_set_header_t, byte_order, 12);
RS_ABI_AT(rs_set_header_t, header_bytes, 16);
RS_ABI_AT(rs_set_header_t, ring_count, 20);
RS_ABI_AT(rs_set_header_t, features, 24);
RS_ABI_AT(rs_set_header_t, total_bytes, 32);
RS_ABI_AT(rs_set_header_t, set_id, 40);
RS_ABI_AT(rs_set_header_t, ring_bytes, 56);
RS_ABI_AT(rs_set_header_t, shared_off, 64);
RS_ABI_AT(rs_set_header_t, intent_off, 72);
RS_ABI_AT(rs_set_header_t, ring_off, 80);
RS_ABI_AT(rs_set_header_t, data_off, 88);
RS_ABI_AT(rs_set_header_t, consumer_off, 96);
RS_ABI_AT(rs_set_header_t, intent_count, 104);
RS_ABI_AT(rs_set_header_t, mode, 108);
RS_ABI_AT(rs_set_header_t, order, 112);
RS_ABI_AT(rs_set_header_t, clock_kind, 116);
RS_ABI_AT(rs_set_header_t, ticks_per_second, 120);
RS_ABI_AT(rs_set_header_t, tag_key, 128);
RS_ABI_AT(rs_set_header_t, creator_pid, 144);
RS_ABI_AT(rs_set_header_t, state, 148);
RS_ABI_AT(rs_set_header_t, creator_start, 152);
RS_ABI_AT(rs_set_header_t, creator_namespace, 160);
RS_ABI_AT(rs_set_header_t, site_off, 168);
RS_ABI_AT(rs_set_header_t, site_count, 176);
RS_ABI_AT(rs_set_header_t, site_text_bytes, 180);
RS_ABI_AT(rs_set_header_t, anchors, 256);

RS_ABI_ASSERT(sizeof(rs_rule_t) == 64);
RS_ABI_AT(rs_rule_t, level, 62);
RS_ABI_ASSERT(sizeof(rs_site_page_t) == RS_PAGE_BYTES);
RS_ABI_AT(rs_site_page_t, refused, 8);
RS_ABI_AT(rs_site_page_t, control_generation, 16);
RS_ABI_AT(rs_site_page_t, rule_count, 24);
RS_ABI_AT(rs_site_page_t, default_level, 28);
RS_ABI_AT(rs_site_page_t, rules, 1024);
RS_ABI_ASSERT(sizeof(rs_site_slot_t) == 16);
RS_ABI_AT(rs_site_slot_t, place, 8);

RS_ABI_ASSERT(sizeof(rs_shared_page_t) == RS_PAGE_BYTES);
RS_ABI_AT(rs_shared_page_t, unlisted_writers, 128);
RS_ABI_ASSERT(sizeof(rs_intent_record_t) == 16);
RS_ABI_ASSERT(sizeof(rs_intent_t) == 128);
RS_ABI_AT(rs_intent_t, owner_namespace, 16);
RS_ABI_AT(rs_intent_t, deep_writes, 24);
RS_ABI_AT(rs_intent_t, records, 64);

RS_ABI_ASSERT(sizeof(rs_ring_page_t) == RS_PAGE_BYTES);
RS_ABI_AT(rs_ring_page_t, oldest_pos, 128);
RS_ABI_AT(rs_ring_page_t, lost_full, 256);
RS_ABI_AT(rs_ring_page_t, too_big, 264);
RS_ABI_AT(rs_ring_page_t, wraps, 272);
RS_ABI_AT(rs_ring_page_t, missed, 280);
RS_ABI_AT(rs_ring_page_t, processor, 384);
RS_ABI_AT(rs_ring_page_t, write_cost, 512);

RS_ABI_ASSERT(sizeof(rs_checkpoint_t) == 128);
RS_ABI_AT(rs_checkpoint_t, scanned_pos, 80);
RS_ABI_AT(rs_checkpoint_t, passed_count, 88);
RS_ABI_AT(rs_checkpoint_t, open_abandoned, 96);
RS_ABI_AT(rs_checkpoint_t, open_corrupt, 104);
RS_ABI_ASSERT(sizeof(rs_consumer_set_t) == RS_PAGE_BYTES);
RS_ABI_AT(rs_consumer_set_t, base_index, 8);
RS_ABI_AT(rs_consumer_set_t, consumer_pid, 24);
RS_ABI_AT(rs_consumer_set_t, base_ticks, 32);
RS_ABI_AT(rs_consumer_set_t, base_ring_plus_1, 48);
RS_ABI_AT(rs_consumer_set_t, base_position, 64);
RS_ABI_ASSERT(sizeof(rs_consumer_ring_t) == RS_PAGE_BYTES);
RS_ABI_AT(rs_consumer_ring_t, checkpoint, 128);
RS_ABI_AT(rs_consumer_ring_t, stored_read, 384);
RS_ABI_AT(rs_consumer_ring_t, passed, 512);

RS_ABI_ASSERT(sizeof(rs_entry_header_t) == RS_ENTRY_HEADER_BYTES);
RS_ABI_AT(rs_entry_header_t, index, 8);
RS_ABI_AT(rs_entry_header_t, seq, 16);
RS_ABI_AT(rs_entry_header_t, ticks, 24);
RS_ABI_AT(rs_entry_header_t, pid, 32);
RS_ABI_AT(rs_entry_header_t, tid, 36);
RS_ABI_AT(rs_entry_header_t, remarks, 40);
RS_ABI_AT(rs_entry_header_t, type, 44);
RS_ABI_AT(rs_entry_header_t, length, 48);
RS_ABI_AT(rs_entry_header_t, kind, 52);
RS_ABI_AT(rs_entry_header_t, severity, 53);
RS_ABI_AT(rs_entry_header_t, flags, 54);

#endif /* RS_ABI_H */
