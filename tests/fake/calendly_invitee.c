/*
 * fake-calendly, POST /invitees (facts/calendly.md §5, Scheduling API): no
 * idempotency key, no hold; tracking is all six keys or none; a taken time is
 * 400 with details[].code already_filled and words in some language.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "calendly.h"

static const char *
text(const cJSON *o, const char *name)
{
	const char *v = js_str(o, name);

	return v == NULL || *v == '\0' ? NULL : v;
}

static int
invalid(struct ccall *c, const char *param, const char *words)
{
	cal_invalid(c, param, words);
	return 0;
}

static int
person_ok(struct ccall *c, const cJSON *who)
{
	const char *email = text(who, "email");

	if (email == NULL || strchr(email, '@') == NULL)
		return invalid(c, "invitee.email", "is invalid");
	if (text(who, "name") == NULL && text(who, "first_name") == NULL)
		return invalid(c, "invitee.name", "is missing");
	if (!zone_ok(js_str(who, "timezone")))
		return invalid(c, "invitee.timezone", "is invalid");
	return 1;
}

static int
tracking_ok(struct ccall *c, const cJSON *tracking)
{
	static const char *const names[] = { "utm_campaign", "utm_source",
		"utm_medium", "utm_content", "utm_term", "salesforce_uuid" };
	char param[64] = "tracking.";
	size_t i;

	for (i = 0; tracking != NULL && i < 6; i++) {
		if (cJSON_HasObjectItem(tracking, names[i]))
			continue;
		strncat(param, names[i], sizeof(param) - strlen(param) - 1);
		return invalid(c, param, "is missing");
	}
	return 1;
}

static int
place_ok(struct ccall *c, const struct obj *type, const cJSON *location)
{
	const char *kind = js_str(location, "kind");
	const cJSON *l;

	if (location == NULL)
		return 1;
	cJSON_ArrayForEach(l, cJSON_GetObjectItem(type->json, "locations"))
		if (kind != NULL && strcmp(js_str(l, "kind"), kind) == 0)
			return 1;
	return invalid(c, "location.kind", "is invalid");
}

static int
answers_ok(struct ccall *c, const struct obj *type, const cJSON *answers)
{
	const cJSON *a, *q;
	int known;

	cJSON_ArrayForEach(a, answers) {
		if (text(a, "question") == NULL)
			return invalid(c, "questions_and_answers[0].question",
			    "is missing");
		known = 0;
		cJSON_ArrayForEach(q, cJSON_GetObjectItem(type->json,
		    "custom_questions"))
			known |= strcmp(js_str(q, "name"),
			    js_str(a, "question")) == 0;
		if (!known)
			return invalid(c, "questions_and_answers[0].question",
			    "is invalid");
	}
	return 1;
}

static int
guests_ok(struct ccall *c, const cJSON *guests)
{
	if (cJSON_GetArraySize(guests) <= 10)
		return 1;
	return invalid(c, "event_guests", "size cannot be greater than 10");
}

static void
make(struct ccall *c, struct booking *b)
{
	const char *name = b->name;
	struct obj *i;
	char *whole = NULL;

	if (name == NULL)
		whole = xformat("%s%s%s", b->first,
		    b->last == NULL ? "" : " ", b->last == NULL ? "" : b->last);
	if (whole != NULL)
		b->name = whole;
	i = b->start <= now_ms() / 1000 ? NULL : book(c->cal, b);
	if (i == NULL) {
		cal_error(c, 400, "create_invitee_400_slot_taken");
	} else {
		cal_resource(c, 201, cJSON_Duplicate(i->json, 1));
		hook_emit(c->cal, "invitee.created", i);
	}
	free(whole);
}

void
invitee_create(struct ccall *c)
{
	const cJSON *in = c->body, *who = cJSON_GetObjectItem(in, "invitee");
	struct booking b = {
		.type = obj_find(&c->cal->types,
		    cal_tail(js_str(in, "event_type"))),
		.start = time_parse(js_str(in, "start_time")),
		.name = text(who, "name"),
		.first = text(who, "first_name"),
		.last = text(who, "last_name"),
		.email = text(who, "email"),
		.timezone = js_str(who, "timezone"),
		.phone = text(who, "text_reminder_number"),
		.method = "api",
		.tracking = cJSON_GetObjectItem(in, "tracking"),
		.answers = cJSON_GetObjectItem(in, "questions_and_answers"),
		.guests = cJSON_GetObjectItem(in, "event_guests"),
	};

	if (js_str(in, "event_type") == NULL)
		cal_invalid(c, "event_type", "is missing");
	else if (b.type == NULL)
		cal_error(c, 404, "error_404_not_found");
	else if (b.start < 0)
		cal_invalid(c, "start_time", "is invalid");
	else if (person_ok(c, who) && tracking_ok(c, b.tracking) &&
	    place_ok(c, b.type, cJSON_GetObjectItem(in, "location")) &&
	    answers_ok(c, b.type, b.answers) && guests_ok(c, b.guests))
		make(c, &b);
}

/* It takes up to seven days there; what is left then is nobody's. */
static void
forget(struct ccall *c, const char *email)
{
	struct store *all = &c->cal->invitees;
	cJSON *o;
	int i;

	for (i = 0; i < all->n; i++) {
		o = all->v[i]->json;
		if (js_str(o, "email") == NULL ||
		    strcasecmp(js_str(o, "email"), email) != 0)
			continue;
		js_set_str(o, "email", "");
		js_set_str(o, "name", "");
		js_set(o, "questions_and_answers", cJSON_CreateArray());
	}
}

/* POST /data_compliance/deletion/invitees */
void
invitees_forget(struct ccall *c)
{
	const cJSON *emails = cJSON_GetObjectItem(c->body, "emails"), *item;

	if (!cJSON_IsArray(emails) || cJSON_GetArraySize(emails) == 0) {
		cal_invalid(c, "emails", "is missing");
		return;
	}
	cJSON_ArrayForEach(item, emails)
		if (cJSON_IsString(item))
			forget(c, item->valuestring);
	hresp_json(c->rs, 202, cJSON_CreateObject());
}
