/*
 * conf_check: is a value what its key takes?
 */
#ifndef BASE_CONF_CHECK_H
#define BASE_CONF_CHECK_H

#include <stddef.h>

#include "base/ctx.h"

enum conf_kind {
	CONF_PLAIN,
	CONF_LEVEL,
	CONF_SWITCH, /* on or off */
	CONF_NUMBER,
	CONF_URL,
	CONF_SECRET,
	CONF_SECRETS, /* several, separated by commas */
	CONF_KEYS,    /* keys in PEM or JSON, public or not, or secrets */
	CONF_DATABASE, /* an URL, which may hold a password */
};

struct conf_key {
	const char *name;
	enum conf_kind kind;
	const char *initial; /* its default, or NULL */
	size_t least, most;  /* of a number its value, of a secret its length */
	unsigned int readers; /* the programs that need it */
};

/*
 * E_BADREQ, naming the key and where the text stands, if it is not good for
 * key; the text itself is not repeated.
 */
enum err conf_check_value(struct ctx *c, const char *where,
    const struct conf_key *key, const char *text) MUST_USE;

/* Does text go on behind its first line? */
int conf_check_takes_lines(const struct conf_key *key, const char *text);

/*
 * Is text, as a value of key, to be kept from others?  NULL: may one be?  (The
 * password of the database does not count there: no program is without it.)
 */
int conf_check_secrecy(const struct conf_key *key, const char *text);

#endif
