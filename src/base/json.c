#include "base/json.h"

#include <limits.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/hex.h"
#include "base/text.h"
#include "base/wipe.h"

/* From 2^53 on a double no longer tells neighbouring whole numbers apart. */
static const double exact_max = 9007199254740991.0;

/* Most that is printed is no longer; what is grows. */
enum { PRINTED_USUALLY = 2048 };

/* A longer text's tree could be more than an arena takes. */
enum { PARSED_AT_HOME_MAX = 64 * 1024 };

/*
 * A tree has hundreds of pieces, and threads that parse at the same time would
 * wait for each other in malloc: what is parsed is in the request's arena.
 */
static _Thread_local struct arena *home;

/* Before each piece: is it malloc's? */
struct piece {
	alignas(max_align_t) int is_ours;
};

static void *
take(size_t size)
{
	const size_t whole = sizeof(struct piece) + size;
	struct piece *p = home != NULL ? arena_alloc(home, whole)
				       : malloc(whole);

	if (p == NULL)
		return NULL;
	p->is_ours = home == NULL;
	return p + 1;
}

static void
give_back(void *memory)
{
	struct piece *p = memory;

	if (p != NULL && (--p)->is_ours)
		wipe_free(p);
}

void
json_global_init(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){ .malloc_fn = take,
		.free_fn = give_back });
}

static void
drop_tree(void *tree)
{
	cJSON_Delete(tree);
}

/* \u0000, or what cJSON takes for it: it reads digits that are none as 0. */
static int
escapes_nul(const char *text, size_t len)
{
	unsigned char point[2];

	if (len < 2 || text[1] != 'u')
		return 0;
	return len < 6 || !hex_bytes(text + 2, 4, point, sizeof(point)) ||
	    (point[0] | point[1]) == 0;
}

/* Bytes that mean something in JSON.  Of others there are many. */
static const unsigned char means[UCHAR_MAX + 1] = {
	['\0'] = 1, ['\\'] = 1, ['"'] = 1,
	['{'] = 1, ['['] = 1, ['}'] = 1, [']'] = 1,
};

/*
 * What cJSON would let through: nesting up to its own limit of 1000, and an
 * escaped NUL, at which it cuts the string short.
 */
static const char *
objection(const char *text, size_t len)
{
	int depth = 0, in_string = 0;
	size_t i;

	if (!text_utf8(text, len))
		return "not UTF-8";
	for (i = 0; i < len; i++) {
		char ch = text[i];

		if (!means[(unsigned char)ch])
			continue;
		if (ch == '\0')
			return "a NUL byte";
		if (in_string && ch == '\\') {
			if (escapes_nul(text + i, len - i))
				return "a NUL inside a string";
			i++;
		} else if (ch == '"') {
			in_string = !in_string;
		} else if (!in_string && (ch == '{' || ch == '[')) {
			if (++depth > JSON_DEPTH_MAX)
				return "nested too deep";
		} else if (!in_string && (ch == '}' || ch == ']')) {
			depth--;
		}
	}
	return NULL;
}

enum err
json_parse(struct ctx *c, const char *text, size_t len, struct cJSON **ret)
{
	const char *why = objection(text, len), *end = NULL;
	cJSON *tree;

	if (why != NULL)
		return ctx_fail(c, E_BADREQ, "json: %s", why);
	home = len <= PARSED_AT_HOME_MAX ? c->mem : NULL;
	tree = cJSON_ParseWithLengthOpts(text, len, &end, 0);
	home = NULL;
	if (tree == NULL)
		return ctx_fail(c, E_BADREQ, "json: not JSON");
	arena_defer(c->mem, drop_tree, tree);
	while (end < text + len && strchr(" \t\r\n", *end) != NULL)
		end++;
	if (end < text + len)
		return ctx_fail(c, E_BADREQ, "json: text behind the value");
	*ret = tree;
	return OK;
}

static int
names_a_key_twice(const cJSON *o)
{
	const cJSON *a, *b;

	cJSON_ArrayForEach(a, o) {
		if (cJSON_IsObject(o))
			for (b = a->next; b != NULL; b = b->next)
				if (strcmp(a->string, b->string) == 0)
					return 1;
		if (names_a_key_twice(a))
			return 1;
	}
	return 0;
}

enum err
json_parse_request(struct ctx *c, const char *text, size_t len,
    struct cJSON **ret)
{
	cJSON *tree;
	enum err e;

	e = json_parse(c, text, len, &tree);
	if (e != OK) {
		c->say = "The body is not valid JSON in UTF-8.";
		return e;
	}
	if (!cJSON_IsObject(tree))
		return ctx_refuse(c, E_BADREQ, "The body must be an object.");
	if (names_a_key_twice(tree))
		return ctx_refuse(c, E_BADREQ, "The body names a key twice.");
	*ret = tree;
	return OK;
}

const struct cJSON *
json_get(const struct cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

const struct cJSON *
json_item(const struct cJSON *array, int i)
{
	return cJSON_IsArray(array) ? cJSON_GetArrayItem(array, i) : NULL;
}

const char *
json_item_text(const struct cJSON *array, int i)
{
	return cJSON_GetStringValue(json_item(array, i));
}

const char *
json_text(const struct cJSON *o, const char *key)
{
	return cJSON_GetStringValue(json_get(o, key));
}

int
json_int(const struct cJSON *o, const char *key, int64_t *ret)
{
	const cJSON *item = json_get(o, key);

	/* As json_set_int has it. */
	if (cJSON_IsRaw(item)) {
		*ret = strtoll(item->valuestring, NULL, 10);
		return 1;
	}
	if (!cJSON_IsNumber(item))
		return 0;
	/* Written so that NaN and the infinity of 1e999 fail, too. */
	if (!(item->valuedouble >= -exact_max && item->valuedouble <= exact_max))
		return 0;
	if ((double)(int64_t)item->valuedouble != item->valuedouble)
		return 0;
	*ret = (int64_t)item->valuedouble;
	return 1;
}

int
json_true(const struct cJSON *o, const char *key)
{
	return cJSON_IsTrue(json_get(o, key));
}

int
json_is_bool(const struct cJSON *o, const char *key)
{
	return cJSON_IsBool(json_get(o, key));
}

int
json_has(const struct cJSON *o, const char *key)
{
	const cJSON *item = json_get(o, key);

	return item != NULL && !cJSON_IsNull(item);
}

/* cJSON says NULL when memory is out: the arena's rule is to end then. */
static cJSON *
sure(cJSON *item)
{
	if (item == NULL)
		abort();
	return item;
}

struct cJSON *
json_object(struct ctx *c)
{
	cJSON *o = sure(cJSON_CreateObject());

	arena_defer(c->mem, drop_tree, o);
	return o;
}

/* The key is not copied. */
static cJSON *
set(struct cJSON *o, const char *key, cJSON *item)
{
	cJSON_AddItemToObjectCS(o, key, sure(item));
	return item;
}

void
json_set_text(struct cJSON *o, const char *key, const char *text)
{
	set(o, key, text == NULL ? cJSON_CreateNull()
				 : cJSON_CreateString(text));
}

void
json_set_int(struct cJSON *o, const char *key, int64_t value)
{
	char digits[32];

	/* cJSON writes a large one as 1.8e+15: the same, but not for people. */
	if (value >= INT32_MIN && value <= INT32_MAX) {
		set(o, key, cJSON_CreateNumber((double)value));
		return;
	}
	snprintf(digits, sizeof(digits), "%lld", (long long)value);
	set(o, key, cJSON_CreateRaw(digits));
}

void
json_set_bool(struct cJSON *o, const char *key, int value)
{
	set(o, key, cJSON_CreateBool(value));
}

struct cJSON *
json_set_object(struct cJSON *o, const char *key)
{
	return set(o, key, cJSON_CreateObject());
}

struct cJSON *
json_set_array(struct cJSON *o, const char *key)
{
	return set(o, key, cJSON_CreateArray());
}

void
json_set_copy(struct cJSON *o, const char *key, const struct cJSON *value)
{
	cJSON_AddItemToObject(o, key, sure(cJSON_Duplicate(value, 1)));
}

struct cJSON *
json_push_object(struct cJSON *array)
{
	cJSON *o = sure(cJSON_CreateObject());

	cJSON_AddItemToArray(array, o);
	return o;
}

void
json_push_copy(struct cJSON *array, const struct cJSON *value)
{
	cJSON_AddItemToArray(array, sure(cJSON_Duplicate(value, 1)));
}

void
json_push_text(struct cJSON *array, const char *text)
{
	cJSON_AddItemToArray(array, sure(cJSON_CreateString(text)));
}

static void
drop_text(void *text)
{
	cJSON_free(text);
}

char *
json_print(struct ctx *c, const struct cJSON *o)
{
	char *text = cJSON_PrintBuffered(o, PRINTED_USUALLY, 0);

	if (text == NULL)
		abort();
	arena_defer(c->mem, drop_text, text);
	return text;
}

static int
stands_for_itself(char ch)
{
	return (unsigned char)ch >= ' ' && ch != '"' && ch != '\\';
}

static void
quote_byte(struct buf *b, char ch)
{
	static const char bytes[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
	const char *at = strchr(bytes, ch);

	if (at != NULL)
		buf_printf(b, "\\%c", names[at - bytes]);
	else
		buf_printf(b, "\\u%04x", (unsigned int)ch);
}

void
json_quote(struct buf *b, const char *text)
{
	size_t len;

	if (text == NULL) {
		buf_text(b, "null");
		return;
	}
	buf_text(b, "\"");
	for (;;) {
		for (len = 0; stands_for_itself(text[len]); len++)
			;
		buf_add(b, text, len);
		if (text[len] == '\0')
			break;
		quote_byte(b, text[len]);
		text += len + 1;
	}
	buf_text(b, "\"");
}
