/* SPDX-License-Identifier: MIT */
/*
 * rs_event_each.h - the preprocessor's part of rs_event.h: the first of a list, how many follow it, and something for each of those.
 */
#ifndef RS_EVENT_EACH_H
#define RS_EVENT_EACH_H

#define RS_JOIN(a, b) RS_JOIN_(a, b)
#define RS_JOIN_(a, b) a##b

/* Of `format, arguments…`, up to 16; with more the name of no macro comes out. */
#define RS_COUNT(...) \
	RS_COUNT_(__VA_ARGS__, RS_TOO_MANY_ARGUMENTS, RS_TOO_MANY_ARGUMENTS, RS_TOO_MANY_ARGUMENTS, RS_TOO_MANY_ARGUMENTS, RS_TOO_MANY_ARGUMENTS, \
		  RS_TOO_MANY_ARGUMENTS, RS_TOO_MANY_ARGUMENTS, RS_TOO_MANY_ARGUMENTS, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0)
#define RS_COUNT_(f, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15, x16, x17, x18, x19, x20, x21, x22, x23, x24, count, ...) count

/* op(argument) for each argument, with nothing between them. */
#define RS_EACH(op, ...) RS_JOIN(RS_EACH_, RS_COUNT(__VA_ARGS__))(op, __VA_ARGS__)
#define RS_EACH_0(op, f)
#define RS_EACH_1(op, f, a1) op(a1)
#define RS_EACH_2(op, f, a1, a2) op(a1) op(a2)
#define RS_EACH_3(op, f, a1, a2, a3) op(a1) op(a2) op(a3)
#define RS_EACH_4(op, f, a1, a2, a3, a4) op(a1) op(a2) op(a3) op(a4)
#define RS_EACH_5(op, f, a1, a2, a3, a4, a5) op(a1) op(a2) op(a3) op(a4) op(a5)
#define RS_EACH_6(op, f, a1, a2, a3, a4, a5, a6) op(a1) op(a2) op(a3) op(a4) op(a5) op(a6)
#define RS_EACH_7(op, f, a1, a2, a3, a4, a5, a6, a7) op(a1) op(a2) op(a3) op(a4) op(a5) op(a6) op(a7)
#define RS_EACH_8(op, f, a1, a2, a3, a4, a5, a6, a7, a8) op(a1) op(a2) op(a3) op(a4) op(a5) op(a6) op(a7) op(a8)
#define RS_EACH_9(op, f, a1, a2, a3, a4, a5, a6, a7, a8, a9) op(a1) op(a2) op(a3) op(a4) op(a5) op(a6) op(a7) op(a8) op(a9)
#define RS_EACH_10(op, f, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10) op(a1) op(a2) op(a3) op(a4) op(a5) op(a6) op(a7) op(a8) op(a9) op(a10)
#define RS_EACH_11(op, f, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11) op(a1) op(a2) op(a3) op(a4) op(a5) op(a6) op(a7) op(a8) op(a9) op(a10) op(a11)
#define RS_EACH_12(op, f, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12) op(a1) op(a2) op(a3) op(a4) op(a5) op(a6) op(a7) op(a8) op(a9) op(a10) op(a11) op(a12)
#define RS_EACH_13(op, f, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13) op(a1) op(a2) op(a3) op(a4) op(a5) op(a6) op(a7) op(a8) op(a9) op(a10) op(a11) op(a12) op(a13)
#define RS_EACH_14(op, f, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14) op(a1) op(a2) op(a3) op(a4) op(a5) op(a6) op(a7) op(a8) op(a9) op(a10) op(a11) op(a12) op(a13) op(a14)
#define RS_EACH_15(op, f, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15) op(a1) op(a2) op(a3) op(a4) op(a5) op(a6) op(a7) op(a8) op(a9) op(a10) op(a11) op(a12) op(a13) op(a14) op(a15)
#define RS_EACH_16(op, f, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16) op(a1) op(a2) op(a3) op(a4) op(a5) op(a6) op(a7) op(a8) op(a9) op(a10) op(a11) op(a12) op(a13) op(a14) op(a15) op(a16)

#endif /* RS_EVENT_EACH_H */
