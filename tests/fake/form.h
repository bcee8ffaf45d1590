/*
 * form: application/x-www-form-urlencoded into a tree.
 *
 * a[b][0][c]=v becomes {"a":{"b":{"0":{"c":"v"}}}}: every level is an object,
 * also where the sender means a list, because only a schema can tell.  `a[]`
 * takes the next free number.  All values are texts.  (facts/stripe.md §2)
 */
#ifndef FAKE_FORM_H
#define FAKE_FORM_H

#include <cjson/cJSON.h>

/* NULL if the text is broken.  The caller deletes the tree. */
cJSON *form_parse(const char *text);

/* A value reached by its written name ("price_data[currency]"), or NULL. */
const cJSON *form_at(const cJSON *tree, const char *name);
/* The text of that value, or NULL. */
const char *form_str(const cJSON *tree, const char *name);

#endif
