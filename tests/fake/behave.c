#include "behave.h"

#include <string.h>

enum form { CHANCE, NUMBER, FLAG, LIST };

static const struct field {
	const char *name;
	enum form form;
	size_t at;
	int other;	/* when it is not named */
} fields[] = {
#define AT(member) offsetof(struct behave, member)
	{ "lose", CHANCE, AT(lose), 0 },
	{ "repeat", CHANCE, AT(repeat), 0 },
	{ "reorder", CHANCE, AT(reorder), 0 },
	{ "twin", CHANCE, AT(twin), 0 },
	{ "delayMs", NUMBER, AT(delay_ms), 0 },
	{ "loseTypes", LIST, AT(lose_types), 0 },
	{ "answer429", CHANCE, AT(answer429), 0 },
	{ "answer409", CHANCE, AT(answer409), 0 },
	{ "answer500", CHANCE, AT(answer500), 0 },
	{ "cut", CHANCE, AT(cut), 0 },
	{ "slowMs", NUMBER, AT(slow_ms), 0 },
	{ "clockSeconds", NUMBER, AT(clock_s), 0 },
	{ "times", NUMBER, AT(times), -1 },
	{ "after", FLAG, AT(after), 0 },
	{ "stick", FLAG, AT(stick), 0 },
	{ "paths", LIST, AT(paths), 0 },
	{ "lagMs", NUMBER, AT(lag_ms), 0 },
	{ "pageMax", NUMBER, AT(page_max), 0 },
	{ "resetSeconds", NUMBER, AT(reset_s), -1 },
	{ "refuseReason", FLAG, AT(refuse_reason), 0 },
	{ "doubleEncode", CHANCE, AT(double_encode), 0 },
#undef AT
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

static void *
member(const struct behave *b, const struct field *f)
{
	return (char *)(uintptr_t)b + f->at;
}

/* m is NULL for what is not named. */
static void
set(struct behave *b, const struct field *f, const cJSON *m)
{
	double number = cJSON_IsNumber(m) ? m->valuedouble : f->other;
	cJSON **list;

	switch (f->form) {
	case CHANCE:
		*(double *)member(b, f) = number;
		break;
	case NUMBER:
		*(int *)member(b, f) = (int)number;
		break;
	case FLAG:
		*(int *)member(b, f) = cJSON_IsTrue(m);
		break;
	case LIST:
		list = member(b, f);
		cJSON_Delete(*list);
		*list = cJSON_IsArray(m) ? cJSON_Duplicate(m, 1) : NULL;
		break;
	}
}

void
behave_init(struct behave *b)
{
	size_t i;

	for (i = 0; i < FIELDS; i++)
		set(b, &fields[i], NULL);
}

void
behave_free(struct behave *b)
{
	behave_init(b);
}

static int
is_known(const char *name)
{
	size_t i;

	for (i = 0; i < FIELDS; i++)
		if (strcmp(fields[i].name, name) == 0)
			return 1;
	return strcmp(name, "keep") == 0;
}

const char *
behave_set(struct behave *b, const cJSON *in)
{
	int keep = js_true(in, "keep");
	const cJSON *m;
	size_t i;

	cJSON_ArrayForEach(m, in)
		if (!is_known(m->string))
			return m->string;
	for (i = 0; i < FIELDS; i++) {
		m = cJSON_GetObjectItemCaseSensitive(in, fields[i].name);
		if (m != NULL || !keep)
			set(b, &fields[i], m);
	}
	/* Types to lose, and no chance said: they are lost for certain. */
	if (cJSON_HasObjectItem(in, "loseTypes") &&
	    !cJSON_HasObjectItem(in, "lose"))
		b->lose = 1;
	return NULL;
}

static cJSON *
show(const struct behave *b, const struct field *f)
{
	cJSON *const *list;

	switch (f->form) {
	case CHANCE:
		return cJSON_CreateNumber(*(const double *)member(b, f));
	case NUMBER:
		return cJSON_CreateNumber(*(const int *)member(b, f));
	case FLAG:
		return cJSON_CreateBool(*(const int *)member(b, f));
	case LIST:
		break;
	}
	list = member(b, f);
	return *list == NULL ? cJSON_CreateNull() : cJSON_Duplicate(*list, 1);
}

cJSON *
behave_show(const struct behave *b)
{
	cJSON *o = cJSON_CreateObject();
	size_t i;

	for (i = 0; i < FIELDS; i++)
		js_set(o, fields[i].name, show(b, &fields[i]));
	return o;
}

int
behave_hits(const struct behave *b, const char *path)
{
	const cJSON *p;

	cJSON_ArrayForEach(p, b->paths)
		if (cJSON_IsString(p) && strncmp(path, p->valuestring,
		    strlen(p->valuestring)) == 0)
			return 1;
	return b->paths == NULL;
}
