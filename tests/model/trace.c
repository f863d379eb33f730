/* SPDX-License-Identifier: MIT */
/* trace.c - see trace.h. */
#include "trace.h"

#include <stdio.h>
#include <string.h>

#include "configurations.h"
#include "invariants.h"
#include "points.h"
#include "reader.h"
#include "writer.h"

const char *const point_names[POINT_COUNT] = {
	"reserve:begin",  "reserve:loaded", "reserve:intended", "reserve:swapped", "reserve:padded", "reserve:marked",
	"reserve:indexed", "commit:begin",   "commit:done",      "discard:begin",   "discard:done",   "refuse:counted",
	"refuse:swapped", "evict:begin",    "evict:looked",     "evict:swapped",   "read:looked",    "read:owner",
	"read:copied",    "read:emitting",  "read:delivered",
};
unsigned points_reached, points_passed;

static const char *const writer_words[] = {
	[W_IDLE] = "begins, loads attempts",
	[W_BEGIN] = "begins again, loads attempts",
	[W_EARLY_INDEX] = "takes its index",
	[W_EARLY_FLOOR] = "loads read_pos before its position",
	[W_POSITION] = "loads position",
	[W_FLOOR] = "loads read_pos or oldest_pos",
	[W_STALE] = "loads position again",
	[W_ROOM] = "loads oldest_pos",
	[W_LOOK] = "looks at the oldest entry",
	[W_PUSH] = "swaps oldest_pos",
	[W_AGAIN] = "loads oldest_pos again",
	[W_AGAIN_POSITION] = "loads position again",
	[W_INTENT] = "stores its intent: ring and position",
	[W_INTENT_UNITS] = "stores its intent: length",
	[W_INTENT_RING] = "stores its intent: ring",
	[W_EARLY_CLOCK] = "reads the clock",
	[W_SWAP] = "swaps the reserve word",
	[W_ATTEMPTS] = "adds to attempts",
	[W_PAD] = "marks the padding",
	[W_MARK] = "marks the entry",
	[W_INDEX] = "takes its index",
	[W_CLOCK] = "reads the clock",
	[W_FILL] = "stores header and payload",
	[W_FILL_2] = "stores the payload's second slot",
	[W_COMMIT] = "stores the final state",
	[W_CLEAR] = "clears its intent",
	[W_COUNT] = "counts the refusal",
	[W_REFUSE] = "swaps the reserve word for the refusal",
	[W_UNCOUNT] = "takes the count back",
};
static const char *const reader_words[] = {
	[R_START] = "begins a round",
	[R_HORIZON] = "goes on with its horizon",
	[R_PASSED] = "looks at an entry that it has passed",
	[R_PASSED_OLDEST] = "loads oldest_pos after that look",
	[R_LIMIT] = "loads the position to scan to",
	[R_LOOK] = "looks at the next state word",
	[R_HOLE] = "loads the refusal counters and accounts for a hole",
	[R_LOOKED] = "loads oldest_pos after the look",
	[R_COPY] = "copies the header",
	[R_VALIDATE] = "loads oldest_pos after the copy",
	[R_BLOCKED] = "stands before an unfinished entry",
	[R_OWNER] = "looks at an intent record",
	[R_BEGINS_FIRST] = "looks whether something begins at the claim's end",
	[R_BEGINS_SECOND] = "looks again whether something begins there",
	[R_STALLED] = "finds the writer alive",
	[R_RELOOK] = "finds the writer dead, looks again",
	[R_LOCK] = "takes the lock of those who give entries up",
	[R_SEEN] = "loads the word that is to be swapped",
	[R_SEEN_OLDEST] = "loads oldest_pos before it gives the entry up",
	[R_ABANDON] = "swaps the state word: abandoned",
	[R_EMIT] = "copies a row",
	[R_EMIT_2] = "copies the payload's second slot",
	[R_EMITTED] = "loads oldest_pos after the row's copy",
	[R_AHEAD] = "may copy what waits out of its ring",
	[R_CHECKPOINT] = "writes its checkpoint: the rings",
	[R_CHECKPOINT_BASE] = "writes its checkpoint: the base",
	[R_GENERATION] = "publishes the generation",
	[R_PUBLISH] = "returns space",
};

static void print_word(uint16_t word)
{
	static const char letters[] = "-RCDPA?#";
	if (STATE_OF(word) == PAYLOAD || !word)
		printf(" %c    ", letters[STATE_OF(word)]);
	else
		printf(" %c%d@%-2d", letters[STATE_OF(word)], UNITS_OF(word), POSITION_OF(word));
}

static void print_rings(const state_t *state)
{
	for (int ring = 0; ring < configuration->rings; ring++) {
		const uint16_t *words = &state->memory[AT(ring, 0)];
		printf("  | pos %d att %d %s %d |", words[POSITION], words[ATTEMPTS],
		       configuration->is_overwriting ? "old" : "read",
		       words[configuration->is_overwriting ? OLDEST_POS : READ_POS]);
		for (int slot = 0; slot < configuration->slots; slot++)
			print_word(words[STATE + slot]);
	}
	printf("\n");
}

static void print_step(const state_t *before, step_t step)
{
	char who[32], what[80];

	switch (step.kind) {
	case STEP_WRITER:
		snprintf(who, sizeof(who), "writer %d", step.who);
		snprintf(what, sizeof(what), "%s%s", writer_words[before->contexts[step.who].pc],
			 step.choice ? ", which ticks" : "");
		break;
	case STEP_READER:
		snprintf(who, sizeof(who), "reader");
		snprintf(what, sizeof(what), "%s%s", reader_words[before->reader.pc],
			 reader_choices(before) < 2 ? "" : step.choice ? " (goes on)" : " (leaves it)");
		break;
	case STEP_FLUSH:
		snprintf(who, sizeof(who), step.who == READER ? "reader" : "thread %d", step.who);
		snprintf(what, sizeof(what), "its store to word %d becomes visible",
			 before->buffers[step.who].stores[step.choice].address);
		break;
	case STEP_KILL:
		snprintf(who, sizeof(who), "thread %d", step.who);
		snprintf(what, sizeof(what), "is killed");
		break;
	case STEP_REPLACE_READER:
		snprintf(who, sizeof(who), "reader");
		snprintf(what, sizeof(what), "is killed; another one goes on");
		break;
	case STEP_STORE_ROWS:
		snprintf(who, sizeof(who), "folder");
		snprintf(what, sizeof(what), "stores the rows that a checkpoint covers");
		break;
	default:
		snprintf(who, sizeof(who), "neighbour");
		snprintf(what, sizeof(what), "%s", step.choice	      ? "is killed"
							: before->neighbour.pc ? "swaps the state word"
									       : "finds a writer dead");
	}
	printf("%-10s%-52s", who, what);
}

static void print_points(void)
{
	int length = 0;
	for (int n = 0; n < POINT_COUNT; n++)
		if (points_passed & 1u << n)
			length += printf("%s%s", length ? ", " : "", point_names[n]);
	printf("%*s", length < 28 ? 28 - length : 0, "");
}

void print_trace(const exploration_t *found)
{
	state_t state;

	make_initial(&state);
	broken = 0;
	for (unsigned n = 0; n < found->steps; n++) {
		const state_t before = state;
		printf("%4u  ", n + 1);
		print_step(&before, found->trace[n]);
		do_step(&state, found->trace[n]);
		print_points();
		print_rings(&state);
	}
	printf("      invariant %d is broken%s\n", found->invariant,
	       broken ? "" : " there, or when every writer stands still from there on");
}
