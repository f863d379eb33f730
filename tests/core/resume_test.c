/* SPDX-License-Identifier: MIT */
/*
 * resume_test.c - a reader that ends, in order or by SIGKILL at any instruction, and the one that goes on after it: together they
 * deliver every entry once, and count what the first one took and did not store.
 */
#define _GNU_SOURCE
#include <time.h>

#include "reading.h"
#include "stepping.h"

#define ENTRIES_MAX 4096u

static rings_t set;
static reading_t reading;

/* What the killed reader's writer has stored, in memory that outlives it. */
typedef struct {
	uint32_t in_hand; /* rows of the batch that is being stored, not yet in the checkpoint */
	uint32_t stored;
	uint32_t is_space_returned;
	uint64_t took_ns;
	uint64_t index[ENTRIES_MAX];
} log_t;

static log_t *first_log;

static void share_log(void)
{
	if (!first_log)
		first_log = mmap(NULL, sizeof(*first_log), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	REQUIRE(first_log != MAP_FAILED);
	memset(first_log, 0, sizeof(*first_log));
}

/* The writer's part: rows to safe hands, then the word that they are there. */
static void store_all(rs_capture_t *capture)
{
	rs_batch_t *batch;
	while ((batch = rs_pool_peek_full(&capture->pool, 0))) {
		first_log->in_hand = batch->rows;
		for (uint32_t n = 0; n < batch->rows; n++)
			first_log->index[first_log->stored + n] = batch->base_idx + batch->idx_delta[n];
		first_log->stored += batch->rows;
		for (uint32_t n = 0; n < capture->ring_count; n++)
			rs_checkpoint_stored(capture, n, batch->read_total[n]);
		first_log->in_hand = 0;
		rs_pool_release(&capture->pool, batch);
	}
}

static void die(void)
{
	kill(getpid(), SIGKILL);
}

/* Everything that was written was delivered by the one reader or the other, or counted as unstored. */
static void check_both(uint64_t written)
{
	static uint8_t seen[ENTRIES_MAX];
	uint64_t unstored = 0, delivered = 0, twice = 0;
	memset(seen, 0, sizeof(seen));
	for (uint32_t n = 0; n < reading.ring_count; n++)
		unstored += reading.rings[n].unstored;
	/* A batch that was in the writer's hands is stored or unstored: its rows may count as both. */
	const uint32_t certain = first_log->stored;
	for (uint32_t n = 0; n < certain; n++)
		delivered += !seen[first_log->index[n]]++;
	for (uint32_t n = 0; n < reading.row_count; n++)
		twice += seen[reading.rows[n].index]++ != 0, delivered++;
	CHECK_EQUAL(twice, 0);
	CHECK(delivered + unstored >= written && delivered + unstored <= written + first_log->in_hand);
	if (delivered + unstored != written && !first_log->in_hand)
		check_complain(__FILE__, __LINE__, "%llu written, %llu delivered, %llu unstored", (unsigned long long)written,
			       (unsigned long long)delivered, (unsigned long long)unstored);
}

static void put_many(uint32_t count)
{
	for (uint32_t n = 0; n < count; n++)
		rings_put(&set, n % set.file.header.ring_count, 8 * (n % 5));
}

/* --- readers that end in order ------------------------------------------------------------------------------- */

TEST("a reader goes on where the one before it ended")
{
	rings_make_small(&set, 2);
	put_many(20);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 20);
	put_many(15);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 15);
	CHECK_EQUAL(reading.rows[0].index, 20);
	CHECK_EQUAL(reading.rings[0].unstored, 0);
	CHECK_EQUAL(reading.rings[0].attempts, 8);
	rings_drop(&set);
}

TEST("what a writer was still inside of when a capture ended comes out of the next one, with all behind it")
{
	rings_make_small(&set, 2);
	rs_intent_record_t *living = rings_enter(&set, 0, (uint32_t)getpid());
	rings_put(&set, 0, 16);
	const rs_claim_t slow = rings_hold(&set, 0, living, 16);
	put_many(10);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 1 + 5);
	CHECK_EQUAL(reading.rings[0].pending, 6);
	CHECK_EQUAL(reading.rings[1].pending, 0);
	rs_ring_commit(&slow);
	put_many(10);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 1 + 5 + 10);
	CHECK_EQUAL(reading.rows[0].index, 1);
	CHECK_EQUAL(reading.rings[0].corrupt, 0);
	CHECK_EQUAL(reading.rings[0].pending, 0);
	rings_drop(&set);
}

TEST("a capture that ended behind a writer leaves the rings usable for thousands of entries")
{
	rings_make(&set, &(rs_plan_t){.ring_count = 2, .ring_bytes = 1u << 20, .intent_count = 16});
	rs_intent_record_t *living = rings_enter(&set, 0, (uint32_t)getpid());
	const rs_claim_t slow = rings_hold(&set, 0, living, 16);
	rings_put(&set, 1, 16);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 1);
	rs_ring_commit(&slow);
	put_many(10000);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 10001);
	CHECK_EQUAL(reading.rings[0].corrupt + reading.rings[1].corrupt, 0);
	rings_drop(&set);
}

TEST("refusals at the end of a ring are lost in this capture although a writer of another ring is inside an entry")
{
	rings_make_small(&set, 2);
	rs_intent_record_t *living = rings_enter(&set, 0, (uint32_t)getpid());
	const rs_claim_t slow = rings_hold(&set, 0, living, 16);
	rings_put(&set, 1, 16);
	rings_refuse(&set, 1, 0, 3);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.rings[1].too_big, 3);
	CHECK_EQUAL(reading.rings[1].pending, 0);
	rs_ring_commit(&slow);
	rings_drop(&set);
}

TEST("behind a passed entry and a writer that was still inside of another one nothing comes twice and nothing is lost")
{
	rings_make_small(&set, 2);
	rs_intent_record_t *living = rings_enter(&set, 0, (uint32_t)getpid());
	reading_begin(&reading, &set);
	reading.capture->stall_ns = 1;
	const rs_claim_t passed = rings_hold(&set, 0, living, 16);
	rings_put(&set, 0, 16);
	reading_look(&reading);
	rs_sleep_ns(150000000);
	reading_look(&reading);
	reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 1);
	reading.capture->stall_ns = 60000ull * 1000000;
	const rs_claim_t inside = rings_hold(&set, 1, living + 1, 16);
	rings_put(&set, 0, 16);
	rings_put(&set, 1, 16);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count, 2);
	reading_end(&reading);
	/* The next one holds an entry behind those that were delivered, and is killed. */
	reading_begin(&reading, &set);
	rings_put(&set, 0, 16);
	reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 0);
	reading_end(&reading);
	rs_ring_commit(&inside);
	rs_ring_commit(&passed);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 3);
	CHECK_EQUAL(reading.rings[0].late, 1);
	CHECK_EQUAL(rs_hole_lost(&reading.rings[1]), 0);
	rings_drop(&set);
}

TEST("while one reader drains, another one is told so, and may come afterwards")
{
	rs_capture_t *second;
	rs_message_t message;
	rings_make_small(&set, 1);
	reading_begin(&reading, &set);
	CHECK_EQUAL(rs_capture_open(set.path, RS_OPEN_DRAIN, &second, &message), RS_BUSY);
	CHECK_SAYS(message.text, "drains it already");
	reading_end(&reading);
	reading_all(&reading, &set, 0);
	rings_drop(&set);
}

/* --- readers that are killed ---------------------------------------------------------------------------------- */

static struct {
	uint32_t batch_rows;
	unsigned touch;       /* of the consumer's first page: there the reader dies */
	unsigned long steps;  /* so many instructions later */
	int is_writer_quick;  /* it stores what it can get before that */
	uint64_t after_ns;    /* without a touch: so long after it began */
} doom;

static void die_at_touch(unsigned touches)
{
	if (touches != doom.touch)
		return;
	if (doom.steps) {
		step_from_here(doom.steps, die);
		return;
	}
	if (doom.is_writer_quick) {
		/* This thread holds no lock of the pool here: it may do the other thread's part. */
		watch.page = NULL;
		store_all(reading.capture);
	}
	die();
}

static void die_in(uint64_t ns)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
	/* Whole seconds of it too: the reader that was timed may have stood still. */
	const struct itimerspec when = {.it_value = {(time_t)(ns / 1000000000), (long)(ns % 1000000000)}};
	timer_t timer;
	REQUIRE_EQUAL(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	REQUIRE_EQUAL(timer_settime(timer, 0, &when, NULL), 0);
}

static void read_to_death(void *argument)
{
	uint64_t entries = 0;
	(void)argument;
	REQUIRE_EQUAL(reading_try(&reading, &set, RS_POOL_BYTES_MIN, doom.batch_rows), RS_OK);
	if (doom.touch)
		watch_page(reading.capture->consumer_set, PROT_READ, PROT_READ | PROT_WRITE, die_at_touch);
	else if (doom.after_ns)
		die_in(doom.after_ns);
	const uint64_t start_ns = rs_monotonic_ns();
	for (uint32_t round = 0; round < 2; round++) {
		(void)rs_drain_once(reading.capture, &entries);
		rs_emit_seal(reading.capture);
		store_all(reading.capture);
	}
	first_log->took_ns = rs_monotonic_ns() - start_ns;
}

/* Writes until both rings are full; returns how many entries that were. */
static uint64_t fill_up(void)
{
	uint64_t entries = 0;
	rs_claim_t claim;
	for (uint32_t n = 0; n < 2; n++) {
		while (rings_begin(&set, n, NULL, 40, &claim) == RS_OK) {
			rs_ring_commit(&claim);
			entries++;
		}
	}
	return entries;
}

static void make(uint32_t entries)
{
	rings_make_small(&set, 2);
	put_many(entries);
	rings_refuse(&set, 0, 2, 1);
	rings_save(&set);
}

/* A reader takes what there is and dies on the way; another one goes on. Returns 0 when the first one ended before. */
static int die_and_resume(void)
{
	const unsigned complaints = check.complaints;
	share_log();
	rings_restore(&set);
	const uint64_t written = *set.next_index;
	const int status = check_in_child(read_to_death, NULL);
	CHECK(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
	first_log->is_space_returned = set.consumers[1].read_pos != 0;
	/* All the space that was returned is written over. */
	const uint64_t more = fill_up();
	reading_all(&reading, &set, 0);
	check_both(written + more);
	/* One refusal for each full ring; those from before are in the account of the reader that met them. */
	const uint64_t refused = rs_hole_lost(&reading.rings[0]) - reading.rings[0].unstored;
	CHECK(refused == 1 || refused == 1 + 3);
	CHECK_EQUAL(rs_hole_lost(&reading.rings[1]) - reading.rings[1].unstored, 1);
	CHECK_EQUAL(reading.rings[0].corrupt + reading.rings[1].corrupt, 0);
	if (check.complaints != complaints)
		fprintf(stderr, "    killed after %llu ns, or at touch %u and %lu instructions\n",
			(unsigned long long)doom.after_ns, doom.touch, doom.steps);
	return status != 0;
}

TEST("a reader killed at a random moment is followed by one that misses and doubles nothing")
{
	uint32_t killed = 0;
	uint64_t random = 88172645463325252ull;
	make(60);
	doom = (typeof(doom)){.batch_rows = 5};
	CHECK(!die_and_resume());
	uint64_t took_ns = first_log->took_ns;
	for (uint32_t n = 0; n < 50 || (!killed && n < 500); n++) {
		random ^= random << 13, random ^= random >> 7, random ^= random << 17;
		doom.after_ns = 1 + random % (took_ns + took_ns / 4);
		if (die_and_resume())
			killed++;
		else if (first_log->took_ns < took_ns)
			took_ns = first_log->took_ns; /* the first one was held up by something */
	}
	CHECK(killed > 0);
	rings_drop(&set);
}

TEST("a reader killed at any instruction between the checkpoint and the return of space has lost nothing")
{
	uint32_t places = 0;
	if (!CAN_STEP)
		SKIP("single steps are x86-64's");
	make(12);
	/* The first touch stores the base index, the second one the generation. */
	doom = (typeof(doom)){.batch_rows = 64, .touch = 1, .steps = 1};
	/* Each one at first; a sanitizer puts thousands of its own in between. */
	for (; die_and_resume() && !first_log->is_space_returned; doom.steps += 1 + doom.steps / 12)
		places++;
	CHECK(first_log->is_space_returned);
	CHECK(places >= 3);
	rings_drop(&set);
}

TEST("no batch can be stored before the checkpoint counts it")
{
	if (!CAN_STEP)
		SKIP("single steps are x86-64's");
	make(24);
	for (unsigned touch = 1; touch <= 8; touch++) {
		doom = (typeof(doom)){.batch_rows = 5, .touch = touch, .is_writer_quick = 1};
		CHECK(die_and_resume());
	}
	rings_drop(&set);
}

TEST("readers in a row that are killed with nothing stored leave everything to be counted once, as unstored")
{
	share_log();
	rings_make_small(&set, 2);
	doom = (typeof(doom)){.batch_rows = 5, .touch = 3};
	for (uint32_t n = 0; CAN_STEP && n < 3; n++) {
		put_many(8);
		CHECK(check_in_child(read_to_death, NULL) != 0);
	}
	put_many(8);
	reading_all(&reading, &set, 0);
	check_both(CAN_STEP ? 32 : 8);
	rings_drop(&set);
}

/* --- pages that cannot be ------------------------------------------------------------------------------------- */

static rs_checkpoint_t *newest_checkpoint(uint32_t ring)
{
	return &set.consumers[ring].checkpoint[set.consumer_set->generation & 1];
}

static void check_refused(const char *what)
{
	const unsigned complaints = check.complaints;
	memset(&reading, 0, sizeof(reading));
	const rs_status_t status = rs_capture_open(set.path, RS_OPEN_DRAIN, &reading.capture, &reading.message);
	CHECK_EQUAL(status, RS_NOT_RINGS);
	CHECK_SAYS(reading.message.text, "earlier reader");
	if (check.complaints != complaints)
		fprintf(stderr, "    %s\n", what);
	rs_capture_close(reading.capture);
}

TEST("a page of an earlier reader that contradicts its ring is refused, and says which")
{
	rings_make_small(&set, 2);
	rs_intent_record_t *living = rings_enter(&set, 0, (uint32_t)getpid());
	put_many(10);
	(void)rings_hold(&set, 0, living, 16);
	put_many(10);
	reading_begin(&reading, &set);
	reading_look(&reading);
	reading_end(&reading);
	rs_checkpoint_t *page = newest_checkpoint(1);
	const rs_checkpoint_t good = *page;
	const uint64_t stored = set.consumers[1].stored_read;

	/* What is held keeps the cursor behind the scan. */
	REQUIRE(good.read_pos < good.scanned_pos);
	page->read_pos = set.pages[1].reserve.position + 8, check_refused("a position beyond the ring's");
	CHECK_SAYS(reading.message.text, "ring 1");
	*page = good, page->read_pos += 4, check_refused("a position between eights");
	*page = good, page->scanned_pos = good.read_pos - 8, check_refused("scanned less than read");
	*page = good, page->scanned_pos = set.pages[1].reserve.position + 64, check_refused("scanned beyond the ring");
	*page = good, page->next_seq = set.pages[1].reserve.attempts + 1, check_refused("more attempts than there were");
	*page = good, page->read += 1, check_refused("more read than attempted");
	*page = good, page->read -= 1, check_refused("less stored than read");
	*page = good, page->discarded += 1, check_refused("one more discarded");
	*page = good, page->refused = ~0ull, check_refused("a count that wraps around");
	*page = good;
	set.consumers[1].stored_read = stored + 1, check_refused("more stored than read");
	set.consumers[1].stored_read = stored;
	uint64_t *base = &set.consumer_set->base_index[set.consumer_set->generation & 1];
	const uint64_t good_base = *base;
	*base = *set.next_index + 1, check_refused("an index that was not given out yet");
	*base = good_base;
	reading_begin(&reading, &set);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("a page of an earlier reader with random bytes in it is refused or read, and nothing else happens")
{
	uint64_t random = 0x9E3779B97F4A7C15ull;
	rings_make_small(&set, 1);
	put_many(10);
	reading_begin(&reading, &set);
	reading_look(&reading);
	reading_end(&reading);
	put_many(5);
	rings_save(&set);
	for (uint32_t n = 0; n < CHECK_ROUNDS(400); n++) {
		rings_restore(&set);
		for (uint32_t words = 0; words < 1 + n % 3; words++) {
			random = random * 6364136223846793005ull + 1442695040888963407ull;
			uint64_t *word = (uint64_t *)newest_checkpoint(0) + (random >> 40) % 11;
			*word = n & 1 ? random >> (random & 63) : *word + ((random >> 20 & 63) - 32) * 8;
		}
		if (reading_try(&reading, &set, RS_POOL_BYTES_MIN, 0) == RS_OK) {
			CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
			reading_end(&reading);
		} else {
			CHECK_SAYS(reading.message.text, "earlier reader");
			rs_capture_close(reading.capture);
		}
	}
	rings_drop(&set);
}

static uint64_t *lie;

/* As if two more had been looked at and not delivered, but only for who looks first. */
static void lie_at_touch(unsigned touches)
{
	*lie = touches == 1 ? 12 : 10;
}

TEST("a page of an earlier reader that changes while it is read is read once: what was checked is what is used")
{
	if (!CAN_STEP)
		SKIP("single steps are x86-64's");
	rings_make_small(&set, 1);
	put_many(10);
	reading_begin(&reading, &set);
	reading_look(&reading);
	reading_end(&reading);
	put_many(5);
	reading_begin(&reading, &set);
	lie = &newest_checkpoint(0)->next_seq;
	watch_page(reading.capture->rings[0].consumer, PROT_NONE, PROT_READ | PROT_WRITE, lie_at_touch);
	CHECK_EQUAL(rs_checkpoint_resume(reading.capture, &reading.message), RS_OK);
	unwatch_page();
	CHECK(watch.touches > 10);
	reading_look(&reading);
	reading_end(&reading);
	CHECK_EQUAL(reading.row_count, 5);
	rings_drop(&set);
}

TEST("an entry that an earlier reader refused does not close the rings to the next one")
{
	rings_make_small(&set, 2);
	rs_intent_record_t *living = rings_enter(&set, 0, (uint32_t)getpid());
	const rs_claim_t slow = rings_hold(&set, 0, living, 16);
	rings_put(&set, 1, 16);
	const rs_claim_t spoiled = rings_hold(&set, 1, NULL, 16);
	spoiled.header->seq = 1000;
	rs_ring_commit(&spoiled);
	rings_put(&set, 1, 16);
	reading_begin(&reading, &set);
	reading_look(&reading);
	reading_end(&reading);
	rs_ring_commit(&slow);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 3);
	rings_drop(&set);
}
