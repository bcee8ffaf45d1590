/*
 * receiver: what a webhook program needs: a database and the provider's keys.
 */
#ifndef APP_RECEIVER_H
#define APP_RECEIVER_H

#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/ctx.h"
#include "web/meter.h"

struct db;
struct intake;
struct req;
struct resp;

struct receiver {
	struct db *db;
	struct conf_list keys;
	int64_t tolerance; /* WEBHOOK_TOLERANCE, seconds; never 0 (no limit) */
};

/* A receiver whose keys are those of conf key `keys`. */
enum err receiver_open(struct ctx *c, const struct conf *conf,
    const char *keys, void **ret) MUST_USE;
void receiver_close(void *receiver);

/* The way of one provider's deliveries. */
struct receiver_way {
	enum meter_peer peer; /* whose they are */
	const char *header; /* FastCGI's name of the signature header */
	int64_t past, future; /* seconds its time may differ */
	int lower_hex_only;
	/* app/intake.h */
	enum err (*take_in)(struct ctx *c, struct db *db, const char *body,
	    size_t len, struct intake *ret);
};

/*
 * What web/meter.h counts under that number; NULL: nothing.
 */
const char *receiver_type(enum meter_peer peer, size_t number);

/*
 * One delivery, in this order: verify the bytes, store them, apply them,
 * commit, answer.  An error is answered only where sending it again can help.
 */
enum err receiver_answer(struct ctx *c, struct receiver *r,
    const struct receiver_way *way, const struct req *rq,
    struct resp *rs) MUST_USE;

#endif
