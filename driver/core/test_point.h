/* SPDX-License-Identifier: MIT */
/*
 * test_point.h - named places in the protocol where a test can force something to happen exactly there.
 *
 * Compiled to nothing unless RS_TEST_POINTS is defined. The names are those of the steps in driver/DESIGN.md.
 */
#ifndef RS_TEST_POINT_H
#define RS_TEST_POINT_H

#ifdef RS_TEST_POINTS
extern void (*rs_test_point_hook)(const char *name);
#define RS_TEST_POINT(name)                             \
	do {                                            \
		if (rs_test_point_hook)                 \
			rs_test_point_hook(name);       \
	} while (0)
#else
#define RS_TEST_POINT(name) ((void)0)
#endif

/* A step of the table of call sites, which is none of a write: neither the model of the rings nor what kills writers has it. */
#define RS_SITE_POINT(name) RS_TEST_POINT(name)

#endif /* RS_TEST_POINT_H */
