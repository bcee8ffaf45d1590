/*
 * inlet: requests from the socket on descriptor 0, where several threads and
 * programs may wait for them.
 *
 * libfcgi would wait by itself, but there a thread cannot be woken without
 * losing a request: it hangs up on who has called already when a signal
 * interrupts its reading, and may then close one descriptor for ever.  Here
 * what a signal interrupts begins again, and who waits finds that there is no
 * socket any more, so that a program that is told to end answers all it has
 * taken out of the queue.
 */
#ifndef WEB_INLET_H
#define WEB_INLET_H

#include <pthread.h>

#include <fcgiapp.h>

/*
 * In main, before threads.  keeps: where the server asks for it, a connection
 * stays open for its next request, and costs no thread meanwhile.  A request that
 * comes when it is closed, because the program ends, is for the server to make
 * again: that is for what may be done twice.
 */
void inlet_prepare(int keeps);

/* Once per thread. */
void inlet_open(FCGX_Request *fcgi);

/*
 * Waits for the next request: 1, and whoever called is to be answered and
 * inlet_done with; 0: none, as after inlet_shut.
 */
int inlet_next(FCGX_Request *fcgi);

/*
 * Sends what was written, and hangs up or keeps the connection.  whole: all of
 * the body was read.  Else the rest is waited for, for a while: who writes to a
 * socket that is closed may lose the answer.
 */
void inlet_done(FCGX_Request *fcgi, int whole);

/* No thread takes a request any more; then each that waits is to be woken. */
void inlet_shut(void);
void inlet_wake(pthread_t thread);

#endif
