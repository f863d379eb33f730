/* SPDX-License-Identifier: MIT */
/*
 * device.h - a ring set of a kernel driver, by its device (driver/include/rs_device.h, rs_device_windows.h).
 *
 * A path names the device and, behind an @, the set: `/dev/ringscope@net`, `\\.\Ringscope@net`. Whoever drains a set that refuses what comes claims it; sets that
 * overwrite may be read by many.
 */
#ifndef RS_READER_DEVICE_H
#define RS_READER_DEVICE_H

#include "ringset_file.h"
#include "rs_reader.h"

/* 1 when the path, without its set, is a device's. */
int rs_device_is(const char *path);

/* Opens the set, claims it for RS_MAP_CONSUMER, checks and maps it; rs_ringset_file_unmap gives it back. Returns RS_OK, RS_NOT_FOUND, RS_NO_PERMISSION,
 * RS_NOT_RINGS (another device), RS_BAD_ABI, RS_BUSY, RS_BAD_ARGUMENT (a name that can be none, or RS_MAP_IMAGE), RS_NO_MEMORY, RS_IO. */
rs_status_t rs_device_map(const char *path, enum rs_map_rights rights, rs_ringset_file_t *set, rs_message_t *message) RS_MUST_USE;

/* Sleeps until the device has something to take, at most for so long. Returns 1 when it was woken. */
int rs_device_wait(const rs_ringset_file_t *set, uint64_t ns);

#endif /* RS_READER_DEVICE_H */
