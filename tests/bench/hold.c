/*
 * hold: keeps the indexes of a database in memory.
 *
 *	hold DATABASE
 *
 * It is tests/bench/grow.c's.  Says in one line how much it holds, and holds it
 * until its standard input ends.  Pages written meanwhile stay held; those that
 * come new are not.
 *
 * Not held: indexes of a few rows (WHERE), and those of which only the end is
 * looked at, where the newest are.
 */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A restriction by name makes dbstat walk that one b-tree only. */
static const char sql_pages[] = "SELECT p.pageno"
	" FROM sqlite_schema s CROSS JOIN dbstat p ON p.name = s.name"
	" WHERE s.type = 'index' AND coalesce(s.sql, '') NOT LIKE '%) WHERE %'"
	" AND s.name NOT IN ('sqlite_autoindex_event_1', 'analytics_name_at',"
	" 'sqlite_autoindex_history_1', 'booking_created')";
static const char sql_size[] = "SELECT page_size, page_count"
	" FROM pragma_page_size, pragma_page_count";

/* A process may have twice as many mappings; each run takes two. */
enum { RUNS = 30000 };

struct pages {
	char *wanted; /* a byte for each */
	size_t size, count;
};

struct part {
	size_t next; /* the page after it */
	size_t held; /* so many pages of it */
};

/* Children hold for as long as its second end is open, which is this process's. */
static int alive[2];

static _Noreturn void
fail(const char *what, const char *why)
{
	fprintf(stderr, "hold: %s: %s\n", what, why);
	exit(1);
}

static void
wait_for_end(int fd)
{
	char more[64];

	while (read(fd, more, sizeof(more)) > 0)
		continue;
}

static sqlite3_stmt *
prepare(sqlite3 *sqlite, const char *sql)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(sqlite, sql, -1, &st, NULL) != SQLITE_OK)
		fail(sql, sqlite3_errmsg(sqlite));
	return st;
}

/* Nothing of the database stays open: its last user tidies up. */
static void
find(const char *file, struct pages *ret)
{
	sqlite3 *sqlite;
	sqlite3_stmt *st;
	int rc;

	if (sqlite3_open_v2(file, &sqlite, SQLITE_OPEN_READWRITE, NULL) !=
	    SQLITE_OK)
		fail(file, sqlite3_errmsg(sqlite));
	st = prepare(sqlite, sql_size);
	if (sqlite3_step(st) != SQLITE_ROW)
		fail(file, sqlite3_errmsg(sqlite));
	ret->size = (size_t)sqlite3_column_int64(st, 0);
	ret->count = (size_t)sqlite3_column_int64(st, 1);
	sqlite3_finalize(st);
	ret->wanted = calloc(ret->count, 1);
	if (ret->wanted == NULL)
		fail(file, "no memory");
	st = prepare(sqlite, sql_pages);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		ret->wanted[sqlite3_column_int64(st, 0) - 1] = 1;
	if (rc != SQLITE_DONE)
		fail(file, sqlite3_errmsg(sqlite));
	sqlite3_finalize(st);
	sqlite3_close(sqlite);
}

/* The limit as high as it may go; none, if that is allowed. */
static void
raise_limit(void)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_MEMLOCK, &limit) == 0 ||
	    getrlimit(RLIMIT_MEMLOCK, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_MEMLOCK, &limit);
}

static char *
map(const char *file, const struct pages *p)
{
	struct stat st;
	char *at;
	int fd;

	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		fail(file, strerror(errno));
	if ((size_t)st.st_size < p->count * p->size)
		fail(file, "not all of it is there");
	at = mmap(NULL, p->count * p->size, PROT_READ, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		fail(file, strerror(errno));
	return at;
}

/* Locks RUNS runs of pages that lie side by side, or what is left of them. */
static struct part
lock(const char *file, const struct pages *p, size_t next)
{
	struct part ret = { next, 0 };
	char *mapped = map(file, p);
	size_t from;
	int runs = 0;

	while (ret.next < p->count && runs < RUNS) {
		from = ret.next;
		while (ret.next < p->count && p->wanted[ret.next])
			ret.next++;
		if (ret.next == from) {
			ret.next++;
			continue;
		}
		if (mlock(mapped + from * p->size,
		    (ret.next - from) * p->size) != 0)
			fail("mlock (see ulimit -l)", strerror(errno));
		ret.held += ret.next - from;
		runs++;
	}
	return ret;
}

/* Starts a child that holds a part. */
static struct part
hold(const char *file, const struct pages *p, size_t next)
{
	struct part part;
	int told[2];
	pid_t child;

	child = pipe(told) == 0 ? fork() : -1;
	if (child < 0)
		fail("fork", strerror(errno));
	if (child == 0) {
		close(alive[1]);
		close(STDOUT_FILENO);
		part = lock(file, p, next);
		if (write(told[1], &part, sizeof(part)) == sizeof(part))
			wait_for_end(alive[0]);
		_exit(0);
	}
	close(told[1]);
	if (read(told[0], &part, sizeof(part)) != sizeof(part))
		exit(1); /* the child said why */
	close(told[0]);
	return part;
}

int
main(int argc, char **argv)
{
	struct part part = { 0, 0 };
	struct pages pages;
	size_t held = 0;

	if (argc != 2) {
		fputs("usage: hold DATABASE\n", stderr);
		return 2;
	}
	find(argv[1], &pages);
	raise_limit();
	if (pipe(alive) != 0)
		fail("pipe", strerror(errno));
	while (part.next < pages.count) {
		part = hold(argv[1], &pages, part.next);
		held += part.held;
	}
	printf("%zu MB of indexes are held in memory\n",
	    (held * pages.size) >> 20);
	fflush(stdout);
	wait_for_end(STDIN_FILENO);
	close(alive[1]);
	while (wait(NULL) > 0)
		continue;
	free(pages.wanted);
	return 0;
}
