#include "base/conf_check.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "base/url.h"

static enum err
check_secret(struct ctx *c, const char *where, const struct conf_key *key,
    const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return ctx_fail(c, E_BADREQ, "%s: %s holds a blank or "
			    "a byte outside ASCII", where, key->name);
	if (len < key->least && !TWIN("short-secret"))
		return ctx_fail(c, E_BADREQ, "%s: %s is %s: a secret has at "
		    "least %zu characters", where, key->name,
		    len == 0 ? "empty" : "too short", key->least);
	return OK;
}

/* In place: copies in the context's memory would not be wiped. */
static enum err
check_secrets(struct ctx *c, const char *where, const struct conf_key *key,
    const char *text)
{
	size_t len, kept;
	enum err e;

	for (;; text += len + 1) {
		text += strspn(text, " \t");
		len = strcspn(text, ",");
		for (kept = len; kept > 0 && strchr(" \t", text[kept - 1]) !=
		    NULL; kept--)
			;
		e = check_secret(c, where, key, text, kept);
		if (e != OK || text[len] == '\0')
			return e;
	}
}

static enum err
check_number(struct ctx *c, const char *where, const struct conf_key *key,
    const char *text)
{
	int64_t number;

	if (!text_number(text, strlen(text), &number))
		return ctx_fail(c, E_BADREQ, "%s: %s is not a whole number",
		    where, key->name);
	if (number < (int64_t)key->least || number > (int64_t)key->most)
		return ctx_fail(c, E_BADREQ, "%s: %s must be %zu to %zu",
		    where, key->name, key->least, key->most);
	return OK;
}

/* Paths are put behind it, so it names a host and ends without a slash. */
static enum err
check_url(struct ctx *c, const char *where, const struct conf_key *key,
    const char *text)
{
	const char *host = strstr(text, "://");

	if (host == NULL || (strncmp(text, "https:", 6) != 0 &&
	    strncmp(text, "http:", 5) != 0) || host[3] == '\0')
		return ctx_fail(c, E_BADREQ, "%s: %s is not an http(s) URL",
		    where, key->name);
	if (text[strlen(text) - 1] == '/' || strpbrk(text, "?#") != NULL)
		return ctx_fail(c, E_BADREQ, "%s: %s must end without a "
		    "slash, a query or a fragment", where, key->name);
	if (key->least > 0 && !url_keeps_secrets(text) && !TWIN("called-url"))
		return ctx_fail(c, E_BADREQ, "%s: %s must be https and a host "
		    "alone: a secret is sent there", where, key->name);
	return OK;
}

static enum err
check_level(struct ctx *c, const char *where, const struct conf_key *key,
    const char *text)
{
	static const char *const levels[] = { "debug", "info", "warn",
		"error" };
	size_t i;

	for (i = 0; i < COUNT(levels); i++)
		if (strcmp(levels[i], text) == 0)
			return OK;
	return ctx_fail(c, E_BADREQ, "%s: %s must be debug, info, warn or "
	    "error", where, key->name);
}

static enum err
check_switch(struct ctx *c, const char *where, const struct conf_key *key,
    const char *text)
{
	if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0)
		return ctx_fail(c, E_BADREQ, "%s: %s must be on or off", where,
		    key->name);
	return OK;
}

/* Keys in PEM or JSON; else they are secrets like others. */
static int
is_document(const char *text)
{
	static const char pem[] = "-----BEGIN ";

	text += strspn(text, " \t\r\n");
	return *text == '{' || strncmp(text, pem, sizeof(pem) - 1) == 0;
}

/* In front of the host, or behind the name of the database. */
static int
has_password(const char *url)
{
	const char *user = strstr(url, "://"), *at, *colon;

	if (user == NULL)
		return 0;
	user += 3;
	at = strchr(user, '@');
	colon = strchr(user, ':');
	return strstr(user, "password=") != NULL || (at != NULL &&
	    at < user + strcspn(user, "/?") && colon != NULL && colon < at);
}

int
conf_check_takes_lines(const struct conf_key *key, const char *text)
{
	return key->kind == CONF_KEYS && is_document(text);
}

int
conf_check_secrecy(const struct conf_key *key, const char *text)
{
	if (key->kind == CONF_KEYS)
		return text == NULL || !is_document(text) ||
		    strstr(text, "PRIVATE") != NULL ||
		    strstr(text, "\"oct\"") != NULL;
	if (key->kind == CONF_DATABASE)
		return text != NULL && has_password(text);
	return key->kind == CONF_SECRET || key->kind == CONF_SECRETS;
}

enum err
conf_check_value(struct ctx *c, const char *where, const struct conf_key *key,
    const char *text)
{
	switch (key->kind) {
	case CONF_PLAIN:
	case CONF_DATABASE:
		return OK;
	case CONF_LEVEL:
		return check_level(c, where, key, text);
	case CONF_SWITCH:
		return check_switch(c, where, key, text);
	case CONF_NUMBER:
		return check_number(c, where, key, text);
	case CONF_URL:
		return check_url(c, where, key, text);
	case CONF_SECRET:
		return check_secret(c, where, key, text, strlen(text));
	case CONF_SECRETS:
		return check_secrets(c, where, key, text);
	case CONF_KEYS:
		return is_document(text) ? OK
		    : check_secrets(c, where, key, text);
	}
	return OK;
}
