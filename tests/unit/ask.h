/*
 * ask: requests and settings for tests of what answers people.
 */
#ifndef UNIT_ASK_H
#define UNIT_ASK_H

#include <string.h>

#include "base/conf.h"
#include "unit.h"
#include "web/req.h"

/* A GET whose FastCGI parameters are the given "NAME=value" texts. */
#define ASK(...) \
	((struct req){ .method = "GET", .path = "/", .query = "", \
		.body = "", \
		.params = (char *[]){ __VA_ARGS__, NULL } })

/* The same as a POST of JSON. */
#define ASK_JSON(text) \
	((struct req){ .method = "POST", .path = "/", .query = "", \
		.body = (text), .body_len = strlen(text), \
		.params = (char *[]){ "CONTENT_TYPE=application/json", NULL } })

/* Two good secrets for LINK_SECRET. */
#define ASK_SECRET "one-secret-that-is-long-enough-for-a-link"
#define ASK_SECRET_2 "another-secret-that-is-long-enough-for-it"

/* The settings of text; the caller frees them. */
static inline struct conf *
ask_settings(struct ctx *c, const char *text)
{
	char *folder = unit_folder(c), *path;
	struct conf *conf;

	path = arena_printf(c->mem, "%s/bookpay.conf", folder);
	unit_write(path, text, strlen(text), 0600);
	if (conf_load(c, "bookpay", path, &conf) != OK)
		fail_msg("%s", c->why);
	unit_remove(c, folder);
	return conf;
}

#endif
