#include "deliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "post.h"

/* HELD: as long as its endpoint is disabled. */
enum state { WAITING, PARKED, HELD, DELIVERED, FAILED, LOST, STATES };

static const char *const state_names[STATES] = { "waiting", "lost", "held",
	"delivered", "failed", "lost" };

enum {
	WORKERS_MAX = 16,
	FIRST_PAUSE_S = 60,
	PAUSE_MAX_S = 12 * 3600,
	SHUFFLE_MS = 300,	/* room for another one to overtake */
	FLUSH_MAX_MS = 60000
};

struct delivery {
	int id;
	char *endpoint, *url, *secret, *event, *type, *body;
	enum state state;
	int inflight, flush, attempts, copy;
	int64_t due, first;
	cJSON *answers;
};

struct deliver {
	struct deliver_conf conf;
	struct delivery **all;
	int n, live;	/* all[0..live) are over and done with */
	pthread_t workers[WORKERS_MAX];
	int nworkers;
};

static int64_t
random_ms(struct fake *f, int max)
{
	return max <= 0 ? 0 : rand_r(&f->seed) % (max + 1);
}

static struct delivery *
new_delivery(struct fake *f, const struct letter *l)
{
	struct deliver *q = f->deliver;
	struct delivery *d = xalloc(sizeof(*d));

	d->endpoint = xstrdup(l->endpoint);
	d->url = xstrdup(l->url);
	d->secret = l->secret == NULL ? NULL : xstrdup(l->secret);
	d->event = xstrdup(l->event);
	d->type = xstrdup(l->type);
	d->body = xstrdup(l->body);
	d->answers = cJSON_CreateArray();
	d->first = mono_ms();
	d->due = d->first + random_ms(f, f->behave.delay_ms);
	if (fake_chance(f, f->behave.reorder))
		d->due += random_ms(f, SHUFFLE_MS);
	q->all = xrealloc(q->all, (size_t)(q->n + 1) * sizeof(*q->all));
	q->all[q->n++] = d;
	d->id = q->n;
	pthread_cond_broadcast(&f->cv);
	return d;
}

int
deliver_add(struct fake *f, const struct letter *l)
{
	return new_delivery(f, l)->id;
}

static int
is_over(const struct delivery *d)
{
	return d->state > HELD && !d->inflight;
}

static void
skip_over(struct deliver *q)
{
	while (q->live < q->n && is_over(q->all[q->live]))
		q->live++;
}

/* One after the other to each receiver, unless chaos is asked for. */
static int
is_busy(struct fake *f, const char *url)
{
	struct deliver *q = f->deliver;
	int i;

	if (f->parallel > 1 || f->behave.reorder > 0 || f->behave.repeat > 0)
		return 0;
	for (i = q->live; i < q->n; i++)
		if (q->all[i]->inflight && strcmp(q->all[i]->url, url) == 0)
			return 1;
	return 0;
}

/* The next one to send, or NULL and in *pause how long to wait. */
static struct delivery *
pick(struct fake *f, int64_t *pause)
{
	struct deliver *q = f->deliver;
	struct delivery *d, *best = NULL;
	int64_t now = mono_ms();
	int i, due = 0;

	*pause = 1000;
	skip_over(q);
	for (i = q->live; i < q->n; i++) {
		d = q->all[i];
		if (d->state != WAITING || d->inflight)
			continue;
		if (d->due > now) {
			if (d->due - now < *pause)
				*pause = d->due - now;
			continue;
		}
		if (is_busy(f, d->url))
			continue;
		due++;
		if (best == NULL || d->due < best->due ||
		    (f->behave.reorder > 0 && rand_r(&f->seed) % due == 0))
			best = d;
	}
	return best;
}

static int
is_lost(struct fake *f, const struct delivery *d)
{
	const cJSON *t;
	int listed = f->behave.lose_types == NULL;

	cJSON_ArrayForEach(t, f->behave.lose_types) {
		if (cJSON_IsString(t) && strcmp(t->valuestring, d->type) == 0)
			listed = 1;
	}
	return listed && fake_chance(f, f->behave.lose);
}

static void
note(struct delivery *d, int status, const char *text, int64_t took)
{
	cJSON *a = cJSON_CreateObject();
	char at[32];

	time_micro(at, now_ms());
	js_set_str(a, "at", at);
	js_set(a, "status", status < 0 ? NULL : cJSON_CreateNumber(status));
	js_set_str(a, status < 0 ? "problem" : "body", text);
	js_set_num(a, "ms", (double)took);
	cJSON_AddItemToArray(d->answers, a);
}

static char *
headers_for(const struct deliver_conf *c, const struct delivery *d)
{
	char t[24], mac[65], v0[65];
	struct buf b = { 0 };

	buf_printf(&b, "User-Agent: %s\r\nAccept: */*\r\n"
	    "Content-Type: application/json%s\r\n", c->user_agent,
	    c->fake_v0 ? "; charset=utf-8" : "");
	if (d->secret != NULL) {
		snprintf(t, sizeof(t), "%lld", (long long)(real_ms() / 1000));
		hmac_hex(mac, d->secret, t, d->body);
		buf_printf(&b, "%s: t=%s,v1=%s", c->signature_header, t, mac);
		random_hex(v0, 64);
		if (c->fake_v0)
			buf_printf(&b, ",v0=%s", v0);
		buf_puts(&b, "\r\n");
	}
	return b.p;
}

/* After a failure: when to try again, or that it is over. */
static void
plan_retry(struct fake *f, struct delivery *d)
{
	double pause = FIRST_PAUSE_S;
	int i;

	for (i = 1; i < d->attempts && pause < PAUSE_MAX_S; i++)
		pause *= 2;
	if (pause > PAUSE_MAX_S)
		pause = PAUSE_MAX_S;
	d->due = mono_ms() + fake_ms(f, pause);
	if (d->due - d->first > fake_ms(f, f->deliver->conf.give_up))
		d->state = FAILED;
}

static void
repeat(struct fake *f, const struct delivery *d)
{
	struct letter l = { .endpoint = d->endpoint, .url = d->url,
		.secret = d->secret, .event = d->event, .type = d->type,
		.body = d->body };

	if (!d->copy && fake_chance(f, f->behave.repeat))
		new_delivery(f, &l)->copy = 1;
}

/* Sends one, letting go of the lock while the receiver thinks. */
static void
attempt(struct fake *f, struct delivery *d)
{
	struct deliver_conf *c = &f->deliver->conf;
	char *headers, text[256] = "";
	int64_t start = mono_ms();
	int status;

	d->inflight = 1;
	headers = headers_for(c, d);
	repeat(f, d);
	pthread_mutex_unlock(&f->mu);
	status = post_send(d->url, headers, d->body, c->timeout_s, text);
	pthread_mutex_lock(&f->mu);
	free(headers);
	d->inflight = 0;
	note(d, status, text, mono_ms() - start);
	if (status / 100 == 2)
		d->state = DELIVERED;
	else
		plan_retry(f, d);
}

static void
one(struct fake *f, struct delivery *d)
{
	struct deliver_conf *c = &f->deliver->conf;
	enum endpoint at = c->alive(c->arg, d->endpoint);

	d->attempts++;
	if (at != ENDPOINT_ON) {
		d->state = at == ENDPOINT_PAUSED ? HELD : FAILED;
		note(d, -1, "endpoint disabled or deleted", 0);
	} else if (is_lost(f, d)) {
		/* At 1 nothing gets through: that is for good. */
		d->state = f->behave.lose >= 1 ? LOST : PARKED;
		note(d, -1, "lost on the way", 0);
	} else {
		attempt(f, d);
		c->result(c->arg, d->endpoint, d->state == DELIVERED,
		    d->state == FAILED);
	}
	d->flush = 0;
	pthread_cond_broadcast(&f->cv);
}

static void
wait_ms(struct fake *f, int64_t ms)
{
	int64_t until = real_ms() + (ms < 1 ? 1 : ms);
	struct timespec ts = { .tv_sec = (time_t)(until / 1000),
		.tv_nsec = (long)(until % 1000) * 1000000 };

	pthread_cond_timedwait(&f->cv, &f->mu, &ts);
}

static void *
work(void *arg)
{
	struct fake *f = arg;
	struct delivery *d;
	int64_t pause;

	pthread_mutex_lock(&f->mu);
	while (!f->stopping) {
		d = pick(f, &pause);
		if (d != NULL)
			one(f, d);
		else
			wait_ms(f, pause);
	}
	pthread_mutex_unlock(&f->mu);
	return NULL;
}

void
deliver_start(struct fake *f, const struct deliver_conf *conf)
{
	struct deliver *q = f->deliver = xalloc(sizeof(*q));
	int i, n;

	q->conf = *conf;
	n = f->parallel > 4 ? f->parallel : 4;
	for (i = 0; i < n && i < WORKERS_MAX; i++)
		if (pthread_create(&q->workers[i], NULL, work, f) == 0)
			q->nworkers++;
}

void
deliver_stop(struct fake *f)
{
	struct deliver *q = f->deliver;
	struct delivery *d;
	int i;

	for (i = 0; i < q->nworkers; i++)
		pthread_join(q->workers[i], NULL);
	for (i = 0; i < q->n; i++) {
		d = q->all[i];
		free(d->endpoint);
		free(d->url);
		free(d->secret);
		free(d->event);
		free(d->type);
		free(d->body);
		cJSON_Delete(d->answers);
		free(d);
	}
	free(q->all);
	free(q);
}

int
deliver_pending(struct fake *f, const char *event)
{
	struct deliver *q = f->deliver;
	int i, n = 0;

	for (i = 0; i < q->n; i++)
		if (!q->all[i]->copy && q->all[i]->state != DELIVERED &&
		    strcmp(q->all[i]->event, event) == 0)
			n++;
	return n;
}

void
deliver_jump(struct fake *f, int64_t by_ms)
{
	struct deliver *q = f->deliver;
	int i;

	for (i = q->live; i < q->n; i++) {
		q->all[i]->first -= by_ms;
		q->all[i]->due -= by_ms;
	}
	pthread_cond_broadcast(&f->cv);
}

void
deliver_resume(struct fake *f, const char *endpoint, const char *url)
{
	struct deliver *q = f->deliver;
	struct delivery *d;
	int64_t oldest = mono_ms() - fake_ms(f, q->conf.give_up);
	int i;

	for (i = q->live; i < q->n; i++) {
		d = q->all[i];
		if (strcmp(d->endpoint, endpoint) != 0 || d->inflight)
			continue;
		free(d->url);
		d->url = xstrdup(url);
		if (d->state != HELD)
			continue;
		d->state = d->first < oldest ? FAILED : WAITING;
		d->due = mono_ms();
	}
	pthread_cond_broadcast(&f->cv);
}

static int
is_moving(const struct deliver *q, const char *event)
{
	const struct delivery *d;
	int i;

	for (i = q->live; i < q->n; i++) {
		d = q->all[i];
		if (d->copy || strcmp(d->event, event) != 0)
			continue;
		if (d->inflight || d->state == WAITING)
			return 1;
	}
	return 0;
}

void
deliver_wait(struct fake *f, const char *event, int64_t ms)
{
	int64_t until = mono_ms() + ms;

	while (!f->stopping && mono_ms() < until &&
	    is_moving(f->deliver, event))
		wait_ms(f, until - mono_ms());
}

static int
mark_for_flush(struct deliver *q, int lost)
{
	struct delivery *d;
	int i, n = 0;

	for (i = 0; i < q->n; i++) {
		d = q->all[i];
		if (d->state != WAITING && d->state != PARKED &&
		    !(lost && d->state == LOST))
			continue;
		d->state = WAITING;
		d->due = 0;
		d->flush = 1;
		n++;
	}
	q->live = 0;
	return n;
}

cJSON *
deliver_flush(struct fake *f, int lost)
{
	struct deliver *q = f->deliver;
	int64_t until = mono_ms() + FLUSH_MAX_MS;
	int i, busy, tried, state[STATES] = { 0 };
	cJSON *ret;

	tried = mark_for_flush(q, lost);
	pthread_cond_broadcast(&f->cv);
	do {
		for (busy = 0, i = 0; i < q->n; i++)
			busy += q->all[i]->flush || q->all[i]->inflight ||
			    (q->all[i]->copy && q->all[i]->attempts == 0);
		if (busy > 0)
			wait_ms(f, 50);
	} while (busy > 0 && !f->stopping && mono_ms() < until);
	for (i = 0; i < q->n; i++)
		state[q->all[i]->state]++;
	ret = cJSON_CreateObject();
	js_set_num(ret, "tried", tried);
	js_set_num(ret, "delivered", state[DELIVERED]);
	js_set_num(ret, "failed", state[FAILED]);
	js_set_num(ret, "lost", state[PARKED] + state[LOST]);
	js_set_num(ret, "waiting", state[WAITING]);
	js_set_num(ret, "held", state[HELD]);
	return ret;
}

static cJSON *
describe(const struct delivery *d, int with_body)
{
	const cJSON *last = cJSON_GetArrayItem(d->answers,
	    cJSON_GetArraySize(d->answers) - 1);
	cJSON *o = cJSON_CreateObject();

	js_set_num(o, "id", d->id);
	js_set_str(o, "event", d->event);
	js_set_str(o, "type", d->type);
	js_set_str(o, "endpoint", d->endpoint);
	js_set_str(o, "url", d->url);
	js_set_str(o, "state", state_names[d->state]);
	js_set_bool(o, "repeat", d->copy);
	js_set_num(o, "attempts", d->attempts);
	js_set(o, "status", last == NULL || js_num(last, "status", -1) < 0 ?
	    NULL : cJSON_CreateNumber(js_num(last, "status", 0)));
	js_set(o, "answers", cJSON_Duplicate(d->answers, 1));
	if (with_body)
		js_set_str(o, "body", d->body);
	return o;
}

cJSON *
deliver_list(struct fake *f, int with_body)
{
	struct deliver *q = f->deliver;
	cJSON *ret = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(ret, "deliveries");
	int i, waiting = 0;

	for (i = 0; i < q->n; i++) {
		waiting += q->all[i]->state == WAITING;
		cJSON_AddItemToArray(list, describe(q->all[i], with_body));
	}
	js_set_num(ret, "waiting", waiting);
	return ret;
}
