/* SPDX-License-Identifier: MIT */
/*
 * plain_main.c - the fuzz target without libFuzzer.
 *
 *     fuzz_reader FILE|FOLDER…         plays scripts that are kept
 *     fuzz_reader --seed S --runs N    plays N scripts made from the numbers S, S + 1, …
 *     fuzz_reader --seconds T          ends that after so long
 *     fuzz_reader --write FOLDER --seed S --runs N   writes them to files instead, for libFuzzer to begin with
 *     fuzz_reader --script HEX         plays one script, as a failure prints it
 *     fuzz_reader --every-field N      lies in every field, one at a time; plays every N-th of these scripts
 *     fuzz_reader --race SECONDS       reads while another thread writes lies
 *
 * A property that does not hold ends the program; the script that was being played is printed. The last line is
 * `N passed, N failed`.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "every_field.h"
#include "fuzz_reader.h"
#include "race.h"
#include "random_script.h"
#include "script.h"

static unsigned long long played;

static double seconds_now(void)
{
	struct timespec now;
	timespec_get(&now, TIME_UTC);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void give_up(const char *what, const char *about)
{
	fprintf(stderr, "%s %s\n", what, about);
	exit(2);
}

static void play_file(const char *path)
{
	uint8_t bytes[SCRIPT_BYTES_MAX];
	FILE *file = fopen(path, "rb");
	if (!file)
		give_up("cannot open", path);
	const size_t count = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	(void)LLVMFuzzerTestOneInput(bytes, count);
	played++;
}

static void play_path(const char *path)
{
	struct stat found;
	char inner[4096];
	if (stat(path, &found) != 0)
		give_up("cannot find", path);
	if (!S_ISDIR(found.st_mode)) {
		play_file(path);
		return;
	}
	struct dirent **names;
	const int count = scandir(path, &names, NULL, alphasort);
	for (int n = 0; n < count; n++) {
		if (names[n]->d_name[0] != '.') {
			snprintf(inner, sizeof(inner), "%s/%s", path, names[n]->d_name);
			play_path(inner);
		}
		free(names[n]);
	}
	if (count >= 0)
		free(names);
}

static void play_hex(const char *hex)
{
	uint8_t bytes[SCRIPT_BYTES_MAX];
	size_t count = 0;
	unsigned value;
	for (; count < sizeof(bytes) && sscanf(hex, "%2x", &value) == 1; hex += 2)
		bytes[count++] = (uint8_t)value;
	(void)LLVMFuzzerTestOneInput(bytes, count);
	played++;
}

static void write_random(const char *folder, unsigned long long seed, unsigned long long runs)
{
	uint8_t bytes[SCRIPT_BYTES_MAX];
	char path[4096];
	for (unsigned long long n = 0; n < runs; n++) {
		snprintf(path, sizeof(path), "%s/%016llx", folder, seed + n);
		FILE *file = fopen(path, "wb");
		const size_t count = random_script(seed + n, bytes);
		if (!file || fwrite(bytes, 1, count, file) != count || fclose(file) != 0)
			give_up("cannot write", path);
	}
}

static void play_random(unsigned long long seed, unsigned long long runs, double seconds)
{
	uint8_t bytes[SCRIPT_BYTES_MAX];
	const double begin = seconds_now();
	unsigned long long done = 0;
	for (; done < runs; done++) {
		if (seconds > 0 && done % 64 == 0 && seconds_now() - begin >= seconds)
			break;
		(void)LLVMFuzzerTestOneInput(bytes, random_script(seed + done, bytes));
	}
	const double took = seconds_now() - begin;
	printf("%llu scripts from %llu on in %.1f s, %.0f a second\n", done, seed, took, (double)done / took);
	played += done;
}

int main(int count, char **words)
{
	unsigned long long seed = 1, runs = 0;
	double seconds = 0, race_seconds = 0;
	const char *folder = NULL;

	(void)LLVMFuzzerInitialize(&count, &words);
	for (int n = 1; n < count; n++) {
		const char *value = n + 1 < count ? words[n + 1] : "";
		if (words[n][0] != '-') {
			play_path(words[n]);
			continue;
		}
		if (strcmp(words[n], "--seed") == 0)
			seed = strtoull(value, NULL, 10);
		else if (strcmp(words[n], "--runs") == 0)
			runs = strtoull(value, NULL, 10);
		else if (strcmp(words[n], "--seconds") == 0)
			seconds = strtod(value, NULL);
		else if (strcmp(words[n], "--race") == 0)
			race_seconds = strtod(value, NULL);
		else if (strcmp(words[n], "--write") == 0)
			folder = value;
		else if (strcmp(words[n], "--every-field") == 0)
			played += every_field(strtoull(value, NULL, 10));
		else if (strcmp(words[n], "--script") == 0)
			play_hex(value);
		else
			give_up("there is no option", words[n]);
		n++;
	}
	if (seconds > 0 && runs == 0)
		runs = ~0ull;
	if (folder)
		write_random(folder, seed, runs);
	else if (runs)
		play_random(seed, runs, seconds);
	if (race_seconds > 0)
		played += race(race_seconds, seed);
	printf("%llu passed, 0 failed\n", played);
	return 0;
}
