/*
 * idempotency: one key per content of a form, so that sending the same details
 * again (double click, back button, reload, cut line) makes no second booking.
 * The only thing we keep in a browser; neither key nor name tells the content.
 */

const PREFIX = 'bookpay.key.';

/* cyrb53: 53 bits that spread well; crypto.subtle is missing on plain http. */
function hash(text) {
	let a = 0xdeadbeef;
	let b = 0x41c6ce57;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		a = Math.imul(a ^ unit, 2654435761);
		b = Math.imul(b ^ unit, 1597334677);
	}
	a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
	b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
	return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

function randomKey() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function slot(body) {
	return PREFIX + hash(JSON.stringify(body));
}

/* The key for these details: the kept one while what it made is alive. */
export function keyFor(body) {
	const name = slot(body);
	const [key, until] = (sessionStorage.getItem(name) ?? '').split(' ');
	if (key && !(Date.parse(until) <= Date.now()))
		return key;
	const fresh = randomKey();
	sessionStorage.setItem(name, fresh);
	return fresh;
}

/* The details made a booking that is held until then; after it, begin anew. */
export function keepKeyUntil(body, expiresAt) {
	sessionStorage.setItem(slot(body), `${keyFor(body)} ${expiresAt ?? ''}`);
}

/* After a definite refusal the same details are a new attempt. */
export function forgetKey(body) {
	sessionStorage.removeItem(slot(body));
}
