/*
 * fake-calendly, the API (facts/calendly.md §5): bearer token, a User-Agent
 * or the front refuses, rate limit headers, and the table of operations.
 * Unknown fields of a body are silently ignored, as the real one does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "calendly.h"
#include "form.h"

enum { LIMIT = 500 };

static const struct op {
	const char *method, *path;
	void (*fn)(struct ccall *c);
} ops[] = {
	{ "GET", "/users/me", user_get },
	{ "GET", "/users/*", user_get },
	{ "GET", "/event_types", types_list },
	{ "GET", "/event_types/*", type_get },
	{ "GET", "/event_type_available_times", times_list },
	{ "GET", "/scheduled_events", events_list },
	{ "GET", "/scheduled_events/*", event_get },
	{ "GET", "/scheduled_events/*/invitees", invitees_list },
	{ "GET", "/scheduled_events/*/invitees/*", invitee_get },
	{ "POST", "/scheduled_events/*/cancellation", event_cancel },
	{ "POST", "/scheduling_links", link_create },
	{ "POST", "/invitees", invitee_create },
	{ "POST", "/data_compliance/deletion/invitees", invitees_forget },
	{ "POST", "/invitee_no_shows", no_show_create },
	{ "GET", "/invitee_no_shows/*", no_show_get },
	{ "DELETE", "/invitee_no_shows/*", no_show_delete },
	{ "POST", "/webhook_subscriptions", hook_create },
	{ "GET", "/webhook_subscriptions", hook_list },
	{ "GET", "/webhook_subscriptions/*", hook_get },
	{ "DELETE", "/webhook_subscriptions/*", hook_delete },
};

static int
matches(const char *shape, const char *path, struct ccall *c)
{
	char *ids[] = { c->id, c->id2 };
	size_t n;
	int k = 0;

	c->id[0] = c->id2[0] = '\0';
	for (; *shape != '\0'; shape++) {
		if (*shape != '*') {
			if (*path++ != *shape)
				return 0;
			continue;
		}
		n = strcspn(path, "/");
		if (n == 0 || n >= ID_MAX)
			return 0;
		memcpy(ids[k], path, n);
		ids[k++][n] = '\0';
		path += n;
	}
	return *path == '\0';
}

static const struct op *
find_op(struct ccall *c)
{
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		if (strcmp(ops[i].method, c->rq->method) == 0 &&
		    matches(ops[i].path, c->rq->path, c))
			return &ops[i];
	return NULL;
}

/* 500 calls a minute of life; 0 when they are used up. */
static int
count_call(struct ccall *c, enum fault fault)
{
	struct cal *cal = c->cal;
	int64_t now = mono_ms(), left;
	int over = fault == FAULT_429;

	if (now >= cal->window_end) {
		cal->window_end = now + fake_ms(&cal->f, 60);
		cal->window_left = LIMIT;
	}
	if (cal->window_left > 0)
		cal->window_left--;
	left = (int64_t)((double)(cal->window_end - now) * cal->f.speed /
	    1000);
	if (over && cal->f.behave.reset_s >= 0)
		left = cal->f.behave.reset_s;
	hresp_header(c->rs, "X-RateLimit-Limit: %d", LIMIT);
	hresp_header(c->rs, "X-RateLimit-Remaining: %d",
	    over ? 0 : cal->window_left);
	hresp_header(c->rs, "X-RateLimit-Reset: %lld", (long long)left);
	return cal->window_left > 0;
}

static int
token_ok(struct ccall *c)
{
	const char *auth = hreq_header(c->rq, "Authorization");

	return auth != NULL && strncmp(auth, "Bearer ", 7) == 0 &&
	    fake_knows(&c->cal->f, auth + 7, c->cal->token);
}

static void
refuse_agent(struct hresp *rs)
{
	rs->status = 403;
	rs->type = "text/html; charset=UTF-8";
	buf_puts(&rs->body, "<!DOCTYPE html><html><head><title>Attention "
	    "Required! | Cloudflare</title></head><body><h1>Sorry, you have "
	    "been blocked</h1></body></html>");
}

/* Does this fault end the request before anything is done? */
static int
spoil(struct ccall *c, enum fault fault)
{
	if (fault == FAULT_429)
		cal_error(c, 429, "error_429_rate_limited");
	else if (fault == FAULT_409)
		cal_error(c, 409, "webhook_subscription_409");
	else if (fault == FAULT_500)
		cal_error(c, 500, "error_500");
	else if (fault == FAULT_CUT)
		c->rs->cut = CUT_ALL;
	return fault != FAULT_NONE;
}

static void
run(struct ccall *c, enum fault late)
{
	const struct op *op = find_op(c);
	int is_post = strcmp(c->rq->method, "POST") == 0;

	c->query = form_parse(c->rq->query);
	c->body = cJSON_Parse(c->rq->body);
	if (c->cal->f.behave.slow_ms > 0)
		fake_sleep(&c->cal->f, c->cal->f.behave.slow_ms);
	if (op == NULL)
		cal_error(c, 404, "error_404_not_found");
	else if (c->query == NULL)
		cal_error(c, 400, "error_400_invalid_argument");
	else if (is_post && c->rq->len > 0 && !cJSON_IsObject(c->body))
		cal_invalid(c, "body", "is not a JSON object");
	else
		op->fn(c);
	if (late == FAULT_500) {
		c->rs->body.n = 0;
		cal_error(c, 500, "error_500");
	} else if (late == FAULT_CUT) {
		c->rs->cut = CUT_HALF;
	}
	cJSON_Delete(c->query);
	cJSON_Delete(c->body);
}

void
cal_api(struct cal *cal, struct hreq *rq, struct hresp *rs)
{
	struct ccall c = { .cal = cal, .rq = rq, .rs = rs };
	enum fault fault;
	int late;

	pthread_mutex_lock(&cal->f.mu);
	fault = fake_fault(&cal->f, rq->path);
	late = cal->f.behave.after &&
	    (fault == FAULT_500 || fault == FAULT_CUT);
	if (hreq_header(rq, "User-Agent") == NULL)
		refuse_agent(rs);
	else if (!token_ok(&c))
		cal_error(&c, 401, "error_401_unauthenticated");
	else if (!count_call(&c, fault))
		cal_error(&c, 429, "error_429_rate_limited");
	else if (late || !spoil(&c, fault))
		run(&c, late ? fault : FAULT_NONE);
	fake_log(&cal->f, rq, rs->cut == CUT_ALL ? 0 : rs->status, NULL);
	pthread_mutex_unlock(&cal->f.mu);
}
