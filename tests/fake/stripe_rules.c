#include "stripe_rules.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "form.h"

enum {
	METADATA_KEYS = 50, METADATA_KEY = 40, METADATA_VALUE = 500,
	REFERENCE_MAX = 200,
	EXPIRY_MIN_S = 30 * 60, EXPIRY_MAX_S = 24 * 3600
};

/* Characters, not bytes. */
static size_t
length(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

int
rules_missing(struct call *c, const char *name)
{
	stripe_error(c, "invalid_request_error.parameter_missing", name,
	    "Missing required param: %s.", name);
	return 0;
}

static int
exclusive(struct call *c, const char *a, const char *b)
{
	if (form_at(c->params, a) == NULL || form_at(c->params, b) == NULL)
		return 1;
	stripe_error(c, "invalid_request_error.parameters_exclusive", a,
	    "You may only specify one of these parameters: %s, %s.", a, b);
	return 0;
}

static int
url_ok(const char *url)
{
	size_t n;

	if (strncasecmp(url, "https://", 8) == 0)
		url += 8;
	else if (strncasecmp(url, "http://", 7) == 0)
		url += 7;
	else
		return 0;
	n = strcspn(url, "/?#");
	if (n == 0 || *url == ':' || *url == '.')
		return 0;
	for (; *url != '\0'; url++)
		if (isspace((unsigned char)*url) || *url == '<' || *url == '"')
			return 0;
	return 1;
}

static int
check_url(struct call *c, const char *name)
{
	const char *url = form_str(c->params, name);

	if (url == NULL || url_ok(url))
		return 1;
	stripe_error(c, "invalid_request_error.url_invalid", name,
	    "Not a valid URL");
	return 0;
}

int
rules_email_ok(const char *email)
{
	const char *at = strchr(email, '@'), *p;

	/* Letters beyond ASCII are refused before the @. */
	for (p = email; at != NULL && p < at; p++)
		if ((unsigned char)*p >= 0x80)
			return 0;
	if (at == NULL || at == email || strchr(at + 1, '@') != NULL ||
	    strlen(email) > 512 || strpbrk(email, " \t\r\n<>,;\"") != NULL)
		return 0;
	at++;
	return strchr(at, '.') != NULL && *at != '.' &&
	    at[strlen(at) - 1] != '.' && strstr(at, "..") == NULL;
}

static int
check_email(struct call *c, const char *name)
{
	const char *email = form_str(c->params, name);

	if (email == NULL || rules_email_ok(email))
		return 1;
	stripe_error(c, "invalid_request_error.email_invalid", name,
	    "Invalid email address: %s", email);
	return 0;
}

int
rules_metadata(struct call *c, const char *name)
{
	const cJSON *all = form_at(c->params, name), *m;

	if (!cJSON_IsObject(all))
		return 1;
	if (cJSON_GetArraySize(all) > METADATA_KEYS) {
		stripe_refuse(c, name, "You can only have up to 50 metadata "
		    "keys; you passed in %d.", cJSON_GetArraySize(all));
		return 0;
	}
	cJSON_ArrayForEach(m, all) {
		if (length(m->string) > METADATA_KEY) {
			stripe_refuse(c, name, "Metadata keys can have up to "
			    "40 characters, but you passed in a key that is "
			    "%zu characters. Invalid key: %s",
			    length(m->string), m->string);
			return 0;
		}
		if (length(m->valuestring) > METADATA_VALUE) {
			stripe_refuse(c, name, "Metadata values can have up "
			    "to 500 characters, but you passed in a value "
			    "that is %zu characters.", length(m->valuestring));
			return 0;
		}
	}
	return 1;
}

int
metadata_put(struct call *c, cJSON *target, const char *name)
{
	const cJSON *all = form_at(c->params, name), *m;

	if (!rules_metadata(c, name))
		return 0;
	if (cJSON_IsString(all)) {
		while (target->child != NULL)
			cJSON_DeleteItemFromObjectCaseSensitive(target,
			    target->child->string);
		return 1;
	}
	cJSON_ArrayForEach(m, all) {
		if (*m->valuestring == '\0')
			cJSON_DeleteItemFromObjectCaseSensitive(target,
			    m->string);
		else
			js_set_str(target, m->string, m->valuestring);
	}
	return 1;
}

static int
check_expiry(struct call *c)
{
	const char *at = form_str(c->params, "expires_at");
	double in;

	if (at == NULL)
		return 1;
	in = strtod(at, NULL) - (double)(now_ms() / 1000);
	if (in >= EXPIRY_MIN_S && in <= EXPIRY_MAX_S)
		return 1;
	stripe_error(c, "invalid_request_error.expires_at", "expires_at", "%s",
	    in < EXPIRY_MIN_S ? "The `expires_at` timestamp must be at least "
	    "30 minutes from Checkout Session creation." : "The `expires_at` "
	    "timestamp must be less than 24 hours from Checkout Session "
	    "creation.");
	return 0;
}

static int
check_mode(struct call *c)
{
	const char *mode = form_str(c->params, "mode");
	const char *ui = form_str(c->params, "ui_mode");

	if (mode == NULL)
		return rules_missing(c, "mode");
	if (strcmp(mode, "payment") != 0) {
		stripe_refuse(c, "mode", "fake-stripe plays mode=payment only");
		return 0;
	}
	if (ui != NULL && strcmp(ui, "hosted_page") != 0) {
		stripe_refuse(c, "ui_mode",
		    "fake-stripe plays ui_mode=hosted_page only");
		return 0;
	}
	if (form_at(c->params, "subscription_data") != NULL) {
		stripe_refuse(c, "subscription_data", "You can not pass "
		    "`subscription_data` in `payment` mode.");
		return 0;
	}
	return form_str(c->params, "success_url") != NULL ||
	    rules_missing(c, "success_url");
}

static int
check_customer(struct call *c)
{
	const char *id = form_str(c->params, "customer");

	if (!exclusive(c, "customer", "customer_email") ||
	    !exclusive(c, "customer", "customer_account") ||
	    !exclusive(c, "customer_account", "customer_email"))
		return 0;
	if (id != NULL) {
		stripe_missing(c, "customer", "customer", id);
		return 0;
	}
	if (form_at(c->params, "customer_update") != NULL) {
		stripe_refuse(c, "customer_update",
		    "`customer_update` can only be used with `customer`.");
		return 0;
	}
	return check_email(c, "customer_email") &&
	    check_email(c, "payment_intent_data[receipt_email]");
}

static int
check_reference(struct call *c)
{
	const char *ref = form_str(c->params, "client_reference_id");

	if (ref == NULL || length(ref) <= REFERENCE_MAX)
		return 1;
	stripe_refuse(c, "client_reference_id", "Invalid string: %.9s...; "
	    "must be at most 200 characters", ref);
	return 0;
}

static int
check_discounts(struct call *c)
{
	if (!exclusive(c, "allow_promotion_codes", "discounts") ||
	    !exclusive(c, "discounts[0][coupon]",
	    "discounts[0][promotion_code]"))
		return 0;
	if (cJSON_GetArraySize(form_at(c->params, "discounts")) <= 1)
		return 1;
	stripe_refuse(c, "discounts",
	    "You can only apply one discount to a Checkout Session.");
	return 0;
}

int
rules_session(struct call *c)
{
	return check_mode(c) && check_url(c, "success_url") &&
	    check_url(c, "cancel_url") && check_expiry(c) &&
	    check_customer(c) && check_reference(c) && check_discounts(c) &&
	    rules_metadata(c, "metadata") &&
	    rules_metadata(c, "payment_intent_data[metadata]");
}

int
rules_total(struct call *c, struct obj *s)
{
	const char *coupon = form_str(c->params, "discounts[0][coupon]");
	const char *promo = form_str(c->params, "discounts[0][promotion_code]");
	const char *currency = js_str(s->json, "currency"), *why;
	char money[48];
	int64_t total;

	if (coupon != NULL || promo != NULL) {
		why = session_discount(c->st, s, coupon, promo);
		if (why != NULL && strncmp(why, "No such", 7) == 0)
			stripe_error(c,
			    "invalid_request_error.resource_missing",
			    "discounts", "%s", why);
		else if (why != NULL)
			stripe_error(c, "invalid_request_error.coupon_expired",
			    "discounts", "%s", why);
		if (why != NULL)
			return 0;
	}
	total = (int64_t)js_num(s->json, "amount_total", 0);
	if (total > 99999999)
		stripe_error(c, "invalid_request_error.amount_too_large", NULL,
		    "The Checkout Session's total amount must be no more than "
		    "$999,999.99");
	else if (total != 0 && total < currency_minimum(currency)) {
		money_text(money, currency, currency_minimum(currency));
		stripe_error(c, "invalid_request_error.amount_too_small", NULL,
		    "The Checkout Session's total amount due must add up to "
		    "at least %s %s", money, currency);
	}
	return !c->failed;
}
