/*
 * Fuzz: what somebody asks POST /api/stripe/checkout for.  The input is the
 * body, or the body, a NUL and an Idempotency-Key.
 */
#include <stdlib.h>
#include <string.h>

#include "app/order.h"
#include "base/ctx.h"
#include "base/text.h"
#include "booking/booking.h"
#include "fuzz.h"
#include "web/req.h"

static int
is_id(const char *text)
{
	return strlen(text) <= 64 && text_only(text,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-_");
}

/* Goes behind PUBLIC_BASE_URL, and must not make another site of it. */
static int
is_our_path(const char *path)
{
	return path[0] == '/' && strstr(path, "//") == NULL &&
	    strpbrk(path, "\\?#:@ %<>\"\r\n\t") == NULL &&
	    strstr(path, "/../") == NULL;
}

static void
check_person(const struct seat_request *s)
{
	if (s->name == NULL || !text_plain(s->name) || strlen(s->name) > 1604 ||
	    s->name[strspn(s->name, " ")] == '\0' ||
	    s->email == NULL || !text_email(s->email) ||
	    s->timezone == NULL || !text_plain(s->timezone) ||
	    s->start_at < 0)
		abort();
	/* Set by others, whatever the body says. */
	if (s->booking != NULL || s->client != NULL || s->by_admin)
		abort();
}

static void
check_kind(const struct order *o)
{
	const struct seat_request *s = &o->seat;

	switch (o->kind) {
	case ORDER_BOOKING:
		if (!booking_is_id(o->booking) || s->name != NULL)
			abort();
		return;
	case ORDER_CALENDLY:
		if (!is_id(s->invitee) || !is_id(s->event_type) ||
		    (s->event != NULL && !is_id(s->event)) ||
		    s->session_type != NULL)
			abort();
		break;
	case ORDER_DIRECT:
		if (!is_id(s->session_type) || s->invitee != NULL ||
		    s->event_type != NULL || s->event != NULL)
			abort();
		break;
	}
	if (o->booking != NULL)
		abort();
	check_person(s);
}

static void
check(const struct order *o, const char *key)
{
	check_kind(o);
	if (o->return_path != NULL && !is_our_path(o->return_path))
		abort();
	if (o->promotion_code != NULL && strlen(o->promotion_code) > 100)
		abort();
	if (o->locale != NULL && !is_id(o->locale))
		abort();
	if (o->key != NULL && (strlen(o->key) < 16 || strlen(o->key) > 255))
		abort();
	if ((o->key == NULL) != text_blank(key) || strlen(o->digest) != 64)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char type[] = "CONTENT_TYPE=application/json";
	char *params[3] = { type }, *text;
	const char *key = NULL;
	struct req rq = { .params = params };
	struct order order;
	struct ctx c;
	enum err e;

	ctx_init(&c);
	text = arena_copy(c.mem, data, size);
	rq.body_len = strlen(text);
	rq.body = arena_copy(c.mem, text, rq.body_len);
	if (rq.body_len < size) {
		key = text + rq.body_len + 1;
		params[1] = arena_printf(c.mem, "HTTP_IDEMPOTENCY_KEY=%s", key);
	}
	e = order_parse(&c, &rq, &order);
	if (e == OK)
		check(&order, key);
	else if (e != E_BADREQ || c.say == NULL)
		abort();
	ctx_free(&c);
	return 0;
}
