/* SPDX-License-Identifier: MIT */
/* guard.c - see guard.h. */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "atomics.h"

static rs_guard_t *guards[RS_GUARDS_MAX]; /* read by the handler at any moment: each word by itself */
static struct sigaction before;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int is_installed;
static uint64_t page_bytes;

static rs_guard_t *find(const uint8_t *address)
{
	for (uint32_t n = 0; n < RS_GUARDS_MAX; n++) {
		rs_guard_t *guard = __atomic_load_n(&guards[n], __ATOMIC_ACQUIRE);
		if (guard && address >= guard->begin && address < guard->end)
			return guard;
	}
	return NULL;
}

/* What the program would have got without us. */
static void pass_on(int number, siginfo_t *info, void *context)
{
	if (before.sa_flags & SA_SIGINFO) {
		before.sa_sigaction(number, info, context);
	} else if (before.sa_handler == SIG_DFL || before.sa_handler == SIG_IGN) {
		/* The access is made again and ends the program. */
		signal(number, SIG_DFL);
	} else {
		before.sa_handler(number);
	}
}

static void on_bus_error(int number, siginfo_t *info, void *context)
{
	const int saved = errno;
	uint8_t *address = info->si_addr;
	rs_guard_t *guard = info->si_code == BUS_ADRERR ? find(address) : NULL;

	if (guard) {
		uint8_t *page = guard->begin + ((uint64_t)(address - guard->begin) & ~(page_bytes - 1));
		/* The missing rest, not only this page: what was cut off once is not to come back in parts. Writable: whether
		 * the mapping was does not matter any more. */
		if (mmap(page, (size_t)(guard->end - page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
		    MAP_FAILED) {
			if (__atomic_exchange_n(&guard->is_cut, 1, __ATOMIC_ACQ_REL) == 0 && guard->on_cut)
				guard->on_cut(guard);
			errno = saved;
			return;
		}
	}
	errno = saved;
	pass_on(number, info, context);
}

static void install(void)
{
	struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	sigemptyset(&action.sa_mask);
	is_installed = sigaction(SIGBUS, &action, &before) == 0;
}

int rs_guard_add(rs_guard_t *guard, void *bytes, uint64_t length, void (*on_cut)(rs_guard_t *guard))
{
	int is_added = 0;

	*guard = (rs_guard_t){.begin = bytes, .end = (uint8_t *)bytes + length, .on_cut = on_cut};
	pthread_mutex_lock(&lock);
	if (!is_installed)
		install();
	for (uint32_t n = 0; n < RS_GUARDS_MAX && is_installed && !is_added; n++)
		if (!guards[n]) {
			__atomic_store_n(&guards[n], guard, __ATOMIC_RELEASE);
			is_added = 1;
		}
	pthread_mutex_unlock(&lock);
	return is_added;
}

void rs_guard_remove(rs_guard_t *guard)
{
	pthread_mutex_lock(&lock);
	for (uint32_t n = 0; n < RS_GUARDS_MAX; n++)
		if (guards[n] == guard)
			__atomic_store_n(&guards[n], NULL, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&lock);
}

int rs_guard_is_cut(const rs_guard_t *guard)
{
	return __atomic_load_n(&guard->is_cut, __ATOMIC_ACQUIRE) != 0;
}
