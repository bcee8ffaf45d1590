#define _GNU_SOURCE /* locks of open files, and signals to one thread */
#include "db/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/now.h"

/* Some headers have only the member that this stands for. */
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

/* The bytes.  Both locks belong to the open file, not to the process. */
enum { NEXT, MAIN };

/* Once the time is over, its signal comes again and again. */
enum { AGAIN_NANOSECONDS = 5000000 };

struct gate {
	int fd;
};

static void
ring(int signal)
{
	(void)signal; /* interrupting a lock is all it is for */
}

/* Whoever opens the database can open its gate, whoever made it. */
static int
give_away(int fd, const char *database)
{
	struct stat st, ours;

	if (stat(database, &st) != 0 || fstat(fd, &ours) != 0)
		return 0;
	/* Not if it was there, and belongs to the others. */
	if (ours.st_uid != geteuid())
		return 1;
	if (fchmod(fd, st.st_mode & 0666) != 0)
		return 0;
	if (st.st_uid == ours.st_uid && st.st_gid == ours.st_gid)
		return 1;
	if (geteuid() == 0)
		return fchown(fd, st.st_uid, st.st_gid) == 0;
	/* Others can give it to a group of theirs only. */
	return fchown(fd, (uid_t)-1, st.st_gid) == 0 ||
	    st.st_uid == ours.st_uid || (st.st_mode & 06) == 06;
}

static int
open_file(const char *path, const char *database)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && !give_away(fd, database)) {
		unlink(path); /* or it would keep the others out for ever */
		close(fd);
		fd = -1;
	}
	return fd;
}

enum err
gate_open(struct ctx *c, const char *database, struct gate **ret)
{
	struct sigaction act = { .sa_handler = ring };
	char *real = realpath(database, NULL);
	const char *path;
	struct gate *g;
	int fd;

	/* Behind a link it is where the link leads, as all do not know it by
	 * the same name. */
	path = arena_printf(c->mem, "%s.gate", real != NULL ? real : database);
	fd = open_file(path, database);
	free(real);
	if (fd < 0)
		return ctx_fail(c, E_BUSY, "%s: %s", path, strerror(errno));
	/* Without SA_RESTART: a lock that is waited for is given up. */
	sigaction(SIGRTMIN, &act, NULL);
	g = calloc(1, sizeof(*g));
	if (g == NULL)
		abort();
	g->fd = fd;
	*ret = g;
	return OK;
}

void
gate_free(struct gate *g)
{
	if (g == NULL)
		return;
	close(g->fd);
	free(g);
}

/* 0: done. */
static int
lock(struct gate *g, int byte, short type, int command)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET,
		.l_start = byte, .l_len = 1 };

	if (byte == NEXT && TWIN("turnstile"))
		return 0;
	return fcntl(g->fd, command, &l);
}

static int
wait_for(struct gate *g, int byte, int64_t deadline)
{
	while (lock(g, byte, F_WRLCK, F_OFD_SETLKW) != 0)
		if (errno != EINTR || now_monotonic() >= deadline)
			return 0;
	return 1;
}

static void
leave(struct gate *g, int byte)
{
	/* That a lock is given up cannot fail. */
	(void)lock(g, byte, F_UNLCK, F_OFD_SETLK);
}

/*
 * A signal to this thread at the deadline.  One that came between the look at
 * the clock and the lock would be for nothing: so it comes again.
 */
static int
set_alarm(int64_t deadline, timer_t *ret)
{
	struct sigevent to = { .sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = SIGRTMIN };
	struct itimerspec when = {
		.it_value = { .tv_sec = deadline / NOW_SECOND,
		    .tv_nsec = deadline % NOW_SECOND * 1000 },
		.it_interval = { .tv_nsec = AGAIN_NANOSECONDS },
	};
	sigset_t own;

	/* Some threads are there for no signal but this. */
	sigemptyset(&own);
	sigaddset(&own, SIGRTMIN);
	pthread_sigmask(SIG_UNBLOCK, &own, NULL);
	to.sigev_notify_thread_id = gettid();
	if (timer_create(CLOCK_MONOTONIC, &to, ret) != 0)
		return 0;
	if (timer_settime(*ret, TIMER_ABSTIME, &when, NULL) == 0)
		return 1;
	timer_delete(*ret);
	return 0;
}

static int
wait_in_line(struct gate *g, int64_t deadline)
{
	timer_t alarm;
	int through;

	if (!set_alarm(deadline, &alarm))
		return 0;
	through = wait_for(g, NEXT, deadline);
	if (through) {
		through = wait_for(g, MAIN, deadline);
		leave(g, NEXT);
	}
	timer_delete(alarm);
	return through;
}

/* Without asking for a signal, where nobody is there. */
static int
walk_through(struct gate *g)
{
	int through;

	if (lock(g, NEXT, F_WRLCK, F_OFD_SETLK) != 0)
		return 0;
	through = lock(g, MAIN, F_WRLCK, F_OFD_SETLK) == 0;
	leave(g, NEXT);
	return through;
}

enum err
gate_take(struct ctx *c, struct gate *g, int64_t deadline)
{
	if (TWIN("gate") || TWIN("writer") || walk_through(g) || wait_in_line(g, deadline))
		return OK;
	return ctx_fail(c, E_BUSY, "other programs write for too long");
}

void
gate_release(struct gate *g)
{
	leave(g, MAIN);
}

int
gate_is_wanted(struct gate *g)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
		.l_start = NEXT, .l_len = 1 };

	/* Who cannot know lets others go first. */
	return fcntl(g->fd, F_OFD_GETLK, &l) != 0 || l.l_type != F_UNLCK;
}
