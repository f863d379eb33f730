/* SPDX-License-Identifier: MIT */
/*
 * recording.h - drains a ring set into a new capture folder, as `ringscope capture` does: one thread takes entries, one stores them.
 */
#ifndef RS_READER_RECORDING_H
#define RS_READER_RECORDING_H

#include "rs_reader.h"

typedef struct {
	const char *rings;  /* path of the ring set */
	const char *shown;  /* what capture.json calls it */
	const char *driver; /* what writes it */
	const char *folder; /* that is made */
	const char *note;   /* for capture.json; may be null */
	char *const *words; /* the command line, ended with a null */
	uint64_t duration_ms; /* 0: until *is_over */
	uint32_t stall_ms;    /* as rs_drain_tune has it */
	int is_once;        /* takes what is there, and ends */
	int is_image;       /* the rings are a file that nobody writes any more; it is not changed */
	const uint32_t *is_over; /* becomes 1 when it is to end */
	/* Called when that is so, before the last look at the rings; may be null. */
	void (*end_writers)(void);
} rs_recording_t;

/* Records until the end. Returns RS_OK when everything that was in the rings is in the folder; else `message` says what is not. */
rs_status_t rs_record(const rs_recording_t *recording, rs_message_t *message) RS_MUST_USE;

#endif /* RS_READER_RECORDING_H */
