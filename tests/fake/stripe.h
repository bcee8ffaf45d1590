/*
 * stripe: what the files of fake-stripe share.  Everything that takes a
 * struct stripe needs the lock of its struct fake.
 */
#ifndef FAKE_STRIPE_H
#define FAKE_STRIPE_H

#include "fake.h"
#include "store.h"

#define STRIPE_VERSION "2026-10-28.endive"

enum kind {
	SESSIONS, INTENTS, CHARGES, REFUNDS, DISPUTES, EVENTS, ENDPOINTS,
	COUPONS, PROMOS, KINDS
};

struct stripe;
typedef void job_fn(struct stripe *st, const char *id, const char *what);

/* Something that happens later by itself. */
struct job {
	int64_t due;
	job_fn *fn;
	char id[ID_MAX], what[16];
	struct job *next;
};

struct stripe {
	struct fake f;
	const char *key, *webhook_url, *webhook_secret;
	struct store store[KINDS];
	cJSON *errors;	/* name -> {status, headers, body} */
	cJSON *spec;	/* openapi-subset.json */
	cJSON *samples;	/* event name -> its data.object */
	struct job *jobs;
	struct idem *idem;
};

/* One API request being answered. */
struct call {
	struct stripe *st;
	struct hreq *rq;
	struct hresp *rs;
	cJSON *params;	/* form_parse of the body or the query */
	char id[ID_MAX];	/* what stood for {…} in the path */
	const char *key;	/* Idempotency-Key or NULL */
	char request[24];	/* Request-Id */
	int failed;	/* an error was answered */
	int executed;	/* past validation: the answer sticks to the key */
};

/* base */
struct obj *store_add(struct stripe *st, enum kind kind, cJSON *json);
struct obj *store_find(struct stripe *st, enum kind kind, const char *id);
void new_id(char ret[ID_MAX], const char *prefix, int n);
/* A copy of the object in a sample event of the contract. */
cJSON *sample(struct stripe *st, const char *event);
void base_load(struct stripe *st);
void base_free(struct stripe *st);
/* Run fn(st, id, what) in so many seconds of real life. */
void job_add(struct stripe *st, double real_s, job_fn *fn, const char *id,
    const char *what);
/* Run what is due, or everything. */
void jobs_run(struct stripe *st, int all);
/* So much of our time was skipped. */
void jobs_jump(void *st, int64_t by_ms);

/* error: answers with a body of contract/stripe/errors, its words changed. */
void stripe_error(struct call *c, const char *name, const char *param,
    const char *fmt, ...) PRINTF_LIKE(4, 5);
/* One that has no code: 400 with these words. */
void stripe_refuse(struct call *c, const char *param, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void stripe_missing(struct call *c, const char *type, const char *param,
    const char *id);

/* answer */
void answer_json(struct call *c, int status, const cJSON *o);
/* The same after filling in what expand[] asks for. */
void answer_object(struct call *c, const struct obj *o);
/* A page of a list, newest first; keep(o) says which belong. */
void answer_list(struct call *c, enum kind kind, const char *url,
    int (*keep)(struct call *, const struct obj *));
/* Does created[gte] and its kin let this one through? */
int created_fits(struct call *c, const struct obj *o);

/* idem */
enum idem_state { IDEM_NEW, IDEM_REPLAYED, IDEM_REFUSED };
enum idem_state idem_begin(struct call *c);
void idem_end(struct call *c);
void idem_free(struct stripe *st);

/* event: make one and send it to whoever asked for it.  Its id is returned
 * and lives as long as the event; `before` (taken over) may be NULL. */
const char *event_emit(struct stripe *st, const char *type,
    const cJSON *object, cJSON *before, const struct call *cause);
void event_list(struct call *c);
void event_get(struct call *c);

/* session */
void session_create(struct call *c);
void session_list(struct call *c);
void session_get(struct call *c);
void session_update(struct call *c);
void session_expire(struct call *c);
void session_items(struct call *c);
/* Ends an open session as time would; the id of the event or NULL. */
const char *session_end(struct stripe *st, struct obj *s,
    const struct call *cause);
void session_tick(struct stripe *st);
/* Take this discount off; NULL or why not. */
const char *session_discount(struct stripe *st, struct obj *s,
    const char *coupon, const char *promo);
const char *session_promo_text(struct stripe *st, struct obj *s,
    const char *text);
/* metadata and friends of a request into an object; 0 if refused. */
int metadata_put(struct call *c, cJSON *target, const char *name);

/* money */
int currency_known(const char *currency);
int64_t currency_minimum(const char *currency);
/* Is this a sum the currency can have? */
int currency_fits(const char *currency, int64_t amount);
void money_text(char ret[48], const char *currency, int64_t amount);

/* pay: what the hosted page does when the customer pays. */
struct payment {
	const char *card;	/* digits, or NULL */
	const char *bank;	/* succeeds, fails, processing, or NULL */
	const char *email, *name;	/* or NULL */
	int authenticated;	/* 3-D Secure: 1 done, -1 failed, 0 not asked */
};
struct paid {
	const char *status;	/* complete, processing, requires_action,
				 * declined, invalid, closed */
	const char *code, *decline_code, *message;
	cJSON *events;	/* ids, in order; the caller deletes it */
	const char *completed;	/* id of checkout.session.completed */
};
void pay(struct stripe *st, struct obj *session, const struct payment *p,
    struct paid *ret);
/* A delayed payment comes to its end; NULL or why not. */
const char *pay_settle(struct stripe *st, const char *session,
    const char *result);
/* success_url with the session's id in it.  The caller frees. */
char *pay_return_url(const struct obj *session);
void pay_wait(struct stripe *st, const char *event);

/* The customer pays in the very moment in which this session is to expire. */
void pay_when_expiring(struct obj *session, const struct payment *p);
void pay_if_waiting(struct stripe *st, struct obj *session);

/* money going back */
void refund_create(struct call *c);
void refund_list(struct call *c);
void refund_get(struct call *c);
void refund_update(struct call *c);
/* A person in the dashboard gives back; 0: all that is left.  NULL and in *why
 * the reason if that cannot be. */
struct obj *refund_by_hand(struct stripe *st, struct obj *intent,
    double amount, const char *reason, const char **why);
/* It comes to its end; NULL or why not. */
const char *refund_settle(struct stripe *st, const char *id,
    const char *result);
/* amount 0: all of it */
struct obj *dispute_open(struct stripe *st, struct obj *intent,
    const char *reason, double amount);
/* NULL or why not. */
const char *dispute_move(struct stripe *st, const char *id,
    const char *status);

/* other resources */
void intent_get(struct call *c);
void charge_get(struct call *c);
void dispute_get(struct call *c);
void endpoint_create(struct call *c);
void endpoint_list(struct call *c);
void endpoint_get(struct call *c);
void endpoint_update(struct call *c);
void endpoint_delete(struct call *c);
/* Turned off as after days of failures, or deleted by a person.  How many;
 * id NULL: all. */
int endpoint_end(struct stripe *st, const char *id, int gone);
void coupon_list(struct call *c);
void coupon_get(struct call *c);
void promo_list(struct call *c);
void promo_get(struct call *c);
void seed(struct stripe *st);
void endpoint_seed(struct stripe *st);
/* What is there, for tests to compare with. */
cJSON *books(struct stripe *st);

/* The hosted page: /c/pay/{session}. */
void page(struct stripe *st, struct hreq *rq, struct hresp *rs);
/* POST /_fake/…; 0 if it is none of ours. */
int steer(struct stripe *st, struct hreq *rq, struct hresp *rs);
/* API: /v1/….  Takes the lock itself. */
void api(struct stripe *st, struct hreq *rq, struct hresp *rs);

#endif
