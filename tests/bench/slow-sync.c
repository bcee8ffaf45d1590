/*
 * slow-sync: a disk that takes longer for each sync, BENCH_SYNC_MICROS, for
 * whatever is started with LD_PRELOAD=slow-sync.so.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void
wait_for_the_disk(void)
{
	static long micros = -1;
	struct timespec wait = { 0 };

	if (micros < 0) {
		const char *said = getenv("BENCH_SYNC_MICROS");

		micros = said == NULL ? 0 : strtol(said, NULL, 10);
	}
	wait.tv_nsec = micros * 1000;
	nanosleep(&wait, NULL);
}

int
fsync(int fd)
{
	wait_for_the_disk();
	return (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	wait_for_the_disk();
	return (int)syscall(SYS_fdatasync, fd);
}
