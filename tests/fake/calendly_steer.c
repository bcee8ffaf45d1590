/*
 * fake-calendly, steering: what an invitee or the host does, as JSON posts
 * (spec/interface.md §1).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendly.h"
#include "deliver.h"

typedef void steer_fn(struct cal *cal, const cJSON *in, struct hresp *rs);

static struct obj *
invitee_in(struct cal *cal, const cJSON *in, struct hresp *rs)
{
	struct obj *i = obj_find(&cal->invitees,
	    cal_tail(js_str(in, "inviteeUri")));

	if (i == NULL)
		hresp_refuse(rs, 404, "no such invitee");
	return i;
}

static void
report(struct cal *cal, const struct obj *i, const char *target,
    struct hresp *rs)
{
	char *url = redirect_url(cal, i, target);
	cJSON *o = cJSON_CreateObject();

	js_set_str(o, "inviteeUri", js_str(i->json, "uri"));
	js_set_str(o, "eventUri", js_str(i->json, "event"));
	js_set_str(o, "redirectUrl", url);
	free(url);
	hresp_json(rs, 200, o);
}

static cJSON *
tracking(const cJSON *in)
{
	const cJSON *utm = cJSON_GetObjectItem(in, "utm");
	cJSON *o = cJSON_IsObject(utm) ? cJSON_Duplicate(utm, 1) :
	    cJSON_CreateObject();

	if (js_str(in, "utmContent") != NULL)
		js_set_str(o, "utm_content", js_str(in, "utmContent"));
	return o;
}

static void
do_book(struct cal *cal, const cJSON *in, struct hresp *rs)
{
	cJSON *utm = tracking(in);
	struct booking b = {
		.type = cal_type(cal, js_str(in, "eventType")),
		.start = time_parse(js_str(in, "startTime")),
		.name = js_str(in, "name"),
		.first = js_str(in, "firstName"),
		.last = js_str(in, "lastName"),
		.email = js_str(in, "email"),
		.timezone = js_str(in, "timezone"),
		.phone = js_str(in, "phone"),
		.answers = cJSON_GetObjectItem(in, "answers"),
		.guests = cJSON_GetObjectItem(in, "guests"),
		.tracking = utm,
	};
	struct obj *i = NULL;

	if (b.timezone == NULL)
		b.timezone = "America/New_York";
	if (b.type == NULL)
		hresp_refuse(rs, 404, "no such eventType");
	else if (b.start < 0 || b.name == NULL || b.email == NULL)
		hresp_refuse(rs, 400, "startTime, name and email, please");
	else if ((i = book(cal, &b)) == NULL)
		hresp_refuse(rs, 409, "already_filled");
	cJSON_Delete(utm);
	if (i == NULL)
		return;
	hook_emit(cal, "invitee.created", i);
	report(cal, i, js_str(in, "redirect"), rs);
}

static int
by_host(const cJSON *in)
{
	const char *by = js_str(in, "by");

	return by != NULL && strcmp(by, "host") == 0;
}

static void
do_cancel(struct cal *cal, const cJSON *in, struct hresp *rs)
{
	struct obj *i = invitee_in(cal, in, rs);

	if (i == NULL)
		return;
	if (cancel(cal, i, by_host(in), js_str(in, "reason")))
		report(cal, i, NULL, rs);
	else
		hresp_refuse(rs, 409, "it is canceled already");
}

static void
do_reschedule(struct cal *cal, const cJSON *in, struct hresp *rs)
{
	struct obj *i = invitee_in(cal, in, rs), *fresh;
	int64_t start = time_parse(js_str(in, "startTime"));

	if (i == NULL)
		return;
	fresh = start < 0 ? NULL : reschedule(cal, i, start, by_host(in),
	    js_true(in, "keepTracking"));
	if (fresh == NULL)
		hresp_refuse(rs, 409,
		    "canceled already, or that time is taken or no time");
	else
		report(cal, fresh, js_str(in, "redirect"), rs);
}

static void
do_no_show(struct cal *cal, const cJSON *in, struct hresp *rs)
{
	struct obj *i = invitee_in(cal, in, rs);
	int undo = js_true(in, "undo"), marked;

	if (i == NULL)
		return;
	marked = cJSON_IsObject(cJSON_GetObjectItem(i->json, "no_show"));
	if (marked != undo) {
		hresp_refuse(rs, 409, undo ? "not marked" : "marked already");
		return;
	}
	if (undo)
		no_show_undo(cal, i);
	else
		no_show(cal, i);
	report(cal, i, NULL, rs);
}

/* As if the form of its event type had taken money. */
static void
do_pay(struct cal *cal, const cJSON *in, struct hresp *rs)
{
	struct obj *i = invitee_in(cal, in, rs);
	cJSON *o = cJSON_CreateObject();

	if (i == NULL) {
		cJSON_Delete(o);
		return;
	}
	js_set_str(o, "external_id", "ch_1FakeOfCalendly");
	js_set_str(o, "provider", "stripe");
	js_set_num(o, "amount", 150.0);
	js_set_str(o, "currency", "USD");
	js_set(o, "terms", NULL);
	js_set_bool(o, "successful", 1);
	js_set(i->json, "payment", o);
	report(cal, i, NULL, rs);
}

static void
end_hooks(struct cal *cal, const cJSON *in, int gone, struct hresp *rs)
{
	int n = hook_end(cal, js_str(in, "subscription"), gone);
	cJSON *o;

	if (n == 0) {
		hresp_refuse(rs, 404, "no such subscription");
		return;
	}
	o = cJSON_CreateObject();
	js_set_num(o, gone ? "deleted" : "disabled", n);
	hresp_json(rs, 200, o);
}

static void
do_disable(struct cal *cal, const cJSON *in, struct hresp *rs)
{
	end_hooks(cal, in, 0, rs);
}

static void
do_delete(struct cal *cal, const cJSON *in, struct hresp *rs)
{
	end_hooks(cal, in, 1, rs);
}

static void
do_send(struct cal *cal, const cJSON *in, struct hresp *rs)
{
	const cJSON *given = cJSON_GetObjectItem(in, "body");
	char *body = cJSON_IsString(given) ? xstrdup(given->valuestring) :
	    given == NULL ? NULL : cJSON_PrintUnformatted(given);
	struct letter l = { .endpoint = "direct", .url = js_str(in, "url"),
		.secret = js_str(in, "secret"), .event = "sent",
		.type = "sent", .body = body };
	cJSON *o;

	if (l.url == NULL)
		l.url = cal->webhook_url;
	if (l.secret == NULL)
		l.secret = cal->signing_key;
	if (body == NULL || l.url == NULL) {
		hresp_refuse(rs, 400, "a body and a webhook URL, please");
	} else {
		o = cJSON_CreateObject();
		js_set_num(o, "delivery", deliver_add(&cal->f, &l));
		hresp_json(rs, 200, o);
	}
	free(body);
}

static const struct {
	const char *path;
	steer_fn *fn;
} posts[] = {
	{ "/_fake/book", do_book },
	{ "/_fake/cancel", do_cancel },
	{ "/_fake/reschedule", do_reschedule },
	{ "/_fake/no-show", do_no_show },
	{ "/_fake/pay", do_pay },
	{ "/_fake/disable", do_disable },
	{ "/_fake/delete", do_delete },
	{ "/_fake/send", do_send },
};

int
cal_steer(struct cal *cal, struct hreq *rq, struct hresp *rs)
{
	cJSON *in;
	size_t i;

	if (hreq_is(rq, "GET", "/_fake/books")) {
		hresp_json(rs, 200, cal_books(cal));
		return 1;
	}
	for (i = 0; i < sizeof(posts) / sizeof(*posts); i++) {
		if (!hreq_is(rq, "POST", posts[i].path))
			continue;
		in = cJSON_Parse(rq->len == 0 ? "{}" : rq->body);
		if (cJSON_IsObject(in))
			posts[i].fn(cal, in, rs);
		else
			hresp_refuse(rs, 400, "the body is not a JSON object");
		cJSON_Delete(in);
		return 1;
	}
	return 0;
}
