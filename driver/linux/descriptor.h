/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * descriptor.h - the blocks that tell a reader of a memory image where a set's pages are
 * (rs_dump.h). Never mapped.
 */
#ifndef RS_LINUX_DESCRIPTOR_H
#define RS_LINUX_DESCRIPTOR_H

struct rs_linux_set;

/* 0 or -ENOMEM. */
int rs_linux_descriptor_allocate(struct rs_linux_set *set);
void rs_linux_descriptor_fill(struct rs_linux_set *set);
void rs_linux_descriptor_erase(struct rs_linux_set *set);
void rs_linux_descriptor_free(struct rs_linux_set *set);

#endif /* RS_LINUX_DESCRIPTOR_H */
