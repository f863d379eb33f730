/* SPDX-License-Identifier: MIT */
/*
 * stepping.h - something happens at an exact place of code that knows nothing of it: when it touches a page, or a number of
 * instructions after that. x86-64 Linux: page protection and the processor's trap flag.
 */
#ifndef STEPPING_H
#define STEPPING_H

#include "check.h"

#ifdef _WIN32
#define CAN_STEP 0
enum { PROT_NONE, PROT_READ, PROT_WRITE };

static inline void watch_page(const void *page, int locked, int open, void (*at_touch)(unsigned touches))
{
	(void)page;
	(void)locked;
	(void)open;
	(void)at_touch;
	SKIP("what steps through code here is signals");
}

static inline void unwatch_page(void)
{
}
#else
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#if defined(__x86_64__)
#define CAN_STEP 1
#else
#define CAN_STEP 0
#endif

#define PAGE_BYTES 4096u
#define TRAP_FLAG 0x100

static inline void catch_signal(int number, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_NODEFER};
	REQUIRE_EQUAL(sigaction(number, &action, NULL), 0);
}

static struct {
	uint8_t *page;
	int locked, open; /* rights of the page while it is watched, and for the instruction that touches it */
	unsigned touches;
	void (*at_touch)(unsigned touches);
	unsigned long steps; /* left until at_step, when the page is not watched any more */
	void (*at_step)(void);
} watch;

static inline void set_rights(int rights)
{
	if (mprotect(watch.page, PAGE_BYTES, rights) != 0)
		abort();
}

static inline void after_touch(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	if (watch.steps) {
		if (--watch.steps == 0)
			watch.at_step();
		return;
	}
#if CAN_STEP
	((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
#else
	(void)context;
#endif
	if (watch.page)
		set_rights(watch.locked);
}

static inline void on_touch(int number, siginfo_t *info, void *context)
{
	(void)number;
	if (!watch.page || (uintptr_t)info->si_addr - (uintptr_t)watch.page >= PAGE_BYTES) {
		/* A real fault: it comes again without this handler. */
		signal(SIGSEGV, SIG_DFL);
		return;
	}
	set_rights(watch.open);
	watch.at_touch(++watch.touches);
#if CAN_STEP
	((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
#else
	(void)context;
#endif
}

/* Calls at_touch before each instruction that needs more than the rights `locked` of a page that has the rights `open`. */
static inline void watch_page(const void *page, int locked, int open, void (*at_touch)(unsigned touches))
{
	watch.page = (uint8_t *)(uintptr_t)page;
	watch.locked = locked;
	watch.open = open;
	watch.touches = 0;
	watch.at_touch = at_touch;
	catch_signal(SIGSEGV, on_touch);
	catch_signal(SIGTRAP, after_touch);
	set_rights(locked);
}

/* From at_touch: stops watching, and calls at_step that many instructions later. */
static inline void step_from_here(unsigned long steps, void (*at_step)(void))
{
	watch.page = NULL;
	watch.steps = steps;
	watch.at_step = at_step;
}

static inline void unwatch_page(void)
{
	if (watch.page)
		set_rights(watch.open);
	watch.page = NULL;
	signal(SIGSEGV, SIG_DFL);
	signal(SIGTRAP, SIG_DFL);
}
#endif

#endif /* STEPPING_H */
