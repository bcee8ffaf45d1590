/*
 * redact: the body of an event without the person it is about.
 *
 * What is left is what our parsers read, and says the same to them: applied
 * again, the event makes the same rows, but for the person.
 */
#ifndef APP_REDACT_H
#define APP_REDACT_H

#include "base/ctx.h"

struct db;
struct event;

/*
 * The person of that booking goes, for the names that booking/erase.h gives
 * it; NULL: the event is about none, and the names are made of its own id.
 * *ret lives in c.
 */
enum err redact_person(struct ctx *c, const struct event *ev,
    const char *booking, const char **ret) MUST_USE;

/*
 * For an event about another booking that mentions who had this address: what
 * nobody reads goes, and the person, if it was theirs once.
 */
enum err redact_mention(struct ctx *c, const struct event *ev,
    const char *email, const char **ret) MUST_USE;

/*
 * At the door: what is said of a booking whose person was forgotten must not
 * bring them back.  ev, which is not applied yet, gets another body then, and
 * erased_at.
 */
enum err redact_door_tx(struct ctx *c, struct db *db,
    struct event *ev) MUST_USE;

/* The same for a stored event of Stripe's, once it is known which booking it
 * is about (or NULL). */
enum err redact_after_tx(struct ctx *c, struct db *db, const struct event *ev,
    const char *booking) MUST_USE;

#endif
