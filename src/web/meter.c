#include "web/meter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* The number goes up when the order of anything in the file changes. */
static const char magic[16] = "bookpay meter 1";

/* Set once in main, before threads; NULL: nothing is counted. */
static struct meter *shared;

static int
is_ours(int fd)
{
	struct {
		char magic[sizeof(magic)];
		uint64_t size;
	} head;
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size == (off_t)sizeof(struct meter) &&
	    pread(fd, &head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	    memcmp(head.magic, magic, sizeof(magic)) == 0 &&
	    head.size == sizeof(struct meter);
}

/* -1: there is none, or none of ours.  A pipe must not stop us. */
static int
open_old(int folder, const char *name, int flags)
{
	int fd = openat(folder, name,
	    flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd >= 0 && !is_ours(fd)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Whole when it gets its name, as readers do not ask for the lock. */
static int
make_new(struct ctx *c, int folder, const char *name)
{
	static const struct meter empty = { .magic = "bookpay meter 1",
		.size = sizeof(struct meter) };
	const char *draft = arena_printf(c->mem, ".%s.new", name);
	int fd;

	unlinkat(folder, draft, 0);
	fd = openat(folder, draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
	    0600);
	if (fd < 0)
		return -1;
	if (pwrite(fd, &empty, sizeof(empty), 0) != (ssize_t)sizeof(empty) ||
	    renameat(folder, draft, folder, name) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* One at a time: of two that start together, one makes the file. */
static int
open_file(struct ctx *c, const char *path, const char *name)
{
	int folder, fd;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return -1;
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -1;
	flock(folder, LOCK_EX);
	fd = open_old(folder, name, O_RDWR);
	if (fd < 0)
		fd = make_new(c, folder, name);
	close(folder);
	return fd;
}

enum err
meter_open(struct ctx *c, const struct conf *conf, const char *program)
{
	const char *folder = conf_get(conf, "METRICS_DIR");
	void *mapped;
	int fd;

	if (text_blank(folder))
		return OK;
	fd = open_file(c, folder, program);
	if (fd < 0)
		return ctx_fail(c, E_INTERNAL, "METRICS_DIR: %s/%s: %s",
		    folder, program, strerror(errno));
	mapped = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	if (mapped == MAP_FAILED)
		return ctx_fail(c, E_INTERNAL, "METRICS_DIR: mmap: %s",
		    strerror(errno));
	shared = mapped;
	return OK;
}

void
meter_close(void)
{
	if (shared != NULL)
		munmap(shared, sizeof(*shared));
	shared = NULL;
}

static void
add(_Atomic uint64_t *number, uint64_t n)
{
	atomic_fetch_add_explicit(number, n, memory_order_relaxed);
}

static void
add_time(struct meter_times *times, int64_t micros)
{
	size_t i = 0;

	while (i < METER_BUCKETS - 1 && micros > meter_limit(i))
		i++;
	add(&times->buckets[i], 1);
	add(&times->micros, micros > 0 ? (uint64_t)micros : 0);
}

static enum meter_answer
answer_of(int status)
{
	if (status == 429)
		return METER_429;
	return status >= 500 ? METER_5XX : status >= 400 ? METER_4XX
	    : status >= 300 ? METER_3XX : status > 0 ? METER_2XX : METER_NONE;
}

void
meter_request(int status, int64_t micros)
{
	if (shared == NULL)
		return;
	add(&shared->answers[answer_of(status)], 1);
	add_time(&shared->requests, micros);
}

void
meter_call(enum meter_peer peer, int status, int64_t micros)
{
	if (shared == NULL)
		return;
	add(&shared->calls[peer][answer_of(status)], 1);
	add_time(&shared->times[peer], micros);
}

void
meter_delivery(enum meter_peer peer, size_t type, enum meter_outcome outcome)
{
	if (shared != NULL)
		add(&shared->deliveries[peer][type < METER_TYPES ? type
		    : METER_OTHER][outcome], 1);
}

int64_t
meter_limit(size_t i)
{
	return (int64_t)METER_LEAST << i;
}

int
meter_read(struct ctx *c, const char *folder, const char *program,
    struct meter *ret)
{
	const char *path = arena_printf(c->mem, "%s/%s", folder, program);
	const _Atomic uint64_t *from;
	_Atomic uint64_t *to = (_Atomic uint64_t *)(void *)ret;
	int fd = open_old(AT_FDCWD, path, O_RDONLY);
	void *mapped;
	size_t i;

	if (fd < 0)
		return 0;
	mapped = mmap(NULL, sizeof(*ret), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (mapped == MAP_FAILED)
		return 0;
	/* Number by number: read() could find one half written. */
	from = mapped;
	for (i = 0; i < sizeof(*ret) / sizeof(*from); i++)
		to[i] = from[i];
	munmap(mapped, sizeof(*ret));
	return 1;
}
