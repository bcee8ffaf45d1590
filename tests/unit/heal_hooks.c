/*
 * Healing: webhook subscriptions that died, lack something, or are missing.
 */
#include "booking/builder.h"
#include "healing.h"

#define ME \
	"https://api.calendly.com/users/f1c0a001-0000-4000-8000-000000000001"
#define RECEIVER PUBLIC "/api/webhooks/calendly"
#define EVENTS "\"invitee.created\",\"invitee.canceled\"," \
	"\"invitee_no_show.created\",\"invitee_no_show.deleted\""

#define HOOK(id, url, scope, state, events)                                    \
	"{\"uri\":\"https://api.calendly.com/webhook_subscriptions/" id "\","  \
	"\"callback_url\":\"" url "\",\"scope\":\"" scope "\","                 \
	"\"state\":\"" state "\",\"events\":[" events "]}"
#define OTHERS HOOK("other", PUBLIC "/api/webhooks/calendly2", "user",         \
	"disabled", EVENTS)

/* Calendly, with these subscriptions of the organization and of the user. */
static struct script
hooks(struct world *w, const char *whole, const char *own)
{
	struct script k = { .n = 0 };

	then(w, &k, 200, calendly_file(w, "users_me"));
	then(w, &k, 200, arena_printf(w->c.mem, "{\"collection\":[%s]}",
	    whole));
	then(w, &k, 200, arena_printf(w->c.mem, "{\"collection\":[%s]}",
	    own));
	return k;
}

/* The only host is the token's owner. */
static void
be_alone(struct world *w)
{
	const struct builder robin = { .id = "robin", .name = "Robin Coach",
		.timezone = "America/New_York", .calendly_user = ME };

	assert_int_equal(builder_set_tx(&w->c, w->db, &robin), OK);
}

static void
a_subscription_that_works_is_left_alone(void **state)
{
	struct world *w = *state;
	struct script s = good_endpoint(w), k = hooks(w, HOOK("a",
	    RECEIVER "?n=1", "organization", "active", EVENTS), OTHERS);
	struct trial t = heal_part(w, "subscriptions", &s, &k);

	counts(&t, HEAL_FINE, 2, 0, 0);
	assert_int_equal(t.calendly_asked, 3);
	assert_int_equal(t.stripe_asked, 1);
}

static void
a_dead_subscription_is_replaced_without_a_gap(void **state)
{
	struct world *w = *state;
	struct script s = good_endpoint(w), k = hooks(w, HOOK("dead",
	    RECEIVER, "organization", "disabled", EVENTS), OTHERS);
	struct trial t = try_part(w, "subscriptions", &s, &k);

	counts(&t, HEAL_FINE, 2, 1, 0);
	assert_int_equal(t.calendly_asked, 3);
	then(w, &k, 201, calendly_file(w, "webhook_subscription_201"));
	then(w, &k, 204, "");
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_FINE, 2, 1, 1);
	/* The new one is there before the old one goes; others' stays. */
	assert_true(begins(t.calendly[3], "POST /webhook_subscriptions "));
	assert_non_null(strstr(t.calendly[3],
	    "{\"url\":\"" RECEIVER "?n="));
	assert_non_null(strstr(t.calendly[3], "\"events\":[" EVENTS "]"));
	assert_non_null(strstr(t.calendly[3],
	    "\"scope\":\"organization\",\"signing_key\":"
	    "\"0123456789abcdef\"}"));
	assert_true(begins(t.calendly[4],
	    "DELETE /webhook_subscriptions/dead "));
	assert_int_equal(t.calendly_asked, 5);
	assert_null(strstr(mark_of(w, "subscriptions").note,
	    "0123456789abcdef"));
}

static void
a_missing_subscription_is_made(void **state)
{
	struct world *w = *state;
	struct script s = good_endpoint(w), k = hooks(w, "", OTHERS);
	struct trial t;

	be_alone(w);
	then(w, &k, 201, calendly_file(w, "webhook_subscription_201"));
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_FINE, 1, 1, 1);
	assert_non_null(strstr(t.calendly[3], "{\"url\":\"" RECEIVER "\","));
	assert_non_null(strstr(t.calendly[3], "\"scope\":\"user\",\"user\":\""
	    ME "\""));
	/* Somebody else's has the URL. */
	k.n = 3;
	then(w, &k, 409, calendly_file(w, "webhook_subscription_409"));
	then(w, &k, 201, calendly_file(w, "webhook_subscription_201"));
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_FINE, 1, 1, 1);
	assert_non_null(strstr(t.calendly[4], "{\"url\":\"" RECEIVER "?n="));
}

static void
one_that_lacks_something_is_replaced(void **state)
{
	static const char *const lacking[] = {
		HOOK("x", RECEIVER, "organization", "active",
		    "\"invitee.created\",\"invitee.canceled\""),
		HOOK("x", RECEIVER, "user", "active", EVENTS),
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < COUNT(lacking); i++) {
		struct script s = good_endpoint(w);
		struct script k = hooks(w, "", lacking[i]);
		struct trial t;

		then(w, &k, 201, "{}");
		then(w, &k, 204, "");
		t = heal_part(w, "subscriptions", &s, &k);
		counts(&t, HEAL_FINE, 2, 1, 1);
		assert_true(begins(t.calendly[4],
		    "DELETE /webhook_subscriptions/x "));
	}
}

static void
of_two_that_work_one_is_kept(void **state)
{
	struct world *w = *state;
	struct script s = good_endpoint(w), k = hooks(w,
	    HOOK("b", RECEIVER, "organization", "active", EVENTS) ","
	    HOOK("a", RECEIVER "?n=2", "organization", "active", EVENTS), "");
	struct trial t;

	then(w, &k, 204, "");
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_FINE, 3, 1, 1);
	assert_true(begins(t.calendly[3],
	    "DELETE /webhook_subscriptions/a "));
}

/* Any hook of ours that works but for what makes one better. */
#define WORKING(id, created, retry)                                            \
	"{\"uri\":\"https://api.calendly.com/webhook_subscriptions/" id "\","  \
	"\"callback_url\":\"" RECEIVER "?n=" id "\","                          \
	"\"scope\":\"organization\",\"state\":\"active\","                   \
	"\"created_at\":\"" created "\",\"retry_started_at\":" retry ","       \
	"\"events\":[" EVENTS "]}"

static void
the_better_one_is_kept(void **state)
{
	static const struct {
		const char *both, *goes;
	} cases[] = {
		{ WORKING("a", "2026-11-01T00:00:00Z", "null") ","
		  WORKING("b", "2026-11-02T00:00:00Z",
		      "\"2026-11-20T00:00:00Z\""), "b" },
		{ WORKING("a", "2026-11-02T00:00:00Z", "null") ","
		  WORKING("b", "2026-11-01T00:00:00Z", "null"), "b" },
		{ WORKING("a", "2026-11-01T00:00:00Z", "null") ","
		  WORKING("b", "2026-11-02T00:00:00Z", "null"), "a" },
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct script s = good_endpoint(w);
		struct script k = hooks(w, cases[i].both, "");
		struct trial t;

		then(w, &k, 204, "");
		t = heal_part(w, "subscriptions", &s, &k);
		counts(&t, HEAL_FINE, 3, 1, 1);
		assert_true(begins(t.calendly[3], arena_printf(w->c.mem,
		    "DELETE /webhook_subscriptions/%s ", cases[i].goes)));
	}
}

static void
the_scope_of_the_dead_one_is_kept(void **state)
{
	struct world *w = *state;
	struct script s = good_endpoint(w), k = hooks(w, HOOK("dead",
	    RECEIVER, "organization", "disabled", EVENTS), "");
	struct trial t;

	be_alone(w);
	then(w, &k, 201, "{}");
	then(w, &k, 204, "");
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_FINE, 2, 1, 1);
	assert_non_null(strstr(t.calendly[3], "\"scope\":\"organization\""));
}

static void
what_cannot_be_replaced_is_not_deleted(void **state)
{
	struct world *w = *state;
	struct script s = good_endpoint(w), k = hooks(w, HOOK("dead",
	    RECEIVER, "organization", "disabled", EVENTS), "");
	struct trial t;

	then(w, &k, 403, calendly_file(w, "webhook_subscription_403_plan"));
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_PERSON, 2, 1, 0);
	assert_int_equal(t.calendly_asked, 4);
	k.n = 3; /* and where nobody knows whether it was made */
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_AWAY, 2, 1, 0);
	assert_int_equal(t.calendly_asked, 4);
}

static void
who_is_no_admin_looks_after_their_own(void **state)
{
	struct world *w = *state;
	struct script s = good_endpoint(w), k = { .n = 0 };
	struct trial t;

	then(w, &k, 200, calendly_file(w, "users_me"));
	then(w, &k, 403, calendly_file(w, "error_403_permission"));
	then(w, &k, 200, "{\"collection\":[" HOOK("a", RECEIVER, "user",
	    "active", EVENTS) "]}");
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_PERSON, 1, 0, 0);
	be_alone(w);
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_FINE, 2, 0, 0);
}

static void
an_endpoint_is_enabled_and_completed(void **state)
{
	struct world *w = *state;
	struct script k = hooks(w, HOOK("a", RECEIVER, "organization",
	    "active", EVENTS), ""), s = { .n = 0 };
	struct trial t;

	then(w, &s, 200, "{\"data\":[{\"id\":\"we_0\",\"url\":\""
	    "https://else.example/x\",\"status\":\"disabled\"},"
	    "{\"id\":\"we_1\",\"url\":\"" PUBLIC
	    "/api/webhooks/stripe\",\"status\":\"disabled\","
	    "\"enabled_events\":[\"invoice.paid\",\"refund.failed\"]}]}");
	t = try_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_FINE, 2, 1, 0);
	assert_int_equal(t.stripe_asked, 1);
	then(w, &s, 200, "{\"id\":\"we_1\"}");
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_FINE, 2, 1, 1);
	assert_true(begins(t.stripe[1], "POST /v1/webhook_endpoints/we_1 "));
	assert_non_null(strstr(t.stripe[1], "disabled=false"
	    "&enabled_events[0]=invoice.paid"
	    "&enabled_events[1]=refund.failed"
	    "&enabled_events[2]=checkout.session.completed"));
	assert_null(strstr(t.stripe[1], "enabled_events[17]"));
	assert_non_null(strstr(t.stripe[1], "enabled_events[16]"));
}

#define ENDPOINT(id, status)                                                   \
	"{\"id\":\"" id "\",\"url\":\"" PUBLIC "/api/webhooks/stripe\","       \
	"\"status\":\"" status "\",\"enabled_events\":[\"*\"]}"

static void
of_two_endpoints_one_that_is_enabled_will_do(void **state)
{
	struct world *w = *state;
	struct script k = hooks(w, HOOK("a", RECEIVER, "organization",
	    "active", EVENTS), ""), s = { .n = 0 };
	struct trial t;

	then(w, &s, 200, "{\"data\":[" ENDPOINT("we_1", "disabled") ","
	    ENDPOINT("we_2", "enabled") "]}");
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_FINE, 3, 0, 0);
	s.n = 0;
	then(w, &s, 200, "{\"data\":[" ENDPOINT("we_1", "disabled") "]}");
	then(w, &s, 200, "{}");
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_FINE, 2, 1, 1);
	assert_non_null(strstr(t.stripe[1],
	    "\r\n\r\ndisabled=false&enabled_events[0]=%2A"));
}

static void
a_missing_endpoint_is_for_a_person(void **state)
{
	struct world *w = *state;
	struct script k = hooks(w, HOOK("a", RECEIVER, "organization",
	    "active", EVENTS), ""), s = { .n = 0 };
	struct trial t;

	then(w, &s, 200, "{\"data\":[]}");
	t = heal_part(w, "subscriptions", &s, &k);
	counts(&t, HEAL_PERSON, 1, 0, 0);
	assert_non_null(strstr(t.r->note, PUBLIC "/api/webhooks/stripe"));
	assert_int_equal(t.stripe_asked, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHOP(a_subscription_that_works_is_left_alone),
		WITH_SHOP(a_dead_subscription_is_replaced_without_a_gap),
		WITH_SHOP(a_missing_subscription_is_made),
		WITH_SHOP(one_that_lacks_something_is_replaced),
		WITH_SHOP(of_two_that_work_one_is_kept),
		WITH_SHOP(the_better_one_is_kept),
		WITH_SHOP(the_scope_of_the_dead_one_is_kept),
		WITH_SHOP(what_cannot_be_replaced_is_not_deleted),
		WITH_SHOP(who_is_no_admin_looks_after_their_own),
		WITH_SHOP(an_endpoint_is_enabled_and_completed),
		WITH_SHOP(of_two_endpoints_one_that_is_enabled_will_do),
		WITH_SHOP(a_missing_endpoint_is_for_a_person),
	};

	http_global_init();
	return cmocka_run_group_tests_name("heal_hooks", tests, NULL, NULL);
}
