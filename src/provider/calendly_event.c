#include "provider/calendly_event.h"

#include <inttypes.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/ctx.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "provider/calendly_uri.h"

enum { NAME_MAX = 128 };

static const char *const invitee_events[] = { "invitee.created",
	"invitee.canceled", "invitee_no_show.created",
	"invitee_no_show.deleted", CALENDLY_EVENT_READ };

static int64_t
moment(const cJSON *o, const char *key)
{
	const char *text = json_text(o, key);
	int64_t micros;

	if (text == NULL || now_parse(text, &micros) != OK)
		return 0;
	return micros;
}

static const char *
filled(const char *text)
{
	return text_blank(text) ? NULL : text;
}

static int
about_invitee(const char *event)
{
	size_t i;

	for (i = 0; i < COUNT(invitee_events); i++)
		if (strcmp(event, invitee_events[i]) == 0)
			return 1;
	return 0;
}

/* What a body is that tells us of no seat. */
static const char *
oddity(const struct calendly_event *ev, const cJSON *payload)
{
	if (strcmp(ev->event, "routing_form_submission.created") == 0)
		return "a routing form, not a booking";
	if (!about_invitee(ev->event))
		return "an event we do not use";
	if (cJSON_IsObject(json_get(payload, "invitee")))
		return "the retired v1 shape";
	return "no invitee URI of Calendly's";
}

static void
fill_hosts(struct ctx *c, const cJSON *scheduled, struct calendly_event *ev)
{
	const cJSON *members = json_get(scheduled, "event_memberships"), *item;
	const char **hosts = arena_alloc(c->mem,
	    CALENDLY_EVENT_HOSTS_MAX * sizeof(*hosts));
	const char *user;

	cJSON_ArrayForEach(item, members) {
		user = json_text(item, "user");
		if (ev->host_count < CALENDLY_EVENT_HOSTS_MAX &&
		    calendly_uri_id(c, user, CALENDLY_URI_USER) != NULL)
			hosts[ev->host_count++] = user;
	}
	ev->hosts = hosts;
}

static void
fill_scheduled(struct ctx *c, const cJSON *o, struct calendly_event *ev)
{
	const char *type = json_text(o, "event_type");

	ev->event_type = calendly_uri_id(c, type, CALENDLY_URI_TYPE);
	ev->event_type_uri = ev->event_type == NULL ? NULL : type;
	ev->title = json_text(o, "name");
	ev->event_status = json_text(o, "status");
	ev->start = moment(o, "start_time");
	ev->end = moment(o, "end_time");
	fill_hosts(c, o, ev);
}

static void
fill_invitee(struct ctx *c, const cJSON *o, struct calendly_event *ev)
{
	const cJSON *cancellation = json_get(o, "cancellation");

	ev->status = json_text(o, "status");
	ev->name = json_text(o, "name");
	ev->email = json_text(o, "email");
	ev->timezone = filled(json_text(o, "timezone"));
	ev->reference =
	    filled(json_text(json_get(o, "tracking"), "utm_content"));
	ev->updated_at = moment(o, "updated_at");
	ev->native_payment = json_has(o, "payment");
	ev->rescheduled = json_true(o, "rescheduled");
	ev->old_invitee = calendly_uri_id(c, json_text(o, "old_invitee"),
	    CALENDLY_URI_INVITEE);
	ev->new_invitee = calendly_uri_id(c, json_text(o, "new_invitee"),
	    CALENDLY_URI_INVITEE);
	ev->canceler_type = json_text(cancellation, "canceler_type");
	ev->cancel_reason = filled(json_text(cancellation, "reason"));
	ev->canceled_at = moment(cancellation, "created_at");
	ev->no_show_uri = json_text(json_get(o, "no_show"), "uri");
}

/* The ids of the seat, where the payload is one. */
static int
fill_identity(struct ctx *c, const cJSON *payload, struct calendly_event *ev)
{
	const char *invitee = json_text(payload, "uri");
	const char *event = json_text(payload, "event");

	ev->invitee = calendly_uri_id(c, invitee, CALENDLY_URI_INVITEE);
	ev->scheduled = calendly_uri_id(c, event, CALENDLY_URI_EVENT);
	if (ev->invitee == NULL || ev->scheduled == NULL) {
		ev->invitee = ev->scheduled = NULL;
		return 0;
	}
	ev->invitee_uri = invitee;
	ev->event_uri = event;
	return 1;
}

/* What tells this body from others: all of it, but for the time at which we
 * read it ourselves. */
static const char *
digest(struct ctx *c, const struct calendly_event *ev, const cJSON *payload,
    const char *bytes, size_t len)
{
	const char *text;

	if (payload == NULL || strcmp(ev->event, CALENDLY_EVENT_READ) != 0)
		return hash_text(c->mem, bytes, len);
	text = json_print(c, payload);
	return hash_text(c->mem, text, strlen(text));
}

enum err
calendly_event_parse(struct ctx *c, const char *bytes, size_t len,
    struct calendly_event *ret)
{
	struct calendly_event ev = { 0 };
	const cJSON *payload;
	cJSON *o;
	enum err e;

	e = json_parse(c, bytes, len, &o);
	if (e != OK)
		return e;
	ev.event = json_text(o, "event");
	if (text_blank(ev.event) || strlen(ev.event) > NAME_MAX ||
	    !text_plain(ev.event))
		return ctx_fail(c, E_BADREQ, "calendly: not an event");
	ev.created_at = moment(o, "created_at");
	payload = json_get(o, "payload");
	ev.digest = digest(c, &ev, payload, bytes, len);
	if (about_invitee(ev.event) && fill_identity(c, payload, &ev)) {
		ev.has_invitee = 1;
		fill_invitee(c, payload, &ev);
		fill_scheduled(c, json_get(payload, "scheduled_event"), &ev);
	} else {
		ev.odd = oddity(&ev, payload);
	}
	*ret = ev;
	return OK;
}

char *
calendly_event_key(struct ctx *c, const struct calendly_event *ev)
{
	struct arena *a = c->mem;

	if (!ev->has_invitee || strcmp(ev->event, CALENDLY_EVENT_READ) == 0)
		return arena_printf(a, "%s %s", ev->event, ev->digest);
	if (strncmp(ev->event, "invitee_no_show.", 16) != 0)
		return arena_printf(a, "%s %s", ev->event, ev->invitee);
	if (ev->no_show_uri != NULL)
		return arena_printf(a, "%s %s %s", ev->event, ev->invitee,
		    ev->no_show_uri);
	/* Taking a no-show back names none: its time must do. */
	return arena_printf(a, "%s %s %" PRId64, ev->event, ev->invitee,
	    ev->created_at);
}

/* What an answer of the API is about; NULL if it is not one. */
static const cJSON *
resource(struct ctx *c, const char *bytes, size_t len)
{
	const cJSON *found;
	cJSON *o;

	if (json_parse(c, bytes, len, &o) != OK)
		return NULL;
	found = json_get(o, "resource");
	return cJSON_IsObject(found) ? found : NULL;
}

enum err
calendly_event_compose(struct ctx *c, const struct calendly_resources *from,
    char **ret)
{
	cJSON *o = json_object(c), *payload;
	const cJSON *invitee, *event = NULL;

	invitee = resource(c, from->invitee, from->invitee_len);
	if (from->event != NULL)
		event = resource(c, from->event, from->event_len);
	if (invitee == NULL || (from->event != NULL && event == NULL))
		return ctx_fail(c, E_CALENDLY, "calendly: no resource");
	if (event != NULL && !text_same(json_text(invitee, "event"),
	    json_text(event, "uri")))
		return ctx_fail(c, E_CALENDLY, "calendly: another event");
	json_set_text(o, "event", CALENDLY_EVENT_READ);
	json_set_text(o, "created_at", now_text(c->mem, c->now));
	json_set_copy(o, "payload", invitee);
	payload = cJSON_GetObjectItemCaseSensitive(o, "payload");
	if (event != NULL)
		json_set_copy(payload, "scheduled_event", event);
	*ret = json_print(c, o);
	return OK;
}
