/* SPDX-License-Identifier: MIT */
/*
 * driver.h - beginning and end of the driver, for its entry and for a driver that has it linked in. PASSIVE_LEVEL.
 */
#ifndef RS_WIN_DRIVER_H
#define RS_WIN_DRIVER_H

#include "ddk.h"

/*
 * Everything up to the device. The driver's own DriverUnload has to be set before: the device takes it away while it is open.
 * Where it fails nothing is left behind.
 */
NTSTATUS rs_win_driver_begin(PDRIVER_OBJECT driver, PUNICODE_STRING service);
/* No file is open, and nobody logs any more. */
void rs_win_driver_end(PDRIVER_OBJECT driver);

#endif /* RS_WIN_DRIVER_H */
