/* SPDX-License-Identifier: MIT */
/* compat.c - the producer half of rs_compat.h: LogMessage and SendData over rs_write. */
#define RS_PLAIN_CALLS
#include "compat_status.h"

#include <stdarg.h>
#include <stdio.h>

#include "rs_log.h"

NTSTATUS LogMessage(PCHAR format, ...)
{
	char text[RS_COMPAT_TEXT_MAX + 1];
	va_list arguments;

	if (!format)
		return STATUS_INVALID_PARAMETER;
	if (!rs_is_open())
		return STATUS_SUCCESS;
	va_start(arguments, format);
	const int formatted = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (formatted < 0)
		return STATUS_INVALID_PARAMETER;
	const size_t length = (size_t)formatted < sizeof(text) ? (size_t)formatted : sizeof(text) - 1;
	return rs_compat_status(rs_write(RS_INFO, RS_KIND_TEXT, RS_COMPAT_LEVEL_OF_TEXT, 0, text, length));
}

NTSTATUS SendData(UINT32 type, UINT32 remarks, PUCHAR buffer, SIZE_T len)
{
	return rs_compat_status(rs_send(type, remarks, buffer, len));
}
