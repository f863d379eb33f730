// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * account.c - makes one attempt and counts it, in any context, NMI included.
 *
 * Each context on each processor has its counters to itself: hard interrupts, softirqs and NMIs do not nest in their like, and
 * threads attempt with preemption off. So plain additions are exact, and nothing here waits for anybody.
 */
#include <linux/preempt.h>
#include <linux/ktime.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "rs_test.h"

/* Larger than what a module may have of its own for each processor. */
struct rs_test_processor __percpu *rs_test_processors;

static DEFINE_PER_CPU(u32, random_state);

/* An NMI between load and store takes the same number; numbers need not differ, they need to vary. */
u32 rs_test_random(void)
{
	u32 x = this_cpu_read(random_state) ?: 0x9e3779b9u + raw_smp_processor_id();

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	this_cpu_write(random_state, x);
	return x;
}

int rs_test_accounts_init(void)
{
	rs_test_processors = alloc_percpu(struct rs_test_processor);
	return rs_test_processors ? 0 : -ENOMEM;
}

void rs_test_accounts_fini(void)
{
	free_percpu(rs_test_processors);
}

void rs_test_reset_accounts(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(rs_test_processors, cpu), 0, sizeof(struct rs_test_processor));
}

/* Whom this context has interrupted on this processor: notes it, and gives the innermost open entry. */
static void find_outer(struct rs_test_processor *here, enum rs_test_context context, struct rs_test_payload *head)
{
	struct rs_test_account *const own = &here->accounts[context];
	bool is_calling = false;
	u64 depth = 1;
	int other;

	for (other = RS_TEST_THREAD; other < (int)context; other++) {
		struct rs_test_account *const outer = &here->accounts[other];

		is_calling |= READ_ONCE(outer->is_calling);
		if (!READ_ONCE(outer->is_open))
			continue;
		depth++;
		head->outer_context_plus_1 = other + 1;
		head->outer_number = outer->open_number;
	}
	own->nested_in_call += is_calling;
	own->nested_in_entry += depth > 1;
	if (depth > own->depth_max)
		own->depth_max = depth;
}

static enum rs_test_result result_of(rs_status_t status)
{
	switch (status) {
	case RS_OK:
		return RS_TEST_WRITTEN;
	case RS_FULL:
		return RS_TEST_FULL;
	case RS_TOO_BIG:
		return RS_TEST_TOO_BIG;
	case RS_OFF:
		return RS_TEST_SWITCHED_OFF;
	case RS_NOT_OPEN:
		return RS_TEST_NOT_OPEN;
	default:
		return RS_TEST_OTHER;
	}
}

/* Severities vary, so that none has a way of its own. */
static int severity_of(u64 number)
{
	return RS_TRACE + number % RS_FATAL;
}

static rs_status_t fill_in_place(struct rs_test_account *own, const struct rs_test_payload *head,
				 const struct rs_test_entry *entry)
{
	rs_status_t status;
	rs_slot_t slot;
	u64 until;

	status = rs_reserve(severity_of(head->number), RS_KIND_DATA, head->context, (u32)head->number, head->length, &slot);
	if (status != RS_OK)
		return status;
	own->open_number = head->number;
	/* An interrupt that sees it open sees its number too; the compiler is all that could change that. */
	barrier();
	WRITE_ONCE(own->is_open, 1);
	rs_test_fill(slot.payload, head);
	if (entry->while_open)
		entry->while_open();
	until = ktime_get_mono_fast_ns() + entry->open_ns;
	while (ktime_get_mono_fast_ns() < until)
		cpu_relax();
	WRITE_ONCE(own->is_open, 0);
	barrier();
	if (entry->is_discarded)
		rs_discard(&slot);
	else
		rs_commit(&slot);
	return RS_OK;
}

static rs_status_t log_text(const struct rs_test_payload *head)
{
	return rs_log(RS_INFO, "context %u processor %u number %llu twice %llu", head->context, head->processor,
		      (unsigned long long)head->number, 2 * (unsigned long long)head->number);
}

static rs_status_t log_event(const struct rs_test_payload *head)
{
	static const char * const names[] = { "thread", "softirq", "hardirq", "nmi" };

	return RS_EVENT(RS_DEBUG, rs_test_happened, "context=%u processor=%u number=%llu name=%s", head->context, head->processor,
			(unsigned long long)head->number, names[head->context]);
}

void rs_test_attempt(enum rs_test_context context, const struct rs_test_entry *entry)
{
	struct rs_test_processor *const here = this_cpu_ptr(rs_test_processors);
	struct rs_test_account *const own = &here->accounts[context];
	struct rs_test_payload head = {
		.magic = RS_TEST_MAGIC,
		.context = context,
		.processor = smp_processor_id(),
		.number = own->attempts++,
		.chain = entry->chain,
		.step = entry->step,
		.length = clamp_t(u32, entry->length, sizeof(head), RS_TEST_LENGTH_MAX),
	};
	enum rs_test_result result;
	rs_status_t status;

	find_outer(here, context, &head);
	WRITE_ONCE(own->is_calling, 1);
	barrier();
	switch (entry->form) {
	case RS_TEST_FORM_TEXT:
		status = log_text(&head);
		break;
	case RS_TEST_FORM_EVENT:
		status = log_event(&head);
		break;
	default:
		if (entry->length > RS_TEST_LENGTH_MAX) {
			/* Refused before a byte of it is touched. */
			status = rs_write(RS_INFO, RS_KIND_DATA, context, 0, own->buffer, entry->length);
		} else if (entry->is_in_place) {
			status = fill_in_place(own, &head, entry);
		} else {
			rs_test_fill(own->buffer, &head);
			status = rs_write(severity_of(head.number), RS_KIND_DATA, context, (u32)head.number, own->buffer,
					  head.length);
		}
	}
	barrier();
	WRITE_ONCE(own->is_calling, 0);
	result = result_of(status);
	if (result == RS_TEST_WRITTEN && entry->is_in_place && entry->is_discarded)
		result = RS_TEST_DISCARDED;
	own->results[result]++;
	if (result == RS_TEST_WRITTEN)
		own->forms[entry->form]++;
}
