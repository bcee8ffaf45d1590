#include "unit.h"

#include <ctype.h>
#include <string.h>

#include "base/err.h"

/* The interface promises these; who edits the list must mean it. */
static const struct {
	enum err e;
	int status;
	const char *name;
} promised[] = {
	{ OK, 200, "OK" },
	{ E_BADREQ, 400, "INVALID_REQUEST" },
	{ E_NOAUTH, 401, "AUTHENTICATION_REQUIRED" },
	{ E_SIGNATURE, 401, "WEBHOOK_VERIFICATION_FAILED" },
	{ E_DECLINED, 402, "PAYMENT_ERROR" },
	{ E_FORBIDDEN, 403, "FORBIDDEN" },
	{ E_NOBOOKING, 404, "BOOKING_NOT_FOUND" },
	{ E_NOSESSION, 404, "SESSION_NOT_FOUND" },
	{ E_NOTYPE, 404, "SESSION_TYPE_NOT_FOUND" },
	{ E_NOTFOUND, 404, "NOT_FOUND" },
	{ E_METHOD, 405, "METHOD_NOT_ALLOWED" },
	{ E_CONFLICT, 409, "BOOKING_CONFLICT" },
	{ E_REPLAYED, 409, "IDEMPOTENCY_CONFLICT" },
	{ E_TOOBIG, 413, "PAYLOAD_TOO_LARGE" },
	{ E_MEDIA, 415, "UNSUPPORTED_MEDIA_TYPE" },
	{ E_RATE, 429, "RATE_LIMITED" },
	{ E_INTERNAL, 500, "INTERNAL" },
	{ E_PAYMENT, 502, "PAYMENT_ERROR" },
	{ E_BUSY, 503, "DATABASE_ERROR" },
	{ E_STRIPE, 503, "STRIPE_UNAVAILABLE" },
	{ E_CALENDLY, 503, "CALENDLY_UNAVAILABLE" },
};

static void
a_code_has_the_status_and_name_of_the_interface(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(promised); i++) {
		assert_string_equal(err_name(promised[i].e), promised[i].name);
		assert_int_equal(err_status(promised[i].e),
		    promised[i].status);
	}
}

static void
ok_is_zero_and_the_only_code_without_words(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(OK, 0);
	assert_string_equal(err_words(OK), "");
	for (i = 1; i < COUNT(promised); i++) {
		const char *words = err_words(promised[i].e);

		assert_true(isupper((unsigned char)words[0]));
		assert_true(strchr(".;", words[strlen(words) - 1]) != NULL);
	}
}

static void
name_it(void *arg)
{
	err_name(*(enum err *)arg);
}

static void
a_number_that_is_no_code_is_our_mistake(void **state)
{
	enum err behind = (enum err)COUNT(promised);

	(void)state;
	assert_true(unit_aborts(name_it, &behind));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_code_has_the_status_and_name_of_the_interface),
		cmocka_unit_test(ok_is_zero_and_the_only_code_without_words),
		cmocka_unit_test(a_number_that_is_no_code_is_our_mistake),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
