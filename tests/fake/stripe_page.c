/*
 * fake-stripe, the hosted page (facts/stripe.md §6): plain HTML that works
 * without a script.  A decline leaves the session open; going back does not
 * expire it; after paying the customer is held until our webhook was
 * answered, for ten seconds of life at most.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form.h"
#include "stripe.h"

static const char style[] =
	"body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;"
	"margin:2rem auto;padding:0 1rem;color:#1a1f36;background:#fff}"
	"label{display:block;margin:.8rem 0 .2rem}"
	"input,select,button{font:inherit;padding:.5rem;width:100%;"
	"box-sizing:border-box}button{margin-top:1rem;cursor:pointer}"
	"[role=alert]{border:2px solid #b3093c;padding:.5rem}"
	".note{color:#4f566b;font-size:.9rem}";

static void
head(struct buf *b, const char *title)
{
	buf_puts(b, "<!doctype html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n<title>");
	buf_html(b, title);
	buf_printf(b, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n"
	    "<p class=\"note\">Test payment page (fake Stripe): no money "
	    "moves.</p>\n<h1>", style);
	buf_html(b, title);
	buf_puts(b, "</h1>\n");
}

static void
finish(struct hresp *rs, int status)
{
	buf_puts(&rs->body, "</main>\n</body>\n</html>\n");
	rs->status = status;
	rs->type = "text/html; charset=utf-8";
	hresp_header(rs, "Cache-Control: no-store");
}

static void
link_back(struct buf *b, const struct obj *s)
{
	const char *url = js_str(s->json, "cancel_url");

	if (url == NULL)
		return;
	buf_puts(b, "<p><a id=\"cancel\" href=\"");
	buf_html(b, url);
	buf_puts(b, "\">Back to the shop</a></p>\n");
}

static void
notice(struct hresp *rs, const struct obj *s, const char *id,
    const char *title, const char *text)
{
	head(&rs->body, title);
	buf_printf(&rs->body, "<p id=\"%s\" role=\"status\">%s</p>\n", id,
	    text);
	if (s != NULL)
		link_back(&rs->body, s);
	finish(rs, s == NULL ? 404 : 200);
}

static void
order(struct buf *b, const struct obj *s)
{
	const char *currency = js_str(s->json, "currency");
	char money[48];
	const cJSON *i;
	double off;

	buf_puts(b, "<ul>\n");
	cJSON_ArrayForEach(i, cJSON_GetObjectItem(s->priv, "items")) {
		money_text(money, currency,
		    (int64_t)js_num(i, "amount_subtotal", 0));
		buf_puts(b, "<li>");
		buf_html(b, js_str(i, "description"));
		buf_printf(b, " &times; %.0f: %s</li>\n",
		    js_num(i, "quantity", 1), money);
	}
	buf_puts(b, "</ul>\n");
	off = js_num(cJSON_GetObjectItem(s->json, "total_details"),
	    "amount_discount", 0);
	if (off > 0) {
		money_text(money, currency, (int64_t)off);
		buf_printf(b, "<p id=\"discount\">Discount: %s</p>\n", money);
	}
	money_text(money, currency,
	    (int64_t)js_num(s->json, "amount_total", 0));
	buf_printf(b, "<p><strong>Total: <span id=\"total\">%s</span></strong>"
	    "</p>\n", money);
}

static void
field(struct buf *b, const char *id, const char *label, const char *extra,
    const char *value)
{
	buf_printf(b, "<label for=\"%s\">%s</label>\n<input id=\"%s\" "
	    "name=\"%s\" %s value=\"", id, label, id, id, extra);
	buf_html(b, value);
	buf_puts(b, "\">\n");
}

static void
promo_form(struct buf *b, const struct obj *s)
{
	if (!js_true(s->json, "allow_promotion_codes"))
		return;
	buf_puts(b, "<form method=\"post\">\n<input type=\"hidden\" "
	    "name=\"do\" value=\"promo\">\n");
	field(b, "promotionCode", "Promotion code", "autocomplete=\"off\"",
	    "");
	buf_puts(b, "<button id=\"apply\">Apply</button>\n</form>\n");
}

static void
email_field(struct buf *b, const struct obj *s, const cJSON *form,
    const char *id)
{
	const char *fixed = js_str(s->json, "customer_email");
	const char *typed = js_str(form, "email");

	buf_printf(b, "<label for=\"%s\">Email</label>\n<input id=\"%s\" "
	    "name=\"email\" type=\"email\" autocomplete=\"email\" required%s "
	    "value=\"", id, id, fixed == NULL ? "" : " readonly");
	buf_html(b, fixed != NULL ? fixed : typed);
	buf_puts(b, "\">\n");
}

static void
card_form(struct buf *b, const struct obj *s, const cJSON *form)
{
	int free_of_charge = js_num(s->json, "amount_total", 0) == 0;

	buf_puts(b, "<form method=\"post\">\n<input type=\"hidden\" "
	    "name=\"do\" value=\"pay\">\n");
	email_field(b, s, form, "email");
	if (!free_of_charge) {
		field(b, "cardNumber", "Card number", "inputmode=\"numeric\" "
		    "autocomplete=\"cc-number\" required", "");
		field(b, "cardExpiry", "Expiry (MM / YY)", "inputmode="
		    "\"numeric\" autocomplete=\"cc-exp\" required",
		    js_str(form, "cardExpiry"));
		field(b, "cardCvc", "CVC", "inputmode=\"numeric\" "
		    "autocomplete=\"cc-csc\" required", "");
		field(b, "billingName", "Name on card",
		    "autocomplete=\"cc-name\"", js_str(form, "billingName"));
	}
	buf_printf(b, "<button id=\"pay\">%s</button>\n</form>\n",
	    free_of_charge ? "Complete order" : "Pay");
}

static void
bank_form(struct buf *b, const struct obj *s, const cJSON *form)
{
	if (js_num(s->json, "amount_total", 0) == 0)
		return;
	buf_puts(b, "<h2>Pay by bank (delayed)</h2>\n<form method=\"post\">\n"
	    "<input type=\"hidden\" name=\"do\" value=\"bank\">\n");
	email_field(b, s, form, "bankEmail");
	buf_puts(b, "<label for=\"bank\">The bank's answer</label>\n<select "
	    "id=\"bank\" name=\"bank\">\n"
	    "<option value=\"succeeds\">succeeds later</option>\n"
	    "<option value=\"fails\">fails later</option>\n"
	    "<option value=\"processing\">stays processing</option>\n"
	    "</select>\n<button id=\"pay-bank\">Pay by bank</button>\n"
	    "</form>\n");
}

static void
show_form(struct hresp *rs, const struct obj *s, const cJSON *form,
    const char *error)
{
	struct buf *b = &rs->body;

	head(b, "Pay");
	if (error != NULL) {
		buf_puts(b, "<p id=\"error\" role=\"alert\">");
		buf_html(b, error);
		buf_puts(b, "</p>\n");
	}
	order(b, s);
	promo_form(b, s);
	card_form(b, s, form);
	bank_form(b, s, form);
	link_back(b, s);
	finish(rs, 200);
}

static void
show_secure(struct hresp *rs)
{
	struct buf *b = &rs->body;

	head(b, "3D Secure");
	buf_puts(b, "<p>Your bank asks you to confirm this payment.</p>\n"
	    "<form method=\"post\">\n<button id=\"test-source-authorize-3ds\" "
	    "name=\"do\" value=\"secure-done\">Complete</button>\n"
	    "<button id=\"test-source-fail-3ds\" name=\"do\" "
	    "value=\"secure-fail\">Fail</button>\n</form>\n");
	finish(rs, 200);
}

/* What is wrong with the expiry and the CVC, or NULL. */
static const char *
card_fault(const cJSON *form, const char *digits)
{
	const char *expiry = js_str(form, "cardExpiry");
	const char *cvc = js_str(form, "cardCvc");
	size_t want = strncmp(digits, "37", 2) == 0 ? 4 : 3;
	int month = 0, year = 0, this_year, this_month;
	char now[32];

	if (expiry == NULL ||
	    sscanf(expiry, "%2d%*[ /]%d", &month, &year) != 2)
		sscanf(expiry == NULL ? "" : expiry, "%2d%2d", &month, &year);
	time_utc(now, now_ms() / 1000, 1);
	sscanf(now, "%d-%d", &this_year, &this_month);
	year += year < 100 ? 2000 : 0;
	if (month < 1 || month > 12)
		return "Your card's expiration date is incomplete.";
	if (year < this_year || (year == this_year && month < this_month))
		return "Your card's expiration year is in the past.";
	if (cvc == NULL || strlen(cvc) != want ||
	    cvc[strspn(cvc, "0123456789")] != '\0')
		return "Your card's security code is incomplete.";
	return NULL;
}

static void
only_digits(char ret[32], const char *s)
{
	size_t n = 0;

	for (; s != NULL && *s != '\0' && n < 31; s++)
		if (!isspace((unsigned char)*s) && *s != '-')
			ret[n++] = *s;
	ret[n] = '\0';
}

static void
after_paying(struct stripe *st, struct hresp *rs, struct obj *s,
    const struct payment *p, const cJSON *form)
{
	struct paid paid;
	char *url;

	pay(st, s, p, &paid);
	cJSON_Delete(paid.events);
	if (paid.completed != NULL) {
		pay_wait(st, paid.completed);
		url = pay_return_url(s);
		hresp_see_other(rs, url);
		free(url);
	} else if (strcmp(paid.status, "requires_action") == 0) {
		show_secure(rs);
	} else {
		show_form(rs, s, form, paid.message);
	}
}

static void
pay_by_card(struct stripe *st, struct hresp *rs, struct obj *s,
    const cJSON *form, int authenticated)
{
	struct payment p = { .email = js_str(form, "email"),
		.name = js_str(form, "billingName"),
		.authenticated = authenticated };
	int free_of_charge = js_num(s->json, "amount_total", 0) == 0;
	const char *fault = NULL;
	char digits[32];

	only_digits(digits, authenticated != 0 ? js_str(s->priv, "card") :
	    js_str(form, "cardNumber"));
	if (p.name != NULL && *p.name == '\0')
		p.name = NULL;
	p.card = free_of_charge ? NULL : digits;
	if (authenticated == 0 && !free_of_charge)
		fault = card_fault(form, digits);
	if (fault != NULL)
		show_form(rs, s, form, fault);
	else
		after_paying(st, rs, s, &p, form);
}

static void
submit(struct stripe *st, struct hresp *rs, struct obj *s, const cJSON *form)
{
	const char *what = js_str(form, "do");
	struct payment p = { .bank = js_str(form, "bank"),
		.email = js_str(form, "email") };
	const char *code = js_str(form, "promotionCode");

	if (what == NULL)
		what = "";
	if (strcmp(what, "promo") == 0)
		show_form(rs, s, form, session_promo_text(st, s,
		    code == NULL ? "" : code));
	else if (strcmp(what, "bank") == 0 && p.bank != NULL)
		after_paying(st, rs, s, &p, form);
	else if (strcmp(what, "secure-done") == 0)
		pay_by_card(st, rs, s, form, 1);
	else if (strcmp(what, "secure-fail") == 0)
		pay_by_card(st, rs, s, form, -1);
	else
		pay_by_card(st, rs, s, form, 0);
}

void
page(struct stripe *st, struct hreq *rq, struct hresp *rs)
{
	struct obj *s = store_find(st, SESSIONS,
	    rq->path + strlen("/c/pay/"));
	const char *status;
	cJSON *form;

	session_tick(st);
	if (s == NULL) {
		notice(rs, NULL, "missing", "Page not found",
		    "There is no such payment page.");
		return;
	}
	status = js_str(s->json, "status");
	form = form_parse(rq->body);
	if (strcmp(status, "expired") == 0)
		notice(rs, s, "expired", "This page has expired",
		    "Your checkout session has timed out.");
	else if (strcmp(status, "complete") == 0)
		notice(rs, s, "completed", "You are all done here",
		    "This payment was already made: your checkout session "
		    "is complete.");
	else if (strcmp(rq->method, "POST") == 0 && form != NULL)
		submit(st, rs, s, form);
	else
		show_form(rs, s, NULL, NULL);
	cJSON_Delete(form);
}
