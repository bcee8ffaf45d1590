/*
 * empty: the least a program behind nginx can do: threads that accept by
 * libfcgi and answer a word.  What is between it and ours is our own doing.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include <fcgiapp.h>

enum { THREADS_MOST = 256 };

static void *
work(void *arg)
{
	static const char answer[] = "Content-Type: text/plain\r\n"
	    "Content-Length: 2\r\n\r\nok";
	FCGX_Request request;

	(void)arg;
	FCGX_InitRequest(&request, 0, 0);
	while (FCGX_Accept_r(&request) >= 0) {
		FCGX_PutStr(answer, (int)sizeof(answer) - 1, request.out);
		FCGX_Finish_r(&request);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	long i, n = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
	pthread_t threads[THREADS_MOST];

	FCGX_Init();
	signal(SIGTERM, SIG_DFL);
	for (i = 0; i < n && i < THREADS_MOST; i++)
		if (pthread_create(&threads[i], NULL, work, NULL) != 0)
			abort();
	for (i = 0; i < n && i < THREADS_MOST; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
