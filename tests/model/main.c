/* SPDX-License-Identifier: MIT */
/*
 * main.c - model [--full] [--configuration NAME] [--without RULE] [--trace]
 *
 * Without arguments: all configurations of moderate size with all rules, which must be clean, then each rule taken away, which
 * must be caught by the invariant that rules.c names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "configurations.h"
#include "points.h"
#include "rules.h"
#include "trace.h"

static int passed, failed;

static void report(int is_good)
{
	if (is_good)
		passed++;
	else
		failed++;
}

static void explore_configuration(const configuration_t *which)
{
	configure(which);
	const exploration_t found = explore();
	printf("%-24s %10llu states %11llu transitions  depth %3u  %6.1f s%s\n", which->name,
	       (unsigned long long)found.states, (unsigned long long)found.transitions, found.depth, found.seconds,
	       found.invariant ? "  BROKEN" : "");
	if (found.invariant)
		print_trace(&found);
	fflush(stdout);
	report(!found.invariant);
}

static void explore_without(enum rule rule, const configuration_t *which, int is_traced)
{
	removed_rules = 1ull << rule | (rules[rule].also ? 1ull << rules[rule].also : 0);
	configure(which);
	const exploration_t found = explore();
	const int is_expected = found.invariant == rules[rule].invariant;
	if (found.invariant)
		printf("without %-28s %-18s invariant %2d  %3u steps  %10llu states  %6.1f s%s\n", rules[rule].name,
		       which->name, found.invariant, found.steps, (unsigned long long)found.states, found.seconds,
		       is_expected ? "" : "  NOT AS THE TABLE SAYS");
	else
		printf("without %-28s %-18s not caught               %10llu states  %6.1f s%s\n", rules[rule].name,
		       which->name, (unsigned long long)found.states, found.seconds,
		       is_expected ? "" : "  NOT AS THE TABLE SAYS");
	if (found.invariant && (is_traced || !is_expected))
		print_trace(&found);
	fflush(stdout);
	removed_rules = 0;
	report(is_expected);
}

static void check_points(void)
{
	int missing = 0;
	for (int n = 0; n < POINT_COUNT; n++) {
		if (points_reached & 1u << n)
			continue;
		printf("test point %s was not reached\n", point_names[n]);
		missing++;
	}
	printf("%d of %d test points reached:", POINT_COUNT - missing, POINT_COUNT);
	for (int n = 0; n < POINT_COUNT; n++)
		printf(" %s", point_names[n]);
	printf("\n");
	report(!missing);
}

static void explore_all(int is_full)
{
	for (int n = 0; n < configuration_count; n++)
		if (is_full || !configurations[n].is_large)
			explore_configuration(&configurations[n]);
	for (int n = 0; n < RULE_COUNT; n++)
		if (rules[n].name && (is_full || !rules[n].is_large))
			explore_without((enum rule)n, find_configuration(rules[n].configuration), 0);
	check_points();
}

static int usage(void)
{
	fprintf(stderr, "usage: model [--full] [--configuration NAME] [--without RULE]\nconfigurations:");
	for (int n = 0; n < configuration_count; n++)
		fprintf(stderr, " %s", configurations[n].name);
	fprintf(stderr, "\nrules:");
	for (int n = 0; n < RULE_COUNT; n++)
		if (rules[n].name)
			fprintf(stderr, " %s", rules[n].name);
	fprintf(stderr, "\n");
	return 2;
}

int main(int argc, char **argv)
{
	const configuration_t *only = NULL;
	enum rule without = NO_RULE;
	int is_full = 0;

	for (int n = 1; n < argc; n++) {
		if (!strcmp(argv[n], "--full"))
			is_full = 1;
		else if (!strcmp(argv[n], "--configuration") && n + 1 < argc && (only = find_configuration(argv[++n])))
			continue;
		else if (!strcmp(argv[n], "--without") && n + 1 < argc && (without = find_rule(argv[++n])) != NO_RULE)
			continue;
		else
			return usage();
	}
	if (without != NO_RULE)
		explore_without(without, only ? only : find_configuration(rules[without].configuration), 1);
	else if (only)
		explore_configuration(only);
	else
		explore_all(is_full);
	printf("%d passed, %d failed\n", passed, failed);
	return failed ? 1 : 0;
}
