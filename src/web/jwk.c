#include "web/jwk.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"

enum {
	KID_MAX = 255,
	RSA_MAX = 8192, /* checking takes the square of it */
	EXPONENT_BITS_MIN = 17, /* 65537 */
	EXPONENT_BITS_MAX = 32,
	P256_BYTES = 32,
};

static const char pem_begins[] = "-----BEGIN ";

struct jwk {
	enum jwk_alg alg;
	char *kid;     /* or NULL */
	EVP_PKEY *key; /* or NULL, and a secret */
	unsigned char *secret;
	size_t secret_len;
};

struct jwk_set {
	struct jwk keys[JWK_KEYS_MAX];
	size_t count;
	unsigned int allowed;
};

static const struct {
	const char *name;
	enum jwk_alg alg;
} algorithms[] = {
	{ "HS256", JWK_HS256 },
	{ "RS256", JWK_RS256 },
	{ "ES256", JWK_ES256 },
	{ "EdDSA", JWK_EDDSA },
};

enum jwk_alg
jwk_alg_named(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(algorithms); i++)
		if (strcmp(algorithms[i].name, name) == 0)
			return algorithms[i].alg;
	return JWK_NONE;
}

/* --- What a key is good for ---------------------------------------------- */

static enum err
check_rsa(struct ctx *c, EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key), exponent;
	BIGNUM *e = NULL;

	if (bits < JWK_RSA_MIN || bits > RSA_MAX)
		return ctx_fail(c, E_BADREQ, "an RSA key of %d bits: it must "
		    "have %d to %d", bits, JWK_RSA_MIN, RSA_MAX);
	if (!EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e))
		return ctx_fail(c, E_BADREQ, "an RSA key without exponent");
	exponent = BN_is_odd(e) ? BN_num_bits(e) : 0;
	BN_free(e);
	if (exponent < EXPONENT_BITS_MIN || exponent > EXPONENT_BITS_MAX)
		return ctx_fail(c, E_BADREQ, "an RSA key with a weak public "
		    "exponent: 65537 is usual");
	return OK;
}

static enum err
check_ec(struct ctx *c, EVP_PKEY *key)
{
	char group[64] = "";

	if (!EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) ||
	    strcmp(group, SN_X9_62_prime256v1) != 0)
		return ctx_fail(c, E_BADREQ, "an elliptic curve key that is "
		    "not on P-256");
	return OK;
}

/* Into *ret the one algorithm that key may be used for. */
static enum err
classify(struct ctx *c, EVP_PKEY *key, enum jwk_alg *ret)
{
	EVP_PKEY_CTX *check;
	enum err e;
	int good;

	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
		*ret = JWK_RS256;
		e = check_rsa(c, key);
		break;
	case EVP_PKEY_EC:
		*ret = JWK_ES256;
		e = check_ec(c, key);
		break;
	case EVP_PKEY_ED25519:
		*ret = JWK_EDDSA;
		return OK;
	default:
		return ctx_fail(c, E_BADREQ, "a key that is not RSA, P-256 or "
		    "Ed25519");
	}
	if (e != OK)
		return e;
	check = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	good = check != NULL && EVP_PKEY_public_check_quick(check) == 1;
	EVP_PKEY_CTX_free(check);
	if (!good)
		return ctx_fail(c, E_BADREQ, "a public key whose numbers are "
		    "not those of a key");
	return OK;
}

/* --- Keeping --------------------------------------------------------------- */

static enum err
has_room(struct ctx *c, const struct jwk_set *set)
{
	if (set->count < JWK_KEYS_MAX)
		return OK;
	return ctx_fail(c, E_BADREQ, "more than %d keys", JWK_KEYS_MAX);
}

/* Takes key over, whatever comes of it.  kid may be NULL. */
static enum err
keep_key(struct ctx *c, struct jwk_set *set, EVP_PKEY *key, const char *kid)
{
	struct jwk jwk = { .key = key };
	enum err e;

	if (key == NULL)
		return ctx_fail(c, E_BADREQ, "a key that cannot be read");
	e = classify(c, key, &jwk.alg);
	if (e == OK)
		e = has_room(c, set);
	if (e != OK || (jwk.alg & set->allowed) == 0) {
		EVP_PKEY_free(key);
		return e;
	}
	if (kid != NULL && (jwk.kid = strdup(kid)) == NULL)
		abort();
	set->keys[set->count++] = jwk;
	return OK;
}

static enum err
keep_secret(struct ctx *c, struct jwk_set *set, const void *bytes, size_t len,
    const char *kid)
{
	struct jwk jwk = { .alg = JWK_HS256, .secret_len = len };
	enum err e;

	if (len < JWK_SECRET_MIN)
		return ctx_fail(c, E_BADREQ, "a secret of %zu bytes: it must "
		    "have %d or more", len, JWK_SECRET_MIN);
	/* Everybody knows it: whoever puts it here means RS256 or ES256. */
	if (strncmp(bytes, pem_begins, sizeof(pem_begins) - 1) == 0)
		return ctx_fail(c, E_BADREQ, "a secret that is a key in PEM");
	e = has_room(c, set);
	if (e != OK || (JWK_HS256 & set->allowed) == 0)
		return e;
	jwk.secret = malloc(len);
	if (jwk.secret == NULL || (kid != NULL &&
	    (jwk.kid = strdup(kid)) == NULL))
		abort();
	memcpy(jwk.secret, bytes, len);
	set->keys[set->count++] = jwk;
	return OK;
}

/* --- JSON Web Keys ----------------------------------------------------------- */

/* A number or a point's half in a key: o.name decoded; NULL if there is none. */
static unsigned char *
member(struct ctx *c, const struct cJSON *o, const char *name, size_t *ret_len)
{
	const char *text = json_text(o, name);

	return text == NULL ? NULL : base64_bytes(c->mem, text, strlen(text),
	    ret_len);
}

/* The key of type that the parameters describe; NULL if there is none such. */
static EVP_PKEY *
from_params(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (params == NULL || maker == NULL || EVP_PKEY_fromdata_init(maker) !=
	    1 || EVP_PKEY_fromdata(maker, &key, EVP_PKEY_PUBLIC_KEY, params) !=
	    1)
		key = NULL;
	EVP_PKEY_CTX_free(maker);
	OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *
read_rsa(struct ctx *c, const struct cJSON *o)
{
	size_t n_len = 0, e_len = 0;
	const unsigned char *n = member(c, o, "n", &n_len);
	const unsigned char *e = member(c, o, "e", &e_len);
	OSSL_PARAM_BLD *build;
	BIGNUM *modulus, *exponent;
	EVP_PKEY *key = NULL;

	if (n == NULL || e == NULL || n_len > RSA_MAX / 8 + 1 ||
	    e_len > RSA_MAX / 8)
		return NULL;
	build = OSSL_PARAM_BLD_new();
	modulus = BN_bin2bn(n, (int)n_len, NULL);
	exponent = BN_bin2bn(e, (int)e_len, NULL);
	if (build != NULL && modulus != NULL && exponent != NULL &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent))
		key = from_params("RSA", build);
	BN_free(modulus);
	BN_free(exponent);
	OSSL_PARAM_BLD_free(build);
	return key;
}

static EVP_PKEY *
read_ec(struct ctx *c, const struct cJSON *o)
{
	size_t x_len = 0, y_len = 0;
	const unsigned char *x = member(c, o, "x", &x_len);
	const unsigned char *y = member(c, o, "y", &y_len);
	unsigned char point[1 + 2 * P256_BYTES] = { 4 }; /* uncompressed */
	OSSL_PARAM_BLD *build;
	EVP_PKEY *key = NULL;

	if (x == NULL || y == NULL || x_len != P256_BYTES ||
	    y_len != P256_BYTES)
		return NULL;
	memcpy(point + 1, x, P256_BYTES);
	memcpy(point + 1 + P256_BYTES, y, P256_BYTES);
	build = OSSL_PARAM_BLD_new();
	if (build != NULL && OSSL_PARAM_BLD_push_utf8_string(build,
	    OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0) &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY,
	    point, sizeof(point)))
		key = from_params("EC", build);
	OSSL_PARAM_BLD_free(build);
	return key;
}

static EVP_PKEY *
read_okp(struct ctx *c, const struct cJSON *o)
{
	size_t len = 0;
	const unsigned char *x = member(c, o, "x", &len);

	return x == NULL ? NULL
	    : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x, len);
}

static enum err
take_oct(struct ctx *c, struct jwk_set *set, const struct cJSON *o,
    const char *kid)
{
	size_t len = 0;
	unsigned char *secret = member(c, o, "k", &len);
	enum err e;

	if (secret == NULL)
		return ctx_fail(c, E_BADREQ, "a key that cannot be read");
	e = keep_secret(c, set, secret, len, kid);
	OPENSSL_cleanse(secret, len);
	return e;
}

static const struct kind {
	const char *type, *curve; /* kty and, if it has one, crv */
	enum jwk_alg alg;
	EVP_PKEY *(*read)(struct ctx *c, const struct cJSON *o);
} kinds[] = {
	{ "RSA", NULL, JWK_RS256, read_rsa },
	{ "EC", "P-256", JWK_ES256, read_ec },
	{ "OKP", "Ed25519", JWK_EDDSA, read_okp },
	{ "oct", NULL, JWK_HS256, NULL },
};

static const struct kind *
kind_of(const struct cJSON *o)
{
	const char *type = json_text(o, "kty"), *curve = json_text(o, "crv");
	size_t i;

	for (i = 0; type != NULL && i < COUNT(kinds); i++)
		if (strcmp(kinds[i].type, type) == 0 &&
		    (kinds[i].curve == NULL || text_same(kinds[i].curve,
		    curve)))
			return &kinds[i];
	return NULL;
}

/* Does o's list key_ops, if it has one, hold "verify"? */
static int
may_verify(const struct cJSON *o)
{
	const struct cJSON *list = json_get(o, "key_ops");
	int i;

	if (list == NULL)
		return 1;
	for (i = 0; json_item(list, i) != NULL; i++)
		if (text_same(json_item_text(list, i), "verify"))
			return 1;
	return 0;
}

/* Is the key meant for what we do with it?  Others in a set are not ours. */
static int
is_wanted(const struct jwk_set *set, const struct cJSON *o,
    const struct kind *kind)
{
	const char *use = json_text(o, "use"), *alg = json_text(o, "alg");

	return kind != NULL && (kind->alg & set->allowed) != 0 &&
	    (use == NULL || strcmp(use, "sig") == 0) && may_verify(o) &&
	    (alg == NULL || jwk_alg_named(alg) == kind->alg);
}

static enum err
take_jwk(struct ctx *c, struct jwk_set *set, const struct cJSON *o)
{
	const struct kind *kind = kind_of(o);
	const char *kid = json_text(o, "kid");

	if (json_has(o, "d"))
		return ctx_fail(c, E_BADREQ, "a private key: only public keys "
		    "belong here");
	if (!is_wanted(set, o, kind))
		return OK;
	if (kid != NULL && strlen(kid) > KID_MAX)
		return ctx_fail(c, E_BADREQ, "a kid longer than %d bytes",
		    KID_MAX);
	if (kind->read == NULL)
		return take_oct(c, set, o, kid);
	return keep_key(c, set, kind->read(c, o), kid);
}

static enum err
take_json(struct ctx *c, struct jwk_set *set, const char *text)
{
	const struct cJSON *keys, *o;
	struct cJSON *tree;
	enum err e;
	int i;

	e = json_parse(c, text, strlen(text), &tree);
	if (e != OK)
		return e;
	keys = json_get(tree, "keys");
	if (keys == NULL)
		return take_jwk(c, set, tree);
	for (i = 0; e == OK && (o = json_item(keys, i)) != NULL; i++)
		e = take_jwk(c, set, o);
	return e;
}

/* --- PEM and plain secrets ------------------------------------------------- */

static EVP_PKEY *
key_of_certificate(const unsigned char *bytes, long len)
{
	X509 *certificate = d2i_X509(NULL, &bytes, len);
	EVP_PKEY *key = certificate == NULL ? NULL
	    : X509_get_pubkey(certificate);

	X509_free(certificate);
	return key;
}

static enum err
take_block(struct ctx *c, struct jwk_set *set, const char *name,
    const unsigned char *bytes, long len)
{
	if (strstr(name, "PRIVATE") != NULL)
		return ctx_fail(c, E_BADREQ, "a private key: only public keys "
		    "belong here");
	if (strcmp(name, PEM_STRING_PUBLIC) == 0)
		return keep_key(c, set, d2i_PUBKEY(NULL, &bytes, len), NULL);
	if (strcmp(name, PEM_STRING_RSA_PUBLIC) == 0)
		return keep_key(c, set, d2i_PublicKey(EVP_PKEY_RSA, NULL,
		    &bytes, len), NULL);
	if (strcmp(name, PEM_STRING_X509) == 0)
		return keep_key(c, set, key_of_certificate(bytes, len), NULL);
	return ctx_fail(c, E_BADREQ, "a PEM block that is neither a public "
	    "key nor a certificate");
}

static enum err
take_pem(struct ctx *c, struct jwk_set *set, const char *text)
{
	BIO *bio = BIO_new_mem_buf(text, -1);
	char *name, *header;
	unsigned char *bytes;
	long len;
	enum err e = OK;

	if (bio == NULL)
		abort();
	while (e == OK && PEM_read_bio(bio, &name, &header, &bytes, &len)) {
		e = take_block(c, set, name, bytes, len);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(bytes, (size_t)len);
	}
	/* Behind the last one nothing begins; anything else is damage. */
	if (e == OK && ERR_GET_REASON(ERR_peek_last_error()) !=
	    PEM_R_NO_START_LINE)
		e = ctx_fail(c, E_BADREQ, "a PEM block that cannot be read");
	BIO_free(bio);
	return e;
}

/* In place: copies in the context's memory would not be wiped. */
static enum err
take_secrets(struct ctx *c, struct jwk_set *set, const char *text)
{
	static const char between[] = ", \t\r\n";
	size_t len;
	enum err e = OK;

	for (text += strspn(text, between); e == OK && *text != '\0';
	    text += len, text += strspn(text, between)) {
		len = strcspn(text, between);
		e = keep_secret(c, set, text, len, NULL);
	}
	return e;
}

enum err
jwk_read(struct ctx *c, const char *text, unsigned int allowed,
    struct jwk_set **ret)
{
	struct jwk_set *set = calloc(1, sizeof(*set));
	enum err e;

	if (set == NULL)
		abort();
	set->allowed = allowed;
	text += strspn(text, " \t\r\n");
	ERR_clear_error();
	if (*text == '{')
		e = take_json(c, set, text);
	else if (strncmp(text, pem_begins, sizeof(pem_begins) - 1) == 0)
		e = take_pem(c, set, text);
	else
		e = take_secrets(c, set, text);
	ERR_clear_error();
	if (e == OK && set->count == 0)
		e = ctx_fail(c, E_BADREQ, "no key for the algorithms that are "
		    "allowed");
	if (e != OK) {
		jwk_free(set);
		return e;
	}
	*ret = set;
	return OK;
}

void
jwk_free(struct jwk_set *set)
{
	struct jwk *k;

	if (set == NULL)
		return;
	for (k = set->keys; k < set->keys + set->count; k++) {
		EVP_PKEY_free(k->key);
		if (k->secret != NULL)
			explicit_bzero(k->secret, k->secret_len);
		free(k->secret);
		free(k->kid);
	}
	free(set);
}

/* --- Checking ------------------------------------------------------------------ */

static int
mac_fits(const struct jwk *k, const struct jwk_signed *s)
{
	const struct hash_part part = { s->bytes, s->len };
	unsigned char mac[HASH_SIZE];

	hash_mac((const char *)k->secret, k->secret_len, &part, 1, mac);
	return s->signature_len == sizeof(mac) &&
	    hash_equal(mac, s->signature, sizeof(mac));
}

/* ECDSA's two numbers side by side become what libcrypto reads: DER. */
static unsigned char *
der_signature(const struct jwk_signed *s, size_t *ret_len)
{
	ECDSA_SIG *both;
	BIGNUM *r, *t;
	unsigned char *der = NULL;
	int len;

	if (s->signature_len != 2 * P256_BYTES)
		return NULL;
	both = ECDSA_SIG_new();
	r = BN_bin2bn(s->signature, P256_BYTES, NULL);
	t = BN_bin2bn(s->signature + P256_BYTES, P256_BYTES, NULL);
	if (both == NULL || r == NULL || t == NULL ||
	    !ECDSA_SIG_set0(both, r, t))
		abort();
	len = i2d_ECDSA_SIG(both, &der);
	ECDSA_SIG_free(both);
	*ret_len = len > 0 ? (size_t)len : 0;
	return der;
}

static int
key_fits(const struct jwk *k, const struct jwk_signed *s)
{
	const EVP_MD *digest = k->alg == JWK_EDDSA ? NULL : EVP_sha256();
	unsigned char *der = NULL;
	const unsigned char *signature = s->signature;
	size_t len = s->signature_len;
	EVP_MD_CTX *check;
	int good;

	if (k->alg == JWK_ES256) {
		signature = der = der_signature(s, &len);
		if (der == NULL)
			return 0;
	}
	check = EVP_MD_CTX_new();
	good = check != NULL &&
	    EVP_DigestVerifyInit(check, NULL, digest, NULL, k->key) == 1 &&
	    EVP_DigestVerify(check, signature, len, s->bytes, s->len) == 1;
	EVP_MD_CTX_free(check);
	OPENSSL_free(der);
	ERR_clear_error();
	return good;
}

int
jwk_verifies(const struct jwk_set *set, const struct jwk_signed *s)
{
	const struct jwk *k;

	for (k = set->keys; k < set->keys + set->count; k++) {
		if (k->alg != s->alg || (s->kid != NULL && k->kid != NULL &&
		    strcmp(s->kid, k->kid) != 0))
			continue;
		if (k->secret != NULL ? mac_fits(k, s) : key_fits(k, s))
			return 1;
	}
	return 0;
}
