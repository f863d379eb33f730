// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * canary.c - memory that lies where the rings lie, with known bytes in it.
 *
 * Planted before and after a set is made, so that some of it comes to lie on both sides of its pages. A write that misses the
 * rings is found here, or in the unmapped page between two areas.
 */
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "rs_test.h"

#define CANARIES 64
#define CANARY_BYTES (2 * PAGE_SIZE)
#define CANARY_WORD 0x5ca1ab1e0ddba11ull

struct canary {
	struct list_head at;
	u64 *words;
};

static LIST_HEAD(canaries);
static DEFINE_MUTEX(canaries_lock);

int rs_test_canary_plant(void)
{
	struct canary *canary;
	size_t word;
	int n;

	for (n = 0; n < CANARIES; n++) {
		canary = kzalloc(sizeof(*canary), GFP_KERNEL);
		if (!canary)
			return -ENOMEM;
		canary->words = vmalloc(CANARY_BYTES);
		if (!canary->words) {
			kfree(canary);
			return -ENOMEM;
		}
		for (word = 0; word < CANARY_BYTES / sizeof(u64); word++)
			canary->words[word] = CANARY_WORD ^ word;
		mutex_lock(&canaries_lock);
		list_add(&canary->at, &canaries);
		mutex_unlock(&canaries_lock);
	}
	return 0;
}

/* Words that are not as they were left. */
u64 rs_test_canary_count_damage(void)
{
	struct canary *canary;
	u64 damage = 0;
	size_t word;

	mutex_lock(&canaries_lock);
	list_for_each_entry(canary, &canaries, at)
		for (word = 0; word < CANARY_BYTES / sizeof(u64); word++)
			damage += canary->words[word] != (CANARY_WORD ^ word);
	mutex_unlock(&canaries_lock);
	return damage;
}

void rs_test_canary_remove(void)
{
	struct canary *canary;
	struct canary *next;

	mutex_lock(&canaries_lock);
	list_for_each_entry_safe(canary, next, &canaries, at) {
		list_del(&canary->at);
		vfree(canary->words);
		kfree(canary);
	}
	mutex_unlock(&canaries_lock);
}
