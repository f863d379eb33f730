// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * block.c - requests of block devices, from when a driver gets them to when it has done them. See
 * probe.h.
 *
 * A request ends in another context than it began in, often on another processor: `remarks` of both
 * entries is a number of the request's own, by which the view `spans` joins them. It comes from the
 * request's address by a hash that cannot be turned round.
 */
#include <linux/blk-mq.h>
#include <linux/blktrace_api.h>
#include <linux/version.h>
#include <trace/events/block.h>

#define RS_EVENT_REQUEST request
#include "probe.h"

static const rs_enum_name_t operation_names[] = {
	{(__force int)REQ_OP_READ, "READ"},
	{(__force int)REQ_OP_WRITE, "WRITE"},
	{(__force int)REQ_OP_FLUSH, "FLUSH"},
	{(__force int)REQ_OP_DISCARD, "DISCARD"},
	{(__force int)REQ_OP_SECURE_ERASE, "SECURE_ERASE"},
	{(__force int)REQ_OP_WRITE_ZEROES, "WRITE_ZEROES"},
	{(__force int)REQ_OP_ZONE_OPEN, "ZONE_OPEN"},
	{(__force int)REQ_OP_ZONE_CLOSE, "ZONE_CLOSE"},
	{(__force int)REQ_OP_ZONE_FINISH, "ZONE_FINISH"},
	{(__force int)REQ_OP_ZONE_APPEND, "ZONE_APPEND"},
	{(__force int)REQ_OP_ZONE_RESET, "ZONE_RESET"},
	{(__force int)REQ_OP_ZONE_RESET_ALL, "ZONE_RESET_ALL"},
	{(__force int)REQ_OP_DRV_IN, "DRV_IN"},
	{(__force int)REQ_OP_DRV_OUT, "DRV_OUT"},
};

static const rs_enum_names_t operations = {"req_op", ARRAY_SIZE(operation_names), operation_names};

/*
 * Not its address, which would tell where the kernel's memory is, and never 0, which would be none.
 */
static u32 number_of(const struct rs_probe *source, const struct request *rq)
{
	const u32 number = (u32)rs_shell_hash_pointer((uintptr_t)rq, source->set->producer.pointer_key);

	return number ? number : 1;
}

static dev_t device_of(const struct request *rq)
{
	return rq->q->disk ? disk_devt(rq->q->disk) : 0;
}

static void on_issue(void *data, struct request *rq)
{
	const struct rs_probe *source = data;
	const u32 request = number_of(source, rq);
	const dev_t device = device_of(rq);

	RS_BEGIN(RS_TRACE, block_rq, "major=%u minor=%u op=%s sector=%llu nr_sector=%u bytes=%u", MAJOR(device), MINOR(device),
		 rs_enum((__force int)req_op(rq), &operations), (u64)blk_rq_trace_sector(rq), blk_rq_trace_nr_sectors(rq), blk_rq_bytes(rq));
}

static void on_complete(void *data, struct request *rq, blk_status_t error, unsigned int bytes)
{
	const struct rs_probe *source = data;
	const u32 request = number_of(source, rq);
	const dev_t device = device_of(rq);

	RS_END(RS_TRACE, block_rq, "major=%u minor=%u op=%s sector=%llu bytes=%u error=%s", MAJOR(device), MINOR(device),
	       rs_enum((__force int)req_op(rq), &operations), (u64)blk_rq_trace_sector(rq), bytes, rs_errno(blk_status_to_errno(error)));
}

RS_TRACEPOINT_SOURCE(BLOCK_RQ_ISSUE, block_rq_issue, on_issue);
RS_TRACEPOINT_SOURCE(BLOCK_RQ_COMPLETE, block_rq_complete, on_complete);
