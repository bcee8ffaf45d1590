#include "web/inlet.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
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
	(void)signal; /* interrupting accept is all it is for */
}

static void
mask(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(how, &set, NULL);
}

void
inlet_prepare(void)
{
	struct sigaction act = { .sa_handler = wake };

	mask(SIG_BLOCK); /* threads begin with it */
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
	int fd, why;

	mask(SIG_UNBLOCK);
	fd = accept(INLET_FD, NULL, NULL);
	why = errno;
	mask(SIG_BLOCK);
	/* No descriptor left, say: it shall not keep the machine busy. */
	if (fd < 0 && why != EINTR && why != ECONNABORTED)
		nanosleep(&moment, NULL);
	return fd;
}

int
inlet_next(FCGX_Request *fcgi)
{
	struct pollfd call = { .events = POLLIN };

	call.fd = take_call();
	if (call.fd < 0)
		return 0;
	if (poll(&call, 1, SILENCE_MAX) <= 0) {
		close(call.fd);
		return 0;
	}
	/* As if it were a connection of before: it is read, and not closed. */
	fcgi->ipcFd = call.fd;
	fcgi->keepConnection = 1;
	return FCGX_Accept_r(fcgi) >= 0;
}

void
inlet_done(FCGX_Request *fcgi)
{
	/* Who waits for a second request here would not hear of the end. */
	fcgi->keepConnection = 0;
	FCGX_Finish_r(fcgi);
}

void
inlet_wake(pthread_t thread)
{
	pthread_kill(thread, SIGUSR1);
}
