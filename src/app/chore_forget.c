#include "app/chore.h"

#include "app/shop.h"
#include "booking/job.h"
#include "provider/calendly.h"

/*
 * The address is in the job's call, which is the only place that has it still;
 * with the job done, it is gone there, too.
 */
enum err
chore_forget(struct ctx *c, struct chore *ch)
{
	enum err e;

	if (ch->shop->calendly.token == NULL)
		return ctx_fail(c, E_CALENDLY, "CALENDLY_TOKEN is not set");
	if (ch->job->call_body == NULL) {
		ch->remark = "Calendly was not asked: the address is gone here";
		return OK;
	}
	e = calendly_forget(c, &ch->shop->calendly, ch->job->call_body,
	    now_monotonic() + CHORE_BUDGET);
	if (e == OK)
		ch->remark = "Calendly removes all it has of the address";
	return e;
}
