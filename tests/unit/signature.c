/*
 * Every vector of both providers, and what the files do not hold.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cjson/cJSON.h>
#include <openssl/evp.h>

#include "base/ctx.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "provider/calendly_event.h"
#include "provider/signature.h"
#include "provider/stripe_event.h"
#include "sample.h"

enum { STRIPE_VECTORS = 48, CALENDLY_VECTORS = 34, SECRETS_MAX = 4 };

static const char secret[] = "whsec_test_secret";
static const char body[] = "{\n  \"id\": \"evt_test_webhook\",\n"
			   "  \"object\": \"event\"\n}";
static const char good[] =
    "t=1795442695,v1="
    "7fa64fb7cff37dc03ff71780f5951c9764f8c5a3f16cb8102ba65a2034edde25";

static char *
unbase64(struct ctx *c, const char *text, size_t *ret_len)
{
	size_t len = strlen(text);
	unsigned char *bytes = arena_alloc(c->mem, len + 1);
	int n = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)len);

	assert_true(n >= 0);
	while (len > 0 && text[--len] == '=')
		n--;
	*ret_len = (size_t)n;
	return arena_copy(c->mem, bytes, *ret_len);
}

/* Reasons for which the signature is right and the body is not. */
static int
refused_by_parser(const char *reason)
{
	return text_same(reason, "bad_json") ||
	    text_same(reason, "thin_event") || text_same(reason, "no_payload");
}

static void
check_verdict(const char *name, const char *expect, enum err e)
{
	if ((e == OK) != text_same(expect, "accept"))
		fail_msg("%s: expected %s, got %s", name, expect, err_name(e));
	if (e != OK && e != E_SIGNATURE)
		fail_msg("%s: %s", name, err_name(e));
}

static void
check_stripe_vector(struct ctx *c, const cJSON *v)
{
	const cJSON *secrets = json_get(v, "secrets"), *item;
	const char *list[SECRETS_MAX], *name = json_text(v, "name");
	const char *expect = json_text(v, "expect");
	struct signature_rule rule = { .secrets = list, .lower_hex_only = 1 };
	struct stripe_event ev;
	int64_t now, tolerance;
	size_t len;
	char *bytes = unbase64(c, json_text(v, "payload_base64"), &len);

	assert_true(json_int(v, "now", &now));
	assert_true(json_int(v, "tolerance_s", &tolerance));
	cJSON_ArrayForEach(item, secrets)
		list[rule.count++] = item->valuestring;
	rule.tolerance_past = rule.tolerance_future = tolerance;
	c->now = now * NOW_SECOND;
	if (refused_by_parser(json_text(v, "reason"))) {
		assert_int_equal(OK, signature_verify(c, &rule,
		    json_text(v, "header"), bytes, len));
		assert_true(stripe_event_parse(c, bytes, len, &ev) ==
		    E_BADREQ || ev.thin);
		return;
	}
	check_verdict(name, expect, signature_verify(c, &rule,
	    json_text(v, "header"), bytes, len));
}

static void
every_stripe_vector_gets_its_verdict(void **state)
{
	struct ctx *c = *state;
	const cJSON *file =
	    sample_json(c, "tests/contract/stripe/webhook-vectors.json");
	const cJSON *v;
	int n = 0;

	cJSON_ArrayForEach(v, json_get(file, "vectors")) {
		c->why = NULL;
		check_stripe_vector(c, v);
		n++;
	}
	assert_int_equal(n, STRIPE_VECTORS);
}

static void
check_calendly_vector(struct ctx *c, const cJSON *v)
{
	const char *key = json_text(v, "signing_key");
	const char *name = json_text(v, "name");
	const char *bytes = json_text(v, "body");
	struct signature_rule rule = { .secrets = &key, .count = 1,
		.tolerance_past = 180, .tolerance_future = 60 };
	struct calendly_event ev;
	int64_t now;
	enum err e;

	assert_true(json_int(v, "now", &now));
	c->now = now * NOW_SECOND;
	e = signature_verify(c, &rule, json_text(v, "header"), bytes,
	    strlen(bytes));
	if (strcmp(name, "empty_body") == 0) {
		assert_int_equal(e, OK);
		e = calendly_event_parse(c, bytes, strlen(bytes), &ev);
		assert_int_equal(e, E_BADREQ);
		return;
	}
	check_verdict(name, json_text(v, "expect"), e);
}

static void
every_calendly_vector_gets_its_verdict(void **state)
{
	struct ctx *c = *state;
	const cJSON *file =
	    sample_json(c, "tests/contract/calendly/signature_vectors.json");
	const cJSON *list, *v;
	int n = 0;

	cJSON_ArrayForEach(list, file)
		if (cJSON_IsArray(list))
			break;
	cJSON_ArrayForEach(v, list) {
		c->why = NULL;
		check_calendly_vector(c, v);
		n++;
	}
	assert_int_equal(n, CALENDLY_VECTORS);
}

/* Verifies body at the moment of the vectors. */
static enum err
verify(struct ctx *c, const char *const *secrets, size_t count,
    const char *header)
{
	struct signature_rule rule = { .secrets = secrets, .count = count,
		.tolerance_past = 300, .tolerance_future = 300,
		.lower_hex_only = 1 };

	c->now = INT64_C(1795442700) * NOW_SECOND;
	c->why = NULL;
	return signature_verify(c, &rule, header, body, sizeof(body) - 1);
}

static void
any_of_several_secrets_may_have_signed(void **state)
{
	static const char *const last[] = { "other", "another", secret };
	static const char *const first[] = { secret, "other" };
	static const char *const none[] = { "other", "another" };

	assert_int_equal(OK, verify(*state, last, 3, good));
	assert_int_equal(OK, verify(*state, first, 2, good));
	assert_int_equal(E_SIGNATURE, verify(*state, none, 2, good));
}

static void
a_blank_secret_never_verifies(void **state)
{
	static const char *const blank[] = { "", "  \t", "\n" };
	static const char *const beside[] = { "", secret };
	/* What anybody can make with an empty key. */
	static const char forged[] =
	    "t=1795442695,v1="
	    "15a5c753f53b1a940b910a1dd05d2ca5d650ebf5bf2734322e600869bb2f7f86";
	struct ctx *c = *state;

	assert_int_equal(E_SIGNATURE, verify(c, blank, 3, forged));
	assert_string_equal(c->why, "no webhook secret is set");
	assert_int_equal(E_SIGNATURE, verify(c, beside, 2, forged));
	assert_string_equal(c->why, "no signature matches");
	assert_int_equal(OK, verify(c, beside, 2, good));
}

static void
no_secret_at_all_refuses_everything(void **state)
{
	assert_int_equal(E_SIGNATURE, verify(*state, NULL, 0, good));
}

static void
a_missing_header_is_refused(void **state)
{
	static const char *const secrets[] = { secret };
	struct ctx *c = *state;

	assert_int_equal(E_SIGNATURE, verify(c, secrets, 1, NULL));
	assert_string_equal(c->why, "no signature header");
	assert_int_equal(E_SIGNATURE, verify(c, secrets, 1, ""));
}

static void
a_huge_header_is_refused_unread(void **state)
{
	static const char *const secrets[] = { secret };
	struct ctx *c = *state;
	char *header = arena_alloc(c->mem, 2 * SIGNATURE_HEADER_MAX);
	size_t len = strlen(good);

	memcpy(header, good, len);
	memset(header + len, ',', SIGNATURE_HEADER_MAX - len);
	assert_int_equal(OK, verify(c, secrets, 1, header));
	header[SIGNATURE_HEADER_MAX] = ',';
	assert_int_equal(E_SIGNATURE, verify(c, secrets, 1, header));
	assert_string_equal(c->why, "the signature header is too long");
}

static void
age_is_only_judged_on_genuine_messages(void **state)
{
	static const char *const secrets[] = { secret };
	static const char *const wrong[] = { "wrong" };
	struct signature_rule rule = { .secrets = wrong, .count = 1,
		.tolerance_past = 300 };
	struct ctx *c = *state;

	c->now = INT64_C(1795449999) * NOW_SECOND;
	assert_int_equal(E_SIGNATURE,
	    signature_verify(c, &rule, good, body, sizeof(body) - 1));
	assert_string_equal(c->why, "no signature matches");
	c->why = NULL;
	rule.secrets = secrets;
	assert_int_equal(E_SIGNATURE,
	    signature_verify(c, &rule, good, body, sizeof(body) - 1));
	assert_string_equal(c->why, "signed too long ago");
	rule.tolerance_past = 0;
	assert_int_equal(OK,
	    signature_verify(c, &rule, good, body, sizeof(body) - 1));
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, sample_setup, \
    sample_teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_stripe_vector_gets_its_verdict),
		TEST(every_calendly_vector_gets_its_verdict),
		TEST(any_of_several_secrets_may_have_signed),
		TEST(a_blank_secret_never_verifies),
		TEST(no_secret_at_all_refuses_everything),
		TEST(a_missing_header_is_refused),
		TEST(a_huge_header_is_refused_unread),
		TEST(age_is_only_judged_on_genuine_messages),
	};

	return cmocka_run_group_tests_name("signature", tests, NULL, NULL);
}
