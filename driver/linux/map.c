// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * map.c - mapping a set into user memory: what producers write only for reading, the consumer's
 * pages for writing by whoever drains.
 *
 * All pages are mapped at once: a reader's first lap costs no faults, and there is no fault handler
 * that could race with anything. A mapping holds its file, and the file its set.
 */
#define RS_PLAIN_CALLS
#include "device.h"

#include <linux/mm.h>
#include <linux/version.h>
#include <linux/vmalloc.h>

static void change_flags(struct vm_area_struct *area, unsigned long set, unsigned long clear)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_mod(area, set, clear);
#else
	area->vm_flags = (area->vm_flags | set) & ~clear;
#endif
}

static struct rs_linux_file *file_of(const struct vm_area_struct *area)
{
	return area->vm_file->private_data;
}

/* A part of a mapping that is cut in two, or moved, counts for itself. */
static void on_open(struct vm_area_struct *area)
{
	struct rs_linux_file *file = file_of(area);

	atomic_inc(&file->mapped);
	atomic_inc(&file->set->mapped);
}

static void on_close(struct vm_area_struct *area)
{
	struct rs_linux_file *file = file_of(area);

	/* The set's before the file's: while the file's is not 0 the set is the same. */
	atomic_dec(&file->set->mapped);
	/* Whoever holds the file's finds the set's as we have left it. */
	smp_mb__before_atomic();
	atomic_dec(&file->mapped);
}

static const struct vm_operations_struct operations = {
	.open = on_open,
	.close = on_close,
};

static int insert_pages(struct vm_area_struct *area, u8 *from, unsigned long count)
{
	struct page *pages[32];
	unsigned long at = area->vm_start;

	while (count) {
		unsigned long here = min_t(unsigned long, count, ARRAY_SIZE(pages));
		unsigned long left = here;
		unsigned long n;
		int error;

		for (n = 0; n < here; n++)
			pages[n] = vmalloc_to_page(from + n * PAGE_SIZE);
		error = vm_insert_pages(area, at, pages, &left);
		if (error)
			return error;
		at += here * PAGE_SIZE;
		from += here * PAGE_SIZE;
		count -= here;
	}
	return 0;
}

/* Whether this file may map so many pages from there, and how: the flags that it may not have. */
static int check_range(const struct rs_linux_file *file, struct vm_area_struct *area,
		       unsigned long *forbidden)
{
	const rs_set_header_t *header = &file->set->header;
	const u64 first = area->vm_pgoff;
	const u64 count = vma_pages(area);
	const u64 all = header->total_bytes >> PAGE_SHIFT;
	const u64 half = header->consumer_off >> PAGE_SHIFT;

	if (first >= all || count > all - first || (first < half && count > half - first))
		return -EINVAL;
	*forbidden = VM_EXEC | VM_MAYEXEC;
	if (first < half || READ_ONCE(file->set->claimer) != file)
		*forbidden |= VM_WRITE | VM_MAYWRITE;
	return area->vm_flags & *forbidden & (VM_WRITE | VM_EXEC) ? -EACCES : 0;
}

static int map(struct rs_linux_file *file, struct vm_area_struct *area)
{
	unsigned long forbidden;
	int error;

	error = check_range(file, area, &forbidden);
	if (error)
		return error;
	/* Not grown, not in core dumps, not inherited: a child would hold the set. */
	change_flags(area, VM_DONTEXPAND | VM_DONTDUMP | VM_DONTCOPY | VM_MIXEDMAP, forbidden);
	error = insert_pages(area, file->set->bytes + ((u64)area->vm_pgoff << PAGE_SHIFT),
			     vma_pages(area));
	if (error)
		return error;
	area->vm_ops = &operations;
	return 0;
}

/*
 * No lock of ours: the mm's is held here. Both counts are taken first, and with them the set stays,
 * the file's selection, its claim, and what stands in the pages.
 */
static int map_counted(struct rs_linux_file *file, struct vm_area_struct *area)
{
	struct rs_linux_set *set = file->set;
	int error;

	if (!set)
		return -ENOENT;
	if (!atomic_inc_unless_negative(&set->mapped))
		return -EBUSY;
	error = map(file, area);
	if (error)
		atomic_dec(&set->mapped);
	return error;
}

int rs_linux_mmap(struct file *file, struct vm_area_struct *area)
{
	struct rs_linux_file *opened = file->private_data;
	int error;

	/*
	 * Private pages would be copies: nothing that is logged later, and a way to write behind a
	 * debugger's back. VM_SHARED is not asked: it is off where the file is only open for
	 * reading.
	 */
	if (!(area->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	if (!atomic_inc_unless_negative(&opened->mapped))
		return -EBUSY;
	error = map_counted(opened, area);
	if (error) {
		/* As in on_close. */
		smp_mb__before_atomic();
		atomic_dec(&opened->mapped);
	}
	return error;
}
