/*
 * util: what both fakes need and C does not have: a growing text, short ways
 * into cJSON, ids, times, escaping, HMAC.
 */
#ifndef FAKE_UTIL_H
#define FAKE_UTIL_H

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#define PRINTF_LIKE(a, b) __attribute__((format(printf, a, b)))

/* A text that grows.  All zero is an empty one; p is always terminated. */
struct buf {
	char *p;
	size_t n, cap;
};

void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same, but safe inside HTML text and attributes. */
void buf_html(struct buf *b, const char *s);
/* The same, percent-encoded (a space is %20). */
void buf_url(struct buf *b, const char *s);
void buf_free(struct buf *b);

/* These end the program when there is no memory. */
void *xalloc(size_t n);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
void *xrealloc(void *p, size_t n);
/* printf into memory of its own. */
char *xformat(const char *fmt, ...) PRINTF_LIKE(1, 2);
char *xvformat(const char *fmt, va_list ap) PRINTF_LIKE(1, 0);

/* The whole file, terminated; NULL if it cannot be read. */
char *load_file(const char *path);
/* The JSON in dir/name; ends the program with a message if there is none. */
cJSON *load_json(const char *dir, const char *name);

/* The text of a member, or NULL if there is no such text. */
const char *js_str(const cJSON *o, const char *name);
/* The number of a member, or `other` if there is no such number. */
double js_num(const cJSON *o, const char *name, double other);
/* Is the member true (or the text "true")? */
int js_true(const cJSON *o, const char *name);
/* Set a member, new or not.  js_set takes over v; NULL sets null. */
void js_set(cJSON *o, const char *name, cJSON *v);
void js_set_str(cJSON *o, const char *name, const char *v);
void js_set_num(cJSON *o, const char *name, double v);
void js_set_bool(cJSON *o, const char *name, int v);
/* A member reached by a path of names, ended by NULL; NULL if not there. */
cJSON *js_path(const cJSON *o, ...);
/* Indented by two spaces, as Stripe prints.  The caller frees. */
char *js_pretty(const cJSON *o);
/* Sort the names in every object, all the way down. */
void js_sort(cJSON *o);

/* The time here, which steering can set ahead of the true one ... */
int64_t now_ms(void);
int64_t now_ahead(void);
void now_set_ahead(int64_t ms);
/* ... which is this. */
int64_t real_ms(void);
int64_t mono_ms(void);
/* 2026-12-01T15:04:06.123456Z, six digits of fraction. */
void time_micro(char ret[32], int64_t ms);
/* The same for a whole second; with no fraction if `plain`. */
void time_utc(char ret[32], int64_t sec, int plain);
/* Reads RFC 3339 with any offset; -1 if it is not one. */
int64_t time_parse(const char *s);

/* n random letters and digits, or hex digits, terminated. */
void random_id(char *ret, size_t n);
void random_hex(char *ret, size_t n);
void random_uuid(char ret[37]);
/* HMAC-SHA256 of "t.body" in lower-case hex. */
void hmac_hex(char ret[65], const char *key, const char *t, const char *body);

/* Undo percent-encoding in place; `plus` turns + into a space.  -1 if the
 * text is broken (bad digits, or a NUL inside). */
int url_decode(char *s, int plus);

#endif
