/* SPDX-License-Identifier: MIT */
/* version.h - what the driver calls itself, for C and for the resource compiler. */
#ifndef RS_WIN_VERSION_H
#define RS_WIN_VERSION_H

#define RINGSCOPE_VERSION "0.1.0"
#define RINGSCOPE_VERSION_NUMBERS 0, 1, 0, 0

#endif /* RS_WIN_VERSION_H */
