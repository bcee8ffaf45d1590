/*
 * What people ask for: every field right, wrong, and missing.
 */
#include <string.h>

#include "app/order.h"
#include "ask.h"
#include "base/now.h"
#include "world.h"

static const char direct[] =
	"{\"sessionTypeId\":\"direct\",\"startTime\":"
	"\"2026-12-10T09:00:00-05:00\",\"name\":\"Ada Client\","
	"\"email\":\"ada@example.com\",\"timezone\":\"Europe/Berlin\"}";
static const char calendly[] =
	"{\"calendly\":{\"eventTypeId\":\"e7e70001\",\"eventId\":\"5c4ed\","
	"\"inviteeId\":\"1417e000-0000-4000-8000-000000000001\","
	"\"startTime\":\"2026-12-10T14:00:00.000000Z\","
	"\"endTime\":\"2026-12-10T15:00:00Z\",\"name\":\"Ada\","
	"\"email\":\"ada@example.com\",\"timezone\":\"Asia/Calcutta\"}}";
static const char booking[] =
	"{\"bookingId\":\"bk_00000000000000000000000000000001\"}";

static enum err
parse(struct ctx *c, const char *body, struct order *ret)
{
	const struct req rq = ASK_JSON(body);

	ctx_forgive(c);
	return order_parse(c, &rq, ret);
}

/* --- what is right ------------------------------------------------------- */

static void
a_time_of_ours_is_asked_for(void **state)
{
	struct order o;
	int64_t start;

	assert_int_equal(parse(*state, direct, &o), OK);
	assert_int_equal(o.kind, ORDER_DIRECT);
	assert_string_equal(o.seat.session_type, "direct");
	assert_int_equal(now_parse("2026-12-10T14:00:00Z", &start), OK);
	assert_int_equal(o.seat.start_at, start);
	assert_string_equal(o.seat.name, "Ada Client");
	assert_string_equal(o.seat.email, "ada@example.com");
	assert_string_equal(o.seat.timezone, "Europe/Berlin");
	assert_null(o.seat.invitee);
	assert_null(o.seat.client);
	assert_int_equal(o.seat.by_admin, 0);
	assert_int_equal(strlen(o.digest), 64);
	assert_null(o.key);
}

static void
a_booking_at_calendly_is_claimed(void **state)
{
	struct order o;

	assert_int_equal(parse(*state, calendly, &o), OK);
	assert_int_equal(o.kind, ORDER_CALENDLY);
	assert_string_equal(o.seat.event_type, "e7e70001");
	assert_string_equal(o.seat.event, "5c4ed");
	assert_string_equal(o.seat.invitee,
	    "1417e000-0000-4000-8000-000000000001");
	assert_null(o.seat.session_type);
}

static void
a_booking_there_is_is_named(void **state)
{
	struct order o;

	assert_int_equal(parse(*state, booking, &o), OK);
	assert_int_equal(o.kind, ORDER_BOOKING);
	assert_string_equal(o.booking, "bk_00000000000000000000000000000001");
}

static void
options_are_taken_along(void **state)
{
	struct ctx *c = *state;
	const char *body = booking;
	struct order o;

	body = world_edit(c, body, "returnPath", "\"/booking/payment\"");
	body = world_edit(c, body, "promotionCode", "\"TEN-OFF\"");
	body = world_edit(c, body, "locale", "\"en-GB\"");
	assert_int_equal(parse(c, body, &o), OK);
	assert_string_equal(o.return_path, "/booking/payment");
	assert_string_equal(o.promotion_code, "TEN-OFF");
	assert_string_equal(o.locale, "en-GB");
}

/* What only we know is not read, whoever writes it. */
static void
amounts_and_states_in_the_body_are_not_read(void **state)
{
	static const char *const keys[] = { "amount", "currency", "price",
		"status", "client", "clientId", "builderId", "by_admin",
		"isAdmin", "policy", "durationMinutes", "bookingid" };
	struct ctx *c = *state;
	const char *body = direct;
	struct order plain, o;
	size_t i;

	assert_int_equal(parse(c, direct, &plain), OK);
	for (i = 0; i < COUNT(keys); i++)
		body = world_edit(c, body, keys[i], "\"1\"");
	assert_int_equal(parse(c, body, &o), OK);
	assert_null(o.seat.client);
	assert_int_equal(o.seat.by_admin, 0);
	assert_null(o.booking);
	/* A different order all the same: for the Idempotency-Key. */
	assert_string_not_equal(o.digest, plain.digest);
}

/* --- what is wrong ------------------------------------------------------- */

/* A text of n times 'a', as JSON. */
static char *
long_text(struct ctx *c, int n)
{
	return arena_printf(c->mem, "\"%0*d\"", n, 0);
}

/* Refused with words that name the field. */
static void
refused(struct ctx *c, const char *base, const char *path, const char *value)
{
	const char *field = strrchr(path, '.');
	struct order o;

	field = field == NULL ? path : field + 1;
	if (parse(c, world_edit(c, base, path, value), &o) != E_BADREQ)
		fail_msg("%s: %s passes", path, value);
	if (c->say == NULL)
		fail_msg("%s: %s: no words", path, value);
	/* The zone says its own words. */
	if (strstr(c->say, field) == NULL && strcmp(field, "timezone") != 0)
		fail_msg("%s: %s: %s", path, value, c->say);
}

static const struct {
	const char *base, *path;
	int needed;
} fields[] = {
	{ direct, "startTime", 1 },
	{ direct, "name", 1 },
	{ direct, "email", 1 },
	{ direct, "timezone", 1 },
	{ direct, "returnPath", 0 },
	{ direct, "promotionCode", 0 },
	{ direct, "locale", 0 },
	{ calendly, "calendly.eventTypeId", 1 },
	{ calendly, "calendly.inviteeId", 1 },
	{ calendly, "calendly.eventId", 0 },
	{ calendly, "calendly.startTime", 1 },
	{ calendly, "calendly.endTime", 1 },
	{ calendly, "calendly.name", 1 },
	{ calendly, "calendly.email", 1 },
	{ calendly, "calendly.timezone", 1 },
};

static void
a_field_that_is_needed_must_be_there(void **state)
{
	struct ctx *c = *state;
	struct order o;
	size_t i;

	for (i = 0; i < COUNT(fields); i++) {
		if (fields[i].needed) {
			refused(c, fields[i].base, fields[i].path, NULL);
			refused(c, fields[i].base, fields[i].path, "null");
		} else {
			assert_int_equal(parse(c, world_edit(c,
			    fields[i].base, fields[i].path, "null"), &o), OK);
		}
	}
}

static void
a_field_must_be_a_text_of_sense(void **state)
{
	static const char *const values[] = { "5", "true", "[]", "{}",
		"\"\"", "1e300", "\"a\\u0001b\"", "\"a\\nb\"", "\"\\u009b\"" };
	struct ctx *c = *state;
	size_t i, j;

	for (i = 0; i < COUNT(fields); i++) {
		for (j = 0; j < COUNT(values); j++)
			refused(c, fields[i].base, fields[i].path,
			    values[j]);
		refused(c, fields[i].base, fields[i].path, long_text(c, 2000));
	}
}

static void
each_field_has_its_own_rules(void **state)
{
	static const struct {
		const char *base, *path, *value;
	} cases[] = {
		{ direct, "sessionTypeId", "\"\"" },
		{ direct, "sessionTypeId", "\"a b\"" },
		{ direct, "sessionTypeId", "\"../x\"" },
		{ direct, "sessionTypeId", "7" },
		{ direct, "name", "\"   \"" },
		{ direct, "email", "\"ada\"" },
		{ direct, "email", "\"ada@localhost\"" },
		{ direct, "email", "\"ada@example.com, eve@example.com\"" },
		{ direct, "email", "\"@example.com\"" },
		{ direct, "email", "\"Ada <ada@example.com>\"" },
		{ direct, "timezone", "\"Europe/Nowhere\"" },
		{ direct, "timezone", "\"../../etc/passwd\"" },
		{ direct, "timezone", "\"/etc/localtime\"" },
		{ direct, "timezone", "\"posixrules\"" },
		{ direct, "startTime", "\"2026-12-10T09:00:00\"" },
		{ direct, "startTime", "\"2026-12-10\"" },
		{ direct, "startTime", "\"2026-02-30T09:00:00Z\"" },
		{ direct, "startTime", "\"2026-12-10T25:00:00Z\"" },
		{ direct, "startTime", "\"10 December 2026\"" },
		{ direct, "startTime", "\"1796911200\"" },
		{ direct, "startTime", "\"2026-12-10T09:00:00-05:00 \"" },
		{ calendly, "calendly.endTime", "\"2026-12-10T14:00:00Z\"" },
		{ calendly, "calendly.inviteeId", "\"a/../b\"" },
		{ calendly, "calendly.inviteeId", "\"https://api\"" },
		{ booking, "bookingId", "\"bk_1\"" },
		{ booking, "bookingId",
		    "\"bk_0000000000000000000000000000000G\"" },
		{ booking, "bookingId",
		    "\"BK_00000000000000000000000000000001\"" },
		{ booking, "promotionCode", "\"A B\"" },
		{ booking, "promotionCode", "\"A'; DROP TABLE booking\"" },
		{ booking, "locale", "\"en/GB\"" },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		refused(*state, cases[i].base, cases[i].path,
		    cases[i].value);
}

static void
the_way_back_leads_to_this_site_only(void **state)
{
	static const char *const paths[] = { "//evil.example",
		"/\\\\evil.example", "\\\\\\\\evil.example",
		"https://evil.example", "https:evil.example",
		"javascript:alert(1)", "evil", "", "/a//b", "/..", "/a/../b",
		"/../../x", "/a?b=c", "/a#b", "/%2f%2fevil", "/a b", "/\\t",
		"/@evil.example", "/:80", "/{CHECKOUT_SESSION_ID}" };
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(paths); i++)
		refused(c, booking, "returnPath",
		    arena_printf(c->mem, "\"%s\"", paths[i]));
}

static void
the_longest_values_pass_and_longer_ones_do_not(void **state)
{
	static const struct {
		const char *path;
		int longest;
	} cases[] = { { "name", 1604 }, { "sessionTypeId", 64 },
		{ "promotionCode", 100 }, { "locale", 64 } };
	struct ctx *c = *state;
	struct order o;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(parse(c, world_edit(c, direct,
		    cases[i].path, long_text(c, cases[i].longest)), &o), OK);
		refused(c, direct, cases[i].path,
		    long_text(c, cases[i].longest + 1));
	}
}

static void
it_is_one_of_the_three(void **state)
{
	static const char two_kinds[] = "{\"bookingId\":"
	    "\"bk_00000000000000000000000000000001\","
	    "\"sessionTypeId\":\"direct\"}";
	static const char *const bodies[] = { "{}", "{\"bookingId\":null}",
		"{\"name\":\"Ada\"}", "{\"calendly\":\"yes\"}",
		"{\"calendly\":[]}", "{\"calendly\":{}}",
		"{\"sessionTypeId\":{}}",
		two_kinds };
	struct order o;
	size_t i;

	for (i = 0; i < COUNT(bodies); i++)
		assert_int_equal(parse(*state, bodies[i], &o), E_BADREQ);
}

static void
what_is_not_one_json_object_is_refused(void **state)
{
	static const char too_deep[] = "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
	    "[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}";
	static const char *const bodies[] = { "", " ", "null", "[]", "5",
		"{\"bookingId\":1e999}", "{\"bookingId\":-1e999}",
		"\"text\"", "{", "{\"a\":1}{}", "{\"bookingId\":\"\xff\"}",
		"{\"bookingId\":\"bk_\\u0000\"}",
		"{\"bookingId\":\"\\ud800\"}", "{\"a\":1,\"a\":2}",
		"{\"calendly\":{\"name\":\"a\",\"name\":\"b\"}}",
		too_deep };
	struct order o;
	size_t i;

	for (i = 0; i < COUNT(bodies); i++)
		if (parse(*state, bodies[i], &o) != E_BADREQ)
			fail_msg("%s passes", bodies[i]);
}

/* --- around the body ----------------------------------------------------- */

static void
the_body_must_be_declared_as_json(void **state)
{
	static const struct {
		const char *type;
		enum err expected;
	} cases[] = {
		{ "CONTENT_TYPE=application/json", OK },
		{ "CONTENT_TYPE=application/json; charset=utf-8", OK },
		{ "CONTENT_TYPE=Application/JSON;charset=UTF-8", OK },
		{ "CONTENT_TYPE=application/json;charset=\"utf-8\"", OK },
		{ "CONTENT_TYPE=application/json; charset=latin1", E_MEDIA },
		{ "CONTENT_TYPE=application/jsonp", E_MEDIA },
		{ "CONTENT_TYPE=text/plain", E_MEDIA },
		{ "CONTENT_TYPE=multipart/form-data; boundary=x", E_MEDIA },
		{ "CONTENT_TYPE=application/x-www-form-urlencoded",
		    E_MEDIA },
		{ "CONTENT_TYPE=", E_MEDIA },
		{ "OTHER=application/json", E_MEDIA },
	};
	struct ctx *c = *state;
	struct order o;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct req rq = ASK(arena_dup(c->mem, cases[i].type));

		rq.body = booking;
		rq.body_len = strlen(booking);
		if (order_parse(c, &rq, &o) != cases[i].expected)
			fail_msg("%s", cases[i].type);
	}
}

static void
a_key_is_too_long_to_guess_and_short_enough_to_keep(void **state)
{
	static const struct {
		int len;
		enum err expected;
	} cases[] = { { 1, E_BADREQ }, { 15, E_BADREQ }, { 16, OK },
		{ 255, OK }, { 256, E_BADREQ } };
	struct ctx *c = *state;
	struct order o;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct req rq = ASK("CONTENT_TYPE=application/json",
		    arena_printf(c->mem, "HTTP_IDEMPOTENCY_KEY=%0*d",
		    cases[i].len, 0));

		rq.body = booking;
		rq.body_len = strlen(booking);
		assert_int_equal(order_parse(c, &rq, &o), cases[i].expected);
		if (cases[i].expected == OK)
			assert_int_equal(strlen(o.key), cases[i].len);
	}
}

static void
a_key_is_text(void **state)
{
	static const char *const keys[] = {
		"HTTP_IDEMPOTENCY_KEY=0123456789abcde\x01",
		"HTTP_IDEMPOTENCY_KEY=0123456789abcde\xff" };
	struct ctx *c = *state;
	struct order o;
	size_t i;

	for (i = 0; i < COUNT(keys); i++) {
		struct req rq = ASK("CONTENT_TYPE=application/json",
		    arena_dup(c->mem, keys[i]));

		rq.body = booking;
		rq.body_len = strlen(booking);
		assert_int_equal(order_parse(c, &rq, &o), E_BADREQ);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(a_time_of_ours_is_asked_for),
		WITH_CTX(a_booking_at_calendly_is_claimed),
		WITH_CTX(a_booking_there_is_is_named),
		WITH_CTX(options_are_taken_along),
		WITH_CTX(amounts_and_states_in_the_body_are_not_read),
		WITH_CTX(a_field_that_is_needed_must_be_there),
		WITH_CTX(a_field_must_be_a_text_of_sense),
		WITH_CTX(each_field_has_its_own_rules),
		WITH_CTX(the_way_back_leads_to_this_site_only),
		WITH_CTX(the_longest_values_pass_and_longer_ones_do_not),
		WITH_CTX(it_is_one_of_the_three),
		WITH_CTX(what_is_not_one_json_object_is_refused),
		WITH_CTX(the_body_must_be_declared_as_json),
		WITH_CTX(a_key_is_too_long_to_guess_and_short_enough_to_keep),
		WITH_CTX(a_key_is_text),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
