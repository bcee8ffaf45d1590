/*
 * The turnstile between programs, with programs: each is a process of its own.
 */
#define _GNU_SOURCE /* locks of open files */
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "base/fault.h"
#include "base/now.h"
#include "db/gate.h"
#include "unit.h"

enum { PATIENCE = 10 * 1000000, A_WHILE = 200000, TURNS = 50 };

struct place {
	struct ctx c;
	char *folder, *database;
	struct gate *gate;
	atomic_int *turns; /* that the neighbour has had; shared with it */
	pid_t neighbour;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	ctx_init(&p->c);
	p->folder = unit_folder(&p->c);
	p->database = arena_printf(p->c.mem, "%s/books", p->folder);
	unit_write(p->database, "", 0, 0640);
	assert_int_equal(gate_open(&p->c, p->database, &p->gate), OK);
	p->turns = mmap(NULL, sizeof(*p->turns), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(p->turns != MAP_FAILED);
	*state = p;
	return 0;
}

static void
end_neighbour(struct place *p)
{
	int status;

	if (p->neighbour == 0)
		return;
	kill(p->neighbour, SIGKILL);
	assert_int_equal(waitpid(p->neighbour, &status, 0), p->neighbour);
	p->neighbour = 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	end_neighbour(p);
	gate_free(p->gate);
	munmap(p->turns, sizeof(*p->turns));
	unit_remove(&p->c, p->folder);
	ctx_free(&p->c);
	free(p);
	return 0;
}

/* Another program, which has its turn and does not end it. */
static void
hold(struct place *p)
{
	struct gate *own;
	struct ctx c;

	ctx_init(&c);
	if (gate_open(&c, p->database, &own) != OK ||
	    gate_take(&c, own, now_monotonic() + PATIENCE) != OK)
		_exit(1);
	atomic_fetch_add(p->turns, 1);
	for (;;)
		pause();
}

/* The one that holds it, and is there when this returns. */
static void
start_neighbour(struct place *p)
{
	p->neighbour = fork();
	if (p->neighbour == 0)
		hold(p);
	while (atomic_load(p->turns) == 0)
		usleep(100);
}

static enum err
take(struct place *p, int64_t patience)
{
	ctx_forgive(&p->c);
	return gate_take(&p->c, p->gate, now_monotonic() + patience);
}

static void
who_is_alone_walks_through(void **state)
{
	struct place *p = *state;
	int i;

	for (i = 0; i < TURNS; i++) {
		assert_int_equal(take(p, 0), OK);
		gate_release(p->gate);
	}
}

static void
who_waits_too_long_is_told_busy(void **state)
{
	struct place *p = *state;
	int64_t began;

	start_neighbour(p);
	began = now_monotonic();
	assert_int_equal(take(p, 50000), E_BUSY);
	assert_in_range(now_monotonic() - began, 50000, 5000000);
	/* And did not stay in line. */
	end_neighbour(p);
	assert_int_equal(take(p, 0), OK);
}

static void
who_listens_to_no_signal_is_told_busy_as_well(void **state)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	who_waits_too_long_is_told_busy(state);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Does anybody hold the first byte, in which who waits stands? */
static int
somebody_is_next(struct place *p, int64_t patience)
{
	struct flock l = { .l_whence = SEEK_SET, .l_len = 1 };
	int64_t end = now_monotonic() + patience;
	int fd = open(arena_printf(p->c.mem, "%s.gate", p->database), O_RDWR);

	do {
		l.l_type = F_WRLCK;
		l.l_pid = 0;
		assert_int_equal(fcntl(fd, F_OFD_GETLK, &l), 0);
	} while (l.l_type == F_UNLCK && now_monotonic() < end &&
	    usleep(100) == 0);
	close(fd);
	return l.l_type != F_UNLCK;
}

/* While one writes, another one comes. */
static int
who_comes_second_is_next(struct place *p, int64_t patience)
{
	pid_t second;
	int status, is_next;

	start_neighbour(p);
	second = fork();
	if (second == 0) {
		gate_free(p->gate);
		_exit(gate_open(&p->c, p->database, &p->gate) != OK ||
		    take(p, PATIENCE) != OK);
	}
	is_next = somebody_is_next(p, patience);
	end_neighbour(p);
	assert_int_equal(waitpid(second, &status, 0), second);
	assert_int_equal(status, 0);
	return is_next;
}

/* So who writes all the time finds him before himself. */
static void
who_waits_stands_before_all_others(void **state)
{
	assert_true(who_comes_second_is_next(*state, PATIENCE));
	/* Only while he waits. */
	assert_false(somebody_is_next(*state, 0));
}

static void
without_the_turnstile_nobody_is_next(void **state)
{
	setenv("BOOKPAY_TWIN", "turnstile", 1);
	if (TWIN("turnstile"))
		assert_false(who_comes_second_is_next(*state, A_WHILE));
	unsetenv("BOOKPAY_TWIN");
}

static void
who_dies_lets_the_next_one_in(void **state)
{
	struct place *p = *state;
	pid_t killer;
	int status;

	start_neighbour(p);
	killer = fork();
	if (killer == 0) {
		usleep(20000);
		_exit(kill(p->neighbour, SIGKILL) != 0);
	}
	assert_int_equal(take(p, PATIENCE), OK);
	assert_int_equal(waitpid(killer, &status, 0), killer);
	assert_int_equal(status, 0);
}

static void
it_is_open_to_those_to_whom_the_database_is(void **state)
{
	struct place *p = *state;
	struct stat st;

	assert_int_equal(stat(arena_printf(p->c.mem, "%s.gate", p->database),
	    &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
}

static void
a_link_leads_to_the_same_gate(void **state)
{
	struct place *p = *state;
	char *link = arena_printf(p->c.mem, "%s/link", p->folder);
	struct gate *other;

	assert_int_equal(symlink(p->database, link), 0);
	assert_int_equal(gate_open(&p->c, link, &other), OK);
	assert_int_equal(take(p, 0), OK);
	assert_int_equal(gate_take(&p->c, other, now_monotonic()), E_BUSY);
	gate_free(other);
}

static void
what_cannot_be_opened_is_busy(void **state)
{
	struct place *p = *state;
	struct gate *none;

	assert_int_equal(gate_open(&p->c, arena_printf(p->c.mem,
	    "%s/nowhere/books", p->folder), &none), E_BUSY);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_is_alone_walks_through),
		TEST(who_waits_too_long_is_told_busy),
		TEST(who_listens_to_no_signal_is_told_busy_as_well),
		TEST(who_waits_stands_before_all_others),
		TEST(without_the_turnstile_nobody_is_next),
		TEST(who_dies_lets_the_next_one_in),
		TEST(it_is_open_to_those_to_whom_the_database_is),
		TEST(a_link_leads_to_the_same_gate),
		TEST(what_cannot_be_opened_is_busy),
	};

	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
