/*
 * Who is calling: by what nginx vouches for and what we signed, nothing else.
 */
#include <string.h>

#include "ask.h"
#include "base/buf.h"
#include "base/now.h"
#include "web/auth.h"
#include "web/link.h"
#include "web/resp.h"

#define ID "bk_00000000000000000000000000000001"
#define GUESTS "AUTH=guest\nLINK_SECRET=" ASK_SECRET "\n" \
	"PUBLIC_BASE_URL=https://book.example.com\n"
#define USERS "AUTH=remote-user\nAUTH_ADMINS='u-boss, u-chief'\n"
#define BOTH "AUTH=guest,remote-user\nLINK_SECRET=" ASK_SECRET "\n" \
	"PUBLIC_BASE_URL=http://localhost:8080\n"

static const char *const secrets[] = { ASK_SECRET };
static const struct conf_list list = { secrets, 1 };

/* What rq proves under these settings. */
static struct caller
identify(struct ctx *c, const char *settings, const struct req *rq)
{
	struct conf *conf = ask_settings(c, settings);
	struct caller who;
	struct auth *auth;

	assert_int_equal(auth_new(c, conf, &auth), OK);
	auth_identify(c, auth, rq, &who);
	auth_free(auth);
	conf_free(conf);
	return who;
}

static char *
token_for(struct ctx *c, const char *purpose, const char *subject)
{
	const struct link_grant grant = { purpose, subject, 0,
		ctx_seconds(c) + 60 };

	return link_make(c, list, &grant);
}

static char *
token(struct ctx *c, const char *subject)
{
	return token_for(c, LINK_BOOKING, subject);
}

static int
opens(const struct caller *who, const char *subject)
{
	size_t i;

	for (i = 0; i < who->grant_count; i++)
		if (strcmp(who->grants[i].subject, subject) == 0)
			return 1;
	return 0;
}

/* --- settings ------------------------------------------------------------ */

static void
what_cannot_work_is_refused_at_the_start(void **state)
{
	static const char *const settings[] = {
		"AUTH=magic\n",
		"AUTH=guest,magic\nLINK_SECRET=" ASK_SECRET "\n",
		"AUTH=guest\nPUBLIC_BASE_URL=https://book.example.com\n",
		"AUTH=guest\nLINK_SECRET=" ASK_SECRET "\n",
	};
	struct ctx *c = *state;
	struct auth *auth;
	struct conf *conf;
	size_t i;

	for (i = 0; i < COUNT(settings); i++) {
		conf = ask_settings(c, settings[i]);
		assert_int_equal(auth_new(c, conf, &auth), E_BADREQ);
		conf_free(conf);
	}
}

/* --- sign-ins ------------------------------------------------------------ */

static void
a_user_is_who_nginx_says(void **state)
{
	struct ctx *c = *state;
	const struct req rq = ASK("REMOTE_USER=u-ada",
	    "REMOTE_EMAIL=ada@example.com");
	struct caller who = identify(c, USERS, &rq);

	assert_string_equal(who.user, "u-ada");
	assert_string_equal(who.email, "ada@example.com");
	assert_int_equal(who.presented, 1);
	assert_int_equal(who.admin, 0);
}

static void
a_header_cannot_pose_as_a_user(void **state)
{
	struct ctx *c = *state;
	const struct req rq = ASK("HTTP_REMOTE_USER=u-boss",
	    "HTTP_REMOTE_EMAIL=ada@example.com", "HTTP_REMOTE_ROLES=admin",
	    "HTTP_X_REMOTE_USER=u-boss", "REMOTE_USER_X=u-boss",
	    "HTTP_AUTHORIZATION=Basic dS1ib3NzOng=", "remote_user=u-boss");
	struct caller who = identify(c, BOTH, &rq);

	assert_null(who.user);
	assert_null(who.email);
	assert_int_equal(who.admin, 0);
	assert_int_equal(who.presented, 0);
}

/* An address or a role without a user proves nothing. */
static void
without_a_user_there_is_no_address_and_no_role(void **state)
{
	struct ctx *c = *state;
	const struct req rq = ASK("REMOTE_USER=",
	    "REMOTE_EMAIL=ada@example.com", "REMOTE_ROLES=admin");
	struct caller who = identify(c, USERS, &rq);

	assert_null(who.email);
	assert_int_equal(who.admin, 0);
	assert_int_equal(who.presented, 0);
}

static void
a_user_counts_only_where_that_method_is_on(void **state)
{
	const struct req rq = ASK("REMOTE_USER=u-boss",
	    "REMOTE_ROLES=admin");
	struct caller who = identify(*state, GUESTS, &rq);

	assert_null(who.user);
	assert_int_equal(who.admin, 0);
	assert_int_equal(who.presented, 0);
}

static void
an_admin_is_named_in_the_settings_or_has_the_role(void **state)
{
	static const struct {
		char *user, *roles;
		int admin;
	} cases[] = {
		{ "REMOTE_USER=u-boss", "X=", 1 },
		{ "REMOTE_USER=u-chief", "X=", 1 },
		{ "REMOTE_USER=u-bos", "X=", 0 },
		{ "REMOTE_USER=u-boss, u-chief", "X=", 0 },
		{ "REMOTE_USER=u-ada", "REMOTE_ROLES=client, admin", 1 },
		{ "REMOTE_USER=u-ada", "REMOTE_ROLES=administrator", 0 },
		{ "REMOTE_USER=u-ada", "REMOTE_ROLES=", 0 },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		const struct req rq = ASK(cases[i].user, cases[i].roles);

		if (identify(*state, USERS, &rq).admin != cases[i].admin)
			fail_msg("%s %s", cases[i].user, cases[i].roles);
	}
}

/* --- links --------------------------------------------------------------- */

static void
a_link_opens_its_booking(void **state)
{
	struct ctx *c = *state;
	const struct req rq = ASK(arena_printf(c->mem,
	    "HTTP_AUTHORIZATION=Guest %s", token(c, ID)));
	struct caller who = identify(c, GUESTS, &rq);

	assert_true(opens(&who, ID));
	assert_false(opens(&who, "bk_other"));
	assert_string_equal(who.grants[0].purpose, LINK_BOOKING);
	assert_null(who.user);
	assert_null(who.refused);
}

static void
a_link_that_shows_is_known_as_one(void **state)
{
	struct ctx *c = *state;
	const struct req rq = ASK(arena_printf(c->mem,
	    "HTTP_AUTHORIZATION=Guest %s", token_for(c, LINK_SEE, ID)));
	struct caller who = identify(c, GUESTS, &rq);

	assert_int_equal(who.grant_count, 1);
	assert_string_equal(who.grants[0].purpose, LINK_SEE);
}

static void
a_bad_link_is_shown_and_opens_nothing(void **state)
{
	static const char *const texts[] = { "Guest ", "Guest x", "Guest a.b.c",
		"Guest bk_1.0.99999999999.00" };
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(texts); i++) {
		const struct req rq = ASK(arena_printf(c->mem,
		    "HTTP_AUTHORIZATION=%s", texts[i]));
		struct caller who = identify(c, GUESTS, &rq);

		assert_int_equal(who.presented, 1);
		assert_non_null(who.refused);
		assert_int_equal(who.grant_count, 0);
	}
}

static void
other_schemes_are_none_of_ours(void **state)
{
	struct ctx *c = *state;
	const char *good = token(c, ID);
	const char *const schemes[] = { "Bearer ", "Basic ", "guest ", "Guest",
		"Guest\t", "" };
	size_t i;

	for (i = 0; i < COUNT(schemes); i++) {
		const struct req rq = ASK(arena_printf(c->mem,
		    "HTTP_AUTHORIZATION=%s%s", schemes[i], good));
		struct caller who = identify(c, GUESTS, &rq);

		assert_int_equal(who.grant_count, 0);
		assert_int_equal(who.presented, 0);
	}
}

static void
many_and_hostile_cookies_do_no_harm(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 65536);
	const struct req *rq;
	struct caller who;
	int i;

	buf_text(&b, "HTTP_COOKIE=;;=; bookpay_; bookpay_=; =x; a=b;"
	    " bookpay_x=\"quoted\"; bookpay_" ID "=rubbish");
	for (i = 0; i < 200; i++)
		buf_printf(&b, "; bookpay_%d=%s", i,
		    token(c, arena_printf(c->mem, "bk_%d", i)));
	rq = &ASK(b.bytes);
	who = identify(c, GUESTS, rq);
	assert_int_equal(who.grant_count, CALLER_LINKS);
	assert_true(opens(&who, "bk_0"));
	assert_false(opens(&who, ID));
	assert_int_equal(who.presented, 1);
}

/* As many as nginx lets through in one header: of each booking there is one. */
static void
who_has_many_bookings_has_all_of_them(void **state)
{
	struct ctx *c = *state;
	struct buf b = buf_make(c->mem, 12 * 1024);
	const struct req *rq;
	struct caller who;
	char *id;
	int i, n;

	buf_text(&b, "HTTP_COOKIE=a=b");
	for (n = 0; b.len < 12 * 1024 - 200; n++) {
		id = arena_printf(c->mem, "bk_%032d", n);
		buf_printf(&b, "; bookpay_%s=%s", id, token(c, id));
	}
	rq = &ASK(b.bytes);
	who = identify(c, GUESTS, rq);
	for (i = 0; i < n; i++)
		assert_true(opens(&who, arena_printf(c->mem, "bk_%032d", i)));
}

/* The name of a cookie proves nothing: what is signed does. */
static void
a_cookie_opens_what_it_is_signed_for(void **state)
{
	struct ctx *c = *state;
	const struct req rq = ASK(arena_printf(c->mem,
	    "HTTP_COOKIE=bookpay_%s=%s", ID, token(c, "bk_mine")));
	struct caller who = identify(c, GUESTS, &rq);

	assert_false(opens(&who, ID));
	assert_true(opens(&who, "bk_mine"));
}

static void
other_sites_cookies_are_not_looked_at(void **state)
{
	struct ctx *c = *state;
	const struct req rq = ASK(arena_printf(c->mem,
	    "HTTP_COOKIE=session=%s; xbookpay_=%s; BOOKPAY_=%s", token(c, ID),
	    token(c, ID), token(c, ID)));
	struct caller who = identify(c, GUESTS, &rq);

	assert_int_equal(who.presented, 0);
	assert_int_equal(who.grant_count, 0);
}

static void
links_count_only_where_guests_are_let_in(void **state)
{
	struct ctx *c = *state;
	const struct req rq = ASK(arena_printf(c->mem,
	    "HTTP_AUTHORIZATION=Guest %s", token(c, ID)));
	struct caller who = identify(c, USERS, &rq);

	assert_int_equal(who.presented, 0);
	assert_int_equal(who.grant_count, 0);
}

static void
a_capability_is_held_once_and_within_bounds(void **state)
{
	struct ctx *c = *state;
	struct link_grant grant = { .purpose = LINK_BOOKING };
	struct caller who = { 0 };
	int i;

	for (i = 0; i < 2 * CALLER_LINKS; i++) {
		grant.subject = arena_printf(c->mem, "bk_%d", i / 2);
		auth_add(&who, &grant);
	}
	assert_int_equal(who.grant_count, CALLER_LINKS);
	grant.subject = "one too many";
	auth_add(&who, &grant);
	assert_int_equal(who.grant_count, CALLER_LINKS);
	assert_int_equal(who.presented, 1);
}

/* --- giving them out ----------------------------------------------------- */

struct given {
	const char *cookie, *link;
};

static struct given
give(struct ctx *c, const char *settings)
{
	const struct link_grant grant = { LINK_SEE, ID, 4,
		ctx_seconds(c) + 600 };
	struct conf *conf = ask_settings(c, settings);
	struct given g = { NULL, NULL };
	struct auth *auth;
	struct resp rs;

	resp_init(c, &rs);
	assert_int_equal(auth_new(c, conf, &auth), OK);
	auth_remember(c, auth, &rs, &(const struct caller){ 0 }, NULL);
	assert_int_equal(rs.header_count, 0);
	auth_remember(c, auth, &rs, &(const struct caller){ 0 }, &grant);
	g.link = auth_link(c, auth, &grant);
	if (rs.header_count == 1)
		g.cookie = rs.headers[0];
	auth_free(auth);
	conf_free(conf);
	return g;
}

static void
the_cookie_is_out_of_reach_of_scripts_and_other_sites(void **state)
{
	struct ctx *c = *state;
	const char *cookie = give(c, GUESTS).cookie;

	assert_non_null(strstr(cookie, "Set-Cookie: bookpay_" ID "=" ID "."));
	assert_non_null(strstr(cookie, "; HttpOnly"));
	assert_non_null(strstr(cookie, "; SameSite=Lax"));
	assert_non_null(strstr(cookie, "; Path=/api"));
	assert_non_null(strstr(cookie, "; Secure"));
	assert_non_null(strstr(cookie, "; Max-Age=600;"));
	/* A browser would not keep a secure one from plain http. */
	assert_null(strstr(give(c, BOTH).cookie, "Secure"));
}

/* What is remembered is no stronger, and lasts no longer. */
static void
the_cookie_gives_what_opened_the_booking(void **state)
{
	struct ctx *c = *state;
	char *cookie = arena_dup(c->mem, give(c, GUESTS).cookie);
	struct link_grant grant;
	char *value = strchr(cookie, '=') + 1;

	value[strcspn(value, ";")] = '\0';
	assert_false(link_open(c, list, LINK_BOOKING, value, &grant));
	assert_true(link_open(c, list, LINK_SEE, value, &grant));
	assert_string_equal(grant.subject, ID);
	assert_int_equal(grant.serial, 4);
	assert_int_equal(grant.expires, ctx_seconds(c) + 600);
}

/* nginx refuses longer headers: then not even one booking could be seen. */
static void
a_browser_is_given_no_more_cookies_than_it_can_send(void **state)
{
	struct ctx *c = *state;
	const struct conf *conf = ask_settings(c, GUESTS);
	struct link_grant grant = { .purpose = LINK_BOOKING };
	struct caller who = { 0 };
	struct auth *auth;
	struct resp rs;
	int i;

	assert_int_equal(auth_new(c, conf, &auth), OK);
	for (i = 1; i <= AUTH_COOKIES_MAX; i++) {
		grant.subject = arena_printf(c->mem, "bk_%d", i);
		grant.expires = ctx_seconds(c) + 1000 + (i - 7) * (i - 7);
		auth_add(&who, &grant);
		if (i < AUTH_COOKIES_MAX - 1)
			continue;
		resp_init(c, &rs);
		auth_remember(c, auth, &rs, &who, &grant);
		assert_int_equal(rs.header_count,
		    i < AUTH_COOKIES_MAX ? 1 : 2);
	}
	assert_string_equal(rs.headers[1], "Set-Cookie: bookpay_bk_7=;"
	    " Path=/api; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
	/* Not the one that has just been opened. */
	resp_init(c, &rs);
	auth_remember(c, auth, &rs, &who, &who.grants[6]);
	assert_non_null(strstr(rs.headers[0], "bookpay_bk_7=bk_7."));
	assert_null(strstr(rs.headers[1], "bookpay_bk_7="));
	auth_free(auth);
	conf_free((struct conf *)conf);
}

static void
a_link_carries_its_token_where_no_log_sees_it(void **state)
{
	const char *link = give(*state, GUESTS).link;

	assert_non_null(strstr(link, "https://book.example.com/booking/"
	    "confirmation?booking=" ID "#token=" ID "."));
}

static void
where_guests_are_off_nothing_is_given(void **state)
{
	const struct given g = give(*state, USERS);

	assert_null(g.cookie);
	assert_null(g.link);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(what_cannot_work_is_refused_at_the_start),
		WITH_CTX(a_user_is_who_nginx_says),
		WITH_CTX(a_header_cannot_pose_as_a_user),
		WITH_CTX(without_a_user_there_is_no_address_and_no_role),
		WITH_CTX(a_user_counts_only_where_that_method_is_on),
		WITH_CTX(an_admin_is_named_in_the_settings_or_has_the_role),
		WITH_CTX(a_link_opens_its_booking),
		WITH_CTX(a_link_that_shows_is_known_as_one),
		WITH_CTX(a_bad_link_is_shown_and_opens_nothing),
		WITH_CTX(other_schemes_are_none_of_ours),
		WITH_CTX(many_and_hostile_cookies_do_no_harm),
		WITH_CTX(who_has_many_bookings_has_all_of_them),
		WITH_CTX(a_cookie_opens_what_it_is_signed_for),
		WITH_CTX(other_sites_cookies_are_not_looked_at),
		WITH_CTX(links_count_only_where_guests_are_let_in),
		WITH_CTX(a_capability_is_held_once_and_within_bounds),
		WITH_CTX(the_cookie_is_out_of_reach_of_scripts_and_other_sites),
		WITH_CTX(the_cookie_gives_what_opened_the_booking),
		WITH_CTX(a_browser_is_given_no_more_cookies_than_it_can_send),
		WITH_CTX(a_link_carries_its_token_where_no_log_sees_it),
		WITH_CTX(where_guests_are_off_nothing_is_given),
	};

	return cmocka_run_group_tests_name("auth", tests, NULL, NULL);
}
