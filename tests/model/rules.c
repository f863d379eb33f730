/* SPDX-License-Identifier: MIT */
/* rules.c - see rules.h. */
#include "rules.h"

#include <string.h>

uint64_t removed_rules;

const rule_case_t rules[RULE_COUNT] = {
	[SWAP_IS_ONE] = {.name = "swap-is-one", .configuration = "discard", .invariant = 3},
	[REFUSAL_SWAPS] = {.name = "refusal-swaps", .configuration = "discard", .invariant = 11},
	[PADDING_AT_END] = {.name = "padding-at-end", .configuration = "wrap", .invariant = 5},
	[POSITION_BEFORE_FLOOR] = {.name = "position-before-floor", .configuration = "attempts-last", .invariant = 17},
	[INTENT_BEFORE_SWAP] = {.name = "intent-before-swap", .configuration = "death", .invariant = 18},
	[INTENT_RELEASED] = {.name = "intent-released", .configuration = "weak-death", .invariant = 15},
	[INTENT_IN_ONE_WORD] = {.name = "intent-in-one-word", .configuration = "false-boundary", .invariant = 11, .is_large = 1},
	[MARK_AFTER_SWAP] = {.name = "mark-after-swap", .configuration = "late", .invariant = 18},
	[MARK_BEFORE_INDEX] = {.name = "mark-before-index", .configuration = "late", .invariant = 18},
	[INDEX_AFTER_SWAP] = {.name = "index-after-swap", .configuration = "discard", .invariant = 8},
	[INDEX_RELEASED] = {.name = "index-released", .configuration = "weak", .invariant = 8},
	[FILL_BEFORE_COMMIT] = {.name = "fill-before-commit", .configuration = "discard", .invariant = 16},
	[COMMIT_RELEASED] = {.name = "commit-released", .configuration = "weak", .invariant = 16},
	[TAG_HAS_POSITION] = {.name = "tag-has-position", .configuration = "discard", .invariant = 8},
	[TAG_HAS_KEY] = {.name = "tag-has-key", .configuration = "crafted", .invariant = 8},
	[EVICT_FINISHED_ONLY] = {.name = "evict-finished-only", .configuration = "overwrite", .invariant = 13},
	[EVICT_BY_SWAP] = {.name = "evict-by-swap", .configuration = "overwrite-laps", .invariant = 13},
	[EVICT_LOOKS_AGAIN] = {.name = "evict-looks-again", .configuration = "overwrite", .invariant = 0},
	[FENCE_AFTER_EVICTION] = {.name = "fence-after-eviction", .configuration = "weak-overwrite", .invariant = 16},
	[CLOCK_AFTER_SWAP] = {.name = "clock-after-swap", .configuration = "clock", .invariant = 14},
	[SWAP_RELEASED] = {.name = "swap-released", .configuration = "weak-death", .invariant = 15},
	[EVICT_RELEASED] = {.name = "evict-released", .configuration = "weak-overwrite-lap", .invariant = 13},
	[INDEX_BEFORE_POSITIONS] = {.name = "index-before-positions", .configuration = "discard", .invariant = 8},
	[ATTEMPTS_BEFORE_POSITIONS] = {.name = "attempts-before-positions", .configuration = "discard", .invariant = 9},
	[INDEX_BEFORE_ATTEMPTS] = {.name = "index-before-attempts", .configuration = "two-rings", .invariant = 0},
	[HORIZON_OF_ALL_RINGS] = {.name = "horizon-of-all-rings", .configuration = "two-rings", .invariant = 8},
	[HOLES_AFTER_HORIZON] = {.name = "holes-after-horizon", .configuration = "discard", .invariant = 9},
	[WAIT_FOR_SMALLER_INDEX] = {.name = "wait-for-smaller-index", .configuration = "discard", .invariant = 8},
	[SPACE_AFTER_COPY] = {.name = "space-after-copy", .configuration = "discard", .invariant = 10},
	[SPACE_BELOW_HELD] = {.name = "space-below-held", .configuration = "discard", .invariant = 10},
	[PASSED_KEEPS_SPACE] = {.name = "passed-keeps-space", .configuration = "late", .invariant = 15},
	[LATE_NOT_DELIVERED] = {.name = "late-not-delivered", .configuration = "late", .invariant = 11},
	[UNMARKED_NOT_PASSED] = {.name = "unmarked-not-passed", .configuration = "death", .invariant = 15},
	[DEAD_BY_EVERY_CLAIM] = {.name = "dead-by-every-claim", .configuration = "death", .invariant = 15},
	[LOOK_AGAIN_AFTER_DEATH] = {.name = "look-again-after-death", .configuration = "death", .invariant = 18},
	[CLAIM_ENDS_AT_A_BEGINNING] = {.name = "claim-ends-at-a-beginning", .configuration = "two-deaths", .invariant = 11},
	[LIVING_CLAIMS_BEGIN_TOO] = {.name = "living-claims-begin-too", .configuration = "false-claim", .invariant = 15},
	[CLAIMS_BEFORE_WORD] = {.name = "claims-before-word", .configuration = "false-claim", .invariant = 18},
	[EVERY_WRITER_HAS_A_RECORD] = {.name = "every-writer-has-a-record", .configuration = "without-record", .invariant = 15},
	[LOOK_AGAIN_AFTER_COPY] = {.name = "look-again-after-copy", .configuration = "overwrite", .invariant = 16},
	[LOOK_AGAIN_BEFORE_ABANDON] = {.name = "look-again-before-abandon", .configuration = "false-claim-overwrite", .invariant = 16},
	[WORD_BEFORE_OLDEST] = {.name = "word-before-oldest", .configuration = "neighbour-and-mark", .invariant = 18},
	[STAY_UNTIL_ABANDONED] = {.name = "stay-until-abandoned", .configuration = "neighbour", .invariant = 18},
	[PADDING_STAYS_PADDING] = {.name = "padding-stays-padding", .configuration = "neighbour-at-wrap", .invariant = 11},
	[ABANDON_BY_SWAP] = {.name = "abandon-by-swap", .configuration = "neighbour-and-mark", .invariant = 18, .also = ONE_ABANDONER},
	[ABANDON_ONLY_DEAD] = {.name = "abandon-only-dead", .configuration = "overwrite-death", .invariant = 18},
	[ONE_ABANDONER] = {.name = "one-abandoner", .configuration = "neighbour-and-hole", .invariant = 16},
	[WATERMARK_BEFORE_POSITIONS] = {.name = "watermark-before-positions", .configuration = "clock", .invariant = 14},
	[WATERMARK_EXCLUSIVE] = {.name = "watermark-exclusive", .configuration = "clock", .invariant = 14},
	[TIES_BY_RING_AND_POSITION] = {.name = "ties-by-ring-and-position", .configuration = "clock", .invariant = 14},
	[CHECKPOINT_BEFORE_SPACE] = {.name = "checkpoint-before-space", .configuration = "reader-dies", .invariant = 1},
	[CHECKPOINT_IN_HALVES] = {.name = "checkpoint-in-halves", .configuration = "reader-dies", .invariant = 11},
	[CHECKPOINT_BEFORE_STORE] = {.name = "checkpoint-before-store", .configuration = "reader-dies", .invariant = 11},
};

enum rule find_rule(const char *name)
{
	for (int n = 1; n < RULE_COUNT; n++)
		if (rules[n].name && !strcmp(rules[n].name, name))
			return (enum rule)n;
	return NO_RULE;
}
