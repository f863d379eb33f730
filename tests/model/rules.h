/* SPDX-License-Identifier: MIT */
/* rules.h - the rules of the protocol that can be taken away, to see what breaks without them. */
#ifndef MODEL_RULES_H
#define MODEL_RULES_H

#include <stdint.h>

enum rule {
	NO_RULE,
	/* The writer's. */
	SWAP_IS_ONE,
	REFUSAL_SWAPS,
	PADDING_AT_END,
	POSITION_BEFORE_FLOOR,
	INTENT_BEFORE_SWAP,
	INTENT_RELEASED,
	INTENT_IN_ONE_WORD,
	MARK_AFTER_SWAP,
	MARK_BEFORE_INDEX,
	INDEX_AFTER_SWAP,
	INDEX_RELEASED,
	FILL_BEFORE_COMMIT,
	COMMIT_RELEASED,
	TAG_HAS_POSITION,
	TAG_HAS_KEY,
	EVICT_FINISHED_ONLY,
	EVICT_BY_SWAP,
	EVICT_LOOKS_AGAIN,
	FENCE_AFTER_EVICTION,
	CLOCK_AFTER_SWAP,
	SWAP_RELEASED,
	EVICT_RELEASED,
	/* The reader's. */
	INDEX_BEFORE_POSITIONS,
	ATTEMPTS_BEFORE_POSITIONS,
	INDEX_BEFORE_ATTEMPTS,
	HORIZON_OF_ALL_RINGS,
	HOLES_AFTER_HORIZON,
	WAIT_FOR_SMALLER_INDEX,
	SPACE_AFTER_COPY,
	SPACE_BELOW_HELD,
	PASSED_KEEPS_SPACE,
	LATE_NOT_DELIVERED,
	UNMARKED_NOT_PASSED,
	DEAD_BY_EVERY_CLAIM,
	LOOK_AGAIN_AFTER_DEATH,
	CLAIM_ENDS_AT_A_BEGINNING,
	LIVING_CLAIMS_BEGIN_TOO,
	CLAIMS_BEFORE_WORD,
	EVERY_WRITER_HAS_A_RECORD,
	LOOK_AGAIN_AFTER_COPY,
	LOOK_AGAIN_BEFORE_ABANDON,
	WORD_BEFORE_OLDEST,
	STAY_UNTIL_ABANDONED,
	PADDING_STAYS_PADDING,
	ABANDON_BY_SWAP,
	ABANDON_ONLY_DEAD,
	ONE_ABANDONER,
	WATERMARK_BEFORE_POSITIONS,
	WATERMARK_EXCLUSIVE,
	TIES_BY_RING_AND_POSITION,
	CHECKPOINT_BEFORE_SPACE,
	CHECKPOINT_IN_HALVES,
	CHECKPOINT_BEFORE_STORE,
	RULE_COUNT
};

typedef struct {
	const char *name;
	const char *configuration; /* where its absence is looked for */
	int invariant;             /* that catches it; 0: none does, and README.md says why */
	enum rule also;            /* another one that hides it */
	int is_large;              /* with --full only */
} rule_case_t;

extern const rule_case_t rules[RULE_COUNT];
extern uint64_t removed_rules;

static inline int has(enum rule rule)
{
	return !(removed_rules >> rule & 1);
}

enum rule find_rule(const char *name);

#endif /* MODEL_RULES_H */
