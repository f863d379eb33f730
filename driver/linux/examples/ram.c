// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * ram.c - a block device in memory, /dev/ringscope_ram, that logs each of its requests.
 *
 * queue_rq copies the bytes, between RS_BEGIN and RS_END of `ram_request`: the view `spans` shows
 * how long that took. The completion, which the block layer runs on the processor that asked, is an
 * event of its own with the time since the request was queued. A request that touches `bad_sector`
 * fails as that of a worn disk does, and says so by rs_log. What it counts itself stands in
 * debugfs, /sys/kernel/debug/ringscope_ram/.
 */
#include <linux/atomic.h>
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/debugfs.h>
#include <linux/highmem.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#include "ringscope.h"

static unsigned int size_mib = 16;
module_param(size_mib, uint, 0444);
MODULE_PARM_DESC(size_mib, "Size of the device in MiB");

static unsigned long long bad_sector = ULLONG_MAX;
module_param(bad_sector, ullong, 0644);
MODULE_PARM_DESC(bad_sector, "A sector of 512 bytes that cannot be read or written; none by default");

enum counter { REQUESTS, READ_BYTES, WRITTEN_BYTES, FLUSHES, ERRORS, COUNTERS };

static const char *const counter_names[COUNTERS] = {"requests", "read_bytes", "written_bytes", "flushes", "errors"};
static atomic64_t counted[COUNTERS];
static struct dentry *folder;

/* What the block layer keeps for us with each request. */
struct ram_request {
	u64 queued_ns;
	blk_status_t status;
};

static const rs_enum_name_t operation_names[] = {{REQ_OP_READ, "READ"}, {REQ_OP_WRITE, "WRITE"}, {REQ_OP_FLUSH, "FLUSH"}};
static const rs_enum_names_t operations = {"req_op", ARRAY_SIZE(operation_names), operation_names};

static u8 *storage;
static struct gendisk *disk;
static struct blk_mq_tag_set tags;

static bool is_bad(const struct request *rq)
{
	const u64 bad = READ_ONCE(bad_sector);

	return bad >= blk_rq_pos(rq) && bad - blk_rq_pos(rq) < blk_rq_sectors(rq);
}

static void copy_segments(struct request *rq)
{
	const bool is_write = req_op(rq) == REQ_OP_WRITE;
	u8 *at = storage + (blk_rq_pos(rq) << SECTOR_SHIFT);
	struct req_iterator iterator;
	struct bio_vec segment;

	rq_for_each_segment(segment, rq, iterator) {
		if (is_write)
			memcpy_from_bvec((char *)at, &segment);
		else
			memcpy_to_bvec(&segment, (const char *)at);
		at += segment.bv_len;
	}
	atomic64_add(blk_rq_bytes(rq), &counted[is_write ? WRITTEN_BYTES : READ_BYTES]);
}

static blk_status_t serve(struct request *rq)
{
	switch (req_op(rq)) {
	case REQ_OP_FLUSH:
		atomic64_inc(&counted[FLUSHES]);
		return BLK_STS_OK; /* nothing is held back */
	case REQ_OP_READ:
	case REQ_OP_WRITE:
		break;
	default:
		rs_log(RS_WARN, "%s was asked for operation %u, which it does not know", disk->disk_name, (u32)req_op(rq));
		return BLK_STS_NOTSUPP;
	}
	if (is_bad(rq)) {
		rs_log(RS_ERROR, "%s: sector %llu cannot be %s: it is the bad one", disk->disk_name, READ_ONCE(bad_sector),
		       req_op(rq) == REQ_OP_WRITE ? "written" : "read");
		return BLK_STS_MEDIUM;
	}
	copy_segments(rq);
	return BLK_STS_OK;
}

static blk_status_t ram_queue(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *queued)
{
	struct request *rq = queued->rq;
	struct ram_request *own = blk_mq_rq_to_pdu(rq);

	own->queued_ns = ktime_get_ns();
	blk_mq_start_request(rq);
	atomic64_inc(&counted[REQUESTS]);
	RS_BEGIN(RS_DEBUG, ram_request, "op=%s sector=%llu bytes=%u", rs_enum(req_op(rq), &operations), (u64)blk_rq_pos(rq), blk_rq_bytes(rq));
	own->status = serve(rq);
	RS_END(RS_DEBUG, ram_request, "status=%s", rs_errno(blk_status_to_errno(own->status)));
	if (own->status != BLK_STS_OK)
		atomic64_inc(&counted[ERRORS]);
	blk_mq_complete_request(rq);
	return BLK_STS_OK;
}

static void ram_complete(struct request *rq)
{
	const struct ram_request *own = blk_mq_rq_to_pdu(rq);

	RS_EVENT(RS_DEBUG, ram_complete, "sector=%llu status=%s age_ns=%llu", (u64)blk_rq_pos(rq), rs_errno(blk_status_to_errno(own->status)),
		 ktime_get_ns() - own->queued_ns);
	blk_mq_end_request(rq, own->status);
}

static const struct blk_mq_ops operations_of_queue = {.queue_rq = ram_queue, .complete = ram_complete};
static const struct block_device_operations operations_of_disk = {.owner = THIS_MODULE};

static int read_counter(void *which, u64 *value)
{
	*value = (u64)atomic64_read(&counted[(uintptr_t)which]);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(counter_file, read_counter, NULL, "%llu\n");

/*
 * As many requests at once as the block layer may have under way; all processors share one queue.
 */
#define QUEUE_DEPTH 64

static int __init make_tags(void)
{
	tags.ops = &operations_of_queue;
	tags.nr_hw_queues = 1;
	tags.queue_depth = QUEUE_DEPTH;
	tags.numa_node = NUMA_NO_NODE;
	tags.cmd_size = sizeof(struct ram_request);
	tags.flags = BLK_MQ_F_SHOULD_MERGE;
	return blk_mq_alloc_tag_set(&tags);
}

static int __init make_disk(void)
{
	int error;

	disk = blk_mq_alloc_disk(&tags, NULL);
	if (IS_ERR(disk))
		return PTR_ERR(disk);
	disk->fops = &operations_of_disk;
	strscpy(disk->disk_name, KBUILD_MODNAME, sizeof(disk->disk_name));
	set_capacity(disk, (u64)size_mib << (20 - SECTOR_SHIFT));
	/* Said to have a cache, so that fsync is seen as a FLUSH. */
	blk_queue_write_cache(disk->queue, true, false);
	error = add_disk(disk);
	if (error)
		put_disk(disk);
	return error;
}

static void __init show_counters(void)
{
	uintptr_t which;

	folder = debugfs_create_dir(KBUILD_MODNAME, NULL);
	for (which = 0; which < COUNTERS; which++)
		debugfs_create_file(counter_names[which], 0444, folder, (void *)which, &counter_file);
}

static int __init ram_init(void)
{
	int error = -ENOMEM;

	storage = vzalloc((u64)size_mib << 20);
	if (!storage)
		goto failed;
	error = make_tags();
	if (error)
		goto free_storage;
	error = make_disk();
	if (error)
		goto free_tags;
	show_counters();
	rs_log(RS_INFO, "%s has %u MiB", disk->disk_name, size_mib);
	return 0;

free_tags:
	blk_mq_free_tag_set(&tags);
free_storage:
	vfree(storage);
failed:
	rs_log(RS_ERROR, "a device of %u MiB cannot be made: error %d", size_mib, error);
	return error;
}

static void __exit ram_exit(void)
{
	debugfs_remove(folder);
	del_gendisk(disk);
	put_disk(disk);
	blk_mq_free_tag_set(&tags);
	vfree(storage);
}

module_init(ram_init);
module_exit(ram_exit);
MODULE_DESCRIPTION("A block device in memory that logs its requests with Ringscope");
MODULE_LICENSE("Dual MIT/GPL");
