/*
 * Dying on demand: once, at the point that was asked for, whoever counts.
 */
#define _GNU_SOURCE /* memmem */
#include "unit.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "base/fault.h"

struct place {
	struct ctx c; /* first: a struct place * is a fine struct ctx * */
	char *folder, *file, *died;
};

static int
place_new(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	ctx_init(&p->c);
	p->folder = unit_folder(&p->c);
	p->file = arena_printf(p->c.mem, "%s/fault", p->folder);
	p->died = arena_printf(p->c.mem, "%s.died", p->file);
	assert_int_equal(setenv("BOOKPAY_FAULT_FILE", p->file, 1), 0);
	*state = p;
	return 0;
}

static int
place_free(void **state)
{
	struct place *p = *state;

	unsetenv("BOOKPAY_FAULT_FILE");
	unit_remove(&p->c, p->folder);
	ctx_free(&p->c);
	free(p);
	return 0;
}

#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, place_new, place_free)

static void
ask(struct place *p, const char *order)
{
	unit_write(p->file, order, strlen(order), 0600);
}

static const char *
text_of(struct place *p, const char *path)
{
	char *text = arena_alloc(p->c.mem, 200);
	FILE *f = fopen(path, "r");

	if (f == NULL)
		return "there is no such file";
	text[fread(text, 1, 199, f)] = '\0';
	fclose(f);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* Passes n points, alternately "write" and "call"; how many it survived. */
static int
survives(int n)
{
	int status, i;
	pid_t child = fork();

	if (child == 0) {
		for (i = 0; i < n; i++)
			fault_point(i % 2 == 0 ? "write" : "call");
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL;
}

static void
without_a_file_nobody_dies(void **state)
{
	(void)state;
	assert_true(survives(10));
	assert_int_equal(unsetenv("BOOKPAY_FAULT_FILE"), 0);
	assert_true(survives(10));
}

static void
the_nth_point_is_the_last(void **state)
{
	struct place *p = *state;

	ask(p, "fault 3");
	assert_false(survives(3));
	assert_string_equal(text_of(p, p->died), "fault 0 write");
	assert_true(survives(3));
}

static void
points_are_counted_across_processes(void **state)
{
	struct place *p = *state;

	ask(p, "* 5");
	assert_true(survives(2));
	assert_true(survives(2));
	assert_string_equal(text_of(p, p->file), "* 1 ");
	assert_false(survives(1));
}

static void
points_of_one_name_are_counted_alone(void **state)
{
	struct place *p = *state;

	ask(p, "fault 2 call");
	assert_true(survives(3));
	assert_string_equal(text_of(p, p->file), "fault 1 call");
	assert_false(survives(2));
}

static void
other_programs_go_on(void **state)
{
	struct place *p = *state;

	ask(p, "worker 1");
	assert_true(survives(4));
	assert_string_equal(text_of(p, p->file), "worker 1");
	ask(p, "not an order");
	assert_true(survives(4));
	ask(p, "");
	assert_true(survives(4));
}

static void
who_shows_its_memory_lives_on(void **state)
{
	static char words[] = "what nobody else says: 0123456789abcdef";
	struct place *p = *state;
	char *shown = arena_printf(p->c.mem, "%s.memory", p->file);
	size_t len, size = 64 << 20;
	char *bytes = malloc(size);
	FILE *f;

	assert_non_null(bytes);
	words[0] = 'W'; /* so that they are not in what is only read */
	ask(p, "fault 2 call memory");
	assert_true(survives(3));
	assert_string_equal(text_of(p, p->file), "fault 1 call memory");
	assert_true(survives(2));
	assert_string_equal(text_of(p, p->died), "fault 0 call memory");
	f = fopen(shown, "r");
	assert_non_null(f);
	len = fread(bytes, 1, size, f);
	fclose(f);
	assert_non_null(memmem(bytes, len, words, sizeof(words)));
	free(bytes);
}

static void *
pass(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < 250; i++)
		fault_point("write");
	return NULL;
}

static void
threads_count_together(void **state)
{
	struct place *p = *state;
	pthread_t threads[4];
	size_t i;

	ask(p, "fault 2000");
	for (i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, pass,
		    NULL), 0);
	for (i = 0; i < COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	assert_string_equal(text_of(p, p->file), "fault 1000 ");
}

static void
a_twin_is_off_by_its_whole_name(void **state)
{
	(void)state;
	assert_int_equal(unsetenv("BOOKPAY_TWIN"), 0);
	assert_false(TWIN("lease"));
	assert_int_equal(setenv("BOOKPAY_TWIN", "lease", 1), 0);
	assert_true(TWIN("lease"));
	assert_false(TWIN("leas"));
	assert_false(TWIN("release"));
	assert_int_equal(unsetenv("BOOKPAY_TWIN"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(without_a_file_nobody_dies),
		IN_PLACE(the_nth_point_is_the_last),
		IN_PLACE(points_are_counted_across_processes),
		IN_PLACE(points_of_one_name_are_counted_alone),
		IN_PLACE(other_programs_go_on),
		IN_PLACE(who_shows_its_memory_lives_on),
		IN_PLACE(threads_count_together),
		IN_PLACE(a_twin_is_off_by_its_whole_name),
	};

	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
