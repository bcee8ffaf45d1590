#include "provider/stripe_session.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/text.h"
#include "provider/form.h"

/* Stripe's limits, in characters; we count bytes, which are never fewer. */
enum {
	METADATA_MAX = 500,
	NAME_MAX = 5000,
	DESCRIPTION_MAX = 40000,
	BODY_MAX = 256 << 10
};

/* Stripe says 1800 and 86400 seconds. */
/*
 * Two minutes more than the least: a call that is under way, or repeated, is
 * over before its body asks for too short a session.
 */
enum { LIFE_MIN = 1800 + 120, LIFE_MAX = 86400 - 60 };

/* The languages of Stripe's page. */
static const char *const locales[] = { "bg", "cs", "da", "de", "el", "en",
	"en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hi-IN",
	"hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl",
	"pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi",
	"zh", "zh-HK", "zh-TW" };

static const char *
find_locale(const char *tag, size_t len)
{
	size_t i;

	for (i = 0; i < COUNT(locales); i++)
		if (strlen(locales[i]) == len &&
		    strncasecmp(locales[i], tag, len) == 0)
			return locales[i];
	return NULL;
}

/* The tag itself, else its language ("de" for "de-AT"), else none. */
static const char *
known_locale(const char *tag)
{
	const char *found;

	if (tag == NULL)
		return NULL;
	found = find_locale(tag, strlen(tag));
	return found != NULL ? found : find_locale(tag, strcspn(tag, "-_"));
}

/* At most max bytes of text, ending between two characters. */
static char *
cut(struct ctx *c, const char *text, size_t max)
{
	size_t len;

	if (text == NULL)
		return NULL;
	len = strnlen(text, max + 1);
	if (len > max)
		for (len = max; len > 0 && (text[len] & 0xc0) == 0x80; len--)
			continue;
	return arena_copy(c->mem, text, len);
}

static void
add_metadata(struct ctx *c, struct buf *b, const char *where,
    const struct stripe_session_params *p)
{
	const struct {
		const char *key, *value;
	} facts[] = {
		{ "bookingId", p->booking },
		{ "builderId", p->builder },
		{ "clientId", p->client },
		{ "sessionTypeId", p->session_type },
		{ "startTime", p->start_time },
		{ "endTime", p->end_time },
		{ "timezone", p->timezone },
		{ "calendlyEventId", p->calendly_event },
		{ "isCalendlyBooking", p->is_calendly ? "true" : "false" },
		{ "checkoutId", p->checkout },
	};
	size_t i;

	for (i = 0; i < COUNT(facts); i++)
		form_text(b,
		    arena_printf(c->mem, "%s[%s]", where, facts[i].key),
		    cut(c, facts[i].value, METADATA_MAX));
}

static void
add_item(struct ctx *c, struct buf *b, const struct stripe_session_params *p)
{
#define PRICE "line_items[0][price_data]"
	form_text(b, PRICE "[currency]", p->currency);
	form_int(b, PRICE "[unit_amount]", p->amount);
	form_text(b, PRICE "[product_data][name]", cut(c, p->title, NAME_MAX));
	form_text(b, PRICE "[product_data][description]",
	    cut(c, p->description, DESCRIPTION_MAX));
#undef PRICE
	form_int(b, "line_items[0][quantity]", 1);
}

char *
stripe_session_body(struct ctx *c, const struct stripe_session_params *p)
{
	struct buf b = buf_make(c->mem, BODY_MAX);

	assert(p->amount > 0 && !text_blank(p->title) &&
	    !text_blank(p->booking) && !text_blank(p->success_url));
	form_text(&b, "mode", "payment");
	form_text(&b, "submit_type", "book");
	form_text(&b, "client_reference_id", p->booking);
	form_text(&b, "customer_email", p->email);
	form_text(&b, "locale", known_locale(p->locale));
	add_item(c, &b, p);
	form_text(&b, "discounts[0][promotion_code]", p->promotion_code);
	form_text(&b, "success_url", p->success_url);
	form_text(&b, "cancel_url", p->cancel_url);
	if (p->expires_at != 0)
		form_int(&b, "expires_at", p->expires_at);
	/* Twice: Stripe copies a session's metadata to nothing else, and the
	 * intent's only to its charge. */
	add_metadata(c, &b, "metadata", p);
	add_metadata(c, &b, "payment_intent_data[metadata]", p);
	assert(!buf_full(&b));
	return b.bytes;
}

int64_t
stripe_session_expiry(int64_t now_seconds, int64_t wanted)
{
	if (wanted < now_seconds + LIFE_MIN)
		return now_seconds + LIFE_MIN;
	if (wanted > now_seconds + LIFE_MAX)
		return now_seconds + LIFE_MAX;
	return wanted;
}
