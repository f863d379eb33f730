/* SPDX-License-Identifier: MIT */
/* stand_ins.c - see stand_ins.h. */
#define _GNU_SOURCE
#include "stand_ins.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "sanitizer.h"

#define CLOCK_STEP_NS 500u
#define GUARD_BYTES RS_REGION_ALIGN
#define VIEWS_MAX 64u

struct stand_ins stand_ins;

void *__real_mmap(void *at, size_t bytes, int rights, int flags, int file, off_t offset);
int __real_munmap(void *at, size_t bytes);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_nanosleep(const struct timespec *pause, struct timespec *left);
int __wrap_pthread_cond_timedwait(pthread_cond_t *changed, pthread_mutex_t *lock, const struct timespec *deadline);
void *__wrap_mmap(void *at, size_t bytes, int rights, int flags, int file, off_t offset);
int __wrap_munmap(void *at, size_t bytes);

/* --- time ---------------------------------------------------------------------------------------------------------------- */

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (stand_ins.when_time_passes)
		stand_ins.when_time_passes();
	stand_ins.now_ns += CLOCK_STEP_NS;
	const uint64_t ns = stand_ins.now_ns + (clock == CLOCK_REALTIME ? STAND_INS_WALL_NS : 0);
	*now = (struct timespec){(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
	return 0;
}

static int do_writers_part(void)
{
	return stand_ins.when_it_waits && stand_ins.when_it_waits();
}

int __wrap_nanosleep(const struct timespec *pause, struct timespec *left)
{
	(void)left;
	stand_ins.now_ns += (uint64_t)pause->tv_sec * 1000000000u + (uint64_t)pause->tv_nsec;
	stand_ins.sleeps++;
	(void)do_writers_part();
	return 0;
}

/* Only the pool waits like this: for a writer, who is the same thread here. */
int __wrap_pthread_cond_timedwait(pthread_cond_t *changed, pthread_mutex_t *lock, const struct timespec *deadline)
{
	(void)changed;
	pthread_mutex_unlock(lock);
	const int has_batch = do_writers_part();
	pthread_mutex_lock(lock);
	if (has_batch)
		return 0;
	const uint64_t until_ns = (uint64_t)deadline->tv_sec * 1000000000u + (uint64_t)deadline->tv_nsec;
	if (until_ns > stand_ins.now_ns)
		stand_ins.now_ns = until_ns;
	return ETIMEDOUT;
}

/* --- mappings ------------------------------------------------------------------------------------------------------------ */

typedef struct {
	uint8_t *bytes; /* null: free */
	uint64_t length;
	int rights;
	int is_kept;
	const scene_t *scene;
	uint64_t offset;
} view_t;

static view_t views[VIEWS_MAX];

static int is_geometry_true(const scene_t *scene, uint64_t offset, uint64_t bytes)
{
	const rs_set_header_t *header = &scene->header;
	if (stand_ins.is_header_touched)
		return 0;
	return offset == 0 ? bytes == header->consumer_off
			   : offset == header->consumer_off && bytes == header->total_bytes - offset;
}

static void poison_between(const uint8_t *bytes, uint64_t from, uint64_t to)
{
	if (to > from)
		SANITIZER_POISON(bytes + from, to - from);
}

static void poison_gaps(const view_t *view)
{
	const rs_set_header_t *header = &view->scene->header;
	const uint64_t rings = header->ring_count;
	if (view->offset) {
		poison_between(view->bytes, sizeof(rs_consumer_set_t) + rings * sizeof(rs_consumer_ring_t), view->length);
		return;
	}
	poison_between(view->bytes, sizeof(*header), header->shared_off);
	poison_between(view->bytes, header->shared_off + sizeof(rs_shared_page_t), header->intent_off);
	poison_between(view->bytes, header->intent_off + header->intent_count * sizeof(rs_intent_t), header->ring_off);
	poison_between(view->bytes, header->ring_off + rings * sizeof(rs_ring_page_t), header->data_off);
	poison_between(view->bytes, header->data_off + rings * header->ring_bytes, header->consumer_off);
}

static void note_producer(const view_t *view)
{
	if (view->offset == 0) {
		stand_ins.producer = view->bytes;
		stand_ins.producer_bytes = view->length;
	}
}

static view_t *find_view(const void *bytes)
{
	for (uint32_t n = 0; n < VIEWS_MAX; n++)
		if (views[n].bytes == bytes)
			return &views[n];
	return NULL;
}

static view_t *find_kept(uint64_t offset, uint64_t bytes, int rights)
{
	for (uint32_t n = 0; n < VIEWS_MAX; n++)
		if (views[n].is_kept && views[n].scene == stand_ins.scene && views[n].offset == offset && views[n].length == bytes &&
		    views[n].rights == rights)
			return &views[n];
	return NULL;
}

void *__wrap_mmap(void *at, size_t bytes, int rights, int flags, int file, off_t offset)
{
	if (!(flags & MAP_SHARED) || !stand_ins.scene)
		return __real_mmap(at, bytes, rights, flags, file, offset);
	const view_t *kept = find_kept((uint64_t)offset, bytes, rights);
	if (kept && !stand_ins.is_header_touched) {
		note_producer(kept);
		return kept->bytes;
	}
	view_t *view = find_view(NULL);
	if (!view)
		abort();
	uint8_t *room = __real_mmap(NULL, bytes + 2 * GUARD_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (room == MAP_FAILED)
		return MAP_FAILED;
	const int is_kept = is_geometry_true(stand_ins.scene, (uint64_t)offset, bytes);
	/* A mapping that stays would keep the reader's lock, were it of the reader's own descriptor. */
	void *found = __real_mmap(room + GUARD_BYTES, bytes, rights, flags | MAP_FIXED, is_kept ? stand_ins.scene->file : file, offset);
	if (found == MAP_FAILED) {
		const int error = errno;
		__real_munmap(room, bytes + 2 * GUARD_BYTES);
		errno = error;
		return MAP_FAILED;
	}
	*view = (view_t){
		.bytes = found,
		.length = bytes,
		.rights = rights,
		.is_kept = is_kept,
		.scene = stand_ins.scene,
		.offset = (uint64_t)offset,
	};
	if (view->is_kept)
		poison_gaps(view);
	note_producer(view);
	return found;
}

int __wrap_munmap(void *at, size_t bytes)
{
	view_t *view = at ? find_view(at) : NULL;
	if (!view)
		return __real_munmap(at, bytes);
	if (view->length != bytes)
		abort();
	if (view->bytes == stand_ins.producer)
		stand_ins.producer_bytes = 0;
	if (view->is_kept)
		return 0;
	view->bytes = NULL;
	return __real_munmap((uint8_t *)at - GUARD_BYTES, bytes + 2 * GUARD_BYTES);
}

/* --- who lives ----------------------------------------------------------------------------------------------------------- */

int __real_rs_host_thread_alive(uint64_t owner, uint64_t start, uint64_t name_space);
int __wrap_rs_host_thread_alive(uint64_t owner, uint64_t start, uint64_t name_space);

/* The owners of the scenes are known without asking; whoever else a script names is asked for. */
int __wrap_rs_host_thread_alive(uint64_t owner, uint64_t start, uint64_t name_space)
{
	if (name_space == 0 && start == 0 && owner == SCENE_LIVING_OWNER)
		return 1;
	if (name_space == 0 && owner >> 32 >= SCENE_DEAD_PID && owner >> 32 <= INT32_MAX)
		return 0;
	return __real_rs_host_thread_alive(owner, start, name_space);
}

void stand_ins_reset(const scene_t *scene)
{
	stand_ins.scene = scene;
	stand_ins.is_header_touched = 0;
	stand_ins.now_ns = STAND_INS_START_NS + 1000000000u;
	stand_ins.sleeps = 0;
}
