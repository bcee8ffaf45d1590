#include "admin/screen.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "base/zone.h"
#include "booking/money.h"

enum { SCREEN_MAX = 4 * 1024 * 1024 };

struct screen {
	struct ctx *c;
	const struct zone *zone;
	struct buf text;
	const char *event; /* id of the one that was printed last */
};

/* --- pieces ---------------------------------------------------------------- */

/* o.key as "2026-12-10 09:00:00"; "" if there is none. */
static const char *
when(const struct screen *s, const struct cJSON *o, const char *key)
{
	const char *text = json_text(o, key);
	struct zone_time t;
	int64_t at;

	if (text == NULL || now_parse(text, &at) != OK)
		return "";
	zone_local(s->zone, at, &t);
	return arena_printf(s->c->mem, "%04d-%02d-%02d %02d:%02d:%02d",
	    t.year, t.month, t.day, t.hour, t.minute, t.second);
}

static const char *
money(const struct screen *s, const struct cJSON *o, const char *key)
{
	const char *currency = json_text(o, "currency");
	int64_t amount = 0;

	json_int(o, key, &amount);
	return money_text(s->c, amount, currency == NULL ? "" : currency);
}

static int64_t
number(const struct cJSON *o, const char *key)
{
	int64_t n = 0;

	json_int(o, key, &n);
	return n;
}

/* before and o.key, if there is one; else nothing. */
static const char *
with(const struct screen *s, const char *before, const struct cJSON *o,
    const char *key)
{
	const char *found = json_text(o, key);

	return found == NULL ? "" : arena_printf(s->c->mem, "%s%s", before,
	    text_shown(s->c->mem, found));
}

static const char *
text(const struct screen *s, const struct cJSON *o, const char *key)
{
	const char *found = json_text(o, key);

	return found == NULL ? "-" : text_shown(s->c->mem, found);
}

/* --- who, what, when --------------------------------------------------------- */

static void
print_summary(struct screen *s, const struct cJSON *o)
{
	const char *words = text(s, o, "words"), *start = strstr(words, "{start}");
	struct buf *b = &s->text;

	buf_printf(b, "%s  %s, %s\n", text(s, o, "id"), text(s, o, "status"),
	    text(s, o, "payment"));
	if (start == NULL)
		buf_printf(b, "%s\n\n", words);
	else
		buf_printf(b, "%.*s%s%s\n\n", (int)(start - words), words,
		    when(s, o, "start"), start + strlen("{start}"));
	buf_printf(b, "Who        %s <%s>, %s%s\n", text(s, o, "name"),
	    text(s, o, "email"), text(s, o, "timezone"),
	    with(s, ", signed in as ", o, "client"));
	buf_printf(b, "What       %s (%s), %s, with %s\n", text(s, o, "title"),
	    text(s, o, "sessionType"), text(s, o, "price"),
	    text(s, json_get(o, "builder"), "name"));
	buf_printf(b, "When       %s to %s\n", when(s, o, "start"),
	    when(s, o, "end"));
	buf_printf(b, "Made       %s, %s%s%s\n", when(s, o, "created"),
	    text(s, o, "source"), with(s, "\nInvitee    ", o, "invitee"),
	    with(s, "\nEvent      ", o, "calendlyEvent"));
}

static void
print_rules(struct screen *s, const struct cJSON *o)
{
	const struct cJSON *cancelled = json_get(o, "cancelled");
	const struct cJSON *asked = json_get(o, "refundAsked");
	struct buf *b = &s->text;

	buf_printf(b, "Policy     %s, %s\n", text_blank(json_text(o, "policy"))
	    ? "nothing back" : text(s, o, "policy"),
	    json_true(o, "autoRefund") ? "paid back by itself"
	    : "paid back by a person");
	if (json_has(o, "contradiction"))
		buf_printf(b, "Calendly   says otherwise: %s\n",
		    text(s, o, "contradiction"));
	if (json_has(o, "movedFrom"))
		buf_printf(b, "Moved      from %s\n", text(s, o, "movedFrom"));
	if (json_has(o, "movedTo"))
		buf_printf(b, "Moved      to %s, where the money is\n",
		    text(s, o, "movedTo"));
	if (cancelled != NULL)
		buf_printf(b, "Cancelled  %s by the %s%s; %lld%% go back\n",
		    when(s, cancelled, "at"), text(s, cancelled, "by"),
		    with(s, ": ", cancelled, "reason"),
		    (long long)number(cancelled, "percent"));
	if (asked != NULL)
		buf_printf(b, "Asked      %s to go back in all%s\n",
		    money_text(s->c, number(asked, "upTo"),
		    text(s, json_get(o, "money"), "currency")),
		    with(s, ": ", asked, "reason"));
}

/* --- money ------------------------------------------------------------------- */

static void
print_refunds(struct screen *s, const struct cJSON *list)
{
	const struct cJSON *o;
	int i;

	for (i = 0; (o = json_item(list, i)) != NULL; i++)
		buf_printf(&s->text, "    %s  %s %s%s, %s\n", text(s, o, "id"),
		    money(s, o, "amount"), text(s, o, "status"),
		    with(s, ": ", o, "failure"), when(s, o, "created"));
}

static void
print_disputes(struct screen *s, const struct cJSON *list)
{
	const struct cJSON *o;
	int i;

	for (i = 0; (o = json_item(list, i)) != NULL; i++)
		buf_printf(&s->text, "    %s  %s disputed, %s%s%s%s\n",
		    text(s, o, "id"), money(s, o, "amount"), text(s, o, "status"),
		    with(s, ": ", o, "reason"),
		    json_has(o, "evidenceDue") ? ", evidence by " : "",
		    when(s, o, "evidenceDue"));
}

/* Who sees to it, and when. */
static const char *
duty(const struct screen *s, const struct cJSON *o)
{
	int64_t owed = number(o, "owed"), automatic = number(o, "automatic");

	if (owed == 0)
		return "";
	if (automatic == 0)
		return ", by a person";
	if (json_has(o, "notBefore"))
		return arena_printf(s->c->mem, ", by itself at %s",
		    when(s, o, "notBefore"));
	return automatic == owed ? ", by itself"
	    : arena_printf(s->c->mem, ", of it %s by itself",
		money(s, o, "automatic"));
}

static void
print_money(struct screen *s, const struct cJSON *o)
{
	const struct cJSON *m = json_get(o, "money"), *p;
	struct buf *b = &s->text;
	int i;

	buf_printf(b, "\nMoney      %s received, %s paid back, %s owed%s\n",
	    money(s, m, "received"), money(s, m, "refunded"),
	    money(s, m, "owed"), duty(s, m));
	for (i = 0; (p = json_item(json_get(o, "payments"), i)) != NULL; i++) {
		buf_printf(b, "  %s  %s received %s\n    %s paid back, %s "
		    "disputed, %s owed%s\n    because: %s\n",
		    text(s, p, "id"), money(s, p, "received"),
		    when(s, p, "paid"), money(s, p, "refunded"),
		    money(s, p, "disputed"), money(s, p, "owed"), duty(s, p),
		    text(s, p, "why"));
		print_refunds(s, json_get(p, "refunds"));
		print_disputes(s, json_get(p, "disputes"));
	}
}

static void
print_attempts(struct screen *s, const struct cJSON *list)
{
	const struct cJSON *o;
	int i;

	if (json_item(list, 0) != NULL)
		buf_text(&s->text, "\nAttempts to collect\n");
	for (i = 0; (o = json_item(list, i)) != NULL; i++)
		buf_printf(&s->text, "  %s  %s, %s, %s%s\n    %s\n",
		    when(s, o, "created"), money(s, o, "amount"),
		    text(s, o, "status"), text(s, o, "payment"),
		    with(s, ", refused: ", o, "refusal"),
		    text(s, o, json_has(o, "session") ? "session" : "id"));
}

static void
print_jobs(struct screen *s, const struct cJSON *list)
{
	const struct cJSON *o;
	int i;

	if (json_item(list, 0) != NULL)
		buf_text(&s->text, "\nJobs\n");
	for (i = 0; (o = json_item(list, i)) != NULL; i++)
		buf_printf(&s->text, "  %s  %s, tries: %lld%s%s%s\n",
		    text(s, o, "id"), text(s, o, "state"),
		    (long long)number(o, "attempts"),
		    json_has(o, "due") ? ", next at " : "",
		    when(s, o, "due"), with(s, "\n    ", o, "lastError"));
}

/* --- what happened ------------------------------------------------------------ */

/* What followed from what we were told stands below it, further in. */
static void
print_entry(struct screen *s, const struct cJSON *o)
{
	const char *kind = text(s, o, "kind"), *id = json_text(o, "id");

	if (strcmp(kind, "history") == 0 && id != NULL &&
	    text_same(id, s->event)) {
		buf_printf(&s->text, "%19s    %s%s\n", "", text(s, o, "what"),
		    with(s, ": ", o, "why"));
		return;
	}
	s->event = id;
	buf_printf(&s->text, "%s  %s %s%s%s\n", when(s, o, "at"),
	    text(s, o, "who"), text(s, o, "what"),
	    strcmp(kind, "event") == 0 &&
	    strcmp(text(s, o, "outcome"), "applied") != 0
	    ? arena_printf(s->c->mem, " (%s)", text(s, o, "outcome")) : "",
	    with(s, ": ", o, "why"));
}

static void
print_timeline(struct screen *s, const struct cJSON *list)
{
	const struct cJSON *o;
	int i;

	buf_text(&s->text, "\nWhat happened\n");
	for (i = 0; (o = json_item(list, i)) != NULL; i++)
		print_entry(s, o);
	buf_printf(&s->text, "\nTimes are of %s.\n", zone_name(s->zone));
}

char *
screen_booking(struct ctx *c, const struct cJSON *booking,
    const struct zone *zone)
{
	struct screen s = { .c = c, .zone = zone,
		.text = buf_make(c->mem, SCREEN_MAX) };

	print_summary(&s, booking);
	print_rules(&s, booking);
	print_money(&s, booking);
	print_attempts(&s, json_get(booking, "attempts"));
	print_jobs(&s, json_get(booking, "jobs"));
	print_timeline(&s, json_get(booking, "timeline"));
	return s.text.bytes;
}
