/*
 * heal: bookpay heal
 */
#include <stdio.h>
#include <unistd.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "app/heal.h"
#include "app/outside.h"
#include "app/shop.h"
#include "base/json.h"
#include "base/now.h"

struct healing {
	int64_t dry_run, json;
	struct heal_report report;
	/* What is shown while it goes on. */
	int64_t begin, shown;
	int width; /* of the line on the terminal; 0: there is none */
};

/* After a second, and then twice a second, one line that changes. */
static int
show(void *arg, const struct heal_result *so_far)
{
	struct healing *hl = arg;
	int64_t now = now_monotonic();
	int width;

	if (now - hl->begin < NOW_SECOND || now - hl->shown < NOW_SECOND / 2)
		return 0;
	hl->shown = now;
	width = fprintf(stderr, "\r%s: looked at %lld, new %lld, mended %lld",
	    so_far->part, (long long)so_far->looked, (long long)so_far->news,
	    (long long)so_far->mended);
	if (width < hl->width)
		fprintf(stderr, "%*s", hl->width - width, "");
	hl->width = width;
	return 0;
}

static void
tell(struct admin *a, const struct heal_report *report)
{
	size_t i;

	for (i = 0; i < report->count; i++) {
		const struct heal_result *r = &report->parts[i];
		struct cJSON *o = json_push_object(a->answer);

		json_set_text(o, "part", r->part);
		json_set_text(o, "state", heal_word(r->state));
		json_set_int(o, "looked", r->looked);
		json_set_int(o, "new", r->news);
		json_set_int(o, "mended", r->mended);
		json_set_text(o, "note", *r->note == '\0' ? NULL : r->note);
	}
}

/* What a person can do comes before what time may mend. */
static enum err
verdict(struct ctx *c, const struct heal_report *report)
{
	enum heal_state worst = HEAL_FINE;
	size_t i;

	for (i = 0; i < report->count; i++)
		if (report->parts[i].state > worst)
			worst = report->parts[i].state;
	if (worst == HEAL_PERSON)
		return ctx_fail(c, E_CONFLICT,
		    "there is something for a person to do");
	if (worst == HEAL_AWAY)
		return ctx_fail(c, E_BUSY, "not all of it could be reached");
	return OK;
}

static enum err
run(struct ctx *c, struct admin *a, struct shop *shop, struct healing *hl)
{
	struct heal_order order = { .dry_run = hl->dry_run != 0, .arg = hl };
	enum err e = OK;

	if (isatty(STDERR_FILENO))
		order.between = show;
	hl->begin = now_monotonic();
	if (!order.dry_run)
		e = heal_hold(c, shop, conf_number(a->conf, "HEAL_MINUTES"));
	if (e == OK)
		e = heal_run(c, shop, &order, &hl->report);
	if (hl->width > 0)
		fprintf(stderr, "\r%*s\r", hl->width, "");
	return e;
}

enum err
heal_all(struct ctx *c, struct admin *a)
{
	static const char *const required[] = { "PUBLIC_BASE_URL",
		"STRIPE_SECRET_KEY", NULL };
	static const struct args_option options[] = {
		ARGS_OPTION("dry-run", ARGS_ON, healing, dry_run, 0),
		ARGS_OPTION("json", ARGS_ON, healing, json, 0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct healing hl = { 0 };
	const char *id;
	void *shop;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &hl, &id);
	a->as_json |= hl.json != 0;
	if (e == OK)
		e = conf_require(c, a->conf, required);
	if (e != OK)
		return e;
	outside_prepare();
	e = outside_open_plain(c, a->conf, &shop);
	if (e != OK)
		return e;
	e = run(c, a, shop, &hl);
	outside_close(shop);
	if (e == OK) {
		tell(a, &hl.report);
		a->verdict = verdict(c, &hl.report);
	}
	return e;
}
