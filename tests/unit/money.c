/*
 * Stripe's rules for amounts, currency by currency.
 */
#include <string.h>

#include "booking/money.h"
#include "unit.h"

/* A currency, its least amount, and how amounts look. */
static const struct rule {
	const char *code;
	int64_t least, step;
	const char *text; /* of 1234500 */
} rules[] = {
	/* clang-format off */
	{ "usd", 50, 1, "12345.00 USD" }, { "aed", 200, 1, "12345.00 AED" },
	{ "ars", 50, 1, "12345.00 ARS" }, { "aud", 50, 1, "12345.00 AUD" },
	{ "brl", 50, 1, "12345.00 BRL" }, { "cad", 50, 1, "12345.00 CAD" },
	{ "chf", 50, 1, "12345.00 CHF" }, { "cop", 50, 1, "12345.00 COP" },
	{ "czk", 1500, 1, "12345.00 CZK" }, { "dkk", 250, 1, "12345.00 DKK" },
	{ "eur", 50, 1, "12345.00 EUR" }, { "gbp", 30, 1, "12345.00 GBP" },
	{ "hkd", 400, 1, "12345.00 HKD" },
	{ "huf", 17500, 1, "12345.00 HUF" },
	{ "idr", 50, 1, "12345.00 IDR" }, { "ils", 50, 1, "12345.00 ILS" },
	{ "inr", 50, 1, "12345.00 INR" }, { "mxn", 1000, 1, "12345.00 MXN" },
	{ "myr", 200, 1, "12345.00 MYR" }, { "nok", 300, 1, "12345.00 NOK" },
	{ "nzd", 50, 1, "12345.00 NZD" }, { "php", 50, 1, "12345.00 PHP" },
	{ "pln", 200, 1, "12345.00 PLN" }, { "ron", 200, 1, "12345.00 RON" },
	{ "rub", 50, 1, "12345.00 RUB" }, { "sek", 300, 1, "12345.00 SEK" },
	{ "sgd", 50, 1, "12345.00 SGD" }, { "thb", 1000, 1, "12345.00 THB" },
	{ "twd", 50, 1, "12345.00 TWD" }, { "zar", 50, 1, "12345.00 ZAR" },
	/* Without a smaller coin. */
	{ "bif", 1, 1, "1234500 BIF" }, { "clp", 1, 1, "1234500 CLP" },
	{ "djf", 1, 1, "1234500 DJF" }, { "gnf", 1, 1, "1234500 GNF" },
	{ "jpy", 50, 1, "1234500 JPY" }, { "kmf", 1, 1, "1234500 KMF" },
	{ "krw", 50, 1, "1234500 KRW" }, { "mga", 1, 1, "1234500 MGA" },
	{ "pyg", 1, 1, "1234500 PYG" }, { "rwf", 1, 1, "1234500 RWF" },
	{ "vnd", 1, 1, "1234500 VND" }, { "vuv", 1, 1, "1234500 VUV" },
	{ "xaf", 1, 1, "1234500 XAF" }, { "xof", 1, 1, "1234500 XOF" },
	{ "xpf", 1, 1, "1234500 XPF" },
	/* A thousandth, in tens. */
	{ "bhd", 10, 10, "1234.500 BHD" }, { "jod", 10, 10, "1234.500 JOD" },
	{ "kwd", 10, 10, "1234.500 KWD" }, { "omr", 10, 10, "1234.500 OMR" },
	{ "tnd", 10, 10, "1234.500 TND" },
	/* Sent with two digits that must be 00. */
	{ "isk", 100, 100, "12345.00 ISK" },
	/* clang-format on */
};

static enum err
check(void *state, int64_t amount, const char *currency)
{
	struct ctx *c = state;

	ctx_forgive(c);
	return money_check(c, amount, currency);
}

static void
each_currency_has_its_least_amount_and_its_steps(void **state)
{
	size_t i;

	for (i = 0; i < COUNT(rules); i++) {
		const struct rule *r = &rules[i];

		if (check(*state, r->least, r->code) != OK ||
		    check(*state, r->least - r->step, r->code) !=
			(r->least > r->step ? E_BADREQ : OK) ||
		    check(*state, 10000000, r->code) != OK)
			fail_msg("%s", r->code);
		if (r->step > 1)
			assert_int_equal(check(*state, 10000001, r->code),
			    E_BADREQ);
	}
}

static void
any_currency_can_be_free_and_none_has_nine_digits(void **state)
{
	size_t i;

	for (i = 0; i < COUNT(rules); i++) {
		assert_int_equal(check(*state, 0, rules[i].code), OK);
		assert_int_equal(check(*state, 100000000, rules[i].code),
		    E_BADREQ);
		assert_int_equal(check(*state, -rules[i].step,
		    rules[i].code), E_BADREQ);
	}
	assert_int_equal(check(*state, MONEY_MAX, "usd"), OK);
	assert_int_equal(check(*state, INT64_MAX, "usd"), E_BADREQ);
	assert_int_equal(check(*state, INT64_MIN, "usd"), E_BADREQ);
}

/* Upper case reaches Stripe as an error; of UGX nobody knows the unit. */
static void
what_cannot_be_charged_is_refused(void **state)
{
	static const char *const codes[] = { NULL, "", "USD", "us", "usdx",
		"ugx", "iqd", "lyd", "xxx", "usd " };
	size_t i;

	for (i = 0; i < COUNT(codes); i++)
		assert_int_equal(check(*state, 1000, codes[i]), E_BADREQ);
}

static void
a_refusal_says_what_is_right(void **state)
{
	struct ctx *c = *state;

	assert_int_equal(check(c, 49, "usd"), E_BADREQ);
	assert_non_null(strstr(c->say, "50"));
	assert_int_equal(check(c, 1005, "kwd"), E_BADREQ);
	assert_non_null(strstr(c->say, "multiple of 10"));
}

static void
amounts_read_as_people_write_them(void **state)
{
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(rules); i++)
		assert_string_equal(money_text(c, 1234500, rules[i].code),
		    rules[i].text);
	assert_string_equal(money_text(c, 0, "usd"), "0.00 USD");
	assert_string_equal(money_text(c, 5, "usd"), "0.05 USD");
	assert_string_equal(money_text(c, 15000, "usd"), "150.00 USD");
	assert_string_equal(money_text(c, 1500, "kwd"), "1.500 KWD");
	assert_string_equal(money_text(c, MONEY_MAX, "jpy"), "99999999 JPY");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(each_currency_has_its_least_amount_and_its_steps),
		WITH_CTX(any_currency_can_be_free_and_none_has_nine_digits),
		WITH_CTX(what_cannot_be_charged_is_refused),
		WITH_CTX(a_refusal_says_what_is_right),
		WITH_CTX(amounts_read_as_people_write_them),
	};

	return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
