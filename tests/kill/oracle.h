/* SPDX-License-Identifier: MIT */
/*
 * oracle.h - compares what the readers of one episode delivered and counted with what the producers noted themselves.
 *
 * Every attempt whose call had returned RS_OK is delivered once or counted, nothing else is delivered, nothing is torn, whoever
 * had returned before another began stands before it, and the account closes with nothing pending.
 */
#ifndef KILL_ORACLE_H
#define KILL_ORACLE_H

#include "atomics.h"
#include "folder_rows.h"
#include "ringset_file.h"
#include "tag.h"

/* What the producers' own notes tell. A call that did not return may have done anything up to the point after the last one it had
 * passed. */
typedef struct {
	uint64_t committed, discarded, refused;
	uint64_t unfinished;
	uint64_t dead_least, dead_most; /* reserved and neither committed nor discarded */
	uint64_t missing;               /* committed, and nobody delivered it */
} tally_t;

/* What the rings and the checkpoint tell, all rings and, in discard mode, all readers together. `read` is what was delivered. */
typedef struct {
	uint64_t attempts, read, discarded, lost_full, overwritten, too_big, abandoned, corrupt, unstored, mixed, pending, late,
		stalled;
} account_t;

static struct {
	uint32_t *row_of[LOGS_MOST]; /* number of the row + 1 of each record, as the latest reader delivered it */
	uint8_t *seen[LOGS_MOST];    /* number of the reader + 1 that is looked at, where it delivered the record */
	tally_t tally;
	account_t account;
	uint64_t rows;
	uint8_t has_left[PARTIES_MOST]; /* a row or a batch of that reader is there: so is what it says of those before it */
	uint64_t last_rows[PARTIES_MOST]; /* stored or handed out at once by that reader */
	uint64_t unstored;              /* said by readers that have left something */
	uint64_t unstored_doubtful;     /* and may be said again */
} oracle;

static inline record_t *record_of(uint32_t log, uint32_t number)
{
	return &log_of(log)->records[number];
}

static inline int is_overwriting(void)
{
	return board->settings.mode == RS_MODE_OVERWRITE;
}

static inline enum stage stage_of(uint32_t log, uint32_t number)
{
	const uint8_t passed = points_of(log)[number];
	return passed ? points[passed - 1].stage : STAGE_OUTSIDE;
}

/* --- rows against notes -------------------------------------------------------------------------------------- */

static inline void check_row(const row_t *row, const record_t *record)
{
	const int has_returned = record->state == RECORD_RETURNED;
	const char *wrong = NULL;

	if (record->state == RECORD_UNUSED)
		wrong = "was never tried";
	else if (has_returned && record->status != RS_OK)
		wrong = "was refused";
	else if (record->how == HOW_DISCARD)
		wrong = "was discarded";
	else if (row->pid != record->pid || row->tid != record->tid)
		wrong = "names another writer";
	else if (row->kind != record->kind || row->severity != record->severity || row->flags)
		wrong = "is of another kind";
	else if (row->length != record->length || row->checksum != record->checksum)
		wrong = "is torn";
	else if (record->has_slot && (row->seq != record->seq || row->processor != record->processor))
		wrong = "stands in another place than its slot said";
	else if (record->has_slot && board->settings.order == RS_ORDER_INDEX && row->index != record->index)
		wrong = "has another index than its slot said";
	if (wrong)
		complain("row %llu of reader %u (seq %llu of ring %u: thread %u, attempt %u, pid %u, tid %u, %u bytes, expected %u) %s",
			 (unsigned long long)row->index, row->reader_plus_1 - 1, (unsigned long long)row->seq, row->processor,
			 row->type, row->remarks, row->pid, row->tid, row->length, record->length, wrong);
}

static inline void match_row(uint32_t number)
{
	const row_t *row = &area.rows[number];
	if (row->type >= board->log_count || row->remarks >= log_used(log_of(row->type))) {
		complain("row %llu of reader %u is nobody's: thread %u, attempt %u", (unsigned long long)row->index,
			 row->reader_plus_1 - 1, row->type, row->remarks);
		return;
	}
	uint32_t *place = &oracle.row_of[row->type][row->remarks];
	if (*place && (!is_overwriting() || area.rows[*place - 1].reader_plus_1 == row->reader_plus_1))
		complain("row %llu of reader %u (thread %u, attempt %u) was delivered before, by reader %u",
			 (unsigned long long)row->index, row->reader_plus_1 - 1, row->type, row->remarks,
			 area.rows[*place - 1].reader_plus_1 - 1);
	*place = number + 1;
	oracle.rows++;
	oracle.has_left[row->reader_plus_1 - 1] = 1;
	check_row(row, record_of(row->type, row->remarks));
}

static inline void check_neighbours(const row_t *before, const row_t *row)
{
	const int is_same = before->reader_plus_1 == row->reader_plus_1;
	/* A reader that ended in order may leave indexes behind that were still inside of a writer. */
	if (!is_same && (is_overwriting() || board->parties[before->reader_plus_1 - 1].is_finished))
		return;
	if (board->settings.order == RS_ORDER_INDEX ? row->index <= before->index
						    : is_same && (row->index <= before->index || row->ticks < before->ticks))
		complain("row %llu of reader %u stands behind row %llu of reader %u", (unsigned long long)row->index,
			 row->reader_plus_1 - 1, (unsigned long long)before->index, before->reader_plus_1 - 1);
}

/* Goes through the rows in the order of the readers, and of each reader in its own. */
static inline void match_rows(void)
{
	const row_t *before = NULL;
	for (uint32_t log = 0; log < board->log_count; log++) {
		oracle.row_of[log] = calloc(log_used(log_of(log)) + 1, sizeof(uint32_t));
		oracle.seen[log] = calloc(log_used(log_of(log)) + 1, 1);
		REQUIRE(oracle.row_of[log] && oracle.seen[log]);
	}
	for (uint32_t party = 0; party < board->party_count; party++) {
		if (!board->parties[party].is_reader)
			continue;
		uint64_t rows[RINGS_MOST] = {0};
		for (uint32_t n = 0; n < board->row_count; n++) {
			const row_t *row = &area.rows[n];
			if (row->reader_plus_1 != party + 1)
				continue;
			match_row(n);
			if (before)
				check_neighbours(before, row);
			before = row;
			if (row->processor < RINGS_MOST)
				rows[row->processor]++;
		}
		for (uint32_t ring = 0; board->parties[party].is_finished && ring < board->settings.ring_count; ring++)
			expect_equal("rows of a reader that ended in order, ring", ring, rows[ring], board->parties[party].rings[ring].read);
	}
}

/* --- notes --------------------------------------------------------------------------------------------------- */

static inline void count_unfinished(enum stage stage, const record_t *record)
{
	tally_t *tally = &oracle.tally;
	switch (stage) {
	case STAGE_COMMITTED:
		tally->committed++;
		return;
	case STAGE_DISCARDED:
		tally->discarded++;
		return;
	case STAGE_UNMARKED:
	case STAGE_MARKED:
		tally->dead_least++;
		tally->dead_most++;
		break;
	case STAGE_SWAPPING:
	case STAGE_ENDING:
		tally->dead_most++;
		break;
	case STAGE_OUTSIDE:
		break;
	}
	(void)record;
	tally->unfinished++;
}

static inline void count_record(uint32_t log, uint32_t number)
{
	const record_t *record = record_of(log, number);
	tally_t *tally = &oracle.tally;
	const enum stage stage = stage_of(log, number);
	int is_due = 0;

	if (record->state == RECORD_UNUSED)
		return;
	if (record->state == RECORD_TRYING) {
		count_unfinished(stage, record);
		is_due = stage == STAGE_COMMITTED;
	} else if (record->status == RS_FULL || record->status == RS_TOO_BIG) {
		const int is_big = record->length > board->settings.ring_bytes / 8 - RS_ENTRY_HEADER_BYTES;
		tally->refused++;
		if (is_big != (record->status == RS_TOO_BIG))
			complain("thread %u, attempt %u of %u bytes returned %u", log, number, record->length, record->status);
	} else if (record->status != RS_OK) {
		complain("thread %u, attempt %u returned %u", log, number, record->status);
	} else if (record->how == HOW_DISCARD) {
		tally->discarded++;
	} else {
		tally->committed++;
		is_due = 1;
	}
	if (is_due && !oracle.row_of[log][number])
		tally->missing++;
}

static inline void count_records(void)
{
	for (uint32_t log = 0; log < board->log_count; log++)
		for (uint32_t n = 0; n < log_used(log_of(log)); n++)
			count_record(log, n);
}

/* --- what happened before what ------------------------------------------------------------------------------- */

typedef struct {
	uint32_t log, number;
	int is_end;
} event_t;

/* Place in the order that the readers promise: the index, or where clock order put it. 0: not known. */
static inline uint64_t place_of(uint32_t log, uint32_t number)
{
	const record_t *record = record_of(log, number);
	const uint32_t row = oracle.row_of[log][number];
	if (board->settings.order == RS_ORDER_INDEX)
		return row ? area.rows[row - 1].index + 1 : record->has_slot ? record->index + 1 : 0;
	/* Ticks: two readers number their rows each for itself. */
	return row ? area.rows[row - 1].ticks : 0;
}

static inline void sweep_event(const event_t *event, uint64_t *highest, uint64_t *ring_highest)
{
	const record_t *record = record_of(event->log, event->number);
	const uint32_t row = oracle.row_of[event->log][event->number];
	const uint64_t place = place_of(event->log, event->number);
	const uint32_t ring = row ? area.rows[row - 1].processor : record->processor;
	const uint64_t seq = row ? area.rows[row - 1].seq + 1 : record->seq + 1;
	const int is_tie = board->settings.order == RS_ORDER_CLOCK; /* the counter of some machines steps */

	if (!place || ring >= RINGS_MOST)
		return;
	if (event->is_end) {
		*highest = place > *highest ? place : *highest;
		ring_highest[ring] = seq > ring_highest[ring] ? seq : ring_highest[ring];
		return;
	}
	if (is_tie ? place < *highest : place <= *highest)
		complain("thread %u, attempt %u began after the one at place %llu had returned, and has place %llu", event->log,
			 event->number, (unsigned long long)*highest, (unsigned long long)place);
	if (seq <= ring_highest[ring])
		complain("thread %u, attempt %u began after seq %llu of ring %u had returned, and has %llu", event->log, event->number,
			 (unsigned long long)ring_highest[ring] - 1, ring, (unsigned long long)seq - 1);
}

/* One clock counts all begins and returns, so that each tick is one event. */
static inline void check_order(void)
{
	const uint32_t ticks = board->clock + 1;
	event_t *events = calloc(ticks, sizeof(*events));
	uint64_t highest = 0, ring_highest[RINGS_MOST] = {0};

	REQUIRE(events);
	for (uint32_t tick = 0; tick < ticks; tick++)
		events[tick].log = LOGS_MOST;
	for (uint32_t log = 0; log < board->log_count; log++) {
		for (uint32_t n = 0; n < log_used(log_of(log)); n++) {
			const record_t *record = record_of(log, n);
			if (record->state == RECORD_UNUSED)
				continue;
			events[record->begin] = (event_t){log, n, 0};
			if (record->state == RECORD_RETURNED)
				events[record->end] = (event_t){log, n, 1};
		}
	}
	for (uint32_t tick = 0; tick < ticks; tick++)
		if (events[tick].log < LOGS_MOST)
			sweep_event(&events[tick], &highest, ring_highest);
	free(events);
}

/* --- the account --------------------------------------------------------------------------------------------- */

static inline void add_counters(account_t *account, const rs_ring_counters_t *ring)
{
	account->attempts += ring->attempts;
	account->read += ring->read;
	account->discarded += ring->discarded;
	account->lost_full += ring->lost_full;
	account->overwritten += ring->overwritten;
	account->too_big += ring->too_big;
	account->abandoned += ring->abandoned;
	account->corrupt += ring->corrupt;
	account->unstored += ring->unstored;
	account->mixed += ring->mixed;
	account->pending += ring->pending;
	account->late += ring->late;
	account->stalled += ring->stalled;
}

static inline void check_readers(const party_t **last)
{
	for (uint32_t n = 0; n < board->party_count; n++) {
		const party_t *party = &board->parties[n];
		if (party->complaint[0])
			complain("%s %u: %s", party->is_reader ? "reader" : "producer", n, party->complaint);
		if (!party->is_reader)
			continue;
		if (oracle.has_left[n] || party->is_finished)
			oracle.unstored += party->unstored;
		if (!party->is_finished) {
			/* Killed between storing a batch and saying so: both are said again. */
			oracle.unstored_doubtful += party->unstored + oracle.last_rows[n];
			continue;
		}
		*last = party;
		for (uint32_t ring = 0; ring < board->settings.ring_count; ring++) {
			const rs_ring_counters_t *found = &party->rings[ring];
			expect_equal("read + discarded + lost + pending of ring", ring,
				     found->read + found->discarded + counters_lost(found) + found->pending, found->attempts);
		}
	}
}

/* A dead writer whose nesting was deeper than there are intent records leaves bytes that nobody can name. */
static inline int is_deep(void)
{
	return board->settings.depth_most > RS_INTENT_DEPTH;
}

/* Discard mode: the checkpoint is the account of all readers together. */
static inline void check_checkpoint(const rs_ringset_file_t *set)
{
	const rs_consumer_set_t *consumer_set = (const rs_consumer_set_t *)(const void *)set->consumer;
	const rs_consumer_ring_t *consumers = (const rs_consumer_ring_t *)(const void *)(set->consumer + sizeof(*consumer_set));
	const rs_ring_page_t *pages = (const rs_ring_page_t *)(const void *)(set->bytes + set->header.ring_off);
	const uint64_t half = load_u64_acquire(&consumer_set->generation) & 1;
	const tally_t *tally = &oracle.tally;
	account_t *account = &oracle.account;
	uint64_t taken = 0, refused = 0;

	for (uint32_t n = 0; n < board->settings.ring_count; n++) {
		const rs_checkpoint_t *found = &consumers[n].checkpoint[half];
		expect_equal("attempts that the checkpoint has counted, ring", n, found->next_seq, pages[n].reserve.attempts);
		expect_equal("the checkpoint's read + discarded + lost, ring", n,
			     found->read + found->discarded + found->refused + found->abandoned + found->corrupt + found->overwritten,
			     found->next_seq);
		expect_equal("space that was given back, ring", n, load_u64_relaxed(&consumers[n].read_pos),
			     pages[n].reserve.position);
		/* The driver's counter runs ahead of the refusals by those who died in between. */
		const uint64_t big = pages[n].too_big < found->refused ? pages[n].too_big : found->refused;
		account->attempts += pages[n].reserve.attempts;
		account->pending += pages[n].reserve.attempts - found->next_seq;
		account->too_big += big;
		account->lost_full += found->refused - big;
		account->discarded += found->discarded;
		account->abandoned += found->abandoned;
		account->corrupt += found->corrupt;
		account->overwritten += found->overwritten;
		account->late += found->late;
		account->stalled += found->stalled;
		taken += found->read;
		refused += found->refused;
	}
	const uint64_t stalled = account->stalled;
	/* A writer that stood still for too long was passed: what it finishes then is late, and not delivered. */
	expect_within("read", taken, tally->committed - (stalled < tally->committed ? stalled : tally->committed),
		      tally->committed + tally->unfinished);
	expect_within("discarded", account->discarded, tally->discarded - (stalled < tally->discarded ? stalled : tally->discarded),
		      tally->discarded + tally->unfinished);
	expect_within("refused", refused, tally->refused, tally->refused + tally->unfinished);
	expect_within("abandoned", account->abandoned + (is_deep() ? account->corrupt : 0), tally->dead_least,
		      tally->dead_most + stalled);
	if (!is_deep())
		expect_within("corrupt", account->corrupt, 0, 0);
	expect_within("late", account->late, 0, stalled);
	account->read = oracle.rows;
	if (taken < oracle.rows) {
		complain("%llu rows were delivered, and only %llu are counted as read", (unsigned long long)oracle.rows,
			 (unsigned long long)taken);
		return;
	}
	account->unstored = taken - oracle.rows; /* and delivered by nobody */
	expect_within("missing entries", tally->missing,
		      account->unstored > tally->unfinished ? account->unstored - tally->unfinished : 0,
		      account->unstored + account->late);
	expect_within("entries that are called unstored", oracle.unstored, account->unstored,
		      account->unstored + oracle.unstored_doubtful);
}

/* Committed entries that lie in a ring, by their state words alone: nobody writes any more. */
static inline uint64_t count_lying(const rs_ringset_file_t *set, uint32_t ring)
{
	const rs_set_header_t *header = &set->header;
	const rs_ring_page_t *page = (const rs_ring_page_t *)(const void *)(set->bytes + header->ring_off) + ring;
	const uint8_t *data = set->bytes + header->data_off + ring * header->ring_bytes;
	uint64_t position = page->oldest_pos, count = 0;
	while (position < page->reserve.position) {
		const uint64_t word = word64(data + (position & (header->ring_bytes - 1)));
		if (rs_tag_of(word) != rs_tag(position, header->tag_key) || rs_units_of(word) == 0) {
			complain("ring %u: no entry begins at position %llu", ring, (unsigned long long)position);
			break;
		}
		count += rs_state_of(word) == RS_STATE_COMMITTED;
		position += rs_units_of(word) * 8;
	}
	return count;
}

/* Overwrite mode: every reader counts for itself. What one that was there to the end does not deliver, it counts. */
static inline void check_overwritten(const rs_ringset_file_t *set, const party_t *reader)
{
	const rs_ring_page_t *pages = (const rs_ring_page_t *)(const void *)(set->bytes + set->header.ring_off);
	uint64_t missing[RINGS_MOST] = {0};

	for (uint32_t n = 0; n < board->row_count; n++) {
		const row_t *row = &area.rows[n];
		if (row->reader_plus_1 == reader->number + 1 && row->type < board->log_count && row->remarks < log_used(log_of(row->type)))
			oracle.seen[row->type][row->remarks] = (uint8_t)row->reader_plus_1;
	}
	for (uint32_t log = 0; log < board->log_count; log++) {
		for (uint32_t n = 0; n < log_used(log_of(log)); n++) {
			const record_t *record = record_of(log, n);
			if (record->state != RECORD_RETURNED || record->status != RS_OK || !record->has_slot ||
			    record->how == HOW_DISCARD || oracle.seen[log][n] == reader->number + 1)
				continue;
			const uint32_t ring = record->processor;
			if (record->seq >= pages[ring].reserve.attempts - reader->rings[ring].attempts)
				missing[ring]++;
		}
	}
	for (uint32_t ring = 0; ring < board->settings.ring_count; ring++) {
		const rs_ring_counters_t *found = &reader->rings[ring];
		expect_within("entries that a reader in overwrite mode does not deliver", missing[ring], 0,
			      found->overwritten + found->mixed + found->late);
		expect_within("attempts that a reader in overwrite mode counts", found->attempts, 0, pages[ring].reserve.attempts);
		expect_equal("pending at the end, ring", ring, found->pending, 0);
		if (!is_deep())
			expect_equal("corrupt entries of ring", ring, found->corrupt, 0);
	}
}

/* All readers that were there to the end; the account of the one that has counted most is the account of the episode. */
static inline void check_all_overwritten(const rs_ringset_file_t *set, const party_t *last)
{
	const party_t *most = last;
	uint64_t most_attempts = 0;

	for (uint32_t n = 0; n < board->party_count; n++) {
		const party_t *reader = &board->parties[n];
		uint64_t attempts = 0;
		if (!reader->is_reader || !reader->is_finished || !reader->is_complete)
			continue;
		check_overwritten(set, reader);
		for (uint32_t ring = 0; ring < board->settings.ring_count; ring++)
			attempts += reader->rings[ring].attempts;
		if (attempts > most_attempts) {
			most_attempts = attempts;
			most = reader;
		}
	}
	for (uint32_t ring = 0; ring < board->settings.ring_count; ring++) {
		/* It came when nothing moved any more: it delivers all that is there. */
		expect_equal("entries that the last reader delivers of ring", ring, last->rings[ring].read, count_lying(set, ring));
		add_counters(&oracle.account, &most->rings[ring]);
	}
}

static inline void check_folder(const char *folder, uint32_t reader)
{
	const folder_sum_t sum = read_folder(folder, reader, (int)board->parties[reader].is_finished);
	oracle.has_left[reader] = sum.ring_count != 0;
	oracle.last_rows[reader] = sum.last_rows;
}

/* Everything about an episode that has ended. Frees nothing of the board. */
static inline void oracle_check(void)
{
	rs_ringset_file_t set;
	char message[512];
	const party_t *last = NULL;
	uint64_t attempts = 0;

	memset(&oracle, 0, sizeof(oracle));
	for (uint32_t n = 0; n < board->party_count; n++) {
		char folder[PATH_BYTES + 32];
		snprintf(folder, sizeof(folder), "%s/reader-%u", board->folder, n);
		if (!board->parties[n].is_reader)
			continue;
		oracle.last_rows[n] = 1;
		if (board->parties[n].reading != READING_NEXT)
			check_folder(folder, n);
	}
	match_rows();
	count_records();
	check_order();
	check_readers(&last);
	if (!last || rs_ringset_file_map(board->rings, RS_MAP_PEEK, &set, message, sizeof(message)) != RS_OK) {
		complain("no reader ended in order");
	} else {
		const rs_ring_page_t *pages = (const rs_ring_page_t *)(const void *)(set.bytes + set.header.ring_off);
		for (uint32_t n = 0; n < board->settings.ring_count; n++) {
			attempts += pages[n].reserve.attempts;
			expect_equal("pending at the end, ring", n, last->rings[n].pending, 0);
		}
		const tally_t *tally = &oracle.tally;
		const uint64_t returned = tally->committed + tally->discarded + tally->refused;
		expect_within("attempts", attempts, returned, returned + tally->unfinished);
		if (is_overwriting())
			check_all_overwritten(&set, last);
		else
			check_checkpoint(&set);
		rs_ringset_file_unmap(&set);
	}
	if (board->unknown_points)
		complain("%u test points are passed that points.h does not name", board->unknown_points);
	for (uint32_t log = 0; log < board->log_count; log++)
		free(oracle.row_of[log]), free(oracle.seen[log]);
}

#endif /* KILL_ORACLE_H */
