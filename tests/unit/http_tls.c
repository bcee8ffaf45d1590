/*
 * The HTTP client against a server whose certificate nobody vouches for.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/ctx.h"
#include "base/now.h"
#include "sample.h"
#include "web/http.h"

struct server {
	SSL_CTX *tls;
	int fd, port;
	int hands; /* handshakes that both sides were content with */
	int heard; /* bytes of a request */
};

/* A certificate for "localhost" that signs itself. */
static X509 *
certificate(EVP_PKEY *key)
{
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);

	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"localhost", -1, -1, 0);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	X509_set_issuer_name(cert, name);
	X509_set_pubkey(cert, key);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	return cert;
}

static void *
serve(void *arg)
{
	struct server *s = arg;
	int fd = accept(s->fd, NULL, NULL);
	SSL *tls = SSL_new(s->tls);
	char bytes[100];
	int n;

	SSL_set_fd(tls, fd);
	if (SSL_accept(tls) == 1) {
		s->hands++;
		n = SSL_read(tls, bytes, sizeof(bytes));
		s->heard += n > 0 ? n : 0;
	}
	SSL_free(tls);
	close(fd);
	return NULL;
}

static void
listen_with(struct server *s, int version)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(addr);
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = certificate(key);

	*s = (struct server){ .tls = SSL_CTX_new(TLS_server_method()) };
	assert_int_equal(1, SSL_CTX_use_certificate(s->tls, cert));
	assert_int_equal(1, SSL_CTX_use_PrivateKey(s->tls, key));
	/* The server would do anything: it is the client that must not. */
	SSL_CTX_set_security_level(s->tls, 0);
	SSL_CTX_set_min_proto_version(s->tls, 0);
	SSL_CTX_set_max_proto_version(s->tls, version);
	X509_free(cert);
	EVP_PKEY_free(key);
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(0,
	    bind(s->fd, (struct sockaddr *)&addr, sizeof(addr)));
	assert_int_equal(0, listen(s->fd, 1));
	assert_int_equal(0,
	    getsockname(s->fd, (struct sockaddr *)&addr, &len));
	s->port = ntohs(addr.sin_port);
}

static struct http_answer
call(struct ctx *c, struct server *s, int version)
{
	struct http_request rq = { .method = "GET", .bearer = "secret",
		.deadline = now_monotonic() + 60 * NOW_SECOND };
	struct http *h = http_new("bookpay/test");
	struct http_answer a;
	pthread_t thread;

	listen_with(s, version);
	assert_int_equal(0, pthread_create(&thread, NULL, serve, s));
	rq.url = arena_printf(c->mem, "https://localhost:%d/", s->port);
	http_call(c, h, &rq, &a);
	pthread_join(thread, NULL);
	close(s->fd);
	SSL_CTX_free(s->tls);
	http_free(h);
	return a;
}

static void
a_stranger_s_certificate_gets_no_secret(void **state)
{
	struct server s;
	struct http_answer a = call(*state, &s, TLS1_3_VERSION);

	assert_int_equal(a.status, 0);
	assert_true(a.hopeless);
	assert_int_equal(s.heard, 0);
}

static void
old_tls_is_refused(void **state)
{
	struct server s;
	struct http_answer a = call(*state, &s, TLS1_1_VERSION);

	assert_int_equal(a.status, 0);
	assert_int_equal(s.hands, 0);
	assert_int_equal(s.heard, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_stranger_s_certificate_gets_no_secret, sample_setup,
		    sample_teardown),
		cmocka_unit_test_setup_teardown(old_tls_is_refused,
		    sample_setup, sample_teardown),
	};

	http_global_init();
	return cmocka_run_group_tests_name("http_tls", tests, NULL, NULL);
}
