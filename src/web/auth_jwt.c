#include "web/auth_jwt.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/text.h"
#include "web/auth.h"
#include "web/auth_cookie.h"
#include "web/jwk.h"
#include "web/jwt.h"
#include "web/origin.h"
#include "web/req.h"

struct auth_jwt {
	const struct conf *conf;
	struct jwk_set *keys;
	struct jwt_rules rules;
	struct conf_list cookies;
	const char *roles; /* where they are in the claims */
};

/* --- Settings ---------------------------------------------------------------- */

static enum err
read_algorithms(struct ctx *c, const struct conf *conf, unsigned int *ret)
{
	struct conf_list names = conf_list(conf, "AUTH_JWT_ALGORITHMS");
	unsigned int all = 0;
	enum jwk_alg alg;
	size_t i;

	for (i = 0; i < names.count; i++) {
		alg = jwk_alg_named(names.values[i]);
		if (alg == JWK_NONE)
			return ctx_fail(c, E_BADREQ, "AUTH_JWT_ALGORITHMS: "
			    "HS256, RS256, ES256 or EdDSA, nothing else");
		all |= alg;
	}
	*ret = all;
	return OK;
}

/* People write these about themselves (Supabase, Clerk). */
static enum err
check_roles(struct ctx *c, const char *path)
{
	static const char *const own[] = { "user_metadata", "unsafe_metadata",
		"raw_user_meta_data" };
	size_t i;

	for (i = 0; i < COUNT(own); i++)
		if (strstr(path, own[i]) != NULL)
			return ctx_fail(c, E_BADREQ, "AUTH_JWT_ROLES: people "
			    "can change %s themselves", own[i]);
	return OK;
}

enum err
auth_jwt_new(struct ctx *c, const struct conf *conf, struct auth_jwt **ret)
{
	const char *roles = conf_get(conf, "AUTH_JWT_ROLES");
	unsigned int allowed = 0;
	struct jwk_set *keys;
	struct auth_jwt *jwt;
	enum err e;

	e = read_algorithms(c, conf, &allowed);
	if (e == OK)
		e = check_roles(c, roles);
	if (e != OK)
		return e;
	e = jwk_read(c, conf_get(conf, "AUTH_JWT_KEY"), allowed, &keys);
	if (e != OK) {
		c->why = arena_printf(c->mem, "AUTH_JWT_KEY: %s", c->why);
		return e;
	}
	jwt = malloc(sizeof(*jwt));
	if (jwt == NULL)
		abort();
	*jwt = (struct auth_jwt){
		.conf = conf,
		.keys = keys,
		.rules = {
			.keys = keys,
			.issuer = conf_get(conf, "AUTH_JWT_ISSUER"),
			.audiences = conf_list(conf, "AUTH_JWT_AUDIENCE"),
			.leeway = conf_number(conf, "AUTH_JWT_LEEWAY"),
		},
		.cookies = conf_list(conf, "AUTH_JWT_COOKIE"),
		.roles = roles,
	};
	*ret = jwt;
	return OK;
}

void
auth_jwt_free(struct auth_jwt *jwt)
{
	if (jwt == NULL)
		return;
	jwk_free(jwt->keys);
	free(jwt);
}

/* --- What claims say --------------------------------------------------------- */

/* The object and the name in it that path leads to, step by dot. */
static const struct cJSON *
follow(struct ctx *c, const struct cJSON *claims, const char *path,
    const char **ret_name)
{
	size_t n, i;
	char **step;

	/* "https://example.org/roles" is one name with dots of its own. */
	if (json_get(claims, path) != NULL || strchr(path, '.') == NULL) {
		*ret_name = path;
		return claims;
	}
	step = text_split(c->mem, path, '.', &n);
	for (i = 0; i + 1 < n; i++)
		claims = json_get(claims, step[i]);
	*ret_name = step[n - 1];
	return claims;
}

static int
has_role(struct ctx *c, const struct cJSON *claims, const char *path,
    const char *role)
{
	const struct cJSON *list;
	const char *name;
	int i;

	claims = follow(c, claims, path, &name);
	if (text_same(json_text(claims, name), role))
		return 1;
	list = json_get(claims, name);
	for (i = 0; json_item(list, i) != NULL; i++)
		if (text_same(json_item_text(list, i), role))
			return 1;
	return 0;
}

/*
 * Clerk names the page that the token was made for, others a client's id; and
 * tells of somebody who is not through with signing in.
 */
static enum err
check_place(struct ctx *c, const struct auth_jwt *jwt,
    const struct cJSON *claims)
{
	const char *place = json_text(claims, "azp");

	if (place != NULL && strstr(place, "://") != NULL &&
	    !origin_is_known(jwt->conf, place))
		return ctx_fail(c, E_NOAUTH, "jwt: made for another site");
	if (text_same(json_text(claims, "sts"), "pending"))
		return ctx_fail(c, E_NOAUTH, "jwt: signing in is not done");
	return OK;
}

static enum err
take_token(struct ctx *c, const struct auth_jwt *jwt, const char *token,
    struct caller *who)
{
	const struct cJSON *claims;
	const char *email;
	enum err e;

	e = jwt_open(c, &jwt->rules, token, &claims);
	if (e == OK)
		e = check_place(c, jwt, claims);
	if (e != OK) {
		who->refused = c->why;
		ctx_forgive(c);
		return e;
	}
	who->presented = 1;
	who->user = json_text(claims, "sub");
	email = json_text(claims, "email");
	/* Else somebody could write another's address into their profile. */
	if (json_true(claims, "email_verified") && email != NULL &&
	    text_email(email))
		who->email = email;
	who->admin = has_role(c, claims, jwt->roles, "admin") ||
	    conf_names(jwt->conf, "AUTH_ADMINS", who->user);
	return OK;
}

/* --- Where tokens are --------------------------------------------------------- */

void
auth_jwt_identify(struct ctx *c, const struct auth_jwt *jwt,
    const struct req *rq, struct caller *who)
{
	static const char scheme[] = "Bearer ";
	const char *header = req_param(rq, "HTTP_AUTHORIZATION");
	const char *token;
	size_t i, len = sizeof(scheme) - 1;
	enum err e = E_NOAUTH;

	/* Who says it aloud does not mean the cookie. */
	if (header != NULL && strncasecmp(header, scheme, len) == 0) {
		header += len + strspn(header + len, " ");
		if (take_token(c, jwt, header, who) != OK)
			who->presented = 1;
		return;
	}
	for (i = 0; e != OK && i < jwt->cookies.count; i++) {
		token = auth_cookie_token(c, rq, jwt->cookies.values[i]);
		if (token != NULL)
			e = take_token(c, jwt, token, who);
	}
	who->presented |= who->refused != NULL;
}
