#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/heal_part.h"
#include "app/shop.h"
#include "app/translate.h"
#include "base/text.h"
#include "booking/builder.h"
#include "db/db.h"
#include "provider/calendly.h"
#include "provider/calendly_event.h"
#include "provider/calendly_list.h"

#define DAY (24 * 3600 * NOW_SECOND)
/* A no-show is marked, and an event cancelled, after it was held, too. */
#define BACK (7 * DAY)
/* The first time, and the longest after an outage of ours. */
#define FIRST_BACK (30 * DAY)
#define LONGEST_BACK (60 * DAY)

enum {
	/* Of the questions of a minute so many are for the clients who wait
	 * for an answer: a plan without a price has 50 in all. */
	LEAVE = 20,
	WAITS_MAX = 5,
	WAIT_SECONDS_MAX = 120,
	TOKEN_SIZE = 4096
};

/* A page to ask for: of the host's events, or of the event's invitees. */
struct question {
	struct calendly_window window;
	const struct calendly_item *event;
	char token[TOKEN_SIZE]; /* "": the first page */
};

static int64_t
begin(const struct heal *h)
{
	int64_t from = h->now - BACK;

	if (h->since == 0)
		return h->now - FIRST_BACK;
	if (h->since - DAY < from)
		from = h->since - DAY;
	return from > h->now - LONGEST_BACK ? from : h->now - LONGEST_BACK;
}

static enum err
rest(struct heal *h, int64_t seconds)
{
	const struct calendly *cal = &h->shop->calendly;
	int64_t micros = cal->second == 0 ? NOW_SECOND : cal->second;
	struct timespec ts = { .tv_sec = micros / NOW_SECOND,
		.tv_nsec = micros % NOW_SECOND * 1000 };
	enum err e = OK;

	for (; e == OK && seconds > 0; seconds--) {
		nanosleep(&ts, NULL);
		e = heal_step(h);
	}
	return e;
}

static enum err
ask_once(struct heal *h, struct ctx *c, struct question *q,
    struct calendly_page *ret)
{
	const struct calendly *cal = &h->shop->calendly;
	int64_t deadline = now_monotonic() + HEAL_PATIENCE;
	const char *token = *q->token == '\0' ? NULL : q->token;

	if (q->event != NULL)
		return calendly_list_invitees(c, cal, q->event, token,
		    deadline, ret);
	q->window.token = token;
	q->window.deadline = deadline;
	return calendly_list_events(c, cal, &q->window, ret);
}

/* Keeps to the rate that Calendly allows; the next page's token goes to q. */
static enum err
ask(struct heal *h, struct ctx *c, struct question *q,
    struct calendly_page *ret)
{
	int waits = 0;
	int64_t pause;
	enum err e;

	for (;;) {
		heal_fresh(h, c);
		e = ask_once(h, c, q, ret);
		pause = c->retry_after;
		if (e != E_CALENDLY || pause == 0 ||
		    pause > WAIT_SECONDS_MAX || waits++ == WAITS_MAX)
			break;
		e = rest(h, pause);
		if (e != OK)
			return e;
	}
	if (e != OK)
		return e;
	if (ret->next != NULL && strlen(ret->next) >= TOKEN_SIZE)
		return ctx_fail(c, E_CALENDLY, "calendly: a huge page token");
	snprintf(q->token, TOKEN_SIZE, "%s",
	    ret->next == NULL ? "" : ret->next);
	if (ret->left >= 0 && ret->left < LEAVE &&
	    ret->reset <= WAIT_SECONDS_MAX)
		e = rest(h, ret->reset);
	return e;
}

static enum err
take_invitee(struct heal *h, const char *text)
{
	struct calendly_event ev;

	if (calendly_event_parse(&h->inner, text, strlen(text), &ev) != OK)
		return OK;
	return heal_take_in(h, &(const struct heal_word){
	    intake_calendly_read, TRANSLATE_CALENDLY_API,
	    calendly_event_key(&h->inner, &ev), text });
}

/* Is it about this host only, and not about Calendly? */
static int
is_local(enum err e)
{
	return e == E_NOBOOKING || e == E_INTERNAL;
}

static enum err
heal_event(struct heal *h, const struct calendly_item *event)
{
	struct question q = { .event = event };
	struct calendly_page page;
	size_t i;
	enum err e;

	do {
		e = ask(h, &h->inner, &q, &page);
		if (e == E_NOBOOKING) /* it has gone since it was listed */
			return OK;
		if (e == E_BUSY)
			return e;
		if (e != OK)
			return heal_answered(h, &h->inner, e);
		for (i = 0; e == OK && i < page.count; i++)
			e = take_invitee(h, page.items[i].text);
		if (e == OK)
			e = heal_step(h);
	} while (e == OK && *q.token != '\0');
	return e;
}

static enum err
heal_host(struct heal *h, const struct builder *b)
{
	struct question q = { .window = { .host = b->calendly_user,
		.from = begin(h) } };
	struct calendly_page page;
	size_t i;
	enum err e;

	do {
		e = ask(h, &h->page, &q, &page);
		if (e == E_BUSY)
			return e;
		if (e != OK) {
			e = heal_answered(h, &h->page, e);
			heal_say(h, "asked for builder %s", b->id);
			/* The other hosts can be looked after. */
			return is_local(e) ? OK : e;
		}
		for (i = 0; e == OK && i < page.count; i++)
			e = heal_event(h, &page.items[i]);
	} while (e == OK && *q.token != '\0');
	return e;
}

static enum err
builders_tx(struct ctx *c, struct db *db, void *arg)
{
	return builder_list_tx(c, db, arg);
}

/* Two builders can be one user of Calendly's: asked for once. */
static int
is_new(const struct builder_list *list, size_t i)
{
	const char *host = list->rows[i].calendly_user;
	size_t j;

	for (j = 0; host != NULL && j < i; j++)
		if (text_same(list->rows[j].calendly_user, host))
			return 0;
	return host != NULL;
}

enum err
heal_calendly(struct heal *h)
{
	struct builder_list builders;
	struct ctx mine;
	size_t i;
	enum err e;

	if (h->shop->calendly.token == NULL) {
		heal_worsen(h, HEAL_OFF);
		return OK;
	}
	ctx_init(&mine);
	e = db_read(&mine, h->shop->db, builders_tx, &builders);
	for (i = 0; e == OK && i < builders.count; i++)
		if (is_new(&builders, i))
			e = heal_host(h, &builders.rows[i]);
	ctx_free(&mine);
	return e;
}
