/*
 * shop: what a thread of a program needs to serve people: the database, the
 * settings, who is who, and, where the program calls out, Stripe and Calendly.
 */
#ifndef APP_SHOP_H
#define APP_SHOP_H

#include "base/conf.h"
#include "base/ctx.h"
#include "provider/calendly.h"
#include "provider/stripe.h"

struct auth;
struct db;

struct shop {
	const struct conf *conf;
	const char *public_url; /* no slash behind */
	struct db *db;
	struct auth *auth;        /* NULL: nobody is asked who they are */
	struct stripe stripe;     /* key NULL: not configured */
	struct calendly calendly; /* token NULL: not configured */
};

/*
 * Opens the database of conf and refuses one of another schema.  For
 * programs that need no more than that.
 */
enum err shop_open_db(struct ctx *c, const struct conf *conf,
    struct db **ret) MUST_USE;

/* A shop that calls nobody; *ret (a struct shop *) lives until shop_close. */
enum err shop_open(struct ctx *c, const struct conf *conf,
    void **ret) MUST_USE;
/* The same without auth, for programs that need none of its secrets. */
enum err shop_open_plain(struct ctx *c, const struct conf *conf,
    void **ret) MUST_USE;
void shop_close(void *shop);

#endif
