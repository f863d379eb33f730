/* SPDX-License-Identifier: MIT */
/*
 * descriptor.h - the blocks that tell a reader of a memory image where a set's pages are (rs_dump.h). Never mapped.
 */
#ifndef RS_WIN_DESCRIPTOR_H
#define RS_WIN_DESCRIPTOR_H

#include "set.h"

/* Of the blocks of a set with this header. */
uint64_t rs_win_descriptor_bytes(const rs_set_header_t *header);
NTSTATUS rs_win_descriptor_allocate(rs_win_set_t *set);
void rs_win_descriptor_fill(rs_win_set_t *set);
void rs_win_descriptor_erase(rs_win_set_t *set);
void rs_win_descriptor_free(rs_win_set_t *set);

#endif /* RS_WIN_DESCRIPTOR_H */
