/*
 * navigate: leave the page, but only for an address that money may follow.
 */

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/*
 * The address if it is ours, https, or plain http on this very machine (the
 * demo); else null.  Names and passwords in an address only serve deception.
 */
export function safeUrl(text, base) {
	if (!URL.canParse(text, base))
		return null;
	const url = new URL(text, base);
	const known = url.protocol === 'https:'
		|| url.origin === new URL(base).origin
		|| (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
	return known && !url.username && !url.password ? url.href : null;
}

/* On to an address, if it is a safe one: was it? */
export function goTo(text) {
	const url = safeUrl(text, location.href);
	if (url)
		location.assign(url);
	return url !== null;
}

/* The same in the whole window: Stripe's page does not let itself be framed. */
export function leaveFor(text) {
	if (window.top === window)
		return goTo(text);
	const url = safeUrl(text, location.href);
	if (url)
		window.open(url, '_top');
	return url !== null;
}
