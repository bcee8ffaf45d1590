/*
 * doctor: bookpay doctor
 *
 * Looks at what keeps a new installation from working, most of all where
 * nothing says so by itself.  It goes on where the configuration or the
 * database is broken, and changes nothing.
 */
#include <stdarg.h>

#include <cjson/cJSON.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "admin/doctor_part.h"
#include "app/outside.h"
#include "app/shop.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/now.h"
#include "db/db.h"
#include "web/http.h"

enum { SCREEN_MAX = 256 * 1024 };

struct asking {
	int64_t json;
};

static const struct {
	const char *name;
	doctor_check *run;
	const char *why; /* it matters */
} checks[] = {
	{ "configuration", doctor_here_configuration,
	    "no program starts without it" },
	{ "keys", doctor_here_keys,
	    "with a key of the wrong kind or mode nobody can pay, or nobody "
	    "pays really" },
	{ "files", doctor_here_files,
	    "names, addresses and secrets are in these files" },
	{ "database", doctor_here_database,
	    "the programs refuse a database of another schema" },
	{ "disk", doctor_here_disk,
	    "a payment we said we know must be there after a power failure" },
	{ "time-zones", doctor_here_zones,
	    "with old rules people come an hour early or late" },
	{ "mail", doctor_here_mail,
	    "a client without a mail has nothing to look the session up in" },
	{ "clock", doctor_front_clock,
	    "signed webhooks are refused by a clock that is wrong" },
	{ "public-url", doctor_front_url,
	    "clients, Stripe and Calendly come by this address" },
	{ "webhook-paths", doctor_front_paths,
	    "Stripe and Calendly follow no redirect and send no password" },
	{ "webhook-sizes", doctor_front_sizes,
	    "what does not get through is sent again for days, and is lost "
	    "then" },
	{ "stripe-endpoint", doctor_hooks_stripe,
	    "who has paid stays unpaid here until Stripe tells us" },
	{ "calendly-subscription", doctor_hooks_calendly,
	    "Calendly disables what fails for a day, and tells nobody" },
	{ "calendly-payments", doctor_hooks_payments,
	    "who pays in Calendly's form and here pays twice" },
};

static const char *
word(enum doctor_state state)
{
	static const char *const words[] = { "fine", "warning", "unknown",
		"wrong" };

	return words[state];
}

int64_t
doctor_deadline(void)
{
	return now_monotonic() + 10 * NOW_SECOND;
}

void
doctor_say(struct doctor *d, enum doctor_state state, const char *remedy,
    const char *fmt, ...)
{
	struct cJSON *o = json_push_object(d->answer);
	va_list ap;

	json_set_text(o, "check", d->check);
	json_set_text(o, "state", word(state));
	va_start(ap, fmt);
	json_set_text(o, "what", arena_vprintf(d->c->mem, fmt, ap));
	va_end(ap);
	json_set_text(o, "why", state == DOCTOR_FINE ? NULL : d->why);
	json_set_text(o, "remedy", remedy);
	d->found++;
	d->count[state]++;
}

static void
open_all(struct doctor *d)
{
	struct ctx *c = d->c;
	struct conf *conf;

	d->http = http_new("bookpay/" VERSION);
	if (conf_load(c, "bookpay", NULL, &conf) != OK) {
		d->conf_why = c->why;
		ctx_forgive(c);
		return;
	}
	d->conf = conf;
	d->url = conf_get(conf, "PUBLIC_BASE_URL");
	d->stripe = (struct stripe){ .http = d->http,
		.base = conf_get(conf, "STRIPE_API_BASE"),
		.key = conf_get(conf, "STRIPE_SECRET_KEY") };
	d->calendly = (struct calendly){ .http = d->http,
		.base = conf_get(conf, "CALENDLY_API_BASE"),
		.token = conf_get(conf, "CALENDLY_TOKEN") };
	if (conf_get(conf, "DATABASE_URL") == NULL ||
	    shop_open_db(c, conf, &d->db) == OK)
		return;
	d->db_why = c->why;
	ctx_forgive(c);
}

static char *
screen(struct ctx *c, const struct cJSON *answer)
{
	struct buf b = buf_make(c->mem, SCREEN_MAX);
	const cJSON *o;

	cJSON_ArrayForEach(o, answer) {
		buf_printf(&b, "%-9s%s: %s\n", json_text(o, "state"),
		    json_text(o, "check"), json_text(o, "what"));
		if (json_text(o, "why") != NULL)
			buf_printf(&b, "         why:  %s\n",
			    json_text(o, "why"));
		if (json_text(o, "remedy") != NULL)
			buf_printf(&b, "         mend: %s\n",
			    json_text(o, "remedy"));
	}
	return b.bytes;
}

static enum err
verdict(struct doctor *d)
{
	if (d->count[DOCTOR_WRONG] > 0)
		return ctx_fail(d->c, E_CONFLICT, "%zu of these %s wrong",
		    d->count[DOCTOR_WRONG],
		    d->count[DOCTOR_WRONG] == 1 ? "is" : "are");
	if (d->count[DOCTOR_UNKNOWN] > 0)
		return ctx_fail(d->c, E_BUSY, "not all of it could be looked "
		    "at");
	return OK;
}

static void
examine(struct doctor *d)
{
	size_t i;

	for (i = 0; i < COUNT(checks); i++) {
		d->check = checks[i].name;
		d->why = checks[i].why;
		d->found = 0;
		checks[i].run(d);
		/* What a check could not do, it has said. */
		ctx_forgive(d->c);
		if (d->found == 0)
			doctor_say(d, DOCTOR_FINE, NULL, "as it should be");
	}
}

enum err
doctor_all(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("json", ARGS_ON, asking, json, 0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct doctor d = { .c = c };
	struct asking asking = { 0 };
	const char *id;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &asking, &id);
	a->as_json |= asking.json != 0;
	if (e != OK)
		return e;
	a->answer = d.answer = json_set_array(json_object(c), "checks");
	outside_prepare();
	open_all(&d);
	examine(&d);
	db_free(d.db);
	http_free(d.http);
	conf_free(d.conf);
	a->screen = screen(c, a->answer);
	a->verdict = verdict(&d);
	return OK;
}
