/* SPDX-License-Identifier: MIT */
/* Prints the numbers of rs_device.h, for device_layout_test.ts. */
#include <stddef.h>
#include <stdio.h>

#include "device_calls.h"
#include "rs_device.h"

#define NUMBER(name, value) printf("%s %llu\n", name, (unsigned long long)(value))
#define SIZE(name, type) NUMBER(name ".bytes", sizeof(type))
#define AT(name, js, type, field) NUMBER(name "." js, offsetof(type, field))
#define CALL(name, value) NUMBER(name, value);
#define SOURCE(bit, constant, name) NUMBER("source." name, bit);

int main(void)
{
	NUMBER("device.abi", RS_DEVICE_ABI);
	NUMBER("device.nameBytes", RS_NAME_BYTES);
	NUMBER("device.setsMax", RS_SETS_MAX);
	NUMBER("device.controlMax", RS_CONTROL_MAX);
	printf("path %s\n", RS_DEVICE_PATH);
	RS_SOURCES(SOURCE)
	NUMBER("flag.makeEphemeral", RS_MAKE_EPHEMERAL);
	NUMBER("flag.describeNth", RS_DESCRIBE_NTH);
	NUMBER("flag.controlReset", RS_CONTROL_RESET);

	SIZE("version", rs_device_version_t);
	AT("version", "deviceAbi", rs_device_version_t, device_abi);
	AT("version", "ringAbi", rs_device_version_t, ring_abi);
	AT("version", "version", rs_device_version_t, version);
	AT("version", "setCount", rs_device_version_t, set_count);
	AT("version", "memoryUsed", rs_device_version_t, memory_used);
	AT("version", "memoryLimit", rs_device_version_t, memory_limit);
	SIZE("make", rs_device_make_t);
	AT("make", "name", rs_device_make_t, name);
	AT("make", "ringBytes", rs_device_make_t, ring_bytes);
	AT("make", "ringMemory", rs_device_make_t, ring_memory);
	AT("make", "mode", rs_device_make_t, mode);
	AT("make", "order", rs_device_make_t, order);
	AT("make", "siteCount", rs_device_make_t, site_count);
	AT("make", "siteTextBytes", rs_device_make_t, site_text_bytes);
	SIZE("select", rs_device_select_t);
	AT("select", "name", rs_device_select_t, name);
	SIZE("describe", rs_device_describe_t);
	AT("describe", "number", rs_device_describe_t, number);
	AT("describe", "name", rs_device_describe_t, name);
	AT("describe", "setId", rs_device_describe_t, set_id);
	AT("describe", "totalBytes", rs_device_describe_t, total_bytes);
	AT("describe", "consumerOff", rs_device_describe_t, consumer_off);
	AT("describe", "ringBytes", rs_device_describe_t, ring_bytes);
	AT("describe", "ringCount", rs_device_describe_t, ring_count);
	AT("describe", "mode", rs_device_describe_t, mode);
	AT("describe", "order", rs_device_describe_t, order);
	AT("describe", "isStarted", rs_device_describe_t, is_started);
	AT("describe", "isClaimed", rs_device_describe_t, is_claimed);
	AT("describe", "claimerPid", rs_device_describe_t, claimer_pid);
	AT("describe", "mapped", rs_device_describe_t, mapped);
	AT("describe", "isEphemeral", rs_device_describe_t, is_ephemeral);
	AT("describe", "madeUnixNs", rs_device_describe_t, made_unix_ns);
	AT("describe", "sources", rs_device_describe_t, sources);
	SIZE("plain", rs_device_plain_t);
	SIZE("control", rs_device_control_t);
	AT("control", "changes", rs_device_control_t, changes);
	AT("control", "count", rs_device_control_t, count);
	SIZE("sources", rs_device_sources_t);
	AT("sources", "sources", rs_device_sources_t, sources);

	DEVICE_CALLS(CALL)
	return 0;
}
