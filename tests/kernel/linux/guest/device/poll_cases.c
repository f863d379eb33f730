/* SPDX-License-Identifier: MIT */
/* poll_cases.c - a reader that waits is woken, and only then. */
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <time.h>

#include "device_case.h"

/* How long what has to come is waited for, and by when it has come: before poll would have come back, and looked, by itself. */
#define PATIENCE_MS 60000
#define WOKEN_MS 30000

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What poll returned, after how many ms. */
static int wait_for(int file, int timeout_ms, int64_t *waited_ms)
{
	struct pollfd one = {.fd = file, .events = POLLIN};
	const int64_t begin = now_ms();
	const int ready = poll(&one, 1, timeout_ms);

	*waited_ms = now_ms() - begin;
	expect(ready >= 0, "poll: %s", strerror(errno));
	return ready > 0 ? one.revents : 0;
}

static int open_started(void)
{
	const int file = open_new_set(TEST_SET);

	expect_errno(0, start_set(file), "RS_IOC_START");
	expect_errno(0, claim_set(file), "RS_IOC_CLAIM");
	return file;
}

static void nothing_to_read(void)
{
	const int file = open_started();
	int64_t waited;
	const int events = wait_for(file, 400, &waited);

	expect(events == 0, "poll of empty rings gave %#x", (unsigned)events);
	expect(waited >= 390, "poll came back after %lld ms, expected 400", (long long)waited);
	remove_set(file);
}

struct later {
	int delay_ms;
	const char *say;
	int64_t said_ms; /* when it began to log */
};

static void *say_later(void *argument)
{
	struct later *const later = argument;
	const struct timespec delay = {.tv_sec = later->delay_ms / 1000, .tv_nsec = later->delay_ms % 1000 * 1000000L};

	nanosleep(&delay, NULL);
	later->said_ms = now_ms();
	write_module("say", later->say);
	return NULL;
}

/* Waits for what another thread logs meanwhile, expects to be woken by it, and gives how many ms after it began to log. */
static int64_t wait_for_later(int file, struct later *later)
{
	pthread_t thread;
	int64_t waited;

	expect(pthread_create(&thread, NULL, say_later, later) == 0, "no thread");
	const int events = wait_for(file, PATIENCE_MS, &waited);
	const int64_t woken_ms = now_ms();

	pthread_join(thread, NULL);
	expect(events & POLLIN, "poll gave %#x where %s were logged", (unsigned)events, later->say);
	expect(woken_ms >= later->said_ms, "woken %lld ms before anything was logged", (long long)(later->said_ms - woken_ms));
	expect(waited < WOKEN_MS, "%s entries woke after %lld ms", later->say, (long long)waited);
	return woken_ms - later->said_ms;
}

static void a_quarter_wakes(void)
{
	const int file = open_started();
	struct later much = {.delay_ms = 300, .say = "800"};
	int64_t waited;

	(void)wait_for_later(file, &much);
	expect(wait_for(file, 0, &waited) & POLLIN, "rings that stay full did not wake at once");
	remove_set(file);
}

/* Far from a quarter: what is pending may not wait for company. */
static void a_single_entry_wakes(void)
{
	const int file = open_started();
	struct later one = {.delay_ms = 200, .say = "1"};

	note("woken after %lld ms", (long long)wait_for_later(file, &one));
	remove_set(file);
}

static void without_a_set(void)
{
	const int file = open_device();
	int64_t waited;
	const int events = wait_for(file, 200, &waited);

	expect(!(events & POLLIN), "a file without a set can be read: %#x", (unsigned)events);
	close(file);
}

static int wait_for_epoll(int queue, int timeout_ms)
{
	struct epoll_event event;
	const int found = epoll_wait(queue, &event, 1, timeout_ms);

	expect(found >= 0, "epoll_wait: %s", strerror(errno));
	return found;
}

/* It is put into the device's queue once, when there is something already, and is told of what comes later too. */
static void epoll_wakes_again(uint32_t how)
{
	const int file = open_started();
	const int queue = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN | how};
	rs_device_plain_t plain = {.size = sizeof(plain)};
	struct later much = {.delay_ms = 300, .say = "800"};
	pthread_t thread;

	write_module("say", "800");
	expect(epoll_ctl(queue, EPOLL_CTL_ADD, file, &event) == 0, "epoll_ctl: %s", strerror(errno));
	expect(wait_for_epoll(queue, PATIENCE_MS) == 1, "epoll does not tell of rings that are a quarter full");
	expect_call(0, file, RS_IOC_RESET, &plain);
	/* Asks again, and finds nothing. */
	while (wait_for_epoll(queue, 50))
		;
	expect(pthread_create(&thread, NULL, say_later, &much) == 0, "no thread");
	const int found = wait_for_epoll(queue, PATIENCE_MS);

	pthread_join(thread, NULL);
	close(queue);
	remove_set(file);
	expect(found == 1, "epoll was told nothing");
}

static void epoll_by_level_wakes_again(void)
{
	epoll_wakes_again(0);
}

static void epoll_by_edge_wakes_again(void)
{
	epoll_wakes_again(EPOLLET);
}

static void epoll_follows_its_file(void)
{
	const int other = open_new_set("other");
	const int file = open_device();
	const int queue = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN};
	rs_device_select_t select = {.size = sizeof(select), .name = "other"};
	struct later much = {.delay_ms = 300, .say = "800"};
	pthread_t thread;

	expect_call(0, file, RS_IOC_SELECT, &select);
	expect(epoll_ctl(queue, EPOLL_CTL_ADD, file, &event) == 0, "epoll_ctl: %s", strerror(errno));
	const int mine = open_started();

	snprintf(select.name, sizeof(select.name), "%s", TEST_SET);
	expect_call(0, file, RS_IOC_SELECT, &select);
	while (wait_for_epoll(queue, 50))
		;
	expect(pthread_create(&thread, NULL, say_later, &much) == 0, "no thread");
	const int found = wait_for_epoll(queue, PATIENCE_MS);

	pthread_join(thread, NULL);
	close(queue);
	close(file);
	remove_set(mine);
	remove_set(other);
	expect(found == 1, "epoll was told nothing of the set that its file has selected since");
}

static volatile int is_waiting;

static void *keep_waiting(void *argument)
{
	const int file = *(const int *)argument;
	int64_t waited;

	while (is_waiting)
		(void)wait_for(file, 20, &waited);
	return NULL;
}

/* The timer of whoever waits looks at the rings while they are emptied. */
static void waiting_while_emptied(void)
{
	const int file = open_started();
	int waiter = open_set(TEST_SET);
	rs_device_plain_t plain = {.size = sizeof(plain)};
	pthread_t thread;

	is_waiting = 1;
	expect(pthread_create(&thread, NULL, keep_waiting, &waiter) == 0, "no thread");
	for (int n = 0; n < 60; n++) {
		write_module("say", "50");
		expect_call(0, file, RS_IOC_RESET, &plain);
	}
	is_waiting = 0;
	pthread_join(thread, NULL);
	close(waiter);
	remove_set(file);
}

const struct device_case poll_cases[] = {
	{"poll waits while nothing is logged", nothing_to_read},
	{"poll wakes when a ring is a quarter full", a_quarter_wakes},
	{"poll wakes for a single entry", a_single_entry_wakes},
	{"poll of a file without a set finds nothing to read", without_a_set},
	{"epoll wakes again after it has been told, by level", epoll_by_level_wakes_again},
	{"epoll wakes again after it has been told, by edge", epoll_by_edge_wakes_again},
	{"epoll wakes for the set that its file has selected since", epoll_follows_its_file},
	{"a set is emptied while another file waits for it", waiting_while_emptied},
	{0},
};
