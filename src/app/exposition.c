#include "app/exposition.h"

#include <string.h>

#include "app/heal_note.h"
#include "app/receiver.h"
#include "app/survey.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/now.h"
#include "base/text.h"
#include "booking/job.h"
#include "booking/mark.h"
#include "booking/takings.h"
#include "db/db.h"
#include "db/migrate.h"
#include "web/meter.h"

enum { TEXT_MAX = 512 * 1024, PROGRAMS_MAX = 32 };

/* What each program has counted. */
struct counted {
	const char *program;
	struct meter *meter;
};

struct counts {
	struct counted rows[PROGRAMS_MAX];
	size_t count;
};

/* What the database says. */
struct facts {
	struct job_queues queues;
	struct mark_list marks;
	struct takings takings;
	int version;
};

static const char *const peers[METER_PEERS] = { "stripe", "calendly" };

static void
family(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* --- what was counted ------------------------------------------------------ */

static void
read_counts(struct ctx *c, const char *folder, struct counts *ret)
{
	struct meter *m;
	size_t i;

	ret->count = 0;
	for (i = 0; !text_blank(folder) && conf_program(i) != NULL &&
	    ret->count < PROGRAMS_MAX; i++) {
		m = arena_alloc(c->mem, sizeof(*m));
		if (meter_read(c, folder, conf_program(i), m))
			ret->rows[ret->count++] = (struct counted){
				conf_program(i), m };
	}
}

/* Answers are counted from the second kind on where there always is one. */
static void
put_answers(struct buf *b, const char *name, const char *labels,
    const _Atomic uint64_t *answers, size_t first)
{
	static const char *const words[METER_ANSWERS] = { "none", "2xx",
		"3xx", "4xx", "429", "5xx" };
	size_t i;

	for (i = first; i < METER_ANSWERS; i++)
		buf_printf(b, "%s{%s,status=\"%s\"} %llu\n", name, labels,
		    words[i], (unsigned long long)answers[i]);
}

static void
put_times(struct buf *b, const char *name, const char *labels,
    const struct meter_times *times)
{
	unsigned long long sum = 0, micros = times->micros;
	size_t i;

	for (i = 0; i < METER_BUCKETS - 1; i++) {
		sum += times->buckets[i];
		buf_printf(b, "%s_bucket{%s,le=\"%g\"} %llu\n", name, labels,
		    (double)meter_limit(i) / NOW_SECOND, sum);
	}
	sum += times->buckets[i];
	buf_printf(b, "%s_bucket{%s,le=\"+Inf\"} %llu\n", name, labels, sum);
	buf_printf(b, "%s_sum{%s} %llu.%06llu\n%s_count{%s} %llu\n", name,
	    labels, micros / NOW_SECOND, micros % NOW_SECOND, name, labels,
	    sum);
}

static const char *
label(struct ctx *c, const struct counted *row)
{
	return arena_printf(c->mem, "program=\"%s\"", row->program);
}

/* The worker answers nobody, and most programs call nobody. */
static int
answers_anybody(const struct counted *row)
{
	return strcmp(row->program, "worker") != 0;
}

static int
calls(const struct counted *row, size_t peer)
{
	return conf_reads(row->program, peer == METER_STRIPE
	    ? "STRIPE_API_BASE" : "CALENDLY_API_BASE");
}

static void
put_requests(struct ctx *c, struct buf *b, const struct counts *counts)
{
	static const char total[] = "bookpay_http_requests_total";
	static const char times[] = "bookpay_http_request_duration_seconds";
	size_t i;

	family(b, total, "counter", "Requests answered, by status.");
	for (i = 0; i < counts->count; i++)
		if (answers_anybody(&counts->rows[i]))
			put_answers(b, total, label(c, &counts->rows[i]),
			    counts->rows[i].meter->answers, METER_2XX);
	family(b, times, "histogram", "Time a program took to answer.");
	for (i = 0; i < counts->count; i++)
		if (answers_anybody(&counts->rows[i]))
			put_times(b, times, label(c, &counts->rows[i]),
			    &counts->rows[i].meter->requests);
}

static const char *
call_label(struct ctx *c, const struct counted *row, size_t peer)
{
	return arena_printf(c->mem, "program=\"%s\",provider=\"%s\"",
	    row->program, peers[peer]);
}

static void
put_calls(struct ctx *c, struct buf *b, const struct counts *counts)
{
	static const char total[] = "bookpay_provider_calls_total";
	static const char times[] = "bookpay_provider_call_duration_seconds";
	size_t i, peer;

	family(b, total, "counter", "Calls to providers, each try, by the "
	    "status of the answer; none: there was no answer.");
	for (i = 0; i < counts->count; i++)
		for (peer = 0; peer < METER_PEERS; peer++)
			if (calls(&counts->rows[i], peer))
				put_answers(b, total, call_label(c,
				    &counts->rows[i], peer),
				    counts->rows[i].meter->calls[peer],
				    METER_NONE);
	family(b, times, "histogram", "Time a call to a provider took.");
	for (i = 0; i < counts->count; i++)
		for (peer = 0; peer < METER_PEERS; peer++)
			if (calls(&counts->rows[i], peer))
				put_times(b, times, call_label(c,
				    &counts->rows[i], peer),
				    &counts->rows[i].meter->times[peer]);
}

/* Can that be?  Only of what was taken in is known which type it is. */
static int
happens(size_t type, size_t outcome)
{
	return (type == METER_UNKNOWN) == (outcome >= METER_REFUSED);
}

static void
put_delivery(struct buf *b, const struct counts *counts, size_t peer,
    size_t type)
{
	static const char *const words[METER_OUTCOMES] = { "applied",
		"ignored", "parked", "failed", "duplicate", "refused",
		"unreadable", "error" };
	unsigned long long n;
	size_t i, outcome;

	for (outcome = 0; outcome < METER_OUTCOMES; outcome++) {
		if (!happens(type, outcome))
			continue;
		for (i = 0, n = 0; i < counts->count; i++)
			n += counts->rows[i].meter->
			    deliveries[peer][type][outcome];
		buf_printf(b, "bookpay_deliveries_total{provider=\"%s\","
		    "type=\"%s\",outcome=\"%s\"} %llu\n", peers[peer],
		    receiver_type((enum meter_peer)peer, type),
		    words[outcome], n);
	}
}

static void
put_deliveries(struct buf *b, const struct counts *counts)
{
	size_t peer, type;

	if (counts->count == 0)
		return;
	family(b, "bookpay_deliveries_total", "counter",
	    "Webhook deliveries, by what became of them.");
	for (peer = 0; peer < METER_PEERS; peer++)
		for (type = 0; receiver_type((enum meter_peer)peer, type) !=
		    NULL; type++)
			put_delivery(b, counts, peer, type);
}

/* --- what the database says -------------------------------------------------- */

static enum err
facts_tx(struct ctx *c, struct db *db, void *arg)
{
	struct facts *f = arg;
	enum err e;

	e = job_queues_tx(c, db, &f->queues);
	if (e == OK)
		e = mark_list_tx(c, db, &f->marks);
	if (e == OK)
		e = takings_get_tx(c, db, &f->takings);
	if (e == OK)
		e = migrate_current_tx(c, db, &f->version);
	return e;
}

static void
put_jobs(struct ctx *c, struct buf *b, const struct job_queues *queues)
{
	size_t i;

	family(b, "bookpay_jobs", "gauge", "Jobs that are not done: due, due "
	    "later, or given up (dead).");
	for (i = 0; i < queues->count; i++) {
		const struct job_queue *q = &queues->rows[i];

		buf_printf(b, "bookpay_jobs{kind=\"%s\",state=\"due\"} %lld\n"
		    "bookpay_jobs{kind=\"%s\",state=\"later\"} %lld\n"
		    "bookpay_jobs{kind=\"%s\",state=\"dead\"} %lld\n",
		    q->kind, (long long)q->due, q->kind, (long long)q->later,
		    q->kind, (long long)q->dead);
	}
	family(b, "bookpay_job_oldest_due_seconds", "gauge",
	    "For how long the oldest job of a kind has been due.");
	for (i = 0; i < queues->count; i++)
		buf_printf(b, "bookpay_job_oldest_due_seconds{kind=\"%s\"} "
		    "%lld\n", queues->rows[i].kind,
		    (long long)(queues->rows[i].since == 0 ? 0
		    : (c->now - queues->rows[i].since) / NOW_SECOND));
}

static const struct mark *
mark_of(const struct mark_list *marks, const char *name)
{
	size_t i;

	for (i = 0; i < marks->count; i++)
		if (strcmp(marks->rows[i].name, name) == 0)
			return &marks->rows[i];
	return NULL;
}

static void
put_healing(struct buf *b, const struct mark_list *marks)
{
	const struct mark *m;
	size_t i;

	family(b, "bookpay_heal_last_success_timestamp_seconds", "gauge",
	    "When healing last found everything in order, or put it so.");
	for (i = 0; i < HEAL_PARTS; i++) {
		m = mark_of(marks, heal_note_parts[i]);
		if (m != NULL)
			buf_printf(b, "bookpay_heal_last_success_timestamp_"
			    "seconds{part=\"%s\"} %lld\n", heal_note_parts[i],
			    (long long)(m->at / NOW_SECOND));
	}
	family(b, "bookpay_heal_fine", "gauge", "1: the last healing of that "
	    "part went well; of subscriptions: both providers deliver to us.");
	for (i = 0; i < HEAL_PARTS; i++) {
		m = mark_of(marks, heal_note_parts[i]);
		if (m != NULL)
			buf_printf(b, "bookpay_heal_fine{part=\"%s\"} %d\n",
			    heal_note_parts[i], heal_note_is_fine(m->note));
	}
}

static void
put_attention(struct buf *b, const struct mark_list *marks)
{
	int64_t at, n = survey_attention(marks, &at);

	if (at == 0)
		return;
	family(b, "bookpay_attention_bookings", "gauge", "Bookings that a "
	    "person has to see to: money that does not fit, disputes, jobs "
	    "that were given up.");
	buf_printf(b, "bookpay_attention_bookings %lld\n", (long long)n);
	family(b, "bookpay_attention_timestamp_seconds", "gauge",
	    "When the worker counted them.");
	buf_printf(b, "bookpay_attention_timestamp_seconds %lld\n",
	    (long long)(at / NOW_SECOND));
}

/* Not counters: a refund that fails in the end was none. */
static void
put_takings(struct buf *b, const struct takings *t)
{
	static const struct {
		const char *name, *help;
	} families[TAKINGS_FACTS] = {
		{ "bookpay_money_captured_minor_units", "Money received in "
		    "all, in the currency's minor unit." },
		{ "bookpay_money_refunded_minor_units", "Money that went back "
		    "in all, in the currency's minor unit." },
	};
	size_t f, i;

	for (f = 0; t->whole && f < TAKINGS_FACTS; f++) {
		family(b, families[f].name, "gauge", families[f].help);
		for (i = 0; i < t->count; i++)
			if (strcmp(t->rows[i].name, takings_facts[f]) == 0)
				buf_printf(b, "%s{currency=\"%s\"} %lld\n",
				    families[f].name, t->rows[i].currency,
				    (long long)t->rows[i].amount);
	}
}

static void
put_facts(struct ctx *c, struct buf *b, const struct facts *f)
{
	put_jobs(c, b, &f->queues);
	put_attention(b, &f->marks);
	put_healing(b, &f->marks);
	put_takings(b, &f->takings);
	family(b, "bookpay_schema_version", "gauge",
	    "The schema that the database has.");
	buf_printf(b, "bookpay_schema_version %d\n", f->version);
}

/* --------------------------------------------------------------------------- */

const char *
exposition_text(struct ctx *c, struct db *db, const char *folder)
{
	struct buf b = buf_make(c->mem, TEXT_MAX);
	struct counts counts;
	struct facts facts;
	int up = db != NULL && db_read(c, db, facts_tx, &facts) == OK;

	ctx_forgive(c);
	read_counts(c, folder, &counts);
	family(&b, "bookpay_build_info", "gauge",
	    "The version that says this, and the schema it was built for.");
	buf_printf(&b, "bookpay_build_info{version=\"%s\",schema=\"%d\"} 1\n",
	    VERSION, migrate_version());
	family(&b, "bookpay_database_up", "gauge",
	    "1: the database answers.");
	buf_printf(&b, "bookpay_database_up %d\n", up);
	put_requests(c, &b, &counts);
	put_deliveries(&b, &counts);
	put_calls(c, &b, &counts);
	if (up)
		put_facts(c, &b, &facts);
	return b.bytes;
}
