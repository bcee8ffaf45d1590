/*
 * fault_try: from inside a program, what it should not be able to do.
 *
 * Each attempt ends at once, and leaves nothing behind but a line in the log.
 */
#include "base/fault.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"

enum { TRY_MAX = 256 };

/* 0, or errno. */
static int
closed(int fd)
{
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
open_it(const char *path)
{
	return closed(open(path, O_RDONLY | O_CLOEXEC));
}

static int
make_it(const char *path)
{
	int error = closed(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0600));

	if (error == 0)
		unlink(path);
	return error;
}

static int
connect_to(const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((unsigned short)strtoul(port, NULL, 10)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return errno;
	error = connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ? 0
								     : errno;
	close(fd);
	return error;
}

static int
listen_at(const char *unused)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), error;

	(void)unused;
	if (fd < 0)
		return errno;
	error = listen(fd, 1) == 0 ? 0 : errno;
	close(fd);
	return error;
}

static int
socket_of(const char *family)
{
	int number = strcmp(family, "unix") == 0 ? AF_UNIX
	    : strcmp(family, "netlink") == 0 ? AF_NETLINK : AF_INET;

	return closed(socket(number, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

/* Becomes another program, if it can. */
static int
exec_it(const char *path)
{
	char *const argv[] = { (char *)path, NULL };

	execv(path, argv);
	return errno;
}

static int
fork_one(const char *unused)
{
	pid_t child = fork();

	(void)unused;
	if (child == 0)
		_exit(0);
	return child < 0 ? errno : 0;
}

/* Nobody has that number: who is told so could have traced somebody. */
static int
trace_nobody(const char *unused)
{
	(void)unused;
	if (ptrace(PTRACE_ATTACH, INT_MAX, NULL, NULL) == 0 || errno == ESRCH)
		return 0;
	return errno;
}

/* Asks only whether it could. */
static int
signal_it(const char *pid)
{
	return kill((pid_t)strtol(pid, NULL, 10), 0) == 0 ? 0 : errno;
}

static int
make_code(const char *unused)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)unused;
	if (page == MAP_FAILED)
		return errno;
	munmap(page, 4096);
	return 0;
}

static int
dump_core(const char *unused)
{
	(void)unused;
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 ? 0 : errno;
}

static const struct attempt {
	const char *name;
	int (*try)(const char *with);
} attempts[] = {
	{ "open", open_it },
	{ "make", make_it },
	{ "connect", connect_to },
	{ "listen", listen_at },
	{ "socket", socket_of },
	{ "exec", exec_it },
	{ "fork", fork_one },
	{ "trace", trace_nobody },
	{ "signal", signal_it },
	{ "code", make_code },
	{ "dump", dump_core },
};

/* what: "open:/etc/passwd", "fork". */
static void
try_one(const char *what)
{
	const char *with = strchr(what, ':');
	size_t len = strcspn(what, ":"), i;
	int error;

	with = with == NULL ? "" : with + 1;
	for (i = 0; i < COUNT(attempts); i++)
		if (strlen(attempts[i].name) == len &&
		    strncmp(attempts[i].name, what, len) == 0) {
			error = attempts[i].try(with);
			dprintf(STDERR_FILENO, "tried %s: %s\n", what,
			    error == 0 ? "done" : strerror(error));
			return;
		}
	dprintf(STDERR_FILENO, "tried %s: nobody knows how\n", what);
}

void
fault_try(void)
{
	const char *left = getenv("BOOKPAY_TRY");
	char what[TRY_MAX];
	size_t len;

	for (; left != NULL && *left != '\0'; left += len) {
		left += strspn(left, " ");
		len = strcspn(left, " ");
		if (len == 0 || len >= sizeof(what))
			return;
		memcpy(what, left, len);
		what[len] = '\0';
		try_one(what);
	}
}
