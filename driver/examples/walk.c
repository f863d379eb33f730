/* SPDX-License-Identifier: MIT */
/*
 * walk.c - real work on every processor: walks directory trees, reads and hashes every regular file, and logs
 * each one as a typed event with its size, duration and hash. The program that `ringscope capture` records when it is given none.
 *
 *     walk [--threads N] [--limit-seconds S] [--quiet] [DIRECTORY…]        default: /usr, for at most 10 s
 *
 * Symbolic links are not followed and other file systems are not entered. Memory stays bounded: directories wait in
 * a list, files only in a short one; when it is full the thread that found a file reads it itself.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "rs_event.h"

#define DEFAULT_DIRECTORY "/usr"
#define DEFAULT_LIMIT_SECONDS 10.0
#define THREADS_MAX 1024
#define WAITING_FILES_MAX 1024
#define CHUNK_BYTES (256u << 10)

typedef struct item {
	struct item *next;
	dev_t device; /* file system of the tree that this belongs to */
	int is_directory;
	char path[];
} item_t;

typedef struct {
	uint64_t files, directories, unreadable, bytes, busy_ns, logged, refused, unrecorded;
} totals_t;

/* Work that waits, shared by all threads. `unfinished` counts what waits and what is being worked on. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	item_t *first;
	uint64_t unfinished;
	unsigned waiting_files;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

typedef struct {
	pthread_t thread;
	unsigned number;
	unsigned char *chunk;
	totals_t totals;
} worker_t;

static uint64_t deadline_ns;
static volatile sig_atomic_t is_interrupted;

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* What SQL shows as BIGINT, so that durations can be subtracted. */
static int64_t elapsed_ns(uint64_t start_ns)
{
	return (int64_t)(now_ns() - start_ns);
}

static int is_over(void)
{
	return is_interrupted || now_ns() >= deadline_ns;
}

static void interrupt(int signal_number)
{
	(void)signal_number;
	is_interrupted = 1;
}

static void count(totals_t *totals, rs_status_t status)
{
	if (status == RS_OK)
		totals->logged++;
	else if (status == RS_NOT_OPEN)
		totals->unrecorded++;
	else if (status != RS_OFF)
		totals->refused++;
}

/* Every event of the walk goes through here, so that what was refused is known. What somebody switched off was not refused. */
#define LOG(worker, ...) count(&(worker)->totals, RS_EVENT(__VA_ARGS__))

/* --- the queue --------------------------------------------------------------------------------------------- */

static item_t *make_item(const char *folder, const char *name, dev_t device, int is_directory)
{
	const size_t folder_length = strlen(folder);
	const char *separator = !*name || (folder_length && folder[folder_length - 1] == '/') ? "" : "/";
	const size_t bytes = folder_length + strlen(name) + 2;
	item_t *item = malloc(sizeof(*item) + bytes);

	if (!item)
		return NULL;
	item->device = device;
	item->is_directory = is_directory;
	snprintf(item->path, bytes, "%s%s%s", folder, separator, name);
	return item;
}

/* Takes the item over and returns 1, or returns 0 because enough files wait already. */
static int offer(item_t *item)
{
	int is_taken = 0;
	pthread_mutex_lock(&queue.lock);
	if (item->is_directory || queue.waiting_files < WAITING_FILES_MAX) {
		queue.waiting_files += !item->is_directory;
		queue.unfinished++;
		item->next = queue.first;
		queue.first = item;
		is_taken = 1;
		pthread_cond_signal(&queue.changed);
	}
	pthread_mutex_unlock(&queue.lock);
	return is_taken;
}

/* The next item, or null when there will be none or the time is over. */
static item_t *take(void)
{
	item_t *item = NULL;
	pthread_mutex_lock(&queue.lock);
	while (!queue.first && queue.unfinished && !is_over())
		pthread_cond_wait(&queue.changed, &queue.lock);
	if (queue.first && !is_over()) {
		item = queue.first;
		queue.first = item->next;
		queue.waiting_files -= !item->is_directory;
	}
	pthread_mutex_unlock(&queue.lock);
	return item;
}

/* Whoever waits must look again: this may have been the last item, or the time may be over. */
static void finish(item_t *item)
{
	free(item);
	pthread_mutex_lock(&queue.lock);
	queue.unfinished--;
	if (!queue.unfinished || is_over())
		pthread_cond_broadcast(&queue.changed);
	pthread_mutex_unlock(&queue.lock);
}

/* --- the work ---------------------------------------------------------------------------------------------- */

static uint64_t hash_bytes(uint64_t hash, const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3u; /* FNV-1a, 64 bits */
	return hash;
}

static void log_unreadable(worker_t *worker, const char *what, const char *path, int error)
{
	worker->totals.unreadable++;
	LOG(worker, RS_WARN, unreadable, "%s unreadable errno=%s path=%s", RS_ARG(what, what), rs_errno(error), path);
}

/* Returns 1 when the whole file was read, 0 when the time was over first, -1 with errno. */
static int hash_file(worker_t *worker, int file, uint64_t *hash, uint64_t *bytes)
{
	*hash = 0xcbf29ce484222325u;
	*bytes = 0;
	while (!is_over()) {
		const ssize_t length = read(file, worker->chunk, CHUNK_BYTES);
		if (length <= 0)
			return length < 0 ? -1 : 1;
		*hash = hash_bytes(*hash, worker->chunk, (size_t)length);
		*bytes += (uint64_t)length;
	}
	return 0;
}

/* O_NONBLOCK: what was a file a moment ago may be a pipe now, and a pipe's open would wait. */
static void read_file(worker_t *worker, const char *path)
{
	const uint64_t start_ns = now_ns();
	uint64_t hash, bytes;
	struct stat found;
	const int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (file < 0) {
		log_unreadable(worker, "file", path, errno);
		return;
	}
	const int is_file = fstat(file, &found) == 0 && S_ISREG(found.st_mode);
	const int result = is_file ? hash_file(worker, file, &hash, &bytes) : 0;
	const int error = errno;
	close(file);
	if (result < 0)
		log_unreadable(worker, "file", path, error);
	if (result <= 0)
		return;
	worker->totals.files++;
	worker->totals.bytes += bytes;
	LOG(worker, RS_INFO, file, "file size=%" PRIu64 " duration_ns=%" PRId64 " fnv1a=%016" PRIx64 " path=%s", bytes,
	    elapsed_ns(start_ns), hash, path);
}

static void visit(worker_t *worker, int folder, const char *folder_path, const char *name, dev_t device)
{
	struct stat found;
	if (fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
		log_unreadable(worker, "entry", name, errno);
		return;
	}
	const int is_directory = S_ISDIR(found.st_mode);
	if (found.st_dev != device || (!is_directory && !S_ISREG(found.st_mode)))
		return;
	item_t *item = make_item(folder_path, name, device, is_directory);
	if (!item) {
		log_unreadable(worker, "entry", name, ENOMEM);
		return;
	}
	if (offer(item))
		return;
	read_file(worker, item->path);
	free(item);
}

static void read_directory(worker_t *worker, const item_t *item)
{
	const uint64_t start_ns = now_ns();
	unsigned entries = 0;
	const struct dirent *entry;
	const int file = open(item->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *folder = file < 0 ? NULL : fdopendir(file);

	if (!folder) {
		log_unreadable(worker, "directory", item->path, errno);
		if (file >= 0)
			close(file);
		return;
	}
	while (!is_over() && (entry = readdir(folder))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		entries++;
		visit(worker, file, item->path, entry->d_name, item->device);
	}
	closedir(folder);
	worker->totals.directories++;
	LOG(worker, RS_DEBUG, directory, "directory entries=%u duration_ns=%" PRId64 " path=%s", entries, elapsed_ns(start_ns),
	    item->path);
}

/* The nth processor that this program may use, so that every one of them logs, however busy the machine is. */
static void bind_to_processor(unsigned number)
{
	cpu_set_t allowed, own;
	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return;
	number %= (unsigned)CPU_COUNT(&allowed);
	for (unsigned processor = 0; processor < CPU_SETSIZE; processor++) {
		if (!CPU_ISSET(processor, &allowed) || number-- > 0)
			continue;
		CPU_ZERO(&own);
		CPU_SET(processor, &own);
		/* Refused in some sandboxes; then the system places the thread. */
		(void)sched_setaffinity(0, sizeof(own), &own);
		return;
	}
}

static void *work(void *argument)
{
	worker_t *worker = argument;
	item_t *item;

	bind_to_processor(worker->number);
	while ((item = take())) {
		const uint64_t start_ns = now_ns();
		if (item->is_directory)
			read_directory(worker, item);
		else
			read_file(worker, item->path);
		worker->totals.busy_ns += now_ns() - start_ns;
		finish(item);
	}
	LOG(worker, RS_INFO, thread_done,
	    "thread %u done files=%" PRIu64 " directories=%" PRIu64 " bytes=%" PRIu64 " unreadable=%" PRIu64 " busy_ns=%" PRId64,
	    RS_ARG(thread, worker->number), worker->totals.files, worker->totals.directories, worker->totals.bytes,
	    worker->totals.unreadable, (int64_t)worker->totals.busy_ns);
	return NULL;
}

/* --- the program ------------------------------------------------------------------------------------------- */

typedef struct {
	unsigned threads;
	double limit_seconds;
	int is_quiet;
	char **directories;
	int directory_count;
} options_t;

static int complain(const char *what, const char *value)
{
	fprintf(stderr,
		"walk: %s: %s\nusage: walk [--threads N] [--limit-seconds S] [--quiet] [DIRECTORY…]\n", what, value);
	return 0;
}

/* Returns 0 after a line on stderr. */
static int parse_options(int argc, char **argv, options_t *options)
{
	static const struct option names[] = {{"threads", required_argument, NULL, 't'},
					      {"limit-seconds", required_argument, NULL, 'l'},
					      {"quiet", no_argument, NULL, 'q'},
					      {0}};
	static char default_directory[] = DEFAULT_DIRECTORY;
	static char *default_directories[] = {default_directory};
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned long threads;
	char *end;
	int letter;

	opterr = 0; /* one line is enough */
	*options = (options_t){.threads = processors > 0 ? (unsigned)processors : 1,
			       .limit_seconds = DEFAULT_LIMIT_SECONDS};
	while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (letter) {
		case 't':
			threads = strtoul(optarg, &end, 10);
			if (*end || end == optarg || threads == 0 || threads > THREADS_MAX)
				return complain("--threads wants a number from 1 to 1024, not", optarg);
			options->threads = (unsigned)threads;
			break;
		case 'l':
			options->limit_seconds = strtod(optarg, &end);
			if (*end || end == optarg || !(options->limit_seconds >= 0 && options->limit_seconds <= 1e9))
				return complain("--limit-seconds wants a number of seconds, not", optarg);
			break;
		case 'q':
			options->is_quiet = 1;
			break;
		default:
			return complain("unknown option", argv[optind - 1]);
		}
	}
	options->directories = optind < argc ? argv + optind : default_directories;
	options->directory_count = optind < argc ? argc - optind : 1;
	return 1;
}

static int queue_directories(const options_t *options)
{
	struct stat found;
	for (int n = options->directory_count - 1; n >= 0; n--) {
		const char *path = options->directories[n];
		if (stat(path, &found) != 0 || !S_ISDIR(found.st_mode))
			return complain("not a directory that can be read", path);
		/* A link that was named is meant: only links below it are not followed. */
		char *resolved = realpath(path, NULL);
		item_t *item = resolved ? make_item(resolved, "", found.st_dev, 1) : NULL;
		free(resolved);
		if (!item)
			return complain("cannot be walked", path);
		offer(item);
	}
	return 1;
}

static void add(totals_t *sum, const totals_t *part)
{
	sum->files += part->files;
	sum->directories += part->directories;
	sum->unreadable += part->unreadable;
	sum->bytes += part->bytes;
	sum->logged += part->logged;
	sum->refused += part->refused;
	sum->unrecorded += part->unrecorded;
}

static void print_summary(const totals_t *sum, unsigned threads, uint64_t start_ns, int is_complete)
{
	fprintf(stderr,
		"walk: %" PRIu64 " files, %" PRIu64 " directories, %.1f MB, %" PRIu64 " unreadable, %u threads, %.1f s%s; ",
		sum->files, sum->directories, (double)sum->bytes / 1e6, sum->unreadable, threads,
		(double)(now_ns() - start_ns) / 1e9, is_complete ? "" : " (stopped before the end)");
	if (sum->unrecorded && !sum->logged)
		fprintf(stderr, "not recorded: RINGSCOPE_RINGS is not set\n");
	else
		fprintf(stderr, "%" PRIu64 " entries logged, %" PRIu64 " refused\n", sum->logged, sum->refused);
}

int main(int argc, char **argv)
{
	const struct sigaction stop = {.sa_handler = interrupt, .sa_flags = SA_RESTART};
	const uint64_t start_ns = now_ns();
	options_t options;
	totals_t sum = {0};
	unsigned started = 0;

	if (!parse_options(argc, argv, &options) || !queue_directories(&options))
		return 2;
	deadline_ns = start_ns + (uint64_t)(options.limit_seconds * 1e9);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);

	worker_t *workers = calloc(options.threads, sizeof(*workers));
	for (; workers && started < options.threads; started++) {
		worker_t *worker = &workers[started];
		worker->number = started;
		worker->chunk = malloc(CHUNK_BYTES);
		if (!worker->chunk || pthread_create(&worker->thread, NULL, work, worker) != 0) {
			free(worker->chunk);
			break;
		}
	}
	if (started == 0) {
		fprintf(stderr, "walk: cannot start a thread: %s\n", strerror(errno));
		return 1;
	}
	for (unsigned n = 0; n < started; n++) {
		pthread_join(workers[n].thread, NULL);
		free(workers[n].chunk);
		add(&sum, &workers[n].totals);
	}
	free(workers);
	const int is_complete = queue.unfinished == 0;
	while (queue.first) {
		item_t *item = queue.first;
		queue.first = item->next;
		free(item);
	}
	if (!options.is_quiet)
		print_summary(&sum, started, start_ns, is_complete);
	return 0;
}
