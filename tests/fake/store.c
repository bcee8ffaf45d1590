#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

struct obj *
obj_add(struct store *s, const char *id, cJSON *json)
{
	struct obj *o = xalloc(sizeof(*o));

	snprintf(o->id, sizeof(o->id), "%s", id);
	o->json = json;
	o->priv = cJSON_CreateObject();
	s->v = xrealloc(s->v, (size_t)(s->n + 1) * sizeof(*s->v));
	s->v[s->n++] = o;
	return o;
}

struct obj *
obj_find(const struct store *s, const char *id)
{
	int i;

	/* Newest first: that is what is asked for. */
	for (i = s->n - 1; id != NULL && i >= 0; i--)
		if (strcmp(s->v[i]->id, id) == 0)
			return s->v[i];
	return NULL;
}

static void
obj_free(struct obj *o)
{
	cJSON_Delete(o->json);
	cJSON_Delete(o->priv);
	free(o);
}

void
obj_drop(struct store *s, struct obj *o)
{
	int i;

	for (i = 0; s->v[i] != o;)
		i++;
	memmove(&s->v[i], &s->v[i + 1],
	    (size_t)(s->n - i - 1) * sizeof(*s->v));
	s->n--;
	obj_free(o);
}

void
store_free(struct store *s)
{
	int i;

	for (i = 0; i < s->n; i++)
		obj_free(s->v[i]);
	free(s->v);
}
