/* SPDX-License-Identifier: MIT */
/*
 * rs_sal.h - the annotations of the functions that drivers call: Microsoft's own (SAL), read by the code analysis of its compiler. On
 * Windows the system's headers have them, which under MinGW say nothing, as here for Linux.
 */
#ifndef RS_SAL_H
#define RS_SAL_H

#ifdef RS_WINDOWS_KERNEL
#include <driverspecs.h>
#else
#define _In_
#define _In_opt_
#define _In_reads_bytes_opt_(bytes)
#define _Inout_
#define _Out_
#define _Printf_format_string_
#define _IRQL_requires_max_(level)
#endif

#endif /* RS_SAL_H */
