/* SPDX-License-Identifier: MIT */
/* control_cases.c - rules of a set's call sites: which of the test driver's calls they reach. */
#include "device_case.h"

#define WRITES 64u

static int open_started_set(void)
{
	const int file = open_new_set(TEST_SET);

	expect_errno(0, start_set(file), "RS_IOC_START");
	return file;
}

static void set_rule(int file, const char *pattern, uint8_t level, uint32_t flags)
{
	rs_rule_t rule = {.level = level};
	rs_device_control_t control = {.size = sizeof(control), .flags = flags, .changes = (uintptr_t)&rule, .count = 1};

	snprintf(rule.pattern, sizeof(rule.pattern), "%s", pattern);
	expect_call(0, file, RS_IOC_CONTROL, &control);
}

/* From one thread: WRITES of data (RS_INFO), as many texts (RS_INFO) and events (RS_WARN). This has to be its account, and the rings'. */
static void expect_written(int file, uint64_t data, uint64_t texts, uint64_t events, const char *when)
{
	const rs_load_wish_t wish = {.threads = 1, .writes = WRITES, .text_every = 1, .event_every = 1};
	const uint64_t before = count_attempts(file);
	rs_load_account_t found;

	run_wish(&wish, &found);
	expect(found.data == data && found.texts == texts && found.events == events,
	       "%s: %llu data, %llu texts, %llu events were written; expected %llu, %llu, %llu", when, (unsigned long long)found.data,
	       (unsigned long long)found.texts, (unsigned long long)found.events, (unsigned long long)data, (unsigned long long)texts,
	       (unsigned long long)events);
	expect(found.off == 3 * WRITES - data - texts - events, "%s: %llu were switched off", when, (unsigned long long)found.off);
	expect(count_attempts(file) - before == data + texts + events, "%s: %llu attempts in the rings", when,
	       (unsigned long long)(count_attempts(file) - before));
}

static void sites_are_switched(void)
{
	const int file = open_started_set();

	expect_written(file, WRITES, WRITES, WRITES, "at first");
	set_rule(file, "load_step", RS_LEVEL_OFF, 0);
	expect_written(file, WRITES, WRITES, 0, "with the event off");
	set_rule(file, "run_thread", RS_ERROR, 0);
	expect_written(file, WRITES, 0, 0, "with the function's texts off too");
	set_rule(file, "load_step", RS_WARN, RS_CONTROL_RESET);
	expect_written(file, WRITES, WRITES, WRITES, "after the rules were taken back");
	remove_set(file);
}

static void patterns_and_the_default(void)
{
	const int file = open_started_set();

	set_rule(file, "", RS_WARN, 0);
	expect_written(file, 0, 0, WRITES, "with warnings and worse");
	set_rule(file, "write_*", RS_TRACE, 0);
	expect_written(file, WRITES, 0, WRITES, "with one function's pattern beside");
	set_rule(file, "*", RS_LEVEL_OFF, 0);
	expect_written(file, 0, 0, 0, "with everything off");
	set_rule(file, "write_data", RS_INFO, 0);
	expect_written(file, WRITES, 0, 0, "with the last pattern deciding");
	remove_set(file);
}

/* A site's number is a set's: what was known of it in one is asked anew in the next. */
static void rules_go_with_their_set(void)
{
	const int file = open_started_set();

	set_rule(file, "*", RS_LEVEL_OFF, 0);
	expect_written(file, 0, 0, 0, "with everything off");
	remove_set(file);
	const int next = open_started_set();

	expect_written(next, WRITES, WRITES, WRITES, "in a new set");
	remove_set(next);
}

static void rules_stay_over_stop_and_reset(void)
{
	const int file = open_started_set();
	rs_device_plain_t plain = {.size = sizeof(plain)};

	set_rule(file, "load_step", RS_LEVEL_OFF, 0);
	expect_call(0, file, RS_IOC_STOP, &plain);
	expect_call(0, file, RS_IOC_START, &plain);
	expect_written(file, WRITES, WRITES, 0, "after a stop and a start");
	expect_call(0, file, RS_IOC_RESET, &plain);
	expect_written(file, WRITES, WRITES, 0, "after a reset");
	remove_set(file);
}

/* Wine cannot call a driver with what others print. */
static void sources_are_refused(void)
{
	const int file = open_started_set();
	rs_device_sources_t sources = {.size = sizeof(sources)};

	for (unsigned bit = 0; bit < 64; bit++) {
		sources.sources = UINT64_C(1) << bit;
		expect_call(sources.sources == RS_SOURCE_DEBUG_PRINT ? EOPNOTSUPP : EINVAL, file, RS_IOC_SOURCES, &sources);
	}
	sources.sources = 0;
	expect_call(0, file, RS_IOC_SOURCES, &sources);
	expect(describe_set(file).sources == 0, "sources %#llx are on", (unsigned long long)describe_set(file).sources);
	remove_set(file);
}

static void losses_by_cause(void)
{
	const rs_load_wish_t wish = {
		.threads = 1, .writes = 4000, .text_every = 16, .event_every = 32, .too_big_every = 10, .discard_every = 40,
	};
	const int file = open_started_set();
	rs_device_ring_t rings[RINGS_MAX];
	rs_load_account_t told;
	uint64_t full = 0, too_big = 0, missed = 0;

	run_wish(&wish, &told);
	const rs_device_snapshot_t snapshot = take_snapshot(file, rings);

	for (uint32_t n = 0; n < snapshot.ring_count; n++) {
		full += rings[n].lost_full;
		too_big += rings[n].too_big;
		missed += rings[n].missed;
	}
	expect(told.other == 0 && told.closed == 0 && told.off == 0, "%llu calls ended as none may",
	       (unsigned long long)(told.other + told.closed + told.off));
	expect(too_big == 400 && told.too_big == 400, "the rings count %llu too big and the writer %llu, expected 400",
	       (unsigned long long)too_big, (unsigned long long)told.too_big);
	expect(full == told.full && full > 1000, "the rings count %llu refusals, the writer %llu", (unsigned long long)full,
	       (unsigned long long)told.full);
	expect(missed == 0, "%llu were missed", (unsigned long long)missed);
	expect(snapshot.next_index == count_calls(&told, "written") + told.discarded, "%llu indexes for %llu entries and %llu discarded",
	       (unsigned long long)snapshot.next_index, (unsigned long long)count_calls(&told, "written"),
	       (unsigned long long)told.discarded);
	remove_set(file);
}

/* Nobody reads, nobody is refused: the oldest make room. */
static void overwriting_refuses_nothing(void)
{
	const rs_load_wish_t wish = {.threads = 4, .timers = 1, .writes = 3000, .timer_ms = 1, .text_every = 16, .is_bound = 1};
	rs_device_make_t plan = make_plan(TEST_SET);
	rs_load_account_t told[5];
	rs_device_ring_t rings[RINGS_MAX];
	uint64_t attempts = 0, calls = 0;
	const int file = open_device();

	plan.mode = RS_MODE_OVERWRITE;
	plan.ring_bytes = 16384;
	expect_call(0, file, RS_IOC_MAKE, &plan);
	expect_errno(0, start_set(file), "RS_IOC_START");
	run_wish(&wish, told);
	const rs_device_snapshot_t snapshot = take_snapshot(file, rings);

	for (uint32_t n = 0; n < snapshot.ring_count; n++) {
		attempts += rings[n].attempts;
		expect(rings[n].position - rings[n].oldest_pos <= plan.ring_bytes, "ring %u holds %llu bytes", n,
		       (unsigned long long)(rings[n].position - rings[n].oldest_pos));
	}
	for (size_t n = 0; n < 5; n++) {
		calls += count_calls(&told[n], "attempts");
		expect(told[n].other == 0, "writer %zu: %llu calls ended as none may", n, (unsigned long long)told[n].other);
	}
	expect(attempts == calls, "the rings count %llu attempts, the writers %llu", (unsigned long long)attempts, (unsigned long long)calls);
	expect(attempts > 12000, "only %llu attempts", (unsigned long long)attempts);
	remove_set(file);
}

const struct device_case control_cases[] = {
	{"call sites are switched off and on by event and by function", sites_are_switched},
	{"the last pattern that matches decides, and the default where none does", patterns_and_the_default},
	{"rules go with their set", rules_go_with_their_set},
	{"rules stay over a stop and a reset", rules_stay_over_stop_and_reset},
	{"a source that there is not is refused, and the one that this system has not got", sources_are_refused},
	{"what is refused is counted by its cause, and what is discarded is no loss", losses_by_cause},
	{"in overwrite mode every writer gets on, and no ring holds more than its bytes", overwriting_refuses_nothing},
	{0},
};
