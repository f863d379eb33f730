/* SPDX-License-Identifier: MIT */
/*
 * real.h - the functions that stand behind the wrappers: those of the next library that has them, which is the C library
 * or another preloaded one.
 *
 * All are looked up when the library starts; a wrapper that is called before, by another library's constructor, looks up
 * its own. After that a wrapper costs one load here, in any context.
 */
#ifndef RS_PRELOAD_REAL_H
#define RS_PRELOAD_REAL_H

typedef struct {
	const char *name;
	void *address; /* null: not looked up yet */
} preload_real_t;

/* Declares what a wrapper in this file calls. */
#define REAL(function)                                                                                                   \
	static preload_real_t real_##function __attribute__((section("preload_real"), used)) = {#function, (void *)0}

/* The function itself, typed. */
#define CALL(function) ((__typeof__(&function))preload_find(&real_##function))

/* What the program sees in place of the C library's function. */
#define WRAPPER __attribute__((visibility("default")))

/* Never null: a function that this system does not have fails with ENOSYS. */
void *preload_find(preload_real_t *real);
void preload_find_all(void);

#endif /* RS_PRELOAD_REAL_H */
