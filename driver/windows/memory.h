/* SPDX-License-Identifier: MIT */
/*
 * memory.h - memory that the driver writes at any IRQL and programs map: an unnamed section, locked and mapped into the system.
 *
 * All of it at PASSIVE_LEVEL.
 */
#ifndef RS_WIN_MEMORY_H
#define RS_WIN_MEMORY_H

#include "ddk.h"

typedef struct {
	uint8_t *bytes; /* zero at first; resident, and at the same address in every process's context */
	uint64_t size;
	/* Private to memory.c. */
	HANDLE section;
	PVOID view;
	PMDL locked;
} rs_win_memory_t;

#define RS_WIN_POOL_TAG 0x706f6373u /* "scop" */

/* STATUS_INSUFFICIENT_RESOURCES and what the system's own calls return; then nothing is left behind. */
NTSTATUS rs_win_memory_make(rs_win_memory_t *memory, uint64_t size);
/* Views and handles that programs have keep the pages; the driver has none any more. */
void rs_win_memory_free(rs_win_memory_t *memory);

/* A handle of that process's own with these rights (SECTION_MAP_READ, SECTION_MAP_WRITE). */
NTSTATUS rs_win_memory_hand(const rs_win_memory_t *memory, HANDLE process, ACCESS_MASK rights, HANDLE *handle);
/* Takes it back. */
void rs_win_memory_take_back(HANDLE process, HANDLE handle);

/* Number of the physical page that holds the byte at `offset`; all ones where there is no such thing (Wine). */
uint64_t rs_win_memory_frame(const rs_win_memory_t *memory, uint64_t offset);

/* Zeroed and never paged; null: there is none. Freed with ExFreePoolWithTag. */
void *rs_win_allocate(size_t bytes);
void rs_win_free(void *memory);

#endif /* RS_WIN_MEMORY_H */
