#include "app/order.h"

#include <string.h>

#include "base/fault.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/now.h"
#include "base/text.h"
#include "base/zone.h"
#include "booking/booking.h"
#include "web/req.h"

/* A name: 401 characters, as the pages take them, of four bytes at most. */
enum { NAME_MAX_BYTES = 1604, ID_MAX = 64, PATH_MAX_BYTES = 300,
	CODE_MAX = 100, KEY_MIN = 16, KEY_MAX = 255 };

static const char id_chars[] = "abcdefghijklmnopqrstuvwxyz"
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

static int
is_id(const char *text)
{
	return strlen(text) <= ID_MAX && text_only(text, id_chars);
}

static int
is_name(const char *text)
{
	return strlen(text) <= NAME_MAX_BYTES && text_plain(text) &&
	    text[strspn(text, " ")] != '\0';
}

/* A path of this site, and of no other: "//host" and "/\host" are others. */
static int
is_path(const char *text)
{
	if (TWIN("return-path"))
		return 1;
	return text[0] == '/' && text[1] != '/' &&
	    strlen(text) <= PATH_MAX_BYTES &&
	    text_only(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
	    "XYZ0123456789-_./~") && strstr(text, "..") == NULL &&
	    strstr(text, "//") == NULL;
}

static int
is_code(const char *text)
{
	return strlen(text) <= CODE_MAX && text_only(text, id_chars);
}

/* A text of the body: what it is called, where it goes, what it must be. */
struct field {
	const char *name;
	size_t offset; /* of a const char * in struct order */
	int (*check)(const char *text);
	int needed;
};

#define FIELD(name, member, check, needed)                                     \
	{ name, offsetof(struct order, member), check, needed }

static const struct field booking_fields[] = {
	FIELD("bookingId", booking, booking_is_id, 1),
};
static const struct field person_fields[] = {
	FIELD("name", seat.name, is_name, 1),
	FIELD("email", seat.email, text_email, 1),
	FIELD("timezone", seat.timezone, is_name, 1),
};
static const struct field calendly_fields[] = {
	FIELD("eventTypeId", seat.event_type, is_id, 1),
	FIELD("inviteeId", seat.invitee, is_id, 1),
	FIELD("eventId", seat.event, is_id, 0),
};
static const struct field direct_fields[] = {
	FIELD("sessionTypeId", seat.session_type, is_id, 1),
};
static const struct field option_fields[] = {
	FIELD("returnPath", return_path, is_path, 0),
	FIELD("promotionCode", promotion_code, is_code, 0),
	FIELD("locale", locale, is_id, 0),
};

static enum err
take_field(struct ctx *c, const struct cJSON *body, const struct field *f,
    struct order *ret)
{
	const char *text = json_text(body, f->name);

	if (!json_has(body, f->name)) {
		if (f->needed)
			return ctx_refuse(c, E_BADREQ, "%s is missing.",
			    f->name);
		return OK;
	}
	if (text == NULL)
		return ctx_refuse(c, E_BADREQ, "%s must be a text.", f->name);
	if (!f->check(text))
		return ctx_refuse(c, E_BADREQ, "%s is not valid.", f->name);
	memcpy((char *)ret + f->offset, &text, sizeof(text));
	return OK;
}

static enum err
take_fields(struct ctx *c, const struct cJSON *body, const struct field *f,
    size_t n, struct order *ret)
{
	size_t i;
	enum err e = OK;

	for (i = 0; e == OK && i < n; i++)
		e = take_field(c, body, &f[i], ret);
	return e;
}

/* A time with its offset. */
static enum err
take_time(struct ctx *c, const struct cJSON *body, const char *name,
    int64_t *ret)
{
	const char *text = json_text(body, name);

	if (!json_has(body, name))
		return ctx_refuse(c, E_BADREQ, "%s is missing.", name);
	if (text == NULL || now_parse(text, ret) != OK)
		return ctx_refuse(c, E_BADREQ, "%s must be a time with its "
		    "offset, like 2026-12-10T09:00:00-05:00.", name);
	return OK;
}

static enum err
take_person(struct ctx *c, const struct cJSON *body, struct order *ret)
{
	struct zone *zone;
	enum err e;

	e = take_fields(c, body, person_fields, COUNT(person_fields), ret);
	if (e == OK)
		e = take_time(c, body, "startTime", &ret->seat.start_at);
	if (e == OK)
		e = zone_load(c, ret->seat.timezone, &zone);
	return e;
}

static enum err
take_calendly(struct ctx *c, const struct cJSON *body, struct order *ret)
{
	const struct cJSON *inner = json_get(body, "calendly");
	int64_t end;
	enum err e;

	ret->kind = ORDER_CALENDLY;
	e = take_fields(c, inner, calendly_fields, COUNT(calendly_fields),
	    ret);
	if (e == OK)
		e = take_person(c, inner, ret);
	if (e == OK)
		e = take_time(c, inner, "endTime", &end);
	if (e == OK && end <= ret->seat.start_at)
		e = ctx_refuse(c, E_BADREQ, "endTime is not after startTime.");
	return e;
}

static enum err
take_direct(struct ctx *c, const struct cJSON *body, struct order *ret)
{
	enum err e;

	ret->kind = ORDER_DIRECT;
	e = take_fields(c, body, direct_fields, COUNT(direct_fields), ret);
	if (e == OK)
		e = take_person(c, body, ret);
	return e;
}

static enum err
take_booking(struct ctx *c, const struct cJSON *body, struct order *ret)
{
	ret->kind = ORDER_BOOKING;
	return take_fields(c, body, booking_fields, COUNT(booking_fields),
	    ret);
}

/* Which of the three it is: by the one key that must be there. */
static enum err
take_kind(struct ctx *c, const struct cJSON *body, struct order *ret)
{
	static const struct {
		const char *name;
		enum err (*take)(struct ctx *c, const struct cJSON *body,
		    struct order *ret);
	} kinds[] = {
		{ "bookingId", take_booking },
		{ "calendly", take_calendly },
		{ "sessionTypeId", take_direct },
	};
	size_t i, found = COUNT(kinds);

	for (i = 0; i < COUNT(kinds); i++) {
		if (!json_has(body, kinds[i].name))
			continue;
		if (found < COUNT(kinds))
			return ctx_refuse(c, E_BADREQ, "%s and %s exclude "
			    "each other.", kinds[found].name, kinds[i].name);
		found = i;
	}
	if (found == COUNT(kinds))
		return ctx_refuse(c, E_BADREQ, "One of bookingId, calendly "
		    "and sessionTypeId is needed.");
	return kinds[found].take(c, body, ret);
}

static enum err
take_key(struct ctx *c, const struct req *rq, struct order *ret)
{
	const char *key = req_param(rq, "HTTP_IDEMPOTENCY_KEY");

	if (key == NULL)
		return OK;
	/* A short one could be guessed, and with it somebody's booking. */
	if (strlen(key) < KEY_MIN || strlen(key) > KEY_MAX || !text_plain(key) ||
	    !text_utf8(key, strlen(key)))
		return ctx_refuse(c, E_BADREQ, "Idempotency-Key must have %d "
		    "to %d characters.", KEY_MIN, KEY_MAX);
	ret->key = key;
	return OK;
}

enum err
order_parse(struct ctx *c, const struct req *rq, struct order *ret)
{
	struct order o = { 0 };
	struct cJSON *body;
	enum err e;

	if (!req_is_json(rq))
		return ctx_fail(c, E_MEDIA, "content type is not JSON");
	e = json_parse_request(c, rq->body, rq->body_len, &body);
	if (e == OK)
		e = take_kind(c, body, &o);
	if (e == OK)
		e = take_fields(c, body, option_fields, COUNT(option_fields),
		    &o);
	if (e == OK)
		e = take_key(c, rq, &o);
	if (e != OK)
		return e;
	o.digest = hash_text(c->mem, rq->body, rq->body_len);
	*ret = o;
	return OK;
}
