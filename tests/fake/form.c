#include "form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

enum { DEPTH_MAX = 10, NAME_MAX_LEN = 256 };

/* The first part of a name into `part`; what is left, or NULL if broken. */
static const char *
name_part(const char *name, char part[NAME_MAX_LEN], int first)
{
	size_t n;

	if (!first) {
		if (*name++ != '[')
			return NULL;
		n = strcspn(name, "]");
		if (name[n] != ']')
			return NULL;
	} else {
		n = strcspn(name, "[");
	}
	if (n >= NAME_MAX_LEN)
		return NULL;
	memcpy(part, name, n);
	part[n] = '\0';
	return name + n + (first ? 0 : 1);
}

static int
put(cJSON *tree, const char *name, const char *value)
{
	char part[NAME_MAX_LEN];
	int depth = 0;
	cJSON *next;

	for (;;) {
		name = name_part(name, part, depth == 0);
		if (name == NULL || depth++ > DEPTH_MAX ||
		    !cJSON_IsObject(tree))
			return -1;
		if (part[0] == '\0' && depth > 1)
			snprintf(part, sizeof(part), "%d",
			    cJSON_GetArraySize(tree));
		if (*name == '\0')
			break;
		next = cJSON_GetObjectItemCaseSensitive(tree, part);
		if (next == NULL)
			next = cJSON_AddObjectToObject(tree, part);
		tree = next;
	}
	js_set_str(tree, part, value);
	return 0;
}

cJSON *
form_parse(const char *text)
{
	char *copy = xstrdup(text), *save = NULL, *pair, *value;
	cJSON *ret = cJSON_CreateObject();
	int bad = 0;

	for (pair = strtok_r(copy, "&", &save); pair != NULL && !bad;
	    pair = strtok_r(NULL, "&", &save)) {
		value = strchr(pair, '=');
		if (value != NULL)
			*value++ = '\0';
		bad = url_decode(pair, 1) != 0 ||
		    (value != NULL && url_decode(value, 1) != 0) ||
		    put(ret, pair, value == NULL ? "" : value) != 0;
	}
	free(copy);
	if (!bad)
		return ret;
	cJSON_Delete(ret);
	return NULL;
}

const cJSON *
form_at(const cJSON *tree, const char *name)
{
	char part[NAME_MAX_LEN];
	int first = 1;

	while (tree != NULL && *name != '\0') {
		name = name_part(name, part, first);
		if (name == NULL)
			return NULL;
		tree = cJSON_GetObjectItemCaseSensitive(tree, part);
		first = 0;
	}
	return tree;
}

const char *
form_str(const cJSON *tree, const char *name)
{
	return cJSON_GetStringValue(form_at(tree, name));
}
