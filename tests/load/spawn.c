/*
 * spawn: programs started for one request each, as CGI is, in turns: how long
 * does each take to answer?
 *
 *	spawn FOLDER N PROGRAM...
 *
 * Request i of 0 … N-1 is the file FOLDER/i; FOLDER/i.env has its variables, a
 * line each.  An answer is there when its end is; the process may take longer
 * to go.  For each program one line of JSON: medians in microseconds, and how
 * many answers began with each first line.
 */
#define _GNU_SOURCE /* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/ctx.h"

enum { VARIABLES = 64, ANSWER_MAX = 64 * 1024, FIRST_MAX = 80, LINES = 4 };

struct request {
	char body[4096]; /* its file */
	char *env[VARIABLES + 1];
};

struct contender {
	char *path;
	int64_t *answered, *gone; /* microseconds after the start */
	char first[LINES][FIRST_MAX];
	size_t count[LINES];
};

static void
die(const char *what)
{
	perror(what);
	exit(2);
}

static int64_t
microseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void
read_request(struct request *rq, const char *folder, size_t i)
{
	char name[4096], *line = NULL;
	size_t size = 0, n = 0;
	ssize_t len;
	FILE *f;

	snprintf(rq->body, sizeof(rq->body), "%s/%zu", folder, i);
	snprintf(name, sizeof(name), "%s/%zu.env", folder, i);
	f = fopen(name, "r");
	if (f == NULL)
		die(name);
	while (n < VARIABLES && (len = getline(&line, &size, f)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		rq->env[n++] = line;
		line = NULL;
		size = 0;
	}
	rq->env[n] = NULL;
	free(line);
	fclose(f);
}

static void
free_request(struct request *rq)
{
	char **v;

	for (v = rq->env; *v != NULL; v++)
		free(*v);
}

static void
count_first(struct contender *k, const char *answer)
{
	size_t i, len = strcspn(answer, "\r\n");

	if (len >= FIRST_MAX)
		len = FIRST_MAX - 1;
	for (i = 0; i < LINES - 1; i++)
		if (k->count[i] == 0 || (strncmp(k->first[i], answer, len) == 0
		    && k->first[i][len] == '\0'))
			break;
	memcpy(k->first[i], answer, len);
	k->first[i][len] = '\0';
	k->count[i]++;
}

static void
read_answer(int fd, char *answer)
{
	size_t len = 0;
	ssize_t n;

	while (len < ANSWER_MAX - 1 &&
	    (n = read(fd, answer + len, ANSWER_MAX - 1 - len)) > 0)
		len += (size_t)n;
	answer[len] = '\0';
}

static void
ask(struct contender *k, const struct request *rq, size_t i)
{
	static char answer[ANSWER_MAX];
	posix_spawn_file_actions_t files;
	char *argv[] = { k->path, NULL };
	int ends[2], status;
	int64_t start;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		die("pipe");
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, rq->body, O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, ends[1], 1);
	start = microseconds();
	errno = posix_spawn(&pid, k->path, &files, NULL, argv, rq->env);
	if (errno != 0)
		die(k->path);
	close(ends[1]);
	read_answer(ends[0], answer);
	k->answered[i] = microseconds() - start;
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	k->gone[i] = microseconds() - start;
	close(ends[0]);
	posix_spawn_file_actions_destroy(&files);
	count_first(k, answer);
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int64_t
median(int64_t *times, size_t n)
{
	qsort(times, n, sizeof(*times), compare);
	return times[n / 2];
}

static void
report(struct contender *k, size_t n)
{
	size_t i;

	printf("{\"program\":\"%s\",\"answered\":%" PRId64 ",\"gone\":%"
	    PRId64 ",\"first\":{", k->path, median(k->answered, n),
	    median(k->gone, n));
	for (i = 0; i < LINES && k->count[i] > 0; i++)
		printf("%s\"%s\":%zu", i == 0 ? "" : ",", k->first[i],
		    k->count[i]);
	printf("}}\n");
	free(k->answered);
	free(k->gone);
}

static void
begin(struct contender *k, char *path, size_t n)
{
	*k = (struct contender){ .path = path };
	k->answered = calloc(n, sizeof(*k->answered));
	k->gone = calloc(n, sizeof(*k->gone));
	if (k->answered == NULL || k->gone == NULL)
		die("memory");
}

int
main(int argc, char **argv)
{
	static struct contender all[8];
	size_t i, k, n = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
	size_t count = (size_t)argc - 3;
	struct request rq;

	if (n == 0 || count > COUNT(all)) {
		fputs("usage: spawn FOLDER N PROGRAM...\n", stderr);
		return 2;
	}
	for (k = 0; k < count; k++)
		begin(&all[k], argv[3 + k], n);
	for (i = 0; i < n; i++) {
		read_request(&rq, argv[1], i);
		/* Who goes first is not always the same. */
		for (k = 0; k < count; k++)
			ask(&all[(i + k) % count], &rq, i);
		free_request(&rq);
	}
	for (k = 0; k < count; k++)
		report(&all[k], n);
	return 0;
}
