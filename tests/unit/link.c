/*
 * A token opens one thing, for a while, and cannot be bent.
 */
#include <string.h>

#include "ask.h"
#include "base/now.h"
#include "web/link.h"

#define NOW 1795442400
#define ID "bk_00000000000000000000000000000001"

static const char *const one[] = { ASK_SECRET };
static const char *const two[] = { ASK_SECRET_2, ASK_SECRET };
static const char *const other[] = { ASK_SECRET_2 };
static const struct conf_list secret = { one, 1 };
static const struct conf_list rotated = { two, 2 };
static const struct conf_list another = { other, 1 };

/* What opens for another minute. */
static const struct link_grant given = { LINK_BOOKING, ID, 3, NOW + 60 };

static char *
made(struct ctx *c)
{
	c->now = NOW * NOW_SECOND;
	return link_make(c, secret, &given);
}

static int
opens(struct ctx *c, struct conf_list secrets, const char *token)
{
	struct link_grant grant;

	return link_open(c, secrets, LINK_BOOKING, token, &grant);
}

static void
a_token_opens_what_it_was_made_for(void **state)
{
	struct ctx *c = *state;
	const char *token = made(c);
	struct link_grant grant = { 0 };

	assert_false(link_open(c, secret, LINK_SEE, token, &grant));
	assert_false(link_open(c, secret, "cancel", token, &grant));
	assert_false(link_open(c, another, LINK_BOOKING, token, &grant));
	assert_null(grant.subject);
	assert_true(link_open(c, secret, LINK_BOOKING, token, &grant));
	assert_string_equal(grant.purpose, LINK_BOOKING);
	assert_string_equal(grant.subject, ID);
	assert_int_equal(grant.serial, 3);
	assert_int_equal(grant.expires, NOW + 60);
	assert_true(strlen(token) <= LINK_TOKEN_MAX);
}

static void
it_ends_after_its_last_second(void **state)
{
	struct ctx *c = *state;
	const char *token = made(c);

	c->now = (NOW + 60) * NOW_SECOND;
	assert_true(opens(c, secret, token));
	c->now = (NOW + 61) * NOW_SECOND;
	assert_false(opens(c, secret, token));
}

static void
an_old_secret_still_opens_while_it_is_rotated(void **state)
{
	struct ctx *c = *state;
	const char *old = made(c);
	const char *new = link_make(c, rotated, &given);

	assert_true(opens(c, rotated, old));
	assert_true(opens(c, rotated, new));
	/* New ones are signed by the first. */
	assert_true(opens(c, another, new));
	assert_false(opens(c, secret, new));
}

static void
no_byte_of_it_can_be_changed(void **state)
{
	struct ctx *c = *state;
	char *token = made(c);
	size_t i;

	for (i = 0; token[i] != '\0'; i++) {
		char was = token[i];

		token[i] = was == '1' ? '2' : '1';
		if (opens(c, secret, token))
			fail_msg("byte %zu", i);
		token[i] = was;
	}
	assert_true(opens(c, secret, token));
}

static void
it_cannot_be_cut_stretched_or_rejoined(void **state)
{
	struct ctx *c = *state;
	const char *token = made(c), *mac = strrchr(token, '.');
	const char *const bent[] = {
		"",
		".",
		"..",
		ID,
		arena_printf(c->mem, "%.*s", (int)strlen(token) - 1, token),
		arena_printf(c->mem, "%s0", token),
		arena_printf(c->mem, " %s", token),
		arena_printf(c->mem, "%s\n", token),
		arena_printf(c->mem, "%s.3.%d%s", ID, NOW + 600, mac),
		arena_printf(c->mem, "%s.4.%d%s", ID, NOW + 60, mac),
		arena_printf(c->mem, "%s.3.-1%s", ID, mac),
		arena_printf(c->mem, "%s.3%s", ID, mac),
		arena_printf(c->mem, "%s.%d%s", ID, NOW + 60, mac),
		arena_printf(c->mem, "%s.3.%d.%d%s", ID, NOW + 60, NOW + 60,
		    mac),
		arena_printf(c->mem, "%s.03.%d%s", ID, NOW + 60, mac),
		arena_printf(c->mem, "%s.3.0%d%s", ID, NOW + 60, mac),
		arena_printf(c->mem, "%s.3%d.%d%s", ID, NOW / 1000000000,
		    NOW % 1000000000 + 60, mac),
		arena_printf(c->mem, ".3.%d%s", NOW + 60, mac),
		arena_printf(c->mem, "%0300d%s", 0, token),
	};
	size_t i;

	for (i = 0; i < COUNT(bent); i++)
		if (opens(c, secret, bent[i]))
			fail_msg("%s", bent[i]);
}

/* The signature is 256 bits; what one token says of another is nothing. */
static void
tokens_share_nothing_but_their_shape(void **state)
{
	struct ctx *c = *state;
	const char *a = strrchr(made(c), '.');
	const struct link_grant later = { LINK_BOOKING, ID, 3, NOW + 61 };
	const char *b = strrchr(link_make(c, secret, &later), '.');
	size_t i, same = 0;

	assert_int_equal(strlen(a), 65);
	for (i = 1; i < 65; i++)
		same += a[i] == b[i];
	assert_true(same < 24);
}

static void
one_token_has_one_spelling(void **state)
{
	struct ctx *c = *state;
	char *token = made(c), *p;

	for (p = strrchr(token, '.'); *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'f')
			*p = (char)(*p - 'a' + 'A');
	assert_false(opens(c, secret, token));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(a_token_opens_what_it_was_made_for),
		WITH_CTX(it_ends_after_its_last_second),
		WITH_CTX(an_old_secret_still_opens_while_it_is_rotated),
		WITH_CTX(no_byte_of_it_can_be_changed),
		WITH_CTX(it_cannot_be_cut_stretched_or_rejoined),
		WITH_CTX(tokens_share_nothing_but_their_shape),
		WITH_CTX(one_token_has_one_spelling),
	};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
