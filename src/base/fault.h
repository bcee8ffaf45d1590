/*
 * fault: places where a process can be made to die, and guards that can be
 * switched off, so that tests see what would happen.
 *
 * Only in builds of configure --enable-faults.  In all others a point is
 * nothing and a twin is a constant (tests/house/faults.t looks).
 *
 * Points.  BOOKPAY_FAULT_FILE names a file that holds "PROGRAM N" or
 * "PROGRAM N POINT".  Each process of that program ("*": any) that passes a
 * point (of that name) takes one off N, whichever process or thread it is.
 * Who takes the last one writes its name behind, renames the file to
 * FILE.died and kills itself with SIGKILL.  With an N that is never reached,
 * what is missing is how many points were passed.  "PROGRAM N POINT memory"
 * does not kill: what the process has in its memory goes into FILE.memory.
 *
 * Twins.  A race is only known to be tested if the test fails without the
 * guard: BOOKPAY_TWIN names the one guard that does not guard.
 *
 * Attempts.  BOOKPAY_TRY lists, parted by blanks, what a program tries to do
 * before each reply (the worker: at its start) that it should not be able to
 * (base/confine.h): open:PATH, make:PATH, connect:PORT, listen, socket:FAMILY,
 * fork, trace, signal:PID, code, dump, exec:PATH.  Its log has the outcomes.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#ifdef FAULTS

void fault_point(const char *name);
int fault_twin(const char *name);
const char *fault_file(void);
void fault_try(void);
#define FAULT_TRY() fault_try()
#define FAULT_FILE() fault_file() /* NULL: nobody is to die */
#define FAULT_POINT(name) fault_point(name)
#define TWIN(name) fault_twin(name)

#else

#define FAULT_POINT(name) ((void)0)
#define TWIN(name) 0
#define FAULT_TRY() ((void)0)
#define FAULT_FILE() ((const char *)0)

#endif

#endif
