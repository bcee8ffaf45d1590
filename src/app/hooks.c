#include "app/hooks.h"

#include <string.h>

#include "booking/builder.h"
#include "db/db.h"

const char *const hooks_calendly_types[] = { "invitee.created",
	"invitee.canceled", "invitee_no_show.created",
	"invitee_no_show.deleted", NULL };
const char *const hooks_stripe_types[] = {
	"checkout.session.completed",
	"checkout.session.async_payment_succeeded",
	"checkout.session.async_payment_failed",
	"checkout.session.expired",
	"payment_intent.succeeded",
	"payment_intent.payment_failed",
	"payment_intent.canceled",
	"charge.refunded",
	"refund.created",
	"refund.updated",
	"refund.failed",
	"charge.dispute.created",
	"charge.dispute.updated",
	"charge.dispute.closed",
	"charge.dispute.funds_withdrawn",
	"charge.dispute.funds_reinstated",
	NULL,
};

size_t
hooks_count(const char *const *types)
{
	size_t n = 0;

	while (types[n] != NULL)
		n++;
	return n;
}

int
hooks_name(const char *const *list, size_t n, const char *word)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i], word) == 0)
			return 1;
	return 0;
}

size_t
hooks_lack(const char *const *list, size_t n, const char *const *types)
{
	size_t lacking = 0;

	for (; *types != NULL; types++)
		lacking += !hooks_name(list, n, *types);
	return lacking;
}

static enum err
builders_tx(struct ctx *c, struct db *db, void *arg)
{
	return builder_list_tx(c, db, arg);
}

enum err
hooks_others(struct ctx *c, struct db *db, const char *user, int *ret)
{
	struct builder_list list;
	size_t i;
	enum err e;

	e = db_read(c, db, builders_tx, &list);
	if (e != OK)
		return e;
	*ret = 0;
	for (i = 0; i < list.count; i++)
		*ret |= list.rows[i].calendly_user != NULL &&
		    strcmp(list.rows[i].calendly_user, user) != 0;
	return OK;
}

int
hooks_lead_to(const char *url, const char *receiver)
{
	size_t len = strlen(receiver);

	return url != NULL && strncmp(url, receiver, len) == 0 &&
	    (url[len] == '\0' || url[len] == '?');
}
