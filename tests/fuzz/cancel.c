/*
 * Fuzz: what somebody asks POST /api/bookings/{id}/cancel for.
 */
#include <stdlib.h>
#include <string.h>

#include "app/cancel.h"
#include "base/ctx.h"
#include "base/text.h"
#include "fuzz.h"
#include "web/req.h"

static void
check(const struct cancel_order *o)
{
	/* Who and what is for others to say. */
	if (o->booking != NULL || (o->dry_run != 0 && o->dry_run != 1))
		abort();
	if (o->reason != NULL && (text_blank(o->reason) ||
	    !text_plain(o->reason) || strlen(o->reason) > 2000))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char type[] = "CONTENT_TYPE=application/json";
	char *params[] = { type, NULL };
	struct req rq = { .params = params };
	struct cancel_order order;
	struct ctx c;
	enum err e;

	ctx_init(&c);
	/* A copy without a NUL behind: lengths must do. */
	rq.body = memcpy(arena_alloc(c.mem, size), data, size);
	rq.body_len = size;
	e = cancel_parse(&c, &rq, &order);
	if (e == OK)
		check(&order);
	else if (e != E_BADREQ)
		abort();
	ctx_free(&c);
	return 0;
}
