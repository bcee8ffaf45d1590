/*
 * Calendly's lists, page by page, in the words of a webhook.
 */
#include "calendly_pair.h"

#include "provider/calendly_event.h"
#include "provider/calendly_list.h"

#define EVENT "5c4ed000-0000-4000-8000-000000000001"
#define GROUP "5c4ed000-0000-4000-8000-000000000020"
#define HOST \
	"https://api.calendly.com/users/f1c0a001-0000-4000-8000-000000000001"

static const char resource[] = "{\"resource\":{";

static void
events_of_a_host_come_by_pages(void **state)
{
	struct ctx *c = *state;
	struct loopback_step step = { .bytes = loopback_reply(c, 200,
	    "X-RateLimit-Remaining: 11\r\nX-RateLimit-Reset: 42\r\n",
	    sample_bytes(c,
		"tests/contract/calendly/api/scheduled_events_list.json",
		NULL)) };
	struct pair p = pair_start(&step, 1);
	/* 2026-12-01T00:00:00Z */
	struct calendly_window window = { .host = HOST,
		.from = INT64_C(1796083200) * NOW_SECOND, .token = "t/1",
		.deadline = p.deadline };
	struct calendly_page page;

	assert_int_equal(OK, calendly_list_events(c, &p.cal, &window, &page));
	assert_string_equal(line(c, &p, 0), "GET /scheduled_events?user="
	    "https%3A%2F%2Fapi.calendly.com%2Fusers%2F"
	    "f1c0a001-0000-4000-8000-000000000001"
	    "&min_start_time=2026-12-01T00%3A00%3A00Z"
	    "&sort=start_time%3Aasc&count=50&page_token=t%2F1 HTTP/1.1");
	assert_int_equal(page.count, 2);
	assert_string_equal(page.items[0].id, EVENT);
	assert_string_equal(page.items[1].id, GROUP);
	assert_memory_equal(page.items[0].text, resource, strlen(resource));
	assert_null(page.next);
	assert_int_equal(page.left, 11);
	assert_int_equal(page.reset, 42);
	pair_stop(&p);
}

static void
invitees_read_as_if_a_webhook_told(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { gives(c, 200, "scheduled_events_list"),
		gives(c, 200, "invitees_list_group") };
	struct pair p = pair_start(steps, 2);
	struct calendly_window window = { .host = HOST,
		.deadline = p.deadline };
	struct calendly_page events, page;
	struct calendly_event ev;

	assert_int_equal(OK,
	    calendly_list_events(c, &p.cal, &window, &events));
	assert_int_equal(OK, calendly_list_invitees(c, &p.cal,
	    &events.items[1], NULL, p.deadline, &page));
	assert_string_equal(line(c, &p, 1),
	    "GET /scheduled_events/" GROUP "/invitees?count=50 HTTP/1.1");
	assert_int_equal(page.count, 2);
	assert_int_equal(page.left, -1);
	assert_int_equal(OK, calendly_event_parse(c, page.items[0].text,
	    strlen(page.items[0].text), &ev));
	assert_string_equal(ev.event, CALENDLY_EVENT_READ);
	assert_string_equal(ev.status, "canceled");
	assert_string_equal(ev.canceler_type, "invitee");
	assert_string_equal(ev.scheduled, GROUP);
	assert_int_equal(ev.start, INT64_C(1797613200) * NOW_SECOND);
	assert_int_equal(OK, calendly_event_parse(c, page.items[1].text,
	    strlen(page.items[1].text), &ev));
	assert_string_equal(ev.status, "active");
	pair_stop(&p);
}

/* What heals by a list and what answers a claim is the same news. */
static void
a_list_and_a_question_say_the_same(void **state)
{
	struct ctx *c = *state;
	char *one = sample_bytes(c,
	    "tests/contract/calendly/api/invitee.json", NULL);
	char *inner = arena_copy(c->mem, strchr(one + 1, '{'),
	    (size_t)(strrchr(one, '}') - strchr(one + 1, '{')));
	struct loopback_step steps[] = { gives(c, 200, "scheduled_events_list"),
		says(c, 200, arena_printf(c->mem,
		    "{\"collection\":[%s],\"pagination\":"
		    "{\"next_page_token\":\"abc\"}}", inner)),
		gives(c, 200, "invitee"), { .bytes = NULL } };
	struct calendly_seat seat = {
		.invitee = "1417e000-0000-4000-8000-000000000001",
		.event = EVENT };
	struct calendly_window window = { .host = HOST };
	struct calendly_page events, page;
	struct calendly_event listed, asked;
	struct pair p = pair_start(steps, 2);
	char *text;

	seat.deadline = window.deadline = p.deadline;
	assert_int_equal(OK,
	    calendly_list_events(c, &p.cal, &window, &events));
	assert_int_equal(OK, calendly_list_invitees(c, &p.cal,
	    &events.items[0], NULL, p.deadline, &page));
	assert_string_equal(page.next, "abc");
	pair_stop(&p);
	steps[3] = says(c, 200, events.items[0].text);
	p = pair_start(steps + 2, 2);
	assert_int_equal(OK, calendly_invitee_read(c, &p.cal, &seat, &text));
	pair_stop(&p);
	assert_int_equal(OK,
	    calendly_event_parse(c, text, strlen(text), &asked));
	assert_int_equal(OK, calendly_event_parse(c, page.items[0].text,
	    strlen(page.items[0].text), &listed));
	assert_string_equal(calendly_event_key(c, &asked),
	    calendly_event_key(c, &listed));
}

static void
what_is_no_list_is_not_believed(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { says(c, 200, "{}"),
		says(c, 200, "<html>"),
		says(c, 200, "{\"collection\":[{\"uri\":\"https://evil/x\"}]}"),
		gives(c, 404, "error_404_not_found"),
		gives(c, 403, "error_403_insufficient_scope") };
	struct pair p = pair_start(steps, COUNT(steps));
	struct calendly_window window = { .host = HOST,
		.deadline = p.deadline };
	struct calendly_page page;

	assert_int_equal(E_CALENDLY,
	    calendly_list_events(c, &p.cal, &window, &page));
	assert_int_equal(E_CALENDLY,
	    calendly_list_events(c, &p.cal, &window, &page));
	assert_int_equal(OK, calendly_list_events(c, &p.cal, &window, &page));
	assert_int_equal(page.count, 0);
	assert_int_equal(E_NOBOOKING,
	    calendly_list_events(c, &p.cal, &window, &page));
	assert_int_equal(E_INTERNAL,
	    calendly_list_events(c, &p.cal, &window, &page));
	window.host = "https://evil.example/users/1";
	assert_int_equal(E_NOBOOKING,
	    calendly_list_events(c, &p.cal, &window, &page));
	assert_int_equal(loopback_requests(p.server), COUNT(steps));
	pair_stop(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(events_of_a_host_come_by_pages),
		WITH_CTX(invitees_read_as_if_a_webhook_told),
		WITH_CTX(a_list_and_a_question_say_the_same),
		WITH_CTX(what_is_no_list_is_not_believed),
	};

	http_global_init();
	return cmocka_run_group_tests_name("calendly_list", tests, NULL, NULL);
}
