#include "unit.h"

#include "base/now.h"

static void
the_first_reason_stays(void **state)
{
	struct ctx *c = *state;

	assert_int_equal(ctx_fail(c, E_STRIPE, "status %d", 500), E_STRIPE);
	assert_int_equal(ctx_fail(c, E_BUSY, "another"), E_BUSY);
	assert_int_equal(ctx_refuse(c, E_BADREQ, "a third"), E_BADREQ);
	assert_string_equal(c->why, "status 500");
}

static void
the_client_hears_only_what_was_refused(void **state)
{
	struct ctx *c = *state;

	assert_int_equal(ctx_fail(c, E_BADREQ, "for the log"), E_BADREQ);
	assert_null(c->say);
	assert_int_equal(ctx_refuse(c, E_CONFLICT, "It is %s.", "taken"),
	    E_CONFLICT);
	assert_int_equal(ctx_refuse(c, E_CONFLICT, "Later."), E_CONFLICT);
	assert_string_equal(c->say, "It is taken.");
	assert_string_equal(c->why, "for the log");
}

static void
a_refusal_is_the_reason_too(void **state)
{
	struct ctx *c = *state;

	assert_int_equal(ctx_refuse(c, E_NOTYPE, "No %d.", 1), E_NOTYPE);
	assert_string_equal(c->say, "No 1.");
	assert_string_equal(c->why, "No 1.");
}

static void
what_is_forgiven_can_fail_anew(void **state)
{
	struct ctx *c = *state;

	ctx_refuse(c, E_RATE, "slow down");
	c->retry_after = 5;
	ctx_forgive(c);
	assert_null(c->why);
	assert_null(c->say);
	assert_int_equal(c->retry_after, 0);
	ctx_fail(c, E_BUSY, "new");
	assert_string_equal(c->why, "new");
}

static void
a_reset_leaves_nothing_of_the_last_request(void **state)
{
	struct ctx *c = *state;
	struct arena *mem = c->mem;
	int64_t before;

	ctx_refuse(c, E_RATE, "slow down");
	c->request_id = "r1";
	c->booking = "bk_1";
	c->retry_after = 5;
	c->now = 1;
	before = now_real();
	ctx_reset(c);
	assert_ptr_equal(c->mem, mem);
	assert_string_equal(c->request_id, "-");
	assert_null(c->booking);
	assert_null(c->why);
	assert_null(c->say);
	assert_int_equal(c->retry_after, 0);
	assert_true(c->now >= before && c->now <= now_real());
}

static void
seconds_are_cut_not_rounded(void **state)
{
	struct ctx *c = *state;

	c->now = 5 * NOW_SECOND + 999999;
	assert_int_equal(ctx_seconds(c), 5);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_CTX(the_first_reason_stays),
		WITH_CTX(the_client_hears_only_what_was_refused),
		WITH_CTX(a_refusal_is_the_reason_too),
		WITH_CTX(what_is_forgiven_can_fail_anew),
		WITH_CTX(a_reset_leaves_nothing_of_the_last_request),
		WITH_CTX(seconds_are_cut_not_rounded),
	};

	return cmocka_run_group_tests_name("ctx", tests, NULL, NULL);
}
