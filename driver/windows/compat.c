/* SPDX-License-Identifier: MIT */
/* compat.c - the producer half of rs_compat.h in the kernel. Any IRQL. */
#define RS_PLAIN_CALLS
#include "entries.h"

#include "compat_status.h"

NTSTATUS LogMessage(PCHAR format, ...)
{
	const rs_label_t label = {RS_COMPAT_LEVEL_OF_TEXT, 0, RS_KIND_TEXT, RS_INFO, 0};
	const rs_producer_t *set;
	rs_status_t status = RS_NOT_OPEN;
	rs_write_t write;
	va_list arguments;

	if (!format)
		return STATUS_INVALID_PARAMETER;
	va_start(arguments, format);
	rs_shell_enter(&write, 1);
	set = rs_target_find(&ringscope_default);
	if (set)
		status = rs_write_format(set, &write, label, NULL, format, arguments);
	rs_shell_leave(&write);
	va_end(arguments);
	return rs_compat_status(status);
}

NTSTATUS SendData(UINT32 type, UINT32 remarks, PUCHAR buffer, SIZE_T len)
{
	return rs_compat_status(ringscope_send_at(&ringscope_default, NULL, type, remarks, buffer, len));
}
