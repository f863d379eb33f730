/* SPDX-License-Identifier: MIT */
/*
 * site_table_test.c - many register call sites in one table at once, die in the middle, find it full or full of lies; and somebody changes
 * the rules meanwhile.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>

#include "sites.h"

#define THREADS 8u
#define SITES 200u

static sites_t sites;

static const char *const steps[] = {"site:begin",     "site:claimed", "site:taken",   "site:stored",
				    "site:published", "site:seen",    "site:asked",  "site:decided"};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

static uint32_t count_used(void)
{
	uint32_t used = 0;
	for (uint32_t number = 1; number <= sites.table.count; number++)
		used += sites_line(&sites, number) != 0;
	return used;
}

static uint64_t refused(void)
{
	return load_u64_relaxed(&sites.table.page->refused);
}

/* --- one after the other ------------------------------------------------------------------------------------------------- */

TEST("a site has one number, and its words stand in the table as they were given")
{
	uint32_t first = 0, again = 0, other = 0;
	sites_make(&sites, 64, 8192);
	REQUIRE_EQUAL(sites_register(&sites, 1, &first), RS_OK);
	REQUIRE_EQUAL(sites_register(&sites, 2, &other), RS_OK);
	REQUIRE_EQUAL(sites_register(&sites, 1, &again), RS_OK);
	CHECK(first >= 1 && first <= 64);
	CHECK_EQUAL(again, first);
	CHECK(other != first);
	CHECK_EQUAL(sites_line(&sites, first), 1);
	CHECK_EQUAL(sites_line(&sites, other), 2);
	CHECK_EQUAL(count_used(), 2);
	CHECK_EQUAL(*rs_site_level(&sites.table, first), RS_TRACE);
	CHECK_EQUAL(sites_line(&sites, 0), 0);
	CHECK_EQUAL(sites_line(&sites, 65), 0);
	sites_drop(&sites);
}

TEST("the bytes of a descriptor are those of driver/EVENTS.md")
{
	static const rs_enum_name_t states[] = {{-1, "gone"}, {7, "up"}};
	static const rs_enum_names_t state = {"state", 2, states};
	const rs_enum_names_t *const enums[RS_ARGUMENTS_MAX] = {[1] = &state};
	const rs_site_source_t source = {
		.name = "e",
		.file = "f.c",
		.function = "g",
		.format = "n=%u %s",
		.line = 0x01020304,
		.severity = RS_WARN,
		.kind = RS_KIND_EVENT,
		.role = RS_ROLE_BEGIN,
		.argument_count = 2,
		.types = {RS_ARGUMENT_U16, RS_ARGUMENT_ENUM},
	};
	static const uint8_t expected[] = {
		78,  0,	  0,   0,   4,	 3, 2, 1, 4, 2,	  1,   2,   1,	 0,   'e', 3, 0, 'f', '.', 'c', 1,   0,	  'g',
		7,   0,	  'n', '=', '%', 'u', ' ', '%', 's', 5,	 1, 0, 'n', 16, 4, 0, 'a', 'r', 'g', '2', 5, 0,
		's', 't', 'a', 't', 'e', 2, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 4, 0, 'g', 'o', 'n', 'e',
		7, 0, 0, 0, 0, 0, 0, 0, 2, 0, 'u', 'p',
	};
	rs_arguments_t arguments;
	uint8_t copy[RS_SITE_BYTES_MAX];
	rs_site_read_t read;
	uint32_t number;
	sites_make(&sites, 64, 4096);
	REQUIRE_EQUAL(rs_arguments_read(&source, &arguments), RS_OK);
	REQUIRE_EQUAL(rs_site_register(&sites.table, &(rs_site_words_t){&source, &arguments, enums}, &number), RS_OK);
	REQUIRE_EQUAL(rs_site_copy(&sites.table, number, copy, &read), sizeof(expected));
	for (uint32_t n = 0; n < sizeof(expected); n++)
		CHECK_EQUAL(copy[n], expected[n]);
	CHECK_EQUAL(read.line, 0x01020304);
	CHECK_EQUAL(read.role, RS_ROLE_BEGIN);
	CHECK_EQUAL(read.argument_count, 2);
	CHECK_EQUAL(load_u64_relaxed(&sites.table.page->text_used), 80);
	sites_drop(&sites);
}

TEST("a table without a free slot, and one without room for text, refuse what is new and know what is old")
{
	uint32_t number, registered = 0;
	sites_make(&sites, 64, 65536);
	for (uint32_t line = 1; line <= 70; line++)
		registered += sites_register(&sites, line, &number) == RS_OK;
	CHECK_EQUAL(registered, 64);
	CHECK_EQUAL(refused(), 6);
	CHECK_EQUAL(count_used(), 64);
	for (uint32_t line = 1; line <= 64; line++) {
		REQUIRE_EQUAL(sites_register(&sites, line, &number), RS_OK);
		CHECK_EQUAL(sites_line(&sites, number), line);
	}
	sites_drop(&sites);

	sites_make(&sites, 256, 4096);
	registered = 0;
	for (uint32_t line = 1; line <= 100; line++)
		registered += sites_register(&sites, line, &number) == RS_OK;
	CHECK(registered > 50 && registered < 70);
	CHECK_EQUAL(refused(), 100 - registered);
	CHECK_EQUAL(sites_register(&sites, 1, &number), RS_OK);
	CHECK(load_u64_relaxed(&sites.table.page->text_used) <= 4096);
	sites_drop(&sites);
}

TEST("a descriptor that is longer than one may be is refused, whatever part of it is too long")
{
	static char long_text[RS_SITE_BYTES_MAX * 3];
	static rs_enum_name_t names[1000];
	const rs_enum_names_t many = {"many", 1000, names};
	const rs_enum_names_t *const enums[RS_ARGUMENTS_MAX] = {&many};
	rs_arguments_t arguments;
	uint32_t number;
	memset(long_text, 'x', sizeof(long_text) - 1);
	sites_make(&sites, 64, 65536);
	for (uint32_t part = 0; part < 3; part++) {
		const rs_site_source_t source = {
			.name = "n",
			.file = part == 0 ? long_text : "f",
			.function = "g",
			.format = part == 1 ? long_text : part == 2 ? "%s" : "",
			.kind = RS_KIND_EVENT,
			.argument_count = part == 2,
			.types = {RS_ARGUMENT_ENUM},
		};
		REQUIRE_EQUAL(rs_arguments_read(&source, &arguments), RS_OK);
		CHECK_EQUAL(rs_site_register(&sites.table, &(rs_site_words_t){&source, &arguments, enums}, &number), RS_TOO_BIG);
	}
	CHECK_EQUAL(refused(), 3);
	CHECK_EQUAL(load_u64_relaxed(&sites.table.page->text_used), 0);
	/* 4,096 bytes, and not one more */
	for (uint32_t more = 0; more < 2; more++) {
		const char *file = long_text + sizeof(long_text) - 1 - (RS_SITE_BYTES_MAX - 12 - 8 - 2) - more;
		const rs_site_source_t source = {.name = "n", .file = file, .function = "g", .format = "", .kind = RS_KIND_EVENT};
		REQUIRE_EQUAL(rs_arguments_read(&source, &arguments), RS_OK);
		CHECK_EQUAL(rs_site_register(&sites.table, &(rs_site_words_t){&source, &arguments, NULL}, &number),
			    more ? RS_TOO_BIG : RS_OK);
	}
	sites_drop(&sites);
}

/* --- at once ---------------------------------------------------------------------------------------------------------------- */

static struct {
	pthread_barrier_t barrier;
	uint32_t numbers[THREADS][SITES];
} *shared;

static void register_all(uint32_t who)
{
	/* Each in an order of its own, so that the same and different sites meet: steps without a common factor with SITES. */
	static const uint32_t strides[THREADS] = {1, 1, 3, 7, 9, 11, 13, 17};
	pthread_barrier_wait(&shared->barrier);
	for (uint32_t n = 0; n < SITES; n++) {
		const uint32_t line = (n * strides[who] + who / 2 * 37) % SITES;
		CHECK_EQUAL(sites_register(&sites, line + 1, &shared->numbers[who][line]), RS_OK);
	}
}

static void *register_in_thread(void *argument)
{
	register_all((uint32_t)(uintptr_t)argument);
	return NULL;
}

static void register_in_process(void *argument)
{
	pthread_t threads[2];
	const uintptr_t first = (uintptr_t)argument;
	for (uintptr_t n = 0; n < 2; n++)
		REQUIRE_EQUAL(pthread_create(&threads[n], NULL, register_in_thread, (void *)(first + n)), 0);
	for (uint32_t n = 0; n < 2; n++)
		pthread_join(threads[n], NULL);
}

static void share(void)
{
	pthread_barrierattr_t attributes;
	shared = pages_take(sizeof(*shared));
	REQUIRE(shared);
	pthread_barrierattr_init(&attributes);
	pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&shared->barrier, &attributes, THREADS);
}

static void check_registered(void)
{
	uint8_t seen[1024] = {0};
	for (uint32_t line = 0; line < SITES; line++) {
		const uint32_t number = shared->numbers[0][line];
		REQUIRE(number >= 1 && number <= sites.table.count);
		CHECK(!seen[number]);
		seen[number] = 1;
		CHECK_EQUAL(sites_line(&sites, number), line + 1);
		CHECK_EQUAL(*rs_site_level(&sites.table, number), RS_TRACE);
		for (uint32_t who = 1; who < THREADS; who++)
			CHECK_EQUAL(shared->numbers[who][line], number);
	}
	CHECK_EQUAL(count_used(), SITES);
	CHECK_EQUAL(refused(), 0);
}

TEST("eight threads that register the same sites at once get one number for each, and no word is lost")
{
	for (uint32_t round = 0; round < CHECK_ROUNDS(50); round++) {
		pthread_t threads[THREADS];
		share();
		sites_make(&sites, 256, 1 << 20);
		for (uintptr_t n = 0; n < THREADS; n++)
			REQUIRE_EQUAL(pthread_create(&threads[n], NULL, register_in_thread, (void *)n), 0);
		for (uint32_t n = 0; n < THREADS; n++)
			pthread_join(threads[n], NULL);
		check_registered();
		sites_drop(&sites);
		pages_drop(shared, sizeof(*shared));
	}
}

TEST("four processes that register the same sites at once get one number for each, and no word is lost")
{
	for (uint32_t round = 0; round < CHECK_ROUNDS(20); round++) {
		pid_t children[THREADS / 2];
		share();
		sites_make(&sites, 256, 1 << 20);
		for (uintptr_t n = 0; n < THREADS / 2; n++) {
			children[n] = fork();
			if (children[n] == 0) {
				check.complaints = 0;
				register_in_process((void *)(2 * n));
				_exit(check.complaints != 0);
			}
			REQUIRE(children[n] > 0);
		}
		for (uint32_t n = 0; n < THREADS / 2; n++) {
			int status = -1;
			CHECK_EQUAL(waitpid(children[n], &status, 0), children[n]);
			CHECK_EQUAL(status, 0);
		}
		check_registered();
		sites_drop(&sites);
		pages_drop(shared, sizeof(*shared));
	}
}

/* --- in the middle ------------------------------------------------------------------------------------------------------------ */

static const char *here;
static uint32_t inner;
static int is_other;

static void register_inside(const char *step)
{
	if (!here || strcmp(step, here) != 0)
		return;
	here = NULL;
	CHECK_EQUAL(sites_register(&sites, is_other ? 2 : 1, &inner), RS_OK);
}

TEST("a registration that is interrupted by one of the same site, or of another, gets the number that both agree on")
{
	for (uint32_t n = 0; n < 2 * STEPS; n++) {
		uint32_t outer = 0;
		sites_make(&sites, 64, 4096);
		here = steps[n / 2];
		is_other = n % 2;
		inner = 0;
		rs_test_point_hook = register_inside;
		CHECK_EQUAL(sites_register(&sites, 1, &outer), RS_OK);
		rs_test_point_hook = NULL;
		CHECK(here == NULL);
		CHECK_EQUAL(sites_line(&sites, outer), 1);
		CHECK_EQUAL(sites_line(&sites, inner), is_other ? 2 : 1);
		CHECK_EQUAL(inner == outer, !is_other);
		CHECK_EQUAL(count_used(), is_other ? 2 : 1);
		sites_drop(&sites);
	}
}

static void die(const char *step)
{
	if (here && strcmp(step, here) == 0)
		kill(getpid(), SIGKILL);
}

static void register_to_death(void *argument)
{
	uint32_t number;
	(void)argument;
	rs_test_point_hook = die;
	(void)sites_register(&sites, 1, &number);
}

TEST("a process that is killed at any step of a registration leaves nothing that the next one could not complete")
{
	for (uint32_t n = 0; n < STEPS; n++) {
		uint32_t number = 0, other = 0;
		sites_make(&sites, 64, 4096);
		here = steps[n];
		for (uint32_t deaths = 0; deaths < 3; deaths++) {
			const int status = check_in_child(register_to_death, NULL);
			/* What is there already is not published again. */
			if (deaths == 0)
				CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		}
		CHECK_EQUAL(sites_register(&sites, 2, &other), RS_OK);
		CHECK_EQUAL(sites_register(&sites, 1, &number), RS_OK);
		CHECK_EQUAL(sites_line(&sites, number), 1);
		CHECK_EQUAL(sites_line(&sites, other), 2);
		CHECK_EQUAL(count_used(), 2);
		CHECK_EQUAL(refused(), 0);
		sites_drop(&sites);
	}
}

/* --- lies ----------------------------------------------------------------------------------------------------------------------- */

static uint64_t random_word(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state ^ *state >> 29;
}

/* Pages that cannot be touched stand on both sides of the table: a byte outside would end the program. */
static void fence_table(sites_t *fenced)
{
	const uint64_t bytes = rs_ringset_site_bytes(&fenced->header);
	const uint64_t off = fenced->header.site_off;
	REQUIRE(pages_close(fenced->bytes, off));
	const uint64_t end = off + ((bytes + 4095) & ~4095ull);
	REQUIRE(pages_close(fenced->bytes + end, fenced->header.total_bytes - end));
}

static void lie(uint64_t *random, uint32_t round)
{
	const uint64_t words = rs_ringset_site_bytes(&sites.header) / 8;
	uint64_t *table = (uint64_t *)(void *)sites.table.page;
	if (round % 4 == 0)
		for (uint64_t n = 0; n < words; n++)
			table[n] = random_word(random);
	if (round % 4 == 1)
		memset(table, 0, words * 8);
	for (uint32_t n = 0; n < 64; n++) {
		rs_site_slot_t *slot = &sites.table.slots[random_word(random) % sites.table.count];
		/* What leads just over the end, or to where it is not aligned. */
		slot->place = (sites.table.text_bytes - random_word(random) % 64) << 16 | (random_word(random) % 5000);
	}
	if (round % 3 == 0)
		sites.table.page->text_used = UINT64_MAX - random_word(random) % 200;
}

TEST("a table that is full of lies costs a registration at most its place, and no byte outside is touched")
{
	uint64_t random = 0x853c49e6748fea9bull;
	uint32_t number, registered = 0;
	uint8_t scratch[RS_SITE_BYTES_MAX];
	sites_make(&sites, 128, 4096 + 8 * 16);
	fence_table(&sites);
	for (uint32_t round = 0; round < CHECK_ROUNDS(2000); round++) {
		lie(&random, round);
		for (uint32_t line = 1; line <= 3; line++) {
			number = 0;
			if (sites_register(&sites, line, &number) != RS_OK)
				continue;
			registered++;
			CHECK(number >= 1 && number <= 128);
		}
		rs_site_read_t read;
		for (uint32_t at = 0; at <= 129; at++)
			(void)rs_site_copy(&sites.table, at, scratch, &read);
		rs_rule_t rules[RS_SITE_RULES_MAX];
		CHECK(rs_rules_read(sites.table.page, rules) <= RS_SITE_RULES_MAX);
		rs_site_set_rules(&sites.table, rules, 3, 99, scratch);
	}
	CHECK(registered > 0);
	sites_drop(&sites);
}

static uint32_t is_over;

static void *lie_on(void *argument)
{
	uint64_t random = (uint64_t)(uintptr_t)argument;
	const uint64_t words = rs_ringset_site_bytes(&sites.header) / 8;
	while (!load_u32_relaxed(&is_over))
		store_u64_relaxed((uint64_t *)(void *)sites.table.page + random_word(&random) % words, random_word(&random) & random_word(&random));
	return NULL;
}

TEST("somebody who scribbles over the table while sites are registered makes nobody touch a byte outside of it")
{
	pthread_t liar;
	uint32_t number;
	uint8_t scratch[RS_SITE_BYTES_MAX];
	rs_site_read_t read;
	sites_make(&sites, 64, 4096);
	fence_table(&sites);
	is_over = 0;
	REQUIRE_EQUAL(pthread_create(&liar, NULL, lie_on, (void *)12345), 0);
	for (uint32_t n = 0; n < 20000; n++) {
		(void)sites_register(&sites, n % 50 + 1, &number);
		(void)rs_site_copy(&sites.table, n % 64 + 1, scratch, &read);
		if (n % 64 == 0) {
			store_u64_relaxed(&sites.table.page->text_used, 0);
			for (uint32_t at = 0; at < 64; at++) {
				store_u64_relaxed(&sites.table.slots[at].key, 0);
				store_u64_relaxed(&sites.table.slots[at].place, 0);
			}
		}
	}
	store_u32_relaxed(&is_over, 1);
	pthread_join(liar, NULL);
	sites_drop(&sites);
}

/* --- rules ------------------------------------------------------------------------------------------------------------------------ */

static uint8_t scratch_[RS_SITE_BYTES_MAX];

static void set_default(uint8_t level)
{
	rs_site_set_rules(&sites.table, NULL, 0, level, scratch_);
}

TEST("rules give a level to the sites that are there and to those that come")
{
	const rs_rule_t rules[] = {{.pattern = "event_*", .level = RS_WARN}, {.pattern = "source.c:2", .level = RS_LEVEL_OFF}};
	uint32_t one, two, three;
	sites_make(&sites, 64, 4096);
	REQUIRE_EQUAL(sites_register(&sites, 1, &one), RS_OK);
	REQUIRE_EQUAL(sites_register(&sites, 2, &two), RS_OK);
	rs_site_set_rules(&sites.table, rules, 2, RS_FATAL, scratch_);
	REQUIRE_EQUAL(sites_register(&sites, 3, &three), RS_OK);
	CHECK_EQUAL(*rs_site_level(&sites.table, one), RS_WARN);
	CHECK_EQUAL(*rs_site_level(&sites.table, two), RS_LEVEL_OFF);
	CHECK_EQUAL(*rs_site_level(&sites.table, three), RS_WARN);
	set_default(RS_FATAL);
	CHECK_EQUAL(*rs_site_level(&sites.table, two), RS_FATAL);
	set_default(RS_LEVEL_UNDECIDED);
	CHECK_EQUAL(*rs_site_level(&sites.table, two), RS_TRACE);
	CHECK_EQUAL(load_u64_relaxed(&sites.table.page->control_generation), 6);
	sites_drop(&sites);
}

static void control_inside(const char *step)
{
	if (!here || strcmp(step, here) != 0)
		return;
	here = NULL;
	set_default(RS_ERROR);
}

static void register_in_control(const char *step)
{
	uint32_t number;
	if (!here || strcmp(step, here) != 0)
		return;
	here = NULL;
	CHECK_EQUAL(sites_register(&sites, 1, &number), RS_OK);
}

static const char *const control_steps[] = {"control:begun", "control:ruled", "control:even", "control:levelled"};

TEST("a rule that changes at any step of a registration, and a registration at any step of a change, leave the new level")
{
	uint32_t number, other;
	for (uint32_t n = 0; n < STEPS; n++) {
		sites_make(&sites, 64, 4096);
		here = steps[n];
		rs_test_point_hook = control_inside;
		CHECK_EQUAL(sites_register(&sites, 1, &number), RS_OK);
		rs_test_point_hook = NULL;
		if (*rs_site_level(&sites.table, number) != RS_ERROR)
			check_complain(__FILE__, __LINE__, "changed at %s: level %u", steps[n], *rs_site_level(&sites.table, number));
		sites_drop(&sites);
	}
	for (uint32_t n = 0; n < sizeof(control_steps) / sizeof(control_steps[0]); n++) {
		sites_make(&sites, 64, 4096);
		CHECK_EQUAL(sites_register(&sites, 9, &other), RS_OK);
		here = control_steps[n];
		rs_test_point_hook = register_in_control;
		set_default(RS_ERROR);
		CHECK(here == NULL);
		rs_test_point_hook = NULL;
		CHECK_EQUAL(sites_register(&sites, 1, &number), RS_OK);
		if (*rs_site_level(&sites.table, number) != RS_ERROR)
			check_complain(__FILE__, __LINE__, "registered at %s: level %u", control_steps[n],
				       *rs_site_level(&sites.table, number));
		sites_drop(&sites);
	}
}

/* Up, and down again to what stood there when it was looked at. */
static void control_twice(const char *step)
{
	static int is_up;
	if (!here)
		return;
	if (strcmp(step, "site:seen") == 0) {
		set_default(RS_ERROR);
		is_up = 1;
	} else if (is_up && strcmp(step, "site:asked") == 0) {
		is_up = 0;
		here = NULL;
		set_default(RS_TRACE);
	}
}

TEST("a level that has changed and changed back under a registration is not the one of the time between")
{
	uint32_t number;
	sites_make(&sites, 64, 4096);
	CHECK_EQUAL(sites_register(&sites, 1, &number), RS_OK);
	here = "site:seen";
	rs_test_point_hook = control_twice;
	CHECK_EQUAL(sites_register(&sites, 1, &number), RS_OK);
	rs_test_point_hook = NULL;
	CHECK(here == NULL);
	CHECK_EQUAL(*rs_site_level(&sites.table, number), RS_TRACE);
	sites_drop(&sites);
}

static void control_to_death(void *argument)
{
	(void)argument;
	rs_test_point_hook = die;
	set_default(RS_ERROR);
}

TEST("a controller that is killed at any step holds up nobody, and the next one makes the table whole")
{
	for (uint32_t n = 0; n < sizeof(control_steps) / sizeof(control_steps[0]); n++) {
		uint32_t one, two;
		sites_make(&sites, 64, 4096);
		CHECK_EQUAL(sites_register(&sites, 1, &one), RS_OK);
		here = control_steps[n];
		const int status = check_in_child(control_to_death, NULL);
		CHECK(WIFSIGNALED(status));
		CHECK_EQUAL(load_u64_relaxed(&sites.table.page->control_generation) % 2, n < 2);
		CHECK_EQUAL(sites_register(&sites, 2, &two), RS_OK);
		set_default(RS_WARN);
		CHECK_EQUAL(load_u64_relaxed(&sites.table.page->control_generation) % 2, 0);
		CHECK_EQUAL(*rs_site_level(&sites.table, one), RS_WARN);
		CHECK_EQUAL(*rs_site_level(&sites.table, two), RS_WARN);
		sites_drop(&sites);
	}
}

static void *control_on(void *argument)
{
	uint8_t own[RS_SITE_BYTES_MAX];
	uint8_t level = RS_TRACE;
	(void)argument;
	while (!load_u32_relaxed(&is_over)) {
		level = level == RS_TRACE ? RS_FATAL : RS_TRACE;
		rs_site_set_rules(&sites.table, NULL, 0, level, own);
	}
	return NULL;
}

TEST("whoever registers while the rules change all the time ends with the level of the last rules")
{
	for (uint32_t round = 0; round < CHECK_ROUNDS(100); round++) {
		pthread_t controller;
		uint32_t numbers[64];
		sites_make(&sites, 64, 8192);
		is_over = 0;
		REQUIRE_EQUAL(pthread_create(&controller, NULL, control_on, NULL), 0);
		for (uint32_t n = 0; n < 64; n++)
			CHECK_EQUAL(sites_register(&sites, n + 1, &numbers[n]), RS_OK);
		store_u32_relaxed(&is_over, 1);
		pthread_join(controller, NULL);
		const uint8_t last = rs_rules_default(sites.table.page);
		for (uint32_t n = 0; n < 64; n++)
			CHECK_EQUAL(*rs_site_level(&sites.table, numbers[n]), last ? last : RS_TRACE);
		sites_drop(&sites);
	}
}
