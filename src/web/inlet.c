#include "web/inlet.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	INLET_FD = 0,
	/* So long may who has called say nothing (milliseconds). */
	SILENCE_MAX = 2000
};

static void
wake(int signal)
{
	(void)signal; /* what was interrupted begins again */
}

void
inlet_prepare(void)
{
	struct sigaction act = { .sa_handler = wake, .sa_flags = SA_RESTART };

	sigaction(SIGUSR1, &act, NULL);
}

void
inlet_open(FCGX_Request *fcgi)
{
	/* Without a socket, for libfcgi is not to wait for anybody. */
	FCGX_InitRequest(fcgi, -1, FCGI_FAIL_ACCEPT_ON_INTR);
}

/* A descriptor, or -1. */
static int
take_call(void)
{
	const struct timespec moment = { .tv_nsec = 5000000 };
	int fd = accept(INLET_FD, NULL, NULL);

	/* No descriptor left, say: it shall not keep the machine busy. */
	if (fd < 0 && errno != ECONNABORTED)
		nanosleep(&moment, NULL);
	return fd;
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

int
inlet_next(FCGX_Request *fcgi)
{
	int fd = take_call();

	if (fd < 0)
		return 0;
	if (!speaks(fd)) {
		close(fd);
		return 0;
	}
	/* As if it were a connection of before: it is read, and not closed. */
	fcgi->ipcFd = fd;
	fcgi->keepConnection = 1;
	return FCGX_Accept_r(fcgi) >= 0;
}

void
inlet_done(FCGX_Request *fcgi, int whole)
{
	/* With nothing left to come, it need not be waited for. */
	if (whole && FCGX_GetChar(fcgi->in) == EOF)
		FCGX_Detach(fcgi);
	/* Who waits for a second request here would not hear of the end. */
	fcgi->keepConnection = 0;
	FCGX_Finish_r(fcgi);
}

void
inlet_shut(void)
{
	/* Not only closed, or another file would come to be what it was. */
	if (dup2(STDERR_FILENO, INLET_FD) < 0)
		close(INLET_FD);
}

void
inlet_wake(pthread_t thread)
{
	pthread_kill(thread, SIGUSR1);
}
