/*
 * Tokens: good is who was signed for by one of our keys, for us, now.
 */
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/now.h"
#include "token.h"
#include "web/jwk.h"
#include "web/jwt.h"

enum { NOW = 1795442700 };

#define ISSUER "https://sign-in.example.org/"
/* Claims that are good at NOW; more may follow. */
#define GOOD "{\"iss\":\"" ISSUER "\",\"sub\":\"u-ada\",\"exp\":1795442760"

static const char *const ours[] = { "bookings", "https://api.example.org" };

/* What becomes of the token under these rules; *ret is its subject. */
static enum err
open_by(struct ctx *c, const char *token, struct conf_list audiences,
    const char **ret)
{
	struct jwt_rules rules = { .issuer = ISSUER, .audiences = audiences,
		.leeway = 30 };
	const struct cJSON *claims = NULL;
	struct jwk_set *keys;
	enum err e;

	assert_int_equal(jwk_read(c, TOKEN_SECRET, JWK_HS256, &keys), OK);
	rules.keys = keys;
	c->now = NOW * NOW_SECOND;
	c->why = c->say = NULL;
	*ret = NULL;
	e = jwt_open(c, &rules, token, &claims);
	jwk_free(keys);
	if (e == OK) {
		*ret = json_text(claims, "sub");
	} else {
		assert_int_equal(e, E_NOAUTH);
		assert_null(claims);
		/* The log says why; neither token nor claims. */
		assert_int_equal(strncmp(c->why, "jwt: ", 5), 0);
		assert_null(strstr(c->why, "ada"));
		assert_null(c->say);
	}
	return e;
}

static enum err
open_one(struct ctx *c, const char *head, const char *claims)
{
	const char *subject;

	return open_by(c, token_make(c, head, claims, TOKEN_SECRET),
	    (struct conf_list){ NULL, 0 }, &subject);
}

static void
a_good_token_tells_its_claims(void **state)
{
	struct ctx *c = *state;
	const char *subject;

	assert_int_equal(open_by(c, token_make(c, TOKEN_HEAD, GOOD "}",
	    TOKEN_SECRET), (struct conf_list){ NULL, 0 }, &subject), OK);
	assert_string_equal(subject, "u-ada");
}

static void
another_head_is_refused(void **state)
{
	static const struct {
		const char *head;
		enum err wanted;
	} cases[] = {
		{ "{\"alg\":\"HS256\"}", OK },
		{ "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", OK },
		{ "{\"alg\":\"HS256\",\"typ\":\"application/at+JWT\"}", OK },
		{ "{\"alg\":\"HS256\",\"kid\":\"any\",\"x\":[{}]}", OK },
		{ "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}",
		    OK },
		/* SEC-12, SEC-13: none, and none of ours. */
		{ "{\"alg\":\"none\"}", E_NOAUTH },
		{ "{\"alg\":\"None\"}", E_NOAUTH },
		{ "{\"alg\":\"\"}", E_NOAUTH },
		{ "{\"alg\":null}", E_NOAUTH },
		{ "{\"alg\":[\"HS256\"]}", E_NOAUTH },
		{ "{\"alg\":\"hs256\"}", E_NOAUTH },
		{ "{\"alg\":\"HS384\"}", E_NOAUTH },
		{ "{\"alg\":\"RS256\"}", E_NOAUTH },
		{ "{\"alg\":\"ES256\"}", E_NOAUTH },
		{ "{\"alg\":\"none\",\"alg\":\"HS256\"}", E_NOAUTH },
		{ "{}", E_NOAUTH },
		{ "[]", E_NOAUTH },
		{ "", E_NOAUTH },
		{ "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", E_NOAUTH },
		{ "{\"alg\":\"HS256\",\"crit\":null}", E_NOAUTH },
		{ "{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", E_NOAUTH },
		{ "{\"alg\":\"HS256\",\"typ\":\"dpop+jwt\"}", E_NOAUTH },
		{ "{\"alg\":\"HS256\",\"typ\":7}", E_NOAUTH },
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		if (open_one(c, cases[i].head, GOOD "}") != cases[i].wanted)
			fail_msg("%s", cases[i].head);
	assert_int_equal(open_one(c, arena_printf(c->mem,
	    "{\"alg\":\"HS256\",\"x\":\"%01600d\"}", 0), GOOD "}"), E_NOAUTH);
}

#define WITH(times) \
	"{\"iss\":\"" ISSUER "\",\"sub\":\"u-ada\"," times "}"

static void
a_token_counts_in_its_time_and_half_a_minute_around(void **state)
{
	static const struct {
		const char *claims;
		enum err wanted;
	} cases[] = {
		{ WITH("\"exp\":1795442701"), OK },
		{ WITH("\"exp\":1795442671"), OK },
		{ WITH("\"exp\":1795442670"), E_NOAUTH },
		{ WITH("\"exp\":1"), E_NOAUTH },
		{ WITH("\"exp\":-1795442760"), E_NOAUTH },
		{ WITH("\"exp\":\"1795442760\""), E_NOAUTH },
		{ WITH("\"exp\":1795442760.5"), E_NOAUTH },
		{ WITH("\"exp\":1e400"), E_NOAUTH },
		{ WITH("\"exp\":1e300"), E_NOAUTH },
		{ WITH("\"exp\":null"), E_NOAUTH },
		{ WITH("\"exp\":true"), E_NOAUTH },
		{ WITH("\"x\":1"), E_NOAUTH },
		{ WITH("\"exp\":1795442760,\"exp\":1"), E_NOAUTH },
		{ WITH("\"exp\":1,\"exp\":1795442760"), E_NOAUTH },
		{ WITH("\"exp\":1795442760,\"nbf\":1795442730"), OK },
		{ WITH("\"exp\":1795442760,\"nbf\":1795442731"), E_NOAUTH },
		{ WITH("\"exp\":1795442760,\"nbf\":\"1\""), E_NOAUTH },
		{ WITH("\"exp\":1795442760,\"iat\":1795442730"), OK },
		{ WITH("\"exp\":1795442760,\"iat\":1795442731"), E_NOAUTH },
		{ WITH("\"exp\":1795442760,\"iat\":{}"), E_NOAUTH },
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		if (open_one(c, TOKEN_HEAD, cases[i].claims) !=
		    cases[i].wanted)
			fail_msg("%s", cases[i].claims);
}

#define BY(who) "{" who ",\"exp\":1795442760}"

static void
it_comes_from_our_issuer_and_is_about_somebody(void **state)
{
	static const char *const claims[] = {
		BY("\"sub\":\"u-ada\""),
		BY("\"sub\":\"u-ada\",\"iss\":\"https://sign-in.example.org\""),
		BY("\"sub\":\"u-ada\",\"iss\":\"HTTPS://sign-in.example.org/\""),
		BY("\"sub\":\"u-ada\",\"iss\":[\"" ISSUER "\"]"),
		BY("\"sub\":\"u-ada\",\"iss\":null"),
		BY("\"sub\":\"u-ada\",\"ISS\":\"" ISSUER "\""),
		BY("\"iss\":\"" ISSUER "\""),
		BY("\"iss\":\"" ISSUER "\",\"sub\":\"\""),
		BY("\"iss\":\"" ISSUER "\",\"sub\":7"),
		BY("\"iss\":\"" ISSUER "\",\"sub\":\"u\\nada\""),
		BY("\"iss\":\"" ISSUER "\",\"SUB\":\"u-ada\""),
		"[]", "7", "", "{",
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(claims); i++)
		if (open_one(c, TOKEN_HEAD, claims[i]) != E_NOAUTH)
			fail_msg("%s", claims[i]);
	assert_int_equal(open_one(c, TOKEN_HEAD, arena_printf(c->mem,
	    BY("\"iss\":\"" ISSUER "\",\"sub\":\"%0255d\""), 0)), OK);
	assert_int_equal(open_one(c, TOKEN_HEAD, arena_printf(c->mem,
	    BY("\"iss\":\"" ISSUER "\",\"sub\":\"%0256d\""), 0)), E_NOAUTH);
}

static void
it_is_for_us(void **state)
{
	static const struct {
		const char *claims;
		/* Where audiences are set, and where they are not. */
		enum err set, unset;
	} cases[] = {
		{ GOOD "}", E_NOAUTH, OK },
		{ GOOD ",\"aud\":\"bookings\"}", OK, E_NOAUTH },
		{ GOOD ",\"aud\":\"https://api.example.org\"}", OK, E_NOAUTH },
		{ GOOD ",\"aud\":[\"x\",\"bookings\"]}", OK, E_NOAUTH },
		{ GOOD ",\"aud\":[\"x\",7]}", E_NOAUTH, E_NOAUTH },
		{ GOOD ",\"aud\":[]}", E_NOAUTH, E_NOAUTH },
		{ GOOD ",\"aud\":\"booking\"}", E_NOAUTH, E_NOAUTH },
		{ GOOD ",\"aud\":\"bookings \"}", E_NOAUTH, E_NOAUTH },
		{ GOOD ",\"aud\":{\"x\":\"bookings\"}}", E_NOAUTH, E_NOAUTH },
		{ GOOD ",\"aud\":null}", E_NOAUTH, E_NOAUTH },
	};
	struct ctx *c = *state;
	const char *token, *subject;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		token = token_make(c, TOKEN_HEAD, cases[i].claims,
		    TOKEN_SECRET);
		if (open_by(c, token, (struct conf_list){ ours, 2 },
		    &subject) != cases[i].set || open_by(c, token,
		    (struct conf_list){ NULL, 0 }, &subject) !=
		    cases[i].unset)
			fail_msg("%s", cases[i].claims);
	}
}

static void
what_is_no_token_is_none(void **state)
{
	struct ctx *c = *state;
	const char *good = token_make(c, TOKEN_HEAD, GOOD "}", TOKEN_SECRET);
	const char *cut = arena_copy(c->mem, good,
	    (size_t)(strrchr(good, '.') - good));
	const char *const texts[] = { "", ".", "..", "...", "a.b.c", "a",
		cut, arena_printf(c->mem, "%s.", cut),
		arena_printf(c->mem, "%s=", good),
		arena_printf(c->mem, "%s.", good),
		arena_printf(c->mem, ".%s", good),
		arena_printf(c->mem, " %s", good),
		arena_printf(c->mem, "%s.a.b", good),
		token_make(c, TOKEN_HEAD, GOOD "}", TOKEN_SECRET "x"),
		"eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LWFkYSJ9." };
	const char *subject;
	struct buf long_one;
	size_t i;

	for (i = 0; i < COUNT(texts); i++)
		if (open_by(c, texts[i], (struct conf_list){ NULL, 0 },
		    &subject) != E_NOAUTH)
			fail_msg("%s", texts[i]);
	/* As long as may be, and longer. */
	for (i = 5900; i < 6200; i += 100) {
		long_one = buf_make(c->mem, 8192);
		buf_printf(&long_one, GOOD ",\"x\":\"%0*d\"}", (int)i, 0);
		good = token_make(c, TOKEN_HEAD, long_one.bytes, TOKEN_SECRET);
		assert_int_equal(open_by(c, good,
		    (struct conf_list){ NULL, 0 }, &subject),
		    strlen(good) <= JWT_MAX ? OK : E_NOAUTH);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(a_good_token_tells_its_claims),
		WITH_CTX(another_head_is_refused),
		WITH_CTX(a_token_counts_in_its_time_and_half_a_minute_around),
		WITH_CTX(it_comes_from_our_issuer_and_is_about_somebody),
		WITH_CTX(it_is_for_us),
		WITH_CTX(what_is_no_token_is_none),
	};

	return cmocka_run_group_tests_name("jwt", tests, NULL, NULL);
}
