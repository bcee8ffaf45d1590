/*
 * outside: the shop's connections to those it calls.
 *
 * Apart from shop.c, so that a program that calls nobody does not link an
 * HTTP client.
 */
#ifndef APP_OUTSIDE_H
#define APP_OUTSIDE_H

#include "base/conf.h"
#include "base/ctx.h"

/* Like shop_open, with Stripe and Calendly ready to be called. */
enum err outside_open(struct ctx *c, const struct conf *conf,
    void **ret) MUST_USE;
/* With Stripe only: for programs that need no token of Calendly's. */
enum err outside_open_stripe(struct ctx *c, const struct conf *conf,
    void **ret) MUST_USE;
/* Like shop_open_plain, with both. */
enum err outside_open_plain(struct ctx *c, const struct conf *conf,
    void **ret) MUST_USE;
void outside_close(void *shop);

/* Once per process, before threads. */
void outside_prepare(void);

#endif
