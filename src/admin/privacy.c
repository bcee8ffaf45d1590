/*
 * privacy: bookpay privacy export|erase
 */
#include "app/privacy.h"

#include "admin/admin.h"
#include "admin/args.h"
#include "base/json.h"
#include "base/text.h"
#include "db/db.h"

struct asking {
	const char *email;
	int64_t dry_run;
};

static enum err
parse(struct ctx *c, const struct admin *a, const struct args_line *line,
    struct asking *ret)
{
	const char *id;
	enum err e;

	e = args_parse(c, a->argc, a->argv, line, ret, &id);
	if (e == OK && !text_email(ret->email))
		e = ctx_fail(c, E_BADREQ, "--email is not an address");
	return e;
}

/* It is for the person: a table would leave out most of it. */
enum err
privacy_export_person(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("email", ARGS_TEXT, asking, email, 1),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct asking p = { 0 };
	struct cJSON *o;
	enum err e;

	e = parse(c, a, &line, &p);
	if (e == OK)
		e = privacy_export(c, a->db, p.email, &o);
	if (e != OK)
		return e;
	a->answer = o;
	a->screen = arena_printf(c->mem, "%s\n", json_print(c, o));
	return OK;
}

static enum err
print_hindrances(struct ctx *c, struct admin *a,
    const struct privacy_erased *erased)
{
	struct cJSON *o;
	size_t i;

	/* An array of its own: bookpay prints what replaced the list. */
	a->answer = json_set_array(json_object(c), "hindrances");
	for (i = 0; i < erased->count; i++) {
		o = json_push_object(a->answer);
		json_set_text(o, "booking", erased->hindrances[i].booking);
		json_set_text(o, "why", erased->hindrances[i].why);
	}
	a->verdict = ctx_fail(c, E_CONFLICT, "something is under way: nobody "
	    "was forgotten");
	return OK;
}

/*
 * The files come last, and also where nothing else was to do: an earlier call
 * may have been broken off before.
 */
static enum err
scrub(struct ctx *c, struct admin *a)
{
	enum err e = db_scrub(c, a->db, 1);

	return e == OK ? OK : ctx_fail(c, e, "the rows are changed, but others "
	    "kept us from rewriting the files: try again");
}

static enum err
erase(struct ctx *c, struct admin *a, const struct privacy_order *order)
{
	struct privacy_erased erased;
	enum err e, scrubbed = OK;

	e = privacy_erase(c, a->db, order, &erased);
	if (!order->dry_run && (e == E_NOTFOUND || (e == OK &&
	    erased.count == 0)))
		scrubbed = scrub(c, a);
	if (e != OK)
		return e;
	if (scrubbed != OK)
		return scrubbed;
	if (erased.count > 0)
		return print_hindrances(c, a, &erased);
	a->answer = json_object(c);
	json_set_bool(a->answer, "dryRun", order->dry_run);
	json_set_int(a->answer, "bookings", erased.bookings);
	json_set_int(a->answer, "events", erased.events);
	json_set_bool(a->answer, "asksCalendly", erased.asks_calendly);
	return OK;
}

enum err
privacy_erase_person(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("email", ARGS_TEXT, asking, email, 1),
		ARGS_OPTION("dry-run", ARGS_ON, asking, dry_run, 0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct asking p = { 0 };
	enum err e;

	e = parse(c, a, &line, &p);
	return e != OK ? e : erase(c, a, &(const struct privacy_order){
		.email = p.email,
		.dry_run = p.dry_run != 0,
		.has_calendly = conf_get(a->conf, "CALENDLY_TOKEN") != NULL,
	});
}
