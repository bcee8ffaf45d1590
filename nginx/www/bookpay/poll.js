/*
 * poll: ask until there is an answer, without tiring anybody.
 */

/* 1 s growing to 5 s for about a minute, then every 15 s. */
export function delay(n) {
	return n < 15 ? Math.min(1000 * 1.5 ** n, 5000) : 15_000;
}

/* Until an event, or the end of the watching, or the time if one is given. */
function wait(signal, target, type, ms = null) {
	const done = new AbortController();
	return new Promise((resolve) => {
		if (ms !== null)
			setTimeout(resolve, ms);
		target.addEventListener(type, resolve, { signal: done.signal });
		signal.addEventListener('abort', resolve, { signal: done.signal });
	}).finally(() => done.abort());
}

/* Calls ask(), which says whether that was the last time, until it was. */
export async function poll(ask, signal) {
	for (let n = 0; !signal.aborted && !await ask(); n++) {
		/* A line that came back is news: ask at once. */
		await wait(signal, window, 'online', delay(n));
		while (document.hidden && !signal.aborted)
			await wait(signal, document, 'visibilitychange');
	}
}
