#include "base/url.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"

enum { HOST_MAX = 253, PORT_DIGITS = 5 };

static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz"
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

struct place {
	char host[HOST_MAX + 1]; /* of IPv6 without the brackets */
	int is_v6;
	const char *rest; /* behind the host */
};

static int
read_host(const char *text, struct place *ret)
{
	size_t len;

	ret->is_v6 = *text == '[';
	if (ret->is_v6)
		text++;
	len = strspn(text, ret->is_v6 ? "0123456789abcdefABCDEF:"
				      : name_bytes);
	if (len == 0 || len > HOST_MAX || (ret->is_v6 && text[len] != ']'))
		return 0;
	memcpy(ret->host, text, len);
	ret->host[len] = '\0';
	ret->rest = text + len + ret->is_v6;
	return 1;
}

static int
rest_is_good(const char *rest)
{
	static const char digits[] = "0123456789";
	size_t n;

	if (*rest == ':') {
		n = strspn(++rest, digits);
		if (n == 0 || n > PORT_DIGITS)
			return 0;
		rest += n;
	}
	return *rest == '\0' || (*rest == '/' && text_only(rest,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-._~/"));
}

static int
is_this_machine(const struct place *p)
{
	struct in6_addr six;
	struct in_addr four;

	if (p->is_v6)
		return inet_pton(AF_INET6, p->host, &six) == 1 &&
		    IN6_IS_ADDR_LOOPBACK(&six);
	/* Four numbers, and nothing that only begins like them. */
	if (inet_pton(AF_INET, p->host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return strcmp(p->host, "localhost") == 0;
}

int
url_keeps_secrets(const char *url)
{
	static const char https[] = "https://", http[] = "http://";
	int plain = strncmp(url, http, sizeof(http) - 1) == 0;
	struct place p;

	if (!plain && strncmp(url, https, sizeof(https) - 1) != 0)
		return 0;
	return read_host(strstr(url, "://") + 3, &p) &&
	    rest_is_good(p.rest) && (!plain || is_this_machine(&p));
}
