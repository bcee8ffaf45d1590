/*
 * fake-calendly, base: the event types there are, error answers, pages of
 * lists (facts/calendly.md §5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendly.h"
#include "form.h"

cJSON *
cal_sample(struct cal *cal, const char *file)
{
	if (!cJSON_HasObjectItem(cal->samples, file))
		js_set(cal->samples, file,
		    load_json(cal->f.contract, file));
	return cJSON_Duplicate(cJSON_GetObjectItem(cal->samples, file), 1);
}

const char *
cal_tail(const char *uri)
{
	const char *slash = uri == NULL ? NULL : strrchr(uri, '/');

	return slash == NULL ? uri : slash + 1;
}

struct seed {
	const char *uuid, *slug, *name, *kind, *pooling, *kind_text;
	int minutes, limit;
};

static void
ask_nothing(cJSON *type)
{
	cJSON *q = cJSON_GetArrayItem(
	    cJSON_GetObjectItem(type, "custom_questions"), 0);

	js_set_bool(q, "required", 0);
}

static struct obj *
add(struct cal *cal, const struct seed *s)
{
	cJSON *sample = cal_sample(cal, "api/event_type.json");
	cJSON *o = cJSON_DetachItemFromObject(sample, "resource"), *p;
	struct obj *old = obj_find(&cal->types, s->uuid);
	char url[512];

	cJSON_Delete(sample);
	if (old != NULL)
		obj_drop(&cal->types, old);
	ask_nothing(o);
	js_set_num(o, "duration", s->minutes);
	js_set_str(o, "kind", s->kind);
	js_set_str(o, "kind_description", s->kind_text);
	js_set_str(o, "name", s->name);
	js_set_str(o, "pooling_type", s->pooling);
	js_set_str(o, "slug", s->slug);
	snprintf(url, sizeof(url), CAL_SITE "/robin-coach/%s", s->slug);
	js_set_str(o, "scheduling_url", url);
	snprintf(url, sizeof(url), CAL_API "/event_types/%s", s->uuid);
	js_set_str(o, "uri", url);
	if (s->pooling != NULL) {
		p = cJSON_GetObjectItem(o, "profile");
		js_set_str(p, "name", "Coaching Team");
		js_set_str(p, "owner", CAL_API
		    "/teams/00000000-0000-4000-8000-000000000700");
		js_set_str(p, "type", "Team");
	}
	old = obj_add(&cal->types, s->uuid, o);
	js_set_num(old->priv, "limit", s->limit);
	return old;
}

void
cal_seed(struct cal *cal)
{
#define SEED(n) "e7e70001-0000-4000-8000-00000000000" #n
	static const struct seed seeds[] = {
		{ SEED(1), "strategy-60", "60 Minute Strategy Session", "solo",
		    NULL, "One-on-One", 60, 1 },
		{ SEED(2), "workshop", "Group Workshop", "group", NULL,
		    "Group", 60, 10 },
		{ SEED(3), "panel", "Panel Call", "solo", "collective",
		    "Collective", 30, 1 },
		{ SEED(4), "next-free", "Next Free Coach", "solo",
		    "round_robin", "Round Robin", 30, 1 },
		{ SEED(5), "free-intro", "Free Intro", "solo", NULL,
		    "One-on-One", 15, 1 },
	};
#undef SEED
	struct obj *o;
	size_t i;

	for (i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		o = add(cal, &seeds[i]);
		if (seeds[i].limit > 1)
			js_set(o->json, "locations", cJSON_Parse("[{\"kind\":"
			    "\"physical\",\"location\":"
			    "\"1 Example Street, Example City\"}]"));
		if (i == 3)
			js_set(o->json, "locations", NULL);
	}
}

int
cal_add_type(struct cal *cal, const char *spec)
{
	char *copy = xstrdup(spec), *save = NULL, *part[3];
	struct seed s = { .kind = "solo", .kind_text = "One-on-One",
		.limit = 1 };
	int i, ok = 0;

	for (i = 0; i < 3; i++)
		part[i] = strtok_r(i == 0 ? copy : NULL, ":", &save);
	if (part[0] != NULL && part[1] != NULL && part[2] != NULL &&
	    *save != '\0') {
		s.uuid = part[0];
		s.slug = part[1];
		s.minutes = (int)strtol(part[2], NULL, 10);
		s.name = save;
		ok = s.minutes > 0;
	}
	if (ok)
		add(cal, &s);
	free(copy);
	return ok;
}

struct obj *
cal_type(struct cal *cal, const char *name)
{
	struct obj *o = obj_find(&cal->types, cal_tail(name));
	int i;

	for (i = 0; o == NULL && name != NULL && i < cal->types.n; i++)
		if (strcmp(js_str(cal->types.v[i]->json, "slug"),
		    cal_tail(name)) == 0)
			o = cal->types.v[i];
	return o;
}

void
cal_error(struct ccall *c, int status, const char *file)
{
	char path[128];

	snprintf(path, sizeof(path), "api/%s.json", file);
	hresp_json(c->rs, status, cal_sample(c->cal, path));
}

void
cal_invalid(struct ccall *c, const char *param, const char *text)
{
	cJSON *o = cal_sample(c->cal, "api/error_400_invalid_argument.json");
	cJSON *d = cJSON_GetArrayItem(cJSON_GetObjectItem(o, "details"), 0);

	js_set_str(d, "parameter", param);
	js_set_str(d, "message", text);
	hresp_json(c->rs, 400, o);
}

void
cal_resource(struct ccall *c, int status, cJSON *o)
{
	cJSON *wrap = cJSON_CreateObject();

	js_set(wrap, "resource", o);
	hresp_json(c->rs, status, wrap);
}

/* Everything that was asked for but where to go on, encoded. */
static char *
page_url(struct ccall *c, const char *path, const char *token)
{
	struct buf b = { 0 };
	const cJSON *q;

	buf_printf(&b, "%s%s?", CAL_API, path);
	cJSON_ArrayForEach(q, c->query) {
		if (!cJSON_IsString(q) || strcmp(q->string, "page_token") == 0)
			continue;
		buf_url(&b, q->string);
		buf_puts(&b, "=");
		buf_url(&b, q->valuestring);
		buf_puts(&b, "&");
	}
	buf_printf(&b, "page_token=%s", token);
	return b.p;
}

static void
point_to(struct ccall *c, cJSON *pagination, const char *path,
    const char *which, int offset)
{
	char name[32], token[64], *url = NULL;

	snprintf(token, sizeof(token), "sNjq4FakeToken%08xPage", offset);
	if (offset >= 0)
		url = page_url(c, path, token);
	snprintf(name, sizeof(name), "%s_page", which);
	js_set_str(pagination, name, url);
	snprintf(name, sizeof(name), "%s_page_token", which);
	js_set_str(pagination, name, offset < 0 ? NULL : token);
	free(url);
}

void
cal_collection(struct ccall *c, const char *path, cJSON *all)
{
	const char *token = form_str(c->query, "page_token");
	const char *count = form_str(c->query, "count");
	int n = count == NULL ? 20 : (int)strtol(count, NULL, 10);
	int i, total = cJSON_GetArraySize(all);
	unsigned from = 0;
	cJSON *o, *list, *p;

	if (n < 1 || n > 100 || (token != NULL &&
	    sscanf(token, "sNjq4FakeToken%8xPage", &from) != 1)) {
		cal_invalid(c, n < 1 || n > 100 ? "count" : "page_token",
		    "is invalid");
		cJSON_Delete(all);
		return;
	}
	n = fake_page(&c->cal->f, n);
	o = cJSON_CreateObject();
	list = cJSON_AddArrayToObject(o, "collection");
	for (i = 0; i < n && (int)from < total; i++)
		if (cJSON_GetArraySize(all) > (int)from)
			cJSON_AddItemToArray(list,
			    cJSON_DetachItemFromArray(all, (int)from));
	p = cJSON_AddObjectToObject(o, "pagination");
	js_set_num(p, "count", cJSON_GetArraySize(list));
	point_to(c, p, path, "next",
	    (int)from + n < total ? (int)from + n : -1);
	point_to(c, p, path, "previous", from == 0 ? -1 :
	    (int)from > n ? (int)from - n : 0);
	cJSON_Delete(all);
	hresp_json(c->rs, 200, o);
}
