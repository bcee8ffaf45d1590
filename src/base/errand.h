/*
 * errand: a thread that does one thing whenever it is asked to, beside those
 * who ask.
 */
#ifndef BASE_ERRAND_H
#define BASE_ERRAND_H

struct errand;

/* run(arg) will be called in a thread of its own.  NULL: none can be made. */
struct errand *errand_new(void (*run)(void *arg), void *arg);

/* Returns at once.  Who asks while it runs has it run once more behind that. */
void errand_ask(struct errand *e);

/* Waits until nothing runs; what was not begun is dropped.  NULL is fine. */
void errand_free(struct errand *e);

#endif
