#include "stripe_cards.h"

#include <string.h>

#define DECLINED "Your card was declined."

static const struct card cards[] = {
	{ .number = "4242424242424242" },
	{ .number = "4000056655665556" },
	{ .number = "5555555555554444" },
	{ .number = "378282246310005" },
	{ .number = "4000000000000002", .code = "card_declined",
	    .decline_code = "generic_decline", .message = DECLINED },
	{ .number = "4000000000009995", .code = "card_declined",
	    .decline_code = "insufficient_funds",
	    .message = "Your card has insufficient funds." },
	{ .number = "4000000000009987", .code = "card_declined",
	    .decline_code = "lost_card", .message = DECLINED },
	{ .number = "4000000000009979", .code = "card_declined",
	    .decline_code = "stolen_card", .message = DECLINED },
	{ .number = "4000000000000069", .code = "expired_card",
	    .decline_code = "expired_card",
	    .message = "Your card has expired." },
	{ .number = "4000000000000127", .code = "incorrect_cvc",
	    .decline_code = "incorrect_cvc",
	    .message = "Your card's security code is incorrect." },
	{ .number = "4000000000000119", .code = "processing_error",
	    .decline_code = "processing_error",
	    .message = "An error occurred while processing your card. Try "
		"again in a little bit." },
	{ .number = "4000000000006975", .code = "card_declined",
	    .decline_code = "card_velocity_exceeded",
	    .message = "Your card was declined for making repeated attempts "
		"too frequently or exceeding its amount limit." },
	{ .number = "4000000000000341", .code = "card_declined",
	    .decline_code = "generic_decline", .message = DECLINED },
	{ .number = "4000002500003155", .secure = 1 },
	{ .number = "4000002760003184", .secure = 1 },
	{ .number = "4000000000003220", .secure = 1 },
	{ .number = "4000008400001629", .secure = 1, .code = "card_declined",
	    .decline_code = "generic_decline", .message = DECLINED },
	{ .number = "4000000000007726", .refund = "pending" },
	{ .number = "4000000000005126", .refund = "failed" },
	{ .number = "4000000000000259", .dispute = "fraudulent" },
	{ .number = "4000000000002685", .dispute = "not_received" },
	{ .number = "4000000000001976", .dispute = "inquiry" },
	{ .number = "4000000000005423", .dispute = "warning" },
};

static const struct card wrong_number = {
	.code = "incorrect_number", .invalid = 1,
	.message = "Your card number is invalid.",
};

static const struct card real_card = {
	.code = "card_declined", .decline_code = "test_mode_live_card",
	.message = "Your card was declined. Your request was in test mode, "
	    "but used a non test card.",
};

static int
luhn_ok(const char *digits)
{
	int sum = 0, twice = 0, d;
	size_t n = strlen(digits);

	if (n < 12 || n > 19 || digits[strspn(digits, "0123456789")] != '\0')
		return 0;
	while (n-- > 0) {
		d = (digits[n] - '0') * (twice ? 2 : 1);
		sum += d > 9 ? d - 9 : d;
		twice = !twice;
	}
	return sum % 10 == 0;
}

const struct card *
card_find(const char *digits)
{
	size_t i;

	for (i = 0; i < sizeof(cards) / sizeof(*cards); i++)
		if (strcmp(cards[i].number, digits) == 0)
			return &cards[i];
	return luhn_ok(digits) ? &real_card : &wrong_number;
}
