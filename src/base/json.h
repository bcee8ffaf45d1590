/*
 * json: reading what others wrote and writing what we say, over cJSON.
 *
 * A tree lives in the context's arena.  Getters answer "nothing" for a key
 * that is absent, null or of another type: providers leave fields out, send
 * null, and add types; what must be there is asked for by name.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ctx.h"

struct cJSON;

/* Deeper nesting than any provider's body is refused before parsing. */
enum { JSON_DEPTH_MAX = 32 };

/*
 * In main, before threads: trees are wiped when they go.  The tests do without
 * it.
 */
void json_global_init(void);

/*
 * Parses text: UTF-8, nothing behind the value, no NUL inside a string, at
 * most JSON_DEPTH_MAX deep.  E_BADREQ otherwise.
 */
enum err json_parse(struct ctx *c, const char *text, size_t len,
    struct cJSON **ret) MUST_USE;

/*
 * The same for what a client sent: it must be an object, and no object in it
 * may name a key twice (two readers could take different ones).
 */
enum err json_parse_request(struct ctx *c, const char *text, size_t len,
    struct cJSON **ret) MUST_USE;

/* The member called key, NULL if there is none or o is NULL. */
const struct cJSON *json_get(const struct cJSON *o, const char *key);

/* Element i of an array; NULL if there is none, or it is no array. */
const struct cJSON *json_item(const struct cJSON *array, int i);

/* Text of element i; NULL unless it is a string.  Lives as long as the tree. */
const char *json_item_text(const struct cJSON *array, int i);

/* Text of o.key; NULL unless it is a string.  Lives as long as the tree. */
const char *json_text(const struct cJSON *o, const char *key);

/* Whole number o.key into *ret; 0 (and *ret untouched) unless it is one. */
int json_int(const struct cJSON *o, const char *key, int64_t *ret);

/* Is o.key the literal true? */
int json_true(const struct cJSON *o, const char *key);

/* Is o.key true or false? */
int json_is_bool(const struct cJSON *o, const char *key);

/* Is there a member called key that is not null? */
int json_has(const struct cJSON *o, const char *key);

/* An empty object or array that lives in c's arena. */
struct cJSON *json_object(struct ctx *c);

/* Adds members to o.  Keys must live as long; a NULL text becomes null. */
void json_set_text(struct cJSON *o, const char *key, const char *text);
void json_set_int(struct cJSON *o, const char *key, int64_t value);
void json_set_bool(struct cJSON *o, const char *key, int value);
struct cJSON *json_set_object(struct cJSON *o, const char *key);
struct cJSON *json_set_array(struct cJSON *o, const char *key);
/* A deep copy of value becomes o.key, which is copied, too. */
void json_set_copy(struct cJSON *o, const char *key,
    const struct cJSON *value);

/* Appends to an array. */
struct cJSON *json_push_object(struct cJSON *array);
/* A deep copy of value. */
void json_push_copy(struct cJSON *array, const struct cJSON *value);
void json_push_text(struct cJSON *array, const char *text);

/* o as compact text, in c's arena. */
char *json_print(struct ctx *c, const struct cJSON *o);

/* Adds text in quotes, byte by byte as json_print has it; NULL: null. */
void json_quote(struct buf *b, const char *text);

#endif
