/*
 * Fuzz: the bodies that Stripe gets.  The input is what people wrote, a field
 * per line; read back as Stripe reads it, the body must say just that.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ctx.h"
#include "base/hex.h"
#include "base/text.h"
#include "fuzz.h"
#include "provider/stripe_refund.h"
#include "provider/stripe_session.h"

/* A refund's body is small; a session's takes more than its route lets in. */
enum { FIELDS = 8, VALUE_MAX = 400 };

static char *
unescaped(struct ctx *c, const char *from, size_t len)
{
	char *out = arena_copy(c->mem, from, len);
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (from[i] != '%') {
			out[n++] = from[i];
			continue;
		}
		if (i + 2 >= len || !hex_bytes(from + i + 1, 2, &out[n++], 1))
			abort();
		i += 2;
	}
	out[n] = '\0';
	return out;
}

/* The only value of that name; NULL if there is none. */
static const char *
value_of(struct ctx *c, const char *body, const char *name)
{
	const char *found = NULL, *p, *equals;
	size_t len;

	for (p = body; *p != '\0'; p += len + (p[len] == '&')) {
		len = strcspn(p, "&");
		equals = memchr(p, '=', len);
		if (equals == NULL || strpbrk(p, " \r\n\"<>") != NULL)
			abort();
		if (strcmp(unescaped(c, p, (size_t)(equals - p)), name) != 0)
			continue;
		if (found != NULL)
			abort();
		found = unescaped(c, equals + 1,
		    len - (size_t)(equals + 1 - p));
	}
	return found;
}

/* All of it, or as much as Stripe takes, cut between characters. */
static void
must_say(struct ctx *c, const char *body, const char *name, const char *text)
{
	const char *said = value_of(c, body, name);

	if ((said == NULL) != text_blank(text))
		abort();
	if (said != NULL && (strncmp(said, text, strlen(said)) != 0 ||
	    !text_utf8(said, strlen(said)) ||
	    (strlen(text) <= 500 && strcmp(said, text) != 0)))
		abort();
}

static void
check_session(struct ctx *c, char *const *fields)
{
	const struct stripe_session_params p = {
		.booking = "bk_1", .title = "A session", .currency = "usd",
		.success_url = "https://book.example.org/", .amount = 100,
		.client = fields[0], .timezone = fields[1],
		.description = fields[2], .email = fields[3],
		.locale = fields[4], .promotion_code = fields[5],
		.calendly_event = fields[6], .cancel_url = fields[7] };
	const char *body = stripe_session_body(c, &p);

	must_say(c, body, "metadata[clientId]", p.client);
	must_say(c, body, "metadata[timezone]", p.timezone);
	must_say(c, body, "payment_intent_data[metadata][calendlyEventId]",
	    p.calendly_event);
	must_say(c, body, "customer_email", p.email);
	must_say(c, body, "discounts[0][promotion_code]", p.promotion_code);
	must_say(c, body, "cancel_url", p.cancel_url);
	/* None of them can say more than its own. */
	must_say(c, body, "metadata[bookingId]", "bk_1");
	must_say(c, body, "line_items[0][price_data][unit_amount]", "100");
	must_say(c, body, "mode", "payment");
	if (strcmp(body, stripe_session_body(c, &p)) != 0)
		abort();
}

static void
check_refund(struct ctx *c, char *const *fields)
{
	const struct stripe_refund_params p = {
		.payment = text_blank(fields[0]) ? "pi_1" : fields[0],
		.amount = 12345, .reason = fields[1], .booking = fields[2] };
	const char *body = stripe_refund_body(c, &p);

	must_say(c, body, "payment_intent", p.payment);
	must_say(c, body, "amount", "12345");
	if (stripe_refund_amount(body) != p.amount)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *fields[FIELDS], *at, *text;
	struct ctx c;
	size_t n;

	ctx_init(&c);
	text = arena_copy(c.mem, data, size);
	if (text_utf8(text, strlen(text))) {
		for (n = 0, at = text; n < FIELDS; n++) {
			fields[n] = at;
			at += strcspn(at, "\n");
			if (*at != '\0')
				*at++ = '\0';
			if (strlen(fields[n]) > VALUE_MAX)
				fields[n] = at + strlen(at);
		}
		check_session(&c, fields);
		check_refund(&c, fields);
	}
	ctx_free(&c);
	return 0;
}
