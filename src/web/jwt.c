#include "web/jwt.h"

#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"
#include "web/jwk.h"

/* A head names algorithm and key; more than this is somebody's play. */
enum { HEAD_MAX = 2048 };

/* A part of a token, still in its base64. */
struct part {
	const char *text;
	size_t len;
};

struct parts {
	struct part head, claims, signature;
	size_t signed_len; /* head, dot and claims */
};

static int
split(const char *token, struct parts *ret)
{
	size_t len = strlen(token);
	const char *dot, *last;

	if (len > JWT_MAX)
		return 0;
	dot = strchr(token, '.');
	last = strrchr(token, '.');
	if (dot == NULL || dot == last)
		return 0;
	*ret = (struct parts){
		.head = { token, (size_t)(dot - token) },
		.claims = { dot + 1, (size_t)(last - dot) - 1 },
		.signature = { last + 1, strlen(last + 1) },
		.signed_len = (size_t)(last - token),
	};
	return 1;
}

/* The object in part, no key of it named twice: two readers, two meanings. */
static enum err
read_object(struct ctx *c, const struct part *part, struct cJSON **ret)
{
	size_t len = 0;
	unsigned char *text = base64_bytes(c->mem, part->text, part->len, &len);

	if (text == NULL || json_parse_request(c, (const char *)text, len,
	    ret) != OK) {
		ctx_forgive(c);
		return ctx_fail(c, E_NOAUTH, "jwt: not a JSON object");
	}
	return OK;
}

/* "JWT" or "at+jwt"; other kinds are signed with the same keys, too. */
static int
is_sign_in(const struct cJSON *head)
{
	static const char before[] = "application/";
	const char *type = json_text(head, "typ");

	if (type == NULL)
		return !json_has(head, "typ");
	if (strncasecmp(type, before, sizeof(before) - 1) == 0)
		type += sizeof(before) - 1;
	return strcasecmp(type, "JWT") == 0 || strcasecmp(type, "at+jwt") == 0;
}

/* What a head says of where its key is to be had is not looked at. */
static enum err
read_head(struct ctx *c, const struct parts *parts, struct jwk_signed *ret)
{
	struct cJSON *head;
	const char *alg;
	enum err e;

	if (parts->head.len > HEAD_MAX)
		return ctx_fail(c, E_NOAUTH, "jwt: the head is too long");
	e = read_object(c, &parts->head, &head);
	if (e != OK)
		return e;
	/* "crit" names what must be understood: of that we do nothing. */
	if (json_get(head, "crit") != NULL || !is_sign_in(head))
		return ctx_fail(c, E_NOAUTH, "jwt: of a kind that is not "
		    "known");
	alg = json_text(head, "alg");
	ret->alg = alg == NULL ? JWK_NONE : jwk_alg_named(alg);
	if (ret->alg == JWK_NONE)
		return ctx_fail(c, E_NOAUTH, "jwt: by an algorithm that is "
		    "not known");
	ret->kid = json_text(head, "kid");
	return OK;
}

static enum err
check_signature(struct ctx *c, const struct jwt_rules *rules,
    const char *token, const struct parts *parts)
{
	struct jwk_signed s = { .bytes = token, .len = parts->signed_len };
	enum err e;

	e = read_head(c, parts, &s);
	if (e != OK)
		return e;
	s.signature = base64_bytes(c->mem, parts->signature.text,
	    parts->signature.len, &s.signature_len);
	if (s.signature == NULL || !jwk_verifies(rules->keys, &s))
		return ctx_fail(c, E_NOAUTH, "jwt: no key of ours signed it");
	return OK;
}

/* Whole seconds; a time that is there must be one. */
static int
read_time(const struct cJSON *claims, const char *name, int64_t *ret)
{
	return json_get(claims, name) == NULL || json_int(claims, name, ret);
}

static enum err
check_times(struct ctx *c, int64_t leeway, const struct cJSON *claims)
{
	int64_t now = ctx_seconds(c), expires = 0, from = now, issued = now;

	if (!json_int(claims, "exp", &expires) ||
	    !read_time(claims, "nbf", &from) ||
	    !read_time(claims, "iat", &issued))
		return ctx_fail(c, E_NOAUTH, "jwt: without its times");
	if (expires <= now - leeway)
		return ctx_fail(c, E_NOAUTH, "jwt: expired %lld s ago",
		    (long long)(now - expires));
	if (from > now + leeway || issued > now + leeway)
		return ctx_fail(c, E_NOAUTH, "jwt: from the future");
	return OK;
}

static int
is_ours(const struct jwt_rules *rules, const char *audience)
{
	size_t i;

	for (i = 0; audience != NULL && i < rules->audiences.count; i++)
		if (strcmp(rules->audiences.values[i], audience) == 0)
			return 1;
	return 0;
}

/* "aud" is a text or a list of them. */
static int
is_for_us(const struct jwt_rules *rules, const struct cJSON *claims)
{
	const struct cJSON *list = json_get(claims, "aud");
	int i;

	if (rules->audiences.count == 0)
		return list == NULL;
	if (is_ours(rules, json_text(claims, "aud")))
		return 1;
	for (i = 0; json_item(list, i) != NULL; i++)
		if (is_ours(rules, json_item_text(list, i)))
			return 1;
	return 0;
}

static enum err
check_claims(struct ctx *c, const struct jwt_rules *rules,
    const struct cJSON *claims)
{
	const char *subject = json_text(claims, "sub");

	if (!text_same(json_text(claims, "iss"), rules->issuer))
		return ctx_fail(c, E_NOAUTH, "jwt: by another issuer");
	if (!is_for_us(rules, claims))
		return ctx_fail(c, E_NOAUTH, "jwt: for another audience");
	if (text_blank(subject) || strlen(subject) > JWT_SUBJECT_MAX ||
	    !text_plain(subject))
		return ctx_fail(c, E_NOAUTH, "jwt: without a subject");
	return check_times(c, rules->leeway, claims);
}

enum err
jwt_open(struct ctx *c, const struct jwt_rules *rules, const char *token,
    const struct cJSON **ret_claims)
{
	struct cJSON *claims;
	struct parts parts;
	enum err e;

	if (!split(token, &parts))
		return ctx_fail(c, E_NOAUTH, "jwt: not one");
	/* Nothing is read out of what nobody signed. */
	e = check_signature(c, rules, token, &parts);
	if (e == OK)
		e = read_object(c, &parts.claims, &claims);
	if (e == OK)
		e = check_claims(c, rules, claims);
	if (e == OK)
		*ret_claims = claims;
	return e;
}
