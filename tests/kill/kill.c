/* SPDX-License-Identifier: MIT */
/*
 * kill.c - kill -9 of producers and readers, many times: at every test point of the protocol, chosen evenly, and at any time.
 *
 *     kill --times N [--seed S] [--mode discard|overwrite] [--order index|clock] [--episodes FIRST] [--keep]
 *     kill --points
 *
 * Each episode makes rings, lets processes write and read, kills some of them while others go on, brings it to an end and lets
 * the oracle compare. Prints a histogram, and as its last line `N passed, N failed`, counting episodes and the checks of the
 * histogram. `--points` prints the test points that are known, one a line.
 */
#define _GNU_SOURCE
#include <getopt.h>

#include "episode.h"

#define VICTIM_PATIENCE_US 400000u
#define MISSES_MOST 400u /* victims in a row that did not come to their point */

static struct {
	uint32_t times, seed, first;
	int mode, order; /* -1: all */
	int is_keeping;
} options = {.times = 500, .seed = 1, .mode = -1, .order = -1};

/* Combinations that rings can be made in here. */
static struct {
	uint32_t mode, order;
} kinds[KINDS];
static uint32_t kind_count;

static const char *const mode_names[] = {"discard", "overwrite"};
static const char *const order_names[] = {"index", "clock"};

static settings_t draw_settings(uint32_t *random, uint32_t kind)
{
	return (settings_t){
		.seed = draw(random, UINT32_MAX),
		.mode = kinds[kind].mode,
		.order = kinds[kind].order,
		.ring_count = 1 + draw(random, 3),
		.ring_bytes = 4096u << draw(random, 5),
		.intent_count = 256,
		.threads = 2,
		.usual_max = draw(random, 2) ? 64 : 300,
		.depth_most = draw(random, 8) == 0 ? DEPTHS : 1 + draw(random, RS_INTENT_DEPTH),
		.nest_per_mille = draw(random, 30),
		.pace_us = draw(random, 3) ? draw(random, 300) : 0,
		.reader_pause_us = draw(random, 3) ? draw(random, 2) * 100 : 3000,
	};
}

/* Which kinds there are: an older or a smaller driver refuses some. */
static void probe_kinds(void)
{
	uint32_t random = draw_seed(options.seed, 0);
	for (uint32_t n = 0; n < KINDS; n++) {
		kinds[kind_count].mode = n / 2;
		kinds[kind_count].order = n % 2;
		if ((options.mode >= 0 && options.mode != (int)(n / 2)) || (options.order >= 0 && options.order != (int)(n % 2)))
			continue;
		const settings_t settings = draw_settings(&random, kind_count);
		if (episode_begin(&settings))
			kind_count++;
		else
			printf("not run: %s mode in %s order: %s\n", mode_names[n / 2], order_names[n % 2], board->refusal);
		episode_remove();
	}
}

static int is_point_possible(uint32_t point, uint32_t mode, uint32_t order)
{
	return (points[point].kinds >> KIND_OF(mode, order) & 1u) != 0;
}

static int is_point_possible_here(uint32_t point)
{
	for (uint32_t n = 0; n < kind_count; n++)
		if (is_point_possible(point, kinds[n].mode, kinds[n].order))
			return 1;
	return 0;
}

/* The next victim's point: drawn evenly from all that can be passed, and kept until an episode of a fitting kind has come. */
static uint32_t next_point = POINTS;

static uint32_t draw_point(uint32_t *random)
{
	while (next_point == POINTS || !is_point_possible_here(next_point))
		next_point = draw(random, POINTS);
	return next_point;
}

static uint32_t draw_kind(uint32_t *random)
{
	const uint32_t point = draw_point(random);
	uint32_t kind;
	do
		kind = draw(random, kind_count);
	while (!is_point_possible(point, kinds[kind].mode, kinds[kind].order));
	return kind;
}

/* In discard mode one reader drains; in overwrite mode they do not disturb each other. */
static uint32_t readers_most(void)
{
	return is_overwriting() ? 2 : 1;
}

static void populate(uint32_t *random)
{
	reap();
	if (count_running(0) < 1 + draw(random, 2))
		(void)start_producer(0, 0);
	if (count_running(1) < readers_most() && draw(random, 4))
		(void)start_reader(random, 0, 0, 0);
}

static void kill_at_point(uint32_t *random)
{
	static uint32_t misses;
	const uint32_t point = draw_point(random);
	const uint32_t countdown = 1 + draw(random, 3 * points[point].often);
	party_t *victim;

	if (points[point].party == PARTY_READER) {
		while (count_running(1) >= (points[point].often ? readers_most() : 1))
			(void)kill_now(running(1, 0));
		if (!points[point].often)
			(void)await_point(start_producer(point_number("reserve:marked") + 1, 1 + draw(random, 20)), VICTIM_PATIENCE_US);
		victim = start_reader(random, point + 1, countdown, 0);
	} else {
		victim = start_producer(point + 1, countdown);
	}
	if (await_point(victim, VICTIM_PATIENCE_US)) {
		next_point = POINTS;
		misses = 0;
	} else if (++misses == MISSES_MOST) {
		complain("no victim comes to %s", points[point].name);
		next_point = POINTS;
		misses = 0;
	}
}

static void kill_by_time(uint32_t *random, int is_reader)
{
	const uint32_t count = count_running(is_reader);
	if (count)
		(void)kill_now(running(is_reader, draw(random, count)));
}

/* A handler comes in from outside, too: anywhere. */
static void disturb(uint32_t *random)
{
	const uint32_t count = count_running(0);
	party_t *party = count ? running(0, draw(random, count)) : NULL;
	if (party && load_word(&party->committed)) /* its handler is in place */
		kill(pids[party->number], SIGUSR1);
}

static void wait_a_while(uint32_t *random)
{
	/* Long enough to pass a dead writer while others live, or none of it. */
	const uint32_t kind = draw(random, 8);
	const uint64_t until = now_us() + (kind == 0 ? 40000 : kind < 4 ? draw(random, 4000) : draw(random, 500));
	while (now_us() < until) {
		disturb(random);
		sleep_us(draw(random, 300));
	}
}

/* Returns 0 when the episode cannot go on: the next victim needs other rings, or the board is full. */
static int kill_somebody(uint32_t *random)
{
	const uint32_t way = draw(random, 20);
	if (is_full())
		return 0;
	populate(random);
	wait_a_while(random);
	if (way < 12) {
		if (!is_point_possible(draw_point(random), board->settings.mode, board->settings.order))
			return 0;
		kill_at_point(random);
	} else if (way < 15) {
		kill_by_time(random, 0);
	} else if (way < 18) {
		kill_by_time(random, 1);
	} else if (way < 19) {
		kill_by_time(random, way & 1);
		kill_by_time(random, !(way & 1));
	} else if (count_running(1)) {
		stop_party(running(1, 0)); /* in order, while others write: the next one goes on from there */
	}
	return 1;
}

static void run_episode(uint32_t number)
{
	static char subject[160];
	uint32_t random = draw_seed(options.seed, number);
	const settings_t settings = draw_settings(&random, draw_kind(&random));
	const uint32_t attempts = 2 + draw(&random, 10);

	snprintf(subject, sizeof(subject), "episode %u of seed %u (%s mode, %s order, %u rings of %u bytes, %u deep)", number,
		 options.seed, mode_names[settings.mode], order_names[settings.order], settings.ring_count, settings.ring_bytes,
		 settings.depth_most);
	findings.subject = subject;
	if (!episode_begin(&settings)) {
		complain("the rings cannot be made: %s", board->refusal);
		return;
	}
	for (uint32_t n = 0; n < attempts && histogram_kills() < options.times && kill_somebody(&random); n++)
		;
	reap();
	if (!count_running(1))
		(void)start_reader(&random, 0, 0, 0);
	/* Without a record nobody can tell a dead writer's entry from a living one's: it is in the way until all are dead. */
	if (!is_deep())
		expect_progress();
	while (count_running(0)) {
		if (draw(&random, 4) == 0)
			kill_by_time(&random, 0);
		else
			stop_party(running(0, 0));
	}
	episode_end(&random);
}

/* Returns the number of checks that failed. */
static uint32_t check_histogram(uint32_t *checks)
{
	uint32_t failed = 0;
	*checks = 2;
	if (!histogram.unmarked)
		failed++, printf("FAILED: nobody was killed between the reservation and its mark\n");
	if (!histogram.marked)
		failed++, printf("FAILED: nobody was killed between the mark and the commit\n");
	/* Each point gets its share of half of the kills; with 30 shares none of them is empty by chance. */
	if (options.times < 60 * POINTS)
		return failed;
	for (uint32_t n = 0; n < POINTS; n++) {
		if (!is_point_possible_here(n))
			continue;
		++*checks;
		if (!histogram.at_point[n])
			failed++, printf("FAILED: nobody was killed at %s\n", points[n].name);
	}
	return failed;
}

static void note_interrupt(int signal_number)
{
	(void)signal_number;
	is_interrupted = 1;
}

static int run(void)
{
	const uint64_t start = now_us();
	uint32_t passed = 0, failed = 0, checks;
	const struct sigaction stop = {.sa_handler = note_interrupt};

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	board_make(1500, 1u << 20);
	probe_kinds();
	if (!kind_count) {
		printf("no rings can be made\n0 passed, 1 failed\n");
		return 1;
	}
	uint32_t number = options.first ? options.first : 1;
	for (; histogram_kills() < options.times && !is_interrupted; number++) {
		run_episode(number);
		if (findings.count && options.is_keeping)
			fprintf(stderr, "    kept: %s\n", board->folder);
		else
			episode_remove();
		if (findings.count)
			failed++;
		else
			passed++;
	}
	histogram_print();
	printf("%u episodes, %.1f s, seed %u\n", passed + failed, (double)(now_us() - start) / 1e6, options.seed);
	const uint32_t bad = check_histogram(&checks);
	printf("%u passed, %u failed\n", passed + checks - bad, failed + bad);
	return failed + bad ? 1 : is_interrupted ? 130 : 0;
}

static int find_name(const char *name, const char *const *names)
{
	return strcmp(name, names[0]) == 0 ? 0 : strcmp(name, names[1]) == 0 ? 1 : -2;
}

int main(int argc, char **argv)
{
	static const struct option names[] = {{"times", 1, NULL, 't'},    {"seed", 1, NULL, 's'}, {"mode", 1, NULL, 'm'},
					      {"order", 1, NULL, 'o'},    {"keep", 0, NULL, 'k'}, {"points", 0, NULL, 'p'},
					      {"episodes", 1, NULL, 'e'}, {0}};
	int letter;
	while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (letter) {
		case 't':
			options.times = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 's':
			options.seed = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 'e':
			options.first = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 'm':
			options.mode = find_name(optarg, mode_names);
			break;
		case 'o':
			options.order = find_name(optarg, order_names);
			break;
		case 'k':
			options.is_keeping = 1;
			break;
		case 'p':
			for (uint32_t n = 0; n < POINTS; n++)
				puts(points[n].name);
			return 0;
		default:
			options.times = 0;
		}
	}
	if (optind == argc && options.times && options.mode > -2 && options.order > -2)
		return run();
	fprintf(stderr, "usage: kill --times N [--seed S] [--mode discard|overwrite] [--order index|clock] [--episodes FIRST] [--keep]\n");
	return 2;
}
