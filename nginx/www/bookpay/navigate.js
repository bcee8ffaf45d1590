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

/* Whatever page ours is part of: Stripe's does not let itself be framed. */
export function leaveFor(url) {
	if (window.top === window)
		location.assign(url);
	else
		window.open(url, '_top');
}
