/*
 * unit: what all unit tests share: cmocka, a context per test, a scratch
 * folder, and a way to see a process end.
 *
 * One group per program: a second one would restart TAP's numbers.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ctx.h"

/* A test whose *state is a struct ctx of its own. */
#define WITH_CTX(test) \
	cmocka_unit_test_setup_teardown(test, unit_ctx_new, unit_ctx_free)

static inline int
unit_ctx_new(void **state)
{
	struct ctx *c = malloc(sizeof(*c));

	if (c == NULL)
		return -1;
	ctx_init(c);
	*state = c;
	return 0;
}

static inline int
unit_ctx_free(void **state)
{
	ctx_free(*state);
	free(*state);
	return 0;
}

/* Does doing this end the process by abort?  What it prints is not shown. */
static inline int
unit_aborts(void (*doing)(void *arg), void *arg)
{
	static const struct rlimit no_core = { 0, 0 };
	int status = 0, null;
	pid_t child = fork();

	if (child == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		doing(arg);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/* A new empty folder, in c->mem; the test removes it. */
static inline char *
unit_folder(struct ctx *c)
{
	const char *tmp = getenv("TMPDIR");
	char *path = arena_printf(c->mem, "%s/bookpay-unit-XXXXXX",
	    tmp == NULL ? "/tmp" : tmp);

	assert_non_null(mkdtemp(path));
	return path;
}

static inline void
unit_remove(struct ctx *c, const char *folder)
{
	assert_int_equal(system(arena_printf(c->mem, "rm -rf '%s'", folder)),
	    0);
}

/* Does the name of what is open there end so? */
static inline int
unit_is_file(int fd, const char *end)
{
	char link[64], path[4096];
	size_t len = strlen(end);
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	return n >= (ssize_t)len && memcmp(path + n - len, end, len) == 0;
}

/* Does the thread of that number sleep?  0: none. */
static inline int
unit_sleeps(int number)
{
	char path[64], line[256] = "";
	const char *state;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", number);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	fclose(f);
	state = strrchr(line, ')');
	return state != NULL && state[1] == ' ' && state[2] == 'S';
}

/* Waits until the thread, which says its number at its beginning, sleeps, as who
 * stands in line does.  0: not in ten seconds. */
static inline int
unit_comes_to_sleep(atomic_int *number)
{
	int i;

	for (i = 0; i < 10000 && !unit_sleeps(atomic_load(number)); i++)
		usleep(1000);
	return i < 10000;
}

/* So that what is read before it is set is not 0 by chance. */
static __attribute__((noinline, unused)) void
unit_fill_stack(void)
{
	volatile char bytes[16384];
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = 0x55;
}

/* Writes a file of that mode. */
static inline void
unit_write(const char *path, const void *bytes, size_t len, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

#endif
