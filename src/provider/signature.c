#include "provider/signature.h"

#include <string.h>

#include "base/ctx.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/hex.h"
#include "base/text.h"

/* What the header says. */
struct claim {
	const char *t; /* as written: its text is signed, not its value */
	int64_t seconds;
	unsigned char (*macs)[HASH_SIZE];
	size_t count;
};

static int
blank(const char *secret)
{
	return secret[strspn(secret, " \t\r\n")] == '\0';
}

static void
add_mac(const struct signature_rule *rule, const char *hex,
    struct claim *claim)
{
	size_t len = strlen(hex);

	if (rule->lower_hex_only && strpbrk(hex, "ABCDEF") != NULL)
		return;
	if (hex_bytes(hex, len, claim->macs[claim->count], HASH_SIZE))
		claim->count++;
}

/* Reads the header into *claim; NULL, or what is wrong with it. */
static const char *
read_claim(struct ctx *c, const struct signature_rule *rule,
    const char *header, struct claim *claim)
{
	char **parts;
	size_t n, i;

	if (text_blank(header))
		return "no signature header";
	if (strlen(header) > SIGNATURE_HEADER_MAX)
		return "the signature header is too long";
	parts = text_split(c->mem, header, ',', &n);
	claim->macs = arena_alloc(c->mem, n * sizeof(*claim->macs));
	for (i = 0; i < n; i++) {
		if (strncmp(parts[i], "v1=", 3) == 0)
			add_mac(rule, parts[i] + 3, claim);
		if (strncmp(parts[i], "t=", 2) != 0)
			continue;
		if (claim->t != NULL)
			return "two times in the signature header";
		claim->t = parts[i] + 2;
	}
	if (claim->t == NULL)
		return "no time in the signature header";
	if (!text_number(claim->t, strlen(claim->t), &claim->seconds))
		return "the time in the signature header is not a number";
	if (claim->count == 0)
		return "no v1 signature in the header";
	return NULL;
}

/* How many of the claimed signatures did this secret make? */
static int
matches(const struct claim *claim, const char *secret, const char *body,
    size_t len)
{
	const struct hash_part parts[] = {
		{ claim->t, strlen(claim->t) }, { ".", 1 }, { body, len } };
	unsigned char mac[HASH_SIZE];
	int found = 0;
	size_t i;

	hash_mac(secret, strlen(secret), parts, COUNT(parts), mac);
	/* No early end: the time taken tells nothing about which one fits. */
	for (i = 0; i < claim->count; i++)
		found += hash_equal(mac, claim->macs[i], HASH_SIZE);
	explicit_bzero(mac, sizeof(mac));
	return found;
}

enum err
signature_verify(struct ctx *c, const struct signature_rule *rule,
    const char *header, const char *body, size_t len)
{
	struct claim claim = { 0 };
	const char *wrong = read_claim(c, rule, header, &claim);
	int found = 0, secrets = 0;
	int64_t age;
	size_t i;

	if (wrong != NULL)
		return ctx_fail(c, E_SIGNATURE, "%s", wrong);
	for (i = 0; i < rule->count; i++) {
		/* An empty key is a valid key, which anybody knows. */
		if (blank(rule->secrets[i]))
			continue;
		secrets++;
		found += matches(&claim, rule->secrets[i], body, len);
	}
	if (secrets == 0 && !TWIN("no-secret"))
		return ctx_fail(c, E_SIGNATURE, "no webhook secret is set");
	if (found == 0 && secrets > 0 && !TWIN("signature"))
		return ctx_fail(c, E_SIGNATURE, "no signature matches");
	age = ctx_seconds(c) - claim.seconds;
	if (TWIN("signature-age"))
		return OK;
	if (rule->tolerance_past != 0 && age > rule->tolerance_past)
		return ctx_fail(c, E_SIGNATURE, "signed too long ago");
	if (rule->tolerance_future != 0 && -age > rule->tolerance_future)
		return ctx_fail(c, E_SIGNATURE, "signed in the future");
	return OK;
}
