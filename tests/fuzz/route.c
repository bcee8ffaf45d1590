/*
 * Fuzz: whole routes, from FastCGI's parameters and the body to the reply.
 *
 * The input is up to REQUESTS_MAX requests with a NUL between any two, to the
 * programs that nginx would give them to, one after the other over the same
 * rows.  A request is NAME=value lines, an empty line and the body; a 0x01
 * behind the body begins what providers answer (canned.h).  "=sign" as a
 * webhook's signature is the right one; "Guest =link" and "Guest =own" are
 * capabilities for ROWS_BOOKING and ROWS_OWN.
 */
#define _GNU_SOURCE /* memmem */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "app/exposition.h"
#include "app/receiver.h"
#include "app/shop.h"
#include "base/ctx.h"
#include "base/hash.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/log.h"
#include "base/now.h"
#include "canned.h"
#include "fuzz.h"
#include "routes.h"
#include "rows.h"
#include "settings.h"
#include "web/auth.h"
#include "web/link.h"
#include "web/serve.h"

enum { REQUESTS_MAX = 4, LINES_MAX = 160 };

#define WEBHOOK_SECRET "whsec_fuzz_the_secret_of_both"
#define LINK_KEY "one-link-secret-of-32-bytes-at-least"

static const char settings[] =
	"PUBLIC_BASE_URL=https://book.example.org\n"
	"ALLOWED_ORIGINS=https://www.example.org\n"
	"DATABASE_URL=sqlite::memory:\n"
	"AUTH=guest,remote-user\n"
	"AUTH_ADMINS=root\n"
	"STRIPE_SECRET_KEY=" CANNED_STRIPE_KEY "\n"
	"STRIPE_API_BASE=" CANNED_STRIPE "\n"
	"STRIPE_WEBHOOK_SECRET=" WEBHOOK_SECRET "\n"
	"CALENDLY_TOKEN=" CANNED_CALENDLY_TOKEN "\n"
	"CALENDLY_API_BASE=" CANNED_CALENDLY "\n"
	"CALENDLY_WEBHOOK_SIGNING_KEY=" WEBHOOK_SECRET "\n"
	"LINK_SECRET=" LINK_KEY "\n";
static const char *const secrets[] = { CANNED_STRIPE_KEY,
	CANNED_CALENDLY_TOKEN, WEBHOOK_SECRET, LINK_KEY };

/* As nginx/bookpay.conf.in has them: by the path, the longest suffix first. */
static struct route {
	int (*program)(int argc, char **argv);
	const char *prefix, *suffix;
	enum { SHOP, RECEIVER, OWN } kind;
	const struct service *service;
	void *app;
} routes[] = {
	{ route_checkout, "/api/stripe/checkout", "", SHOP, NULL, NULL },
	{ route_session, "/api/stripe/sessions/", "", SHOP, NULL, NULL },
	{ route_cancel, "/api/bookings/", "/cancel", SHOP, NULL, NULL },
	{ route_booking, "/api/bookings/", "", SHOP, NULL, NULL },
	{ route_catalogue, "/api/session-types", "", SHOP, NULL, NULL },
	{ route_stripe_webhook, "/api/webhooks/stripe", "", RECEIVER, NULL,
	    NULL },
	{ route_calendly_webhook, "/api/webhooks/calendly", "", RECEIVER,
	    NULL, NULL },
	{ route_health, "/healthz", "", OWN, NULL, NULL },
	{ route_health, "/readyz", "", OWN, NULL, NULL },
	{ route_metrics, "/metrics", "", OWN, NULL, NULL },
};

static struct conf *conf;
static struct auth *auth;
static const struct service *told;
static const char *input; /* all requests */
static size_t input_len;
static int from_provider; /* is this request a webhook? */

int
route_service(const struct service *s, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	told = s;
	return 0;
}

/* --- Once ------------------------------------------------------------------ */

static void
open_app(struct ctx *c, struct route *r, struct db *db)
{
	static const char *const keys[] = { WEBHOOK_SECRET };
	static struct receiver receiver = { .keys = { keys, 1 },
		.tolerance = 300 };
	static struct shop shop = { .public_url = "https://book.example.org",
		.stripe = { .base = CANNED_STRIPE, .key = CANNED_STRIPE_KEY },
		.calendly = { .base = CANNED_CALENDLY,
		    .token = CANNED_CALENDLY_TOKEN } };

	receiver.db = shop.db = db;
	shop.conf = conf;
	shop.auth = auth;
	if (r->kind == SHOP)
		r->app = &shop;
	else if (r->kind == RECEIVER)
		r->app = &receiver;
	else if (r->service->open(c, conf, &r->app) != OK)
		abort();
}

static void
open_routes(struct ctx *c, struct db *db)
{
	size_t i;

	if (conf != NULL)
		return;
	conf = settings_load(c, settings);
	if (auth_new(c, conf, &auth) != OK)
		abort();
	for (i = 0; i < COUNT(routes); i++) {
		routes[i].program(1, NULL);
		routes[i].service = told;
		open_app(c, &routes[i], db);
	}
}

/* --- One request ------------------------------------------------------------- */

struct exchange {
	struct serve_io io;
	const char *path;
	const char *body;
	size_t body_len, taken;
	int signed_in; /* somebody may be told whose booking it is */
	const char *reply;
	size_t reply_len;
	struct ctx *mem; /* outlives the program's own */
};

static size_t
get(struct serve_io *io, char *into, size_t len)
{
	struct exchange *x = io->stream;
	size_t left = x->body_len - x->taken;

	if (len > left)
		len = left;
	memcpy(into, x->body + x->taken, len);
	x->taken += len;
	return len;
}

static void
put(struct serve_io *io, const char *text, size_t len)
{
	struct exchange *x = io->stream;

	if (x->reply != NULL)
		abort();
	x->reply = arena_copy(x->mem->mem, text, len);
	x->reply_len = len;
}

static char *
signature(struct exchange *x, const char *name)
{
	struct ctx *c = x->mem;
	char *t = arena_printf(c->mem, "%lld", (long long)ROWS_NOW);
	const struct hash_part parts[] = { { t, strlen(t) }, { ".", 1 },
		{ x->body, x->body_len } };
	unsigned char mac[HASH_SIZE];

	hash_mac(WEBHOOK_SECRET, strlen(WEBHOOK_SECRET), parts, COUNT(parts),
	    mac);
	return arena_printf(c->mem, "%s=t=%s,v1=%s", name, t,
	    hex_text(c->mem, mac, sizeof(mac)));
}

/* The token out of the link that auth makes: whatever shape it has today. */
static char *
capability(struct exchange *x, const char *booking)
{
	struct ctx *c = x->mem;
	const struct link_grant grant = { LINK_BOOKING, booking, 0,
		ROWS_NOW + 600 };
	const char *token = strrchr(auth_link(c, auth, &grant), '=');

	x->signed_in = 1;
	return arena_printf(c->mem, "HTTP_AUTHORIZATION=Guest %s", token + 1);
}

static char *
filled_in(struct exchange *x, char *line)
{
	if (strcmp(line, "HTTP_STRIPE_SIGNATURE=sign") == 0)
		return signature(x, "HTTP_STRIPE_SIGNATURE");
	if (strcmp(line, "HTTP_CALENDLY_WEBHOOK_SIGNATURE=sign") == 0)
		return signature(x, "HTTP_CALENDLY_WEBHOOK_SIGNATURE");
	if (strcmp(line, "HTTP_AUTHORIZATION=Guest =link") == 0)
		return capability(x, ROWS_BOOKING);
	if (strcmp(line, "HTTP_AUTHORIZATION=Guest =own") == 0)
		return capability(x, ROWS_OWN);
	return line;
}

/* Headers of a client begin with HTTP_; nginx makes these few itself. */
static int
is_possible(const char *line)
{
	static const char *const names[] = { "HTTP_", "REQUEST_METHOD=",
		"DOCUMENT_URI=", "QUERY_STRING=", "CONTENT_TYPE=",
		"CONTENT_LENGTH=", "REMOTE_USER=", "REMOTE_EMAIL=",
		"REQUEST_ID=" };
	size_t i;

	for (i = 0; i < COUNT(names); i++)
		if (strncmp(line, names[i], strlen(names[i])) == 0)
			return 1;
	return 0;
}

/* The parameters out of head; a missing length is the body's. */
static void
read_params(struct exchange *x, char *head)
{
	struct ctx *c = x->mem;
	char *line, *next, **params;
	size_t n = 0;

	params = arena_alloc(c->mem, (LINES_MAX + 2) * sizeof(*params));
	for (line = head; line != NULL && n < LINES_MAX; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (!is_possible(line))
			continue;
		if (strncmp(line, "DOCUMENT_URI=", 13) == 0 && x->path == NULL)
			x->path = line + 13;
		if (strncmp(line, "REMOTE_", 7) == 0)
			x->signed_in = 1;
		params[n++] = filled_in(x, line);
	}
	/* The first one counts. */
	params[n++] = arena_printf(c->mem, "CONTENT_LENGTH=%zu", x->body_len);
	params[n] = NULL;
	x->io.params = params;
}

static struct exchange
read_exchange(struct ctx *c, const char *at, size_t len)
{
	struct exchange x = { .mem = c, .io = { .get = get, .put = put } };
	const char *end = at + len, *body, *answers;

	body = memmem(at, len, "\n\n", 2);
	x.body = body == NULL ? end : body + 2;
	answers = memchr(x.body, '\x01', (size_t)(end - x.body));
	x.body_len = (size_t)((answers == NULL ? end : answers) - x.body);
	if (answers == NULL)
		canned_load("", 0);
	else
		canned_load(answers + 1, (size_t)(end - answers) - 1);
	read_params(&x, arena_copy(c->mem, at,
	    (size_t)((body == NULL ? end : body) - at)));
	return x;
}

static const struct route *
route_of(const char *path)
{
	size_t i, before, after, len = path == NULL ? 0 : strlen(path);

	for (i = 0; i < COUNT(routes); i++) {
		before = strlen(routes[i].prefix);
		after = strlen(routes[i].suffix);
		if (len >= before + after &&
		    strncmp(path, routes[i].prefix, before) == 0 &&
		    strcmp(path + len - after, routes[i].suffix) == 0)
			return &routes[i];
	}
	return NULL;
}

/* --- What a reply must be ------------------------------------------------------ */

static int
holds(const struct exchange *x, const char *text)
{
	return memmem(x->reply, x->reply_len, text, strlen(text)) != NULL;
}

/* libFuzzer sees what we compare with, and tries it. */
static int
input_holds(const char *text)
{
	return memmem(input, input_len, text, strlen(text)) != NULL;
}

/* Header lines of ours only, and the length of what follows. */
static const char *
check_head(const struct exchange *x, int *ret_status)
{
	const char *body = strstr(x->reply, "\r\n\r\n"), *p;

	if (strncmp(x->reply, "Status: ", 8) != 0 || body == NULL ||
	    strlen(x->reply) != x->reply_len)
		abort();
	*ret_status = (int)strtol(x->reply + 8, NULL, 10);
	for (p = x->reply; p < body; p++)
		if ((*p < ' ' && *p != '\r' && *p != '\n') || *p == 0x7f ||
		    (*p == '\r') != (p[1] == '\n'))
			abort();
	return body + 4;
}

/* JSON, but what Prometheus is told. */
static int
is_well_formed(const struct exchange *x, const struct route *r, int status,
    const char *body)
{
	struct cJSON *o;

	if (r->program == route_metrics && status == 200)
		return holds(x, "\r\nContent-Type: " EXPOSITION_TYPE "\r\n");
	return json_parse(x->mem, body, strlen(body), &o) == OK &&
	    json_true(o, "success") == (status == 200);
}

/* INTERNAL is for what is wrong on our side; or at a provider's. */
static void
check_reply(const struct exchange *x, const struct route *r)
{
	const char *body;
	int status;
	size_t i;

	if (x->reply == NULL)
		abort();
	body = check_head(x, &status);
	if (status == 204 ? *body != '\0'
	    : !is_well_formed(x, r, status, body))
		abort();
	if (status == 500 && canned_calls() == 0)
		abort();
	if (status == 503 && canned_calls() == 0 && r->kind != OWN)
		abort();
	for (i = 0; i < COUNT(secrets); i++)
		if (holds(x, secrets[i]) && !input_holds(secrets[i]))
			abort();
}

/*
 * Nobody's name or key is logged, wherever it stands; and of what a client
 * writes nothing is.  What providers call their own things may be.
 */
void __wrap_log_write(enum log_level level, struct buf *line);
void
__wrap_log_write(enum log_level level, struct buf *line)
{
	const char *text = line->bytes;
	int providers_speak = from_provider || canned_calls() > 0;
	size_t i;

	(void)level;
	for (i = 0; i < COUNT(secrets); i++)
		if (strstr(text, secrets[i]) != NULL &&
		    !(providers_speak && input_holds(secrets[i])))
			abort();
	if (strstr(text, ROWS_NAME) != NULL || strstr(text, ROWS_EMAIL) != NULL)
		abort();
	if (getenv("FUZZ_SHOW") != NULL)
		fprintf(stderr, "%s\n", text);
}

/* Strangers learn nothing of a person whom the input does not name. */
static void
check_stranger(const struct exchange *x)
{
	static const char *const person[] = { ROWS_NAME, ROWS_EMAIL };
	size_t i;

	if (x->signed_in)
		return;
	for (i = 0; i < COUNT(person); i++)
		if (holds(x, person[i]) && !input_holds(person[i]))
			abort();
}

static void
play(struct ctx *c, const char *at, size_t len)
{
	struct exchange x = read_exchange(c, at, len);
	const struct route *r = route_of(x.path);
	struct ctx own;

	if (r == NULL)
		return;
	x.io.stream = &x;
	from_provider = r->kind == RECEIVER;
	ctx_init(&own);
	serve_one(r->service, conf, r->app, &own, &x.io);
	ctx_free(&own);
	check_reply(&x, r);
	check_stranger(&x);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct ctx c;
	size_t n, len;

	input = at;
	input_len = size;
	canned_load("", 0);
	ctx_init(&c);
	open_routes(&c, rows_make(&c));
	for (n = 0; n < REQUESTS_MAX && at < end; n++) {
		len = strnlen(at, (size_t)(end - at));
		play(&c, at, len);
		at += len + 1;
	}
	rows_check(&c);
	ctx_free(&c);
	return 0;
}
