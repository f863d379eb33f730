/* SPDX-License-Identifier: MIT */
/*
 * rs_device_windows.h - how a program asks the device of the Windows kernel driver (driver/windows) what rs_device.h tells of.
 *
 * The structures and their rules are those of rs_device.h; buffers are METHOD_BUFFERED, so what stands behind an address there stands
 * behind the structure in the same buffer here: SNAPSHOT's rings, CONTROL's changes (the address has to be 0). A structure has exactly
 * its own bytes. Instead of mmap there is MAP: handles of two sections, in the calling process.
 *
 * Errors: STATUS_INVALID_PARAMETER for EINVAL, STATUS_OBJECT_NAME_COLLISION for EEXIST, STATUS_OBJECT_NAME_NOT_FOUND for ENOENT,
 * STATUS_DEVICE_BUSY for EBUSY, STATUS_QUOTA_EXCEEDED for ENOSPC, STATUS_INSUFFICIENT_RESOURCES for ENOMEM, STATUS_NOT_SUPPORTED for
 * EOPNOTSUPP, STATUS_DEVICE_NOT_READY for ENODEV, STATUS_BUFFER_TOO_SMALL where a buffer is too short, STATUS_INVALID_DEVICE_REQUEST for a call that there is not.
 *
 * Include windows.h or the kit's headers before.
 */
#ifndef RS_DEVICE_WINDOWS_H
#define RS_DEVICE_WINDOWS_H

#include "rs_device.h"

#ifndef CTL_CODE
#include <winioctl.h>
#endif

#define RS_DEVICE_PATH_WINDOWS "\\\\.\\Ringscope"
#define RS_DEVICE_TYPE 0x8052u /* of those that are anybody's */

/* What only looks needs a handle that may read; what changes something, one that may write too. */
#define RS_WIN_LOOK(n) CTL_CODE(RS_DEVICE_TYPE, 0x800 + (n), METHOD_BUFFERED, FILE_READ_ACCESS)
#define RS_WIN_CHANGE(n) CTL_CODE(RS_DEVICE_TYPE, 0x800 + (n), METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)

#define RS_IOC_VERSION RS_WIN_LOOK(1)
#define RS_IOC_MAKE RS_WIN_CHANGE(2)
#define RS_IOC_SELECT RS_WIN_LOOK(3)
#define RS_IOC_DESCRIBE RS_WIN_LOOK(4)
#define RS_IOC_START RS_WIN_CHANGE(5)
#define RS_IOC_STOP RS_WIN_CHANGE(6)
#define RS_IOC_CLAIM RS_WIN_CHANGE(7)
#define RS_IOC_SNAPSHOT RS_WIN_LOOK(8)
#define RS_IOC_RESET RS_WIN_CHANGE(9)
#define RS_IOC_REMOVE RS_WIN_CHANGE(10)
#define RS_IOC_CONTROL RS_WIN_CHANGE(11)
#define RS_IOC_SOURCES RS_WIN_CHANGE(12)
#define RS_IOC_MAP RS_WIN_LOOK(13)
#define RS_IOC_WAIT RS_WIN_LOOK(14)

/*
 * 12: the one source that there is. What any driver prints by DbgPrint, DbgPrintEx and KdPrint, as the system lets it through (its filters
 * of components come before): a text without its line end, `type` the component (DPFLTR_DEFAULT_ID for DbgPrint), `remarks` the level as it
 * was given. Severity: error, warning, info and trace of the levels of those names, or of the most urgent one in a mask; debug of all
 * others. Where its start fails the system's own status comes back.
 */
#define RS_SOURCE_DEBUG_PRINT (1u << 16)
#define RS_WIN_SOURCES_ALL RS_SOURCE_DEBUG_PRINT

/*
 * 13: sections of the selected set, as handles of the calling process, which closes them. `shared` has the set's bytes before
 * consumer_off and can only be read; `consumer` has the rest, and can be written by whoever has claimed the set. The set counts as
 * mapped until this open file is closed or selects another one. Views and handles outlive it: of a removed set they keep the memory and
 * nothing else; of one that goes on they are what they were, so who claims it next may lose entries to a writable view of the one before.
 */
typedef struct {
	uint32_t size;
	uint32_t flags;
	uint64_t shared;
	uint64_t consumer;
	uint64_t total_bytes;
	uint64_t consumer_off;
} rs_device_map_t;

/*
 * 14: comes back when the selected set has something to take: at once where it has; later when a ring is a quarter full, or when what is
 * less has waited for 100 ms; in overwrite mode, when there is something that this file has not been told of. STATUS_TIMEOUT after
 * timeout_ms; 0 only asks. STATUS_CANCELLED: by CancelIoEx, or because the file is closed or selects another set. STATUS_DEVICE_BUSY: this
 * file waits already. Without FILE_FLAG_OVERLAPPED the system lets one call at a time into a file, and this one keeps all others out.
 *
 * STATUS_TIMEOUT is a success to DeviceIoControl and GetOverlappedResult: it is told from the other one by OVERLAPPED.Internal.
 */
#define RS_WAIT_FOR_EVER 0xffffffffu
typedef struct {
	uint32_t size;
	uint32_t flags;
	uint32_t timeout_ms;
	uint32_t reserved;
} rs_device_wait_t;

RS_ABI_ASSERT(sizeof(rs_device_map_t) == 40);
RS_ABI_ASSERT(sizeof(rs_device_wait_t) == 16);

#endif /* RS_DEVICE_WINDOWS_H */
