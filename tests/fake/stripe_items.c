/*
 * fake-stripe, line items (facts/stripe.md §6, §11): what is refused about
 * them, and what the API shows of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "stripe_rules.h"

enum { ITEMS_MAX = 100 };

/* line_items[i]<rest> as a name. */
static const char *
item_name(char ret[128], int i, const char *rest)
{
	snprintf(ret, 128, "line_items[%d]%s", i, rest);
	return ret;
}

static const char *
item_str(struct call *c, int i, const char *rest)
{
	char name[128];

	return form_str(c->params, item_name(name, i, rest));
}

static int
item_missing(struct call *c, int i, const char *rest)
{
	char name[128];

	return rules_missing(c, item_name(name, i, rest));
}

static int
check_currency(struct call *c, int i)
{
	const char *currency = item_str(c, i, "[price_data][currency]");
	const char *first = item_str(c, 0, "[price_data][currency]");
	char name[128];

	item_name(name, i, "[price_data][currency]");
	if (!currency_known(currency)) {
		stripe_refuse(c, name, "Invalid currency: %s. Stripe supports "
		    "a list of currencies, in lower case.", currency);
		return 0;
	}
	if (first != NULL && strcmp(first, currency) != 0) {
		stripe_refuse(c, name, "All line items must have the same "
		    "currency.");
		return 0;
	}
	return 1;
}

static int
check_amount(struct call *c, int i)
{
	const char *amount = item_str(c, i, "[price_data][unit_amount]");
	const char *currency = item_str(c, i, "[price_data][currency]");
	char name[128];
	long long n;

	item_name(name, i, "[price_data][unit_amount]");
	if (amount == NULL)
		return rules_missing(c, name);
	n = strtoll(amount, NULL, 10);
	if (n < 0)
		stripe_error(c,
		    "invalid_request_error.parameter_invalid_integer", name,
		    "Invalid non-negative integer");
	else if (n > 99999999)
		stripe_error(c, "invalid_request_error.amount_too_large", name,
		    "Amount must be no more than $999,999.99");
	else if (!currency_fits(currency, n))
		stripe_error(c,
		    "invalid_request_error.parameter_invalid_integer", name,
		    "%lld is no amount of %s", n, currency);
	return !c->failed;
}

static int
check_item(struct call *c, int i)
{
	const char *quantity = item_str(c, i, "[quantity]");
	char name[128];

	if (item_str(c, i, "[price]") != NULL) {
		stripe_missing(c, "price", item_name(name, i, "[price]"),
		    item_str(c, i, "[price]"));
		return 0;
	}
	if (form_at(c->params, item_name(name, i, "[price_data]")) == NULL)
		return item_missing(c, i, "[price_data]");
	if (item_str(c, i, "[price_data][product]") != NULL) {
		stripe_missing(c, "product", item_name(name, i,
		    "[price_data][product]"),
		    item_str(c, i, "[price_data][product]"));
		return 0;
	}
	if (item_str(c, i, "[price_data][product_data][name]") == NULL)
		return item_missing(c, i, "[price_data][product_data]");
	if (quantity == NULL)
		return item_missing(c, i, "[quantity]");
	if (strtol(quantity, NULL, 10) < 1) {
		stripe_error(c,
		    "invalid_request_error.parameter_invalid_integer",
		    item_name(name, i, "[quantity]"),
		    "This value must be greater than or equal to 1.");
		return 0;
	}
	if (form_at(c->params, item_name(name, i,
	    "[price_data][recurring]")) != NULL) {
		stripe_refuse(c, name, "You can only use one-time prices in "
		    "`payment` mode.");
		return 0;
	}
	return check_currency(c, i) && check_amount(c, i) &&
	    rules_metadata(c, item_name(name, i,
	    "[price_data][product_data][metadata]"));
}

static cJSON *
price(const char *currency, double unit)
{
	cJSON *p = cJSON_CreateObject();
	char id[ID_MAX], text[24];

	new_id(id, "price_1", 23);
	js_set_str(p, "id", id);
	js_set_str(p, "object", "price");
	js_set_bool(p, "active", 0);
	js_set_str(p, "billing_scheme", "per_unit");
	js_set_num(p, "created", (double)(now_ms() / 1000));
	js_set_str(p, "currency", currency);
	js_set(p, "custom_unit_amount", NULL);
	js_set_bool(p, "livemode", 0);
	js_set(p, "lookup_key", NULL);
	js_set(p, "metadata", cJSON_CreateObject());
	js_set(p, "nickname", NULL);
	new_id(id, "prod_", 14);
	js_set_str(p, "product", id);
	js_set(p, "recurring", NULL);
	js_set_str(p, "tax_behavior", "unspecified");
	js_set(p, "tiers_mode", NULL);
	js_set(p, "transform_quantity", NULL);
	js_set_str(p, "type", "one_time");
	js_set_num(p, "unit_amount", unit);
	snprintf(text, sizeof(text), "%.0f", unit);
	js_set_str(p, "unit_amount_decimal", text);
	return p;
}

static cJSON *
item(struct call *c, int i)
{
	double unit = strtod(item_str(c, i, "[price_data][unit_amount]"), NULL);
	double quantity = strtod(item_str(c, i, "[quantity]"), NULL);
	const char *currency = item_str(c, i, "[price_data][currency]");
	cJSON *o = cJSON_CreateObject();
	char id[ID_MAX];

	new_id(id, "li_1", 23);
	js_set_str(o, "id", id);
	js_set_str(o, "object", "item");
	js_set(o, "adjustable_quantity", NULL);
	js_set_num(o, "amount_discount", 0);
	js_set_num(o, "amount_subtotal", unit * quantity);
	js_set_num(o, "amount_tax", 0);
	js_set_num(o, "amount_total", unit * quantity);
	js_set_str(o, "currency", currency);
	js_set_str(o, "description",
	    item_str(c, i, "[price_data][product_data][name]"));
	js_set(o, "metadata", cJSON_CreateObject());
	js_set(o, "price", price(currency, unit));
	js_set_num(o, "quantity", quantity);
	return o;
}

cJSON *
rules_items(struct call *c)
{
	int i, n = cJSON_GetArraySize(form_at(c->params, "line_items"));
	char name[128];
	cJSON *ret;

	if (n == 0) {
		rules_missing(c, "line_items");
		return NULL;
	}
	if (n > ITEMS_MAX) {
		stripe_refuse(c, "line_items",
		    "You can only have up to 100 line items.");
		return NULL;
	}
	ret = cJSON_CreateArray();
	for (i = 0; i < n; i++) {
		/* a gap in the numbering */
		if (form_at(c->params, item_name(name, i, "")) == NULL)
			stripe_refuse(c, "line_items", "Invalid array");
		else if (check_item(c, i))
			cJSON_AddItemToArray(ret, item(c, i));
		if (c->failed) {
			cJSON_Delete(ret);
			return NULL;
		}
	}
	return ret;
}

double
rules_sum(const cJSON *items)
{
	const cJSON *i;
	double sum = 0;

	cJSON_ArrayForEach(i, items)
		sum += js_num(i, "amount_total", 0);
	return sum;
}
