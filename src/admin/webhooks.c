/*
 * webhooks: bookpay webhooks sync
 *
 * What is made for us at the providers carries a mark; nothing without one is
 * removed.  A new one delivers before an old one is taken away.
 */
#include <stdarg.h>
#include <string.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "admin/webhooks_part.h"
#include "app/outside.h"
#include "app/shop.h"
#include "base/hash.h"
#include "base/json.h"

enum { PRINT_SIZE = 16 };

struct syncing {
	int64_t dry_run, rotate;
};

void
webhooks_tell(struct webhooks *w, const char *action, const char *fmt, ...)
{
	struct cJSON *o = json_push_object(w->answer);
	va_list ap;

	json_set_text(o, "provider", w->provider);
	json_set_text(o, "action", action);
	va_start(ap, fmt);
	json_set_text(o, "what", arena_vprintf(w->c->mem, fmt, ap));
	va_end(ap);
}

char *
webhooks_print(struct ctx *c, const char *secret)
{
	return arena_printf(c->mem, "%.*s", PRINT_SIZE,
	    hash_text(c->mem, secret, strlen(secret)));
}

int
webhooks_knows(struct ctx *c, const struct conf_list *secrets,
    const char *print)
{
	size_t i;

	for (i = 0; i < secrets->count; i++)
		if (strcmp(webhooks_print(c, secrets->values[i]), print) == 0)
			return 1;
	return 0;
}

int64_t
webhooks_deadline(void)
{
	return now_monotonic() + 20 * NOW_SECOND;
}

/* One provider's failure is not the other's. */
static enum err
sync_both(struct webhooks *w)
{
	static const struct {
		const char *name;
		enum err (*run)(struct webhooks *w);
	} parts[] = {
		{ "stripe", webhooks_stripe },
		{ "calendly", webhooks_calendly },
	};
	struct ctx *c = w->c, aside;
	enum err e, first = OK;
	size_t i;

	for (i = 0; i < COUNT(parts); i++) {
		w->provider = parts[i].name;
		aside = *c;
		w->c = &aside;
		e = parts[i].run(w);
		if (e != OK)
			webhooks_tell(w, "failed", "%s", aside.why != NULL
			    ? aside.why : err_words(e));
		if (first == OK)
			first = e;
	}
	w->c = c;
	return first;
}

enum err
webhooks_sync(struct ctx *c, struct admin *a)
{
	static const char *const required[] = { "PUBLIC_BASE_URL",
		"STRIPE_SECRET_KEY", NULL };
	static const struct args_option options[] = {
		ARGS_OPTION("dry-run", ARGS_ON, syncing, dry_run, 0),
		ARGS_OPTION("rotate", ARGS_ON, syncing, rotate, 0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct webhooks w = { .c = c };
	struct syncing s = { 0 };
	const char *id;
	void *shop;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &s, &id);
	if (e == OK)
		e = conf_require(c, a->conf, required);
	if (e != OK)
		return e;
	outside_prepare();
	e = outside_open_plain(c, a->conf, &shop);
	if (e != OK)
		return e;
	w.shop = shop;
	w.dry_run = s.dry_run != 0;
	w.rotate = s.rotate != 0;
	a->answer = w.answer = json_set_array(json_object(c), "done");
	e = sync_both(&w);
	outside_close(shop);
	if (e != OK)
		a->verdict = ctx_fail(c, e, "not all of it could be done");
	return OK;
}
