/* SPDX-License-Identifier: MIT */
/*
 * calls.c - a program that knows nothing of being recorded: makes the calls of one scene and tells on standard output what it saw,
 * so that a run that is recorded can be compared with one that is not.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char *what, long result)
{
	printf("%s %ld %d\n", what, result, errno);
	errno = 77; /* what a call that succeeds has to leave alone */
}

static void files(void)
{
	char bytes[16];
	struct iovec pieces[2] = {{bytes, 4}, {bytes + 4, 4}};

	errno = 77;
	const int file = open("a.txt", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	tell("open", file);
	tell("write", write(file, "0123456789", 10));
	tell("pwrite", pwrite(file, "ab", 2, 8));
	tell("pread", pread(file, bytes, sizeof(bytes), 4));
	lseek(file, 0, SEEK_SET);
	tell("readv", readv(file, pieces, 2));
	tell("writev", writev(file, pieces, 2));
	tell("fsync", fsync(file));
	tell("fdatasync", fdatasync(file));
	tell("close", close(file));
	tell("close", close(file));
	tell("rename", rename("a.txt", "b \"b\".txt"));
	tell("openat", openat(AT_FDCWD, "b \"b\".txt", O_RDONLY | O_DIRECTORY));
	tell("unlink", unlink("b \"b\".txt"));
	tell("unlinkat", unlinkat(AT_FDCWD, "b.txt", 0));
	FILE *stream = fopen("c.txt", "w");
	tell("fopen", stream ? fileno(stream) : -1);
	tell("fclose", fclose(stream));
	tell("remove", remove("c.txt"));
}

/* Paths without an end: the last page of what is mapped, and from its middle on. */
static char *endless_path(void)
{
	const size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED || munmap(pages + bytes, bytes) != 0)
		exit(9);
	memset(pages, 'x', bytes);
	return pages + bytes - PATH_MAX;
}

/* Pointers that lead nowhere are the system's to refuse, and no others may be followed. */
static void wild(void)
{
	char *volatile nowhere = (char *)16;
	char *endless = endless_path();
	volatile int no_file = -1;

	errno = 77;
	tell("open", open(nowhere, O_RDONLY));
	tell("rename", rename("/", nowhere));
	tell("rename", rename("missing/a", nowhere)); /* fails before the system looks at the second */
	tell("unlink", unlink(nowhere));
	tell("open", open(endless, O_RDONLY));
	tell("open", open(endless + PATH_MAX / 2, O_RDONLY));
	tell("openat", openat(no_file, "x", O_RDONLY));
	tell("read", read(STDIN_FILENO, nowhere, 0));
	tell("writev", writev(no_file, (const struct iovec *)(void *)nowhere, 2));
	tell("connect", connect(no_file, (const struct sockaddr *)(void *)nowhere, 16));
	tell("sendto", sendto(no_file, "", 1, 0, (const struct sockaddr *)(void *)nowhere, 16));
	tell("sendmsg", sendmsg(no_file, (const struct msghdr *)(void *)nowhere, 0));
	tell("write", write(no_file, nowhere, 1u << 20));
}

static void *serve(void *argument)
{
	const int listener = *(const int *)argument;
	char bytes[16];
	const int file = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	const ssize_t got = recv(file, bytes, sizeof(bytes), MSG_WAITALL);
	send(file, bytes, got > 0 ? (size_t)got : 0, MSG_NOSIGNAL);
	close(file);
	return NULL;
}

static void sockets(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_un none = {.sun_family = AF_UNIX, .sun_path = "nobody.sock"};
	socklen_t length = sizeof(address);
	pthread_t server;
	char bytes[16];

	int listener = socket(AF_INET, SOCK_STREAM, 0);
	bind(listener, (const struct sockaddr *)&address, sizeof(address));
	listen(listener, 1);
	getsockname(listener, (struct sockaddr *)&address, &length);
	fprintf(stderr, "port %u\n", ntohs(address.sin_port));
	/* The number of what is accepted is taken when accept is called. */
	const int client = socket(AF_INET, SOCK_STREAM, 0);
	pthread_create(&server, NULL, serve, &listener);
	errno = 77;
	tell("connect", connect(client, (const struct sockaddr *)&address, sizeof(address)));
	tell("send", send(client, "ping", 4, 0));
	shutdown(client, SHUT_WR);
	struct iovec piece = {bytes, sizeof(bytes)};
	struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1};
	tell("recvmsg", recvmsg(client, &header, MSG_WAITALL));
	pthread_join(server, NULL);
	close(client);
	close(listener);

	const int named = socket(AF_UNIX, SOCK_STREAM, 0);
	tell("connect", connect(named, (const struct sockaddr *)&none, sizeof(none)));
	tell("recvfrom", recvfrom(named, bytes, 1, MSG_DONTWAIT, NULL, NULL));
	close(named);

	address.sin_port = 0;
	const int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
	bind(datagrams, (const struct sockaddr *)&address, sizeof(address));
	getsockname(datagrams, (struct sockaddr *)&address, &length);
	tell("sendto", sendto(datagrams, "hello", 5, 0, (const struct sockaddr *)&address, sizeof(address)));
	struct sockaddr_in from;
	length = 4; /* no room for the whole */
	tell("recvfrom", recvfrom(datagrams, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &length));
	tell("length", (long)length);
	tell("recv", recv(datagrams, bytes, sizeof(bytes), MSG_DONTWAIT));
	close(datagrams);
}

static int signal_pipe[2];

static void on_signal(int number)
{
	const int saved = errno;
	(void)number;
	if (write(signal_pipe[1], "s", 1) != 1)
		_exit(9);
	errno = saved;
}

/* Children of every kind, a handler that interrupts calls, and every descriptor closed behind the library's back. */
static void processes(void)
{
	char byte;
	int status;

	if (pipe(signal_pipe) != 0)
		exit(9);
	signal(SIGUSR1, on_signal);
	for (int n = 0; n < 100; n++) {
		raise(SIGUSR1);
		if (read(signal_pipe[0], &byte, 1) != 1)
			exit(9);
	}
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		closefrom(3);
		_exit(open("/dev/null", O_RDONLY | O_NOCTTY));
	}
	waitpid(child, &status, 0);
	tell("fork", WEXITSTATUS(status));
	child = vfork();
	if (child == 0) {
		close(signal_pipe[0]);
		execlp("cat", "cat", "vfork.txt", (char *)NULL);
		_exit(9);
	}
	waitpid(child, &status, 0);
	errno = 77;
	tell("vfork", WEXITSTATUS(status));
	closefrom(3);
	tell("open", open("/dev/null", O_WRONLY));
}

static void *churn(void *argument)
{
	char byte;
	for (int n = 0; n < 5000; n++) {
		const int file = open("/dev/zero", O_RDONLY);
		if (file < 0 || read(file, &byte, 1) != 1 || close(file) != 0)
			exit(9);
	}
	return argument;
}

static void threads(void)
{
	pthread_t threads[4];
	for (int n = 0; n < 4; n++)
		pthread_create(&threads[n], NULL, churn, NULL);
	for (int n = 0; n < 4; n++)
		pthread_join(threads[n], NULL);
}

static void *wait_for_ever(void *pipe)
{
	char byte;
	(void)!read(*(const int *)pipe, &byte, 1);
	return NULL;
}

/* A call that waits ends with its thread, and the next thread begins anew. */
static void cancel(void)
{
	int ends[2];

	if (pipe(ends) != 0)
		exit(9);
	for (int n = 0; n < 50; n++) {
		pthread_t thread;
		void *result;
		pthread_create(&thread, NULL, wait_for_ever, &ends[0]);
		pthread_cancel(thread);
		pthread_join(thread, &result);
		if (result != PTHREAD_CANCELED)
			exit(9);
	}
	errno = 77;
	tell("write", write(ends[1], "x", 1));
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	tell("write", write(ends[1], "x", 1));
	tell("read", read(ends[1], &ends, 1));
}

#define HANDLER_BYTES 16384

static volatile char *handler_frame;

static void call_on_signal(int number)
{
	char here = (char)number;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_port = htons(9)};
	handler_frame = &here;
	(void)openat(AT_FDCWD, "missing/file", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	(void)renameat2(AT_FDCWD, "missing/a", AT_FDCWD, "b", RENAME_NOREPLACE);
	(void)sendto(*(const int *)signal_pipe, "x", 1, MSG_NOSIGNAL, (const struct sockaddr *)&address, sizeof(address));
}

/* How much of a handler's stack is used by calls that the process makes for the first time, in pages. */
static void stack(void)
{
	static unsigned char place[HANDLER_BYTES];
	const stack_t own = {.ss_sp = place, .ss_size = sizeof(place)};
	const struct sigaction action = {.sa_handler = call_on_signal, .sa_flags = SA_ONSTACK};
	size_t unused = 0;

	signal_pipe[0] = socket(AF_INET, SOCK_DGRAM, 0);
	memset(place, 0xa5, sizeof(place));
	sigaltstack(&own, NULL);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	while (place[unused] == 0xa5)
		unused++;
	const size_t used = (size_t)((const volatile unsigned char *)handler_frame - (place + unused));
	fprintf(stderr, "%zu bytes\n", used);
	errno = 0;
	tell("less than a page is used", used < 4096);
}

int main(int count, char **arguments)
{
	const char *scene = count > 1 ? arguments[1] : "";
	if (!strcmp(scene, "files"))
		files();
	else if (!strcmp(scene, "wild"))
		wild();
	else if (!strcmp(scene, "sockets"))
		sockets();
	else if (!strcmp(scene, "processes"))
		processes();
	else if (!strcmp(scene, "cancel"))
		cancel();
	else if (!strcmp(scene, "threads"))
		threads();
	else if (!strcmp(scene, "stack"))
		stack();
	else
		return 2;
	return count > 2 ? atoi(arguments[2]) : 0;
}
