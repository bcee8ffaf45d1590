/*
 * fake-calendly, the booking page and the redirect (facts/calendly.md §6, §7):
 * times and a short form, prefilled from the query; embedded it tells the
 * parent window instead of redirecting.  Works without a script, except that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendly.h"
#include "form.h"

enum { SHOWN_MAX = 24, SHOWN_DAYS = 5, DAY = 24 * 3600 };

static const char style[] =
	"body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;"
	"margin:1rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
	"label{display:block;margin:.6rem 0 .2rem}"
	"input:not([type=radio]),textarea,button{font:inherit;padding:.5rem;"
	"width:100%;box-sizing:border-box}"
	"fieldset{max-height:16rem;overflow:auto}"
	"[role=alert]{border:2px solid #b00020;padding:.5rem}";

struct place {
	struct obj *type;
	struct obj *link;	/* single use, or NULL */
};

/* A value of the redirect; sometimes encoded twice, as was seen. */
static void
add(struct buf *b, const char *name, const char *value, int twice)
{
	struct buf once = { 0 };

	if (value == NULL)
		return;
	buf_add(&once, "", 0);
	buf_url(&once, value);
	buf_printf(b, "%s%s=", b->n > 0 && (strchr("?&", b->p[b->n - 1]) !=
	    NULL) ? "" : "&", name);
	if (twice)
		buf_url(b, once.p);
	else
		buf_puts(b, once.p);
	buf_free(&once);
}

static void
add_host(struct buf *b, const struct obj *event, int twice)
{
	struct buf names = { 0 };
	const cJSON *m;

	cJSON_ArrayForEach(m, cJSON_GetObjectItem(event->json,
	    "event_memberships"))
		buf_printf(&names, "%s%s", names.n == 0 ? "" : ",",
		    js_str(m, "user_name"));
	add(b, "assigned_to", names.p, twice);
	buf_free(&names);
}

static void
add_rest(struct buf *b, const struct obj *invitee, int twice)
{
	static const char *const utm[] = { "utm_source", "utm_medium",
		"utm_campaign", "utm_content", "utm_term" };
	const cJSON *t = cJSON_GetObjectItem(invitee->json, "tracking"), *a;
	char name[24];
	int n = 0;
	size_t i;

	add(b, "text_reminder_number", js_str(invitee->json,
	    "text_reminder_number"), twice);
	cJSON_ArrayForEach(a, cJSON_GetObjectItem(invitee->json,
	    "questions_and_answers")) {
		snprintf(name, sizeof(name), "answer_%d", ++n);
		add(b, name, js_str(a, "answer"), twice);
	}
	for (i = 0; i < sizeof(utm) / sizeof(*utm); i++)
		add(b, utm[i], js_str(t, utm[i]), twice);
}

char *
redirect_url(struct cal *cal, const struct obj *invitee, const char *target)
{
	struct obj *event = event_of(cal, invitee);
	int twice = fake_chance(&cal->f, cal->f.behave.double_encode);
	const cJSON *i = invitee->json;
	const char *zone = js_str(i, "timezone");
	struct buf b = { 0 };
	char at[40];

	if (target == NULL)
		target = cal->redirect_url;
	if (target == NULL)
		return NULL;
	buf_printf(&b, "%s%s", target, strchr(target, '?') == NULL ? "?" : "&");
	add_host(&b, event, twice);
	add(&b, "event_type_uuid", cal_tail(js_str(event->json, "event_type")),
	    twice);
	add(&b, "event_type_name", js_str(event->json, "name"), twice);
	zone_iso(at, zone, event_start(event));
	add(&b, "event_start_time", at, twice);
	zone_iso(at, zone, time_parse(js_str(event->json, "end_time")));
	add(&b, "event_end_time", at, twice);
	add(&b, "invitee_uuid", invitee->id, twice);
	if (js_str(i, "first_name") != NULL) {
		add(&b, "invitee_first_name", js_str(i, "first_name"), twice);
		add(&b, "invitee_last_name", js_str(i, "last_name"), twice);
	} else {
		add(&b, "invitee_full_name", js_str(i, "name"), twice);
	}
	add(&b, "invitee_email", js_str(i, "email"), twice);
	add_rest(&b, invitee, twice);
	return b.p;
}

static void
head(struct buf *b, const char *title, const char *attributes)
{
	buf_puts(b, "<!doctype html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n<title>");
	buf_html(b, title);
	buf_printf(b, "</title>\n<style>%s</style>\n<script "
	    "src=\"/assets/booking.js\" defer></script>\n</head>\n<body%s>\n"
	    "<main>\n<p>Test booking page (fake Calendly).</p>\n<h1>", style,
	    attributes);
	buf_html(b, title);
	buf_puts(b, "</h1>\n");
}

static void
finish(struct hresp *rs, int status)
{
	buf_puts(&rs->body, "</main>\n</body>\n</html>\n");
	rs->status = status;
	rs->type = "text/html; charset=utf-8";
	hresp_header(rs, "Cache-Control: no-store");
}

static const char *
prefill(const cJSON *form, const cJSON *query, const char *name)
{
	const char *v = js_str(form, name);

	return v != NULL ? v : js_str(query, name);
}

static void
times(struct cal *cal, struct buf *b, const struct obj *type,
    const char *zone)
{
	int64_t list[SHOWN_MAX], tomorrow = now_ms() / 1000 / DAY * DAY + DAY;
	char iso[32], text[64];
	int i, n;

	n = slots(cal, type, tomorrow, tomorrow + SHOWN_DAYS * DAY, list,
	    SHOWN_MAX);
	buf_printf(b, "<fieldset>\n<legend>Time (<span id=\"zone\">%s</span>)"
	    "</legend>\n", zone_ok(zone) ? zone : "UTC");
	for (i = 0; i < n; i++) {
		time_utc(iso, list[i], 1);
		zone_text(text, zone, list[i]);
		buf_printf(b, "<label><input type=\"radio\" name=\"start\" "
		    "value=\"%s\" required> <time datetime=\"%s\">%s</time>"
		    "</label>\n", iso, iso, text);
	}
	buf_printf(b, "</fieldset>\n%s", n == 0 ?
	    "<p id=\"none\">No times are left.</p>\n" : "");
}

static void
field(struct buf *b, const char *id, const char *label, const char *extra,
    const char *value)
{
	buf_printf(b, "<label for=\"%s\">%s</label>\n<input id=\"%s\" "
	    "name=\"%s\" %s value=\"", id, label, id, id, extra);
	buf_html(b, value);
	buf_puts(b, "\">\n");
}

static void
show_form(struct cal *cal, struct hresp *rs, const struct place *p,
    const cJSON *query, const cJSON *form, const char *error)
{
	const char *zone = prefill(form, query, "timezone");
	struct buf *b = &rs->body;

	head(b, js_str(p->type->json, "name"),
	    js_str(query, "embed_domain") == NULL ? "" :
	    " data-embed=\"viewed\"");
	if (error != NULL)
		buf_printf(b, "<p id=\"error\" role=\"alert\">%s</p>\n",
		    error);
	buf_printf(b, "<p>%.0f minutes with Robin Coach</p>\n"
	    "<form method=\"post\">\n",
	    js_num(p->type->json, "duration", 0));
	times(cal, b, p->type, zone);
	field(b, "name", "Name", "required autocomplete=\"name\"",
	    prefill(form, query, "name"));
	field(b, "email", "Email",
	    "type=\"email\" required autocomplete=\"email\"",
	    prefill(form, query, "email"));
	field(b, "timezone", "Time zone",
	    zone == NULL ? "required data-guess=\"1\"" : "required",
	    zone == NULL ? "UTC" : zone);
	field(b, "a1", "What would you like to achieve? (optional)", "",
	    prefill(form, query, "a1"));
	buf_puts(b, "<p><button id=\"schedule\">Schedule Event</button></p>\n"
	    "</form>\n");
	finish(rs, error == NULL ? 200 : 400);
}

static void
show_done(struct cal *cal, struct hresp *rs, const struct obj *invitee,
    int embedded)
{
	struct obj *event = event_of(cal, invitee);
	struct buf *b = &rs->body;
	char text[64], *attributes;

	attributes = xformat(" data-embed=\"%s\" data-event-uri=\"%s\" "
	    "data-invitee-uri=\"%s\"", embedded ? "scheduled" : "",
	    js_str(event->json, "uri"), js_str(invitee->json, "uri"));
	head(b, "You are scheduled", attributes);
	free(attributes);
	zone_text(text, js_str(invitee->json, "timezone"), event_start(event));
	buf_puts(b, "<p id=\"scheduled\" role=\"status\">");
	buf_html(b, js_str(event->json, "name"));
	buf_printf(b, ": %s. A calendar invitation has been sent to your "
	    "email address.</p>\n", text);
	finish(rs, 200);
}

static cJSON *
tracking(const cJSON *query)
{
	cJSON *o = cJSON_CreateObject();
	const cJSON *q;

	cJSON_ArrayForEach(q, query)
		if (cJSON_IsString(q) && strncmp(q->string, "utm_", 4) == 0 &&
		    strlen(q->valuestring) <= 255)
			js_set_str(o, q->string, q->valuestring);
	return o;
}

static cJSON *
answers(const cJSON *form)
{
	const char *text = js_str(form, "a1");
	cJSON *list = cJSON_CreateArray(), *a;

	if (text == NULL || *text == '\0')
		return list;
	a = cJSON_CreateObject();
	js_set_str(a, "answer", text);
	js_set_num(a, "position", 0);
	js_set_str(a, "question", "What would you like to achieve?");
	cJSON_AddItemToArray(list, a);
	return list;
}

static struct obj *
take(struct cal *cal, const struct place *p, const cJSON *query,
    const cJSON *form)
{
	cJSON *utm = tracking(query), *said = answers(form);
	struct booking b = {
		.type = p->type,
		.start = time_parse(js_str(form, "start")),
		.name = js_str(form, "name"),
		.email = js_str(form, "email"),
		.timezone = js_str(form, "timezone"),
		.tracking = utm,
		.answers = said,
	};
	struct obj *i = NULL;

	if (b.start > now_ms() / 1000 && b.name != NULL && *b.name != '\0' &&
	    b.email != NULL && strchr(b.email, '@') != NULL &&
	    zone_ok(b.timezone))
		i = book(cal, &b);
	cJSON_Delete(utm);
	cJSON_Delete(said);
	if (i != NULL)
		hook_emit(cal, "invitee.created", i);
	return i;
}

static void
submit(struct cal *cal, struct hresp *rs, const struct place *p,
    const cJSON *query, const cJSON *form)
{
	int embedded = js_str(query, "embed_domain") != NULL;
	struct obj *i = take(cal, p, query, form);
	char *url;

	if (i == NULL) {
		show_form(cal, rs, p, query, form, "That time is no longer "
		    "available, or a field is not right. Please choose "
		    "again.");
		return;
	}
	if (p->link != NULL)
		obj_drop(&cal->links, p->link);
	url = redirect_url(cal, i, js_str(query, "redirect"));
	if (embedded || url == NULL)
		show_done(cal, rs, i, embedded);
	else
		hresp_see_other(rs, url);
	free(url);
}

static void
missing(struct hresp *rs)
{
	head(&rs->body, "This page is not available", "");
	finish(rs, 404);
}

/* /robin-coach/<slug>[/<time>] or /d/<code>/<slug> */
static void
find_place(struct cal *cal, const char *path, struct place *ret)
{
	char name[128];

	ret->type = ret->link = NULL;
	if (strncmp(path, "/d/", 3) == 0) {
		snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(path + 3, "/"), path + 3);
		ret->link = obj_find(&cal->links, name);
		if (ret->link != NULL)
			ret->type = obj_find(&cal->types,
			    js_str(ret->link->priv, "type"));
	} else {
		path += strlen("/robin-coach/");
		snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(path, "/"), path);
		ret->type = cal_type(cal, name);
	}
}

int
cal_page(struct cal *cal, struct hreq *rq, struct hresp *rs)
{
	struct place p;
	cJSON *query, *form;

	if (strncmp(rq->path, "/robin-coach/", 13) != 0 &&
	    strncmp(rq->path, "/d/", 3) != 0)
		return 0;
	find_place(cal, rq->path, &p);
	query = form_parse(rq->query);
	form = form_parse(rq->body);
	if (p.type == NULL)
		missing(rs);
	else if (strcmp(rq->method, "POST") == 0 && form != NULL)
		submit(cal, rs, &p, query, form);
	else
		show_form(cal, rs, &p, query, NULL, NULL);
	cJSON_Delete(query);
	cJSON_Delete(form);
	return 1;
}
