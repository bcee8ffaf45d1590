/*
 * access: may this caller do this to this booking?
 *
 * The one place that decides.  Who may not see a booking learns nothing about
 * it, not even whether it exists.
 */
#ifndef APP_ACCESS_H
#define APP_ACCESS_H

#include "base/ctx.h"

struct booking;
struct caller;
struct db;
struct link_grant;
struct session_type;

enum access_action { ACCESS_SEE, ACCESS_PAY, ACCESS_CANCEL };

/* As whom; of several, what costs the client least by a cancellation. */
enum access_role { ACCESS_CLIENT, ACCESS_BUILDER, ACCESS_ADMIN };

/* How long after its session a booking is open to who knows how it was made. */
enum { ACCESS_DAYS_AFTER = 7 };

/*
 * b may be NULL: no such booking.  E_NOAUTH: the caller has shown nothing that
 * counts, or must sign in for this; E_NOBOOKING: it is not theirs, or there is
 * none; E_FORBIDDEN: they may see it and not do that.
 */
enum err access_check_tx(struct ctx *c, struct db *db,
    const struct caller *who, const struct booking *b,
    enum access_action action) MUST_USE;

/* As whom the caller acts who has passed access_check_tx for b. */
enum err access_role_tx(struct ctx *c, struct db *db,
    const struct caller *who, const struct booking *b,
    enum access_role *ret) MUST_USE;

/*
 * May the caller make a booking of type?  NULL: of any at all.  E_NOAUTH:
 * only if they sign in.
 */
enum err access_book(struct ctx *c, const struct caller *who,
    const struct session_type *type) MUST_USE;

/*
 * The caller called b (NULL: there is none) by its invitee's uuid, which only
 * they and Calendly know.  Where guests are let in that is a capability, until
 * the booking's links are called back or ACCESS_DAYS_AFTER.
 */
void access_know(struct caller *who, const struct booking *b);

/*
 * The same of who wants to pay b, and knows its uuid or the key that made it.
 * Where guests are not let in, it is theirs who is the first to sign in and
 * say so.  Errors as access_check_tx; OK: the caller has the capability.
 */
enum err access_claim_tx(struct ctx *c, struct db *db, struct caller *who,
    const struct booking *b) MUST_USE;

/*
 * The strongest of the caller's capabilities that open b now, of several like
 * it the one that lasts longest; or NULL.
 */
const struct link_grant *access_grant(const struct ctx *c,
    const struct caller *who, const struct booking *b);

#endif
