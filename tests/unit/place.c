#include "place.h"

#include <string.h>

#include "db/db.h"
#include "unit.h"

#define SEARCH_PATH "options=-csearch_path%3D"

static const char *
postgres(void)
{
	const char *url = getenv("BOOKPAY_TEST_DATABASE");

	return url != NULL && strncmp(url, "postgresql:", 11) == 0 ? url
								   : NULL;
}

int
place_is_postgres(void)
{
	return postgres() != NULL;
}

/* Says to the database in which the schemas are. */
static void
say(const char *what, const char *schema, const char *end)
{
	struct db *db;
	struct ctx c;

	ctx_init(&c);
	if (db_open(&c, postgres(), 0, &db) != OK ||
	    db_script(&c, db, arena_printf(c.mem, "%s \"%s\"%s", what, schema,
	    end)) != OK)
		fail_msg("%s", c.why);
	db_free(db);
	ctx_free(&c);
}

char *
place_new(struct ctx *c, const char *file)
{
	static int count;
	const char *schema;

	if (!place_is_postgres())
		return arena_printf(c->mem, "sqlite:%s",
		    file == NULL ? ":memory:" : file);
	schema = arena_printf(c->mem, "unit_%d_%d", (int)getpid(), ++count);
	say("CREATE SCHEMA", schema, "");
	return arena_printf(c->mem, "%s%c%s%s", postgres(),
	    strchr(postgres(), '?') == NULL ? '?' : '&', SEARCH_PATH,
	    schema);
}

void
place_drop(const char *url)
{
	const char *schema = strstr(url, SEARCH_PATH);

	if (schema != NULL)
		say("DROP SCHEMA", schema + strlen(SEARCH_PATH), " CASCADE");
}
