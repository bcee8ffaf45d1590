/*
 * err: the one list of failures.
 *
 * A code says what the caller should do about it.  The list also gives each
 * code the HTTP status, the public name and the public words of the interface;
 * nothing else in the house maps failures to statuses.  Words for the log go
 * to ctx->why (base/ctx.h), never to a client.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define ERR_LIST(X)                                                            \
	X(OK, 200, "OK", "")                                                   \
	X(E_BADREQ, 400, "INVALID_REQUEST", "The request is not valid.")       \
	X(E_NOAUTH, 401, "AUTHENTICATION_REQUIRED",                            \
	    "Please sign in, or open the link you were sent.")                 \
	X(E_SIGNATURE, 401, "WEBHOOK_VERIFICATION_FAILED",                     \
	    "The signature does not match.")                                   \
	X(E_DECLINED, 402, "PAYMENT_ERROR", "The payment was refused.")        \
	X(E_FORBIDDEN, 403, "FORBIDDEN", "You may not do this.")               \
	X(E_NOBOOKING, 404, "BOOKING_NOT_FOUND", "There is no such booking.")  \
	X(E_NOSESSION, 404, "SESSION_NOT_FOUND",                               \
	    "There is no such payment session.")                               \
	X(E_NOTYPE, 404, "SESSION_TYPE_NOT_FOUND",                             \
	    "There is no such session type.")                                  \
	X(E_NOTFOUND, 404, "NOT_FOUND", "There is nothing here.")              \
	X(E_METHOD, 405, "METHOD_NOT_ALLOWED",                                 \
	    "This method is not allowed here.")                                \
	X(E_CONFLICT, 409, "BOOKING_CONFLICT",                                 \
	    "The booking is not in a state that allows this.")                 \
	X(E_REPLAYED, 409, "IDEMPOTENCY_CONFLICT",                             \
	    "This Idempotency-Key was used for a different request.")          \
	X(E_TOOBIG, 413, "PAYLOAD_TOO_LARGE", "The request is too large.")     \
	X(E_MEDIA, 415, "UNSUPPORTED_MEDIA_TYPE",                              \
	    "Please send application/json.")                                   \
	X(E_RATE, 429, "RATE_LIMITED", "Too many requests; please wait.")      \
	X(E_INTERNAL, 500, "INTERNAL", "Something went wrong on our side.")    \
	X(E_PAYMENT, 502, "PAYMENT_ERROR",                                     \
	    "The payment could not be prepared.")                              \
	X(E_BUSY, 503, "DATABASE_ERROR",                                       \
	    "The service is busy; please try again in a moment.")              \
	X(E_STRIPE, 503, "STRIPE_UNAVAILABLE",                                 \
	    "The payment service does not answer; please try again.")          \
	X(E_CALENDLY, 503, "CALENDLY_UNAVAILABLE",                             \
	    "Calendly does not answer; please try again.")

enum err {
#define ERR_ENUM(code, status, name, words) code,
	ERR_LIST(ERR_ENUM)
#undef ERR_ENUM
};

/* The HTTP status a client gets for e. */
int err_status(enum err e);

/* The public name of e, e.g. "BOOKING_CONFLICT"; never NULL. */
const char *err_name(enum err e);

/* Public words for e, used where the request has no better ones. */
const char *err_words(enum err e);

#endif
