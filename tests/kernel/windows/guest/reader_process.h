/* SPDX-License-Identifier: MIT */
/* reader_process.h - ringscope-reader.exe as a process of its own, which ends in order when its standard input does. */
#ifndef RS_TEST_READER_PROCESS_H
#define RS_TEST_READER_PROCESS_H

#include "service.h"

typedef struct {
	HANDLE process;
	HANDLE input;
} reader_process_t;

/* Runs the words and --until-input-ends behind them; checks that it begins. */
reader_process_t rs_begin_reader(const char *words);
/* Closes its input, and checks that it ends with nothing to complain about. */
void rs_end_reader(reader_process_t *reader);

/* A process without a pipe, and its end with `code`. */
HANDLE rs_begin_process(const char *words);
void rs_wait_for_end(HANDLE process, DWORD code);

#endif /* RS_TEST_READER_PROCESS_H */
