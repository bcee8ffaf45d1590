#include "app/mention.h"

#include <ctype.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "provider/form.h"

/* Each byte of an address as three. */
enum { CODED_MAX = 1024 };

static char *
lower(struct ctx *c, const char *text)
{
	char *copy = arena_dup(c->mem, text), *p;

	for (p = copy; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

void
mention_search(struct ctx *c, const char *email, struct event_search *ret)
{
	struct buf coded = buf_make(c->mem, CODED_MAX);

	form_escape(&coded, email);
	ret->text = lower(c, email);
	ret->coded = lower(c, coded.bytes);
	ret->after = "";
}

/* Letters of all languages, but not the quotes and blanks beyond ASCII, whose
 * codes begin like that. */
static int
is_letter(const char *text, const char *p)
{
	if ((unsigned char)*p < 0x80)
		return isalnum((unsigned char)*p);
	while (p > text && ((unsigned char)*p & 0xc0) == 0x80)
		p--;
	return strncmp(p, "\xe2\x80", 2) != 0 && strncmp(p, "\xc2", 1) != 0;
}

/* Is the byte before p one more of an address? */
static int
goes_before(const char *text, const char *p)
{
	if (p == text)
		return 0;
	/* In forms: %2B is a plus, %20 a blank. */
	if (p - text >= 3 && p[-3] == '%' && isxdigit((unsigned char)p[-2]) &&
	    isxdigit((unsigned char)p[-1]))
		return strncmp(p - 3, "%2b", 3) == 0;
	return is_letter(text, p - 1) || strchr("._+-", p[-1]) != NULL;
}

/* Does a domain go on at p? */
static int
goes_on(const char *p)
{
	if (*p == '.')
		p++;
	return isalnum((unsigned char)*p) || *p == '-';
}

static int
stands_in(const char *text, const char *address)
{
	size_t len = strlen(address);
	const char *p;

	for (p = strstr(text, address); p != NULL; p = strstr(p + 1, address))
		if (!goes_before(text, p) && !goes_on(p + len))
			return 1;
	return 0;
}

static int
text_names(struct ctx *c, const char *text, const struct event_search *what)
{
	const char *low = lower(c, text);

	if (text_email(low))
		return strcmp(low, what->text) == 0;
	return stands_in(low, what->text) || stands_in(low, what->coded);
}

/* No deeper than json_parse goes. */
static int
tree_names(struct ctx *c, const cJSON *tree, const struct event_search *what)
{
	const cJSON *item;

	if ((tree->string != NULL && text_names(c, tree->string, what)) ||
	    (cJSON_IsString(tree) && text_names(c, tree->valuestring, what)))
		return 1;
	cJSON_ArrayForEach(item, tree)
		if (tree_names(c, item, what))
			return 1;
	return 0;
}

static int
body_names(struct ctx *c, const char *body, const struct event_search *what)
{
	struct cJSON *tree;

	if (json_parse(c, body, strlen(body), &tree) == OK)
		return tree_names(c, tree, what);
	ctx_forgive(c);
	return text_names(c, body, what);
}

enum err
mention_page_tx(struct ctx *c, struct db *db, struct event_search *what,
    struct event_list *ret, int *ret_more)
{
	struct event_list page;
	struct event *rows;
	size_t i;
	enum err e;

	*ret = (struct event_list){ NULL, 0 };
	*ret_more = 0;
	e = event_mentions_tx(c, db, what, &page);
	if (e != OK || page.count == 0)
		return e;
	rows = arena_alloc(c->mem, page.count * sizeof(*rows));
	for (i = 0; i < page.count; i++)
		if (body_names(c, page.rows[i].body, what))
			rows[ret->count++] = page.rows[i];
	ret->rows = rows;
	*ret_more = page.count == EVENT_BATCH;
	what->after = page.rows[page.count - 1].id;
	return OK;
}
