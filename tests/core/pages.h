/* SPDX-License-Identifier: MIT */
/* pages.h - memory of whole pages for one test, and pages in it that nobody may touch. */
#ifndef PAGES_H
#define PAGES_H

#include <stddef.h>

#ifdef _WIN32
#include <windows.h>

/* Null when there is none. */
static inline void *pages_take(size_t bytes)
{
	return VirtualAlloc(NULL, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

/* Returns whether it is so. */
static inline int pages_close(void *at, size_t bytes)
{
	DWORD before;
	return VirtualProtect(at, bytes, PAGE_NOACCESS, &before) != 0;
}

static inline void pages_drop(void *at, size_t bytes)
{
	(void)bytes;
	VirtualFree(at, 0, MEM_RELEASE);
}
#else
#include <sys/mman.h>

/* Null when there is none. Shared with children that are forked. */
static inline void *pages_take(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return at == MAP_FAILED ? NULL : at;
}

/* Returns whether it is so. */
static inline int pages_close(void *at, size_t bytes)
{
	return mprotect(at, bytes, PROT_NONE) == 0;
}

static inline void pages_drop(void *at, size_t bytes)
{
	munmap(at, bytes);
}
#endif

#endif /* PAGES_H */
