/* SPDX-License-Identifier: MIT */
/*
 * main.c - ringscope-reader: records into a capture folder without Deno.
 *
 *     ringscope-reader drain RINGS FOLDER [--until-empty | --seconds N] [--stall-ms N]
 *     ringscope-reader drain IMAGE FOLDER --image
 *     ringscope-reader debug-output FOLDER [--global] [--seconds N]
 *
 * RINGS is \\.\Ringscope, with @NAME behind it where the set has a name, or a file. It ends in order on Ctrl-C, on Ctrl-Break, and when its window is closed;
 * with --until-input-ends also at the end of its standard input, which whoever started it holds open. Status 0; 1 and one line on
 * standard error when something fails, 2 for wrong use. IMAGE is a file of rings that nobody writes any more, and is not changed.
 */
#include <windows.h>

#include <shellapi.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomics.h"
#include "debug_output.h"
#include "recording.h"

#define USAGE                                                                                                                  \
	"usage: ringscope-reader drain RINGS FOLDER [--until-empty | --seconds N] [--stall-ms N] [--until-input-ends]\n"        \
	"       ringscope-reader drain IMAGE FOLDER --image\n"                                                                  \
	"       ringscope-reader debug-output FOLDER [--global] [--seconds N] [--until-input-ends]\n"
#define DEVICE_PREFIX "\\\\.\\"
/* What Windows waits for a program whose window is closed. */
#define CLOSE_PATIENCE_MS 5000u

#define NOTE_OF_DEBUG_OUTPUT                                                                                                    \
	"a program that finds the buffer of the debug output taken for ten seconds drops its text and tells nobody: such texts " \
	"are in no count of losses"

typedef struct {
	const char *rings, *folder;
	int is_debug_output, is_global, is_until_input_ends;
	rs_recording_t recording;
} wish_t;

static uint32_t is_over;
static HANDLE has_ended;

static BOOL WINAPI on_control(DWORD what)
{
	store_u32_release(&is_over, 1);
	if (what != CTRL_C_EVENT && what != CTRL_BREAK_EVENT)
		/* The process ends when this returns. */
		(void)WaitForSingleObject(has_ended, CLOSE_PATIENCE_MS);
	return TRUE;
}

static DWORD WINAPI read_input(void *nothing)
{
	char bytes[256];
	DWORD got;

	(void)nothing;
	while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), bytes, sizeof(bytes), &got, NULL) && got)
		;
	store_u32_release(&is_over, 1);
	return 0;
}

/* The command line in UTF-8, ended with a null; null when there is no memory. */
static char **read_words(int *count)
{
	wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), count);
	char **words = wide ? calloc((size_t)*count + 1, sizeof(*words)) : NULL;

	for (int n = 0; words && n < *count; n++) {
		const int bytes = WideCharToMultiByte(CP_UTF8, 0, wide[n], -1, NULL, 0, NULL, NULL);
		words[n] = calloc((size_t)bytes + 1, 1);
		if (!words[n])
			return NULL;
		(void)WideCharToMultiByte(CP_UTF8, 0, wide[n], -1, words[n], bytes, NULL, NULL);
	}
	return words;
}

/* Returns 0 when it is no number of seconds. */
static int read_seconds(const char *word, uint64_t *ms)
{
	char *end;
	const double seconds = word ? strtod(word, &end) : 0;

	if (!(seconds > 0) || seconds > 1e9 || *end)
		return 0;
	*ms = (uint64_t)(seconds * 1000) + 1;
	return 1;
}

/* Returns 0 when it is no whole number of milliseconds, from 1. */
static int read_ms(const char *word, uint32_t *ms)
{
	char *end;
	const double given = word ? strtod(word, &end) : 0;

	if (!(given >= 1) || given > UINT32_MAX || *end)
		return 0;
	*ms = (uint32_t)given;
	return *ms == given;
}

/* Reads what stands behind the paths. Returns 0 when something there cannot be. */
static int read_options(wish_t *wish, char **words)
{
	for (; *words; words++) {
		if (strcmp(*words, "--until-input-ends") == 0)
			wish->is_until_input_ends = 1;
		else if (strcmp(*words, "--until-empty") == 0 && !wish->is_debug_output)
			wish->recording.is_once = 1;
		else if (strcmp(*words, "--image") == 0 && !wish->is_debug_output)
			wish->recording.is_once = wish->recording.is_image = 1;
		else if (strcmp(*words, "--global") == 0 && wish->is_debug_output)
			wish->is_global = 1;
		else if (strcmp(*words, "--stall-ms") == 0 && !wish->is_debug_output && read_ms(words[1], &wish->recording.stall_ms))
			words++;
		else if (strcmp(*words, "--seconds") != 0 || !read_seconds(*++words, &wish->recording.duration_ms))
			return 0;
	}
	return !wish->recording.is_once || !wish->recording.duration_ms;
}

static int read_wish(wish_t *wish, int count, char **words)
{
	*wish = (wish_t){.is_debug_output = count >= 3 && strcmp(words[1], "debug-output") == 0};
	const int paths = wish->is_debug_output ? 1 : 2;

	if (count < 2 + paths || (!wish->is_debug_output && strcmp(words[1], "drain") != 0))
		return 0;
	wish->rings = words[2];
	wish->folder = words[1 + paths];
	return wish->folder[0] && wish->folder[0] != '-' && read_options(wish, words + 2 + paths);
}

static rs_status_t record_rings(wish_t *wish, rs_message_t *message)
{
	wish->recording.rings = wish->recording.shown = wish->rings;
	wish->recording.driver = strncmp(wish->rings, DEVICE_PREFIX, sizeof(DEVICE_PREFIX) - 1) == 0 ? "windows" : "user";
	return rs_record(&wish->recording, message);
}

static rs_status_t record_debug_output(wish_t *wish, rs_message_t *message)
{
	rs_message_t path;
	int32_t file;

	rs_status_t status = rs_set_make_in_memory(1, 0, 0, RS_MODE_DISCARD, RS_ORDER_INDEX, RS_CLOCK_MONOTONIC_NS, &file, &path, message);
	if (status != RS_OK)
		return status;
	status = rs_debug_output_begin(path.text, wish->is_global, message);
	if (status == RS_OK) {
		wish->recording.rings = path.text;
		wish->recording.shown = wish->is_global ? "OutputDebugString (global session)" : "OutputDebugString";
		wish->recording.driver = "debug_output";
		wish->recording.note = NOTE_OF_DEBUG_OUTPUT;
		wish->recording.end_writers = rs_debug_output_end;
		status = rs_record(&wish->recording, message);
	}
	rs_set_release(file);
	return status;
}

int main(void)
{
	wish_t wish;
	rs_message_t message = {{0}};
	int count;
	char **words = read_words(&count);

	if (!words || !read_wish(&wish, count, words)) {
		fputs(USAGE, stderr);
		return 2;
	}
	wish.recording.folder = wish.folder;
	wish.recording.words = words;
	wish.recording.is_over = &is_over;
	has_ended = CreateEventA(NULL, TRUE, FALSE, NULL);
	SetConsoleCtrlHandler(on_control, TRUE);
	if (wish.is_until_input_ends)
		(void)CreateThread(NULL, 0, read_input, NULL, 0, NULL);
	const rs_status_t status = wish.is_debug_output ? record_debug_output(&wish, &message) : record_rings(&wish, &message);
	if (status != RS_OK)
		fprintf(stderr, "%s\n", message.text);
	SetEvent(has_ended);
	return status != RS_OK;
}
