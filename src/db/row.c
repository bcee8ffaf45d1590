#include "db/row.h"

#include <string.h>

#include "base/json.h"

struct cJSON *
row_json(struct ctx *c, const struct db_table *table, const void *row)
{
	struct cJSON *o = json_object(c);
	size_t i;

	for (i = 0; i < table->count; i++) {
		const struct db_field *f = &table->fields[i];
		const char *at = (const char *)row + f->offset;
		const char *text;
		int64_t number;

		if (f->type == DB_INTEGER) {
			memcpy(&number, at, sizeof(number));
			json_set_int(o, f->name, number);
			continue;
		}
		memcpy(&text, at, sizeof(text));
		json_set_text(o, f->name, text);
	}
	return o;
}

void
row_read(const struct db_table *table, const struct cJSON *json, void *row)
{
	size_t i;

	for (i = 0; i < table->count; i++) {
		const struct db_field *f = &table->fields[i];
		char *at = (char *)row + f->offset;
		const char *text = json_text(json, f->name);
		int64_t number;

		if (f->type == DB_INTEGER && json_int(json, f->name, &number))
			memcpy(at, &number, sizeof(number));
		if (f->type == DB_STRING && text != NULL)
			memcpy(at, &text, sizeof(text));
	}
}

enum err
row_page(struct ctx *c, struct db *db, const struct db_table *table,
    const char *after, struct db_list *ret)
{
	return db_select(c, db, table->sql_page, table, ret,
	    DB_VALUES(DB_TEXT(after), DB_INT(ROW_PAGE)));
}

const void *
row_at(const struct db_table *table, const struct db_list *list, size_t i)
{
	return (const char *)list->rows + i * table->size;
}

const char *
row_key(const struct db_table *table, const void *row)
{
	const char *key;

	memcpy(&key, (const char *)row + table->fields[0].offset, sizeof(key));
	return key;
}
