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

enum access_action { ACCESS_SEE, ACCESS_PAY, ACCESS_CANCEL };

/* As whom; of several, what costs the client least by a cancellation. */
enum access_role { ACCESS_CLIENT, ACCESS_BUILDER, ACCESS_ADMIN };

/*
 * b may be NULL: no such booking.  E_NOAUTH: the caller has shown nothing, or
 * a sign-in that counts no longer; E_NOBOOKING: it is not theirs, or there is
 * none; E_FORBIDDEN: they may see it and not do that.
 */
enum err access_check_tx(struct ctx *c, struct db *db,
    const struct caller *who, const struct booking *b,
    enum access_action action) MUST_USE;

/* As whom the caller acts who has passed access_check_tx for b. */
enum err access_role_tx(struct ctx *c, struct db *db,
    const struct caller *who, const struct booking *b,
    enum access_role *ret) MUST_USE;

#endif
