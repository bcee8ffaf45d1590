/*
 * fake-stripe, base: things by id, the sample bodies of the contract they are
 * made from, error answers (facts/stripe.md §3), and what happens later by
 * itself.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stripe.h"

void
new_id(char ret[ID_MAX], const char *prefix, int n)
{
	char random[ID_MAX];

	random_id(random, (size_t)n);
	snprintf(ret, ID_MAX, "%s%s", prefix, random);
}

struct obj *
store_add(struct stripe *st, enum kind kind, cJSON *json)
{
	return obj_add(&st->store[kind], js_str(json, "id"), json);
}

struct obj *
store_find(struct stripe *st, enum kind kind, const char *id)
{
	return obj_find(&st->store[kind], id);
}

cJSON *
sample(struct stripe *st, const char *event)
{
	char name[128];
	cJSON *e;

	if (!cJSON_HasObjectItem(st->samples, event)) {
		snprintf(name, sizeof(name), "events/%s.json", event);
		e = load_json(st->f.contract, name);
		js_set(st->samples, event,
		    cJSON_Duplicate(js_path(e, "data", "object", NULL), 1));
		cJSON_Delete(e);
	}
	return cJSON_Duplicate(cJSON_GetObjectItem(st->samples, event), 1);
}

static void
load_errors(struct stripe *st)
{
	cJSON *index = load_json(st->f.contract, "errors/index.json"), *e;
	char name[256];

	st->errors = cJSON_CreateObject();
	cJSON_ArrayForEach(e, index) {
		snprintf(name, sizeof(name), "errors/%s", e->string);
		js_set(e, "body", load_json(st->f.contract, name));
		snprintf(name, sizeof(name), "%.*s",
		    (int)(strlen(e->string) - strlen(".json")), e->string);
		js_set(st->errors, name, cJSON_Duplicate(e, 1));
	}
	cJSON_Delete(index);
}

void
base_load(struct stripe *st)
{
	st->samples = cJSON_CreateObject();
	st->spec = load_json(st->f.contract, "openapi-subset.json");
	load_errors(st);
}

void
base_free(struct stripe *st)
{
	struct job *j;
	int k;

	for (k = 0; k < KINDS; k++)
		store_free(&st->store[k]);
	while ((j = st->jobs) != NULL) {
		st->jobs = j->next;
		free(j);
	}
	cJSON_Delete(st->errors);
	cJSON_Delete(st->spec);
	cJSON_Delete(st->samples);
}

void
job_add(struct stripe *st, double real_s, job_fn *fn, const char *id,
    const char *what)
{
	struct job *j = xalloc(sizeof(*j)), **at;

	j->due = mono_ms() + fake_ms(&st->f, real_s);
	j->fn = fn;
	snprintf(j->id, sizeof(j->id), "%s", id);
	snprintf(j->what, sizeof(j->what), "%s", what);
	for (at = &st->jobs; *at != NULL && (*at)->due <= j->due;)
		at = &(*at)->next;
	j->next = *at;
	*at = j;
}

void
jobs_run(struct stripe *st, int all)
{
	struct job *j;

	while ((j = st->jobs) != NULL && (all || j->due <= mono_ms())) {
		st->jobs = j->next;
		j->fn(st, j->id, j->what);
		free(j);
	}
}

void
jobs_jump(void *st, int64_t by_ms)
{
	struct job *j;

	for (j = ((struct stripe *)st)->jobs; j != NULL; j = j->next)
		j->due -= by_ms;
}

static void
log_url(struct call *c, cJSON *e)
{
	char url[128];

	if (cJSON_HasObjectItem(e, "request_log_url")) {
		snprintf(url, sizeof(url), "https://dashboard.stripe.com/test/"
		    "logs/%s?t=%lld", c->request, (long long)(now_ms() / 1000));
		js_set_str(e, "request_log_url", url);
	}
}

static void
send_error(struct call *c, const cJSON *entry, const char *param,
    const char *words)
{
	cJSON *body = cJSON_Duplicate(js_path(entry, "body", NULL), 1);
	cJSON *e = cJSON_GetObjectItem(body, "error");
	const cJSON *h;

	if (words != NULL)
		js_set_str(e, "message", words);
	if (param != NULL)
		js_set_str(e, "param", param);
	log_url(c, e);
	answer_json(c, (int)js_num(entry, "status", 400), body);
	cJSON_Delete(body);
	cJSON_ArrayForEach(h, js_path(entry, "headers", NULL))
		if (strcmp(h->string, "Request-Id") != 0 &&
		    strcmp(h->string, "Content-Type") != 0)
			hresp_header(c->rs, "%s: %s", h->string,
			    h->valuestring);
	c->failed = 1;
}

static cJSON *
plain_entry(const char *words)
{
	cJSON *entry = cJSON_CreateObject(), *e;

	e = cJSON_AddObjectToObject(cJSON_AddObjectToObject(entry, "body"),
	    "error");
	js_set_str(e, "message", words);
	js_set_str(e, "request_log_url", "");
	js_set_str(e, "type", "invalid_request_error");
	return entry;
}

void
stripe_error(struct call *c, const char *name, const char *param,
    const char *fmt, ...)
{
	cJSON *entry = cJSON_Duplicate(
	    cJSON_GetObjectItem(c->st->errors, name), 1);
	char *words;
	va_list ap;

	va_start(ap, fmt);
	words = xvformat(fmt, ap);
	va_end(ap);
	if (entry == NULL) {
		entry = plain_entry("");
		js_set_str(js_path(entry, "body", "error", NULL), "code",
		    strchr(name, '.') + 1);
	}
	send_error(c, entry, param, *words == '\0' ? NULL : words);
	cJSON_Delete(entry);
	free(words);
}

void
stripe_refuse(struct call *c, const char *param, const char *fmt, ...)
{
	cJSON *entry;
	char *words;
	va_list ap;

	va_start(ap, fmt);
	words = xvformat(fmt, ap);
	va_end(ap);
	entry = plain_entry(words);
	send_error(c, entry, param, NULL);
	cJSON_Delete(entry);
	free(words);
}

void
stripe_missing(struct call *c, const char *type, const char *param,
    const char *id)
{
	if (strncmp(id, "cs_live_", 8) == 0)
		stripe_error(c, "invalid_request_error.livemode_mismatch",
		    param, "No such %s: '%s'; a similar object exists in live "
		    "mode, but a test mode key was used to make this request.",
		    type, id);
	else
		stripe_error(c, "invalid_request_error.resource_missing",
		    param, "No such %s: '%s'", type, id);
}
