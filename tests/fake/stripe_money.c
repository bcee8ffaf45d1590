/*
 * fake-stripe, money (facts/stripe.md §11): which currencies there are, the
 * least that can be charged, and which sums they can have.
 */
#include <stdio.h>
#include <string.h>

#include "stripe.h"

enum { MINIMUM_ELSEWHERE = 50, AMOUNT_MAX = 99999999 };

static const struct {
	const char *code;
	int minimum;
} minimums[] = {
	{ "usd", 50 }, { "aed", 200 }, { "ars", 50 }, { "aud", 50 },
	{ "brl", 50 }, { "cad", 50 }, { "chf", 50 }, { "cop", 50 },
	{ "czk", 1500 }, { "dkk", 250 }, { "eur", 50 }, { "gbp", 30 },
	{ "hkd", 400 }, { "huf", 17500 }, { "idr", 50 }, { "ils", 50 },
	{ "inr", 50 }, { "jpy", 50 }, { "krw", 50 }, { "mxn", 1000 },
	{ "myr", 200 }, { "nok", 300 }, { "nzd", 50 }, { "php", 50 },
	{ "pln", 200 }, { "ron", 200 }, { "rub", 50 }, { "sek", 300 },
	{ "sgd", 50 }, { "thb", 1000 }, { "zar", 50 },
};

static const char zero_decimal[] = " bif clp djf gnf jpy kmf krw mga pyg rwf"
	" ugx vnd vuv xaf xof xpf ";
static const char three_decimal[] = " bhd jod kwd omr tnd ";
static const char others[] = " isk twd bgn bam rsd mkd all gel azn amd kzt uah"
	" try egp mad ngn ghs kes tzs pkr lkr bdt npr mop pen uyu bob crc dop"
	" gtq hnl nio pab jmd ttd bbd bzd qar sar cny ";

static int
listed(const char *list, const char *currency)
{
	char word[6];

	snprintf(word, sizeof(word), " %.3s ", currency);
	return strlen(currency) == 3 && strstr(list, word) != NULL;
}

int
currency_known(const char *currency)
{
	size_t i;

	for (i = 0; i < sizeof(minimums) / sizeof(*minimums); i++)
		if (strcmp(minimums[i].code, currency) == 0)
			return 1;
	return listed(zero_decimal, currency) ||
	    listed(three_decimal, currency) || listed(others, currency);
}

int64_t
currency_minimum(const char *currency)
{
	size_t i;

	for (i = 0; i < sizeof(minimums) / sizeof(*minimums); i++)
		if (strcmp(minimums[i].code, currency) == 0)
			return minimums[i].minimum;
	return MINIMUM_ELSEWHERE;
}

int
currency_fits(const char *currency, int64_t amount)
{
	if (amount > AMOUNT_MAX)
		return 0;
	if (listed(three_decimal, currency))
		return amount % 10 == 0;
	return strcmp(currency, "isk") != 0 || amount % 100 == 0;
}

void
money_text(char ret[48], const char *currency, int64_t amount)
{
	const char *sign = strcmp(currency, "usd") == 0 ? "$" :
	    strcmp(currency, "eur") == 0 ? "€" :
	    strcmp(currency, "gbp") == 0 ? "£" :
	    strcmp(currency, "jpy") == 0 ? "¥" : "";
	long long a = (long long)amount;
	int n;

	if (listed(zero_decimal, currency))
		n = snprintf(ret, 48, "%s%lld", sign, a);
	else if (listed(three_decimal, currency))
		n = snprintf(ret, 48, "%s%lld.%03lld", sign, a / 1000,
		    a % 1000);
	else
		n = snprintf(ret, 48, "%s%lld.%02lld", sign, a / 100, a % 100);
	if (*sign == '\0' && n < 40)
		snprintf(ret + n, (size_t)(48 - n), " %.3s", currency);
}
