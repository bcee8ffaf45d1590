#include "admin/table.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"

enum { TABLE_MAX = 8 * 1024 * 1024, COLUMNS_MAX = 32, CELL_MAX = 80 };

/* One value in a cell; nested ones as compact JSON. */
static const char *
cell(struct ctx *c, const cJSON *value)
{
	if (value == NULL || cJSON_IsNull(value))
		return "-";
	if (cJSON_IsString(value))
		return text_shown(c->mem, value->valuestring);
	if (cJSON_IsBool(value))
		return cJSON_IsTrue(value) ? "yes" : "no";
	return json_print(c, value);
}

/* Characters, not bytes: what the columns are aligned by. */
static int
width(const char *text)
{
	int n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void
pad(struct buf *b, const char *text, int columns)
{
	buf_text(b, text);
	for (columns -= width(text); columns > 0; columns--)
		buf_text(b, " ");
}

static void
print_rows(struct ctx *c, const cJSON *rows, struct buf *b)
{
	const cJSON *row, *value, *first = rows->child;
	int widths[COLUMNS_MAX] = { 0 }, i;

	cJSON_ArrayForEach(row, rows) {
		i = 0;
		cJSON_ArrayForEach(value, row) {
			int w = width(cell(c, value));

			if (width(value->string) > w)
				w = width(value->string);
			if (i < COLUMNS_MAX && w > widths[i])
				widths[i] = w < CELL_MAX ? w : CELL_MAX;
			i++;
		}
	}
	i = 0;
	cJSON_ArrayForEach(value, first)
		pad(b, value->string, i < COLUMNS_MAX ? widths[i++] + 2 : 0);
	buf_text(b, "\n");
	cJSON_ArrayForEach(row, rows) {
		i = 0;
		cJSON_ArrayForEach(value, row)
			pad(b, cell(c, value),
			    i < COLUMNS_MAX ? widths[i++] + 2 : 0);
		buf_text(b, "\n");
	}
}

static void
print_members(struct ctx *c, const cJSON *o, struct buf *b)
{
	const cJSON *value;

	cJSON_ArrayForEach(value, o) {
		if (cJSON_IsArray(value) && cJSON_IsObject(value->child)) {
			buf_printf(b, "\n%s\n", value->string);
			print_rows(c, value, b);
			continue;
		}
		pad(b, value->string, 20);
		buf_printf(b, "%s\n", cell(c, value));
	}
}

char *
table_text(struct ctx *c, const struct cJSON *answer)
{
	struct buf b = buf_make(c->mem, TABLE_MAX);

	if (cJSON_IsArray(answer)) {
		if (answer->child != NULL)
			print_rows(c, answer, &b);
	} else {
		print_members(c, answer, &b);
	}
	return b.bytes;
}
