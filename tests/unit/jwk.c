/*
 * Keys: which are taken for what, which are refused, and the standards' own
 * examples.
 */
#include <string.h>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "token.h"
#include "web/jwk.h"

#define ALL (JWK_HS256 | JWK_RS256 | JWK_ES256 | JWK_EDDSA)

/* RFC 7515, A.1 to A.3, and RFC 8037, A.4 with the key of its A.2. */
#define OCT_KEY "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ" \
	"-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow\"}"
#define RSA_N_BUT_END "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmf" \
	"HQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWv" \
	"G6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-" \
	"KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5I" \
	"hlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4" \
	"FRWyuXpo"
#define RSA_N RSA_N_BUT_END "Q"
#define RSA_KEY "{\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"AQAB\"}"
#define EC_POINT "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"," \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""
#define EC_KEY "{\"kty\":\"EC\",\"crv\":\"P-256\"," EC_POINT "}"
#define ED_X "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""
#define ED_KEY "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," ED_X "}"
#define CLAIMS "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9l" \
	"eGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

static const struct example {
	enum jwk_alg alg;
	const char *key, *token;
} examples[] = {
	{ JWK_HS256, OCT_KEY,
	    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." CLAIMS
	    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" },
	{ JWK_RS256, RSA_KEY, "eyJhbGciOiJSUzI1NiJ9." CLAIMS
	    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7"
	    "AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
	    "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
	    "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
	    "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
	    "p0igcN_IoypGlUPQGe77Rw" },
	{ JWK_ES256, EC_KEY, "eyJhbGciOiJFUzI1NiJ9." CLAIMS
	    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
	    "pmWQxfKTUJqPP3-Kg6NU1Q" },
	{ JWK_EDDSA, ED_KEY,
	    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
	    ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B"
	    "hVsPt9g7sVvpAr_MuM0KAg" },
};

static struct jwk_set *
read_keys(struct ctx *c, const char *text, unsigned int allowed)
{
	struct jwk_set *set = NULL;

	if (jwk_read(c, text, allowed, &set) != OK)
		fail_msg("%s", c->why);
	return set;
}

/* Each is refused, for a reason with this in it. */
static void
refuses(struct ctx *c, const char *text, unsigned int allowed,
    const char *reason)
{
	struct jwk_set *set = (struct jwk_set *)c;

	c->why = NULL;
	if (jwk_read(c, text, allowed, &set) != E_BADREQ)
		fail_msg("taken: %s", text);
	if (strstr(c->why, reason) == NULL)
		fail_msg("%s is not %s, of %s", c->why, reason, text);
	assert_ptr_equal(set, c);
}

static struct jwk_signed
signed_in(struct ctx *c, const struct example *x)
{
	const char *dot = strrchr(x->token, '.');
	struct jwk_signed s = { .alg = x->alg, .bytes = x->token,
		.len = (size_t)(dot - x->token) };

	s.signature = base64_bytes(c->mem, dot + 1, strlen(dot + 1),
	    &s.signature_len);
	assert_non_null(s.signature);
	return s;
}

static void
the_standards_examples_are_good(void **state)
{
	struct ctx *c = *state;
	size_t i, j;

	for (i = 0; i < COUNT(examples); i++) {
		struct jwk_signed s = signed_in(c, &examples[i]);
		struct jwk_set *set = read_keys(c, examples[i].key, ALL);

		assert_true(jwk_verifies(set, &s));
		/* Only by its own algorithm, whatever the token says. */
		for (j = 0; j < COUNT(examples); j++) {
			s.alg = examples[j].alg;
			assert_int_equal(jwk_verifies(set, &s), i == j);
		}
		jwk_free(set);
	}
}

static void
a_changed_byte_is_not_signed(void **state)
{
	struct ctx *c = *state;
	size_t i, at;

	for (i = 0; i < COUNT(examples); i++) {
		struct jwk_signed s = signed_in(c, &examples[i]);
		struct jwk_set *set = read_keys(c, examples[i].key, ALL);
		unsigned char *signature = (unsigned char *)arena_copy(c->mem,
		    s.signature, s.signature_len);
		char *bytes = arena_copy(c->mem, s.bytes, s.len);

		s.signature = signature;
		for (at = 0; at < s.signature_len; at += 7) {
			signature[at] ^= 1;
			assert_false(jwk_verifies(set, &s));
			signature[at] ^= 1;
		}
		s.bytes = bytes;
		bytes[s.len - 1] ^= 1;
		assert_false(jwk_verifies(set, &s));
		bytes[s.len - 1] ^= 1;
		assert_true(jwk_verifies(set, &s));
		s.signature_len--;
		assert_false(jwk_verifies(set, &s));
		s.signature_len = 0;
		assert_false(jwk_verifies(set, &s));
		jwk_free(set);
	}
}

/* SEC-12: r and s of nothing were good for some (CVE-2022-21449). */
static void
a_signature_of_zeros_is_none(void **state)
{
	static const unsigned char zeros[64];
	struct ctx *c = *state;
	struct jwk_signed s = signed_in(c, &examples[2]);
	struct jwk_set *set = read_keys(c, EC_KEY, ALL);

	s.signature = zeros;
	assert_false(jwk_verifies(set, &s));
	jwk_free(set);
}

static void
of_a_set_what_fits_is_taken(void **state)
{
	static const char text[] = "\n{\"keys\":[{\"kty\":\"PQC\",\"kid\":\"1\"},"
		"{\"kty\":\"RSA\",\"use\":\"enc\",\"n\":\"AQAB\",\"e\":\"AQAB\"},"
		"{\"kty\":\"RSA\",\"alg\":\"RS512\",\"n\":\"AQAB\",\"e\":\"AQAB\"},"
		"{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AQ\",\"y\":\"AQ\"},"
		"{\"kty\":\"OKP\",\"crv\":\"X25519\"," ED_X "},"
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"key_ops\":[\"sign\"]},"
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\","
		"\"alg\":\"ES256\",\"key_ops\":[\"sign\",\"verify\"],"
		EC_POINT "},7," ED_KEY "]}";
	struct ctx *c = *state;
	struct jwk_set *set = read_keys(c, text, JWK_RS256 | JWK_ES256);
	size_t i;

	/* The Ed25519 key is good, and not allowed. */
	for (i = 0; i < COUNT(examples); i++) {
		const struct jwk_signed s = signed_in(c, &examples[i]);

		assert_int_equal(jwk_verifies(set, &s), i == 2);
	}
	jwk_free(set);
	refuses(c, text, JWK_RS256 | JWK_HS256, "no key for the algorithms");
}

static void
a_kid_chooses_where_both_have_one(void **state)
{
	static const char named[] = "{\"keys\":[{\"kid\":\"a\",\"kty\":\"EC\","
		"\"crv\":\"P-256\"," EC_POINT "}]}";
	struct ctx *c = *state;
	struct jwk_signed s = signed_in(c, &examples[2]);
	struct jwk_set *set = read_keys(c, named, ALL);

	assert_true(jwk_verifies(set, &s));
	s.kid = "a";
	assert_true(jwk_verifies(set, &s));
	s.kid = "b";
	assert_false(jwk_verifies(set, &s));
	jwk_free(set);
	set = read_keys(c, EC_KEY, ALL);
	assert_true(jwk_verifies(set, &s));
	jwk_free(set);
}

static void
weak_and_wrong_keys_are_refused_with_the_reason(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{ "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
		    "an RSA key of 17 bits" },
		{ "{\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"AQ\"}",
		    "exponent" },
		{ "{\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"Aw\"}",
		    "exponent" },
		{ "{\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"AQAA\"}",
		    "exponent" },
		/* An even one. */
		{ "{\"kty\":\"RSA\",\"n\":\"" RSA_N_BUT_END "A\","
		    "\"e\":\"AQAB\"}", "not those of a key" },
		{ "{\"kty\":\"RSA\",\"n\":\"" RSA_N "\"}", "cannot be read" },
		{ "{\"kty\":\"RSA\",\"n\":\"" RSA_N "==\",\"e\":\"AQAB\"}",
		    "cannot be read" },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9"
		    "tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"f83OJ3D2xF1Bg8vub9tLe"
		    "1gHMzV76e8Tus9uPHvRVEU\"}", "cannot be read" },
		{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}",
		    "cannot be read" },
		{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQ\"}",
		    "cannot be read" },
		{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"AQ\"," ED_X "}",
		    "a private key" },
		{ "{\"kty\":\"oct\",\"k\":\"c2hvcnQ\"}", "a secret of 5 bytes" },
		{ "{\"kty\":\"oct\",\"k\":\"%\"}", "cannot be read" },
		{ "{\"kty\":\"oct\",\"k\":\"LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS"
		    "0KTUlJQklqQU5CZ2txaGtpRzl3MEJB\"}", "a key in PEM" },
		{ "{\"keys\":[]}", "no key for" },
		{ "{\"keys\":{}}", "no key for" },
		{ "{\"keys\":[", "not JSON" },
		{ "{}", "no key for" },
		{ "", "no key for" },
		{ " , ,", "no key for" },
		{ "short", "a secret of 5 bytes" },
		{ TOKEN_SECRET ",short", "a secret of 5 bytes" },
		{ "-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----\n",
		    "cannot be read" },
		{ "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
		    "cannot be read" },
		{ "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
		    "\n", "cannot be read" },
		{ "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
		    "\n", "a private key" },
		{ "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
		    "neither a public key" },
	};
	struct ctx *c = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		refuses(c, cases[i].text, ALL, cases[i].reason);
	refuses(c, RSA_KEY, JWK_HS256, "no key for the algorithms");
	refuses(c, TOKEN_SECRET, JWK_RS256, "no key for the algorithms");
}

/* --- PEM ------------------------------------------------------------------- */

static char *
text_of(struct ctx *c, BIO *bio)
{
	char *bytes;
	long len = BIO_get_mem_data(bio, &bytes);
	char *text = arena_copy(c->mem, bytes, (size_t)len);

	BIO_free(bio);
	return text;
}

static char *
pem_of(struct ctx *c, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
	return text_of(c, bio);
}

static char *
certificate_of(struct ctx *c, EVP_PKEY *key)
{
	X509 *x = X509_new();
	BIO *bio = BIO_new(BIO_s_mem());

	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 60);
	assert_int_equal(X509_set_pubkey(x, key), 1);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_bio_X509(bio, x), 1);
	X509_free(x);
	return text_of(c, bio);
}

static int
verifies(const struct jwk_set *set, EVP_PKEY *key)
{
	EVP_MD_CTX *sign = EVP_MD_CTX_new();
	unsigned char signature[512];
	size_t len = sizeof(signature);
	const struct jwk_signed s = { .alg = JWK_RS256, .bytes = "Ada",
		.len = 3, .signature = signature, .signature_len = 256 };

	assert_int_equal(EVP_DigestSignInit(sign, NULL, EVP_sha256(), NULL,
	    key), 1);
	assert_int_equal(EVP_DigestSign(sign, signature, &len,
	    (const unsigned char *)"Ada", 3), 1);
	EVP_MD_CTX_free(sign);
	return jwk_verifies(set, &s);
}

static void
several_keys_stand_in_one_file(void **state)
{
	struct ctx *c = *state;
	EVP_PKEY *old = EVP_RSA_gen(2048), *new = EVP_RSA_gen(2048);
	EVP_PKEY *other = EVP_RSA_gen(2048);
	char *text = arena_printf(c->mem, "%sThe next one\n%s",
	    certificate_of(c, old), pem_of(c, new));
	struct jwk_set *set = read_keys(c, text, JWK_RS256);

	assert_true(verifies(set, old));
	assert_true(verifies(set, new));
	assert_false(verifies(set, other));
	jwk_free(set);
	refuses(c, text, JWK_ES256 | JWK_HS256, "no key for the algorithms");
	/* One that is damaged is not passed over. */
	text[strlen(text) - 40] = '!';
	refuses(c, text, JWK_RS256, "cannot be read");
	EVP_PKEY_free(old);
	EVP_PKEY_free(new);
	EVP_PKEY_free(other);
}

static void
keys_of_other_kinds_are_refused_in_pem_too(void **state)
{
	struct ctx *c = *state;
	const struct {
		EVP_PKEY *key;
		const char *reason;
	} cases[] = {
		{ EVP_RSA_gen(1024), "an RSA key of 1024 bits" },
		{ EVP_EC_gen("P-384"), "not on P-256" },
		{ EVP_EC_gen("secp256k1"), "not on P-256" },
		{ EVP_PKEY_Q_keygen(NULL, NULL, "ED448"), "not RSA" },
		{ EVP_PKEY_Q_keygen(NULL, NULL, "X25519"), "not RSA" },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		refuses(c, pem_of(c, cases[i].key), ALL, cases[i].reason);
		EVP_PKEY_free(cases[i].key);
	}
}

static void
more_keys_than_anybody_needs_are_refused(void **state)
{
	struct ctx *c = *state;
	char *text = "";
	struct jwk_set *set;
	int i;

	for (i = 0; i < JWK_KEYS_MAX; i++)
		text = arena_printf(c->mem, "%s" TOKEN_SECRET "%d\n", text, i);
	set = read_keys(c, text, JWK_HS256);
	jwk_free(set);
	refuses(c, arena_printf(c->mem, "%s" TOKEN_SECRET, text), JWK_HS256,
	    "more than 32 keys");
	jwk_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CTX(the_standards_examples_are_good),
		WITH_CTX(a_changed_byte_is_not_signed),
		WITH_CTX(a_signature_of_zeros_is_none),
		WITH_CTX(of_a_set_what_fits_is_taken),
		WITH_CTX(a_kid_chooses_where_both_have_one),
		WITH_CTX(weak_and_wrong_keys_are_refused_with_the_reason),
		WITH_CTX(several_keys_stand_in_one_file),
		WITH_CTX(keys_of_other_kinds_are_refused_in_pem_too),
		WITH_CTX(more_keys_than_anybody_needs_are_refused),
	};

	return cmocka_run_group_tests_name("jwk", tests, NULL, NULL);
}
