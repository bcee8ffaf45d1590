#include "base/prune.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/json.h"
#include "base/text.h"

static const struct prune_rule *
rule_for(const struct prune *p, const char *path)
{
	size_t i;

	for (i = 0; i < p->count; i++)
		if (strcmp(p->rules[i].path, path) == 0)
			return &p->rules[i];
	return NULL;
}

/* Is path named, or the way to what is? */
static int
leads_somewhere(const struct prune *p, const char *path)
{
	size_t len = strlen(path), i;

	for (i = 0; i < p->count; i++)
		if (strncmp(p->rules[i].path, path, len) == 0 &&
		    (p->rules[i].path[len] == '\0' ||
		    p->rules[i].path[len] == '.'))
			return 1;
	return 0;
}

static void
keep_value(const struct prune *p, const struct prune_rule *rule,
    const cJSON *item, cJSON *to)
{
	const char *word =
	    rule->how == PRUNE_KEEP ? NULL : p->words[rule->how];

	if (word == NULL || (cJSON_IsString(item) &&
	    text_blank(item->valuestring)))
		json_set_copy(to, item->string, item);
	else if (cJSON_IsString(item))
		json_set_text(to, item->string, word);
}

static void
walk(struct ctx *c, const struct prune *p, const char *above,
    const cJSON *from, cJSON *to)
{
	const struct prune_rule *rule;
	const cJSON *item;
	const char *path;

	cJSON_ArrayForEach(item, from) {
		/* A key with a dot is on nobody's path. */
		if (item->string == NULL || strchr(item->string, '.') != NULL)
			continue;
		path = arena_printf(c->mem, "%s%s", above, item->string);
		if (cJSON_IsObject(item) && leads_somewhere(p, path)) {
			walk(c, p, arena_printf(c->mem, "%s.", path), item,
			    json_set_object(to, item->string));
			continue;
		}
		rule = rule_for(p, path);
		if (rule != NULL && !cJSON_IsObject(item) &&
		    !cJSON_IsArray(item))
			keep_value(p, rule, item, to);
	}
}

struct cJSON *
prune_json(struct ctx *c, const struct cJSON *from, const struct prune *p)
{
	cJSON *to = json_object(c);

	if (cJSON_IsObject(from))
		walk(c, p, "", from, to);
	return to;
}
