/* SPDX-License-Identifier: MIT */
/*
 * parameters.h - numbers below the service's key: HKLM\SYSTEM\CurrentControlSet\Services\ringscope\Parameters. PASSIVE_LEVEL.
 */
#ifndef RS_WIN_PARAMETERS_H
#define RS_WIN_PARAMETERS_H

#include "ddk.h"

/* A REG_DWORD below the key that DriverEntry is given; `otherwise` where it is not there or is something else. */
uint32_t rs_win_parameter(PUNICODE_STRING service, const WCHAR *name, uint32_t otherwise);

#endif /* RS_WIN_PARAMETERS_H */
