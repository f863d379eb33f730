/* SPDX-License-Identifier: MIT */
/* errno_name.h - the name of an error number. */
#ifndef RS_PRELOAD_ERRNO_NAME_H
#define RS_PRELOAD_ERRNO_NAME_H

/* "ENOENT"; null for one that has no name here. Any context. */
const char *preload_errno_name(int error);

#endif /* RS_PRELOAD_ERRNO_NAME_H */
