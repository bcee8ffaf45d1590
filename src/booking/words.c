#include "booking/words.h"

#include <string.h>

#include "base/attr.h"

/* The first row that fits wins; the last one fits everything. */
static const struct words table[] = {
	{ "CONFIRMED", "PAID", "Paid, confirmed for {start}.",
	    "You can close this page.", 1 },
	{ "CONFIRMED", "NOT_REQUIRED", "Confirmed for {start}. Nothing to pay.",
	    "You can close this page.", 1 },
	{ "CONFIRMED", "PARTIALLY_REFUNDED", "Confirmed for {start}. Part of "
	    "the payment was paid back.", "", 1 },
	{ "CONFIRMED", "REFUNDED", "Confirmed for {start}. The payment was "
	    "paid back.", "", 1 },
	{ "CONFIRMED", "DISPUTED", "Confirmed for {start}. The payment is "
	    "disputed with the bank.", "Please get in touch with us.", 1 },
	{ "PENDING", "UNPAID", "Reserved for {start}, not paid yet.",
	    "Your booking is confirmed as soon as it is paid.", 0 },
	{ "PENDING", "EXPIRED", "The payment page has expired; nothing was "
	    "paid.", "Start the payment again to keep {start}.", 1 },
	{ "PENDING", "PROCESSING", "Your payment is on its way; {start} is "
	    "reserved for you.", "Some ways to pay take days. You can close "
	    "this page: the booking is confirmed when the money is here.", 0 },
	{ "PENDING", "FAILED", "The payment failed; {start} is not confirmed.",
	    "No money was taken. Please try again, perhaps in another way.",
	    1 },
	{ "PENDING", "PAID", "We have a payment from you that does not match "
	    "this booking.", "Please do not pay again: we look into it and "
	    "get in touch.", 1 },
	{ "PENDING", "DISPUTED", "The payment is disputed with the bank.",
	    "Please get in touch with us.", 1 },
	{ "PENDING", NULL, "The payment was paid back; {start} is not "
	    "confirmed.", "", 1 },
	{ "COMPLETED", NULL, "This session took place on {start}.", "", 1 },
	{ "CANCELLED", "LATE", "This booking was cancelled before your "
	    "payment arrived.", "", 0 },
	{ "CANCELLED", "UNPAID", "This booking was cancelled.",
	    "Nothing was paid.", 1 },
	{ "CANCELLED", "EXPIRED", "This booking was cancelled.",
	    "Nothing was paid.", 1 },
	{ "CANCELLED", "FAILED", "This booking was cancelled.",
	    "Nothing was paid.", 1 },
	{ "CANCELLED", "NOT_REQUIRED", "This booking was cancelled.", "", 1 },
	{ "CANCELLED", "PROCESSING", "This booking was cancelled while your "
	    "payment was on its way.", "If the money still arrives, it is "
	    "paid back.", 0 },
	{ "CANCELLED", "PAID", "This booking was cancelled.", "", 1 },
	{ "CANCELLED", "PARTIALLY_REFUNDED", "This booking was cancelled.",
	    "", 1 },
	{ "CANCELLED", "REFUNDED", "This booking was cancelled.", "", 1 },
	{ "CANCELLED", "DISPUTED", "This booking was cancelled; the payment "
	    "is disputed with the bank.", "Please get in touch with us.", 1 },
	{ "RESCHEDULED", NULL, "This booking was moved to another time.",
	    "What was paid moved along with it: open the link of the new "
	    "time.", 1 },
	{ "NO_SHOW", NULL, "This session on {start} was marked as missed.",
	    "", 1 },
	{ NULL, NULL, "This booking is being looked into.",
	    "Please get in touch with us.", 1 },
};

static int
fits(const char *pattern, const char *word)
{
	return pattern == NULL || strcmp(pattern, word) == 0;
}

const struct words *
words_for(const char *status, const char *payment)
{
	const struct words *w = table;

	while (!fits(w->status, status) || !fits(w->payment, payment))
		w++;
	return w;
}
