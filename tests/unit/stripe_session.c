/*
 * The bytes that ask for a Checkout Session, against Stripe's own schema.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cjson/cJSON.h>

#include "base/attr.h"
#include "base/ctx.h"
#include "base/json.h"
#include "provider/stripe_session.h"
#include "sample.h"

/* Everything that can be said. */
static const struct stripe_session_params all = {
	.booking = "bk_0123456789abcdef0123456789abcdef",
	.builder = "bld_1",
	.client = "cli_1",
	.session_type = "sty_60",
	.start_time = "2026-12-10T14:00:00Z",
	.end_time = "2026-12-10T15:00:00Z",
	.timezone = "America/New_York",
	.calendly_event = "5c4ed000-0000-4000-8000-000000000001",
	.is_calendly = 1,
	.checkout = "co_1",
	.title = "60 Minute Strategy & Co",
	.description = "With Zoë",
	.amount = 15000,
	.currency = "usd",
	.email = "ada+x@example.com",
	.locale = "de-AT",
	.promotion_code = "promo_1",
	.success_url = "https://book.example/booking/payment"
		       "?session_id={CHECKOUT_SESSION_ID}",
	.cancel_url = "https://book.example/booking/confirmation?booking=bk_0",
	.expires_at = 1795444205,
};

#define FACTS(where) \
	where "[bookingId]=bk_0123456789abcdef0123456789abcdef" \
	"&" where "[builderId]=bld_1" \
	"&" where "[clientId]=cli_1" \
	"&" where "[sessionTypeId]=sty_60" \
	"&" where "[startTime]=2026-12-10T14%3A00%3A00Z" \
	"&" where "[endTime]=2026-12-10T15%3A00%3A00Z" \
	"&" where "[timezone]=America%2FNew_York" \
	"&" where "[calendlyEventId]=5c4ed000-0000-4000-8000-000000000001" \
	"&" where "[isCalendlyBooking]=true" \
	"&" where "[checkoutId]=co_1"

static void
all_that_can_be_said_is_said_in_these_bytes(void **state)
{
	assert_string_equal(stripe_session_body(*state, &all),
	    "mode=payment&submit_type=book"
	    "&client_reference_id=bk_0123456789abcdef0123456789abcdef"
	    "&customer_email=ada%2Bx%40example.com&locale=de"
	    "&line_items[0][price_data][currency]=usd"
	    "&line_items[0][price_data][unit_amount]=15000"
	    "&line_items[0][price_data][product_data][name]="
	    "60%20Minute%20Strategy%20%26%20Co"
	    "&line_items[0][price_data][product_data][description]="
	    "With%20Zo%C3%AB"
	    "&line_items[0][quantity]=1"
	    "&discounts[0][promotion_code]=promo_1"
	    "&success_url=https%3A%2F%2Fbook.example%2Fbooking%2Fpayment"
	    "%3Fsession_id%3D%7BCHECKOUT_SESSION_ID%7D"
	    "&cancel_url=https%3A%2F%2Fbook.example%2Fbooking%2Fconfirmation"
	    "%3Fbooking%3Dbk_0"
	    "&expires_at=1795444205"
	    "&" FACTS("metadata")
	    "&" FACTS("payment_intent_data[metadata]"));
}

static void
what_is_not_known_is_left_out(void **state)
{
	static const struct stripe_session_params few = {
		.booking = "bk_1", .builder = "", .title = "Talk",
		.amount = 500, .currency = "jpy", .success_url = "https://s/" };

	assert_string_equal(stripe_session_body(*state, &few),
	    "mode=payment&submit_type=book&client_reference_id=bk_1"
	    "&line_items[0][price_data][currency]=jpy"
	    "&line_items[0][price_data][unit_amount]=500"
	    "&line_items[0][price_data][product_data][name]=Talk"
	    "&line_items[0][quantity]=1&success_url=https%3A%2F%2Fs%2F"
	    "&metadata[bookingId]=bk_1&metadata[isCalendlyBooking]=false"
	    "&payment_intent_data[metadata][bookingId]=bk_1"
	    "&payment_intent_data[metadata][isCalendlyBooking]=false");
}

/* The schema of one level below, by name or list index; NULL: not allowed. */
static const cJSON *
below(const cJSON *schema, const char *name, size_t len)
{
	const cJSON *properties = json_get(schema, "properties"), *p, *found;
	const cJSON *choice;

	if (json_has(schema, "items"))
		return len == 1 && *name >= '0' && *name <= '9'
		    ? json_get(schema, "items")
		    : NULL;
	cJSON_ArrayForEach(p, properties)
		if (strlen(p->string) == len &&
		    strncmp(p->string, name, len) == 0)
			return p;
	cJSON_ArrayForEach(choice, json_get(schema, "anyOf")) {
		found = below(choice, name, len);
		if (found != NULL)
			return found;
	}
	found = json_get(schema, "additionalProperties");
	return cJSON_IsObject(found) ? found : NULL;
}

/* Walks "a[b][0][c]=" down the schema. */
static void
check_name(const cJSON *schema, const char *name)
{
	const char *p = name;
	size_t len;

	while (*p != '=') {
		len = strcspn(p, "[]=");
		schema = below(schema, p, len);
		if (schema == NULL)
			fail_msg("Stripe has no parameter %.60s", name);
		p += len;
		p += strspn(p, "[]");
	}
}

static void
stripe_knows_every_parameter(void **state)
{
	struct ctx *c = *state;
	const cJSON *o =
	    sample_json(c, "tests/contract/stripe/openapi-subset.json");
	static const char *const path[] = { "paths", "/v1/checkout/sessions",
		"post", "requestBody", "content",
		"application/x-www-form-urlencoded", "schema" };
	const char *p = stripe_session_body(c, &all);
	size_t i;
	int n = 0;

	for (i = 0; i < COUNT(path); i++)
		o = json_get(o, path[i]);
	assert_false(json_true(o, "additionalProperties"));
	for (; p != NULL; p = strchr(p, '&'), p = p == NULL ? NULL : p + 1) {
		check_name(o, p);
		n++;
	}
	assert_int_equal(n, 34);
}

/* The value of locale= that this tag becomes; NULL: none. */
static char *
locale_sent(struct ctx *c, const char *tag)
{
	struct stripe_session_params p = all;
	char *at, *end;

	p.locale = tag;
	at = strstr(stripe_session_body(c, &p), "&locale=");
	if (at == NULL)
		return NULL;
	at += strlen("&locale=");
	end = strchr(at, '&');
	return arena_copy(c->mem, at, (size_t)(end - at));
}

static void
only_locales_that_stripe_has_are_sent(void **state)
{
	struct ctx *c = *state;
	const cJSON *o =
	    sample_json(c, "tests/contract/stripe/openapi-subset.json");
	static const char *const path[] = { "paths", "/v1/checkout/sessions",
		"post", "requestBody", "content",
		"application/x-www-form-urlencoded", "schema", "properties",
		"locale", "enum" };
	const cJSON *item;
	size_t i;

	for (i = 0; i < COUNT(path); i++)
		o = json_get(o, path[i]);
	cJSON_ArrayForEach(item, o)
		if (strcmp(item->valuestring, "auto") != 0)
			assert_string_equal(locale_sent(c, item->valuestring),
			    item->valuestring);
	assert_string_equal(locale_sent(c, "PT-br"), "pt-BR");
	assert_string_equal(locale_sent(c, "pt_PT"), "pt");
	assert_string_equal(locale_sent(c, "en-US"), "en");
	assert_null(locale_sent(c, "auto"));
	assert_null(locale_sent(c, "xx"));
	assert_null(locale_sent(c, ""));
	assert_null(locale_sent(c, "-"));
	assert_null(locale_sent(c, NULL));
}

static void
long_texts_are_cut_between_characters(void **state)
{
	struct ctx *c = *state;
	struct stripe_session_params p = all;
	char zone[600], *body, *at;

	/* 499 bytes and then two-byte letters: the one at 500 is halved. */
	memset(zone, 'a', 499);
	memcpy(zone + 499, "\xc3\xab\xc3\xab", 5);
	p.timezone = zone;
	body = stripe_session_body(c, &p);
	at = strstr(body, "&metadata[timezone]=");
	assert_non_null(at);
	at += strlen("&metadata[timezone]=");
	assert_int_equal(strcspn(at, "&"), 499);
	/* 498 bytes: it fits exactly. */
	memcpy(zone + 498, "\xc3\xab", 3);
	body = stripe_session_body(c, &p);
	at = strstr(body, "&metadata[timezone]=");
	assert_non_null(at);
	at += strlen("&metadata[timezone]=");
	assert_int_equal(strcspn(at, "&"), 498 + 6);
}

static void
an_expiry_is_moved_to_where_stripe_accepts_it(void **state)
{
	static const int64_t now = 1795442400;

	(void)state;
	assert_int_equal(stripe_session_expiry(now, 0), now + 1920);
	assert_int_equal(stripe_session_expiry(now, now + 60), now + 1920);
	assert_int_equal(stripe_session_expiry(now, now + 2000), now + 2000);
	assert_int_equal(stripe_session_expiry(now, now + 86400 * 7),
	    now + 86340);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, sample_setup, \
    sample_teardown)
	const struct CMUnitTest tests[] = {
		TEST(all_that_can_be_said_is_said_in_these_bytes),
		TEST(what_is_not_known_is_left_out),
		TEST(stripe_knows_every_parameter),
		TEST(only_locales_that_stripe_has_are_sent),
		TEST(long_texts_are_cut_between_characters),
		TEST(an_expiry_is_moved_to_where_stripe_accepts_it),
	};

	return cmocka_run_group_tests_name("stripe_session", tests, NULL,
	    NULL);
}
