#include "unit.h"

#include <stdalign.h>
#include <string.h>

#include "base/arena.h"

static void
memory_is_zeroed_and_aligned(void **state)
{
	struct ctx *c = *state;
	static const unsigned char zeroes[100];
	size_t size;

	for (size = 0; size <= sizeof(zeroes); size++) {
		void *p = arena_alloc(c->mem, size);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		if (size > 0)
			assert_memory_equal(p, zeroes, size);
	}
}

static void
a_copy_has_the_bytes_and_a_nul_behind_them(void **state)
{
	struct ctx *c = *state;

	assert_memory_equal(arena_copy(c->mem, "a\0bc", 3), "a\0b", 4);
	assert_string_equal(arena_copy(c->mem, NULL, 0), "");
	assert_string_equal(arena_dup(c->mem, "text"), "text");
	assert_null(arena_dup(c->mem, NULL));
}

static void
formatted_text_has_any_length(void **state)
{
	struct ctx *c = *state;
	char *text = arena_printf(c->mem, "%05d%*s.", 42, 100000, "x");

	assert_int_equal(strlen(text), 100006);
	assert_memory_equal(text, "00042 ", 6);
	assert_string_equal(text + 100000, "    x.");
	assert_string_equal(arena_printf(c->mem, "%s", ""), "");
}

struct step {
	char **next; /* where the steps write */
	char name;
};

static void
write_name(void *what)
{
	struct step *step = what;

	*(*step->next)++ = step->name;
}

static void
deferred_functions_run_the_last_one_first(void **state)
{
	struct ctx *c = *state;
	char order[8] = "", *next = order, name;

	for (name = 'a'; name <= 'c'; name++) {
		/* In the arena: it is still there when the functions run. */
		struct step *step = arena_alloc(c->mem, sizeof(*step));

		*step = (struct step){ &next, name };
		arena_defer(c->mem, write_name, step);
	}
	assert_string_equal(order, "");
	arena_reset(c->mem);
	assert_string_equal(order, "cba");
	arena_reset(c->mem);
	assert_string_equal(order, "cba");
}

static void
freeing_runs_what_was_deferred_too(void **state)
{
	struct arena *a = arena_new();
	char order[8] = "", *next = order;
	struct step step = { &next, 'x' };

	(void)state;
	arena_defer(a, write_name, &step);
	arena_free(a);
	assert_string_equal(order, "x");
	arena_free(NULL);
}

static void
a_reset_makes_room_again(void **state)
{
	struct ctx *c = *state;
	int i;

	for (i = 0; i < 3; i++) {
		arena_alloc(c->mem, ARENA_MAX);
		arena_reset(c->mem);
	}
}

static void
take_one_too_large(void *arg)
{
	arena_alloc(arg, ARENA_MAX + 1);
}

static void
take_the_largest(void *arg)
{
	arena_alloc(arg, SIZE_MAX);
}

static void
take_too_much_in_two(void *arg)
{
	arena_alloc(arg, ARENA_MAX / 2);
	arena_alloc(arg, ARENA_MAX / 2 + 1);
}

static void
take_nothing_for_ever(void *arg)
{
	size_t i;

	for (i = 0; i < ARENA_MAX / 8; i++)
		arena_alloc(arg, 0);
}

static void
more_than_the_limit_ends_the_process(void **state)
{
	struct ctx *c = *state;

	assert_true(unit_aborts(take_one_too_large, c->mem));
	assert_true(unit_aborts(take_the_largest, c->mem));
	assert_true(unit_aborts(take_too_much_in_two, c->mem));
}

static void
small_objects_count_with_what_they_cost(void **state)
{
	struct ctx *c = *state;

	assert_true(unit_aborts(take_nothing_for_ever, c->mem));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_CTX(memory_is_zeroed_and_aligned),
		WITH_CTX(a_copy_has_the_bytes_and_a_nul_behind_them),
		WITH_CTX(formatted_text_has_any_length),
		WITH_CTX(deferred_functions_run_the_last_one_first),
		cmocka_unit_test(freeing_runs_what_was_deferred_too),
		WITH_CTX(a_reset_makes_room_again),
		WITH_CTX(more_than_the_limit_ends_the_process),
		WITH_CTX(small_objects_count_with_what_they_cost),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
