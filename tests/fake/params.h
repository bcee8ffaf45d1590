/*
 * params: a request against the request schema of openapi-subset.json, as
 * strictly as the provider (facts/stripe.md §2, §6): unknown names, wrong
 * types, empty values, lengths, choices and required ones.
 */
#ifndef FAKE_PARAMS_H
#define FAKE_PARAMS_H

#include <cjson/cJSON.h>

struct params_fault {
	const char *error;	/* name of the error body; "" if it has none */
	char param[256];
	char text[512];
};

/* The schema of an operation's body or query, NULL if there is no such
 * operation.  `path` as the document writes it. */
cJSON *params_schema(const cJSON *spec, const char *path, const char *method);

/* 0 if the tree (form.h) fits, else the first thing wrong with it. */
int params_check(const cJSON *schema, const cJSON *tree,
    struct params_fault *ret);

#endif
