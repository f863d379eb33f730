/* SPDX-License-Identifier: MIT */
/*
 * event_sites_test.c - the handles of call sites while many things happen to them: first use by many threads and in handlers, other rings,
 * forks, libraries that go, and somebody who changes the rules all the time.
 */
#define _GNU_SOURCE
#include "events.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>

#define THREADS 8u

/* What a program opened stays mapped until it ends: a thread may be inside of it. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:rs_open\n";
}

static pthread_barrier_t start;

static void run_threads(uint32_t count, void *(*run)(void *))
{
	pthread_t threads[THREADS];
	pthread_barrier_init(&start, NULL, count);
	for (uintptr_t n = 0; n < count; n++)
		REQUIRE_EQUAL(pthread_create(&threads[n], NULL, run, (void *)n), 0);
	for (uint32_t n = 0; n < count; n++)
		REQUIRE_EQUAL(pthread_join(threads[n], NULL), 0);
	pthread_barrier_destroy(&start);
}

static uint32_t count_sites(const rs_site_table_t *of)
{
	uint8_t copy[RS_SITE_BYTES_MAX];
	rs_site_read_t read;
	uint32_t count = 0;
	for (uint32_t number = 1; number <= of->count; number++)
		count += rs_site_copy(of, number, copy, &read) != 0;
	return count;
}

/* Entries of one site that were written since the last look; each has to have `length` bytes. */
static uint32_t take_entries_of(uint32_t site, uint32_t length)
{
	uint32_t count = 0;
	while (has_entries()) {
		const rs_entry_header_t *entry = take_entry();
		CHECK_EQUAL(entry->kind, RS_KIND_EVENT);
		CHECK_EQUAL(entry->length, length);
		if (site)
			CHECK_EQUAL(entry->type, site);
		site = entry->type;
		count++;
	}
	return count;
}

/* --- first use ----------------------------------------------------------------------------------------------------------- */

static rs_status_t log_mixed(uint32_t n)
{
	return RS_EVENT(RS_INFO, mixed, "n=%u text=%s", n, "text");
}

static void *use_first(void *argument)
{
	pthread_barrier_wait(&start);
	CHECK_EQUAL(log_mixed((uint32_t)(uintptr_t)argument), RS_OK);
	return NULL;
}

TEST("eight threads that come by a site for the first time at once write eight entries of one site")
{
	for (uint32_t round = 0; round < CHECK_ROUNDS(200); round++) {
		make_events(64);
		run_threads(THREADS, use_first);
		CHECK_EQUAL(take_entries_of(0, 10), THREADS);
		CHECK_EQUAL(count_sites(&table), 1);
		CHECK_EQUAL(refused(), 0);
		drop_events();
	}
}

static const char *const bind_steps[] = {"site:begin", "site:claimed",  "site:taken",	"site:stored",	   "site:published",
					 "site:seen",  "site:asked",	"site:decided", "handle:known",	   "handle:bound",
					 "handle:levelled"};
#define BIND_STEPS (sizeof(bind_steps) / sizeof(bind_steps[0]))

static const char *here;

static void log_in_handler(int number)
{
	(void)number;
	CHECK_EQUAL(log_mixed(77), RS_OK);
}

static void interrupt_here(const char *step)
{
	if (!here || strcmp(step, here) != 0)
		return;
	here = NULL;
	raise(SIGUSR1);
}

/* A handle that no test has used: registrations of one process are remembered. */
static void forget_all(void)
{
	rs_sites_forget(NULL, (const void *)UINTPTR_MAX);
}

TEST("a handler that interrupts a registration at any step uses the same site, and both entries are there")
{
	signal(SIGUSR1, log_in_handler);
	for (uint32_t n = 0; n < BIND_STEPS; n++) {
		make_events(64);
		forget_all();
		here = bind_steps[n];
		rs_test_point_hook = interrupt_here;
		CHECK_EQUAL(log_mixed(1), RS_OK);
		rs_test_point_hook = NULL;
		if (here)
			check_complain(__FILE__, __LINE__, "step %s never came", bind_steps[n]);
		here = NULL;
		CHECK_EQUAL(log_mixed(2), RS_OK);
		CHECK_EQUAL(take_entries_of(0, 10), 3);
		CHECK_EQUAL(count_sites(&table), 1);
		/* It is known once: nothing goes round in circles. */
		CHECK_EQUAL(rs_control("mixed", RS_LEVEL_OFF), RS_OK);
		CHECK_EQUAL(log_mixed(3), RS_OFF);
		drop_events();
		make_events(64);
		CHECK_EQUAL(log_mixed(4), RS_OK);
		drop_events();
	}
	signal(SIGUSR1, SIG_DFL);
}

/* --- other rings ----------------------------------------------------------------------------------------------------------- */

static rings_t others;

static void open_others(const char *step)
{
	if (!here || strcmp(step, here) != 0)
		return;
	here = NULL;
	open_rings(&others);
}

TEST("rings that are opened at any step of a registration have the site with their own number and their own level")
{
	for (uint32_t n = 0; n < BIND_STEPS; n++) {
		make_events(64);
		forget_all();
		/* Here it is off, and there it is on. */
		CHECK_EQUAL(rs_control("mixed", RS_LEVEL_OFF), RS_OK);
		rings_make(&others, &(rs_plan_t){.ring_count = 1, .ring_bytes = 1u << 16, .intent_count = 8, .site_count = 128});
		const rs_site_table_t there = rs_site_table_at(&others.file.header, others.file.bytes);
		here = bind_steps[n];
		rs_test_point_hook = open_others;
		/* It was on its way into the first ones. */
		const rs_status_t status = log_mixed(1);
		CHECK(status == RS_OFF || status == RS_NOT_OPEN);
		rs_test_point_hook = NULL;
		CHECK(here == NULL);
		CHECK_EQUAL(attempts(), 0);
		CHECK_EQUAL(count_sites(&there), 0);
		CHECK_EQUAL(log_mixed(2), RS_OK);
		CHECK_EQUAL(count_sites(&there), 1);
		CHECK_EQUAL(others.pages[0].reserve.attempts, 1);
		rs_close();
		CHECK_EQUAL(log_mixed(3), RS_NOT_OPEN);
		rings_drop(&others);
		rings_drop(&set);
	}
}

static uint32_t is_over;

static void *log_all_the_time(void *argument)
{
	uint32_t written = 0;
	(void)argument;
	pthread_barrier_wait(&start);
	while (!load_u32_relaxed(&is_over)) {
		const rs_status_t status = log_mixed(written);
		CHECK(status == RS_OK || status == RS_FULL || status == RS_NOT_OPEN || status == RS_OFF);
		written += status == RS_OK;
	}
	return (void *)(uintptr_t)written;
}

TEST("while threads log, rings come and go, and in each every entry has the number that its site has there")
{
	enum { SETS = 12 };
	static rings_t sets[SETS];
	pthread_t threads[3];
	uint64_t written = 0, found = 0;
	is_over = 0;
	pthread_barrier_init(&start, NULL, 4);
	for (uint32_t n = 0; n < 3; n++)
		REQUIRE_EQUAL(pthread_create(&threads[n], NULL, log_all_the_time, NULL), 0);
	pthread_barrier_wait(&start);
	for (uint32_t n = 0; n < SETS; n++) {
		rings_make(&sets[n], &(rs_plan_t){.ring_count = 1, .ring_bytes = 1u << 18, .intent_count = 16, .site_count = 64 + 64 * (n % 5)});
		/* A number that is another one in each: sites of nobody come first. */
		const rs_site_table_t here_ = rs_site_table_at(&sets[n].file.header, sets[n].file.bytes);
		for (uint32_t slot = 0; slot < here_.count; slot += 2 + n)
			here_.slots[slot].key = 0x1234567 + slot;
		open_rings(&sets[n]);
		usleep(3000);
		if (n % 3 == 2)
			rs_close();
	}
	store_u32_relaxed(&is_over, 1);
	for (uint32_t n = 0; n < 3; n++) {
		void *count;
		pthread_join(threads[n], &count);
		written += (uintptr_t)count;
	}
	rs_close();
	for (uint32_t n = 0; n < SETS; n++) {
		set = sets[n];
		table = rs_site_table_at(&set.file.header, set.file.bytes);
		next_pos = 0;
		while (has_entries()) {
			const rs_entry_header_t *entry = take_entry();
			CHECK(strncmp(words_of(entry->type), "mixed ", 6) == 0);
			found++;
		}
		rings_drop(&sets[n]);
	}
	CHECK_EQUAL(found, written);
	CHECK(found > 0);
	pthread_barrier_destroy(&start);
}

/* --- forks ------------------------------------------------------------------------------------------------------------------- */

static void log_in_child(void *argument)
{
	(void)argument;
	CHECK_EQUAL(log_mixed(2), RS_OK);
	CHECK_EQUAL(rs_control("mixed", RS_WARN), RS_OK);
	CHECK_EQUAL(log_mixed(3), RS_OFF);
}

TEST("a child logs with the handles of its parent, and a rule that it sets is its parent's too")
{
	for (uint32_t is_used = 0; is_used < 2; is_used++) {
		make_events(64);
		if (is_used)
			CHECK_EQUAL(log_mixed(1), RS_OK);
		CHECK_EQUAL(check_in_child(log_in_child, NULL), 0);
		CHECK_EQUAL(log_mixed(4), RS_OFF);
		CHECK_EQUAL(take_entries_of(0, 10), 1 + is_used);
		CHECK_EQUAL(count_sites(&table), 1);
		drop_events();
	}
}

static void *walk_all_the_time(void *argument)
{
	(void)argument;
	while (!load_u32_relaxed(&is_over))
		rs_sites_forget(NULL, NULL);
	return NULL;
}

static void end_in_child(void *argument)
{
	(void)argument;
	alarm(300); /* far beyond what a machine with other work takes: only a child that waits for ever is killed */
	rs_sites_forget(NULL, NULL);
	rs_close();
}

TEST("a child that is forked while a thread walks through the handles does not wait for that thread")
{
	pthread_t walker;
	int status = 0;
	make_events(64);
	is_over = 0;
	REQUIRE_EQUAL(pthread_create(&walker, NULL, walk_all_the_time, NULL), 0);
	for (uint32_t n = 0; n < 200 && status == 0; n++)
		status = check_in_child(end_in_child, NULL);
	CHECK_EQUAL(status, 0);
	store_u32_relaxed(&is_over, 1);
	pthread_join(walker, NULL);
	drop_events();
}

/* --- libraries that go -------------------------------------------------------------------------------------------------------- */

/* tests/support/core_suite.ts builds it beside this program. */
static const char *plugin_path(void)
{
	return getenv("RS_TEST_PLUGIN");
}

typedef rs_status_t (*plugin_log_t)(uint32_t n);

TEST("a library that has logged can be unloaded while others log, and what is opened or closed later touches none of its handles")
{
	pthread_t threads[2];
	if (!plugin_path())
		SKIP("RS_TEST_PLUGIN does not name the library that is loaded");
	make_events(64);
	CHECK_EQUAL(log_mixed(0), RS_OK);
	is_over = 0;
	pthread_barrier_init(&start, NULL, 3);
	for (uint32_t n = 0; n < 2; n++)
		REQUIRE_EQUAL(pthread_create(&threads[n], NULL, log_all_the_time, NULL), 0);
	pthread_barrier_wait(&start);
	for (uint32_t n = 0; n < 60; n++) {
		void *plugin = dlopen(plugin_path(), RTLD_NOW | RTLD_LOCAL);
		if (!plugin)
			check_complain(__FILE__, __LINE__, "%s", dlerror());
		REQUIRE(plugin);
		const plugin_log_t log = (plugin_log_t)(uintptr_t)dlsym(plugin, "plugin_log");
		REQUIRE(log);
		const rs_status_t status = log(n);
		CHECK(status == RS_OK || status == RS_FULL);
		dlclose(plugin);
		/* It is really gone: else nothing would be shown here. */
		CHECK(dlopen(plugin_path(), RTLD_NOW | RTLD_NOLOAD) == NULL);
		rs_close();
		open_rings(&set);
	}
	store_u32_relaxed(&is_over, 1);
	for (uint32_t n = 0; n < 2; n++)
		pthread_join(threads[n], NULL);
	/* The library's three sites, and ours. */
	CHECK_EQUAL(count_sites(&table), 4);
	pthread_barrier_destroy(&start);
	drop_events();
}

TEST("handles outside of what is unloaded are still known")
{
	make_events(64);
	CHECK_EQUAL(log_mixed(1), RS_OK);
	rs_sites_forget(&set, &set + 1);
	CHECK_EQUAL(rs_control("mixed", RS_LEVEL_OFF), RS_OK);
	rings_make(&others, &(rs_plan_t){.ring_count = 1, .ring_bytes = 1u << 16, .intent_count = 8, .site_count = 64});
	open_rings(&others);
	CHECK_EQUAL(log_mixed(2), RS_OK);
	rings_drop(&others);
	drop_events();
}

/* --- rules that change all the time -------------------------------------------------------------------------------------------- */

static uint32_t flips;

static void *flip(void *argument)
{
	/* Not through rs_control, whose lock costs a thousand times as much as the change. */
	const rs_rule_t on = {.pattern = "mixed", .level = RS_WARN}, off = {.pattern = "mixed", .level = RS_LEVEL_OFF};
	uint8_t scratch[RS_SITE_BYTES_MAX];
	(void)argument;
	for (uint32_t n = 0; n < CHECK_ROUNDS(1000000); n++) {
		rs_site_set_rules(&table, n % 2 ? &on : &off, 1, RS_LEVEL_UNDECIDED, scratch);
		store_u32_relaxed(&flips, n + 1);
	}
	store_u32_relaxed(&is_over, 1);
	return NULL;
}

/* One severity that is always below, one that is sometimes allowed. */
static void *log_both(void *argument)
{
	uint64_t written = 0;
	(void)argument;
	while (!load_u32_relaxed(&is_over)) {
		const rs_status_t low = RS_EVENT(RS_INFO, mixed, "n=%u text=%s", 1u, "text");
		const rs_status_t high = RS_EVENT(RS_ERROR, mixed, "n=%u text=%s", 2u, "text");
		CHECK_EQUAL(low, RS_OFF);
		CHECK(high == RS_OK || high == RS_OFF || high == RS_FULL);
		written += high == RS_OK;
	}
	return (void *)(uintptr_t)written;
}

/* One that is reserved shows what stood there a lap before until its writer, who may be asleep, has said so. */
static int is_next_finished(void)
{
	const rs_ring_t *ring = &set.rings[0];
	const rs_entry_header_t *entry = (const void *)(ring->data + (next_pos & (ring->ring_bytes - 1)));
	const uint64_t state = load_u64_acquire(&entry->state);
	return rs_tag_of(state) == rs_tag(next_pos, ring->tag_key) && rs_state_of(state) != RS_STATE_RESERVED;
}

TEST("a million changes of a rule under load: what is written was allowed by one of the two rules, and is whole")
{
	pthread_t controller, writers[2];
	uint64_t written = 0, found = 0;
	uint8_t scratch[RS_SITE_BYTES_MAX];
	const rs_rule_t off = {.pattern = "mixed", .level = RS_LEVEL_OFF};
	make_events(64);
	/* From the beginning: what comes before any rule is allowed everything. */
	rs_site_set_rules(&table, &off, 1, RS_LEVEL_UNDECIDED, scratch);
	is_over = 0;
	flips = 0;
	for (uint32_t n = 0; n < 2; n++)
		REQUIRE_EQUAL(pthread_create(&writers[n], NULL, log_both, NULL), 0);
	REQUIRE_EQUAL(pthread_create(&controller, NULL, flip, NULL), 0);
	/* Makes room, so that writing goes on: as a reader does, and counts. */
	while (!load_u32_relaxed(&is_over)) {
		const uint64_t before = next_pos;
		while (load_u64_acquire(&set.pages[0].reserve.position) > before + (1u << 16) && next_pos < before + (1u << 15)) {
			const rs_entry_header_t *entry = (const void *)(set.rings[0].data + (next_pos & ((1u << 20) - 1)));
			while (!is_next_finished())
				sched_yield();
			if (rs_state_of(load_u64_acquire(&entry->state)) == RS_STATE_PADDING) {
				next_pos += rs_units_of(entry->state) * 8;
				continue;
			}
			entry = take_entry();
			CHECK_EQUAL(entry->severity, RS_ERROR);
			CHECK_EQUAL(entry->length, 10);
			CHECK(memcmp(payload_of(entry), "\2\0\0\0\4\0text", 10) == 0);
			found++;
		}
		store_u64_release(&set.consumers[0].read_pos, next_pos);
		sched_yield();
	}
	pthread_join(controller, NULL);
	for (uint32_t n = 0; n < 2; n++) {
		void *count;
		pthread_join(writers[n], &count);
		written += (uintptr_t)count;
	}
	while (has_entries()) {
		const rs_entry_header_t *entry = take_entry();
		CHECK_EQUAL(entry->severity, RS_ERROR);
		found++;
	}
	CHECK_EQUAL(found, written);
	CHECK(written > 0);
	/* The last rule stands. */
	store_u64_release(&set.consumers[0].read_pos, next_pos);
	const rs_status_t last = RS_EVENT(RS_ERROR, mixed, "n=%u text=%s", 2u, "text");
	CHECK(last == (CHECK_ROUNDS(1000000) % 2 ? RS_OFF : RS_OK));
	drop_events();
}

/* --- processes -------------------------------------------------------------------------------------------------------------------- */

static void control_and_log(void *argument)
{
	const uint32_t who = (uint32_t)(uintptr_t)argument;
	char name[16];
	snprintf(name, sizeof(name), "none_%u", who);
	for (uint32_t n = 0; n < 50; n++) {
		CHECK_EQUAL(rs_control(name, RS_WARN), RS_OK);
		CHECK_EQUAL(rs_control(name, 0), RS_OK);
		CHECK_EQUAL(log_mixed(who), RS_OK);
	}
	CHECK_EQUAL(rs_control(name, RS_INFO), RS_OK);
}

static uint32_t counted_rules;

static void count_rule(void *argument, const char *pattern, int level)
{
	(void)argument;
	counted_rules += pattern && level == RS_INFO;
}

TEST("controllers of several processes and threads lose none of each other's rules")
{
	pid_t children[4];
	make_events(64);
	for (uintptr_t n = 0; n < 4; n++) {
		children[n] = fork();
		if (children[n] == 0) {
			check.complaints = 0;
			control_and_log((void *)n);
			_exit(check.complaints != 0);
		}
		REQUIRE(children[n] > 0);
	}
	control_and_log((void *)4);
	for (uint32_t n = 0; n < 4; n++) {
		int status = -1;
		CHECK_EQUAL(waitpid(children[n], &status, 0), children[n]);
		CHECK_EQUAL(status, 0);
	}
	counted_rules = 0;
	CHECK_EQUAL(rs_control_rules(count_rule, NULL), RS_OK);
	CHECK_EQUAL(counted_rules, 5);
	CHECK_EQUAL(load_u64_relaxed(&table.page->control_generation) % 2, 0);
	CHECK_EQUAL(take_entries_of(0, 10), 250);
	CHECK_EQUAL(count_sites(&table), 1);
	drop_events();
}
