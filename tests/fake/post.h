/*
 * post: one HTTP/1.1 POST to a loopback address, over a plain socket, so that
 * the fakes share no HTTP client with the code they test.
 */
#ifndef FAKE_POST_H
#define FAKE_POST_H

/*
 * The status of the answer and the start of its body, or -1 and in `ret` what
 * went wrong.  `headers` are whole lines, each with CRLF.
 */
int post_send(const char *url, const char *headers, const char *body,
    int timeout_s, char ret[256]);

#endif
