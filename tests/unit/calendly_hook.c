/*
 * Calendly's webhook subscriptions: listed, made, deleted.
 */
#include "calendly_pair.h"

#include "provider/calendly_hook.h"

#define ORGANIZATION "https://api.calendly.com/organizations/" \
	"0a6b0001-0000-4000-8000-000000000001"
#define USER \
	"https://api.calendly.com/users/f1c0a001-0000-4000-8000-000000000001"
#define HOOK "00000000-0000-4000-8000-000000000801"

static const struct calendly_owner owner = { ORGANIZATION, USER };

static void
the_owner_of_the_token_is_known(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { gives(c, 200, "users_me"),
		says(c, 200, "{\"resource\":{}}"),
		gives(c, 401, "error_401_unauthenticated") };
	struct pair p = pair_start(steps, 3);
	struct calendly_user me;

	assert_int_equal(OK, calendly_me(c, &p.cal, p.deadline, &me));
	assert_string_equal(line(c, &p, 0), "GET /users/me HTTP/1.1");
	assert_string_equal(me.uri, USER);
	assert_string_equal(me.organization, ORGANIZATION);
	assert_int_equal(E_CALENDLY, calendly_me(c, &p.cal, p.deadline, &me));
	assert_int_equal(E_INTERNAL, calendly_me(c, &p.cal, p.deadline, &me));
	pair_stop(&p);
}

static void
all_pages_of_subscriptions_are_read(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = {
		says(c, 200, "{\"collection\":[{\"uri\":\"https://"
		    "api.calendly.com/webhook_subscriptions/first\"}],"
		    "\"pagination\":{\"next_page_token\":\"p2\"}}"),
		gives(c, 200, "webhook_subscriptions_list") };
	struct pair p = pair_start(steps, 2);
	struct calendly_hooks hooks;

	assert_int_equal(OK, calendly_hook_list(c, &p.cal, &owner, p.deadline,
	    &hooks));
	assert_string_equal(line(c, &p, 0), "GET /webhook_subscriptions?"
	    "organization=https%3A%2F%2Fapi.calendly.com%2Forganizations%2F"
	    "0a6b0001-0000-4000-8000-000000000001&user=https%3A%2F%2F"
	    "api.calendly.com%2Fusers%2Ff1c0a001-0000-4000-8000-000000000001"
	    "&scope=user&count=100 HTTP/1.1");
	assert_non_null(strstr(line(c, &p, 1), "&page_token=p2 "));
	assert_int_equal(hooks.count, 3);
	assert_string_equal(hooks.rows[0].id, "first");
	assert_false(hooks.rows[0].active);
	assert_int_equal(hooks.rows[0].event_count, 0);
	assert_string_equal(hooks.rows[1].id, HOOK);
	assert_string_equal(hooks.rows[1].url,
	    "https://book.example.com/hooks/calendly");
	assert_string_equal(hooks.rows[1].scope, "user");
	assert_false(hooks.rows[1].active);
	assert_true(hooks.rows[1].retrying);
	assert_true(hooks.rows[2].active);
	assert_false(hooks.rows[2].retrying);
	assert_int_equal(hooks.rows[2].event_count, 4);
	assert_string_equal(hooks.rows[2].events[2],
	    "invitee_no_show.created");
	assert_int_equal(hooks.rows[2].created_at,
	    INT64_C(1795168800610226));
	pair_stop(&p);
}

static void
a_list_without_end_is_given_up(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[12];
	struct calendly_hooks hooks;
	struct pair p;
	size_t i;

	for (i = 0; i < COUNT(steps); i++)
		steps[i] = says(c, 200, "{\"collection\":[],\"pagination\":"
		    "{\"next_page_token\":\"again\"}}");
	p = pair_start(steps, COUNT(steps));
	assert_int_equal(E_CALENDLY, calendly_hook_list(c, &p.cal, &owner,
	    p.deadline, &hooks));
	assert_int_equal(loopback_requests(p.server), 10);
	pair_stop(&p);
}

static void
one_is_made_with_our_key(void **state)
{
	static const char *const events[] = { "invitee.created",
		"invitee.canceled" };
	struct calendly_hook want = { .url = "https://b.example/x?n=1",
		.scope = "organization", .organization = ORGANIZATION,
		.user = USER, .events = events, .event_count = 2 };
	struct ctx *c = *state;
	struct loopback_step steps[] = {
		gives(c, 201, "webhook_subscription_201"),
		gives(c, 409, "webhook_subscription_409"),
		gives(c, 403, "webhook_subscription_403_plan"),
		gives(c, 400, "error_400_invalid_argument"),
		{ .bytes = NULL } };
	struct pair p = pair_start(steps, COUNT(steps));

	assert_int_equal(OK, calendly_hook_add(c, &p.cal, &want, "key-1",
	    p.deadline));
	assert_string_equal(line(c, &p, 0),
	    "POST /webhook_subscriptions HTTP/1.1");
	assert_string_equal(body(&p, 0),
	    "{\"url\":\"https://b.example/x?n=1\",\"events\":"
	    "[\"invitee.created\",\"invitee.canceled\"],\"organization\":\""
	    ORGANIZATION "\",\"scope\":\"organization\","
	    "\"signing_key\":\"key-1\"}");
	assert_non_null(strstr(loopback_request(p.server, 0),
	    "\r\nContent-Type: application/json\r\n"));
	want.scope = "user";
	assert_int_equal(E_CONFLICT, calendly_hook_add(c, &p.cal, &want,
	    "key-1", p.deadline));
	assert_non_null(strstr(body(&p, 1), "\"user\":\"" USER "\""));
	assert_int_equal(E_INTERNAL, calendly_hook_add(c, &p.cal, &want,
	    "key-1", p.deadline));
	assert_int_equal(E_BADREQ, calendly_hook_add(c, &p.cal, &want,
	    "key-1", p.deadline));
	/* Nobody knows: never made twice by ourselves. */
	assert_int_equal(E_CALENDLY, calendly_hook_add(c, &p.cal, &want,
	    "key-1", p.deadline));
	assert_int_equal(loopback_requests(p.server), COUNT(steps));
	assert_null(strstr(c->why, "key-1"));
	pair_stop(&p);
}

static void
one_is_deleted_whoever_was_first(void **state)
{
	struct ctx *c = *state;
	struct loopback_step steps[] = { says(c, 204, ""),
		gives(c, 404, "error_404_not_found"),
		gives(c, 500, "error_500"), says(c, 204, ""),
		gives(c, 403, "error_403_permission") };
	struct pair p = pair_start(steps, COUNT(steps));

	assert_int_equal(OK, calendly_hook_remove(c, &p.cal, HOOK,
	    p.deadline));
	assert_string_equal(line(c, &p, 0),
	    "DELETE /webhook_subscriptions/" HOOK " HTTP/1.1");
	assert_int_equal(OK, calendly_hook_remove(c, &p.cal, HOOK,
	    p.deadline));
	assert_null(c->why);
	assert_int_equal(OK, calendly_hook_remove(c, &p.cal, HOOK,
	    p.deadline));
	assert_int_equal(E_INTERNAL, calendly_hook_remove(c, &p.cal, HOOK,
	    p.deadline));
	assert_int_equal(E_CALENDLY, calendly_hook_remove(c, &p.cal, "../me",
	    p.deadline));
	assert_int_equal(loopback_requests(p.server), COUNT(steps));
	pair_stop(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(the_owner_of_the_token_is_known),
		WITH_CTX(all_pages_of_subscriptions_are_read),
		WITH_CTX(a_list_without_end_is_given_up),
		WITH_CTX(one_is_made_with_our_key),
		WITH_CTX(one_is_deleted_whoever_was_first),
	};

	http_global_init();
	return cmocka_run_group_tests_name("calendly_hook", tests, NULL, NULL);
}
