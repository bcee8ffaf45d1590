/*
 * mention: does a body name an address, and not a longer one that ends or
 * begins like it?  Ann's is no reason to forget Mary-Ann.
 */
#ifndef APP_MENTION_H
#define APP_MENTION_H

#include "base/ctx.h"
#include "booking/event.h"

/* The address in lower case, as bodies and as forms have it. */
void mention_search(struct ctx *c, const char *email,
    struct event_search *ret);

/*
 * A page of the events whose bodies name it; fewer than there are on the page,
 * where others were found that do not.  *ret_more: there may be another page,
 * which what->after is then set to.
 */
enum err mention_page_tx(struct ctx *c, struct db *db,
    struct event_search *what, struct event_list *ret, int *ret_more) MUST_USE;

#endif
