/*
 * inlet: requests from the socket on descriptor 0, where several threads and
 * programs may wait for them.
 *
 * libfcgi would wait by itself, but there a thread cannot be woken without
 * losing a request: it hangs up on who has called already when a signal
 * interrupts its reading, and may then close one descriptor for ever.  Here a
 * signal is let through only where nobody has called yet, so that a program
 * that is told to end answers all it has taken out of the queue.
 */
#ifndef WEB_INLET_H
#define WEB_INLET_H

#include <pthread.h>

#include <fcgiapp.h>

/* In main, before threads. */
void inlet_prepare(void);

/* Once per thread. */
void inlet_open(FCGX_Request *fcgi);

/*
 * Waits for the next request: 1, and whoever called is to be answered and
 * inlet_done with; 0: none, as after inlet_wake.
 */
int inlet_next(FCGX_Request *fcgi);

/* Sends what was written, and hangs up. */
void inlet_done(FCGX_Request *fcgi);

/*
 * The thread's inlet_next answers 0 if it waits.  One that was about to does
 * not hear of it: so again and again, until it has seen why.
 */
void inlet_wake(pthread_t thread);

#endif
