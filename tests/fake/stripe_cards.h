/*
 * stripe_cards: the test cards of facts/stripe.md §12.
 */
#ifndef FAKE_STRIPE_CARDS_H
#define FAKE_STRIPE_CARDS_H

struct card {
	const char *number;
	const char *code, *decline_code, *message;	/* NULL: it works */
	int secure;	/* asks for 3-D Secure */
	int invalid;	/* refused by the page, nothing happens */
	const char *dispute;	/* reason of the dispute that follows */
	const char *refund;	/* "pending" or "failed" */
};

/* Never NULL: an unknown number is a card that is no test card. */
const struct card *card_find(const char *digits);

#endif
