/*
 * bookings: what the commands about bookings share.
 */
#ifndef ADMIN_BOOKINGS_H
#define ADMIN_BOOKINGS_H

#include "base/ctx.h"

struct booking;
struct cJSON;
struct db;

/* By our id or by Calendly's invitee uuid; E_NOBOOKING with words. */
enum err bookings_find_tx(struct ctx *c, struct db *db, const char *id,
    struct booking **ret) MUST_USE;

/* What a list says of it, into o. */
void bookings_print(struct ctx *c, const struct booking *b, struct cJSON *o);

#endif
