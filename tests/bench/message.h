/*
 * message: the requests that are sent, one for each number.
 *
 * In a template twenty-four @ stand for the number, in as many hex digits: so
 * each has ids of its own, and the rows that belong to them can be made
 * beforehand.
 */
#ifndef BENCH_MESSAGE_H
#define BENCH_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

enum { MESSAGE_BODY_MAX = 16 * 1024, MESSAGE_HEADER_MAX = 512,
	MESSAGE_MAX = MESSAGE_BODY_MAX + 4 * MESSAGE_HEADER_MAX };

/* Of all messages; the options of a command line are its first five. */
struct message {
	const char *path;      /* template */
	const char *body_file; /* template; NULL: a GET */
	const char *signature; /* header of a signature t=,v1=; NULL: none */
	const char *secret;    /* of that signature */
	const char *guest;     /* LINK_SECRET: the guest of booking N asks */
	char *body;            /* read by message_open */
	size_t body_len;
};

/* One of them. */
struct message_made {
	char path[MESSAGE_HEADER_MAX];
	char authorization[MESSAGE_HEADER_MAX]; /* "": none */
	char signature[MESSAGE_HEADER_MAX];
	char body[MESSAGE_BODY_MAX];
	size_t body_len;
};

#define MESSAGE_USAGE                                                      \
	"--path P [--body FILE] [--signature HEADER --secret KEY]\n"       \
	"    [--guest KEY]"

/* Takes one option with its value: 1 if it is one of ours. */
int message_option(struct message *m, const char *name, const char *value);

/* Reads the body's template.  0 with errno if it cannot. */
int message_open(struct message *m);

void message_make(const struct message *m, int64_t number,
    struct message_made *ret);

/* The whole HTTP request, into a place of MESSAGE_MAX bytes. */
size_t message_write(const struct message *m, int64_t number, char *into);

#endif
