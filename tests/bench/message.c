#include "message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/ctx.h"

enum { DIGITS = 24, MAC_SIZE = 32, SECONDS_OF_A_LINK = 86400 };

static const char hole[] = "@@@@@@@@@@@@@@@@@@@@@@@@";

int
message_option(struct message *m, const char *name, const char *value)
{
	const struct {
		const char *name, **value;
	} options[] = { { "--path", &m->path }, { "--body", &m->body_file },
		{ "--signature", &m->signature }, { "--secret", &m->secret },
		{ "--guest", &m->guest } };
	size_t i;

	for (i = 0; i < COUNT(options); i++)
		if (strcmp(options[i].name, name) == 0) {
			*options[i].value = value;
			return 1;
		}
	return 0;
}

int
message_open(struct message *m)
{
	FILE *file;

	if (m->body_file == NULL)
		return 1;
	file = fopen(m->body_file, "r");
	if (file == NULL)
		return 0;
	m->body = calloc(1, MESSAGE_BODY_MAX);
	if (m->body == NULL)
		abort();
	m->body_len = fread(m->body, 1, MESSAGE_BODY_MAX - 1, file);
	fclose(file);
	return 1;
}

/* Text of a template with the number in it; the length stays the same. */
static void
fill(char *into, size_t room, const char *text, int64_t number)
{
	char digits[DIGITS + 1];
	char *at;

	snprintf(digits, sizeof(digits), "%0*" PRIx64, DIGITS,
	    (uint64_t)number);
	snprintf(into, room, "%s", text);
	for (at = into; (at = strstr(at, hole)) != NULL; at += DIGITS)
		memcpy(at, digits, DIGITS);
}

/* Hex of the HMAC over two pieces of text, 2 * MAC_SIZE + 1 characters. */
static void
seal(const char *key, const char *first, const char *second, size_t len,
    char *ret)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char all[MESSAGE_HEADER_MAX + MESSAGE_BODY_MAX];
	unsigned char bytes[MAC_SIZE];
	size_t before = strlen(first), i;

	memcpy(all, first, before);
	memcpy(all + before, second, len);
	HMAC(EVP_sha256(), key, (int)strlen(key), all, before + len, bytes,
	    NULL);
	for (i = 0; i < sizeof(bytes); i++) {
		*ret++ = hex[bytes[i] >> 4];
		*ret++ = hex[bytes[i] & 15];
	}
	*ret = '\0';
}

static void
sign(const struct message *m, struct message_made *made)
{
	char before[32], sum[2 * MAC_SIZE + 1];
	long long now = (long long)time(NULL);

	snprintf(before, sizeof(before), "%lld.", now);
	seal(m->secret, before, made->body, made->body_len, sum);
	snprintf(made->signature, sizeof(made->signature), "t=%lld,v1=%s",
	    now, sum);
}

/* As web/link seals it. */
static void
let_in(const struct message *m, int64_t number, struct message_made *made)
{
	char claim[128], sum[2 * MAC_SIZE + 1];

	snprintf(claim, sizeof(claim), "bk_00000000%0*" PRIx64 ".0.%lld",
	    DIGITS, (uint64_t)number,
	    (long long)time(NULL) + SECONDS_OF_A_LINK);
	seal(m->guest, "booking\n", claim, strlen(claim), sum);
	snprintf(made->authorization, sizeof(made->authorization),
	    "Guest %s.%s", claim, sum);
}

void
message_make(const struct message *m, int64_t number,
    struct message_made *ret)
{
	ret->authorization[0] = ret->signature[0] = ret->body[0] = '\0';
	ret->body_len = m->body_len;
	fill(ret->path, sizeof(ret->path), m->path, number);
	if (m->body != NULL)
		fill(ret->body, sizeof(ret->body), m->body, number);
	if (m->signature != NULL)
		sign(m, ret);
	if (m->guest != NULL)
		let_in(m, number, ret);
}

static size_t
header(char *into, const char *name, const char *value)
{
	if (value[0] == '\0')
		return 0;
	return (size_t)snprintf(into, MESSAGE_HEADER_MAX, "%s: %s\r\n", name,
	    value);
}

size_t
message_write(const struct message *m, int64_t number, char *into)
{
	struct message_made made;
	size_t n;

	message_make(m, number, &made);
	n = (size_t)snprintf(into, 2 * MESSAGE_HEADER_MAX,
	    "%s %s HTTP/1.1\r\nHost: bench\r\n",
	    m->body == NULL ? "GET" : "POST", made.path);
	n += header(into + n, "Authorization", made.authorization);
	if (m->body == NULL)
		return n + (size_t)snprintf(into + n, 3, "\r\n");
	n += header(into + n, m->signature == NULL ? "" : m->signature,
	    made.signature);
	n += (size_t)snprintf(into + n, MESSAGE_HEADER_MAX,
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
	    made.body_len);
	memcpy(into + n, made.body, made.body_len);
	return n + made.body_len;
}
