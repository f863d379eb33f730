/* SPDX-License-Identifier: MIT */
/*
 * rs_device.h - what a program asks of the device of a kernel driver: /dev/ringscope on Linux (driver/linux). Windows has the same calls
 * with codes of its own, and what differs there, in rs_device_windows.h.
 *
 * Included by the driver and by its users. Every structure begins with its own size in bytes and with flags; what is reserved has to be
 * 0. Names end with a zero; an empty one means "default". Where a call fails it has changed nothing. Errors that each call may return:
 * EINVAL (size, flags, reserved fields, a name without its zero), EFAULT (an address), ENOTTY (no such call). Those that work on the
 * selected set return ENOENT when this open file has selected none; those that change something (all but VERSION, SELECT, DESCRIBE and
 * SNAPSHOT) EACCES when it is not open for writing.
 *
 * The device is mapped as a file of rings would be, offsets being those in the set's header (rs_abi.h): [0, consumer_off) only for
 * reading, [consumer_off, total_bytes) for reading by everybody and for writing by whoever has claimed the set; always MAP_SHARED, and
 * never across the two halves. While another thread resets the set, or has this open file select another one, mmap fails with EBUSY.
 */
#ifndef RS_DEVICE_H
#define RS_DEVICE_H

#ifdef __linux__
#include <linux/ioctl.h>
#endif

#include "rs_abi.h"

#define RS_DEVICE_ABI 1u
#define RS_DEVICE_PATH "/dev/ringscope"
#define RS_NAME_BYTES 32u /* of a set's name, with its final zero */
#define RS_SETS_MAX 16u

/* What can be recorded without a line of C in the kernel: bit, name of the constant, name for people. */
#define RS_SOURCES(X)                               \
	X(0, KMSG, "kmsg") /* the kernel's own log */ \
	X(1, SCHED_SWITCH, "sched_switch")          \
	X(2, SCHED_WAKEUP, "sched_wakeup")          \
	X(3, IRQ_HANDLER_ENTRY, "irq_handler_entry") \
	X(4, IRQ_HANDLER_EXIT, "irq_handler_exit")  \
	X(5, SOFTIRQ_ENTRY, "softirq_entry")        \
	X(6, SOFTIRQ_EXIT, "softirq_exit")          \
	X(7, BLOCK_RQ_ISSUE, "block_rq_issue")      \
	X(8, BLOCK_RQ_COMPLETE, "block_rq_complete") \
	X(9, SYS_ENTER, "sys_enter")                \
	X(10, SYS_EXIT, "sys_exit")

#define RS_SOURCE_BIT(bit, constant, name) RS_SOURCE_##constant = 1 << (bit),
enum rs_device_source { RS_SOURCES(RS_SOURCE_BIT) };
#undef RS_SOURCE_BIT
#define RS_SOURCES_ALL 0x7ffull

/* 1: who answers. Works without a selected set. */
typedef struct {
	uint32_t size;
	uint32_t flags;
	uint32_t device_abi; /* RS_DEVICE_ABI of the driver */
	uint32_t ring_abi;   /* RS_ABI_MAJOR << 16 | RS_ABI_MINOR */
	char version[32];    /* of the driver, as text */
	uint32_t set_count;
	uint32_t reserved;
	uint64_t memory_used;  /* bytes of all sets */
	uint64_t memory_limit; /* bytes; module parameter memory_limit_mib */
} rs_device_version_t;

/* 2: makes a set and selects it. 0 means what rs_create of rs_log.h means by it, but for ring_memory: a quarter of the memory limit. There is a
 * ring for every processor that there can be. EEXIST; EINVAL (a number that cannot be; clock order where the processors' counter is not
 * invariant); ENOSPC (the memory limit, or RS_SETS_MAX sets); ENOMEM; EBUSY (this open file has another set mapped). */
#define RS_MAKE_EPHEMERAL 1u /* removed when the last open file that selected it is closed */
typedef struct {
	uint32_t size;
	uint32_t flags;
	char name[RS_NAME_BYTES];
	uint64_t ring_bytes;
	uint64_t ring_memory;
	uint32_t mode;
	uint32_t order;
	uint32_t site_count; /* RS_DEVICE_NO_SITES: none, and no events */
	uint32_t site_text_bytes;
} rs_device_make_t;
#define RS_DEVICE_NO_SITES 0xffffffffu

/* 3: this open file means that set from now on. ENOENT; EBUSY (it has another one mapped). A claim of another set ends. */
typedef struct {
	uint32_t size;
	uint32_t flags;
	char name[RS_NAME_BYTES];
} rs_device_select_t;

/* 4: tells of the selected set or, with the flag, of set number 0 … set_count - 1 in the order in which they were made. ENOENT. */
#define RS_DESCRIBE_NTH 1u
typedef struct {
	uint32_t size;
	uint32_t flags;
	uint32_t number;
	uint32_t reserved;
	char name[RS_NAME_BYTES];
	uint8_t set_id[16];
	uint64_t total_bytes;
	uint64_t consumer_off;
	uint64_t ring_bytes;
	uint32_t ring_count;
	uint32_t mode;
	uint32_t order;
	uint32_t is_started;
	uint32_t is_claimed;
	uint32_t claimer_pid; /* as the asking process sees it; 0: in no namespace of its own */
	uint32_t mapped;      /* mappings, of whichever process */
	uint32_t is_ephemeral;
	int64_t made_unix_ns;
	uint64_t sources; /* those that are on: bits of rs_device_source */
} rs_device_describe_t;

/* 5 START, 6 STOP: producers find the set, or find it no longer; when STOP returns, no write is under way. Twice is as good as once.
 * 7 CLAIM: this open file is the one that drains, until it is closed or selects another set. EBUSY (DESCRIBE tells by whom); EINVAL
 *   (overwrite mode, whose readers take nothing away).
 * 9 RESET: empty rings, a new key and a new set_id; rules and state (started or not) stay. EBUSY (mapped).
 * 10 REMOVE: EBUSY (mapped; selected by another open file; made by a module that uses it). This file has none selected afterwards. */
typedef struct {
	uint32_t size;
	uint32_t flags;
} rs_device_plain_t;

/* 8: what a reader's horizon is made of, in its order: the index counter, every ring's attempts, every ring's position, then counters. `rings`
 * is the address of ring_count elements; the number of rings comes back. ENOSPC: there are more rings than that (and how many came back). */
typedef struct {
	uint64_t attempts;
	uint64_t position;
	uint64_t lost_full;
	uint64_t too_big;
	uint64_t missed;
	uint64_t oldest_pos; /* overwrite mode */
} rs_device_ring_t;
typedef struct {
	uint32_t size;
	uint32_t flags;
	uint64_t rings;
	uint32_t ring_count;
	uint32_t reserved;
	uint64_t next_index;
} rs_device_snapshot_t;

/* 11: what rs_control_all of rs_event.h does, since nobody else can write to the table. `changes` is the address of `count` rs_rule_t. EINVAL;
 * ENOSPC (48 patterns); EOPNOTSUPP (the set has no table of sites); E2BIG (count above RS_CONTROL_MAX). */
#define RS_CONTROL_RESET 1u /* all that was set before is taken back first */
#define RS_CONTROL_MAX 1024u
typedef struct {
	uint32_t size;
	uint32_t flags;
	uint64_t changes;
	uint32_t count;
	uint32_t reserved;
} rs_device_control_t;

/* 12: exactly these sources are on for the selected set. Comes back as what is on now. EINVAL (a bit without a source); EBUSY (one is on for
 * another set); EOPNOTSUPP (this kernel has not got it); ENODEV (the set is stopped). Where one of several fails all are as before. */
typedef struct {
	uint32_t size;
	uint32_t flags;
	uint64_t sources;
} rs_device_sources_t;

#ifdef __linux__
#define RS_IOC_VERSION _IOWR('R', 1, rs_device_version_t)
#define RS_IOC_MAKE _IOWR('R', 2, rs_device_make_t)
#define RS_IOC_SELECT _IOWR('R', 3, rs_device_select_t)
#define RS_IOC_DESCRIBE _IOWR('R', 4, rs_device_describe_t)
#define RS_IOC_START _IOWR('R', 5, rs_device_plain_t)
#define RS_IOC_STOP _IOWR('R', 6, rs_device_plain_t)
#define RS_IOC_CLAIM _IOWR('R', 7, rs_device_plain_t)
#define RS_IOC_SNAPSHOT _IOWR('R', 8, rs_device_snapshot_t)
#define RS_IOC_RESET _IOWR('R', 9, rs_device_plain_t)
#define RS_IOC_REMOVE _IOWR('R', 10, rs_device_plain_t)
#define RS_IOC_CONTROL _IOWR('R', 11, rs_device_control_t)
#define RS_IOC_SOURCES _IOWR('R', 12, rs_device_sources_t)
#endif

RS_ABI_ASSERT(sizeof(rs_device_version_t) == 72);
RS_ABI_ASSERT(sizeof(rs_device_make_t) == 72);
RS_ABI_ASSERT(sizeof(rs_device_select_t) == 40);
RS_ABI_ASSERT(sizeof(rs_device_describe_t) == 136);
RS_ABI_AT(rs_device_describe_t, set_id, 48);
RS_ABI_AT(rs_device_describe_t, ring_count, 88);
RS_ABI_AT(rs_device_describe_t, made_unix_ns, 120);
RS_ABI_ASSERT(sizeof(rs_device_plain_t) == 8);
RS_ABI_ASSERT(sizeof(rs_device_ring_t) == 48);
RS_ABI_ASSERT(sizeof(rs_device_snapshot_t) == 32);
RS_ABI_ASSERT(sizeof(rs_device_control_t) == 24);
RS_ABI_ASSERT(sizeof(rs_device_sources_t) == 16);

#endif /* RS_DEVICE_H */
