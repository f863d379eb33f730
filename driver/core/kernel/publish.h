/* SPDX-License-Identifier: MIT */
/*
 * publish.h - showing a set to producers and hiding it again, both with the lock of the driver's sets.
 */
#ifndef RS_KERNEL_PUBLISH_H
#define RS_KERNEL_PUBLISH_H

#include "write.h"

/* Gives the set a serial of its own and shows it. Returns its place + 1; there is one for every set that can be. */
uint32_t rs_set_publish(rs_producer_t *set);
/* When it returns, no write into that set is under way, and none begins. Waits. */
void rs_set_withdraw(uint32_t place);

#endif /* RS_KERNEL_PUBLISH_H */
