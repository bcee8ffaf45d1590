#include "unit.h"

#include <string.h>

#include "base/text.h"
#include "base/url.h"

static const char *const good[] = {
	"https://api.stripe.com",
	"https://api.example.org:8443/v/1",
	"https://10.0.0.1",
	"https://[2001:db8::1]:443",
	"http://127.0.0.1",
	"http://127.0.0.1:8080/base",
	"http://127.9.9.9:9",
	"http://localhost:9",
	"http://[::1]:9",
};

static const char *const bad[] = {
	"", "https://", "http://", "://", "api.example.org", "//127.0.0.1",
	/* Anybody on the way could read it. */
	"http://api.example.org",
	"http://10.0.0.1",
	"http://169.254.169.254",
	"http://0.0.0.0",
	"http://128.0.0.1",
	"http://[::2]",
	"http://[::ffff:127.0.0.1]",
	/* What only begins like this machine. */
	"http://127.0.0.1.example.org",
	"http://127.0.0.1x",
	"http://127.1",
	"http://localhost.example.org",
	"http://localhost@example.org",
	/* Hosts that two readers take for different ones. */
	"https://user@api.example.org",
	"https://user:word@api.example.org",
	"https://example.org\\@api.example.org",
	"https://example.org\\.api.example.org",
	"https://a b.example.org",
	"https://a\tb.example.org",
	"https://api.example.org?x",
	"https://api.example.org#x",
	"https://api.example.org:",
	"https://api.example.org:x",
	"https://api.example.org:123456",
	"https://[::1",
	"https://[localhost]",
	"https://api.example.org/a b",
	"https://api.example.org/a@b",
	"https:/api.example.org", "https:api.example.org",
	"ftp://127.0.0.1", "file:///etc/passwd", "HTTP://127.0.0.1",
};

static void
secrets_travel_by_https_or_stay_on_this_machine(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		if (!url_keeps_secrets(good[i]))
			fail_msg("%s", good[i]);
	for (i = 0; i < COUNT(bad); i++)
		if (url_keeps_secrets(bad[i]))
			fail_msg("%s", bad[i]);
}

static void
a_host_has_an_end(void **state)
{
	char url[400] = "https://";

	(void)state;
	memset(url + 8, 'a', 253);
	assert_true(url_keeps_secrets(url));
	memset(url + 8, 'a', 254);
	assert_false(url_keeps_secrets(url));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    secrets_travel_by_https_or_stay_on_this_machine),
		cmocka_unit_test(a_host_has_an_end),
	};

	return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
