#include "base/nodump.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void
nodump_set(void)
{
	static const struct rlimit none = { 0, 0 };

	/* Neither can fail, but a core would hold every secret. */
	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		abort();
}
