/* SPDX-License-Identifier: MIT */
/*
 * record.h - one record of the Linux kernel's log, as a read of /dev/kmsg gives it.
 *
 * The form is a promise of the kernel's (Documentation/ABI/testing/dev-kmsg):
 *
 *     30,339,5140900,-,caller=T1;text of the message
 *      SUBSYSTEM=pci
 *      DEVICE=+pci:0000:00:01.0
 *
 * Pure: no system call, no allocation; any thread.
 */
#ifndef RS_KMSG_RECORD_H
#define RS_KMSG_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "rs_status.h"

/* Who printed it, where the kernel was built to tell (CONFIG_PRINTK_CALLER). */
enum rs_kmsg_caller { RS_KMSG_CALLER_UNKNOWN, RS_KMSG_CALLER_TASK, RS_KMSG_CALLER_PROCESSOR };

typedef struct {
	uint64_t seq;      /* the kernel's number of the record; a hole between two records is what the kernel overwrote */
	uint64_t time_ns;  /* since boot, on the clock of printk, which counts in microseconds here */
	uint64_t facility; /* syslog(3): 0 the kernel, 1 user programs that wrote to the device, … */
	uint32_t severity; /* RS_DEBUG … RS_FATAL */
	uint32_t is_continued; /* the line went on in the next record */
	enum rs_kmsg_caller caller_kind;
	uint32_t caller;  /* thread or processor number, by caller_kind */
	const char *body; /* in the record: what follows the ';' less the last line end */
	size_t body_bytes;
} rs_kmsg_record_t;

/*
 * Reads the prefix of a record. Fields that the kernel may add behind the flags are passed over, as it asks its readers to.
 * Returns RS_OK, or RS_BAD_ARGUMENT when it is no record: a number missing or beyond its range, no ';'.
 */
rs_status_t rs_kmsg_parse(const char *record, size_t record_bytes, rs_kmsg_record_t *parsed) RS_MUST_USE;

/*
 * Writes a body to `text` with each \xNN as the byte that it stands for: the kernel escapes control characters, backslashes
 * and everything beyond ASCII. The lines " KEY=value" behind the message stay as they are. `text` has room for body_bytes, and may be
 * the body itself. Returns the number of bytes, never more than there were; they need not be valid UTF-8.
 */
size_t rs_kmsg_decode(const char *body, size_t body_bytes, char *text);

#endif /* RS_KMSG_RECORD_H */
