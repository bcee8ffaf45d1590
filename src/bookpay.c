/*
 * bookpay: the admin's command.  See bookpay(1).
 */
#include <stdio.h>
#include <string.h>

#include "admin/admin.h"
#include "admin/table.h"
#include "app/shop.h"
#include "base/json.h"
#include "base/nodump.h"
#include "db/db.h"
#include "db/migrate.h"

enum { DONE = 0, FOUND_A_PROBLEM = 1, USAGE = 2, COULD_NOT = 3 };

static const struct command {
	const char *noun, *verb; /* verb NULL: there is none */
	admin_command *run;
	const char *usage;
} commands[] = {
	{ "migrate", NULL, database_migrate, "[--from URL --to URL [--quick]]" },
	{ "backup", NULL, database_backup, "FILE [--quick]" },
	{ "restore", NULL, database_restore, "FILE [--quick]" },
	{ "builders", "list", builders_list, "" },
	{ "builders", "set", builders_set, "ID --name N --timezone Z "
	    "[--email E] [--calendly-user URI] [--user U]" },
	{ "builders", "import", import_builders, "--csv FILE" },
	{ "session-types", "list", types_list, "" },
	{ "session-types", "set", types_set, "ID --builder B --title T "
	    "--minutes N --amount N --currency C [--description T]\n"
	    "\t[--calendly-type UUID --scheduling-url URL]\n"
	    "\t[--direct | --no-direct] [--hours H] [--policy P]\n"
	    "\t[--hold MINUTES] [--notice-minutes N] [--horizon-days N]\n"
	    "\t[--requires-auth | --no-requires-auth]\n"
	    "\t[--auto-refund | --no-auto-refund] [--late-hours N]\n"
	    "\t[--active | --inactive]" },
	{ "session-types", "import", import_types, "--csv FILE | "
	    "--from-calendly [--builder B] [--currency C]" },
	{ "bookings", "list", bookings_list, "[--attention] [--status S] "
	    "[--email E] [--limit N]" },
	{ "bookings", "show", bookings_show, "ID [--utc]" },
	{ "bookings", "create", bookings_create, "--session-type ID "
	    "--start TIME --name N --email E --timezone Z [--client SUB]" },
	{ "bookings", "link", bookings_link, "ID [--see] [--days N] | "
	    "ID --revoke [--client SUB]" },
	{ "bookings", "cancel", bookings_money_cancel, "ID [--reason TEXT] "
	    "[--refund] [--dry-run]" },
	{ "bookings", "refund", bookings_money_refund, "ID [--amount N] "
	    "[--reason TEXT] [--dry-run]" },
	{ "bookings", "move", bookings_money_move, "ID --to ID "
	    "[--dry-run]" },
	{ "events", "list", events_list, "[--limit N] [--booking ID]" },
	{ "events", "show", events_show, "ID" },
	{ "events", "replay", events_replay, "ID | --to URL" },
	{ "jobs", "list", jobs_list, "[--all] [--limit N]" },
	{ "jobs", "retry", jobs_retry, "ID" },
	{ "config", "list", config_list, "" },
	{ "config", "split", config_split, "--to FOLDER [--from FILE] "
	    "[--program NAME]" },
	{ "privacy", "export", privacy_export_person, "--email E" },
	{ "privacy", "erase", privacy_erase_person, "--email E [--dry-run]" },
	{ "verify", NULL, verify_rows, "" },
	{ "heal", NULL, heal_all, "[--dry-run] [--json]" },
	{ "webhooks", "sync", webhooks_sync, "[--dry-run] [--rotate]" },
	{ "doctor", NULL, doctor_all, "[--json]" },
	{ "analytics", "funnel", funnel_show, "[--from DATE] [--to DATE] "
	    "[--session-type ID]" },
};

/* They open no database, or in their own way. */
static admin_command *const without_database[] = { database_migrate,
	database_backup, database_restore };

static int
opens_itself(const struct command *cmd)
{
	size_t i;

	for (i = 0; i < COUNT(without_database); i++)
		if (without_database[i] == cmd->run)
			return 1;
	return 0;
}

static int
usage(FILE *to)
{
	size_t i;

	fprintf(to, "usage: bookpay [--json] COMMAND\n\nbookpay version\n");
	for (i = 0; i < COUNT(commands); i++)
		fprintf(to, "bookpay %s%s%s %s\n", commands[i].noun,
		    commands[i].verb == NULL ? "" : " ",
		    commands[i].verb == NULL ? "" : commands[i].verb,
		    commands[i].usage);
	return USAGE;
}

static const struct command *
find(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc >= 1 && i < COUNT(commands); i++)
		if (strcmp(commands[i].noun, argv[0]) == 0 &&
		    (commands[i].verb == NULL || (argc >= 2 &&
		    strcmp(commands[i].verb, argv[1]) == 0)))
			return &commands[i];
	return NULL;
}

static int
exit_status(enum err e)
{
	switch (e) {
	case OK:
		return DONE;
	case E_BADREQ:
		return USAGE;
	case E_BUSY:
	case E_INTERNAL:
	case E_STRIPE:
	case E_CALENDLY:
		return COULD_NOT;
	default:
		return FOUND_A_PROBLEM;
	}
}

static int
finish(struct ctx *c, enum err e)
{
	if (e != OK)
		fprintf(stderr, "bookpay: %s\n",
		    c->why != NULL ? c->why : err_words(e));
	return exit_status(e);
}

static void
print(struct ctx *c, const struct admin *a)
{
	if (a->as_json)
		printf("%s\n", json_print(c, a->answer));
	else
		fputs(a->screen != NULL ? a->screen
					: table_text(c, a->answer), stdout);
}

/* conf is NULL for a command that needs none. */
static enum err
run(struct ctx *c, const struct conf *conf, const struct command *cmd,
    int argc, char **argv, int as_json)
{
	int words = cmd->verb == NULL ? 1 : 2;
	struct admin a = { .conf = conf, .argc = argc - words + 1,
		.argv = argv + words - 1, .as_json = as_json };
	struct cJSON *holder = json_object(c), *list;
	enum err e = OK;

	/* A command that lists fills this array; others replace it. */
	list = json_set_array(holder, "list");
	a.answer = list;
	if (conf != NULL && !opens_itself(cmd))
		e = shop_open_db(c, conf, &a.db);
	if (e == OK)
		e = cmd->run(c, &a);
	db_free(a.db);
	if (e == OK && (a.answer != list || cmd->verb == NULL ||
	    strcmp(cmd->verb, "list") == 0))
		print(c, &a);
	return e == OK ? a.verdict : e;
}

static enum err
run_configured(struct ctx *c, const struct command *cmd, int argc, char **argv,
    int as_json)
{
	static const char *const required[] = { "DATABASE_URL", NULL };
	struct conf *conf;
	enum err e;

	e = conf_load(c, "bookpay", NULL, &conf);
	if (e != OK)
		return e;
	e = conf_require(c, conf, required);
	if (e == OK)
		e = run(c, conf, cmd, argc, argv, as_json);
	conf_free(conf);
	return e;
}

int
main(int argc, char **argv)
{
	int as_json = argc > 1 && strcmp(argv[1], "--json") == 0;
	const struct command *cmd;
	struct ctx c;
	enum err e;
	int status;

	nodump_set();
	argc -= 1 + as_json;
	argv += 1 + as_json;
	if (argc == 1 && (strcmp(argv[0], "version") == 0 ||
	    strcmp(argv[0], "--version") == 0))
		return printf("bookpay %s, schema %d\n", VERSION,
		    migrate_version()) < 0;
	if (argc == 1 && strcmp(argv[0], "--help") == 0)
		return usage(stdout) - USAGE;
	cmd = find(argc, argv);
	if (cmd == NULL)
		return usage(stderr);
	json_global_init();
	ctx_init(&c);
	/* Configurations are looked after before any is good. */
	e = strcmp(cmd->noun, "config") == 0 || cmd->run == doctor_all
	    ? run(&c, NULL, cmd, argc, argv, as_json)
	    : run_configured(&c, cmd, argc, argv, as_json);
	status = finish(&c, e);
	ctx_free(&c);
	return status;
}
