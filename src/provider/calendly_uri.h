/*
 * calendly_uri: Calendly names everything by a full URI; we keep the id.
 */
#ifndef PROVIDER_CALENDLY_URI_H
#define PROVIDER_CALENDLY_URI_H

struct ctx;

#define CALENDLY_URI_USER "users/*"
#define CALENDLY_URI_TYPE "event_types/*"
#define CALENDLY_URI_EVENT "scheduled_events/*"
#define CALENDLY_URI_INVITEE "scheduled_events/*/invitees/*"

/* Could text be an id: 1 to 64 letters, digits and dashes?  (Today UUIDs;
 * before 2021 they were 16 letters and digits, and those live on.) */
int calendly_uri_is_id(const char *text);

/*
 * The last id in uri, in c; NULL unless uri is https://api.calendly.com/
 * (or the older https://calendly.com/api/v2/) and then exactly pattern, in
 * which * stands for an id.  uri may be NULL.
 *
 * A URI that passes is still not to be fetched: build the address from the id,
 * or a stranger chooses where our token goes.
 */
char *calendly_uri_id(struct ctx *c, const char *uri, const char *pattern);

#endif
