/*
 * nodump: the memory of this process is nobody else's.
 *
 * No core file, which would hold secrets, and no debugger of another process
 * of the same user.
 */
#ifndef BASE_NODUMP_H
#define BASE_NODUMP_H

/* First in main, before a secret is read. */
void nodump_set(void);

#endif
