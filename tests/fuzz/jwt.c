/*
 * Fuzz: sign-ins.  The input is a cookie header, with the cookies "token" and
 * "sb" looked at; and then, as claims, what a service whose secret we share
 * signs: they count only if they are by it, for us, and in time.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/now.h"
#include "fuzz.h"
#include "web/auth_cookie.h"
#include "web/jwk.h"
#include "web/jwt.h"
#include "web/req.h"

static const char secret[] = "a-secret-of-a-sign-in-service-0123456789";
static const int64_t now = INT64_C(1795442700);
static const char *const audiences[] = { "us" };

static const struct jwt_rules *
rules(struct ctx *c)
{
	static struct jwk_set *keys;
	static struct jwt_rules ours = { .issuer = "https://issuer.example",
		.audiences = { audiences, 1 }, .leeway = 30 };

	if (keys == NULL && jwk_read(c, secret, JWK_HS256, &keys) != OK)
		abort();
	ours.keys = keys;
	return &ours;
}

static char *
base64(struct ctx *c, const void *bytes, size_t len)
{
	char *text = arena_alloc(c->mem, len / 3 * 4 + 5), *p;

	EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
	for (p = text; *p != '\0'; p++)
		*p = (char)(*p == '+' ? '-' : *p == '/' ? '_' : *p);
	text[strcspn(text, "=")] = '\0';
	return text;
}

static char *
sign(struct ctx *c, const char *head, const uint8_t *claims, size_t len)
{
	char *text = arena_printf(c->mem, "%s.%s",
	    base64(c, head, strlen(head)), base64(c, claims, len));
	const struct hash_part part = { text, strlen(text) };
	unsigned char mac[HASH_SIZE];

	hash_mac(secret, strlen(secret), &part, 1, mac);
	return arena_printf(c->mem, "%s.%s", text,
	    base64(c, mac, sizeof(mac)));
}

/* What counts is what it must be, read in another way than ours. */
static void
check_claims(const struct cJSON *claims)
{
	const char *subject = json_text(claims, "sub");
	const char *issuer = json_text(claims, "iss");
	int64_t expires = 0;

	if (subject == NULL || *subject == '\0' ||
	    strlen(subject) > JWT_SUBJECT_MAX)
		abort();
	if (issuer == NULL || strcmp(issuer, "https://issuer.example") != 0 ||
	    !json_has(claims, "aud"))
		abort();
	if (!json_int(claims, "exp", &expires) || expires <= now - 30)
		abort();
}

static void
open_token(struct ctx *c, const char *token)
{
	const struct cJSON *claims = NULL;
	enum err e = jwt_open(c, rules(c), token, &claims);

	if (e == OK)
		check_claims(claims);
	else if (e != E_NOAUTH || c->why == NULL || c->say != NULL)
		abort();
	ctx_forgive(c);
}

static void
open_cookies(struct ctx *c, const char *header)
{
	static const char *const names[] = { "token", "sb" };
	char *params[] = { arena_printf(c->mem, "HTTP_COOKIE=%s", header),
		NULL };
	const struct req rq = { .method = "GET", .path = "/", .query = "",
		.body = "", .params = params };
	const char *token;
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		token = auth_cookie_token(c, &rq, names[i]);
		if (token != NULL)
			open_token(c, token);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ctx c;

	ctx_init(&c);
	c.now = now * NOW_SECOND;
	open_cookies(&c, arena_copy(c.mem, data, size));
	open_token(&c, arena_copy(c.mem, data, size));
	open_token(&c, sign(&c, "{\"alg\":\"HS256\"}", data, size));
	/* The secret is nobody else's algorithm. */
	if (size > 0 && data[0] == '{')
		open_token(&c, sign(&c, (char *)arena_copy(c.mem, data, size),
		    (const uint8_t *)"{}", 2));
	ctx_free(&c);
	return 0;
}
