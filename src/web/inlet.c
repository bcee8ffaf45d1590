#include "web/inlet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	INLET_FD = 0,
	/* So long may who has called say nothing (milliseconds). */
	SILENCE_MAX = 2000,
	/* Of descriptors: those from here on are for others, and not kept. */
	KEPT_END = 512
};

/* All that threads wait for, the socket and connections that are kept; -1: none
 * is, and they wait in accept. */
static int epoll = -1;

/* Is it kept, and silent?  Who changes that to 0 has it, and nobody else. */
static atomic_char silent[KEPT_END];

static void
wake(int signal)
{
	(void)signal; /* what was interrupted begins again */
}

/* One thread is told, once, that there is something. */
static int
watch(int fd)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT,
		.data.fd = fd };

	return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) == 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

void
inlet_prepare(int keeps)
{
	struct sigaction act = { .sa_handler = wake, .sa_flags = SA_RESTART };

	sigaction(SIGUSR1, &act, NULL);
	epoll = keeps ? epoll_create1(EPOLL_CLOEXEC) : -1;
	if (!keeps)
		return;
	if (!watch(INLET_FD))
		abort();
}

void
inlet_open(FCGX_Request *fcgi)
{
	/* Without a socket, for libfcgi is not to wait for anybody. */
	FCGX_InitRequest(fcgi, -1, FCGI_FAIL_ACCEPT_ON_INTR);
}

/* Has who called something to say? */
static int
speaks(int fd)
{
	struct pollfd call = { .fd = fd, .events = POLLIN };
	int n;

	/* It never begins again by itself. */
	while ((n = poll(&call, 1, SILENCE_MAX)) < 0 && errno == EINTR)
		;
	return n > 0;
}

/*
 * Another program may be faster to take the call we were told of.  Each that
 * shares the socket can change this for all: systemd does, when it starts one.
 */
static void
do_not_wait(void)
{
	int flags = fcntl(INLET_FD, F_GETFL);

	if ((flags & O_NONBLOCK) == 0)
		fcntl(INLET_FD, F_SETFL, flags | O_NONBLOCK);
}

/* A new connection, or -1. */
static int
take_call(void)
{
	const struct timespec moment = { .tv_nsec = 5000000 };
	int fd;

	if (epoll >= 0)
		do_not_wait();
	fd = accept(INLET_FD, NULL, NULL);
	/* No descriptor left, say: it shall not keep the machine busy. */
	if (fd < 0 && errno != ECONNABORTED && errno != EAGAIN)
		nanosleep(&moment, NULL);
	if (epoll >= 0)
		watch(INLET_FD);
	if (fd >= 0 && !speaks(fd)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A connection on which somebody speaks, or -1. */
static int
take(void)
{
	struct epoll_event event;
	int n;

	if (epoll < 0)
		return take_call();
	while ((n = epoll_wait(epoll, &event, 1, -1)) < 0 && errno == EINTR)
		;
	if (n < 1)
		return -1;
	if (event.data.fd == INLET_FD)
		return take_call();
	return atomic_exchange(&silent[event.data.fd], 0) ? event.data.fd : -1;
}

int
inlet_next(FCGX_Request *fcgi)
{
	int fd = take();

	if (fd < 0)
		return 0;
	/* As if it were a connection of before: it is read, and not closed. */
	fcgi->ipcFd = fd;
	fcgi->keepConnection = 1;
	return FCGX_Accept_r(fcgi) >= 0;
}

/* Until somebody speaks on it: no thread waits for that alone. */
static void
keep(int fd)
{
	atomic_store(&silent[fd], 1);
	/* Where none is kept any more, inlet_shut may have closed it already. */
	if (!watch(fd) && atomic_exchange(&silent[fd], 0))
		close(fd);
}

void
inlet_done(FCGX_Request *fcgi, int whole)
{
	int ended = whole && FCGX_GetChar(fcgi->in) == EOF;
	int fd;

	/* The server says if it is to be kept. */
	if (!ended || fcgi->ipcFd >= KEPT_END)
		fcgi->keepConnection = 0;
	/* With nothing left to come, it need not be waited for. */
	if (ended && !fcgi->keepConnection)
		FCGX_Detach(fcgi);
	FCGX_Finish_r(fcgi);
	fd = fcgi->ipcFd;
	fcgi->ipcFd = -1;
	if (fd >= 0)
		keep(fd);
}

/* Not only closed, or another file would come to be what it was. */
static void
take_away(int fd)
{
	if (dup2(STDERR_FILENO, fd) < 0)
		close(fd);
}

void
inlet_shut(void)
{
	int fd;

	take_away(epoll);
	take_away(INLET_FD);
	for (fd = 0; fd < KEPT_END; fd++)
		if (atomic_exchange(&silent[fd], 0))
			close(fd);
}

void
inlet_wake(pthread_t thread)
{
	pthread_kill(thread, SIGUSR1);
}
