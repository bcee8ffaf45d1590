#include "booking/booking.h"

#include <string.h>

#include "base/text.h"
#include "db/db.h"

/* Owned here: table booking. */
#define COLUMNS                                                                \
	"id, builder, session_type, client, name, email, timezone,"            \
	" start_at, end_at, source, invitee, invitee_uri,"                     \
	" calendly_event, told_at, contradiction, amount, currency,"           \
	" policy, auto_refund, late_hours, created_at, hold_at,"               \
	" asked_cancel_at, asked_cancel_by, asked_cancel_reason,"              \
	" told_cancel_at, told_cancel_by, told_cancel_reason,"                 \
	" cancelled_at, cancelled_by, cancel_reason, refund_goal,"             \
	" refund_asked_by, refund_reason, moved_to, moved_from,"               \
	" moved_told, no_show, no_show_at, status, payment_status,"            \
	" updated_at, link_serial, erased_at"
/*
 * $1 is now.  Each part has an index that holds little more than it finds.
 * More is owed than goes back by itself only where the policy gives something
 * and it does not go by itself, or where three refunds have failed
 * (booking/status.h).  A chain's last link speaks for it.
 */
#define SUSPECTS                                                               \
	"(SELECT id FROM booking WHERE payment_status = 'DISPUTED'"            \
	" UNION SELECT id FROM booking WHERE status = 'CANCELLED'"             \
	" AND payment_status IN ('PAID', 'PARTIALLY_REFUNDED')"                \
	" AND (moved_from IS NOT NULL OR (auto_refund = 0"                     \
	" AND (policy <> '' OR cancelled_by <> 'client')))"                    \
	" UNION SELECT booking FROM payment WHERE id IN (SELECT payment"       \
	" FROM refund WHERE status = 'failed' GROUP BY payment"                \
	" HAVING COUNT(*) > 2)"                                                \
	" UNION SELECT booking FROM analytics"                                 \
	" WHERE name = 'PAYMENT_MISMATCH'"                                     \
	" UNION SELECT booking FROM job WHERE dead_at > 0 AND done_at = 0"     \
	" UNION SELECT id FROM booking WHERE asked_cancel_at > 0"              \
	" AND told_cancel_at = 0 AND told_at > 0 AND end_at > $1)"
static const char sql_get[] =
	"SELECT " COLUMNS " FROM booking WHERE id = $1";
static const char sql_erased[] =
	"SELECT erased_at FROM booking WHERE id = $1";
static const char sql_by_invitee[] =
	"SELECT " COLUMNS " FROM booking WHERE invitee = $1";
static const char sql_moved_from[] =
	"SELECT " COLUMNS " FROM booking WHERE moved_from = $1 ORDER BY id";
static const char sql_moved_to[] =
	"SELECT " COLUMNS " FROM booking WHERE moved_to = $1 ORDER BY id";
/* The status as status_at says it. */
#define SHOWN                                                                  \
	"CASE WHEN status = 'CONFIRMED' AND end_at <= $2 THEN 'COMPLETED'"     \
	" ELSE status END"
static const char sql_list[] =
	"SELECT " COLUMNS " FROM booking"
	" WHERE COALESCE($1, " SHOWN ") = " SHOWN
	" ORDER BY created_at DESC, id LIMIT $3";
static const char sql_list_of_email[] =
	"SELECT " COLUMNS " FROM booking"
	" WHERE COALESCE($1, " SHOWN ") = " SHOWN
	" AND LOWER(email) = LOWER($4)"
	" ORDER BY created_at DESC, id LIMIT $3";
static const char sql_of_email[] =
	"SELECT " COLUMNS " FROM booking WHERE LOWER(email) = LOWER($1)"
	" AND erased_at = 0 ORDER BY id";
static const char sql_past[] =
	"SELECT " COLUMNS " FROM booking WHERE erased_at = 0 AND end_at <= $1"
	" AND (end_at, id) > ($2, $3) ORDER BY end_at, id LIMIT $4";
static const char sql_suspects[] =
	"SELECT " COLUMNS " FROM booking WHERE id IN " SUSPECTS
	" ORDER BY created_at DESC, id";
static const char sql_suspect_ids[] =
	"SELECT id FROM booking WHERE id IN " SUSPECTS " ORDER BY id";
static const char sql_add[] =
	"INSERT INTO booking (" COLUMNS ")"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
	" $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,"
	" $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38,"
	" $39, $40, $41, $42, $43, $44)";
static const char sql_save[] =
	"UPDATE booking SET"
	" name = $2, timezone = $3, invitee_uri = $4,"
	" calendly_event = $5, told_at = $6, contradiction = $7,"
	" amount = $8, currency = $9, policy = $10, auto_refund = $11,"
	" late_hours = $12, hold_at = $13, asked_cancel_at = $14,"
	" asked_cancel_by = $15, asked_cancel_reason = $16,"
	" told_cancel_at = $17, told_cancel_by = $18,"
	" told_cancel_reason = $19, cancelled_at = $20,"
	" cancelled_by = $21, cancel_reason = $22, refund_goal = $23,"
	" refund_asked_by = $24, refund_reason = $25,"
	" moved_told = $26, no_show = $27, no_show_at = $28,"
	" status = $29, payment_status = $30, updated_at = $31,"
	" link_serial = $32 WHERE id = $1";
/*
 * What indexes, references and checks hang on.  It hardly ever changes, and to
 * set it, even to what it was, is to write or to check all of them anew.
 */
static const char sql_save_keys[] =
	"UPDATE booking SET"
	" builder = $2, session_type = $3, client = $4, email = $5,"
	" start_at = $6, invitee = $7, created_at = $8,"
	" moved_to = $9, moved_from = $10,"
	" end_at = $11, source = $12, erased_at = $13"
	" WHERE id = $1 AND (builder <> $2 OR session_type <> $3"
	" OR COALESCE(client, '') <> COALESCE($4, '')"
	" OR email <> $5 OR start_at <> $6"
	" OR COALESCE(invitee, '') <> COALESCE($7, '')"
	" OR created_at <> $8"
	" OR COALESCE(moved_to, '') <> COALESCE($9, '')"
	" OR COALESCE(moved_from, '') <> COALESCE($10, '')"
	" OR end_at <> $11 OR source <> $12 OR erased_at <> $13)";
static const char sql_overlaps[] =
	"SELECT 1 FROM booking WHERE builder = $1 AND start_at < $3"
	" AND start_at > $2 - 86400000000 AND end_at > $2"
	" AND id <> $5 AND COALESCE(calendly_event, '') <> $6"
	" AND (status = 'CONFIRMED' OR (status = 'PENDING'"
	" AND (hold_at > $4 OR payment_status = 'PROCESSING')))"
	" AND (source <> 'calendly' OR told_at > 0 OR payment_status = 'PAID')"
	" LIMIT 1";
/* Nobody can use up the seats of who signs in by typing their address. */
#define UNPAID                                                                 \
	" AND source = 'direct' AND status = 'PENDING' AND hold_at > $2"
static const char sql_unpaid_client[] =
	"SELECT COUNT(*), COALESCE(MIN(hold_at), 0) FROM booking"
	" WHERE client = $1" UNPAID;
static const char sql_unpaid_guest[] =
	"SELECT COUNT(*), COALESCE(MIN(hold_at), 0) FROM booking"
	" WHERE LOWER(email) = LOWER($1) AND client IS NULL" UNPAID;
static const char sql_page[] =
	"SELECT " COLUMNS " FROM booking WHERE id > $1 ORDER BY id LIMIT $2";

static const struct db_field fields[] = {
	DB_FIELD_TEXT(booking, id),
	DB_FIELD_TEXT(booking, builder),
	DB_FIELD_TEXT(booking, session_type),
	DB_FIELD_TEXT(booking, client),
	DB_FIELD_TEXT(booking, name),
	DB_FIELD_TEXT(booking, email),
	DB_FIELD_TEXT(booking, timezone),
	DB_FIELD_INT(booking, start_at),
	DB_FIELD_INT(booking, end_at),
	DB_FIELD_TEXT(booking, source),
	DB_FIELD_TEXT(booking, invitee),
	DB_FIELD_TEXT(booking, invitee_uri),
	DB_FIELD_TEXT(booking, calendly_event),
	DB_FIELD_INT(booking, told_at),
	DB_FIELD_TEXT(booking, contradiction),
	DB_FIELD_INT(booking, amount),
	DB_FIELD_TEXT(booking, currency),
	DB_FIELD_TEXT(booking, policy),
	DB_FIELD_INT(booking, auto_refund),
	DB_FIELD_INT(booking, late_hours),
	DB_FIELD_INT(booking, created_at),
	DB_FIELD_INT(booking, hold_at),
	DB_FIELD_INT(booking, asked_cancel_at),
	DB_FIELD_TEXT(booking, asked_cancel_by),
	DB_FIELD_TEXT(booking, asked_cancel_reason),
	DB_FIELD_INT(booking, told_cancel_at),
	DB_FIELD_TEXT(booking, told_cancel_by),
	DB_FIELD_TEXT(booking, told_cancel_reason),
	DB_FIELD_INT(booking, cancelled_at),
	DB_FIELD_TEXT(booking, cancelled_by),
	DB_FIELD_TEXT(booking, cancel_reason),
	DB_FIELD_INT(booking, refund_goal),
	DB_FIELD_TEXT(booking, refund_asked_by),
	DB_FIELD_TEXT(booking, refund_reason),
	DB_FIELD_TEXT(booking, moved_to),
	DB_FIELD_TEXT(booking, moved_from),
	DB_FIELD_INT(booking, moved_told),
	DB_FIELD_INT(booking, no_show),
	DB_FIELD_INT(booking, no_show_at),
	DB_FIELD_TEXT(booking, status),
	DB_FIELD_TEXT(booking, payment_status),
	DB_FIELD_INT(booking, updated_at),
	DB_FIELD_INT(booking, link_serial),
	DB_FIELD_INT(booking, erased_at),
};
const struct db_table booking_table = DB_TABLE(booking, fields, sql_page);

/* As sql_save and sql_save_keys number them. */
static const struct db_field fact_fields[] = {
	DB_FIELD_TEXT(booking, id),
	DB_FIELD_TEXT(booking, name),
	DB_FIELD_TEXT(booking, timezone),
	DB_FIELD_TEXT(booking, invitee_uri),
	DB_FIELD_TEXT(booking, calendly_event),
	DB_FIELD_INT(booking, told_at),
	DB_FIELD_TEXT(booking, contradiction),
	DB_FIELD_INT(booking, amount),
	DB_FIELD_TEXT(booking, currency),
	DB_FIELD_TEXT(booking, policy),
	DB_FIELD_INT(booking, auto_refund),
	DB_FIELD_INT(booking, late_hours),
	DB_FIELD_INT(booking, hold_at),
	DB_FIELD_INT(booking, asked_cancel_at),
	DB_FIELD_TEXT(booking, asked_cancel_by),
	DB_FIELD_TEXT(booking, asked_cancel_reason),
	DB_FIELD_INT(booking, told_cancel_at),
	DB_FIELD_TEXT(booking, told_cancel_by),
	DB_FIELD_TEXT(booking, told_cancel_reason),
	DB_FIELD_INT(booking, cancelled_at),
	DB_FIELD_TEXT(booking, cancelled_by),
	DB_FIELD_TEXT(booking, cancel_reason),
	DB_FIELD_INT(booking, refund_goal),
	DB_FIELD_TEXT(booking, refund_asked_by),
	DB_FIELD_TEXT(booking, refund_reason),
	DB_FIELD_INT(booking, moved_told),
	DB_FIELD_INT(booking, no_show),
	DB_FIELD_INT(booking, no_show_at),
	DB_FIELD_TEXT(booking, status),
	DB_FIELD_TEXT(booking, payment_status),
	DB_FIELD_INT(booking, updated_at),
	DB_FIELD_INT(booking, link_serial),
};
static const struct db_table facts_table =
    DB_TABLE(booking, fact_fields, NULL);
static const struct db_field key_fields[] = {
	DB_FIELD_TEXT(booking, id),
	DB_FIELD_TEXT(booking, builder),
	DB_FIELD_TEXT(booking, session_type),
	DB_FIELD_TEXT(booking, client),
	DB_FIELD_TEXT(booking, email),
	DB_FIELD_INT(booking, start_at),
	DB_FIELD_TEXT(booking, invitee),
	DB_FIELD_INT(booking, created_at),
	DB_FIELD_TEXT(booking, moved_to),
	DB_FIELD_TEXT(booking, moved_from),
	DB_FIELD_INT(booking, end_at),
	DB_FIELD_TEXT(booking, source),
	DB_FIELD_INT(booking, erased_at),
};
static const struct db_table keys_table = DB_TABLE(booking, key_fields, NULL);

static enum err
get(struct ctx *c, struct db *db, const char *sql, const char *key,
    struct booking **ret)
{
	struct booking *b;
	struct db_list list;
	enum err e;

	e = db_select(c, db, sql, &booking_table, &list, DB_VALUES(DB_TEXT(key)));
	if (e != OK)
		return e;
	*ret = list.count == 0 ? NULL : list.rows;
	if (list.count > 0) {
		b = list.rows;
		b->as_read = arena_alloc(c->mem, sizeof(*b));
		*b->as_read = *b;
	}
	return OK;
}

enum err
booking_get_tx(struct ctx *c, struct db *db, const char *id,
    struct booking **ret)
{
	return get(c, db, sql_get, id, ret);
}

enum err
booking_is_erased_tx(struct ctx *c, struct db *db, const char *id, int *ret)
{
	struct db_rows rows;
	enum err e;

	e = db_query(c, db, sql_erased, &rows, DB_VALUES(DB_TEXT(id)));
	if (e == OK)
		*ret = rows.count > 0 && rows.values[0].integer > 0;
	return e;
}

enum err
booking_by_invitee_tx(struct ctx *c, struct db *db, const char *invitee,
    struct booking **ret)
{
	return get(c, db, sql_by_invitee, invitee, ret);
}

enum err
booking_moved_from_tx(struct ctx *c, struct db *db, const char *id,
    struct booking **ret)
{
	return get(c, db, sql_moved_from, id, ret);
}

enum err
booking_moved_to_tx(struct ctx *c, struct db *db, const char *id,
    struct booking **ret)
{
	return get(c, db, sql_moved_to, id, ret);
}

const char *
booking_name(const struct booking *b)
{
	return b->invitee != NULL ? b->invitee : b->id;
}

enum err
booking_head_tx(struct ctx *c, struct db *db, struct booking *b,
    struct booking **ret)
{
	struct booking *next = b;
	int links;
	enum err e = OK;

	for (links = 0; next != NULL && links < BOOKING_CHAIN_MAX; links++) {
		b = next;
		next = NULL;
		if (b->moved_to != NULL)
			e = booking_find_tx(c, db, b->moved_to, &next);
		if (e != OK)
			return e;
	}
	*ret = b;
	return OK;
}

enum err
booking_find_tx(struct ctx *c, struct db *db, const char *id,
    struct booking **ret)
{
	return booking_is_id(id) ? booking_get_tx(c, db, id, ret)
				 : booking_by_invitee_tx(c, db, id, ret);
}

int
booking_is_id(const char *id)
{
	return strncmp(id, "bk_", 3) == 0 && strlen(id) == 35 &&
	    text_only(id + 3, "0123456789abcdef");
}

enum err
booking_add_tx(struct ctx *c, struct db *db, const struct booking *b)
{
	return db_put(c, db, sql_add, &booking_table, b, NULL);
}

enum err
booking_save_tx(struct ctx *c, struct db *db, const struct booking *b)
{
	enum err e = db_put(c, db, sql_save, &facts_table, b, NULL);

	if (e == OK && (b->as_read == NULL ||
	    !db_same(&keys_table, b, b->as_read)))
		e = db_put(c, db, sql_save_keys, &keys_table, b, NULL);
	if (e == OK && b->as_read != NULL)
		*b->as_read = *b;
	return e;
}

/* A session lasts a day at most: the index on the start narrows it down. */
enum err
booking_overlaps_tx(struct ctx *c, struct db *db, const struct booking *b,
    int *ret)
{
	const char *event =
	    b->calendly_event != NULL ? b->calendly_event : "none";
	struct db_rows rows;
	enum err e;

	e = db_query(c, db, sql_overlaps, &rows, DB_VALUES(DB_TEXT(b->builder),
	    DB_INT(b->start_at), DB_INT(b->end_at), DB_INT(c->now),
	    DB_TEXT(b->id), DB_TEXT(event)));
	if (e == OK)
		*ret = rows.count > 0;
	return e;
}

enum err
booking_unpaid_tx(struct ctx *c, struct db *db, const char *client,
    const char *email, struct booking_unpaid *ret)
{
	const char *sql = client != NULL ? sql_unpaid_client
					 : sql_unpaid_guest;
	struct db_rows rows;
	enum err e;

	e = db_query(c, db, sql, &rows, DB_VALUES(
	    DB_TEXT(client != NULL ? client : email), DB_INT(c->now)));
	if (e == OK)
		*ret = (struct booking_unpaid){ rows.values[0].integer,
			rows.values[1].integer };
	return e;
}

static enum err
list(struct ctx *c, struct db *db, const char *sql,
    const struct db_value *values, size_t n, struct booking_list *ret)
{
	struct db_list rows;
	enum err e;

	e = db_select(c, db, sql, &booking_table, &rows, values, n);
	if (e == OK)
		*ret = (struct booking_list){ rows.rows, rows.count };
	return e;
}

enum err
booking_after_tx(struct ctx *c, struct db *db, const char *after,
    struct booking_list *ret)
{
	return list(c, db, sql_page,
	    DB_VALUES(DB_TEXT(after), DB_INT(BOOKING_BATCH)), ret);
}

enum err
booking_list_tx(struct ctx *c, struct db *db,
    const struct booking_filter *filter, struct booking_list *ret)
{
	if (filter->email == NULL)
		return list(c, db, sql_list, DB_VALUES(DB_TEXT(filter->status),
		    DB_INT(c->now), DB_INT(filter->limit)), ret);
	return list(c, db, sql_list_of_email,
	    DB_VALUES(DB_TEXT(filter->status), DB_INT(c->now),
		DB_INT(filter->limit), DB_TEXT(filter->email)), ret);
}

enum err
booking_of_email_tx(struct ctx *c, struct db *db, const char *email,
    struct booking_list *ret)
{
	return list(c, db, sql_of_email, DB_VALUES(DB_TEXT(email)), ret);
}

enum err
booking_past_tx(struct ctx *c, struct db *db, const struct booking_age *age,
    struct booking_list *ret)
{
	return list(c, db, sql_past, DB_VALUES(DB_INT(age->before),
	    DB_INT(age->after_end), DB_TEXT(age->after),
	    DB_INT(BOOKING_BATCH)), ret);
}

enum err
booking_suspects_tx(struct ctx *c, struct db *db, struct booking_list *ret)
{
	return list(c, db, sql_suspects, DB_VALUES(DB_INT(c->now)), ret);
}

enum err
booking_suspect_ids_tx(struct ctx *c, struct db *db, struct db_rows *ret)
{
	return db_query(c, db, sql_suspect_ids, ret,
	    DB_VALUES(DB_INT(c->now)));
}
