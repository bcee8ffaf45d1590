/*
 * signature: are these exact bytes signed by somebody who knows our secret,
 * and recently?
 *
 * Stripe (Stripe-Signature) and Calendly (Calendly-Webhook-Signature) write
 * the same header: t=<unix seconds>,v1=<64 hex digits>[,v1=…][,other=…].
 * v1 is HMAC-SHA256 of t "." body, and the key is the whole text of the secret
 * ("whsec_" included, nothing decoded).  While a secret is rolled over there
 * is one v1 for each of the two.
 */
#ifndef PROVIDER_SIGNATURE_H
#define PROVIDER_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct ctx;

/* A longer header is refused unread. */
enum { SIGNATURE_HEADER_MAX = 4096 };

struct signature_rule {
	/* Any one of them may have signed; a blank one never has. */
	const char *const *secrets;
	size_t count;
	/* How far t may lie from c->now, in seconds; 0: it is not checked.
	 * Both providers' own libraries allow 300 and 180 into the past. */
	int64_t tolerance_past, tolerance_future;
	/* Stripe's libraries compare text: upper-case hex is no match. */
	int lower_hex_only;
};

/*
 * OK, or E_SIGNATURE (c->why names the check).  header may be NULL: none was
 * sent.  body is what came over the wire, before anything parsed it.
 *
 * The age is judged after the signature, so "too old" is only ever said of
 * genuine messages.  Elements but t and v1 are ignored, v1 that is not 64 hex
 * digits too; two t, or a t with anything but digits, are refused.
 */
enum err signature_verify(struct ctx *c, const struct signature_rule *rule,
    const char *header, const char *body, size_t len) MUST_USE;

#endif
