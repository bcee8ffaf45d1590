/*
 * funnel: bookpay analytics funnel
 */
#include <string.h>

#include "admin/admin.h"
#include "admin/args.h"
#include "admin/table.h"
#include "base/json.h"
#include "booking/analytics.h"
#include "booking/money.h"
#include "db/db.h"

/* The way to a confirmed booking, and then what else can happen to one. */
static const struct {
	const char *name;
	int is_step;
} steps[] = {
	{ "BOOKING_CREATED", 1 },
	{ "CHECKOUT_INITIATED", 1 },
	{ "CHECKOUT_SESSION_CREATED", 1 },
	{ "CHECKOUT_COMPLETED", 1 },
	{ "PAYMENT_COMPLETED", 1 },
	{ "BOOKING_CONFIRMED", 1 },
	{ "PAYMENT_FAILED", 0 },
	{ "CHECKOUT_EXPIRED", 0 },
	{ "BOOKING_CANCELLED", 0 },
	{ "BOOKING_RESCHEDULED", 0 },
	{ "BOOKING_RELEASED", 0 },
	{ "BOOKING_NO_SHOW", 0 },
	{ "PAYMENT_REFUNDED", 0 },
	{ "REFUND_FAILED", 0 },
	{ "PAYMENT_DISPUTED", 0 },
	{ "DUPLICATE_PAYMENT", 0 },
	{ "PAYMENT_MISMATCH", 0 },
};

struct counting {
	struct analytics_span span;
	struct analytics_sums sums;
};

static enum err
sums_tx(struct ctx *c, struct db *db, void *arg)
{
	struct counting *n = arg;

	return analytics_sums_tx(c, db, &n->span, &n->sums);
}

/* "12.5%"; NULL of nothing. */
static const char *
percent(struct ctx *c, int64_t part, int64_t whole)
{
	int64_t tenths;

	if (whole == 0)
		return NULL;
	tenths = (part * 1000 + whole / 2) / whole;
	return arena_printf(c->mem, "%lld.%lld%%", (long long)tenths / 10,
	    (long long)tenths % 10);
}

/* One step: its facts in all currencies. */
struct line {
	int64_t bookings, facts;
	const char *of_created, *of_previous;
};

static struct line
add_up(const struct analytics_sums *sums, const char *name)
{
	struct line line = { 0 };
	size_t i;

	for (i = 0; i < sums->count; i++)
		if (strcmp(sums->rows[i].name, name) == 0) {
			line.bookings += sums->rows[i].bookings;
			line.facts += sums->rows[i].facts;
		}
	return line;
}

static void
print_line(const char *name, const struct line *line, struct cJSON *o)
{
	json_set_text(o, "step", name);
	json_set_int(o, "bookings", line->bookings);
	json_set_int(o, "facts", line->facts);
	json_set_text(o, "ofPrevious", line->of_previous);
	json_set_text(o, "ofCreated", line->of_created);
}

static void
print_amounts(const struct analytics_sums *sums, const char *name,
    struct cJSON *amounts)
{
	struct cJSON *o;
	size_t i;

	for (i = 0; i < sums->count; i++) {
		if (strcmp(sums->rows[i].name, name) != 0)
			continue;
		o = json_push_object(amounts);
		json_set_int(o, "amount", sums->rows[i].amount);
		json_set_text(o, "currency", sums->rows[i].currency);
	}
}

static const char *
amounts_text(struct ctx *c, const struct analytics_sums *sums,
    const char *name)
{
	const char *text = NULL, *one;
	size_t i;

	for (i = 0; i < sums->count; i++) {
		if (strcmp(sums->rows[i].name, name) != 0 ||
		    sums->rows[i].amount == 0)
			continue;
		one = money_text(c, sums->rows[i].amount,
		    sums->rows[i].currency);
		text = text == NULL ? one
		    : arena_printf(c->mem, "%s, %s", text, one);
	}
	return text;
}

/* answer is for scripts, table for people. */
static void
print_steps(struct ctx *c, const struct analytics_sums *sums,
    struct cJSON *answer, struct cJSON *table)
{
	int64_t created = add_up(sums, steps[0].name).bookings, before = 0;
	struct cJSON *o;
	size_t i;

	for (i = 0; i < COUNT(steps); i++) {
		const char *name = steps[i].name;
		struct line line = add_up(sums, name);

		line.of_created = percent(c, line.bookings, created);
		if (steps[i].is_step && i > 0)
			line.of_previous = percent(c, line.bookings, before);
		before = line.bookings;
		o = json_push_object(answer);
		print_line(name, &line, o);
		print_amounts(sums, name, json_set_array(o, "amounts"));
		o = json_push_object(table);
		print_line(name, &line, o);
		json_set_text(o, "amount", amounts_text(c, sums, name));
	}
}

enum err
funnel_show(struct ctx *c, struct admin *a)
{
	static const struct args_option options[] = {
		ARGS_OPTION("from", ARGS_DATE, counting, span.from, 0),
		ARGS_OPTION("to", ARGS_DATE, counting, span.to, 0),
		ARGS_OPTION("session-type", ARGS_TEXT, counting,
		    span.session_type, 0),
	};
	const struct args_line line = { options, COUNT(options), 0 };
	struct counting n = { .span = { .to = INT64_MAX } };
	struct cJSON *holder = json_object(c), *table;
	const char *id;
	enum err e;

	e = args_parse(c, a->argc, a->argv, &line, &n, &id);
	if (e == OK)
		e = db_read(c, a->db, sums_tx, &n);
	if (e != OK)
		return e;
	table = json_set_array(holder, "steps");
	a->answer = json_set_array(holder, "answer");
	print_steps(c, &n.sums, a->answer, table);
	a->screen = table_text(c, table);
	return OK;
}
