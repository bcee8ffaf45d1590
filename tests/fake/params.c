#include "params.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

enum { PATH_MAX_LEN = 256 };

static int check(const cJSON *schema, const cJSON *node, const char *path,
    struct params_fault *ret);

static int fault(struct params_fault *f, const char *error, const char *param,
    const char *fmt, ...) PRINTF_LIKE(4, 5);

static int
fault(struct params_fault *f, const char *error, const char *param,
    const char *fmt, ...)
{
	va_list ap;

	f->error = error;
	snprintf(f->param, sizeof(f->param), "%s", param);
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	return -1;
}

/* Query parameters come as a list; make it look like a body's schema. */
static cJSON *
query_schema(const cJSON *op)
{
	cJSON *ret = cJSON_CreateObject();
	cJSON *props = cJSON_AddObjectToObject(ret, "properties");
	cJSON *required = cJSON_AddArrayToObject(ret, "required");
	const cJSON *p;

	js_set_str(ret, "type", "object");
	cJSON_ArrayForEach(p, js_path(op, "parameters", NULL)) {
		if (strcmp(js_str(p, "in"), "query") != 0)
			continue;
		js_set(props, js_str(p, "name"),
		    cJSON_Duplicate(js_path(p, "schema", NULL), 1));
		if (js_true(p, "required"))
			cJSON_AddItemToArray(required,
			    cJSON_CreateString(js_str(p, "name")));
	}
	return ret;
}

cJSON *
params_schema(const cJSON *spec, const char *path, const char *method)
{
	char lower[16];
	cJSON *op, *body;
	size_t i;

	for (i = 0; method[i] != '\0' && i < sizeof(lower) - 1; i++)
		lower[i] = (char)tolower((unsigned char)method[i]);
	lower[i] = '\0';
	op = js_path(spec, "paths", path, lower, NULL);
	if (op == NULL)
		return NULL;
	if (strcmp(method, "GET") == 0)
		return query_schema(op);
	body = js_path(op, "requestBody", "content",
	    "application/x-www-form-urlencoded", "schema", NULL);
	return body == NULL ? query_schema(op) : cJSON_Duplicate(body, 1);
}

/* Which of several schemas is meant: by shape, or by being empty. */
static const cJSON *
choose(const cJSON *schema, const cJSON *node)
{
	const cJSON *any = js_path(schema, "anyOf", NULL), *s;
	int nested = cJSON_IsObject(node), has_shape;
	const char *type;

	if (any == NULL)
		return schema;
	cJSON_ArrayForEach(s, any) {
		type = js_str(s, "type");
		has_shape = type != NULL && (strcmp(type, "object") == 0 ||
		    strcmp(type, "array") == 0);
		if (nested != has_shape)
			continue;
		if (!nested && (node->valuestring[0] == '\0') !=
		    (js_path(s, "enum", NULL) != NULL &&
		    cJSON_GetArraySize(js_path(s, "enum", NULL)) == 1))
			continue;
		return s;
	}
	cJSON_ArrayForEach(s, any) {
		type = js_str(s, "type");
		if (type != NULL && strcmp(type, "string") == 0)
			return s;
	}
	return any->child;
}

static int
check_enum(const cJSON *values, const cJSON *node, const char *path,
    struct params_fault *ret)
{
	struct buf b = { 0 };
	const cJSON *v;
	int r;

	cJSON_ArrayForEach(v, values)
		if (cJSON_IsString(v) &&
		    strcmp(v->valuestring, node->valuestring) == 0)
			return 0;
	cJSON_ArrayForEach(v, values) {
		if (!cJSON_IsString(v))
			continue;
		buf_printf(&b, "%s%s", v == values->child ? "" :
		    v->next == NULL ? ", or " : ", ", v->valuestring);
	}
	r = fault(ret, "", path, "Invalid %s: must be one of %s", path,
	    b.p == NULL ? "" : b.p);
	buf_free(&b);
	return r;
}

static int
is_number(const char *s, int fraction)
{
	char *end;

	if (*s == '-')
		s++;
	if (!isdigit((unsigned char)*s) || strlen(s) > 18)
		return 0;
	if (!fraction)
		return s[strspn(s, "0123456789")] == '\0';
	strtod(s, &end);
	return *end == '\0';
}

static int
check_text(const cJSON *schema, const cJSON *node, const char *path,
    struct params_fault *ret)
{
	const char *v = node->valuestring;
	double max = js_num(schema, "maxLength", 0);
	size_t n = strlen(v);

	if (js_path(schema, "enum", NULL) != NULL)
		return check_enum(js_path(schema, "enum", NULL), node, path,
		    ret);
	if (max > 0 && n > (size_t)max)
		return fault(ret, "", path, "Invalid string: %.9s...%s; must "
		    "be at most %d characters", v, v + (n > 9 ? n - 9 : 0),
		    (int)max);
	return 0;
}

static int
check_leaf(const cJSON *schema, const cJSON *node, const char *path,
    struct params_fault *ret)
{
	const char *type = js_str(schema, "type"), *v = node->valuestring;

	if (type == NULL)
		return 0;
	if (strcmp(type, "object") == 0)
		return fault(ret, "", path, "Invalid object");
	if (strcmp(type, "array") == 0)
		return fault(ret, "", path, "Invalid array");
	if (*v == '\0' && js_path(schema, "enum", NULL) == NULL)
		return fault(ret,
		    "invalid_request_error.parameter_invalid_empty", path,
		    "You passed an empty string for '%s'. We assume empty "
		    "values are an attempt to unset a parameter; however '%s' "
		    "cannot be unset. You should remove '%s' from your "
		    "request or supply a non-empty value.", path, path, path);
	if (strcmp(type, "integer") == 0 && !is_number(v, 0))
		return fault(ret,
		    "invalid_request_error.parameter_invalid_integer", path,
		    "Invalid integer: %.100s", v);
	if (strcmp(type, "number") == 0 && !is_number(v, 1))
		return fault(ret, "", path, "Invalid decimal: %.100s", v);
	if (strcmp(type, "boolean") == 0 && strcmp(v, "true") != 0 &&
	    strcmp(v, "false") != 0)
		return fault(ret, "", path, "Invalid boolean: %.100s", v);
	return strcmp(type, "string") == 0 ?
	    check_text(schema, node, path, ret) : 0;
}

static void
join(char ret[PATH_MAX_LEN], const char *path, const char *name)
{
	if (*path == '\0')
		snprintf(ret, PATH_MAX_LEN, "%s", name);
	else
		snprintf(ret, PATH_MAX_LEN, "%s[%s]", path, name);
}

static int
check_required(const cJSON *schema, const cJSON *node, const char *path,
    struct params_fault *ret)
{
	char sub[PATH_MAX_LEN];
	const cJSON *r;

	cJSON_ArrayForEach(r, js_path(schema, "required", NULL)) {
		if (cJSON_GetObjectItemCaseSensitive(node, r->valuestring))
			continue;
		join(sub, path, r->valuestring);
		return fault(ret, "invalid_request_error.parameter_missing",
		    sub, "Missing required param: %s.", sub);
	}
	return 0;
}

static int
check_object(const cJSON *schema, const cJSON *node, const char *path,
    struct params_fault *ret)
{
	const cJSON *props = js_path(schema, "properties", NULL);
	const cJSON *more = js_path(schema, "additionalProperties", NULL);
	char sub[PATH_MAX_LEN];
	const cJSON *m, *s;

	cJSON_ArrayForEach(m, node) {
		join(sub, path, m->string);
		s = cJSON_GetObjectItemCaseSensitive(props, m->string);
		if (s == NULL && cJSON_IsObject(more)) {
			/* metadata: '' unsets a key */
			if (cJSON_IsString(m) && *m->valuestring == '\0')
				continue;
			s = more;
		}
		if (s == NULL)
			return fault(ret,
			    "invalid_request_error.parameter_unknown", sub,
			    "Received unknown parameter: %s", sub);
		if (check(s, m, sub, ret) != 0)
			return -1;
	}
	return check_required(schema, node, path, ret);
}

static int
check_array(const cJSON *schema, const cJSON *node, const char *path,
    struct params_fault *ret)
{
	const cJSON *items = js_path(schema, "items", NULL), *m;
	char sub[PATH_MAX_LEN];

	cJSON_ArrayForEach(m, node) {
		join(sub, path, m->string);
		if (m->string[0] == '\0' ||
		    m->string[strspn(m->string, "0123456789")] != '\0')
			return fault(ret, "", path, "Invalid array");
		if (check(items, m, sub, ret) != 0)
			return -1;
	}
	return 0;
}

static int
check(const cJSON *schema, const cJSON *node, const char *path,
    struct params_fault *ret)
{
	const char *type;

	schema = choose(schema, node);
	type = js_str(schema, "type");
	if (cJSON_IsString(node)) {
		/* metadata='' unsets them all */
		if (*node->valuestring == '\0' && cJSON_IsObject(
		    js_path(schema, "additionalProperties", NULL)))
			return 0;
		return check_leaf(schema, node, path, ret);
	}
	if (type != NULL && strcmp(type, "array") == 0)
		return check_array(schema, node, path, ret);
	if (type != NULL && strcmp(type, "object") == 0)
		return check_object(schema, node, path, ret);
	return fault(ret, "", path, "Invalid %s", type == NULL ? "value" :
	    type);
}

int
params_check(const cJSON *schema, const cJSON *tree, struct params_fault *ret)
{
	return check_object(schema, tree, "", ret);
}
