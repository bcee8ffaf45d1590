/*
 * admin: the commands of bookpay(1).
 *
 * A command answers a JSON array or object; bookpay prints it as it is
 * (--json) or as a table for people.
 */
#ifndef ADMIN_ADMIN_H
#define ADMIN_ADMIN_H

#include "base/conf.h"
#include "base/ctx.h"

struct cJSON;
struct db;

struct admin {
	const struct conf *conf;
	struct db *db;
	int argc;    /* what follows the command's words … */
	char **argv; /* … argv[0] being the last of those */
	int as_json; /* how the answer is printed */
	struct cJSON *answer; /* an array or object to print; NULL: nothing */
	const char *screen; /* the same for people; NULL: as a table */
	enum err verdict; /* on what was found, once that is printed */
};

/* E_BADREQ is a usage error; other failures mean it could not be done. */
typedef enum err admin_command(struct ctx *c, struct admin *a);

admin_command builders_set, builders_list;
admin_command types_set, types_list;
admin_command bookings_list, bookings_show, bookings_create, bookings_link;
admin_command bookings_money_cancel, bookings_money_refund;
admin_command bookings_money_move;
admin_command events_list, events_show, events_replay;
admin_command import_builders, import_types;
admin_command jobs_list, jobs_retry;
admin_command config_split, config_list;
admin_command doctor_all;
admin_command funnel_show;
admin_command verify_rows;
admin_command heal_all;
admin_command webhooks_sync;
admin_command database_migrate, database_backup, database_restore;
admin_command privacy_export_person, privacy_erase_person;

#endif
