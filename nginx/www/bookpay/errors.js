/*
 * errors: what went wrong, and what the reader can do about it.
 */

const BUSY = 'Our system is busy. Nothing is lost. Please try again in a'
	+ ' minute.';

const WORDS = {
	NETWORK: 'We cannot reach our server. Please check your connection.',
	AUTHENTICATION_REQUIRED: 'This link has expired, or it was opened in'
		+ ' another browser. Please open the link we sent you, or ask for a new one.',
	FORBIDDEN: 'You may look at this booking, but not do this. Please sign in'
		+ ' as the person who booked it.',
	BOOKING_NOT_FOUND: 'We do not know this booking, or it is not yours to see.'
		+ ' Please use the link from your confirmation.',
	SESSION_NOT_FOUND: 'We do not know this payment, or it is not yours to see.'
		+ ' Please open the page in the browser you paid with.',
	SESSION_TYPE_NOT_FOUND: 'This session is no longer offered. Please choose'
		+ ' another one.',
	NOT_FOUND: 'There is nothing at this address. Please go back and start again.',
	IDEMPOTENCY_CONFLICT: 'Your details changed while we were working on them.'
		+ ' Please send them once more.',
	STRIPE_UNAVAILABLE: 'Our payment partner Stripe does not answer right now.'
		+ ' You have not been charged. Please try again in a minute.',
	CALENDLY_UNAVAILABLE: 'Calendly does not answer right now. Your time stays'
		+ ' booked with them. Please try again in a minute.',
	DATABASE_ERROR: BUSY,
	INTERNAL: 'Something went wrong on our side. Please try again; if it'
		+ ' happens again, write to us and mention the reference.',
	UNSAFE_URL: 'We were given an unsafe payment address, so we did not open it.'
		+ ' Please write to us.',
};

/* Codes whose reason only the server knows: which field, paid or cancelled, what
 * there was too much of. */
const SERVER_SPEAKS = new Set(['INVALID_REQUEST', 'BOOKING_CONFLICT',
	'PAYMENT_ERROR', 'RATE_LIMITED']);

export class ApiError extends Error {
	constructor({ status = 0, code, message, requestId = null, retryAfter = 0 }) {
		super(message ?? code);
		Object.assign(this, { status, code, requestId, retryAfter });
	}

	/* Could the same request succeed a little later, without anybody acting? */
	get passing() {
		return this.code === 'NETWORK' || this.status === 429
			|| (this.status >= 502 && this.status <= 504);
	}

	/* Not where the server itself has tried long enough before it gave up. */
	get worthRepeating() {
		return this.status >= 502 && this.code !== 'STRIPE_UNAVAILABLE'
			&& this.code !== 'CALENDLY_UNAVAILABLE';
	}

	/* Would somebody of ours want to look it up in the logs? */
	get hasReference() {
		return Boolean(this.requestId)
			&& (this.status >= 500 || this.code === 'PAYMENT_ERROR');
	}
}

export function errorWords(error) {
	if (SERVER_SPEAKS.has(error.code))
		return error.message;
	/* nginx alone: what is behind it is starting, or has too much to do. */
	if (error.code === 'INTERNAL' && error.passing)
		return BUSY;
	return WORDS[error.code] ?? WORDS.INTERNAL;
}
