/* SPDX-License-Identifier: MIT */
/* parameters.c - see parameters.h. */
#include "parameters.h"

#include "platform.h"

static NTSTATUS open_key(HANDLE below, PUNICODE_STRING name, HANDLE *key)
{
	OBJECT_ATTRIBUTES attributes;

	InitializeObjectAttributes(&attributes, name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, below, NULL);
	return ZwOpenKey(key, KEY_READ, &attributes);
}

static uint32_t read_number(HANDLE key, const WCHAR *name, uint32_t otherwise)
{
	__attribute__((aligned(8))) uint8_t room[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + sizeof(uint32_t)];
	const KEY_VALUE_PARTIAL_INFORMATION *found = (const KEY_VALUE_PARTIAL_INFORMATION *)(void *)room;
	UNICODE_STRING wanted;
	uint32_t number;
	ULONG bytes;

	RtlInitUnicodeString(&wanted, name);
	if (!NT_SUCCESS(ZwQueryValueKey(key, &wanted, KeyValuePartialInformation, room, sizeof(room), &bytes)) || found->Type != REG_DWORD ||
	    found->DataLength != sizeof(number))
		return otherwise;
	memcpy(&number, found->Data, sizeof(number));
	return number;
}

uint32_t rs_win_parameter(PUNICODE_STRING service, const WCHAR *name, uint32_t otherwise)
{
	uint32_t number = otherwise;
	HANDLE of_service, key;
	UNICODE_STRING below;

	if (!NT_SUCCESS(open_key(NULL, service, &of_service)))
		return otherwise;
	RtlInitUnicodeString(&below, L"Parameters");
	if (NT_SUCCESS(open_key(of_service, &below, &key))) {
		number = read_number(key, name, otherwise);
		(void)ZwClose(key);
	}
	(void)ZwClose(of_service);
	return number;
}
