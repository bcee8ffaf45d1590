/*
 * Every recorded body without its person: what our parsers read of it is the
 * same, and nothing else is in it.
 */
#include <string.h>

#include "app/redact.h"
#include "base/json.h"
#include "base/text.h"
#include "booking/erase.h"
#include "booking/event.h"
#include "provider/calendly_event.h"
#include "provider/stripe_event.h"
#include "sample.h"
#include "unit.h"

#define BOOKING "bk_00000000000000000000000000000001"

/* Who is in the recorded bodies, in whatever field. */
static const char *const people[] = { "ada.client", "Ada", "Lovelace",
	"4242", "Springfield", "customer_details", "billing_details",
	"receipt_email", "questions_and_answers", "text_reminder_number",
	"client_secret", "cancel_url" };

static char *
redacted(struct ctx *c, const char *source, const char *body)
{
	const struct event ev = { .id = "ev_1", .source = source,
		.type = "any", .body = body };
	const char *text;
	size_t i;

	assert_int_equal(OK, redact_person(c, &ev, BOOKING, &text));
	for (i = 0; i < COUNT(people); i++)
		if (strstr(text, people[i]) != NULL)
			fail_msg("%s is in %s", people[i], text);
	assert_null(strstr(text, "@example"));
	return (char *)text;
}

static void
check_object(const struct stripe_object *a, const struct stripe_object *b)
{
	assert_true(text_same(a->object, b->object));
	assert_true(text_same(a->id, b->id));
	assert_true(text_same(a->booking, b->booking));
	assert_true(text_same(a->checkout, b->checkout));
	assert_true(text_same(a->status, b->status));
	assert_true(text_same(a->payment_status, b->payment_status));
	assert_true(text_same(a->mode, b->mode));
	assert_true(text_same(a->currency, b->currency));
	assert_true(text_same(a->payment_intent, b->payment_intent));
	assert_true(text_same(a->charge, b->charge));
	assert_true(text_same(a->url, b->url));
	assert_true(text_same(a->reason, b->reason));
	assert_true(text_same(a->failure, b->failure));
	assert_true(text_same(a->decline_code, b->decline_code));
	assert_true(text_same(a->pending_reason, b->pending_reason));
	/* From the first sum to the last word all are numbers. */
	assert_memory_equal(&a->amount, &b->amount,
	    offsetof(struct stripe_object, livemode) -
	    offsetof(struct stripe_object, amount));
	assert_int_equal(a->livemode, b->livemode);
}

static void
check_stripe(struct ctx *c, const char *body)
{
	struct stripe_event a, b;
	char *text = redacted(c, "stripe", body);

	if (stripe_event_parse(c, body, strlen(body), &a) != OK)
		return;
	assert_int_equal(OK, stripe_event_parse(c, text, strlen(text), &b));
	assert_true(text_same(a.id, b.id));
	assert_true(text_same(a.type, b.type));
	assert_true(text_same(a.account, b.account));
	assert_int_equal(a.created, b.created);
	assert_int_equal(a.livemode, b.livemode);
	assert_int_equal(a.thin, b.thin);
	check_object(&a.object, &b.object);
}

static void
check_person(const struct calendly_event *a, const struct calendly_event *b,
    struct ctx *c)
{
	assert_string_equal(text_blank(a->name) ? "" : ERASE_WORD,
	    text_blank(b->name) ? "" : b->name);
	if (!text_blank(a->email))
		assert_string_equal(erase_email(c, BOOKING), b->email);
	assert_true(text_same(a->cancel_reason == NULL ? NULL : ERASE_WORD,
	    b->cancel_reason));
}

static void
check_calendly(struct ctx *c, const char *body)
{
	struct calendly_event a, b;
	char *text = redacted(c, "calendly", body);

	if (calendly_event_parse(c, body, strlen(body), &a) != OK)
		return;
	assert_int_equal(OK, calendly_event_parse(c, text, strlen(text), &b));
	assert_true(text_same(a.event, b.event));
	assert_true(text_same(a.odd, b.odd));
	assert_int_equal(a.has_invitee, b.has_invitee);
	assert_int_equal(a.created_at, b.created_at);
	if (!a.has_invitee)
		return;
	check_person(&a, &b, c);
	assert_true(text_same(a.invitee_uri, b.invitee_uri));
	assert_true(text_same(a.event_uri, b.event_uri));
	assert_true(text_same(a.event_type, b.event_type));
	assert_true(text_same(a.status, b.status));
	assert_true(text_same(a.timezone, b.timezone));
	assert_true(text_same(a.old_invitee, b.old_invitee));
	assert_true(text_same(a.new_invitee, b.new_invitee));
	assert_true(text_same(a.canceler_type, b.canceler_type));
	assert_true(text_same(a.no_show_uri, b.no_show_uri));
	assert_int_equal(a.updated_at, b.updated_at);
	assert_int_equal(a.canceled_at, b.canceled_at);
	assert_int_equal(a.start, b.start);
	assert_int_equal(a.end, b.end);
	assert_int_equal(a.rescheduled, b.rescheduled);
	assert_int_equal(a.native_payment, b.native_payment);
}

/* Each file of a folder below tests/contract. */
static void
for_each(struct ctx *c, const char *folder,
    void (*look)(struct ctx *c, const char *body))
{
	const char *path = arena_printf(c->mem, "tests/contract/%s", folder);
	size_t count, i;
	char **names = sample_names(c, path, &count);

	assert_true(count > 20);
	for (i = 0; i < count; i++)
		look(c, sample_bytes(c, arena_printf(c->mem, "%s/%s", path,
		    names[i]), NULL));
}

static void
stripes_events_say_the_same_without_their_people(void **state)
{
	for_each(*state, "stripe/events", check_stripe);
}

static void
calendlys_events_say_the_same_without_their_people(void **state)
{
	for_each(*state, "calendly/webhooks", check_calendly);
}

static const char *
request(struct ctx *c, const char *source, const char *body)
{
	return redacted(c, source, body);
}

static void
a_request_keeps_what_was_wanted_and_not_by_whom(void **state)
{
	struct ctx *c = *state;

	assert_string_equal(request(c, "client", "{\"bookingId\":\"bk_1\","
	    "\"name\":\"Ada\",\"email\":\"a@example.org\",\"client\":null,"
	    "\"timezone\":\"Europe/London\",\"nickname\":\"Addie\"}"),
	    arena_printf(c->mem, "{\"bookingId\":\"bk_1\",\"name\":\"erased\","
	    "\"email\":\"%s\",\"timezone\":\"Europe/London\"}",
	    erase_email(c, BOOKING)));
}

static void
reasons_of_people_go_and_those_of_the_system_stay(void **state)
{
	struct ctx *c = *state;

	assert_string_equal("{\"reason\":\"erased\",\"upTo\":5}",
	    request(c, "builder", "{\"reason\":\"Ada is ill\",\"upTo\":5}"));
	assert_string_equal("{\"by\":\"client\",\"reason\":\"erased\"}",
	    request(c, "system", "{\"by\":\"client\",\"reason\":\"Ada\"}"));
	assert_string_equal("{\"by\":\"system\",\"reason\":\"not paid\"}",
	    request(c, "system", "{\"by\":\"system\","
	    "\"reason\":\"not paid\"}"));
	assert_string_equal("{\"reason\":\"\"}",
	    request(c, "client", "{\"reason\":\"\"}"));
}

static void
of_an_unknown_source_nothing_stays(void **state)
{
	assert_string_equal("{}", request(*state, "carrier-pigeon",
	    "{\"id\":\"Ada\"}"));
}

static void
an_event_of_others_loses_only_what_nobody_reads(void **state)
{
	const struct event ev = { .id = "ev_1", .source = "calendly",
		.booking = BOOKING, .body = "{\"event\":\"invitee.created\","
		"\"payload\":{\"name\":\"Eve\",\"email\":\"eve@x.org\","
		"\"guests\":[\"ada@x.org\"],\"tel\":{\"no\":5}}}" };
	const char *text;

	assert_int_equal(OK, redact_mention(*state, &ev, "ada@x.org", &text));
	assert_string_equal("{\"event\":\"invitee.created\",\"payload\":"
	    "{\"name\":\"Eve\",\"email\":\"eve@x.org\"}}", text);
	assert_int_equal(OK, redact_mention(*state, &ev, "EVE@x.org", &text));
	assert_null(strstr(text, "Eve"));
	assert_null(strstr(text, "eve@"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(stripes_events_say_the_same_without_their_people),
		WITH_CTX(calendlys_events_say_the_same_without_their_people),
		WITH_CTX(a_request_keeps_what_was_wanted_and_not_by_whom),
		WITH_CTX(reasons_of_people_go_and_those_of_the_system_stay),
		WITH_CTX(of_an_unknown_source_nothing_stays),
		WITH_CTX(an_event_of_others_loses_only_what_nobody_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
