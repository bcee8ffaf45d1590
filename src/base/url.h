/*
 * url: addresses that we call with a secret in hand.
 */
#ifndef BASE_URL_H
#define BASE_URL_H

/*
 * May a secret be sent there?  https://HOST[:PORT][/PATH], or the same with
 * http where HOST is this machine: localhost, 127.0.0.0/8 or [::1].  No user,
 * no query, and nothing that two readers could take for different hosts.
 */
int url_keeps_secrets(const char *url);

#endif
