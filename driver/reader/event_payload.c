/* SPDX-License-Identifier: MIT */
/* event_payload.c - see event_payload.h. Both sides are little endian (rs_abi.h). */
#include "event_payload.h"

#include <string.h>

#define HEAD_CUT 0x8000u
#define HEAD_NULL 0x7fffu

static uint16_t load16(const uint8_t *at)
{
	uint16_t value;
	memcpy(&value, at, sizeof(value));
	return value;
}

static uint32_t load32(const uint8_t *at)
{
	uint32_t value;
	memcpy(&value, at, sizeof(value));
	return value;
}

static uint64_t load64(const uint8_t *at)
{
	uint64_t value;
	memcpy(&value, at, sizeof(value));
	return value;
}

static uint64_t load_number(uint8_t type, const uint8_t *at)
{
	switch (type) {
	case RS_ARGUMENT_BOOL:
		return *at != 0;
	case RS_ARGUMENT_I8:
	case RS_ARGUMENT_CHAR:
		return (uint64_t)(int64_t)(int8_t)*at;
	case RS_ARGUMENT_U8:
		return *at;
	case RS_ARGUMENT_I16:
		return (uint64_t)(int64_t)(int16_t)load16(at);
	case RS_ARGUMENT_U16:
		return load16(at);
	case RS_ARGUMENT_I32:
	case RS_ARGUMENT_ERRNO:
		return (uint64_t)(int64_t)(int32_t)load32(at);
	case RS_ARGUMENT_U32:
	case RS_ARGUMENT_NTSTATUS:
	case RS_ARGUMENT_HRESULT:
	case RS_ARGUMENT_F32:
		return load32(at);
	default:
		return load64(at);
	}
}

/* A head, the original length where it was cut, and the bytes. Returns what it takes in the payload, 0 when it is not whole. */
static uint32_t read_bytes(const uint8_t *at, uint32_t left, event_value_t *value)
{
	uint32_t taken = 2;
	if (left < taken)
		return 0;
	const uint32_t head = load16(at);
	value->is_cut = (head & HEAD_CUT) != 0;
	if (value->is_cut) {
		if (left - taken < 4)
			return 0;
		value->original = load32(at + taken);
		taken += 4;
	}
	if ((head & HEAD_NULL) == HEAD_NULL) {
		value->bytes = NULL;
		value->length = 0;
		return taken;
	}
	value->length = head & HEAD_NULL;
	value->bytes = at + taken;
	return value->length > left - taken ? 0 : taken + value->length;
}

uint32_t event_payload_read(const event_site_t *site, const uint8_t *payload, uint32_t bytes, event_value_t *values, uint32_t *left)
{
	uint32_t at = 0, n;
	for (n = 0; n < site->argument_count; n++) {
		const uint8_t type = site->arguments[n].type;
		const uint32_t fixed = event_type_bytes(type);
		uint32_t taken = fixed;
		if (fixed == 0)
			taken = read_bytes(payload + at, bytes - at, &values[n]);
		else if (fixed <= bytes - at)
			values[n].number = load_number(type, payload + at);
		else
			taken = 0;
		if (taken == 0)
			break;
		at += taken;
	}
	*left = bytes - at;
	return n;
}
