#include "disk.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

enum { SLOW_MICROSECONDS = 5000, PATIENCE_SECONDS = 10 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static enum disk_mood mood;
static int waiting; /* so many */

static atomic_int syncs, copies;
static _Thread_local int own_syncs, own_copies;

void
disk_is(enum disk_mood now)
{
	pthread_mutex_lock(&lock);
	mood = now;
	pthread_cond_broadcast(&moved);
	pthread_mutex_unlock(&lock);
}

int
disk_is_awaited(void)
{
	struct timespec until;
	int there;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_SECONDS;
	pthread_mutex_lock(&lock);
	while (waiting == 0 &&
	    pthread_cond_timedwait(&moved, &lock, &until) == 0)
		;
	there = waiting > 0;
	pthread_mutex_unlock(&lock);
	return there;
}

/* Returns what it is then. */
static enum disk_mood
wait_for_it(void)
{
	enum disk_mood now;

	pthread_mutex_lock(&lock);
	waiting++;
	pthread_cond_broadcast(&moved);
	while (mood == DISK_WAITS)
		pthread_cond_wait(&moved, &lock);
	waiting--;
	now = mood;
	pthread_mutex_unlock(&lock);
	return now;
}

/* What the disk did not take is not in memory any more, but what was there before:
 * let that be the last byte. */
static void
forget(int fd)
{
	const unsigned char old = 0xee;
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(pwrite(fd, &old, 1, st.st_size - 1), 1);
}

static int
sync_log(int fd)
{
	enum disk_mood now;

	atomic_fetch_add(&syncs, 1);
	own_syncs++;
	now = wait_for_it();
	if (now == DISK_IS_SLOW)
		usleep(SLOW_MICROSECONDS);
	if (now == DISK_LOSES)
		forget(fd);
	if (now == DISK_FAILS || now == DISK_LOSES) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

int
fdatasync(int fd)
{
	if (unit_is_file(fd, "-wal"))
		return sync_log(fd);
	atomic_fetch_add(&copies, 1);
	own_copies++;
	return (int)syscall(SYS_fdatasync, fd);
}

int
disk_syncs(void)
{
	return atomic_load(&syncs);
}

int
disk_copies(void)
{
	return atomic_load(&copies);
}

int
disk_own_syncs(void)
{
	return own_syncs;
}

int
disk_own_copies(void)
{
	return own_copies;
}
