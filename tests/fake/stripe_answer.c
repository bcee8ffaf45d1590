/*
 * fake-stripe, answers: pretty-printed JSON, expand[], and lists with cursors
 * (facts/stripe.md §2: newest first, limit 1 to 100, default 10;
 * ending_before gives what stands just before, still newest first).
 */
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "stripe.h"

void
answer_json(struct call *c, int status, const cJSON *o)
{
	char *text = js_pretty(o);

	c->rs->status = status;
	c->rs->type = "application/json";
	c->rs->body.n = 0;
	buf_puts(&c->rs->body, text);
	free(text);
}

static cJSON *
list_object(const char *url)
{
	cJSON *ret = cJSON_CreateObject();

	js_set_str(ret, "object", "list");
	cJSON_AddArrayToObject(ret, "data");
	js_set_bool(ret, "has_more", 0);
	js_set_str(ret, "url", url);
	return ret;
}

static void
expand_items(struct stripe *st, cJSON *session)
{
	struct obj *o = store_find(st, SESSIONS, js_str(session, "id"));
	cJSON *list;
	char *url;

	if (o == NULL)
		return;
	url = xformat("/v1/checkout/sessions/%s/line_items", o->id);
	list = list_object(url);
	js_set(list, "data",
	    cJSON_Duplicate(cJSON_GetObjectItem(o->priv, "items"), 1));
	js_set(session, "line_items", list);
	free(url);
}

/* Put the thing itself where only its id stands. */
static void
expand(struct stripe *st, cJSON *o, const char *path)
{
	size_t n = strcspn(path, ".");
	char *name = xstrndup(path, n);
	cJSON *member = cJSON_GetObjectItemCaseSensitive(o, name), *each;
	struct obj *found = NULL;
	int k;

	if (cJSON_IsArray(o)) {
		cJSON_ArrayForEach(each, o)
			expand(st, each, path);
	} else if (strcmp(name, "line_items") == 0) {
		expand_items(st, o);
	} else if (cJSON_IsString(member)) {
		for (k = 0; k < KINDS && found == NULL; k++)
			found = store_find(st, (enum kind)k,
			    member->valuestring);
		if (found != NULL)
			js_set(o, name, cJSON_Duplicate(found->json, 1));
	}
	member = cJSON_GetObjectItemCaseSensitive(o, name);
	if (path[n] == '.' && member != NULL)
		expand(st, member, path + n + 1);
	free(name);
}

static void
expand_all(struct call *c, cJSON *o)
{
	const cJSON *e;

	cJSON_ArrayForEach(e, form_at(c->params, "expand"))
		if (cJSON_IsString(e))
			expand(c->st, o, e->valuestring);
}

void
answer_object(struct call *c, const struct obj *o)
{
	cJSON *copy = cJSON_Duplicate(o->json, 1);

	expand_all(c, copy);
	answer_json(c, 200, copy);
	cJSON_Delete(copy);
}

int
created_fits(struct call *c, const struct obj *o)
{
	static const struct {
		const char *name;
		int below, same;
	} ops[] = { { "gt", 0, 0 }, { "gte", 0, 1 }, { "lt", 1, 0 },
		{ "lte", 1, 1 } };
	const cJSON *at = form_at(c->params, "created");
	double created = js_num(o->json, "created", 0), bound;
	const char *v;
	size_t i;

	if (cJSON_IsString(at))
		return created == strtod(at->valuestring, NULL);
	for (i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
		v = js_str(at, ops[i].name);
		if (v == NULL)
			continue;
		bound = strtod(v, NULL);
		if (!(ops[i].below ? created < bound : created > bound) &&
		    !(ops[i].same && created == bound))
			return 0;
	}
	return 1;
}

/* Where a cursor stands in the store, or -1 after answering that it does
 * not. */
static int
cursor(struct call *c, enum kind kind, const char *param, int other)
{
	const char *id = form_str(c->params, param);
	struct store *s = &c->st->store[kind];
	int i;

	if (id == NULL)
		return other;
	for (i = 0; i < s->n; i++)
		if (strcmp(s->v[i]->id, id) == 0)
			return i;
	stripe_missing(c, "object", param, id);
	return -1;
}

/* The asked for page into `data`; is there more behind it? */
static int
fill_page(struct call *c, struct store *s, int limit,
    int (*keep)(struct call *, const struct obj *), cJSON *data, int from,
    int to)
{
	int step = from > to ? -1 : 1, i;
	cJSON *copy;

	for (i = from + step; i != to; i += step) {
		if (keep != NULL && !keep(c, s->v[i]))
			continue;
		if (limit-- == 0)
			return 1;
		copy = cJSON_Duplicate(s->v[i]->json, 1);
		if (step < 0)
			cJSON_AddItemToArray(data, copy);
		else
			cJSON_InsertItemInArray(data, 0, copy);
	}
	return 0;
}

void
answer_list(struct call *c, enum kind kind, const char *url,
    int (*keep)(struct call *, const struct obj *))
{
	const char *limit_text = form_str(c->params, "limit");
	long limit = limit_text == NULL ? 10 : strtol(limit_text, NULL, 10);
	struct store *s = &c->st->store[kind];
	int after, before, more;
	cJSON *ret, *data;

	if (limit < 1 || limit > 100) {
		stripe_error(c,
		    "invalid_request_error.parameter_invalid_integer", "limit",
		    "Limit must be between 1 and 100.");
		return;
	}
	after = cursor(c, kind, "starting_after", s->n);
	before = c->failed ? -1 : cursor(c, kind, "ending_before", -1);
	if (!c->failed && form_at(c->params, "ending_before") != NULL &&
	    form_at(c->params, "starting_after") != NULL)
		stripe_error(c, "invalid_request_error.parameters_exclusive",
		    "starting_after", "You may only specify one of these "
		    "parameters: starting_after, ending_before.");
	if (c->failed)
		return;
	ret = list_object(url);
	data = cJSON_GetObjectItem(ret, "data");
	limit = fake_page(&c->st->f, (int)limit);
	if (form_at(c->params, "ending_before") != NULL)
		more = fill_page(c, s, (int)limit, keep, data, before, s->n);
	else
		more = fill_page(c, s, (int)limit, keep, data, after, -1);
	js_set_bool(ret, "has_more", more);
	expand_all(c, ret);
	answer_json(c, 200, ret);
	cJSON_Delete(ret);
}
