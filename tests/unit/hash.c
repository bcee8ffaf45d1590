#include "unit.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/hash.h"
#include "base/hex.h"

/* RFC 4231, section 4; case 5 is about a cut MAC, which we do not do. */
static const struct {
	const char *key, *data, *mac; /* in hex */
} vectors[] = {
	{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
	    "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7" },
	{ "4a656665",
	    "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "dddddddddddddddddddddddddddddddddddddddddddddddddddd"
	    "dddddddddddddddddddddddddddddddddddddddddddddddd",
	    "773ea91e36800e46854db8ebd09181a7"
	    "2959098b3ef8c122d9635514ced565fe" },
	{ "0102030405060708090a0b0c0d0e0f10111213141516171819",
	    "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
	    "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
	    "82558a389a443c0ea4cc819899f2083a"
	    "85f0faa3e578f8077a2e3ff46729665b" },
};

/* Cases 6 and 7: a key longer than a block, of 131 times 0xaa. */
static const struct {
	const char *data, *mac;
} long_key[] = {
	{ "Test Using Larger Than Block-Size Key - Hash Key First",
	    "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54" },
	{ "This is a test using a larger than block-size key and a larger "
	  "than block-size data. The key needs to be hashed before being "
	  "used by the HMAC algorithm.",
	    "9b09ffa71b942fcb27635fbcd5b0e944"
	    "bfdc63644f0713938a7f51535c3a35e2" },
};

static char *
mac_text(struct ctx *c, const void *key, size_t key_len, const void *data,
    size_t len)
{
	struct hash_part part = { data, len };
	unsigned char mac[HASH_SIZE];

	hash_mac(key, key_len, &part, 1, mac);
	return hex_text(c->mem, mac, sizeof(mac));
}

static size_t
unhex(const char *hex, void *ret)
{
	size_t len = strlen(hex) / 2;

	assert_true(hex_bytes(hex, 2 * len, ret, len));
	return len;
}

static void
a_mac_is_the_one_of_rfc_4231(void **state)
{
	struct ctx *c = *state;
	unsigned char key[64], data[64];
	char aa[131];
	size_t i;

	for (i = 0; i < COUNT(vectors); i++) {
		size_t key_len = unhex(vectors[i].key, key);
		size_t len = unhex(vectors[i].data, data);

		assert_string_equal(mac_text(c, key, key_len, data, len),
		    vectors[i].mac);
	}
	memset(aa, 0xaa, sizeof(aa));
	for (i = 0; i < COUNT(long_key); i++)
		assert_string_equal(mac_text(c, aa, sizeof(aa),
		    long_key[i].data, strlen(long_key[i].data)),
		    long_key[i].mac);
}

static void
parts_are_hashed_as_if_joined(void **state)
{
	static const char key[] = "whsec_0123456789";
	static const char text[] = "1796911200.{\"id\":\"evt_1\",\"n\":null}";
	size_t len = sizeof(text) - 1, a, b;
	unsigned char want[HASH_SIZE], mac[HASH_SIZE];

	(void)state;
	/* The witness is OpenSSL's older function, in one go. */
	HMAC(EVP_sha256(), key, sizeof(key) - 1, (const unsigned char *)text,
	    len, want, NULL);
	for (a = 0; a <= len; a++) {
		for (b = a; b <= len; b++) {
			struct hash_part parts[] = { { text, a },
				{ text + a, b - a }, { NULL, 0 },
				{ text + b, len - b } };

			hash_mac(key, sizeof(key) - 1, parts, COUNT(parts),
			    mac);
			assert_memory_equal(mac, want, HASH_SIZE);
		}
	}
}

static void
a_mac_of_nothing_is_openssls(void **state)
{
	unsigned char want[HASH_SIZE], mac[HASH_SIZE];

	(void)state;
	HMAC(EVP_sha256(), "k", 1, (const unsigned char *)"", 0, want, NULL);
	hash_mac("k", 1, NULL, 0, mac);
	assert_memory_equal(mac, want, HASH_SIZE);
}

static void
sign_with_nothing(void *arg)
{
	hash_mac("", 0, NULL, 0, arg);
}

static void
sec_02_an_empty_key_signs_nothing(void **state)
{
	unsigned char mac[HASH_SIZE];

	(void)state;
	assert_true(unit_aborts(sign_with_nothing, mac));
}

static void
a_hash_is_the_one_of_fips_180(void **state)
{
	struct ctx *c = *state;
	char *million = arena_alloc(c->mem, 1000000);

	assert_string_equal(hash_text(c->mem, "", 0),
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	assert_string_equal(hash_text(c->mem, "abc", 3),
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	memset(million, 'a', 1000000);
	assert_string_equal(hash_text(c->mem, million, 1000000),
	    "cdc76e5c9914fb9281a1c7e284d73e67"
	    "f1809a48a497200e046d39ccc7112cd0");
}

static void
equal_compares_every_byte(void **state)
{
	unsigned char a[HASH_SIZE] = { 0 }, b[HASH_SIZE] = { 0 };
	size_t i;

	(void)state;
	assert_true(hash_equal(a, b, sizeof(a)));
	for (i = 0; i < 8 * sizeof(a); i++) {
		b[i / 8] ^= (unsigned char)(1 << i % 8);
		assert_false(hash_equal(a, b, sizeof(a)));
		b[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	assert_true(hash_equal("ab", "ac", 1));
	assert_true(hash_equal("a", "b", 0));
}

static void
an_id_is_the_prefix_and_32_digits(void **state)
{
	struct ctx *c = *state;
	char *id = hash_id(c->mem, "bk_");

	assert_int_equal(strlen(id), 35);
	assert_memory_equal(id, "bk_", 3);
	assert_int_equal(strspn(id + 3, "0123456789abcdef"), 32);
}

enum { IDS = 1000000, ID_SIZE = 16 };

static int
compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, ID_SIZE);
}

static void
make_ids(struct ctx *c, unsigned char (*ids)[ID_SIZE])
{
	size_t i;

	for (i = 0; i < IDS; i++) {
		assert_true(hex_bytes(hash_id(c->mem, ""), 32, ids[i],
		    ID_SIZE));
		if (i % 1000 == 0)
			arena_reset(c->mem);
	}
}

static void
sec_10_a_million_ids_differ_in_every_bit(void **state)
{
	unsigned char (*ids)[ID_SIZE] = malloc((size_t)IDS * ID_SIZE);
	size_t ones[8 * ID_SIZE] = { 0 }, i, bit;

	assert_non_null(ids);
	make_ids(*state, ids);
	for (i = 0; i < IDS; i++)
		for (bit = 0; bit < COUNT(ones); bit++)
			ones[bit] += ids[i][bit / 8] >> bit % 8 & 1;
	/* Seven times the deviation of a fair coin, which is 500. */
	for (bit = 0; bit < COUNT(ones); bit++)
		if (ones[bit] < IDS / 2 - 3500 || ones[bit] > IDS / 2 + 3500)
			fail_msg("bit %zu is set in %zu ids", bit, ones[bit]);
	qsort(ids, IDS, ID_SIZE, compare_ids);
	for (i = 1; i < IDS; i++)
		if (memcmp(ids[i - 1], ids[i], ID_SIZE) == 0)
			fail_msg("an id came twice");
	free(ids);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH_CTX(a_mac_is_the_one_of_rfc_4231),
		cmocka_unit_test(parts_are_hashed_as_if_joined),
		cmocka_unit_test(a_mac_of_nothing_is_openssls),
		cmocka_unit_test(sec_02_an_empty_key_signs_nothing),
		WITH_CTX(a_hash_is_the_one_of_fips_180),
		cmocka_unit_test(equal_compares_every_byte),
		WITH_CTX(an_id_is_the_prefix_and_32_digits),
		WITH_CTX(sec_10_a_million_ids_differ_in_every_bit),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
