#include "web/auth.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "web/auth_jwt.h"
#include "web/link.h"
#include "web/req.h"
#include "web/resp.h"

static const char cookie_prefix[] = "bookpay_";

struct auth {
	const struct conf *conf;
	struct conf_list links;
	const char *public_url;
	struct auth_jwt *jwt; /* or NULL */
	unsigned int on; /* bit i: methods[i] */
};

/*
 * A way to tell who calls.  Each adds what it finds to the caller; another
 * one is another row.
 */
struct method {
	const char *name; /* in AUTH */
	const char *const *needs; /* config keys */
	void (*identify)(struct ctx *c, const struct auth *auth,
	    const struct req *rq, struct caller *who);
};

static void
identify_remote_user(struct ctx *c, const struct auth *auth,
    const struct req *rq, struct caller *who)
{
	const char *roles = req_param(rq, "REMOTE_ROLES");
	size_t n, i;
	char **role;

	who->user = req_param(rq, "REMOTE_USER");
	if (who->user == NULL)
		return;
	who->presented = 1;
	who->email = req_param(rq, "REMOTE_EMAIL");
	who->admin = conf_names(auth->conf, "AUTH_ADMINS", who->user);
	if (roles == NULL)
		return;
	role = text_split(c->mem, roles, ',', &n);
	for (i = 0; i < n; i++)
		who->admin |= strcmp(role[i], "admin") == 0;
}

struct guest {
	struct ctx *c;
	const struct auth *auth;
	struct caller *who;
};

/* A token says nothing of what it is for: its signature does. */
static void
take_token(void *arg, const char *name, const char *token)
{
	static const char *const purposes[] = { LINK_BOOKING, LINK_SEE };
	struct guest *g = arg;
	struct link_grant grant;
	size_t i;

	(void)name;
	g->who->presented = 1;
	for (i = 0; i < COUNT(purposes); i++) {
		if (link_open(g->c, g->auth->links, purposes[i], token,
		    &grant)) {
			auth_add(g->who, &grant);
			return;
		}
	}
	g->who->refused = "a link that is not ours, or not any more";
}

static void
identify_guest(struct ctx *c, const struct auth *auth, const struct req *rq,
    struct caller *who)
{
	static const char scheme[] = "Guest ";
	const char *header = req_param(rq, "HTTP_AUTHORIZATION");
	struct guest g = { c, auth, who };

	who->guests = 1;
	if (header != NULL && strncmp(header, scheme, sizeof(scheme) - 1) == 0)
		take_token(&g, NULL, header + sizeof(scheme) - 1);
	req_cookies(c, rq, cookie_prefix, take_token, &g);
}

/* One person per request: whom nginx has named stays. */
static void
identify_jwt(struct ctx *c, const struct auth *auth, const struct req *rq,
    struct caller *who)
{
	if (who->user == NULL)
		auth_jwt_identify(c, auth->jwt, rq, who);
}

static const char *const guest_needs[] = { "LINK_SECRET", "PUBLIC_BASE_URL",
	NULL };
static const char *const no_needs[] = { NULL };
static const char *const jwt_needs[] = { "AUTH_JWT_KEY",
	"AUTH_JWT_ALGORITHMS", "AUTH_JWT_ISSUER", NULL };

static const struct method methods[] = {
	{ "guest", guest_needs, identify_guest },
	{ "remote-user", no_needs, identify_remote_user },
	{ "jwt", jwt_needs, identify_jwt },
};

enum { GUEST = 1u << 0, JWT = 1u << 2 };

static enum err
switch_on(struct ctx *c, struct auth *auth, const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(methods); i++) {
		if (strcmp(methods[i].name, name) != 0)
			continue;
		auth->on |= 1u << i;
		return conf_require(c, auth->conf, methods[i].needs);
	}
	return ctx_fail(c, E_BADREQ, "AUTH: this build does not know the "
	    "method %s", name);
}

enum err
auth_new(struct ctx *c, const struct conf *conf, struct auth **ret)
{
	struct conf_list names = conf_list(conf, "AUTH");
	struct auth auth = {
		.conf = conf,
		.links = conf_list(conf, "LINK_SECRET"),
		.public_url = conf_get(conf, "PUBLIC_BASE_URL"),
	};
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < names.count; i++)
		e = switch_on(c, &auth, names.values[i]);
	if (e == OK && (auth.on & JWT) != 0)
		e = auth_jwt_new(c, conf, &auth.jwt);
	if (e != OK)
		return e;
	*ret = malloc(sizeof(auth));
	if (*ret == NULL)
		abort();
	**ret = auth;
	return OK;
}

void
auth_free(struct auth *auth)
{
	if (auth != NULL)
		auth_jwt_free(auth->jwt);
	free(auth);
}

void
auth_identify(struct ctx *c, const struct auth *auth, const struct req *rq,
    struct caller *ret)
{
	size_t i;

	*ret = (struct caller){ 0 };
	for (i = 0; i < COUNT(methods); i++)
		if ((auth->on & 1u << i) != 0)
			methods[i].identify(c, auth, rq, ret);
}

void
auth_add(struct caller *who, const struct link_grant *grant)
{
	struct link_grant *g = who->grants;
	size_t i;

	who->presented = 1;
	for (i = 0; i < who->grant_count; i++, g++)
		if (strcmp(g->subject, grant->subject) == 0 &&
		    strcmp(g->purpose, grant->purpose) == 0 &&
		    g->serial == grant->serial &&
		    g->expires >= grant->expires)
			return;
	/* Who has more than we look at keeps the latest. */
	if (who->grant_count == CALLER_LINKS)
		who->grant_count--;
	who->grants[who->grant_count++] = *grant;
}

static int
lets_guests_in(const struct auth *auth)
{
	return (auth->on & GUEST) != 0;
}

static void
set_cookie(struct ctx *c, const struct auth *auth, struct resp *rs,
    const char *subject, const char *value, int64_t seconds)
{
	const char *secure = strncmp(auth->public_url, "https:", 6) == 0
	    ? "; Secure" : "";

	resp_header(c, rs, "Set-Cookie",
	    "%s%s=%s; Path=/api; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
	    cookie_prefix, subject, value, (long long)seconds, secure);
}

/* Else the header grows until nginx refuses it, and all bookings are closed. */
static void
make_room(struct ctx *c, const struct auth *auth, struct resp *rs,
    const struct caller *who, const char *subject)
{
	const struct link_grant *first = NULL, *g = who->grants;
	size_t i;

	if (who->grant_count < AUTH_COOKIES_MAX)
		return;
	for (i = 0; i < who->grant_count; i++, g++)
		if (strcmp(g->subject, subject) != 0 &&
		    (first == NULL || g->expires < first->expires))
			first = g;
	if (first != NULL)
		set_cookie(c, auth, rs, first->subject, "", 0);
}

void
auth_remember(struct ctx *c, const struct auth *auth, struct resp *rs,
    const struct caller *who, const struct link_grant *grant)
{
	if (!lets_guests_in(auth) || grant == NULL)
		return;
	set_cookie(c, auth, rs, grant->subject,
	    link_make(c, auth->links, grant),
	    grant->expires - ctx_seconds(c));
	make_room(c, auth, rs, who, grant->subject);
}

char *
auth_link(struct ctx *c, const struct auth *auth,
    const struct link_grant *grant)
{
	if (!lets_guests_in(auth))
		return NULL;
	return arena_printf(c->mem,
	    "%s/booking/confirmation?booking=%s#token=%s", auth->public_url,
	    grant->subject, link_make(c, auth->links, grant));
}
