/*
 * request: what a person, or the system itself, wants done, as an event.
 *
 * A request that is granted is stored like a delivery, in the transaction that
 * carries it out, so that all rows can be made again from the events alone.
 * One that is refused leaves nothing.
 */
#ifndef APP_REQUEST_H
#define APP_REQUEST_H

#include "base/ctx.h"
#include "booking/event.h"

struct cJSON;
struct db;
struct seat_request;

/* Sources: who wants it. */
#define REQUEST_CLIENT "client"
#define REQUEST_BUILDER "builder"
#define REQUEST_ADMIN "admin"
#define REQUEST_SYSTEM "system"

/* Is it one of these? */
int request_is_source(const char *source);

struct request {
	const char *source;
	const char *type;   /* "booking.cancel": app/translate_request.c */
	const char *key;    /* the same request twice has the same; NULL: any */
	const char *object; /* id of what it is about */
	const struct cJSON *body;
};

/*
 * Stores and carries out.  What the request meets (E_CONFLICT, …) is passed
 * on, and the transaction must end with it.  A request whose key came before
 * changes nothing; *ret says "ignored" then.  What it frees (event_frees) is
 * left to the caller.
 */
enum err request_take_in_tx(struct ctx *c, struct db *db,
    const struct request *rq, struct event_outcome *ret) MUST_USE;

/* The body of a request to book: all of rq, so that it can be made again. */
struct cJSON *request_to_book(struct ctx *c, const struct seat_request *rq);

/* Stores what the caller has just carried out for that booking (or NULL). */
enum err request_note_tx(struct ctx *c, struct db *db,
    const struct request *rq, const char *booking) MUST_USE;

#endif
