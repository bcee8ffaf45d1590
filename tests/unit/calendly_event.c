/*
 * Every recorded webhook of Calendly, their keys, and the answers of the API
 * in the same dress.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/attr.h"
#include "base/ctx.h"
#include "base/now.h"
#include "base/text.h"
#include "provider/calendly_event.h"
#include "provider/calendly_uri.h"
#include "sample.h"

#define FOLDER "tests/contract/calendly/webhooks"
#define ANSWERS "tests/contract/calendly/api"
#define EVENT(n) "5c4ed000-0000-4000-8000-0000000000" n
#define INVITEE(n) "1417e000-0000-4000-8000-0000000000" n
#define API "https://api.calendly.com/"

static const struct expected {
	const char *file, *event, *invitee, *scheduled, *status;
	const char *old_invitee, *new_invitee;
	int rescheduled;
	const char *canceler, *reference, *start;
} webhooks[] = {
	/* clang-format off */
	{ "NEGATIVE_v1_shape", "invitee.created", NULL, NULL, NULL, NULL, NULL,
	    0, NULL, NULL, NULL },
	{ "collective_two_hosts_created", "invitee.created", INVITEE("22"),
	    EVENT("22"), "active", NULL, NULL, 0, NULL, NULL,
	    "2026-12-19T15:00:00Z" },
	{ "group_event_canceled_by_host_one_of_many", "invitee.canceled",
	    INVITEE("25"), EVENT("20"), "canceled", NULL, NULL, 0, "host", NULL,
	    "2026-12-18T17:00:00Z" },
	{ "group_event_first_invitee_created", "invitee.created", INVITEE("20"),
	    EVENT("20"), "active", NULL, NULL, 0, NULL, NULL,
	    "2026-12-18T17:00:00Z" },
	{ "group_event_one_invitee_canceled", "invitee.canceled", INVITEE("20"),
	    EVENT("20"), "canceled", NULL, NULL, 0, "invitee", NULL,
	    "2026-12-18T17:00:00Z" },
	{ "group_event_reschedule_old_invitee_canceled", "invitee.canceled",
	    INVITEE("21"), EVENT("20"), "canceled", NULL, INVITEE("24"), 1,
	    "invitee", NULL, "2026-12-18T17:00:00Z" },
	{ "group_event_second_invitee_created", "invitee.created",
	    INVITEE("21"), EVENT("20"), "active", NULL, NULL, 0, NULL, NULL,
	    "2026-12-18T17:00:00Z" },
	{ "invitee_canceled", "invitee.canceled", INVITEE("01"), EVENT("01"),
	    "canceled", NULL, NULL, 0, "invitee",
	    "bk_01JSYNTHETIC0000000000001", "2026-12-10T14:00:00Z" },
	{ "invitee_canceled_by_host_empty_reason", "invitee.canceled",
	    INVITEE("02"), EVENT("02"), "canceled", NULL, NULL, 0, "host", NULL,
	    "2026-12-11T10:30:00Z" },
	{ "invitee_created", "invitee.created", INVITEE("01"), EVENT("01"),
	    "active", NULL, NULL, 0, NULL, "bk_01JSYNTHETIC0000000000001",
	    "2026-12-10T14:00:00Z" },
	{ "invitee_created_google_meet_processing", "invitee.created",
	    INVITEE("02"), EVENT("02"), "active", NULL, NULL, 0, NULL, NULL,
	    "2026-12-11T10:30:00Z" },
	{ "invitee_created_legacy_without_scheduled_event", "invitee.created",
	    INVITEE("31"), EVENT("31"), "active", NULL, NULL, 0, NULL, NULL,
	    NULL },
	{ "invitee_created_minimal_nulls", "invitee.created", INVITEE("30"),
	    EVENT("30"), "active", NULL, NULL, 0, NULL, NULL,
	    "2026-12-20T00:00:00Z" },
	{ "invitee_created_native_payment", "invitee.created", INVITEE("03"),
	    EVENT("03"), "active", NULL, NULL, 0, NULL,
	    "bk_01JSYNTHETIC0000000000003", "2026-12-12T09:00:00Z" },
	{ "invitee_created_unicode", "invitee.created", INVITEE("32"),
	    EVENT("32"), "active", NULL, NULL, 0, NULL,
	    "bk_01JSYNTHETIC0000000000032", "2026-12-21T09:00:00Z" },
	{ "invitee_created_unknown_extra_fields", "invitee.created",
	    INVITEE("01"), EVENT("01"), "active", NULL, NULL, 0, NULL,
	    "bk_01JSYNTHETIC0000000000001", "2026-12-10T14:00:00Z" },
	{ "invitee_created_via_scheduling_api", "invitee.created",
	    INVITEE("04"), EVENT("04"), "active", NULL, NULL, 0, NULL,
	    "bk_01JSYNTHETIC0000000000004", "2026-12-14T13:00:00Z" },
	{ "invitee_no_show_created", "invitee_no_show.created", INVITEE("01"),
	    EVENT("01"), "active", NULL, NULL, 0, NULL,
	    "bk_01JSYNTHETIC0000000000001", "2026-12-10T14:00:00Z" },
	{ "invitee_no_show_deleted", "invitee_no_show.deleted", INVITEE("01"),
	    EVENT("01"), "active", NULL, NULL, 0, NULL,
	    "bk_01JSYNTHETIC0000000000001", "2026-12-10T14:00:00Z" },
	{ "reschedule_new_invitee_created", "invitee.created", INVITEE("08"),
	    EVENT("08"), "active", INVITEE("07"), NULL, 0, NULL, NULL,
	    "2026-12-16T18:00:00Z" },
	{ "reschedule_new_invitee_created_tracking_kept", "invitee.created",
	    INVITEE("08"), EVENT("08"), "active", INVITEE("07"), NULL, 0, NULL,
	    "bk_01JSYNTHETIC0000000000007", "2026-12-16T18:00:00Z" },
	{ "reschedule_old_invitee_canceled", "invitee.canceled", INVITEE("07"),
	    EVENT("07"), "canceled", NULL, INVITEE("08"), 1, "invitee",
	    "bk_01JSYNTHETIC0000000000007", "2026-12-15T18:00:00Z" },
	{ "round_robin_created", "invitee.created", INVITEE("23"), EVENT("23"),
	    "active", NULL, NULL, 0, NULL, NULL, "2026-12-19T16:00:00Z" },
	{ "routing_form_submission_created", "routing_form_submission.created",
	    NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL },
	{ "routing_form_submission_created_no_booking",
	    "routing_form_submission.created", NULL, NULL, NULL, NULL, NULL, 0,
	    NULL, NULL, NULL },
	{ "unsubscribed_event_name", "meeting_recap.created", NULL, NULL, NULL,
	    NULL, NULL, 0, NULL, NULL, NULL },
	/* clang-format on */
};

static enum err
parse(struct ctx *c, const char *text, struct calendly_event *ret)
{
	c->why = NULL;
	return calendly_event_parse(c, text, strlen(text), ret);
}

static void
load(struct ctx *c, const char *name, struct calendly_event *ret)
{
	size_t len;
	char *bytes = sample_bytes(c,
	    arena_printf(c->mem, FOLDER "/%s.json", name), &len);

	if (calendly_event_parse(c, bytes, len, ret) != OK)
		fail_msg("%s: %s", name, c->why);
}

static void
same(const char *file, const char *field, const char *got, const char *want)
{
	if (!text_same(got, want))
		fail_msg("%s: %s is %s, not %s", file, field,
		    got == NULL ? "absent" : got,
		    want == NULL ? "absent" : want);
}

static void
check(struct ctx *c, const struct expected *x)
{
	struct calendly_event ev;

	load(c, x->file, &ev);
	same(x->file, "event", ev.event, x->event);
	same(x->file, "invitee", ev.invitee, x->invitee);
	same(x->file, "scheduled", ev.scheduled, x->scheduled);
	same(x->file, "status", ev.status, x->status);
	same(x->file, "old_invitee", ev.old_invitee, x->old_invitee);
	same(x->file, "new_invitee", ev.new_invitee, x->new_invitee);
	same(x->file, "canceler", ev.canceler_type, x->canceler);
	same(x->file, "reference", ev.reference, x->reference);
	same(x->file, "start",
	    ev.start == 0 ? NULL : now_text(c->mem, ev.start), x->start);
	assert_int_equal(ev.rescheduled, x->rescheduled);
	assert_int_equal(ev.has_invitee, x->invitee != NULL);
	assert_int_equal(ev.odd == NULL, x->invitee != NULL);
	assert_int_equal(strlen(ev.digest), 64);
	if (ev.has_invitee && ev.updated_at == 0)
		fail_msg("%s: no updated_at", x->file);
}

static void
every_recorded_webhook_gives_its_fields(void **state)
{
	struct ctx *c = *state;
	size_t n, i;

	for (i = 0; i < COUNT(webhooks); i++)
		check(c, &webhooks[i]);
	/* Each row is another file, so with as many files none is left. */
	sample_names(c, FOLDER, &n);
	assert_int_equal(n, COUNT(webhooks));
}

static void
a_creation_gives_all_of_the_seat(void **state)
{
	struct calendly_event ev;

	load(*state, "invitee_created", &ev);
	assert_string_equal(ev.name, "Ada Client");
	assert_string_equal(ev.email, "ada.client@example.com");
	assert_string_equal(ev.timezone, "America/New_York");
	assert_string_equal(ev.title, "60 Minute Strategy Session");
	assert_string_equal(ev.event_type,
	    "e7e70001-0000-4000-8000-000000000001");
	assert_string_equal(ev.event_type_uri,
	    API "event_types/e7e70001-0000-4000-8000-000000000001");
	assert_string_equal(ev.event_status, "active");
	assert_int_equal(ev.end - ev.start, 3600 * NOW_SECOND);
	assert_int_equal(ev.updated_at % NOW_SECOND, 421314);
	assert_int_equal(ev.host_count, 1);
	assert_string_equal(ev.hosts[0],
	    API "users/f1c0a001-0000-4000-8000-000000000001");
	assert_false(ev.native_payment);
	assert_null(ev.no_show_uri);
	assert_null(ev.cancel_reason);
	load(*state, "invitee_created_native_payment", &ev);
	assert_true(ev.native_payment);
	load(*state, "collective_two_hosts_created", &ev);
	assert_int_equal(ev.host_count, 2);
}

static void
a_cancellation_says_who_and_when_and_perhaps_why(void **state)
{
	struct calendly_event ev;

	load(*state, "invitee_canceled", &ev);
	assert_string_equal(ev.canceler_type, "invitee");
	assert_string_equal(ev.cancel_reason, "Meeting conflict");
	assert_true(ev.canceled_at > ev.start - 30 * 86400 * NOW_SECOND);
	load(*state, "invitee_canceled_by_host_empty_reason", &ev);
	assert_string_equal(ev.canceler_type, "host");
	assert_null(ev.cancel_reason);
	load(*state, "group_event_one_invitee_canceled", &ev);
	assert_string_equal(ev.status, "canceled");
	assert_string_equal(ev.event_status, "active");
}

static void
what_may_be_null_reads_as_not_said(void **state)
{
	struct calendly_event ev;

	load(*state, "invitee_created_minimal_nulls", &ev);
	assert_true(ev.has_invitee);
	assert_null(ev.timezone);
	assert_null(ev.reference);
	assert_null(ev.title);
	load(*state, "invitee_created_legacy_without_scheduled_event", &ev);
	assert_true(ev.has_invitee);
	assert_int_equal(ev.start, 0);
	assert_null(ev.event_type);
	assert_int_equal(ev.host_count, 0);
}

static void
what_is_no_seat_is_named(void **state)
{
	struct calendly_event ev;

	load(*state, "NEGATIVE_v1_shape", &ev);
	assert_string_equal(ev.odd, "the retired v1 shape");
	load(*state, "routing_form_submission_created", &ev);
	assert_string_equal(ev.odd, "a routing form, not a booking");
	load(*state, "unsubscribed_event_name", &ev);
	assert_string_equal(ev.odd, "an event we do not use");
}

static void
only_calendly_s_own_uris_count(void **state)
{
	static const char *const bad[] = {
		"http://api.calendly.com/scheduled_events/E/invitees/I",
		"https://api.calendly.com.evil.example/scheduled_events/E/"
		"invitees/I",
		"https://calendly.com/scheduled_events/E/invitees/I",
		"https://api.calendly.com/scheduled_events/E/invitees/",
		"https://api.calendly.com/scheduled_events//invitees/I",
		"https://api.calendly.com/scheduled_events/E/invitees/I/",
		"https://api.calendly.com/scheduled_events/E/invitees/I?x",
		"https://api.calendly.com/scheduled_events/E/invitees/../I",
		"https://api.calendly.com/scheduled_events/E/invitees/I%2f",
		"https://api.calendly.com/scheduled_events/E",
		"https://api.calendly.com/users/E/invitees/I",
		"https://api.calendly.com/scheduled_events/E/invitees/"
		"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"
		"ggggg",
		"", "E" };
	struct calendly_event ev;
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		assert_null(calendly_uri_id(c, bad[i], CALENDLY_URI_INVITEE));
		assert_int_equal(OK, parse(c, arena_printf(c->mem,
		    "{\"event\":\"invitee.created\",\"payload\":{"
		    "\"uri\":\"%s\",\"event\":\"" API "scheduled_events/E\"}}", bad[i]), &ev));
		assert_false(ev.has_invitee);
		assert_null(ev.invitee);
		assert_null(ev.scheduled);
	}
	assert_null(calendly_uri_id(c, NULL, CALENDLY_URI_INVITEE));
}

static void
the_older_host_and_short_ids_count_too(void **state)
{
	struct calendly_event ev;

	assert_int_equal(OK, parse(*state,
	    "{\"event\":\"invitee.created\",\"created_at\":"
	    "\"2026-12-01T15:04:06Z\",\"payload\":{"
	    "\"uri\":\"https://calendly.com/api/v2/scheduled_events/"
	    "GBGBDCAADAEDCRZ2/invitees/AAAABBBBCCCC2222\","
	    "\"event\":\"https://calendly.com/api/v2/scheduled_events/"
	    "GBGBDCAADAEDCRZ2\"}}", &ev));
	assert_true(ev.has_invitee);
	assert_string_equal(ev.invitee, "AAAABBBBCCCC2222");
	assert_string_equal(ev.scheduled, "GBGBDCAADAEDCRZ2");
	assert_int_equal(ev.created_at, INT64_C(1796137446) * NOW_SECOND);
}

static void
hostile_types_read_as_not_said(void **state)
{
	struct calendly_event ev;

	assert_int_equal(OK, parse(*state,
	    "{\"event\":\"invitee.created\",\"created_at\":7,\"payload\":{"
	    "\"uri\":\"" API "scheduled_events/E/invitees/I\","
	    "\"event\":\"" API "scheduled_events/E\",\"status\":[],"
	    "\"email\":{},\"name\":1,\"timezone\":true,\"tracking\":\"x\","
	    "\"rescheduled\":\"true\",\"old_invitee\":9,\"cancellation\":[1],"
	    "\"no_show\":\"yes\",\"scheduled_event\":{\"start_time\":"
	    "\"2026-02-30T00:00:00Z\",\"end_time\":1,\"event_type\":"
	    "\"https://evil.example/event_types/1\","
	    "\"event_memberships\":[1,{},{\"user\":1},"
	    "{\"user\":\"https://evil.example/users/1\"}]}}}", &ev));
	assert_true(ev.has_invitee);
	assert_null(ev.status);
	assert_null(ev.email);
	assert_null(ev.name);
	assert_null(ev.reference);
	assert_false(ev.rescheduled);
	assert_null(ev.old_invitee);
	assert_null(ev.canceler_type);
	assert_null(ev.no_show_uri);
	assert_null(ev.event_type);
	assert_null(ev.event_type_uri);
	assert_int_equal(ev.start, 0);
	assert_int_equal(ev.host_count, 0);
}

static void
only_what_is_no_event_is_refused(void **state)
{
	static const char *const bad[] = { "", "[]", "null", "{}",
		"{\"event\":", "{\"event\":1}", "{\"event\":\"\"}", "{\"event\":\"a\\tb\"}",
		"{\"payload\":{}}" };
	static const char *const odd[] = { "{\"event\":\"x\"}",
		"{\"event\":\"invitee.created\"}",
		"{\"event\":\"invitee.created\",\"payload\":null}",
		"{\"event\":\"invitee.created\",\"payload\":[]}",
		"{\"event\":\"invitee.created\",\"payload\":{}}",
		"{\"event\":\"invitee.rescheduled\",\"payload\":{}}" };
	struct calendly_event ev;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		if (parse(*state, bad[i], &ev) != E_BADREQ)
			fail_msg("accepted: %s", bad[i]);
	for (i = 0; i < COUNT(odd); i++) {
		if (parse(*state, odd[i], &ev) != OK)
			fail_msg("refused: %s", odd[i]);
		assert_false(ev.has_invitee);
		assert_non_null(ev.odd);
	}
}

/* The key of a body that was changed by replacing one text in it. */
static char *
key_with(struct ctx *c, const char *name, const char *from, const char *to)
{
	char *text = sample_bytes(c,
	    arena_printf(c->mem, FOLDER "/%s.json", name), NULL);
	struct calendly_event ev;
	char *at;

	if (from != NULL) {
		at = strstr(text, from);
		assert_non_null(at);
		*at = '\0';
		text = arena_printf(c->mem, "%s%s%s", text, to,
		    at + strlen(from));
	}
	assert_int_equal(OK, parse(c, text, &ev));
	return calendly_event_key(c, &ev);
}

static char *
key_of(struct ctx *c, const char *name)
{
	return key_with(c, name, NULL, NULL);
}

static void
a_seat_is_created_once_and_canceled_once(void **state)
{
	struct ctx *c = *state;
	char *created = key_of(c, "invitee_created");
	char *canceled = key_of(c, "invitee_canceled");

	assert_string_equal(created, "invitee.created " INVITEE("01"));
	assert_string_equal(canceled, "invitee.canceled " INVITEE("01"));
	/* Another subscription delivers it, at another second. */
	assert_string_equal(created, key_with(c, "invitee_created",
	    "\"created_by\": \"https://api.calendly.com/users/f1c0a001",
	    "\"created_by\": \"https://api.calendly.com/users/ffffffff"));
	assert_string_equal(created, key_with(c, "invitee_created",
	    "15:04:06", "15:04:09"));
	assert_string_not_equal(created,
	    key_of(c, "group_event_first_invitee_created"));
}

static void
a_no_show_can_be_set_and_taken_back_many_times(void **state)
{
	struct ctx *c = *state;
	char *set = key_of(c, "invitee_no_show_created");
	char *back = key_of(c, "invitee_no_show_deleted");

	assert_string_equal(set, key_of(c, "invitee_no_show_created"));
	assert_string_equal(back, key_of(c, "invitee_no_show_deleted"));
	assert_string_not_equal(set, back);
	assert_string_not_equal(set, key_with(c, "invitee_no_show_created",
	    "/invitee_no_shows/", "/invitee_no_shows/9"));
	assert_string_not_equal(back, key_with(c, "invitee_no_show_deleted",
	    "15:45:01", "15:46:01"));
}

static void
what_is_no_seat_is_known_by_its_bytes(void **state)
{
	struct ctx *c = *state;
	char *one = key_of(c, "unsubscribed_event_name");

	assert_string_equal(one, key_of(c, "unsubscribed_event_name"));
	assert_string_not_equal(one,
	    key_with(c, "unsubscribed_event_name", "19:10:00", "19:10:01"));
	assert_int_equal(0, strncmp(one, "meeting_recap.created ", 22));
}

/* What calendly_event_compose makes of two recorded answers. */
static enum err
compose(struct ctx *c, const char *invitee, const char *event, char **ret)
{
	struct calendly_resources from = { 0 };

	from.invitee = sample_bytes(c,
	    arena_printf(c->mem, ANSWERS "/%s.json", invitee),
	    &from.invitee_len);
	if (event != NULL)
		from.event = sample_bytes(c,
		    arena_printf(c->mem, ANSWERS "/%s.json", event),
		    &from.event_len);
	c->why = NULL;
	return calendly_event_compose(c, &from, ret);
}

static void
an_answer_reads_like_the_webhook(void **state)
{
	struct calendly_event hook, read;
	struct ctx *c = *state;
	char *text;

	load(c, "invitee_created", &hook);
	assert_int_equal(OK, compose(c, "invitee", "scheduled_event", &text));
	assert_int_equal(OK, parse(c, text, &read));
	assert_string_equal(read.event, CALENDLY_EVENT_READ);
	assert_int_equal(read.created_at, c->now / NOW_SECOND * NOW_SECOND);
	assert_true(read.has_invitee);
	assert_string_equal(read.invitee, hook.invitee);
	assert_string_equal(read.scheduled, hook.scheduled);
	assert_string_equal(read.email, hook.email);
	assert_string_equal(read.event_type, hook.event_type);
	assert_string_equal(read.reference, hook.reference);
	assert_int_equal(read.start, hook.start);
	assert_int_equal(read.end, hook.end);
	assert_int_equal(read.updated_at, hook.updated_at);
	assert_int_equal(read.host_count, hook.host_count);
}

static void
an_answer_is_new_when_something_in_it_is(void **state)
{
	struct calendly_event first, later, canceled;
	struct ctx *c = *state;
	char *text;

	assert_int_equal(OK, compose(c, "invitee", "scheduled_event", &text));
	assert_int_equal(OK, parse(c, text, &first));
	c->now += 3600 * NOW_SECOND;
	assert_int_equal(OK, compose(c, "invitee", "scheduled_event", &text));
	assert_int_equal(OK, parse(c, text, &later));
	assert_int_equal(OK,
	    compose(c, "invitee_canceled", "scheduled_event_canceled", &text));
	assert_int_equal(OK, parse(c, text, &canceled));
	assert_string_equal(canceled.status, "canceled");
	assert_string_equal(calendly_event_key(c, &first),
	    calendly_event_key(c, &later));
	assert_string_not_equal(calendly_event_key(c, &first),
	    calendly_event_key(c, &canceled));
}

static void
answers_that_do_not_belong_together_are_refused(void **state)
{
	struct calendly_event ev;
	char *text;

	assert_int_equal(E_CALENDLY,
	    compose(*state, "invitee", "scheduled_event_no_calendar", &text));
	assert_int_equal(E_CALENDLY,
	    compose(*state, "error_404_not_found", "scheduled_event", &text));
	assert_int_equal(E_CALENDLY,
	    compose(*state, "invitee", "empty_collection", &text));
	assert_int_equal(OK, compose(*state, "invitee", NULL, &text));
	assert_int_equal(OK, parse(*state, text, &ev));
	assert_true(ev.has_invitee);
	assert_int_equal(ev.start, 0);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, sample_setup, \
    sample_teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_recorded_webhook_gives_its_fields),
		TEST(a_creation_gives_all_of_the_seat),
		TEST(a_cancellation_says_who_and_when_and_perhaps_why),
		TEST(what_may_be_null_reads_as_not_said),
		TEST(what_is_no_seat_is_named),
		TEST(only_calendly_s_own_uris_count),
		TEST(the_older_host_and_short_ids_count_too),
		TEST(hostile_types_read_as_not_said),
		TEST(only_what_is_no_event_is_refused),
		TEST(a_seat_is_created_once_and_canceled_once),
		TEST(a_no_show_can_be_set_and_taken_back_many_times),
		TEST(what_is_no_seat_is_known_by_its_bytes),
		TEST(an_answer_reads_like_the_webhook),
		TEST(an_answer_is_new_when_something_in_it_is),
		TEST(answers_that_do_not_belong_together_are_refused),
	};

	return cmocka_run_group_tests_name("calendly_event", tests, NULL, NULL);
}
