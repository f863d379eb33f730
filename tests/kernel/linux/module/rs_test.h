/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * rs_test.h - what the parts of the test module share.
 *
 * The module logs from every context of a kernel and counts each attempt and its result in memory of its own, so that what
 * readers say can be compared with something that they had no part in. Each entry can be checked by itself: it carries who wrote
 * it, its number, whom it interrupted, and a checksum.
 */
#ifndef RS_TEST_H
#define RS_TEST_H

#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/types.h>

#define RINGSCOPE_TARGET rs_test_target
#include <ringscope.h>

/* Who writes, in the order in which one interrupts the other. */
enum rs_test_context {
	RS_TEST_THREAD,
	RS_TEST_SOFTIRQ,
	RS_TEST_HARDIRQ,
	RS_TEST_NMI,
	RS_TEST_CONTEXTS
};

/* What came of an attempt, as the write said itself. */
enum rs_test_result {
	RS_TEST_WRITTEN,
	RS_TEST_DISCARDED,
	RS_TEST_FULL,
	RS_TEST_TOO_BIG,
	RS_TEST_SWITCHED_OFF, /* no attempt of a ring's */
	RS_TEST_NOT_OPEN, /* neither */
	RS_TEST_OTHER, /* must stay 0 */
	RS_TEST_RESULTS
};

enum rs_test_form {
	RS_TEST_FORM_DATA,
	RS_TEST_FORM_TEXT,
	RS_TEST_FORM_EVENT,
	RS_TEST_FORMS
};

#define RS_TEST_MAGIC 0x54534554u /* "TEST" in memory */
#define RS_TEST_LENGTH_MAX 2048u

/* The beginning of each data entry; the rest of its length is filler. Little endian, as the machine is. */
struct rs_test_payload {
	u32 magic;
	u8 context;
	u8 outer_context_plus_1; /* of the open entry that this one interrupted; 0: none */
	u16 processor;
	u64 number; /* of the attempt, counted for each context on each processor */
	u64 outer_number;
	u32 chain; /* entries of one chain were logged one because of the other; 0: of none */
	u32 step;
	u32 length; /* of the whole payload */
	u32 checksum; /* FNV-1a of the payload with this field 0 */
};

/* The account of one context on one processor. Written there only, and never by two at a time. */
struct rs_test_account {
	u64 attempts; /* calls, whatever came of them */
	u64 results[RS_TEST_RESULTS];
	u64 forms[RS_TEST_FORMS]; /* written ones */
	u64 nested_in_call; /* interrupted a call of a write on this processor */
	u64 nested_in_entry; /* interrupted an entry that was reserved and not committed */
	u64 depth_max; /* open entries on this processor while this one was open, itself included */
	u32 is_calling;
	u32 is_open;
	u64 open_number;
	u8 buffer[RS_TEST_LENGTH_MAX] __aligned(8);
};

struct rs_test_processor {
	struct rs_test_account accounts[RS_TEST_CONTEXTS];
};

extern struct rs_test_processor __percpu *rs_test_processors;

/* How an entry is made. */
struct rs_test_entry {
	enum rs_test_form form;
	u32 length; /* of data */
	bool is_in_place; /* reserved, filled, committed; only then can anybody nest in the entry itself */
	bool is_discarded;
	u32 open_ns; /* how long it is kept open */
	u32 chain;
	u32 step;
	void (*while_open)(void); /* called between reserving and committing */
};

/* Parameters, in debugfs; what they mean is told in debugfs.c. */
struct rs_test_settings {
	u32 count;
	u32 length_max;
	u32 timer_us;
	u32 text_every;
	u32 event_every;
	u32 discard_every;
	u32 too_big_every;
	u32 in_place_every;
	u32 open_ns;
	u32 chain_every;
	u32 nmi_every;
	u32 tower_every;
	u32 pause_us;
};

extern struct rs_test_settings rs_test_settings;

/* account.c. With preemption off; `context` is the one that it is called in. */
void rs_test_attempt(enum rs_test_context context, const struct rs_test_entry *entry);
void rs_test_reset_accounts(void);
int rs_test_accounts_init(void);
void rs_test_accounts_fini(void);
/* A number that differs from call to call, for lengths and times. Any context. */
u32 rs_test_random(void);

/* payload.c */
void rs_test_fill(u8 *payload, const struct rs_test_payload *head);

/* interrupts.c: writes from softirqs, hard interrupts and NMIs. */
int rs_test_interrupts_init(void);
void rs_test_interrupts_fini(void);
void rs_test_timers_start(void);
void rs_test_timers_stop(void);
/*
 * With preemption off and interrupts on. Before it returns there comes an NMI; or a softirq, in it a hard interrupt, in it an
 * NMI, each inside of an open entry.
 */
void rs_test_nmi_self(void);
void rs_test_tower_self(void);
/* Logs on the next processor, because of the caller, in a hard interrupt there. */
void rs_test_log_elsewhere(u32 chain, u32 step);

/* threads.c: one thread for each processor that is there. Returns when all have made their attempts, or a signal came. */
int rs_test_run(void);

/* canary.c: memory of ours beside the rings, which nobody else may change. */
int rs_test_canary_plant(void);
u64 rs_test_canary_count_damage(void);
void rs_test_canary_remove(void);

/* debugfs.c */
int rs_test_debugfs_init(void);
void rs_test_debugfs_fini(void);

#endif /* RS_TEST_H */
