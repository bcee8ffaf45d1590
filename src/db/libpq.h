/*
 * libpq: PostgreSQL's client library, loaded when the first postgresql: URL is
 * opened.  It brings thirty more with it, whose memory and time to load those
 * on SQLite would pay for nothing.
 */
#ifndef DB_LIBPQ_H
#define DB_LIBPQ_H

#include <libpq-fe.h>

#include "base/ctx.h"

/* Those of its functions that are called. */
#define LIBPQ_FUNCTIONS(x)                                                     \
	x(PQclear) x(PQcmdStatus) x(PQcmdTuples) x(PQconnectdbParams)          \
	x(PQconsumeInput) x(PQerrorMessage) x(PQexec) x(PQexecPrepared)        \
	x(PQfinish) x(PQftype) x(PQgetisnull) x(PQgetvalue) x(PQnfields)       \
	x(PQntuples) x(PQprepare) x(PQreset) x(PQresultErrorField)             \
	x(PQresultStatus) x(PQsetNoticeProcessor) x(PQsocket) x(PQstatus)

#define LIBPQ_MEMBER(name) __typeof__(name) *name;
struct libpq {
	LIBPQ_FUNCTIONS(LIBPQ_MEMBER)
};

/* Good when libpq_load has said OK. */
extern struct libpq libpq;

/* E_BUSY: it is not installed. */
enum err libpq_load(struct ctx *c) MUST_USE;

#endif
