#include "booking/money.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

/*
 * Stripe's list of currencies and of least amounts, 2026-09.  digits: of the
 * minor unit as Stripe wants it.  step: what an amount must be a multiple of
 * (three-decimal currencies are rounded to tens; ISK is sent with two digits
 * that must be 00).  UGX is left out: sources differ on its unit.
 */
static const struct currency {
	const char *code;
	int digits, step;
	int64_t least;
} currencies[] = {
	{ "usd", 2, 1, 50 }, { "eur", 2, 1, 50 }, { "gbp", 2, 1, 30 },
	{ "aed", 2, 1, 200 }, { "ars", 2, 1, 50 }, { "aud", 2, 1, 50 },
	{ "bgn", 2, 1, 100 }, { "brl", 2, 1, 50 }, { "cad", 2, 1, 50 },
	{ "chf", 2, 1, 50 }, { "cop", 2, 1, 50 }, { "czk", 2, 1, 1500 },
	{ "dkk", 2, 1, 250 }, { "hkd", 2, 1, 400 }, { "huf", 2, 1, 17500 },
	{ "idr", 2, 1, 50 }, { "ils", 2, 1, 50 }, { "inr", 2, 1, 50 },
	{ "isk", 2, 100, 100 }, { "mxn", 2, 1, 1000 }, { "myr", 2, 1, 200 },
	{ "nok", 2, 1, 300 }, { "nzd", 2, 1, 50 }, { "php", 2, 1, 50 },
	{ "pln", 2, 1, 200 }, { "ron", 2, 1, 200 },
	{ "rub", 2, 1, 50 }, { "sek", 2, 1, 300 },
	{ "sgd", 2, 1, 50 }, { "thb", 2, 1, 1000 }, { "try", 2, 1, 50 },
	{ "twd", 2, 1, 50 }, { "uah", 2, 1, 50 }, { "zar", 2, 1, 50 },
	{ "bif", 0, 1, 1 }, { "clp", 0, 1, 1 }, { "djf", 0, 1, 1 },
	{ "gnf", 0, 1, 1 }, { "jpy", 0, 1, 50 }, { "kmf", 0, 1, 1 },
	{ "krw", 0, 1, 50 }, { "mga", 0, 1, 1 }, { "pyg", 0, 1, 1 },
	{ "rwf", 0, 1, 1 }, { "vnd", 0, 1, 1 }, { "vuv", 0, 1, 1 },
	{ "xaf", 0, 1, 1 }, { "xof", 0, 1, 1 }, { "xpf", 0, 1, 1 },
	{ "bhd", 3, 10, 10 }, { "jod", 3, 10, 10 }, { "kwd", 3, 10, 10 },
	{ "omr", 3, 10, 10 }, { "tnd", 3, 10, 10 },
};

static const struct currency *
find(const char *code)
{
	size_t i;

	for (i = 0; code != NULL && i < COUNT(currencies); i++)
		if (strcmp(currencies[i].code, code) == 0)
			return &currencies[i];
	return NULL;
}

enum err
money_check(struct ctx *c, int64_t amount, const char *currency)
{
	const struct currency *cur = find(currency);

	if (cur == NULL)
		return ctx_refuse(c, E_BADREQ, "The currency is not one we "
		    "can charge (three lower-case letters, e.g. usd).");
	if (amount < 0 || amount > MONEY_MAX)
		return ctx_refuse(c, E_BADREQ, "The amount must be 0 to %d.",
		    MONEY_MAX);
	if (amount > 0 && amount < cur->least)
		return ctx_refuse(c, E_BADREQ, "The least amount in %s is "
		    "%lld.", cur->code, (long long)cur->least);
	if (amount % cur->step != 0)
		return ctx_refuse(c, E_BADREQ, "An amount in %s must be a "
		    "multiple of %d.", cur->code, cur->step);
	return OK;
}

int64_t
money_part(int64_t amount, int percent, const char *currency)
{
	const struct currency *cur = find(currency);
	int64_t step = cur == NULL ? 1 : cur->step;

	return (amount * percent + 50 * step) / (100 * step) * step;
}

char *
money_text(struct ctx *c, int64_t amount, const char *currency)
{
	const struct currency *cur = find(currency);
	int digits = cur == NULL ? 2 : cur->digits, i;
	int64_t unit = 1;
	char *text;

	for (i = 0; i < digits; i++)
		unit *= 10;
	if (digits == 0)
		text = arena_printf(c->mem, "%lld %s", (long long)amount,
		    currency);
	else
		text = arena_printf(c->mem, "%lld.%0*lld %s",
		    (long long)(amount / unit), digits,
		    (long long)(amount % unit), currency);
	for (i = 0; text[i] != '\0'; i++)
		text[i] = (char)toupper((unsigned char)text[i]);
	return text;
}
