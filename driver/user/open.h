/* SPDX-License-Identifier: MIT */
/* open.h - what the shells in this project ask of the producer beside rs_log.h. */
#ifndef RS_OPEN_H
#define RS_OPEN_H

#include "rs_status.h"

/* As rs_open, for a program that has not asked to be recorded: no descriptor stays open, so that rs_path names none, and a page of the rings is
 * mapped when it is used. Not in a signal handler. */
rs_status_t rs_open_unasked(const char *path) RS_MUST_USE;

#endif /* RS_OPEN_H */
