/*
 * What a confined process can still do, and what not any more.  Each test
 * confines a child: there is no way back.
 */
#define _GNU_SOURCE /* sendmmsg */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/confine.h"
#include "base/confine_part.h"
#include "base/log.h"
#include "base/nodump.h"
#include "base/now.h"
#include "db/db.h"
#include "db/gate.h"

struct place {
	struct ctx c; /* first: a struct place * is a fine struct ctx * */
	char *folder, *config, *database, *other, *url;
	struct db *db; /* the child's */
	int starts_without; /* the child opens it only later */
	int loses_kernel;
	unsigned int needs;
	unsigned short port; /* for the child to call */
	const char *lines;   /* more of the config */
	int asked[2], answered[2]; /* pipes to somebody who is not confined */
};

static int
place_new(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct db *db;

	assert_non_null(p);
	ctx_init(&p->c);
	p->folder = unit_folder(&p->c);
	p->config = arena_printf(p->c.mem, "%s/conf", p->folder);
	p->other = arena_printf(p->c.mem, "%s/other", p->folder);
	p->database = arena_printf(p->c.mem, "%s/db", p->folder);
	p->url = arena_printf(p->c.mem, "sqlite:%s", p->database);
	unit_write(p->other, "x", 1, 0600);
	assert_int_equal(db_open(&p->c, p->url, 1, &db), OK);
	assert_int_equal(db_script(&p->c, db, "CREATE TABLE t (a)"), OK);
	db_free(db);
	p->lines = "";
	*state = p;
	return 0;
}

static int
place_free(void **state)
{
	struct place *p = *state;

	unit_remove(&p->c, p->folder);
	ctx_free(&p->c);
	free(p);
	return 0;
}

#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, place_new, place_free)

static enum err
confine(struct place *p)
{
	const char *text = arena_printf(p->c.mem, "DATABASE_URL=%s\n"
	    "STRIPE_API_BASE=http://127.0.0.1:1\n"
	    "CALENDLY_API_BASE=http://127.0.0.1:1\n%s", p->url, p->lines);
	struct conf *conf;
	enum err e;

	unit_write(p->config, text, strlen(text), 0600);
	e = conf_load(&p->c, p->needs == 0 ? "health" : "checkout",
	    p->config, &conf);
	if (e == OK)
		e = confine_start(&p->c, conf, p->needs);
	return e;
}

/* A kernel of long ago, or a container that lets nobody confine himself. */
static int
lose_the_kernel(void)
{
	const struct scmp_arg_cmp to_filter = { .arg = 0, .op = SCMP_CMP_EQ,
		.datum_a = PR_SET_SECCOMP };
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	return filter == NULL ||
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), 444, 0) != 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL),
	    SCMP_SYS(seccomp), 0) != 0 ||
	    seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EINVAL),
	    SCMP_SYS(prctl), 1, &to_filter) != 0 || seccomp_load(filter) != 0;
}

static enum err
open_database(struct place *p)
{
	enum err e = db_open(&p->c, p->url, 0, &p->db);

	/* As programs do, who look at the schema. */
	if (e == OK)
		e = db_keep_log(&p->c, p->db);
	return e == OK ? db_script(&p->c, p->db, "SELECT 1 FROM t") : e;
}

/* What doing gives in a confined child: 0, or an errno. */
static int
confined(struct place *p, int (*doing)(struct place *p))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		log_open("confine", "error");
		if ((p->loses_kernel && lose_the_kernel()) ||
		    (!p->starts_without && open_database(p) != OK) ||
		    confine(p) != OK) {
			fprintf(stderr, "%s\n", p->c.why);
			_exit(255);
		}
		_exit(doing(p));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 255);
	return WEXITSTATUS(status);
}

static int
opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* Is there Landlock here, of that ABI? */
static void
need_landlock(int abi)
{
	if (syscall(444, NULL, (size_t)0, 1) < abi)
		skip();
}

/* --- Files ------------------------------------------------------------------ */
static int
opens_other(struct place *p)
{
	return opens(p->other, O_RDONLY);
}

static int
opens_config(struct place *p)
{
	return opens(p->config, O_RDONLY);
}

static int
opens_passwd(struct place *p)
{
	(void)p;
	return opens("/etc/passwd", O_RDONLY);
}

static int
opens_database(struct place *p)
{
	return opens(p->database, O_RDWR);
}

static int
makes_a_file(struct place *p)
{
	return opens(arena_printf(p->c.mem, "%s/new", p->folder),
	    O_WRONLY | O_CREAT);
}

static int
empties_other(struct place *p)
{
	return opens(p->other, O_WRONLY | O_TRUNC);
}

static int
removes_other(struct place *p)
{
	return unlink(p->other) == 0 ? 0 : errno;
}

static int
removes_the_database(struct place *p)
{
	return unlink(p->database) == 0 ? 0 : errno;
}

static void
nothing_can_be_removed(void **state)
{
	static const unsigned int needs[] = { 0, CONFINE_CALLS };
	struct place *p = *state;
	size_t i;

	for (i = 0; i < COUNT(needs); i++) {
		p->needs = needs[i];
		assert_int_equal(confined(p, removes_other), EPERM);
		assert_int_equal(confined(p, removes_the_database), EPERM);
		assert_int_equal(setenv("BOOKPAY_FAULT_FILE", "/tmp/x/y", 1),
		    0);
		assert_true(confined(p, removes_other) != 0);
		unsetenv("BOOKPAY_FAULT_FILE");
	}
}

static void
only_the_database_can_be_opened(void **state)
{
	static const unsigned int needs[] = { 0, CONFINE_CALLS };
	struct place *p = *state;
	size_t i;

	need_landlock(3);
	for (i = 0; i < COUNT(needs); i++) {
		p->needs = needs[i];
		assert_int_equal(confined(p, opens_database), 0);
		assert_int_equal(confined(p, opens_other), EACCES);
		assert_int_equal(confined(p, opens_config), EACCES);
		assert_int_equal(confined(p, opens_passwd), EACCES);
		assert_int_equal(confined(p, makes_a_file), EACCES);
		assert_int_equal(confined(p, empties_other), EACCES);
	}
}

/* Who cannot ask takes it that somebody does. */
static int
waits_at_the_gate(struct place *p)
{
	struct gate *gate;
	int waits;

	if (gate_open(&p->c, p->url + strlen("sqlite:"), &gate) != OK ||
	    gate_take(&p->c, gate, now_monotonic() + NOW_SECOND) != OK)
		return 1;
	waits = gate_is_wanted(gate);
	gate_free(gate);
	return waits;
}

static int
writes_and_closes(struct place *p)
{
	if (p->db == NULL && open_database(p) != OK)
		return 1;
	if (db_script(&p->c, p->db, "INSERT INTO t (a) VALUES (1)") != OK)
		return 2;
	db_free(p->db);
	return waits_at_the_gate(p) ? 3 : 0;
}

static void
the_database_works(void **state)
{
	struct place *p = *state;
	struct stat log;

	assert_int_equal(confined(p, writes_and_closes), 0);
	p->needs = CONFINE_CALLS;
	assert_int_equal(confined(p, writes_and_closes), 0);
	/* Its log is left, and empty. */
	assert_int_equal(stat(arena_printf(p->c.mem, "%s-wal", p->database),
	    &log), 0);
	assert_int_equal(log.st_size, 0);
}

static void
one_that_is_opened_late_works_too(void **state)
{
	struct place *p = *state;

	p->starts_without = 1;
	assert_int_equal(confined(p, writes_and_closes), 0);
}

/* SQLite keeps what is beside the database where it really is. */
static void
one_behind_a_link_works_too(void **state)
{
	struct place *p = *state;
	const char *folder = arena_printf(p->c.mem, "%s/elsewhere", p->folder);
	const char *link = arena_printf(p->c.mem, "%s/link", folder);

	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(symlink("../db", link), 0);
	p->url = arena_printf(p->c.mem, "sqlite:%s", link);
	assert_int_equal(confined(p, writes_and_closes), 0);
	p->starts_without = 1;
	assert_int_equal(confined(p, writes_and_closes), 0);
}

static int
sorts_a_lot(struct place *p)
{
	return db_script(&p->c, p->db,
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL"
	    " SELECT i + 1 FROM n WHERE i < 200000)"
	    " INSERT INTO t SELECT hex(randomblob(20)) FROM n ORDER BY 1;"
	    " CREATE INDEX late ON t (a);") == OK ? 0 : 1;
}

static void
what_does_not_fit_into_its_cache_needs_no_file(void **state)
{
	assert_int_equal(confined(*state, sorts_a_lot), 0);
}

/* Tells who is not confined, and waits until he has done it. */
static int
sees_it_replaced(struct place *p)
{
	char byte = 0;

	if (confine_outgrown() != NULL)
		return 1;
	if (write(p->asked[1], &byte, 1) != 1 ||
	    read(p->answered[0], &byte, 1) != 1)
		return 2;
	return confine_outgrown() == NULL ? 3 : 0;
}

static void
a_replaced_file_is_noticed(void **state)
{
	struct place *p = *state;
	const char *mine = arena_printf(p->c.mem, "%s/ca.pem", p->folder);
	char byte;
	pid_t other;

	need_landlock(1);
	unit_write(mine, "x", 1, 0600);
	assert_int_equal(setenv("SSL_CERT_FILE", mine, 1), 0);
	assert_int_equal(pipe(p->asked) | pipe(p->answered), 0);
	other = fork();
	if (other == 0)
		_exit(read(p->asked[0], &byte, 1) != 1 ||
		    rename(p->other, mine) != 0 ||
		    write(p->answered[1], &byte, 1) != 1);
	p->needs = CONFINE_CALLS;
	assert_int_equal(confined(p, sees_it_replaced), 0);
	assert_int_equal(waitpid(other, NULL, 0), other);
	unsetenv("SSL_CERT_FILE");
}

/* --- Other programs and processes ----------------------------------------------- */
static int
becomes_another(struct place *p)
{
	char *const argv[] = { p->other, NULL };

	execv("/bin/true", argv);
	return errno;
}

static int
forks(struct place *p)
{
	pid_t child = fork();

	(void)p;
	if (child == 0)
		_exit(0);
	return child < 0 ? errno : 0;
}

static int
signals_its_parent(struct place *p)
{
	(void)p;
	return kill(getppid(), 0) == 0 ? 0 : errno;
}

static int
makes_code(struct place *p)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE |
	    MAP_ANONYMOUS, -1, 0);

	(void)p;
	if (page == MAP_FAILED)
		return 1;
	return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ? 0 : errno;
}

static int
raises_a_limit(struct place *p)
{
	const struct rlimit limit = { 1000, 1000 };

	(void)p;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? 0 : errno;
}

static void
it_stays_what_it_is_and_alone(void **state)
{
	struct place *p = *state;

	assert_int_equal(confined(p, becomes_another), EPERM);
	if (CONFINE_BUILT == CONFINE_SANITIZED)
		return; /* looking for leaks takes some of that */
	assert_int_equal(confined(p, forks), ENOSYS);
	assert_int_equal(confined(p, signals_its_parent), EPERM);
	assert_int_equal(confined(p, makes_code), ENOSYS);
	assert_int_equal(confined(p, raises_a_limit), ENOSYS);
}

static void *
nothing(void *arg)
{
	return arg;
}

static int
starts_a_thread(struct place *p)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, nothing, p) != 0)
		return 1;
	return pthread_join(thread, NULL);
}

static void
it_may_have_threads(void **state)
{
	assert_int_equal(confined(*state, starts_a_thread), 0);
}

/* --- Sockets ---------------------------------------------------------------------- */
static int
makes_a_socket(struct place *p)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)p;
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
makes_a_local_socket(struct place *p)
{
	(void)p;
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 0 : errno;
}

static int
calls(struct place *p)
{
	const struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(p->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return errno;
	return connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0 ? 0
	    : errno;
}

/* ECONNREFUSED: it came so far; EACCES: it may not. */
static int
may_call(struct place *p, unsigned short port)
{
	int error;

	p->port = port;
	error = confined(p, calls);
	assert_true(error == 0 || error == ECONNREFUSED || error == EACCES);
	return error != EACCES;
}

/* The data with the first packet: no connect is asked for. */
static int
calls_at_once(struct place *p)
{
	const struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(p->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct iovec word = { (char[]){ 'x' }, 1 };
	const struct msghdr message = { .msg_name = (void *)&to,
		.msg_namelen = sizeof(to), .msg_iov = &word, .msg_iovlen = 1 };
	struct mmsghdr many = { .msg_hdr = message };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return 1;
	return sendto(fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL,
	    (const struct sockaddr *)&to, sizeof(to)) >= 0 ||
	    errno != ENOSYS ||
	    sendmsg(fd, &message, MSG_FASTOPEN | MSG_NOSIGNAL) >= 0 ||
	    errno != ENOSYS ||
	    sendmmsg(fd, &many, 1, MSG_FASTOPEN | MSG_NOSIGNAL) >= 0 ||
	    errno != ENOSYS;
}

/* A TCP that Landlock does not take for one. */
static int
makes_a_socket_of_many_paths(struct place *p)
{
	enum { MANY_PATHS = 262 };

	(void)p;
	return socket(AF_INET, SOCK_STREAM, MANY_PATHS) >= 0 ? 0 : errno;
}

/* From one of a pair, anybody with a name can be written to. */
static int
makes_a_pair_of_letters(struct place *p)
{
	int fds[2];

	(void)p;
	return socketpair(AF_UNIX, SOCK_DGRAM, 0, fds) == 0 ? 0 : errno;
}

static int
makes_a_pair(struct place *p)
{
	int fds[2];

	(void)p;
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds);
}

/* Whom the kernel is to signal when something comes. */
static int
lets_another_be_signalled(struct place *p)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)p;
	if (fd < 0)
		return 1;
	return fcntl(fd, F_SETOWN, getppid()) == 0 ? 0 : errno;
}

static void
who_calls_finds_no_way_around(void **state)
{
	struct place *p = *state;

	p->needs = CONFINE_CALLS;
	p->port = 2;
	assert_int_equal(confined(p, calls_at_once), 0);
	assert_int_equal(confined(p, makes_a_socket_of_many_paths), ENOSYS);
	assert_int_equal(confined(p, makes_a_pair_of_letters), ENOSYS);
	assert_int_equal(confined(p, makes_a_pair), 0);
	assert_int_equal(confined(p, lets_another_be_signalled), ENOSYS);
}

static void
who_calls_nobody_has_no_socket(void **state)
{
	struct place *p = *state;

	assert_int_equal(confined(p, makes_a_socket), EPERM);
	assert_int_equal(confined(p, makes_a_local_socket), EPERM);
}

static void
who_calls_reaches_the_ports_of_the_apis(void **state)
{
	struct place *p = *state;

	need_landlock(4);
	p->needs = CONFINE_CALLS;
	assert_int_equal(confined(p, makes_a_socket), 0);
	assert_int_equal(confined(p, makes_a_local_socket), ENOSYS);
	assert_true(may_call(p, 1));
	assert_true(may_call(p, 53)); /* long answers of name servers */
	assert_false(may_call(p, 2));
	assert_false(may_call(p, 443));
	p->lines = "STRIPE_API_BASE=https://api.stripe.com\n"
	    "CALENDLY_API_BASE=http://[::1]:4";
	assert_true(may_call(p, 443));
	assert_true(may_call(p, 4));
	assert_false(may_call(p, 1));
	assert_false(may_call(p, 80));
	p->needs = CONFINE_CALLS_STRIPE;
	assert_true(may_call(p, 443));
	assert_false(may_call(p, 4));
	p->lines = "STRIPE_API_BASE=http://127.0.0.1";
	assert_true(may_call(p, 80));
	assert_false(may_call(p, 3128));
	assert_int_equal(setenv("https_proxy", "http://me:3@127.0.0.1:3128/",
	    1), 0);
	assert_true(may_call(p, 3128));
	assert_false(may_call(p, 3));
	unsetenv("https_proxy");
}

static int
asks_for_a_name(struct place *p)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;

	(void)p;
	if (getaddrinfo("localhost", "443", &hints, &found) != 0)
		return 1;
	freeaddrinfo(found);
	return 0;
}

static void
names_are_looked_up(void **state)
{
	struct place *p = *state;

	p->needs = CONFINE_CALLS;
	assert_int_equal(confined(p, asks_for_a_name), 0);
}

/* --- Otherwise --------------------------------------------------------------------- */
static void
off_is_off(void **state)
{
	struct place *p = *state;

	p->lines = "CONFINE=off";
	assert_int_equal(confined(p, opens_passwd), 0);
	assert_int_equal(confined(p, forks), 0);
	assert_int_equal(confined(p, makes_a_socket), 0);
}

static void
a_kernel_that_cannot_is_no_reason_to_stop(void **state)
{
	struct place *p = *state;

	p->loses_kernel = 1;
	assert_int_equal(confined(p, opens_passwd), 0);
	assert_int_equal(confined(p, makes_a_socket), 0);
}

static int
can_be_dumped(struct place *p)
{
	struct rlimit limit;

	(void)p;
	nodump_set();
	return getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0 ||
	    prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
}

static void
memory_is_in_no_core(void **state)
{
	struct place *p = *state;

	p->lines = "CONFINE=off";
	assert_int_equal(confined(p, can_be_dumped), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(only_the_database_can_be_opened),
		IN_PLACE(nothing_can_be_removed),
		IN_PLACE(the_database_works),
		IN_PLACE(one_that_is_opened_late_works_too),
		IN_PLACE(one_behind_a_link_works_too),
		IN_PLACE(what_does_not_fit_into_its_cache_needs_no_file),
		IN_PLACE(a_replaced_file_is_noticed),
		IN_PLACE(it_stays_what_it_is_and_alone),
		IN_PLACE(it_may_have_threads),
		IN_PLACE(who_calls_nobody_has_no_socket),
		IN_PLACE(who_calls_reaches_the_ports_of_the_apis),
		IN_PLACE(who_calls_finds_no_way_around),
		IN_PLACE(names_are_looked_up),
		IN_PLACE(off_is_off),
		IN_PLACE(a_kernel_that_cannot_is_no_reason_to_stop),
		IN_PLACE(memory_is_in_no_core),
	};

	return cmocka_run_group_tests_name("confine", tests, NULL, NULL);
}
