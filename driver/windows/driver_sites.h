/* SPDX-License-Identifier: MIT */
/*
 * driver_sites.h - call sites go with the driver in whose memory they lie, which says so by RINGSCOPE_END.
 */
#ifndef RS_WIN_DRIVER_SITES_H
#define RS_WIN_DRIVER_SITES_H

/* Before any set is made. PASSIVE_LEVEL. */
void rs_win_sites_init(void);

#endif /* RS_WIN_DRIVER_SITES_H */
