/* SPDX-License-Identifier: MIT */
/* real.c - see real.h. */
#define _GNU_SOURCE
#include "real.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>

/* The linker's, around everything that REAL declares. */
extern preload_real_t __start_preload_real[] __attribute__((visibility("hidden")));
extern preload_real_t __stop_preload_real[] __attribute__((visibility("hidden")));

/* In place of one that is missing: the program asked whether it is there, and found the wrapper. */
static long is_missing(void)
{
	errno = ENOSYS;
	return -1;
}

void *preload_find(preload_real_t *real)
{
	void *address = __atomic_load_n(&real->address, __ATOMIC_RELAXED);
	if (__builtin_expect(address != NULL, 1))
		return address;
	const int error = errno;
	address = dlsym(RTLD_NEXT, real->name);
	errno = error;
	if (!address)
		address = (void *)(uintptr_t)is_missing;
	/* Two threads find the same. */
	__atomic_store_n(&real->address, address, __ATOMIC_RELAXED);
	return address;
}

void preload_find_all(void)
{
	for (preload_real_t *real = __start_preload_real; real < __stop_preload_real; real++)
		(void)preload_find(real);
}
