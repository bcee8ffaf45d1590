/*
 * canned: the world outside of a harness.  What a provider answers is a part
 * of the input, nobody is called, and time passes only while somebody waits.
 *
 * Harnesses with it are linked with $(canned_wraps), so that the calls of
 * http.h, now.h and nanosleep arrive here.
 */
#ifndef FUZZ_CANNED_H
#define FUZZ_CANNED_H

#include <stddef.h>

struct ctx;

/* What the keys of the settings must be, to be seen where they do not belong. */
#define CANNED_STRIPE "https://api.stripe.example"
#define CANNED_CALENDLY "https://api.calendly.example"
#define CANNED_STRIPE_KEY "sk_test_fuzz_0123456789"
#define CANNED_CALENDLY_TOKEN "calendly_fuzz_0123456789"

/*
 * The answers to the calls from now on: "STATUS", header lines, an empty line
 * and the body, a 0x01 between any two.  Status 0, and whatever comes behind
 * the last, is no answer.  "=bookingId=" and "=checkoutId=" in a body become
 * what the call says they are.  The bytes must last.
 */
void canned_load(const char *answers, size_t len);

/* How many calls were made since then. */
size_t canned_calls(void);

#endif
