/*
 * Fuzz: what a client's headers can do.  The input is a list of FastCGI
 * parameters, NAME=value, with a NUL between any two.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/conf.h"
#include "base/ctx.h"
#include "base/now.h"
#include "fuzz.h"
#include "settings.h"
#include "web/auth.h"
#include "web/origin.h"
#include "web/req.h"
#include "web/resp.h"

enum { PARAMS_MAX = 64, TAIL_MAX = 35 };

static const char settings[] =
	"PUBLIC_BASE_URL=https://book.example.org\n"
	"ALLOWED_ORIGINS=https://www.example.org\n"
	"AUTH=guest,remote-user\n"
	"AUTH_ADMINS=root\n"
	/* corpus/req holds a token of it, for this booking. */
	"LINK_SECRET=one-link-secret-of-32-bytes-at-least\n";
static const char booking[] = "bk_0123456789abcdef0123456789abcdef";

static const char segment[] = "abcdefghijklmnopqrstuvwxyz"
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

static struct conf *conf;
static struct auth *auth;

/* Once: reading a config is another harness. */
static void
open_auth(struct ctx *c)
{
	if (auth != NULL)
		return;
	conf = settings_load(c, settings);
	if (auth_new(c, conf, &auth) != OK)
		abort();
}

static struct req
read_params(struct ctx *c, const uint8_t *data, size_t size)
{
	struct req rq = { .body = "", .method = "", .path = "", .query = "" };
	char *text = arena_copy(c->mem, data, size), *end = text + size;
	size_t n = 0;

	rq.params = arena_alloc(c->mem, (PARAMS_MAX + 1) * sizeof(char *));
	for (; text < end && n < PARAMS_MAX; text += strlen(text) + 1)
		rq.params[n++] = text;
	if (req_param(&rq, "REQUEST_METHOD") != NULL)
		rq.method = req_param(&rq, "REQUEST_METHOD");
	if (req_param(&rq, "DOCUMENT_URI") != NULL)
		rq.path = req_param(&rq, "DOCUMENT_URI");
	return rq;
}

static void
check_cookie(void *arg, const char *name, const char *value)
{
	if (strncmp(name, "bookpay_", 8) != 0 || strchr(name, '=') != NULL ||
	    strchr(name, ';') != NULL || strchr(value, ';') != NULL)
		abort();
	++*(size_t *)arg;
}

static void
check_parts(struct ctx *c, const struct req *rq)
{
	const char *type = req_param(rq, "CONTENT_TYPE");
	const char *tail =
	    req_tail(c, rq, "/api/bookings/", TAIL_MAX);
	size_t cookies = 0;

	if (type != NULL && *type == '\0')
		abort();
	if (req_is_json(rq) && (type == NULL ||
	    strncasecmp(type, "application/json", 16) != 0))
		abort();
	if (tail != NULL && (*tail == '\0' || strlen(tail) > TAIL_MAX ||
	    tail[strspn(tail, segment)] != '\0' ||
	    strcmp(rq->path + 14, tail) != 0))
		abort();
	req_cookies(c, rq, "bookpay_", check_cookie, &cookies);
	if (req_cookie(c, rq, "bookpay_") != NULL && cookies == 0)
		abort();
}

/* A user is who nginx says; a booking opens with our signature only. */
static void
check_caller(struct ctx *c, const struct req *rq)
{
	struct caller who;
	size_t i;

	auth_identify(c, auth, rq, &who);
	if (who.user != req_param(rq, "REMOTE_USER") ||
	    (who.user == NULL && (who.email != NULL || who.admin)))
		abort();
	if ((who.user != NULL || who.grant_count > 0) && !who.presented)
		abort();
	if (who.admin && strcmp(who.user, "root") != 0 &&
	    req_param(rq, "REMOTE_ROLES") == NULL)
		abort();
	for (i = 0; i < who.grant_count; i++)
		if (strcmp(who.grants[i].subject, booking) != 0)
			abort();
}

static int
says(const struct req *rq, const char *name, const char *value)
{
	const char *found = req_param(rq, name);

	return found != NULL && strcmp(found, value) == 0;
}

/* What a browser adds by itself must come with a word of whose page it is. */
static int
is_forgeable(const struct req *rq)
{
	return strcmp(rq->method, "GET") != 0 &&
	    strcmp(rq->method, "HEAD") != 0 &&
	    (req_param(rq, "HTTP_COOKIE") != NULL ||
	    req_param(rq, "REMOTE_USER") != NULL) &&
	    req_param(rq, "HTTP_ORIGIN") == NULL &&
	    !says(rq, "HTTP_SEC_FETCH_SITE", "same-origin") &&
	    !says(rq, "HTTP_SEC_FETCH_SITE", "none");
}

/* Only a page of ours, or of those we named, gets through. */
static void
check_origin(struct ctx *c, const struct req *rq)
{
	const char *origin = req_param(rq, "HTTP_ORIGIN");
	struct resp rs;
	size_t len;
	enum err e;

	resp_init(c, &rs);
	e = origin_check(c, conf, rq, &rs);
	if (e != OK && e != E_FORBIDDEN)
		abort();
	if (e == OK && origin != NULL &&
	    strcmp(origin, "https://book.example.org") != 0 &&
	    strcmp(origin, "https://www.example.org") != 0)
		abort();
	if (e == OK && is_forgeable(rq))
		abort();
	/* The first one is Vary. */
	if (rs.header_count > 1 &&
	    !says(rq, "HTTP_ORIGIN", "https://www.example.org"))
		abort();
	if (strncmp(resp_text(c, &rs, e, &len), "Status: ", 8) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct req rq;
	struct ctx c;

	ctx_init(&c);
	c.now = INT64_C(1795442700) * NOW_SECOND;
	open_auth(&c);
	rq = read_params(&c, data, size);
	check_parts(&c, &rq);
	check_caller(&c, &rq);
	check_origin(&c, &rq);
	ctx_free(&c);
	return 0;
}
