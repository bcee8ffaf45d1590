/*
 * store: things by id, oldest first.
 */
#ifndef FAKE_STORE_H
#define FAKE_STORE_H

#include <cjson/cJSON.h>

enum { ID_MAX = 96 };

/* What the API shows, and what only we know of it. */
struct obj {
	char id[ID_MAX];
	cJSON *json;
	cJSON *priv;	/* an object */
};

struct store {
	struct obj **v;
	int n;
};

/* Takes over json. */
struct obj *obj_add(struct store *s, const char *id, cJSON *json);
/* NULL if there is none, or id is NULL. */
struct obj *obj_find(const struct store *s, const char *id);
void obj_drop(struct store *s, struct obj *o);
void store_free(struct store *s);

#endif
