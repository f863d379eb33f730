/* SPDX-License-Identifier: MIT */
/* memory.c - see memory.h. */
#include "memory.h"

#include <string.h>

#include "configurations.h"
#include "truth.h"

#define NO_ADDRESS 255

static void land(state_t *state, int address, uint16_t value)
{
	truth_lands(state, address, value);
	state->memory[address] = value;
}

static int concerns(const store_t *entry, int address)
{
	return entry->address == address || ((entry->flags & STORE_PAIR) && entry->address + 1 == address);
}

uint16_t load(const state_t *state, int who, int address)
{
	const buffer_t *buffer = &state->buffers[who];
	for (int n = buffer->count; n-- > 0;) {
		const store_t *entry = &buffer->stores[n];
		if (concerns(entry, address))
			return entry->address == address ? entry->value : entry->second;
	}
	return state->memory[address];
}

static int push(state_t *state, int who, store_t entry)
{
	buffer_t *buffer = &state->buffers[who];
	if (buffer->count == STORES)
		return 0;
	buffer->stores[buffer->count++] = entry;
	return 1;
}

int store(state_t *state, int who, int address, uint16_t value, int flags)
{
	if (configuration->memory != MEMORY_SC)
		return push(state, who, (store_t){address, flags, value, 0});
	land(state, address, value);
	return 1;
}

int fence(state_t *state, int who)
{
	if (configuration->memory != MEMORY_WEAK || state->buffers[who].count == 0)
		return 1;
	return push(state, who, (store_t){NO_ADDRESS, STORE_FENCE, 0, 0});
}

int can_lock(const state_t *state, int who, int address)
{
	if (configuration->memory == MEMORY_SC)
		return 1;
	if (configuration->memory == MEMORY_TSO)
		return state->buffers[who].count == 0;
	if (state->buffers[who].count == STORES)
		return 0;
	for (int other = 0; other <= THREADS; other++)
		for (int n = 0; n < state->buffers[other].count; n++) {
			const store_t *entry = &state->buffers[other].stores[n];
			if (concerns(entry, address) && (other == who || (entry->flags & STORE_LOCKED)))
				return 0;
		}
	return 1;
}

void store_locked(state_t *state, int who, int address, uint16_t value, int flags)
{
	if (configuration->memory == MEMORY_WEAK)
		push(state, who, (store_t){address, flags | STORE_LOCKED, value, 0});
	else
		land(state, address, value);
}

void store_locked_pair(state_t *state, int who, int address, uint16_t value, uint16_t second, int flags)
{
	if (configuration->memory == MEMORY_WEAK) {
		push(state, who, (store_t){address, flags | STORE_LOCKED | STORE_PAIR, value, second});
		return;
	}
	land(state, address, value);
	land(state, address + 1, second);
}

static void take_out(buffer_t *buffer, int n)
{
	buffer->count--;
	memmove(&buffer->stores[n], &buffer->stores[n + 1], (buffer->count - n) * sizeof(store_t));
	buffer->stores[buffer->count] = (store_t){0};
}

static int may_be_next(const buffer_t *buffer, int n)
{
	if (n == 0)
		return 1;
	if (configuration->memory == MEMORY_TSO || (buffer->stores[n].flags & (STORE_RELEASE | STORE_FENCE)))
		return 0;
	for (int before = 0; before < n; before++)
		if ((buffer->stores[before].flags & STORE_FENCE) ||
		    concerns(&buffer->stores[before], buffer->stores[n].address))
			return 0;
	return 1;
}

int flush(state_t *state, int who, int n)
{
	buffer_t *buffer = &state->buffers[who];
	if (n >= buffer->count || !may_be_next(buffer, n))
		return 0;
	const store_t entry = buffer->stores[n];
	take_out(buffer, n);
	land(state, entry.address, entry.value);
	if (entry.flags & STORE_PAIR)
		land(state, entry.address + 1, entry.second);
	/* A fence with nothing in front of it has nothing to say. */
	while (buffer->count && (buffer->stores[0].flags & STORE_FENCE))
		take_out(buffer, 0);
	return 1;
}
