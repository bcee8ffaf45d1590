/*
 * A request that was accepted is answered, whatever wakes the thread.
 */
#include <linux/sockios.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "unit.h"
#include "web/inlet.h"

/* FastCGI's own bytes: a request of role responder, with one parameter and no
 * body, whose connection is to be kept or not. */
#define REQUEST(keep)                                                          \
	"\1\1\0\1\0\10\0\0" "\0\1" keep "\0\0\0\0\0"                         \
	"\1\4\0\1\0\5\0\0" "\1\2Axy"                                          \
	"\1\4\0\1\0\0\0\0"                                                   \
	"\1\5\0\1\0\0\0\0"
static const char request[] = REQUEST("\0"), keeping[] = REQUEST("\1");

/* A thread at an inlet, or two, and who calls it. */
struct gate {
	char folder[64];
	struct sockaddr_un at;
	int stdin_before;
	pthread_t thread, second;
	int are_two;
	atomic_int waits; /* with its answer, and says when it begins to */
	sem_t begun, go;
	atomic_int stopping;
	atomic_int nothing; /* how often there was no request */
	size_t size; /* of the answer behind "yes" */
	int whole;   /* all of the body is read */
	char heard[16]; /* the last request's parameter */
};

static void
moment(void)
{
	const struct timespec t = { .tv_nsec = 1000000 };

	nanosleep(&t, NULL);
}

static void *
answer_all(void *arg)
{
	struct gate *g = arg;
	FCGX_Request fcgi;
	size_t i;

	inlet_open(&fcgi);
	while (!atomic_load(&g->stopping)) {
		if (!inlet_next(&fcgi)) {
			atomic_fetch_add(&g->nothing, 1);
			continue;
		}
		snprintf(g->heard, sizeof(g->heard), "%s",
		    FCGX_GetParam("A", fcgi.envp));
		if (g->waits) {
			sem_post(&g->begun);
			while (sem_wait(&g->go) != 0)
				;
		}
		FCGX_PutS("yes", fcgi.out);
		for (i = 0; i < g->size; i++)
			FCGX_PutChar('.', fcgi.out);
		inlet_done(&fcgi, g->whole);
	}
	FCGX_Free(&fcgi, 1);
	return NULL;
}

static int
open_gate(void **state, int keeps)
{
	struct gate *g = calloc(1, sizeof(*g));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (g == NULL || fd < 0)
		return -1;
	strcpy(g->folder, "/tmp/inlet-XXXXXX");
	if (mkdtemp(g->folder) == NULL)
		return -1;
	g->at.sun_family = AF_UNIX;
	snprintf(g->at.sun_path, sizeof(g->at.sun_path), "%s/sock", g->folder);
	if (bind(fd, (struct sockaddr *)&g->at, sizeof(g->at)) != 0 ||
	    listen(fd, 5) != 0)
		return -1;
	g->whole = 1;
	sem_init(&g->begun, 0, 0);
	sem_init(&g->go, 0, 0);
	g->stdin_before = dup(0);
	dup2(fd, 0);
	close(fd);
	FCGX_Init();
	inlet_prepare(keeps);
	*state = g;
	return pthread_create(&g->thread, NULL, answer_all, g);
}

static int
gate_open(void **state)
{
	return open_gate(state, 1);
}

static int
gate_of_posts_open(void **state)
{
	return open_gate(state, 0);
}

static int
gate_close(void **state)
{
	struct gate *g = *state;

	atomic_store(&g->stopping, 1);
	/* However a test went. */
	atomic_store(&g->waits, 0);
	sem_post(&g->go);
	inlet_shut();
	inlet_wake(g->thread);
	pthread_join(g->thread, NULL);
	if (g->are_two) {
		inlet_wake(g->second);
		pthread_join(g->second, NULL);
	}
	dup2(g->stdin_before, 0);
	close(g->stdin_before);
	unlink(g->at.sun_path);
	rmdir(g->folder);
	free(g);
	return 0;
}

static int
call(const struct gate *g)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)&g->at,
	    sizeof(g->at)), 0);
	return fd;
}

/* Wakes the thread for some time, wherever it is. */
static void
disturb(const struct gate *g)
{
	int i;

	for (i = 0; i < 50; i++) {
		inlet_wake(g->thread);
		moment();
	}
}

static void
ask(int fd, const char *bytes)
{
	assert_int_equal(write(fd, bytes, sizeof(request) - 1),
	    sizeof(request) - 1);
}

/* The answer, on a connection that is kept. */
static void
heard(int fd)
{
	/* What libfcgi makes of "yes": it, an end of output, an end. */
	char answer[16 + 8 + 16];
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(answer) &&
	    (n = read(fd, answer + len, sizeof(answer) - len)) > 0)
		len += (size_t)n;
	assert_int_equal(len, sizeof(answer));
	assert_memory_equal(answer + 8, "yes", 3);
}

static void
hung_up(int fd)
{
	char byte;

	assert_int_equal(read(fd, &byte, 1), 0);
	close(fd);
}

/* The answer, until the other side hangs up. */
static void
answered(int fd)
{
	char answer[256];
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, answer + len, sizeof(answer) - len)) > 0)
		len += (size_t)n;
	assert_int_equal(n, 0);
	assert_true(len > 8 + 3);
	assert_memory_equal(answer + 8, "yes", 3);
	close(fd);
}

static void
who_calls_is_answered_and_hung_up_on(void **state)
{
	struct gate *g = *state;
	int fd = call(g);

	ask(fd, request);
	answered(fd);
	assert_string_equal(g->heard, "xy");
	fd = call(g);
	ask(fd, request);
	answered(fd);
}

static void
a_call_is_not_lost_where_the_thread_is_woken_before_the_first_byte(void **state)
{
	struct gate *g = *state;
	int fd = call(g);

	disturb(g);
	ask(fd, request);
	answered(fd);
}

static void
nor_where_it_is_woken_within_a_request(void **state)
{
	struct gate *g = *state;
	int fd = call(g);

	assert_int_equal(write(fd, request, 20), 20);
	disturb(g);
	assert_int_equal(write(fd, request + 20, sizeof(request) - 1 - 20),
	    sizeof(request) - 1 - 20);
	answered(fd);
}

/* Until the other side has read all of it. */
static void
until_taken(int fd)
{
	int unread;

	do {
		moment();
		assert_int_equal(ioctl(fd, SIOCOUTQ, &unread), 0);
	} while (unread > 0);
}

static void
nor_where_it_was_to_end_meanwhile(void **state)
{
	struct gate *g = *state;
	int fd = call(g);

	assert_int_equal(write(fd, request, 20), 20);
	until_taken(fd);
	atomic_store(&g->stopping, 1);
	inlet_shut();
	disturb(g);
	assert_int_equal(write(fd, request + 20, sizeof(request) - 1 - 20),
	    sizeof(request) - 1 - 20);
	answered(fd);
}

static void
who_waits_is_woken_once_when_it_is_to_end(void **state)
{
	struct gate *g = *state;

	disturb(g);
	assert_int_equal(atomic_load(&g->nothing), 0);
	inlet_shut();
	inlet_wake(g->thread);
	while (atomic_load(&g->nothing) == 0)
		moment();
}

static void
who_hangs_up_at_once_keeps_nobody_waiting(void **state)
{
	struct gate *g = *state;
	int fd = call(g);

	close(fd);
	while (atomic_load(&g->nothing) == 0)
		moment();
	who_calls_is_answered_and_hung_up_on(state);
}

static void
who_says_nothing_keeps_a_thread_for_two_seconds(void **state)
{
	struct gate *g = *state;
	int fd = call(g);
	char byte;

	assert_int_equal(read(fd, &byte, 1), 0);
	close(fd);
	who_calls_is_answered_and_hung_up_on(state);
}

/* A request whose body is still to come is not at its end. */
static const size_t begun = sizeof(request) - 1 - 8;

/* How many bytes there are until the other side hangs up: slowly. */
static size_t
take_slowly(int fd)
{
	char some[64 * 1024];
	size_t len = 0;
	ssize_t n;

	do {
		moment();
		n = read(fd, some, sizeof(some));
		len += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	assert_int_equal(n, 0);
	close(fd);
	return len;
}

static void
a_big_answer_is_whole_for_who_reads_slowly(void **state)
{
	struct gate *g = *state;
	int fd = call(g);

	g->size = 4 * 1024 * 1024;
	ask(fd, request);
	assert_true(take_slowly(fd) > g->size);
}

static void
so_it_is_where_the_body_was_not_read(void **state)
{
	static const char body[65536] = "\1\5\0\1\377\370\0\0";
	struct gate *g = *state;
	int fd = call(g);
	size_t i;

	g->size = 100;
	g->whole = 0;
	assert_int_equal(write(fd, request, begun), begun);
	for (i = 0; i < 20; i++)
		assert_int_equal(send(fd, body, sizeof(body), MSG_NOSIGNAL),
		    sizeof(body));
	assert_true(take_slowly(fd) > g->size);
}

/* There is one thread, and more of them than it could wait for. */
static void
a_connection_that_is_kept_costs_no_thread(void **state)
{
	struct gate *g = *state;
	int fds[20], i;

	for (i = 0; i < 3 * (int)COUNT(fds); i++) {
		if (i < (int)COUNT(fds))
			fds[i] = call(g);
		ask(fds[i % (int)COUNT(fds)], keeping);
		heard(fds[i % (int)COUNT(fds)]);
	}
	who_calls_is_answered_and_hung_up_on(state);
	for (i = 0; i < (int)COUNT(fds); i++)
		close(fds[i]);
}

/* It would have the processor for nothing until that one is answered. */
static void
no_other_thread_is_woken_by_who_is_answered(void **state)
{
	struct gate *g = *state;
	int fd = call(g), i;

	assert_int_equal(pthread_create(&g->second, NULL, answer_all, g), 0);
	g->are_two = 1;
	ask(fd, keeping);
	heard(fd);
	g->waits = 1;
	ask(fd, keeping);
	while (sem_wait(&g->begun) != 0)
		;
	ask(fd, keeping);
	for (i = 0; i < 50; i++)
		moment();
	assert_int_equal(atomic_load(&g->nothing), 0);
	sem_post(&g->go);
	sem_post(&g->go);
	heard(fd);
	heard(fd);
	close(fd);
}

static void
it_is_not_kept_any_more_once_that_is_not_asked_for(void **state)
{
	int fd = call(*state);

	ask(fd, keeping);
	heard(fd);
	ask(fd, request);
	answered(fd);
}

static void
nor_where_the_body_was_not_read(void **state)
{
	struct gate *g = *state;
	int fd = call(g);

	g->whole = 0;
	assert_int_equal(write(fd, keeping, begun), begun);
	answered(fd);
}

static void
nothing_is_left_open_of_those_who_hang_up(void **state)
{
	struct gate *g = *state;
	int fd = call(g), last, i;

	ask(fd, keeping);
	heard(fd);
	/* The lowest that is free; those of both sides are of one process. */
	last = dup(0);
	for (i = 0; i < 100; i++) {
		close(fd);
		fd = call(g);
		ask(fd, keeping);
		heard(fd);
	}
	assert_true(dup(0) <= last + 3);
	close(fd);
}

static void
so_many_are_kept_and_no_more(void **state)
{
	struct gate *g = *state;
	int fds[600], i, last;
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	/* Ours come first, so that the other side's have high numbers. */
	for (i = 0; i < (int)COUNT(fds); i++)
		fds[i] = dup(0);
	last = call(g);
	ask(last, keeping);
	answered(last);
	for (i = 0; i < (int)COUNT(fds); i++)
		close(fds[i]);
	a_connection_that_is_kept_costs_no_thread(state);
}

static void
where_nothing_is_kept_all_are_hung_up_on(void **state)
{
	int fd = call(*state);

	ask(fd, keeping);
	answered(fd);
}

/* Takes the calls that the thread is told of, where it can. */
static void
another_program_may_be_faster(void **state)
{
	const struct timeval patience = { .tv_sec = 10 };
	struct gate *g = *state;
	int kept = call(g), taken = 0, i, fd, theirs;

	setsockopt(kept, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	for (i = 0; i < 10000 && taken < 20; i++) {
		ask(kept, keeping);
		heard(kept);
		fd = call(g);
		theirs = accept(0, NULL, NULL);
		close(fd);
		if (theirs >= 0) {
			close(theirs);
			taken++;
		}
	}
	ask(kept, keeping);
	heard(kept);
	assert_true(taken > 0);
	close(kept);
}

/* nginx asks elsewhere at once, where it might wait for whom is to end. */
static void
one_that_is_silent_is_hung_up_on_when_all_is_to_end(void **state)
{
	struct gate *g = *state;
	int silent = call(g), busy = call(g);

	ask(silent, keeping);
	heard(silent);
	assert_int_equal(write(busy, keeping, 20), 20);
	until_taken(busy);
	atomic_store(&g->stopping, 1);
	inlet_shut();
	hung_up(silent);
	assert_int_equal(write(busy, keeping + 20, sizeof(keeping) - 1 - 20),
	    sizeof(keeping) - 1 - 20);
	answered(busy);
}

#define WITH_GATE(test) \
	cmocka_unit_test_setup_teardown(test, gate_open, gate_close)
#define WITH_BOTH(test) \
	WITH_GATE(test), { "where nothing is kept, " #test, test, \
	    gate_of_posts_open, gate_close, NULL }

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_BOTH(who_calls_is_answered_and_hung_up_on),
		WITH_BOTH(
		    a_call_is_not_lost_where_the_thread_is_woken_before_the_first_byte),
		WITH_BOTH(nor_where_it_is_woken_within_a_request),
		WITH_BOTH(nor_where_it_was_to_end_meanwhile),
		WITH_BOTH(who_waits_is_woken_once_when_it_is_to_end),
		WITH_BOTH(who_hangs_up_at_once_keeps_nobody_waiting),
		WITH_GATE(a_big_answer_is_whole_for_who_reads_slowly),
		WITH_GATE(so_it_is_where_the_body_was_not_read),
		WITH_GATE(a_connection_that_is_kept_costs_no_thread),
		WITH_GATE(no_other_thread_is_woken_by_who_is_answered),
		WITH_GATE(it_is_not_kept_any_more_once_that_is_not_asked_for),
		WITH_GATE(nor_where_the_body_was_not_read),
		WITH_GATE(nothing_is_left_open_of_those_who_hang_up),
		WITH_GATE(so_many_are_kept_and_no_more),
		WITH_GATE(another_program_may_be_faster),
		WITH_GATE(
		    one_that_is_silent_is_hung_up_on_when_all_is_to_end),
		WITH_BOTH(who_says_nothing_keeps_a_thread_for_two_seconds),
		cmocka_unit_test_setup_teardown(
		    where_nothing_is_kept_all_are_hung_up_on,
		    gate_of_posts_open, gate_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
