#include "base/fault.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { TEXT_MAX = 256, PATH_SIZE = 4096 };

/* What the file says. */
struct order {
	char program[64];
	long left;
	char point[64]; /* "": any */
	char deed[16];  /* "": dying */
};

static int
names_us(const char *program)
{
	char path[PATH_SIZE];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	const char *slash;

	if (strcmp(program, "*") == 0)
		return 1;
	if (len <= 0)
		return 0;
	path[len] = '\0';
	slash = strrchr(path, '/');
	return slash != NULL && strcmp(slash + 1, program) == 0;
}

static int
read_order(int fd, struct order *ret)
{
	char text[TEXT_MAX] = "";

	*ret = (struct order){ .left = 0 };
	return pread(fd, text, sizeof(text) - 1, 0) > 0 &&
	    sscanf(text, "%63s %ld %63s %15s", ret->program, &ret->left,
	    ret->point, ret->deed) >= 2;
}

static void
write_order(int fd, const struct order *o)
{
	char text[TEXT_MAX];
	int len = snprintf(text, sizeof(text), "%s %ld %s%s%s\n", o->program,
	    o->left, o->point, o->deed[0] != '\0' ? " " : "", o->deed);

	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len)
		abort();
}

/* Takes one off; 1 if that was the last. */
static int
count_down(int fd, const char *name, struct order *o)
{
	if (!read_order(fd, o) || o->left <= 0 || !names_us(o->program) ||
	    (o->point[0] != '\0' && strcmp(o->point, name) != 0))
		return 0;
	o->left--;
	if (o->left == 0)
		snprintf(o->point, sizeof(o->point), "%s", name);
	write_order(fd, o);
	return o->left == 0;
}

static void
over(const char *path)
{
	char died[PATH_SIZE];

	snprintf(died, sizeof(died), "%s.died", path);
	if (rename(path, died) != 0)
		abort();
}

/* Not a sanitizer's shadow, which is vast. */
enum { REGION_MAX = 64 << 20 };

/*
 * All that this process can write to goes into FILE.memory.  Not by
 * /proc/self/mem, which is not for a process that may not be dumped.
 */
static void
show_memory(const char *path)
{
	char name[PATH_SIZE], line[PATH_SIZE + 100], mode[8];
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long from, to;
	int fd;

	snprintf(name, sizeof(name), "%s.memory", path);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (maps == NULL || fd < 0)
		abort();
	while (fgets(line, sizeof(line), maps) != NULL)
		if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 &&
		    mode[1] == 'w' && to - from < REGION_MAX)
			for (ssize_t n = 1; n > 0 && from < to;
			    from += (unsigned long)n)
				n = write(fd, (const void *)from, to - from);
	fclose(maps);
	close(fd);
}

static void
die(const char *path)
{
	over(path);
	kill(getpid(), SIGKILL);
	/* Not a step further, should another thread be the first to know. */
	for (;;)
		pause();
}

const char *
fault_file(void)
{
	const char *path = getenv("BOOKPAY_FAULT_FILE");

	return path == NULL || *path == '\0' ? NULL : path;
}

void
fault_point(const char *name)
{
	const char *path = fault_file();
	struct order o;
	int fd;

	if (path == NULL)
		return;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return; /* nobody is to die, or not any more */
	while (flock(fd, LOCK_EX) != 0)
		continue;
	if (count_down(fd, name, &o)) {
		if (strcmp(o.deed, "memory") != 0)
			die(path);
		show_memory(path);
		over(path);
	}
	close(fd);
}

int
fault_twin(const char *name)
{
	const char *off = getenv("BOOKPAY_TWIN");

	return off != NULL && strcmp(off, name) == 0;
}
