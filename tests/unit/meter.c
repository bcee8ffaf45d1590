/*
 * What programs count: in files that outlive them.
 */
#include "unit.h"

#include <signal.h>
#include <string.h>

#include "base/conf.h"
#include "web/meter.h"

static char *
file_in(struct ctx *c, const char *folder)
{
	return arena_printf(c->mem, "%s/counts/checkout", folder);
}

/* A new folder, with a config that has the counts in folder/counts. */
static const char *
new_folder(struct ctx *c)
{
	const char *folder = unit_folder(c);
	const char *text = arena_printf(c->mem, "METRICS_DIR=%s/counts\n",
	    folder);

	unit_write(arena_printf(c->mem, "%s/conf", folder), text,
	    strlen(text), 0600);
	return folder;
}

/* Opens checkout's file there. */
static enum err
open_in(struct ctx *c, const char *folder)
{
	const char *path = arena_printf(c->mem, "%s/conf", folder);
	struct conf *conf;
	enum err e;

	assert_int_equal(conf_load(c, "checkout", path, &conf), OK);
	e = meter_open(c, conf, "checkout");
	conf_free(conf);
	return e;
}

static struct meter
counted(struct ctx *c, const char *folder)
{
	struct meter m;

	assert_true(meter_read(c, arena_printf(c->mem, "%s/counts", folder),
	    "checkout", &m));
	return m;
}

static void
what_is_counted_is_in_the_file(void **state)
{
	struct ctx *c = *state;
	const char *folder = new_folder(c);
	struct meter m;

	assert_int_equal(open_in(c, folder), OK);
	meter_request(200, 400);
	meter_request(429, 700);
	meter_request(503, 900);
	meter_request(303, 1000000000);
	meter_call(METER_CALENDLY, 0, 5000000);
	meter_delivery(METER_STRIPE, METER_NAMED, METER_PARKED);
	meter_delivery(METER_STRIPE, METER_TYPES, METER_APPLIED);
	m = counted(c, folder);
	assert_int_equal(m.answers[METER_2XX], 1);
	assert_int_equal(m.answers[METER_3XX], 1);
	assert_int_equal(m.answers[METER_4XX], 0);
	assert_int_equal(m.answers[METER_429], 1);
	assert_int_equal(m.answers[METER_5XX], 1);
	assert_int_equal(m.requests.micros, 1000002000);
	assert_int_equal(m.requests.buckets[0], 1);
	assert_int_equal(m.requests.buckets[1], 2);
	assert_int_equal(m.requests.buckets[METER_BUCKETS - 1], 1);
	assert_int_equal(m.calls[METER_CALENDLY][METER_NONE], 1);
	assert_int_equal(m.calls[METER_STRIPE][METER_NONE], 0);
	assert_int_equal(m.times[METER_CALENDLY].micros, 5000000);
	assert_int_equal(
	    m.deliveries[METER_STRIPE][METER_NAMED][METER_PARKED], 1);
	assert_int_equal(
	    m.deliveries[METER_STRIPE][METER_OTHER][METER_APPLIED], 1);
	meter_close();
	unit_remove(c, folder);
}

static void
a_time_belongs_to_the_first_bucket_that_is_long_enough(void **state)
{
	struct ctx *c = *state;
	const char *folder = new_folder(c);
	struct meter m;
	size_t i;

	assert_int_equal(open_in(c, folder), OK);
	for (i = 0; i < METER_BUCKETS - 1; i++) {
		meter_request(200, meter_limit(i));
		meter_request(200, meter_limit(i) + 1);
	}
	m = counted(c, folder);
	assert_int_equal(m.requests.buckets[0], 1);
	for (i = 1; i < METER_BUCKETS - 1; i++)
		assert_int_equal(m.requests.buckets[i], 2);
	assert_int_equal(m.requests.buckets[i], 1);
	meter_close();
	unit_remove(c, folder);
}

static void
without_a_folder_nothing_is_counted(void **state)
{
	struct ctx *c = *state;
	const char *folder = new_folder(c);
	const char *path = arena_printf(c->mem, "%s/conf", folder);
	struct conf *conf;
	struct meter m;

	meter_request(200, 1);
	meter_call(METER_STRIPE, 200, 1);
	meter_delivery(METER_STRIPE, METER_OTHER, METER_APPLIED);
	unit_write(path, "METRICS_DIR=''\n", 15, 0600);
	assert_int_equal(conf_load(c, "checkout", path, &conf), OK);
	assert_int_equal(meter_open(c, conf, "checkout"), OK);
	meter_request(200, 1);
	assert_false(meter_read(c, folder, "checkout", &m));
	conf_free(conf);
	unit_remove(c, folder);
}

/* One process of several: waits until all are there, counts, and is killed. */
static pid_t
start_one(struct ctx *c, const char *folder, const int *gate, int n)
{
	pid_t child = fork();
	char byte;
	int i;

	if (child != 0)
		return child;
	close(gate[1]);
	if (read(gate[0], &byte, 1) != 0 || open_in(c, folder) != OK)
		_exit(1);
	for (i = 0; i < n; i++)
		meter_request(200, 100);
	raise(SIGKILL);
	_exit(1);
}

static void
let_many_count(struct ctx *c, const char *folder, int n)
{
	pid_t children[4];
	struct meter m;
	int gate[2], status;
	size_t i;

	assert_int_equal(pipe(gate), 0);
	for (i = 0; i < COUNT(children); i++)
		children[i] = start_one(c, folder, gate, n);
	close(gate[0]);
	close(gate[1]);
	for (i = 0; i < COUNT(children); i++) {
		assert_int_equal(waitpid(children[i], &status, 0),
		    children[i]);
		assert_true(WIFSIGNALED(status));
	}
	m = counted(c, folder);
	assert_int_equal(m.answers[METER_2XX], 4 * n);
	assert_int_equal(m.requests.micros, 4 * n * 100);
}

static void
many_processes_add_to_one_file_and_leave_it_when_they_are_killed(void **state)
{
	struct ctx *c = *state;
	const char *folder = new_folder(c);

	let_many_count(c, folder, 20000);
	unit_remove(c, folder);
}

static void
of_many_that_start_together_one_makes_the_file(void **state)
{
	struct ctx *c = *state;
	const char *folder = new_folder(c);
	int round;

	for (round = 0; round < 40; round++) {
		let_many_count(c, folder, 1);
		assert_int_equal(unlink(file_in(c, folder)), 0);
	}
	unit_remove(c, folder);
}

/* What stands in the file's place is not read, and replaced. */
static void
replaces(struct ctx *c, const char *folder, const char *what)
{
	struct meter m;

	assert_false(meter_read(c, arena_printf(c->mem, "%s/counts", folder),
	    "checkout", &m));
	if (open_in(c, folder) != OK)
		fail_msg("%s: %s", what, c->why);
	meter_request(200, 1);
	m = counted(c, folder);
	assert_int_equal(m.answers[METER_2XX], 1);
	meter_close();
}

static void
what_is_none_of_ours_is_replaced(void **state)
{
	struct ctx *c = *state;
	const char *folder = new_folder(c);
	const char *path = file_in(c, folder);
	struct meter m;

	assert_int_equal(open_in(c, folder), OK);
	meter_request(200, 1);
	meter_close();
	m = counted(c, folder);
	assert_int_equal(truncate(path, sizeof(m) - 8), 0);
	replaces(c, folder, "a torn one");
	assert_int_equal(truncate(path, 0), 0);
	replaces(c, folder, "an empty one");
	memset(m.magic, 'x', sizeof(m.magic));
	unit_write(path, &m, sizeof(m), 0600);
	replaces(c, folder, "one of another kind");
	memcpy(m.magic, "bookpay meter 1", sizeof(m.magic));
	m.size = 8;
	unit_write(path, &m, sizeof(m), 0600);
	replaces(c, folder, "one of another build");
	assert_int_equal(rename(path, arena_printf(c->mem, "%s/other",
	    folder)), 0);
	assert_int_equal(symlink("../other", path), 0);
	replaces(c, folder, "a link");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	replaces(c, folder, "a pipe");
	unit_remove(c, folder);
}

static void
a_folder_that_cannot_be_had_is_said(void **state)
{
	struct ctx *c = *state;
	const char *folder = new_folder(c);
	const char *path = arena_printf(c->mem, "%s/counts", folder);

	unit_write(path, "", 0, 0600);
	assert_int_equal(open_in(c, folder), E_INTERNAL);
	assert_non_null(strstr(c->why, "METRICS_DIR: "));
	unit_remove(c, folder);
}

static void
the_file_is_nobody_elses(void **state)
{
	struct ctx *c = *state;
	const char *folder = new_folder(c);
	struct stat st;

	assert_int_equal(open_in(c, folder), OK);
	meter_close();
	assert_int_equal(stat(file_in(c, folder), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, sizeof(struct meter));
	assert_int_equal(stat(arena_printf(c->mem, "%s/counts", folder), &st),
	    0);
	assert_int_equal(st.st_mode & 07777, 0700);
	unit_remove(c, folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(what_is_counted_is_in_the_file),
		WITH_CTX(a_time_belongs_to_the_first_bucket_that_is_long_enough),
		WITH_CTX(without_a_folder_nothing_is_counted),
		WITH_CTX(many_processes_add_to_one_file_and_leave_it_when_they_are_killed),
		WITH_CTX(of_many_that_start_together_one_makes_the_file),
		WITH_CTX(what_is_none_of_ours_is_replaced),
		WITH_CTX(a_folder_that_cannot_be_had_is_said),
		WITH_CTX(the_file_is_nobody_elses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
