/* SPDX-License-Identifier: MIT */
/*
 * send.c - what writing costs, through the library as a program links it.
 *
 *   send own RINGS       nobody reads: this program returns the space between its bursts, outside of the time that it takes; rings in
 *                        overwrite mode are kept full, so that every write evicts
 *   send drained RINGS   a reader drains RINGS at its own pace
 *   send closed          nothing is open
 *
 * A burst fits into the ring, so that every write in it is accepted; what was refused all the same is the second number of a line.
 */
#define _GNU_SOURCE
#include "clock.h"
#include "crew.h"
#include "rings.h"
#include "rs_event.h"
#include "worker.h"

#define EVENT_BYTES 80u /* of an entry with five numbers */
#define PACED_RATE 5000000u
#define PACED_BURST 100u
#define PACED_BURSTS 500u

static rings_t rings;
static uint64_t refused;
static int is_drained;

static void answer(double ns)
{
	printf("%.4f %llu\n", ns, (unsigned long long)refused);
	refused = 0;
}

static double send_burst(uint32_t count, size_t length)
{
	char payload[512] = {1};
	uint64_t full = 0;
	const double start = crew_now_ns();
	for (uint32_t n = 0; n < count; n++)
		full += rs_send(7, n, payload, length) != RS_OK;
	const double ns = (crew_now_ns() - start) / count;
	__atomic_fetch_add(&refused, full, __ATOMIC_RELAXED);
	return ns;
}

/* The same five numbers as an event and as a text. */
#define FIVE "queue=%u tag=%u lba=%u length=%u us=%u", n >> 8, n & 255, n * 8, 4096u, n

static double event_burst(uint32_t count)
{
	uint64_t full = 0;
	const double start = crew_now_ns();
	for (uint32_t n = 0; n < count; n++)
		full += RS_EVENT(RS_INFO, bench_five, FIVE) != RS_OK;
	const double ns = (crew_now_ns() - start) / count;
	__atomic_fetch_add(&refused, full, __ATOMIC_RELAXED);
	return ns;
}

static double event_text_burst(uint32_t count)
{
	const double start = now_ns();
	for (uint32_t n = 0; n < count; n++)
		refused += RS_EVENT(RS_INFO, bench_text, "path=%s bytes=%u us=%u", "/usr/lib/libexample.so.1", 4096u, n) != RS_OK;
	return (now_ns() - start) / count;
}

static double log_five_burst(uint32_t count)
{
	const double start = now_ns();
	for (uint32_t n = 0; n < count; n++)
		refused += rs_log(RS_INFO, FIVE) != RS_OK;
	return (now_ns() - start) / count;
}

static double silent_burst(uint32_t count)
{
	uint64_t off = 0;
	const double start = now_ns();
	for (uint32_t n = 0; n < count; n++) {
		off += RS_EVENT(RS_INFO, bench_silent, FIVE) == RS_OFF;
		/* Each call is one of its own, as in a program. */
		__asm__ volatile("" : "+r"(n) : : "memory");
	}
	const double ns = (now_ns() - start) / count;
	if (off != count)
		give_up("an event that is switched off was written", "");
	return ns;
}

static double log_burst(uint32_t count)
{
	const double start = now_ns();
	for (uint32_t n = 0; n < count; n++)
		refused += rs_log(RS_INFO, "open %s: %d bytes in %u us", "/usr/lib/libexample.so.1", 4096, n) != RS_OK;
	return (now_ns() - start) / count;
}

/* Into this processor's ring. In overwrite mode a whole lap: what comes then has to evict. */
static double warm_up_alone(int member)
{
	(void)member;
	const uint64_t lap = rings.header->ring_bytes / (RS_ENTRY_HEADER_BYTES + 64) + 1;
	const int is_lap_wanted = rings.header->mode == RS_MODE_OVERWRITE;
	return send_burst(is_lap_wanted ? (uint32_t)lap : burst_of(&rings, TYPICAL_BYTES) / 10, 64);
}

static void warm_up(void)
{
	(void)warm_up_alone(0);
	return_space(&rings);
	refused = 0;
}

static void send_of(size_t length)
{
	warm_up();
	answer(send_burst(burst_of(&rings, RS_ENTRY_HEADER_BYTES + length), length));
	return_space(&rings);
}

static void send_0(void)
{
	send_of(0);
}

static void send_64(void)
{
	send_of(64);
}

static void send_512(void)
{
	send_of(512);
}

static void log_typical(void)
{
	warm_up();
	answer(log_burst(burst_of(&rings, RS_ENTRY_HEADER_BYTES + 64)));
	return_space(&rings);
}

static void event_five(void)
{
	warm_up();
	answer(event_burst(burst_of(&rings, EVENT_BYTES)));
	return_space(&rings);
}

static void event_text(void)
{
	warm_up();
	answer(event_text_burst(burst_of(&rings, EVENT_BYTES + 16)));
	return_space(&rings);
}

static void log_five(void)
{
	warm_up();
	answer(log_five_burst(burst_of(&rings, RS_ENTRY_HEADER_BYTES + 64)));
	return_space(&rings);
}

static void event_off(void)
{
	if (rs_control("bench_silent", RS_LEVEL_OFF) != RS_OK)
		give_up("switch an event off", "the rings have no table");
	(void)silent_burst(BURST_MAX / 10);
	answer(silent_burst(BURST_MAX));
}

static void send_refused(void)
{
	char payload[64] = {1};
	while (rs_send(7, 0, payload, sizeof(payload)) == RS_OK)
		;
	const double ns = send_burst(BURST_MAX / 4, sizeof(payload));
	if (refused != BURST_MAX / 4)
		give_up("a full ring took an entry", "");
	refused = 0;
	answer(ns);
	return_space(&rings);
}

/* --- references --- */

static void clock_alone(void)
{
#ifdef RS_CLOCK_COUNTER
	uint64_t sum = 0;
	const double start = now_ns();
	for (uint32_t n = 0; n < BURST_MAX; n++) {
		sum += rs_clock_counter();
		__asm__ volatile("" : "+r"(sum));
	}
	answer((now_ns() - start) / BURST_MAX);
#else
	const double start = now_ns();
	for (uint32_t n = 0; n < BURST_MAX; n++)
		(void)now_ns();
	answer((now_ns() - start) / BURST_MAX);
#endif
}

static void clock_ordered(void)
{
#ifdef RS_CLOCK_COUNTER
	uint64_t sum = 0;
	const double start = now_ns();
	for (uint32_t n = 0; n < BURST_MAX; n++) {
		sum += rs_clock_counter_after();
		__asm__ volatile("" : "+r"(sum));
	}
	answer((now_ns() - start) / BURST_MAX);
#else
	clock_alone();
#endif
}

static void call_alone(void)
{
	uint32_t open = 0;
	const double start = now_ns();
	for (uint32_t n = 0; n < BURST_MAX; n++)
		open += (uint32_t)rs_is_open();
	const double ns = (now_ns() - start) / BURST_MAX;
	if (open != BURST_MAX)
		give_up("the rings are not open", "");
	answer(ns);
}

/* The payload of an entry to where the entries of a ring would lie. */
static void copy_alone(void)
{
	static char buffer[4 << 20];
	const char payload[64] = {1};
	memset(buffer, 1, sizeof(buffer));
	const double start = now_ns();
	for (uint32_t n = 0; n < BURST_MAX; n++) {
		memcpy(buffer + (uint64_t)n * TYPICAL_BYTES, payload, sizeof(payload));
		__asm__ volatile("" : : : "memory");
	}
	answer((now_ns() - start) / BURST_MAX);
}

/* In GB/s, of memory that no cache holds. */
static void copy_bandwidth(void)
{
	static char *from, *to;
	const size_t bytes = 64u << 20;
	if (!from) {
		from = malloc(bytes);
		to = malloc(bytes);
		if (!from || !to)
			give_up("copy memory", "no memory");
		memset(from, 1, bytes);
		memset(to, 1, bytes);
	}
	const double start = now_ns();
	memcpy(to, from, bytes);
	__asm__ volatile("" : : "r"(to) : "memory");
	answer((double)bytes / (now_ns() - start));
}

/* --- several threads --- */

/* Each writes its part of half a burst, as a processor's ring has it. */
static double send_share(int member)
{
	(void)member;
	return send_burst(burst_of(&rings, TYPICAL_BYTES) / 2 / (uint32_t)crew_sharing(), 64);
}

static double warm_up_share(int member)
{
	/* Of threads that share a processor one is enough. */
	return member < crew.processors ? warm_up_alone(member) : 0;
}

static void send_crew(int size)
{
	return_space(&rings);
	const double ns = crew_work(size, warm_up_share, send_share);
	answer(ns);
	return_space(&rings);
}

static double event_share(int member)
{
	(void)member;
	return event_burst(burst_of(&rings, EVENT_BYTES) / 2 / (uint32_t)crew_sharing());
}

static void event_five_two(void)
{
	return_space(&rings);
	answer(crew_work(2, warm_up_share, event_share));
	return_space(&rings);
}

static void send_64_two(void)
{
	send_crew(2);
}

static void send_64_four(void)
{
	send_crew(4);
}

/* --- with a reader --- */

/* At some moment of the reader's own rhythm, which is 1 to 2 ms long. */
static void send_64_drained(void)
{
	static unsigned int seed = 1;
	wait_for_reader(&rings);
	(void)send_burst(burst_of(&rings, TYPICAL_BYTES) / 10, 64);
	refused = 0;
	wait_for_reader(&rings);
	pause_ns(rand_r(&seed) % 2000000);
	answer(send_burst(burst_of(&rings, TYPICAL_BYTES), 64));
}

/* Small bursts at a rate that a capture sustains; the time in between does not count. */
static void send_64_paced(void)
{
	const double period = 1e9 / PACED_RATE * PACED_BURST;
	double busy = 0;

	if (is_drained)
		wait_for_reader(&rings);
	const double start = now_ns();
	for (uint32_t n = 0; n < PACED_BURSTS; n++) {
		while (now_ns() < start + n * period)
			;
		busy += send_burst(PACED_BURST, 64) * PACED_BURST;
		if (!is_drained && n % 100 == 99)
			return_space(&rings);
	}
	if (!is_drained)
		return_space(&rings);
	answer(busy / (PACED_BURSTS * PACED_BURST));
}

static const row_t OWN_ROWS[] = {
	{"clock", clock_alone},	      {"clock_ordered", clock_ordered}, {"call", call_alone},	    {"copy", copy_alone},
	{"bandwidth", copy_bandwidth}, {"send_64", send_64},		{"send_64_two", send_64_two}, {"send_64_four", send_64_four},
	{"send_0", send_0},	      {"send_512", send_512},		{"log", log_typical},	    {"refused", send_refused},
	{"send_64_paced", send_64_paced},
	{"event_five", event_five},    {"event_five_two", event_five_two},	{"event_text", event_text},  {"log_five", log_five},
	{"event_off", event_off},
};
static const row_t DRAINED_ROWS[] = {{"send_64_drained", send_64_drained}, {"send_64_paced_drained", send_64_paced}};

static void send_closed(void)
{
	(void)send_burst(BURST_MAX, 64);
	const double ns = send_burst(BURST_MAX, 64);
	if (refused != 2 * BURST_MAX)
		give_up("something is open", "");
	refused = 0;
	answer(ns);
}

static const row_t CLOSED_ROWS[] = {{"not_recorded", send_closed}};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int main(int argc, char **argv)
{
	char message[512];

	crew_init();
	if (argc < 2 || !pin(0))
		give_up("usage", "send own|drained RINGS, send closed");
	if (strcmp(argv[1], "closed") == 0)
		return serve(CLOSED_ROWS, COUNT(CLOSED_ROWS));
	if (argc < 3 || rs_open(argv[2], message, sizeof(message)) != RS_OK)
		give_up("open the rings", argc < 3 ? "no path" : message);
	rings = map_rings(argv[2]);
	is_drained = strcmp(argv[1], "drained") == 0;
	return is_drained ? serve(DRAINED_ROWS, COUNT(DRAINED_ROWS)) : serve(OWN_ROWS, COUNT(OWN_ROWS));
}
