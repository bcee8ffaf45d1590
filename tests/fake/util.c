#include "util.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void *
xrealloc(void *p, size_t n)
{
	p = realloc(p, n == 0 ? 1 : n);
	if (p == NULL)
		abort();
	return p;
}

void *
xalloc(size_t n)
{
	return memset(xrealloc(NULL, n), 0, n);
}

char *
xstrndup(const char *s, size_t n)
{
	char *ret = xalloc(n + 1);

	memcpy(ret, s, n);
	return ret;
}

char *
xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (b->n + n + 1 > b->cap) {
		b->cap = (b->n + n + 1) * 2;
		b->p = xrealloc(b->p, b->cap);
	}
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

char *
xvformat(const char *fmt, va_list ap)
{
	va_list again;
	char *ret;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		abort();
	ret = xalloc((size_t)n + 1);
	vsnprintf(ret, (size_t)n + 1, fmt, ap);
	return ret;
}

char *
xformat(const char *fmt, ...)
{
	va_list ap;
	char *ret;

	va_start(ap, fmt);
	ret = xvformat(fmt, ap);
	va_end(ap);
	return ret;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvformat(fmt, ap);
	va_end(ap);
	buf_puts(b, s);
	free(s);
}

static const char *
entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
buf_html(struct buf *b, const char *s)
{
	const char *e;

	for (; s != NULL && *s != '\0'; s++) {
		e = entity(*s);
		if (e != NULL)
			buf_puts(b, e);
		else
			buf_add(b, s, 1);
	}
}

void
buf_url(struct buf *b, const char *s)
{
	for (; s != NULL && *s != '\0'; s++) {
		if (isalnum((unsigned char)*s) || strchr("-._~", *s) != NULL)
			buf_add(b, s, 1);
		else
			buf_printf(b, "%%%02X", (unsigned char)*s);
	}
}

void
buf_free(struct buf *b)
{
	free(b->p);
	memset(b, 0, sizeof(*b));
}

char *
load_file(const char *path)
{
	struct buf b = { 0 };
	char chunk[8192];
	size_t n;
	FILE *fp;

	fp = fopen(path, "rb");
	if (fp == NULL)
		return NULL;
	buf_add(&b, "", 0);
	while ((n = fread(chunk, 1, sizeof(chunk), fp)) > 0)
		buf_add(&b, chunk, n);
	fclose(fp);
	return b.p;
}

cJSON *
load_json(const char *dir, const char *name)
{
	char path[1024], *text;
	cJSON *ret;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	text = load_file(path);
	ret = text == NULL ? NULL : cJSON_Parse(text);
	free(text);
	if (ret == NULL) {
		fprintf(stderr,
		    "cannot read %s as JSON (is --contract right?)\n", path);
		exit(3);
	}
	return ret;
}

const char *
js_str(const cJSON *o, const char *name)
{
	return cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(o, name));
}

double
js_num(const cJSON *o, const char *name, double other)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, name);

	return cJSON_IsNumber(v) ? v->valuedouble : other;
}

int
js_true(const cJSON *o, const char *name)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, name);

	if (cJSON_IsString(v))
		return strcmp(v->valuestring, "true") == 0;
	return cJSON_IsTrue(v);
}

void
js_set(cJSON *o, const char *name, cJSON *v)
{
	if (v == NULL)
		v = cJSON_CreateNull();
	if (cJSON_GetObjectItemCaseSensitive(o, name) != NULL)
		cJSON_ReplaceItemInObjectCaseSensitive(o, name, v);
	else
		cJSON_AddItemToObject(o, name, v);
}

void
js_set_str(cJSON *o, const char *name, const char *v)
{
	js_set(o, name, v == NULL ? NULL : cJSON_CreateString(v));
}

void
js_set_num(cJSON *o, const char *name, double v)
{
	js_set(o, name, cJSON_CreateNumber(v));
}

void
js_set_bool(cJSON *o, const char *name, int v)
{
	js_set(o, name, cJSON_CreateBool(v));
}

cJSON *
js_path(const cJSON *o, ...)
{
	const char *name;
	va_list ap;

	va_start(ap, o);
	while (o != NULL && (name = va_arg(ap, const char *)) != NULL)
		o = cJSON_GetObjectItemCaseSensitive(o, name);
	va_end(ap);
	return (cJSON *)(uintptr_t)o;
}

static void
newline(struct buf *b, int depth)
{
	buf_printf(b, "\n%*s", depth * 2, "");
}

static void
pretty(struct buf *b, const cJSON *o, int depth)
{
	int array = cJSON_IsArray(o);
	char *text;

	if ((!array && !cJSON_IsObject(o)) || o->child == NULL) {
		text = cJSON_PrintUnformatted(o);
		buf_puts(b, text);
		cJSON_free(text);
		return;
	}
	buf_puts(b, array ? "[" : "{");
	for (o = o->child; o != NULL; o = o->next) {
		newline(b, depth + 1);
		if (!array) {
			cJSON *name = cJSON_CreateString(o->string);

			pretty(b, name, 0);
			buf_puts(b, ": ");
			cJSON_Delete(name);
		}
		pretty(b, o, depth + 1);
		if (o->next != NULL)
			buf_puts(b, ",");
	}
	newline(b, depth);
	buf_puts(b, array ? "]" : "}");
}

char *
js_pretty(const cJSON *o)
{
	struct buf b = { 0 };

	pretty(&b, o, 0);
	return b.p;
}

void
js_sort(cJSON *o)
{
	cJSON *c, *least, *sorted;
	char *name;

	for (c = o->child; c != NULL; c = c->next)
		js_sort(c);
	if (!cJSON_IsObject(o))
		return;
	sorted = cJSON_CreateObject();
	while (o->child != NULL) {
		least = o->child;
		for (c = least->next; c != NULL; c = c->next)
			if (strcmp(c->string, least->string) < 0)
				least = c;
		cJSON_DetachItemViaPointer(o, least);
		/* The item owns its name; adding it makes a new copy. */
		name = xstrdup(least->string);
		cJSON_AddItemToObject(sorted, name, least);
		free(name);
	}
	o->child = sorted->child;
	sorted->child = NULL;
	cJSON_Delete(sorted);
}

int64_t
real_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static _Atomic int64_t ahead_ms;

int64_t
now_ms(void)
{
	return real_ms() + ahead_ms;
}

int64_t
now_ahead(void)
{
	return ahead_ms;
}

void
now_set_ahead(int64_t ms)
{
	ahead_ms = ms;
}

int64_t
mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
time_utc(char ret[32], int64_t sec, int plain)
{
	time_t t = (time_t)sec;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(ret, 32, plain ? "%Y-%m-%dT%H:%M:%SZ" :
	    "%Y-%m-%dT%H:%M:%S.000000Z", &tm);
}

void
time_micro(char ret[32], int64_t ms)
{
	char us[8];

	time_utc(ret, ms / 1000, 0);
	snprintf(us, sizeof(us), "%03d", (int)(ms % 1000));
	memcpy(ret + 20, us, 3);
}

int64_t
time_parse(const char *s)
{
	int n = 0, oh = 0, om = 0;
	struct tm tm = { 0 };
	char sign;
	int64_t t;

	if (s == NULL || sscanf(s, "%4d-%2d-%2dT%2d:%2d:%2d%n", &tm.tm_year,
	    &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
	    &n) != 6 || n != 19)
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	t = timegm(&tm);
	for (s += n; *s == '.' || isdigit((unsigned char)*s);)
		s++;
	if (strcmp(s, "Z") == 0)
		return t;
	if (sscanf(s, "%c%2d:%2d%n", &sign, &oh, &om, &n) != 3 || n != 6 ||
	    (sign != '+' && sign != '-') || s[6] != '\0')
		return -1;
	return t - (sign == '+' ? 1 : -1) * (oh * 3600 + om * 60);
}

static void
random_from(char *ret, size_t n, const char *alphabet)
{
	size_t i, m = strlen(alphabet);
	unsigned char b;

	for (i = 0; i < n; i++) {
		if (RAND_bytes(&b, 1) != 1)
			abort();
		ret[i] = alphabet[b % m];
	}
	ret[n] = '\0';
}

void
random_id(char *ret, size_t n)
{
	random_from(ret, n, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789");
}

void
random_hex(char *ret, size_t n)
{
	random_from(ret, n, "0123456789abcdef");
}

void
random_uuid(char ret[37])
{
	random_hex(ret, 36);
	ret[8] = ret[13] = ret[18] = ret[23] = '-';
	ret[14] = '4';
	ret[19] = 'a';
}

void
hmac_hex(char ret[65], const char *key, const char *t, const char *body)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	struct buf b = { 0 };
	unsigned int i, n = 0;

	buf_printf(&b, "%s.", t);
	buf_puts(&b, body);
	HMAC(EVP_sha256(), key, (int)strlen(key), (unsigned char *)b.p, b.n,
	    md, &n);
	for (i = 0; i < 32; i++)
		snprintf(ret + i * 2, 3, "%02x", md[i]);
	buf_free(&b);
}

static int
hexval(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
url_decode(char *s, int plus)
{
	char *out = s;
	int hi, lo;

	for (; *s != '\0'; s++, out++) {
		if (*s == '+' && plus) {
			*out = ' ';
		} else if (*s != '%') {
			*out = *s;
		} else {
			hi = hexval(s[1]);
			lo = hi < 0 ? -1 : hexval(s[2]);
			if (lo < 0 || hi * 16 + lo == 0)
				return -1;
			*out = (char)(hi * 16 + lo);
			s += 2;
		}
	}
	*out = '\0';
	return 0;
}
